"""XLIFF string tables (1.2 and 2.0): units without a translation get one; all else stays as it is.

Inline elements stay in the segments. What has translate="no" stays, and so do alternatives and
notes.

Reference: https://docs.oasis-open.org/xliff/v1.2/os/xliff-core.html,
https://docs.oasis-open.org/xliff/xliff-core/v2.0/xliff-core-v2.0.html
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from seq2seq.documents import markup
from seq2seq.documents.literals import has_words, literals, restored
from seq2seq.documents.markup import Token
from seq2seq.documents.safe_xml import fitting, local_name, xml_text
from seq2seq.documents.source_file import SourceFile
from seq2seq.documents.splice import Edit, SplicedText, Unit
from seq2seq.documents.value import Value

_UNITS = ("trans-unit", "segment")  # of XLIFF 1.2 and of 2.0
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_PARTS = ("source", "seg-source", "target")

# Units whose target is there to be replaced, such as a copy of the source.
_UNTRANSLATED_STATES = ("new", "needs-translation", "initial")


@dataclass
class _Element:
    """An open element.

    Attributes:
        name: Its name without a namespace.
        tag: Its first tag.
        is_translated: Whether translate="no" does not hold in it.
        keeps_spaces: Whether xml:space="preserve" holds in it.
        state: What its attribute `state` says.
        parts: The tags and ends of its source and target: name → first tag, last tag.
    """

    name: str
    tag: Token
    is_translated: bool
    keeps_spaces: bool
    state: str
    parts: dict[str, tuple[Token, Token]]


class _TranslationUnit:
    """A unit that gets a translation.

    Args:
        text: The text of the file.
        element: The element of the unit.
    """

    def __init__(self, text: str, element: _Element) -> None:
        self._text = text
        self._parts = element.parts
        opening, closing = element.parts["source"]
        self._content = _CDATA.sub(_as_entities, text[opening.end : closing.start])
        self._value = Value(self._content) if element.keeps_spaces else None
        self._start, self._end = markup.trimmed(self._content)

    @property
    def segments(self) -> Sequence[str]:
        if self._value:
            return self._value.segments

        segment = re.sub(r"\s+", " ", self._content[self._start : self._end])
        return [segment] if has_words(segment) else []

    def edits(self, translations: Sequence[str]) -> Iterable[Edit]:
        content = self._content
        if list(translations) != list(self.segments):
            content = fitting(self._translated(translations), self._content)
        yield self._target(content)

    def _translated(self, translations: Sequence[str]) -> str:
        """Returns the content of the source with translations in the place of the segments."""
        if self._value:
            return self._value.rendered(translations)

        inner = restored(translations[0], literals(self._content))
        return self._content[: self._start] + inner + self._content[self._end :]

    def _target(self, content: str) -> Edit:
        """Returns the edit that makes this the content of the target."""
        if "target" in self._parts:
            opening, closing = self._parts["target"]
            if opening.kind != markup.EMPTY:
                return Edit(opening.end, closing.start, content)
            tag = re.sub(r"\s*/>\Z", ">", self._text[opening.start : opening.end])
            return Edit(opening.start, opening.end, f"{tag}{content}</{opening.name}>")

        source = self._parts["source"][0]
        name = source.name.removesuffix("source") + "target"
        after = self._parts.get("seg-source", self._parts["source"])[1].end
        space = _space_before(self._text, source.start)
        return Edit(after, after, f"{space}<{name}>{content}</{name}>")


def _space_before(text: str, position: int) -> str:
    """Returns the line end and indentation before a tag."""
    start = position
    while start and text[start - 1].isspace():
        start -= 1

    return text[start:position]


def _as_entities(cdata: re.Match[str]) -> str:
    """Returns the text of a CDATA section as it is written outside of one."""
    return escape(cdata[1])


@dataclass(frozen=True)
class _TargetLanguage:
    """The language of the targets, which XLIFF 2.0 wants in the first tag of a file."""

    position: int
    language: str

    @property
    def segments(self) -> Sequence[str]:
        return []

    def edits(self, translations: Sequence[str]) -> Iterable[Edit]:
        yield Edit(self.position, self.position, f' trgLang="{escape(self.language)}"')


def read_xliff(file: SourceFile, *, target_language: str | None, retranslate: bool) -> SplicedText:
    """Reads an XLIFF string table.

    Args:
        file: The file.
        target_language: The language of the translations, for a file that does not say it.
        retranslate: Whether units that have a translation get a new one.

    Raises:
        InputError: The file is no XML in UTF-8 that may be read, or no XLIFF.
    """
    text = xml_text(file)
    first = next(markup.xml_tags(text), None)
    if first is None:
        file.refuse("whose first element has an odd name", "Is it another kind of XML?")
    if local_name(first) != "xliff":
        file.refuse(f"whose first element is <{first.name}>", "Is it another kind of XML?")

    units: list[Unit] = []
    for element in _unit_elements(text):
        unit = _unit(text, element, retranslate=retranslate)
        units += [unit] if unit else []

    values = {found.name: found.value for found in markup.attributes(text, first)}
    is_unnamed = values.get("version", "").startswith("2") and "trglang" not in values
    if units and target_language and is_unnamed:
        units.append(_TargetLanguage(first.start + len(f"<{first.name}"), target_language))

    return SplicedText(text, units, file.mark)


def _unit_elements(text: str) -> Iterator[_Element]:
    """Yields the elements of units, each after its end, with its source and target."""
    path: list[_Element] = []
    for token in markup.xml_tags(text):
        if token.kind == markup.OPEN:
            path.append(_element(text, token, path[-1] if path else None))
        elif token.kind == markup.EMPTY and path:
            _note_part(path[-1], local_name(token), token, token)
        elif token.kind == markup.CLOSE:
            element = path.pop()
            if path:
                _note_part(path[-1], element.name, element.tag, token)
            if element.name in _UNITS:
                yield element


def _element(text: str, token: Token, parent: _Element | None) -> _Element:
    """Returns an element, with what it inherits."""
    values = {found.name: found.value for found in markup.attributes(text, token)}
    is_translated = values.get("translate", "") != "no" and (not parent or parent.is_translated)
    if values.get("translate") == "yes":
        is_translated = True

    space = values.get("xml:space", "preserve" if parent and parent.keeps_spaces else "")
    return _Element(
        local_name(token), token, is_translated, space == "preserve", values.get("state", ""), {}
    )


def _note_part(parent: _Element, name: str, opening: Token, closing: Token) -> None:
    """Notes the source or the target of a unit."""
    if parent.name in _UNITS and name in _PARTS:
        parent.parts.setdefault(name, (opening, closing))


def _unit(text: str, element: _Element, *, retranslate: bool) -> _TranslationUnit | None:
    """Returns what is translated of the element of a unit, if anything."""
    if "source" not in element.parts or not element.is_translated:
        return None
    if not retranslate and not _is_untranslated(text, element):
        return None

    unit = _TranslationUnit(text, element)
    return unit if element.parts["source"][0].kind != markup.EMPTY and unit.segments else None


def _is_untranslated(text: str, element: _Element) -> bool:
    """Whether the target of a unit is missing, empty, or said to be none yet."""
    if "target" not in element.parts:
        return True

    opening, closing = element.parts["target"]
    if opening.kind == markup.EMPTY or not text[opening.end : closing.start].strip():
        return True

    states = {found.name: found.value for found in markup.attributes(text, opening)}
    return states.get("state", element.state) in _UNTRANSLATED_STATES
