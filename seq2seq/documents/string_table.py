"""gettext string tables (.po, .pot): empty translations are filled; all else stays as it is.

What has a translation, fuzzy or not, is left alone unless asked, and so are the header, comments
and obsolete messages.

Reference: https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from seq2seq.documents.literals import is_identifier
from seq2seq.documents.plurals import PluralForms, plural_forms
from seq2seq.documents.source_file import SourceFile
from seq2seq.documents.splice import Edit, SplicedText
from seq2seq.documents.value import Value

_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_STRING = r'"((?:[^"\\]|\\.)*+)"'
_KEYWORD = re.compile(rf"\s*(msgctxt|msgid_plural|msgid|msgstr(?:\[(\d{{1,2}})\])?)\s*{_STRING}\s*")
_CONTINUATION = re.compile(rf"\s*{_STRING}\s*")

_UNESCAPED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_ESCAPES = str.maketrans(
    {"\\": r"\\", '"': r"\""} | {letter: f"\\{name}" for name, letter in _UNESCAPED.items()}
)
_ESCAPE = re.compile(r"\\(x[\da-fA-F]{1,2}|[0-7]{1,3}|.)")
_CONTROL = re.compile(r"[\x00-\x06\x0e-\x1f\x80-\x9f]")  # from escapes such as \0
_CHARSETS = ("utf-8", "utf8", "ascii", "us-ascii", "charset")


@dataclass
class _Field:
    """A keyword and its string, `text[start:end]`.

    Attributes:
        keyword: Such as "msgid" or "msgstr".
        index: The number of a plural form; None without one.
        start: Where its line begins.
        end: Where its last line ends, before the line end.
        value: What the string says.
    """

    keyword: str
    index: int | None
    start: int
    end: int
    value: str


@dataclass
class _Message:
    """The fields of a message, in the order of the file."""

    line: int
    fields: list[_Field] = field(default_factory=list)

    def value(self, keyword: str) -> str | None:
        """Returns what the string of a keyword says, or None if the message lacks it."""
        return next((found.value for found in self.fields if found.keyword == keyword), None)

    @property
    def translations(self) -> list[_Field]:
        """The strings that hold translations."""
        return [found for found in self.fields if found.keyword == "msgstr"]


@dataclass(frozen=True)
class _Entry:
    """A message whose translations are filled.

    Attributes:
        message: The message.
        singular: What is for the number 1, or for a message without numbers; None if the language
            has one form for all numbers.
        plural: What is for other numbers; None for a message without numbers.
        forms: The plural forms of the target language.
        retranslate: Whether translations that are there are replaced.
        line_end: What ends a line of the file.
    """

    message: _Message
    singular: Value | None
    plural: Value | None
    forms: PluralForms
    retranslate: bool
    line_end: str

    @property
    def segments(self) -> Sequence[str]:
        parts = (self.singular, self.plural)
        return [segment for part in parts if part for segment in part.segments]

    def edits(self, translations: Sequence[str]) -> Iterable[Edit]:
        count = len(self.singular.segments) if self.singular else 0
        singular = self.singular.rendered(translations[:count]) if self.singular else ""
        old = self.message.translations
        if self.plural is None:
            fields = [_written("msgstr", singular, self.line_end)]
        else:
            plural = self.plural.rendered(translations[count:])
            fields = [
                _written(f"msgstr[{number}]", text, self.line_end)
                for number, text in enumerate(self._forms(singular, plural))
            ]

        yield Edit(old[0].start, old[-1].end, self.line_end.join(fields))

    def _forms(self, singular: str, plural: str) -> list[str]:
        """Returns the text of each plural form; what was there stays unless it is replaced."""
        there = {found.index: found.value for found in self.message.translations}
        texts: list[str] = []
        for number in range(self.forms.count):
            is_singular = self.singular is not None and number == self.forms.singular
            kept = "" if self.retranslate else there.get(number, "")
            texts.append(kept or (singular if is_singular else plural))

        return texts


def read_po(file: SourceFile, *, target_language: str | None, retranslate: bool) -> SplicedText:
    """Reads a string table.

    Args:
        file: The file.
        target_language: Says the plural forms if the header does not.
        retranslate: Whether messages that have a translation get a new one.

    Raises:
        InputError: The file is no text in UTF-8, or a message in it is damaged or incomplete.
    """
    text = file.text()
    messages = list(_messages(file, text))
    if not messages:
        file.refuse("which has no message", "A message is a line with msgid and one with msgstr.")

    header = next((found for found in messages if _is_header(found)), None)
    fields = (header.value("msgstr") or "") if header else ""
    _expect_utf8(file, fields)
    forms = plural_forms(fields, target_language)

    line_end = "\r\n" if "\r\n" in text else "\n"
    units: list[_Entry] = []
    for message in messages:
        if message is not header and (retranslate or _is_untranslated(message, forms)):
            unit = _entry(message, forms, retranslate, line_end)
            units += [unit] if unit.segments else []

    return SplicedText(text, units, file.mark)


def _entry(
    message: _Message, forms: PluralForms | None, retranslate: bool, line_end: str
) -> _Entry:
    """Returns a message with its parts that are translated."""
    plural = message.value("msgid_plural")
    forms = forms or PluralForms(max(len(message.translations), 1), 0)
    has_singular = plural is None or forms.count > 1
    return _Entry(
        message,
        _human(message.value("msgid") or "") if has_singular else None,
        None if plural is None else _human(plural),
        forms,
        retranslate,
        line_end,
    )


def _human(text: str) -> Value:
    """Returns the text of a message; the name of one, such as "home.title", has no segment."""
    return Value("" if is_identifier(text) or _CONTROL.search(text) else text)


def _is_header(message: _Message) -> bool:
    """Whether a message is the header of the table."""
    return message.value("msgid") == "" and message.value("msgctxt") is None


def _is_untranslated(message: _Message, forms: PluralForms | None) -> bool:
    """Whether a translation of a message, or one of its plural forms, is missing."""
    filled = sum(bool(found.value) for found in message.translations)
    needed = len(message.translations)
    if forms and message.value("msgid_plural") is not None:
        needed = forms.count

    return filled < needed


def _expect_utf8(file: SourceFile, header: str) -> None:
    """Refuses a table whose header names another encoding than UTF-8."""
    charset = re.search(r"charset=([\w-]+)", header, re.IGNORECASE)
    if charset and charset[1].lower() not in _CHARSETS:
        file.refuse(
            f"whose header says charset={charset[1]}",
            "Convert it with msgconv --to-code=UTF-8.",
        )


def _messages(file: SourceFile, text: str) -> Iterator[_Message]:
    """Yields the messages of a table.

    Raises:
        InputError: A line is neither a comment nor part of a message, or a message is incomplete.
    """
    message: _Message | None = None
    for number, match in enumerate(_LINE.finditer(text), start=1):
        line = match[1]
        found = _field(match)
        if found is not None:
            if message is None or _begins_message(message, found):
                if message is not None:
                    yield _complete(file, message)
                message = _Message(number)
            message.fields.append(found)
            continue

        continuation = _CONTINUATION.fullmatch(line)
        if continuation and message is not None:
            last = message.fields[-1]
            last.value += _unescaped(continuation[1])
            last.end = match.end(1)
        elif line.strip() and not line.lstrip().startswith("#"):
            file.refuse(
                f"line {number:,} of which is neither a comment nor part of a message",
                "Check it with msgfmt --check.",
            )

    if message is not None:
        yield _complete(file, message)


def _field(line: re.Match[str]) -> _Field | None:
    """Returns the field that a line begins, if any."""
    match = _KEYWORD.fullmatch(line[1])
    if match is None:
        return None

    keyword = match[1].split("[")[0]
    index = None if match[2] is None else int(match[2])
    return _Field(keyword, index, line.start(), line.end(1), _unescaped(match[3]))


def _begins_message(message: _Message, found: _Field) -> bool:
    """Whether a field is the first of the next message."""
    if found.keyword == "msgctxt":
        return True
    return found.keyword == "msgid" and message.value("msgid") is not None


def _complete(file: SourceFile, message: _Message) -> _Message:
    """Returns a message that has what it needs, in the right order.

    Raises:
        InputError: It lacks its text or a string for the translation.
    """
    keywords = [found.keyword for found in message.fields]
    expected = r"(msgctxt )?msgid (msgstr |msgid_plural (msgstr )+)"
    if not re.fullmatch(expected, "".join(keyword + " " for keyword in keywords)):
        file.refuse(
            f"whose message of line {message.line:,} is incomplete",
            "A message is a line with msgid and one with msgstr. Check it with msgfmt --check.",
        )
    return message


def _unescaped(text: str) -> str:
    """Returns what a string between quotation marks says."""
    return _ESCAPE.sub(lambda match: _letter(match[1]), text)


def _letter(escape: str) -> str:
    """Returns the letter of an escape without its backslash."""
    if escape[0] == "x" and len(escape) > 1:
        return chr(int(escape[1:], 16))
    if escape.isdigit() and escape.isascii():
        return chr(int(escape, 8)) if set(escape) <= set("01234567") else escape
    return _UNESCAPED.get(escape, escape)


def _written(keyword: str, text: str, line_end: str) -> str:
    """Returns a keyword with a string; a text of several lines begins on the next line."""
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    strings = ['"' + line.translate(_ESCAPES) + '"' for line in lines]
    if len(strings) > 1:
        strings.insert(0, '""')

    return f"{keyword} {line_end.join(strings) or chr(34) * 2}"
