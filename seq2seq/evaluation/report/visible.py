"""Text as a page may show it: nothing in it is markup, and what cannot be seen is named."""

import re
from collections.abc import Sequence
from html import escape
from itertools import groupby

from seq2seq.evaluation.report.words import SAME, Word

# Control characters, and those that turn the direction of text around. Joiners stay: scripts and
# emoji are written with them.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff]"
)


def visible(text: str) -> str:
    """Returns a text in which control characters, and those that turn its direction, are named."""
    return _UNSEEN.sub(lambda match: f"⟨U+{ord(match[0]):04X}⟩", text)


def escaped(text: str) -> str:
    """Returns a text as HTML, with what `visible` names."""
    return escape(visible(text))


def segments(text: str, words: Sequence[Word], marks: str) -> list[str]:
    """Returns a text in parts of one mark each, such as "=A man " and "!is".

    Args:
        text: The text.
        words: Its words.
        marks: The mark of each, which is the first letter of a part. What is between words is the
            same on both sides.
    """
    letters = [SAME] * len(text)
    for word, mark in zip(words, marks, strict=True):
        letters[word.start : word.end] = mark * (word.end - word.start)

    parts = []
    start = 0
    for mark, group in groupby(letters):
        end = start + len(list(group))
        parts.append(mark + visible(text[start:end]))
        start = end
    return parts
