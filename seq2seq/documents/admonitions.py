"""Blocks of Markdown that CommonMark does not know: `!!! note`, tabs, and footnotes of several
paragraphs. Their bodies are indented by four spaces, which CommonMark takes for code."""

import re
from typing import NamedTuple

_INDENT = 4
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_MARKER = re.compile(r'[ ]*(?:!!!|\?\?\?\+?|===[!+]?)[ ]+[^"\r\n]*(?:"(?P<title>[^"\r\n]*)")?\s*')
_FOOTNOTE = re.compile(r"[ ]{0,3}\[\^[^\]\s]+\]:")
_FENCE = re.compile(r"[ ]*(?P<fence>`{3,}|~{3,})")


class Flattened(NamedTuple):
    """A page whose bodies are not indented.

    Attributes:
        text: The page, line for line; markers are blank lines.
        titles: Where the titles of blocks begin and end in the page as it was.
    """

    text: str
    titles: list[tuple[int, int]]


def flattened(text: str) -> Flattened:
    """Returns a page in Markdown in which CommonMark finds the paragraphs of these blocks."""
    lines: list[str] = []
    titles: list[tuple[int, int]] = []
    columns: list[int] = []  # at which the bodies begin that are open
    fence = ""
    for match in _LINE.finditer(text):
        line = match.group()
        if not line.strip():
            lines.append(line)
            continue

        column = len(line) - len(line.lstrip(" "))
        while columns and column < columns[-1]:
            columns.pop()
        body = line[_INDENT * len(columns) :]

        fence = _fence(line, fence)
        marker = None if fence else _MARKER.fullmatch(line)
        if marker:
            columns.append(column + _INDENT)
            if marker["title"]:
                start, end = marker.span("title")
                titles.append((match.start() + start, match.start() + end))
            body = line[len(line.rstrip("\r\n")) :]
        elif not fence and _FOOTNOTE.match(body):
            columns.append(column + _INDENT)
        lines.append(body)

    return Flattened("".join(lines), titles)


def _fence(line: str, fence: str) -> str:
    """Returns the fence of the code block that is open after a line, or nothing."""
    match = _FENCE.match(line)
    if match is None:
        return fence
    if not fence:
        return match["fence"]

    is_end = match["fence"].startswith(fence) and line.strip() == match["fence"]
    return "" if is_end else fence
