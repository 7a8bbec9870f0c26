"""The runs of WordprocessingML: the texts of each line, with the format of each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from seq2seq.documents import markup
from seq2seq.documents.division import ends_sentence
from seq2seq.documents.markup import Token

_NAMESPACE = re.compile(
    r"""xmlns:(\w+)\s*=\s*["']http://(?:schemas\.openxmlformats\.org/wordprocessingml/2006|"""
    r"""purl\.oclc\.org/ooxml/wordprocessingml)/main["']"""
)
_CODE_STYLE = re.compile(r"code|preformatted|verbatim|listing", re.IGNORECASE)

# What of a run's format a reader does not see.
_UNSEEN = re.compile(r"""<\w+:(?:lang|noProof|rFonts\s+\w+:hint=["']\w+["'])\b[^>]*/>""")
_HYPHENS = {"noBreakHyphen": "\u2011", "softHyphen": ""}
_NOTES = ("footnoteReference", "endnoteReference")
_EMPTY = re.compile(r"\A<[^<>]*>\s*</[^<>]*>\Z")


@dataclass
class Run:
    """A run: text of one format.

    Attributes:
        outer: Where the child of the paragraph begins that the run is in, or the run itself.
        wrapper: The tag of the hyperlink around the run, if any.
        field: Where the field begins whose result the run is, or -1.
        properties: The XML of its format, or nothing.
        is_broken: Whether a tab or a line break is in it, so that it belongs to two lines.
    """

    outer: int
    wrapper: Token | None
    field: int
    properties: str = ""
    is_broken: bool = False

    @property
    def format(self) -> tuple[str, Token | None, int]:
        """What runs of one stretch have in common."""
        seen = _EMPTY.sub("", _UNSEEN.sub("", self.properties))
        return seen, self.wrapper, self.field


class Text(NamedTuple):
    """A text element of a run: its tags, and what stands between them.

    A hyphen that Word writes as an element is one too; its only tag is both of them.
    """

    run: Run
    opening: Token
    closing: Token
    content: str


@dataclass
class _Paragraph:
    """An open paragraph.

    Attributes:
        depth: How many elements are open around it.
        lines: Its texts, divided at tabs and line breaks.
        is_code: Whether its style says that it is code.
    """

    depth: int
    lines: list[list[Text]] = field(default_factory=lambda: [[]])
    is_code: bool = False


def namespace_prefix(text: str) -> str | None:
    """Returns the prefix of the names of WordprocessingML in a part, or None if it has none."""
    match = _NAMESPACE.search(text)
    return match[1] if match else None


def text_lines(text: str, prefix: str) -> Iterator[list[Text]]:
    """Yields the texts of each line of each paragraph, a paragraph at its end."""
    reader = _Reader(text, prefix)
    for tag in markup.xml_tags(text):
        yield from reader.read(tag)


class _Reader:
    """Follows the tags of a part, and gathers the texts of paragraphs."""

    def __init__(self, text: str, prefix: str) -> None:
        self._text = text
        self._prefix = prefix + ":"
        self._path: list[Token] = []
        self._paragraphs: list[_Paragraph] = []
        self._runs: list[Run] = []
        self._fields: list[int] = []

    def read(self, token: Token) -> Iterator[list[Text]]:
        """Takes the next tag. Yields the lines of a paragraph that it ends."""
        if token.kind == markup.CLOSE:
            yield from self._leave(self._path.pop(), token)
            return

        name = self._name(token)
        if token.kind == markup.OPEN:
            self._enter(name, token)
            self._path.append(token)
        elif self._parent() == "r" and self._paragraphs:
            self._read_in_run(name, token)

        if name == "pStyle" and self._paragraphs:
            self._paragraphs[-1].is_code = (
                _CODE_STYLE.search(self._attribute(token, "val")) is not None
            )
        elif name == "fldChar":
            self._mark_field(token)

    def _read_in_run(self, name: str, token: Token) -> None:
        """Takes an element without content in a run: a tab, a line break, a hyphen, a note."""
        line = self._paragraphs[-1].lines[-1]
        if name in _HYPHENS:
            line.append(Text(self._runs[-1], token, token, _HYPHENS[name]))

        # A note stays behind the sentence that it belongs to.
        is_note = name in _NOTES and ends_sentence("".join(text.content for text in line))
        if is_note or name in ("tab", "br", "cr"):
            self._paragraphs[-1].lines.append([])
            self._runs[-1].is_broken = True

    def _name(self, token: Token) -> str:
        """Returns the name of an element of WordprocessingML, or nothing for any other."""
        return token.name.removeprefix(self._prefix) if self._is_own(token) else ""

    def _is_own(self, token: Token) -> bool:
        return token.name.startswith(self._prefix)

    def _parent(self) -> str:
        return self._name(self._path[-1]) if self._path else ""

    def _attribute(self, token: Token, name: str) -> str:
        """Returns the value of an attribute, or nothing."""
        values = markup.attributes(self._text, token)
        return next(
            (found.value for found in values if found.name.endswith(":" + name.lower())), ""
        )

    def _mark_field(self, token: Token) -> None:
        """Notes where a field begins or ends."""
        kind = self._attribute(token, "fldCharType")
        if kind == "begin":
            self._fields.append(token.start)
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _enter(self, name: str, token: Token) -> None:
        """Opens an element."""
        if name == "p":
            self._paragraphs.append(_Paragraph(len(self._path)))
        elif name == "r" and self._paragraphs:
            within = self._path[self._paragraphs[-1].depth + 1 :]
            links = [other for other in within if self._name(other) == "hyperlink"]
            simple = [other.start for other in within if self._name(other) == "fldSimple"]
            run = Run(
                outer=within[0].start if within else token.start,
                wrapper=links[0] if links else None,
                field=[-1, *self._fields[-1:], *simple][-1],
            )
            self._runs.append(run)

    def _leave(self, opening: Token, closing: Token) -> Iterator[list[Text]]:
        """Closes an element."""
        name = self._name(opening)
        if name == "p" and self._paragraphs:
            paragraph = self._paragraphs.pop()
            if not paragraph.is_code:
                yield from (line for line in paragraph.lines if line)
        elif name == "r" and self._runs:
            self._runs.pop()
        elif name == "rPr" and self._parent() == "r" and self._runs:
            self._runs[-1].properties = self._text[opening.start : closing.end]
        elif name == "t" and self._runs and not self._is_moved_away():
            content = self._text[opening.end : closing.start]
            if "<" not in content:
                found = Text(self._runs[-1], opening, closing, content)
                self._paragraphs[-1].lines[-1].append(found)

    def _is_moved_away(self) -> bool:
        """Whether the text is what a tracked change has moved elsewhere."""
        return any(self._name(token) == "moveFrom" for token in self._path)
