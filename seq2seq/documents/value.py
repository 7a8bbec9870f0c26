"""A text of one line or several, such as a cell or a message, to segments and back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from seq2seq.documents.division import divided, goes_on
from seq2seq.documents.literals import has_words, literals, restored
from seq2seq.documents.markup import trimmed

_MARKER = re.compile(r"\s*(?:(?:[-–—*•‣]|\d+[.)])\s+)?")  # of an item of a list


@dataclass(frozen=True)
class _Line:
    """A line of a value: `value[start:end]` is its text without markers, spaces and outer tags."""

    start: int
    end: int
    text: str


class Value:
    """A text of one line or several, such as a cell or a message, as segments and back.

    Attributes:
        segments: Its sentences or blocks of sentences, none if there is nothing to translate.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._groups = [
            group
            for group in (_groups(_lines(text)) if has_words(text) else [])
            if has_words(" ".join(line.text for line in group))
        ]
        self.segments = [" ".join(line.text for line in group) for group in self._groups]

    def rendered(self, translations: Sequence[str]) -> str:
        """Returns the text with a translation of each segment in its place."""
        parts: list[str] = []
        position = 0
        for group, segment, translation in zip(
            self._groups, self.segments, translations, strict=True
        ):
            if translation == segment:
                continue

            whole = restored(translation, literals(segment))
            texts = divided(whole, [len(line.text) for line in group])
            for line, text in zip(group, texts, strict=True):
                parts.append(self._text[position : line.start])
                parts.append(text)
                position = line.end

        return "".join(parts) + self._text[position:]


def _lines(text: str) -> list[_Line]:
    """Returns the lines of a text without their markers, outer spaces and outer tags."""
    lines: list[_Line] = []
    for match in re.finditer(r"[^\r\n]*(?:\r\n|\r|\n|\Z)", text):
        body = match.group().rstrip("\r\n")
        marker = _MARKER.match(body)
        offset = marker.end() if marker else 0

        start, end = trimmed(body[offset:])
        first = match.start() + offset + start
        lines.append(
            _Line(first, match.start() + offset + end, body[offset + start : offset + end])
        )

    return lines


def _groups(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Puts lines together in which one sentence goes on."""
    groups: list[list[_Line]] = []
    for number, line in enumerate(lines):
        if number and groups[-1][-1].text and goes_on(groups[-1][-1].text, line.text):
            groups[-1].append(line)
        else:
            groups.append([line])

    return groups
