"""Markdown: paragraphs, headings, items of lists, cells of tables and titles are translated.

Code blocks, front matter, definitions of links and the markers of blocks stay as they are. Inline
marks, such as `**bold**`, `[text](url)` and code spans, stay in the segments. A paragraph that is
translated becomes one line; lines that end in a hard break are segments of their own.

Reference: https://spec.commonmark.org/0.31.2/
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from seq2seq.documents.admonitions import flattened
from seq2seq.documents.link_titles import (
    LinkTitle,
    defined_title,
    fitting_title,
    link_titles,
    with_labels,
)
from seq2seq.documents.literals import has_words, literals, restored
from seq2seq.documents.source_file import SourceFile
from seq2seq.documents.splice import Edit, Passage, SplicedText, Unit
from seq2seq.documents.web_page import block_units
from seq2seq.errors import InputError

if TYPE_CHECKING:
    from markdown_it.token import Token

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_FRONT_MATTER = re.compile(
    r"(?P<fence>---|\+\+\+)[ \t]*(?:\r\n|\r|\n).*?^(?P=fence)[ \t]*(?:\r\n|\r|\n|\Z)",
    re.DOTALL | re.MULTILINE,
)

# What begins a line of text and is none: a box to tick, a footnote's name, a term's definition.
_LEADING = re.compile(r"(?:\[[ xX]\]\s+|\[\^[^\]\s]+\]:\s*|:\s+)?")
_LINE_BREAK = re.compile(r"(?:<br\s*/?>|\\)\Z", re.IGNORECASE)
_ATTRIBUTES = re.compile(r"(?<=\s)\{[:#.][^{}]*\}\Z")
_NO_TEXT = re.compile(r"\[!\w+\][+-]?|:::.*|\$\$.*|\[TOC\]|\{[:%].*\}")
_DIVIDING_LINE = re.compile(r"[^\n]*\|[^\n]*\n(?=[^\n]*\|)[ \t]*[|:-][ \t|:-]*-[ \t|:-]*(?:\n|\Z)")
_CELL = re.compile(r"(?:[^|\\]|\\.)+")
_QUOTATION = re.compile(r"[ \t>]*")
_BLOCK_MARKER = re.compile(r"(?:[-+*#>=~|]|\d{1,9}[.)](?=\s))")
_NOT_A_MARKER = re.compile(r"\*\*?\S|~~\S|[-+]\d|#\w")


class _TextLine(NamedTuple):
    """The text of a line, `text[start:end]`.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        begins: Whether the text before it does not go on in it: it is a footnote, a task.
        ends: Whether it does not go on in the next line: it has a hard break.
    """

    start: int
    end: int
    begins: bool
    ends: bool


@dataclass(frozen=True)
class _Passage:
    """Text that a reader sees as one, `text[start:end]`, with the marks of continued blocks."""

    start: int
    end: int
    segment: str
    titles: Sequence[LinkTitle]
    in_table: bool = False

    @property
    def segments(self) -> Sequence[str]:
        return [self.segment, *(title.text for title in self.titles)]

    def edits(self, translations: Sequence[str]) -> Iterable[Edit]:
        if list(translations) == self.segments:
            return

        text = translations[0]
        if text != self.segment:
            text = restored(text, literals(self.segment))
        for title, translation in zip(self.titles, translations[1:], strict=True):
            text = text.replace(title.literal, title.rendered(translation), 1)

        if self.in_table:
            text = re.sub(r"(?<!\\)\|", r"\\|", text)
        elif _begins_block(text) and not _begins_block(self.segment):
            text = re.sub(r"^(\d*)", r"\1\\", text)  # 1. becomes 1\.
        yield Edit(self.start, self.end, text)


def _begins_block(text: str) -> bool:
    """Whether Markdown would take the beginning of a text for a list, a heading or a quotation."""
    return _BLOCK_MARKER.match(text) is not None and _NOT_A_MARKER.match(text) is None


def read_markdown(file: SourceFile) -> SplicedText:
    """Reads a page in Markdown.

    Raises:
        InputError: The file is no text in UTF-8, or what reads Markdown is not installed.
    """
    text = file.text()
    front_matter = _FRONT_MATTER.match(text)
    first = front_matter.end() if front_matter else 0
    lines = [match.span() for match in _LINE.finditer(text, first)]

    flat = flattened(text[first:])
    tokens, references = _parsed(flat.text)

    units: list[Unit] = []
    for token, parent in zip(tokens, [None, *tokens], strict=False):
        if token.map is None:
            continue

        block = lines[token.map[0] : token.map[1]]
        if token.type == "html_block":
            units += _html_units(text, block, token.content)
        elif token.type == "tr_open":
            units += _cells(text, *block[0], references)
        elif token.type == "inline" and parent and parent.type not in ("th_open", "td_open"):
            units += _passages(text, block, token.content, references)

    spans = [(first + start, first + end) for start, end in flat.titles]
    for reference in references.values():
        block = lines[reference["map"][0] : reference["map"][1]]
        spans += defined_title(text, block[0][0], block[-1][1])
    units += [
        Passage(*span, text[slice(*span)], fitting_title)
        for span in spans
        if has_words(text[slice(*span)])
    ]
    return SplicedText(text, units, file.mark)


def _html_units(text: str, block: Sequence[tuple[int, int]], content: str) -> Sequence[Unit]:
    """Returns the units of a block of HTML; none of one whose lines have marks of a quotation."""
    parts = [part.strip() for part in content.rstrip("\n").split("\n")]
    later = [text[start:end].strip() for start, end in block[1:]]
    first = text.rfind(parts[0], *block[0])
    if first < 0 or later != parts[1:]:
        return []
    return block_units(text, first, block[-1][1])


def _parsed(text: str) -> tuple[Sequence["Token"], Mapping[str, Any]]:
    """Returns the tokens of a page, and the definitions of its links by their labels.

    Raises:
        InputError: The package markdown-it-py is not installed.
    """
    try:
        from markdown_it import MarkdownIt
    except ImportError as error:
        raise InputError(
            "Expected the package markdown-it-py, which reads Markdown. Received: none. "
            'Install it: pip install "seq2seq[documents]".'
        ) from error

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.disable("inline")  # only blocks are looked at
    found: dict[str, Any] = {}
    tokens = parser.parse(text, found)
    return tokens, found.get("references", {})


def _passages(
    text: str, block: Sequence[tuple[int, int]], content: str, references: Mapping[str, Any]
) -> Iterator[_Passage]:
    """Yields the passages of a paragraph or heading, divided at hard breaks.

    Args:
        text: The text of the file.
        block: Where the lines of the block begin and end.
        content: The text of the block without the marks of blocks, as the parser returns it.
        references: The definitions of links by their labels.
    """
    if content.startswith(("$$", "\\begin{")):  # mathematics
        return
    if _DIVIDING_LINE.match(content):  # a table to other programs than this parser
        for line in block:
            yield from _cells(text, *line, references)
        return

    passage: list[_TextLine] = []
    for (start, end), part in zip(block, content.split("\n"), strict=False):
        line = _text_line(text, start, end, part)
        if line.begins:
            yield from _joined(text, passage, references)
            passage = []

        passage.append(line)
        if line.ends:
            yield from _joined(text, passage, references)
            passage = []

    yield from _joined(text, passage, references)


def _text_line(text: str, start: int, end: int, part: str) -> _TextLine:
    """Returns where the text of a line lies, without the marks around it.

    Args:
        text: The text of the file.
        start: Where the line begins.
        end: Where it ends.
        part: The line without the marks of blocks, as the parser returns it.
    """
    inner = part.strip()
    first = text.rfind(inner, start, end)
    if first < 0 or _NO_TEXT.fullmatch(inner):  # or the parser has replaced a zero byte or a tab
        return _TextLine(start, start, begins=True, ends=True)

    last = first + len(inner)
    leading = _LEADING.match(text, first, last)
    offset = len(leading.group()) if leading else 0
    body = _LINE_BREAK.sub("", inner[offset:]).rstrip()
    body = _ATTRIBUTES.sub("", body).rstrip()

    line = text[start:end].rstrip("\r\n")
    is_broken = line.endswith("  ") or _LINE_BREAK.search(line) is not None
    return _TextLine(first + offset, first + offset + len(body), offset > 0, is_broken)


def _joined(
    text: str, lines: Sequence[_TextLine], references: Mapping[str, Any]
) -> Iterator[_Passage]:
    """Yields the passage of some lines, if it has words."""
    filled = [line for line in lines if line.end > line.start]
    segment = with_labels(" ".join(text[line.start : line.end] for line in filled), references)
    if has_words(segment):
        yield _Passage(filled[0].start, filled[-1].end, segment, link_titles(segment))


def _cells(text: str, start: int, end: int, references: Mapping[str, Any]) -> Iterator[_Passage]:
    """Yields the cells of a row of a table that have words."""
    quotation = _QUOTATION.match(text, start, end)
    for match in _CELL.finditer(text, quotation.end() if quotation else start, end):
        cell = match.group()
        segment = cell.strip()
        if has_words(segment):
            first = match.start() + len(cell) - len(cell.lstrip())
            last = first + len(segment)
            segment = with_labels(segment, references)
            yield _Passage(first, last, segment, link_titles(segment), in_table=True)
