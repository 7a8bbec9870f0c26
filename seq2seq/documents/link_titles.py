"""The titles and labels of links in Markdown: `[text](url "title")`, `[label]`."""

import re
from collections.abc import Container
from typing import NamedTuple

from seq2seq.documents.literals import has_words, literal_spans, literals, restored

_LINK_END = re.compile(
    r"""\]\((?:[^()\s]|\([^()\s]*\))*\s+(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')\)"""
)
_DEFINED = re.compile(
    r"""\s(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)'"""
    r"""|\((?P<round>(?:[^()\\]|\\.)*)\))\s*\Z""",
    re.DOTALL,
)
_SHORTCUT = re.compile(r"(?<![\]!\\])(!?\[([^\[\]\\]+)\])(?:\[\])?(?![\[(:])")
_ENDS_TITLE = str.maketrans({'"': "”", "'": "’", "(": "[", ")": "]"})


class LinkTitle(NamedTuple):
    """A title in the end of a link, `literal[start:end]`."""

    literal: str
    start: int
    end: int

    @property
    def text(self) -> str:
        """What it says."""
        return self.literal[self.start : self.end]

    def rendered(self, translation: str) -> str:
        """Returns the end of the link with a translation of the title."""
        title = fitting_title(translation, self.text)
        return self.literal[: self.start] + title + self.literal[self.end :]


def link_titles(segment: str) -> list[LinkTitle]:
    """Returns the titles of the links in a segment that have words."""
    spans = set(literal_spans(segment))  # what looks like a link inside code is none of these
    titles: list[LinkTitle] = []
    for match in _LINK_END.finditer(segment):
        start, end = match.span("single" if match["double"] is None else "double")
        if match.span() in spans and has_words(segment[start:end]):
            titles.append(LinkTitle(match.group(), start - match.start(), end - match.start()))

    return titles


def defined_title(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Returns where the title of a definition, `[label]: url "title"`, begins and ends, if any."""
    match = _DEFINED.search(text[start:end])
    if match is None or match.lastgroup is None:
        return []
    first, last = match.span(match.lastgroup)
    return [(start + first, start + last)]


def with_labels(segment: str, references: Container[str]) -> str:
    """Returns a segment in which links have their labels apart, so that these are not translated.

    `[label]` and `[label][]` become `[label][label]` where the label is defined.
    """
    if "[" not in segment or not references:
        return segment
    from markdown_it.common.utils import normalizeReference

    spans = literal_spans(segment)

    def labelled(match: re.Match[str]) -> str:
        is_code = any(start < match.start() < end for start, end in spans)
        if is_code or normalizeReference(match[2]) not in references:
            return match.group()
        return f"{match[1]}[{match[2]}]"

    return _SHORTCUT.sub(labelled, segment)


def fitting_title(translation: str, source: str) -> str:
    """Returns the translation of a title on one line, without what would end the title."""
    return restored(translation, literals(source)).translate(_ENDS_TITLE)
