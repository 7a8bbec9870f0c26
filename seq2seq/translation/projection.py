"""Where tags and emoji stand in a translation: beside the translations of the words around them.

A pair of tags encloses what the words inside of it gave. So elements stay nested as they were, and
no two overlap; elements beside each other may change places, as words do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from seq2seq.data.placeholders import Part
from seq2seq.translation.tags import Mark, partners


@dataclass
class _Element:
    """An element of a source text, or a mark alone, which has nothing inside."""

    marks: list[Mark]
    first: int  # the first source word inside
    last: int  # the word after the last one
    inside: "list[_Element]" = field(default_factory=list)
    start: int = 0  # the first target word inside
    end: int = 0  # the word after the last one
    is_before: bool = False  # of an element without target words, whether it is before `start`


class Placed(NamedTuple):
    """A mark with its spaces, and where it is written.

    Attributes:
        text: What is written.
        word: A target word.
        is_before: Whether it stands directly before this word; else directly after the one before.
    """

    text: str
    word: int
    is_before: bool


class _Words(NamedTuple):
    """The words of both sides."""

    weights: np.ndarray  # (target_words, source_words), how much each gave
    shares: np.ndarray  # (target_words, source_words + 1), of all source words before each
    source: np.ndarray  # (source_words + 1,), how many before each are no punctuation
    target: np.ndarray  # (target_words,), whether each is no punctuation


def project(
    marks: Sequence[Mark],
    source_words: Sequence[Part],
    weights: np.ndarray,
    *,
    source_is_word: Sequence[bool],
    target_is_word: Sequence[bool],
) -> list[Placed]:
    """Finds a place for every mark.

    Args:
        marks: The marks, in order.
        source_words: The words of the text that they stand in.
        weights: How much each of these gave to each target word, `(target_words, source_words)`.
        source_is_word: Whether each of the source words is one, and no punctuation.
        target_is_word: Likewise of the target words.

    Returns:
        The marks in the order in which they are written.
    """
    words = _Words(
        weights,
        np.pad(weights.cumsum(1), [(0, 0), (1, 0)]),
        np.concatenate([[0], np.cumsum(source_is_word)]),
        np.array(target_is_word, bool),
    )
    root = _tree(marks, source_words)
    root.end = len(target_is_word)

    placed = []
    waiting: list[_Element | Placed] = [root]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Placed):
            placed.append(item)
        else:
            waiting += reversed(_content(item, words))
    return placed


def _tree(marks: Sequence[Mark], source_words: Sequence[Part]) -> _Element:
    """The elements of a text inside each other."""
    at = [mark.place for mark in marks]
    begun = np.searchsorted([word.start for word in source_words], at).tolist()
    ended = np.searchsorted([word.end for word in source_words], at, side="right").tolist()
    partner = partners(marks)

    root = _Element([], 0, len(source_words))
    opened = [root]
    for number, mark in enumerate(marks):
        other = partner[number]
        if other is None:
            opened[-1].inside.append(_Element([mark], begun[number], begun[number]))
        elif other > number:
            # A word of which a part is inside is inside.
            element = _Element([mark, marks[other]], ended[number], begun[other])
            opened[-1].inside.append(element)
            opened.append(element)
        else:
            opened.pop()
    return root


def _content(outer: _Element, words: _Words) -> list[_Element | Placed]:
    """What is inside an element whose place is known, in the order in which it is written."""
    is_free = np.zeros(len(words.target), bool)
    is_free[outer.start : outer.end] = True
    enclosing = []
    for inner in outer.inside:
        if inner.first < inner.last and is_free.any():
            given = words.shares[:, inner.last] - words.shares[:, inner.first]
            inner.start, inner.end = _best_range(np.where(is_free, given, -np.inf))
            is_free[inner.start : inner.end] = False
            enclosing.append(inner)

    before = (outer.start, False)
    for inner in outer.inside:
        if inner.start == inner.end:
            before = max(before, _place_between(inner, outer, enclosing, words, before))
            inner.start, inner.is_before = before
            inner.end = inner.start

    content: list[_Element | Placed] = []
    for inner in sorted(outer.inside, key=lambda one: (one.start, one.end > one.start)):
        is_empty = inner.start == inner.end
        opening, *closing = inner.marks
        content.append(_placed(opening, inner.start, not is_empty or inner.is_before))
        if closing:
            content.append(inner)
            content.append(_placed(closing[0], inner.end, is_empty and inner.is_before))
    return content


def _placed(mark: Mark, word: int, is_before: bool) -> Placed:
    if is_before:
        return Placed(mark.text + " " * mark.before_space, word, is_before)
    return Placed(" " * mark.after_space + mark.text, word, is_before)


def _best_range(given: np.ndarray) -> tuple[int, int]:
    """A run of target words that the words of an element gave more than others did.

    Args:
        given: The share of each target word that they gave; -inf where the run must not be.
    """
    best = 0.0
    run = (int(given.argmax()), int(given.argmax()) + 1)
    total = 0.0
    start = 0
    for place, share in enumerate(given.tolist()):
        if total <= 0:
            total = 0.0
            start = place
        total += share - 0.5
        if total > best:
            best = total
            run = (start, place + 1)
    return run


def _place_between(
    inner: _Element,
    outer: _Element,
    enclosing: Sequence[_Element],
    words: _Words,
    least: tuple[int, bool],
) -> tuple[int, bool]:
    """A place for a mark alone, or for an element without words.

    Args:
        inner: The mark or the element.
        outer: What it is inside of.
        enclosing: The elements beside it that have words, which it is outside of.
        words: The words.
        least: The place of what stands before it in the source text.
    """
    if outer.start == outer.end:
        return outer.start, outer.is_before

    place, is_before = max(_beside_word(inner, outer, words), least)
    for other in enclosing:
        if other.start < place < other.end:
            place = other.end
            is_before = False
    return place, place < outer.end and (is_before or place == outer.start)


def _beside_word(inner: _Element, outer: _Element, words: _Words) -> tuple[int, bool]:
    """Before the translation of the next word for what only opens, else after that of the last."""
    start, end = outer.start, outer.end
    here = inner.first
    has_before = words.source[here] > words.source[outer.first]
    has_after = words.source[outer.last] > words.source[here]
    opens = bool(inner.marks[0].opens) and len(inner.marks) == 1

    if has_after and (opens or not has_before):
        return start + int(words.weights[start:end, here].argmax()), True
    if has_after:
        return start + int(words.weights[start:end, here - 1].argmax()) + 1, False
    written = np.flatnonzero(words.target[start:end])
    return (start + int(written[-1]) + 1 if written.size else end), False
