"""HTML pages: text, and attributes that a reader sees, are translated; all else stays as it is.

A block of text is one segment, with its inline tags. Text between `<br>` is a segment of its own.
Scripts, styles, `<pre>`, code and what has translate="no" or the class "notranslate" stay.

Reference: https://html.spec.whatwg.org/multipage/dom.html#the-translate-attribute
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from seq2seq.documents import markup
from seq2seq.documents.literals import has_words, literals, restored
from seq2seq.documents.markup import Attribute, Token
from seq2seq.documents.open_elements import RAW_ELEMENTS, opaque_merged, says_untranslated
from seq2seq.documents.source_file import SourceFile, line_number
from seq2seq.documents.splice import Edit, SplicedText, Unit, spliced

# Elements inside a sentence; all others end it.
INLINE_ELEMENTS = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd mark math nobr q rb "
    "rp rt ruby s samp small span strike strong sub sup svg time tt u var wbr".split()
)
_TAG_BEGINNING = re.compile(r"<(?=[A-Za-z/!?])")

# Attributes that a reader sees: on every element, and on some.
_SEEN = frozenset(
    "alt aria-description aria-label aria-placeholder aria-roledescription aria-valuetext "
    "placeholder title".split()
)
_SEEN_ON = {
    "optgroup": ("label",),
    "option": ("label",),
    "td": ("abbr",),
    "th": ("abbr",),
    "track": ("label",),
}
_BUTTONS = ("button", "reset", "submit")
_META = re.compile(r"description|keywords|(?:og|twitter):(?:title|description|image:alt)")


@dataclass(frozen=True)
class _AttributeText:
    """The value of an attribute that a reader sees."""

    attribute: Attribute

    @property
    def segments(self) -> Sequence[str]:
        return [" ".join(self.attribute.value.split())]

    def edits(self, translations: Sequence[str]) -> Iterable[Edit]:
        segment = self.segments[0]
        if translations[0] == segment:
            return

        quote = self.attribute.quote or '"'
        text = restored(translations[0], literals(segment))
        escaped = text.replace(quote, "&quot;" if quote == '"' else "&#39;")
        yield Edit(self.attribute.start, self.attribute.end, f"{quote}{escaped}{quote}")


@dataclass(frozen=True)
class _BlockText:
    """The text of a block, or of a line of it, with its inline tags.

    Attributes:
        text: The text of the file.
        tokens: The tokens of the segment.
        start: Where the segment begins in the file.
        end: Where it ends.
        inner: The attributes of its inline tags that are translated too, by the tag.
    """

    text: str
    tokens: Sequence[Token]
    start: int
    end: int
    inner: Sequence[tuple[Token, _AttributeText]]

    @property
    def segments(self) -> Sequence[str]:
        return [self.segment, *(unit.segments[0] for _, unit in self.inner)]

    @property
    def segment(self) -> str:
        """The text with single spaces, as a browser shows it."""
        return re.sub(r"[ \t\r\n\f]+", " ", self.text[self.start : self.end])

    def edits(self, translations: Sequence[str]) -> Iterable[Edit]:
        original = self.text[self.start : self.end]
        if translations[0] == self.segment:
            rendered = original
        else:
            kept = self._literals()
            rendered = _without_new_tags(restored(translations[0], kept), kept)

        for (token, unit), translation in zip(self.inner, translations[1:], strict=True):
            tag = self.text[token.start : token.end]
            moved = [
                Edit(edit.start - token.start, edit.end - token.start, edit.replacement)
                for edit in unit.edits([translation])
            ]
            rendered = rendered.replace(tag, spliced(tag, moved), 1)

        if rendered != original:
            yield Edit(self.start, self.end, rendered)

    def _literals(self) -> list[str]:
        """Returns what a translation must leave as it is, in the order of the segment."""
        found: list[str] = []
        for token in self.tokens:
            part = self.text[token.start : token.end]
            found += literals(part) if token.kind == markup.TEXT else [part]

        return found


def _without_new_tags(translation: str, kept: Sequence[str]) -> str:
    """Returns a translation in which what looks like a tag and is not of the source is text."""
    parts: list[str] = []
    position = 0
    for literal in re.finditer("|".join(map(re.escape, kept)) or r"(?!)", translation):
        parts.append(_TAG_BEGINNING.sub("&lt;", translation[position : literal.start()]))
        parts.append(literal.group())
        position = literal.end()

    parts.append(_TAG_BEGINNING.sub("&lt;", translation[position:]))
    return "".join(parts)


def read_html(file: SourceFile) -> SplicedText:
    """Reads an HTML page or a part of one.

    Raises:
        InputError: The file is no text in UTF-8, has no tag, or ends within a tag, a comment or a
            script.
    """
    text = file.text()
    found = list(markup.html_tokens(text, raw=RAW_ELEMENTS))
    broken = next((token for token in found if token.kind == markup.BROKEN), None)
    if broken is not None:
        file.refuse(
            f"which ends within what begins in line {line_number(text, broken.start):,}",
            "Check that it was saved whole.",
        )
    if all(token.kind == markup.TEXT for token in found):
        file.refuse("which has no tag", "Is it plain text? Then give its sentences line by line.")

    return SplicedText(text, _units(text, found), file.mark)


def block_units(text: str, start: int, end: int) -> list[Unit]:
    """Returns the units of a block of HTML inside another text, such as a page in Markdown."""
    return _units(text, list(markup.html_tokens(text, start, end, raw=RAW_ELEMENTS)))


def _units(text: str, found: Sequence[Token]) -> list[Unit]:
    """Returns what is translated among the tokens of a page."""
    units: list[Unit] = []
    block: list[Token] = []
    for token in opaque_merged(text, found):
        if _is_inline(text, token):
            block.append(token)
        else:
            units += _block_units(text, block)
            units += _attribute_texts(text, token)
            block = []

    return units + _block_units(text, block)


def _is_inline(text: str, token: Token) -> bool:
    """Whether a sentence goes on after a token."""
    if token.is_tag or token.kind == markup.OPAQUE:
        return token.name.lower() in INLINE_ELEMENTS
    if token.kind == markup.DECLARATION:
        return text.startswith("<?", token.start)
    return True


def _attribute_texts(text: str, token: Token) -> list[_AttributeText]:
    """Returns the attributes of a tag that are translated."""
    if token.kind == markup.OPAQUE:
        token = next(markup.html_tokens(text, token.start, token.end))
        if says_untranslated(text, token):
            return []
    if token.kind not in (markup.OPEN, markup.EMPTY):
        return []

    found = list(markup.attributes(text, token))
    seen = _SEEN | _seen_on(token.name.lower(), {one.name: one.value.lower() for one in found})
    return [_AttributeText(one) for one in found if one.name in seen and has_words(one.value)]


def _seen_on(element: str, values: Mapping[str, str]) -> set[str]:
    """Returns the attributes that a reader sees on an element of this name and these attributes."""
    if element == "meta":
        name = values.get("name") or values.get("property") or ""
        return {"content"} if _META.fullmatch(name) else set()
    if element == "input":
        return {"value"} if values.get("type") in _BUTTONS else set()
    return set(_SEEN_ON.get(element, ()))


def _block_units(text: str, block: list[Token]) -> list[Unit]:
    """Returns the units of the inline tokens of a block: its text, and attributes outside of it."""
    words = (text[token.start : token.end] for token in block if token.kind == markup.TEXT)
    first, last = markup.trimmed_tokens(text, block)
    if first > last or not has_words(" ".join(words)):
        return [unit for token in block for unit in _attribute_texts(text, token)]

    inside = block[first : last + 1]
    start, end = _bounds(text, inside)
    inner = [(token, unit) for token in inside for unit in _attribute_texts(text, token)]
    before = [unit for token in block[:first] for unit in _attribute_texts(text, token)]
    after = [unit for token in block[last + 1 :] for unit in _attribute_texts(text, token)]
    return [*before, _BlockText(text, inside, start, end, inner), *after]


def _bounds(text: str, inside: Sequence[Token]) -> tuple[int, int]:
    """Returns where tokens begin and end without the spaces around them."""
    start = inside[0].start
    end = inside[-1].end
    content = text[start:end]
    return end - len(content.lstrip()), start + len(content.rstrip())
