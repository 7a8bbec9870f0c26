"""Tags and emoji of a sentence: which tags belong together, and which stand at its edges."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from seq2seq.data.spans import Kind, Span

_TAG = re.compile(r"<(/?)([^\W\d_][^\s/>]*)")
_ALONE = frozenset(("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"))
# Words on both sides of these are apart, also without a space.
_DIVIDING = frozenset(
    ("br", "dd", "div", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "option")
    + ("p", "table", "td", "th", "tr", "ul")
)


class Mark(NamedTuple):
    """A tag or an emoji, which stands beside words.

    Attributes:
        text: What is written.
        start: Where it stands in the sentence.
        place: The character of the text without marks before which it stands.
        opens: The name of the element that a tag opens; empty for other marks.
        closes: The name of the element that a tag closes; empty for other marks.
        after_space: Whether a space is before it.
        before_space: Whether a space is after it.
    """

    text: str
    start: int
    place: int
    opens: str
    closes: str
    after_space: bool
    before_space: bool


def make_mark(sentence: str, span: Span, place: int) -> Mark:
    """The mark that a span of a sentence is."""
    start, end, kind = span
    text = sentence[start:end]
    opens = ""
    closes = ""
    if kind is Kind.TAG and (found := _TAG.match(text)):
        name = found[2].lower()
        if found[1]:
            closes = name
        elif not text.endswith("/>") and name not in _ALONE:
            opens = name

    return Mark(
        text,
        start,
        place,
        opens,
        closes,
        after_space=sentence[max(start - 1, 0) : start].isspace(),
        before_space=sentence[end : end + 1].isspace(),
    )


def divides_words(text: str, kind: Kind) -> bool:
    """Whether letters on both sides of a tag or an emoji belong to two words."""
    found = _TAG.match(text) if kind is Kind.TAG else None
    return kind is Kind.EMOJI or (found is not None and found[2].lower() in _DIVIDING)


def partners(marks: Sequence[Mark]) -> list[int | None]:
    """For each mark, the place of the tag that closes what it opens, or opens what it closes."""
    found: list[int | None] = [None] * len(marks)
    opened: list[int] = []
    open_names: dict[str, int] = {}
    for place, mark in enumerate(marks):
        if mark.opens:
            opened.append(place)
            open_names[mark.opens] = open_names.get(mark.opens, 0) + 1
        elif open_names.get(mark.closes):
            other = -1
            while other < 0 or marks[other].opens != mark.closes:
                other = opened.pop()  # what is still open inside has no end
                open_names[marks[other].opens] -= 1
            found[place] = other
            found[other] = place
    return found


def edges(partner: Sequence[int | None], most_before: int, most_after: int) -> tuple[int, int]:
    """How many marks stay at the beginning and at the end of a sentence.

    All that stand there stay, but for tags that belong to one between words.

    Args:
        partner: What `partners` returns.
        most_before: How many marks stand before all words.
        most_after: How many stand after all words.
    """
    count = len(partner)
    before = most_before
    after = count - most_after  # the place of the first one at the end
    for place in range(most_before):
        other = partner[place]
        if other is not None and most_before <= other < after:
            before = place
            break
    for place in reversed(range(after, count)):
        other = partner[place]
        if other is not None and most_before <= other < count - most_after:
            after = place + 1
            break

    # A pair of which one has to go does so as a whole, and all pairs inside of it.
    for place in range(before):
        other = partner[place]
        if other is not None and other < after and other >= before:
            before = place
            break
    for place in reversed(range(after, count)):
        other = partner[place]
        if other is not None and before <= other < after:
            after = place + 1
            break
    return before, count - after
