"""Reserved pieces of a vocabulary, each of which stands for a part of a text.

They are noncharacters, which Unicode keeps out of text. SentencePiece never cuts or folds them.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from seq2seq.data.spans import Span
from seq2seq.ids import FIRST_PIECE_ID

PLACEHOLDERS = tuple(map(chr, range(0xFDE0, 0xFDF0)))
PLACEHOLDER_IDS = range(FIRST_PIECE_ID, FIRST_PIECE_ID + len(PLACEHOLDERS))  # in every tokenizer


class Part(NamedTuple):
    """A part of a text, `text[start:end]`."""

    start: int
    end: int


class Match(NamedTuple):
    """A part of a source text and the same part of its translation."""

    source: Part
    target: Part


def replaced(text: str, parts: Iterable[Part], placeholders: Iterable[str]) -> str:
    """Returns a text with a placeholder in the place of each of some parts, none overlapping."""
    pieces = []
    done = 0
    for (start, end), placeholder in sorted(zip(parts, placeholders, strict=True)):
        pieces += [text[done:start], placeholder]
        done = end
    return "".join([*pieces, text[done:]])


def matches(source: str, target: str, spans: Sequence[Span]) -> list[Match]:
    """Returns the spans of a source text that its translation holds as often, each with its like.

    Args:
        source: The source text.
        target: Its translation.
        spans: Spans of the source text, in order.
    """
    by_text: dict[str, list[Part]] = {}
    for start, end, _ in spans:
        by_text.setdefault(source[start:end], []).append(Part(start, end))

    found: list[Match] = []
    for text in sorted(by_text, key=len, reverse=True):  # a link before the number in it
        taken = {place for match in found for place in range(*match.target)}
        others = [part for part in occurrences(text, target) if part.start not in taken]
        if len(others) == len(by_text[text]):
            found += map(Match, by_text[text], others)
    return sorted(found)


def occurrences(part: str, text: str) -> list[Part]:
    """Returns where a part stands in a text, and not in a longer number or a longer Latin word."""
    before = ""
    after = ""
    if part[0].isdecimal():
        before = r"(?<!\d)(?<!\d[.,:/-])"
    elif part[0].isalpha():
        before = r"(?<![A-Za-z\d])"
    if part[-1].isdecimal():
        after = r"(?!\d|[.,:/-]\d)"
    elif part[-1].isalpha():
        after = r"(?![A-Za-z\d])"

    pattern = before + re.escape(part) + after
    return [Part(*match.span()) for match in re.finditer(pattern, text)]
