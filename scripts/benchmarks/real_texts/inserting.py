"""Puts spans into a sentence, and finds them in its translation."""

import re
from random import Random
from typing import NamedTuple

_MOST = 3  # spans of a sentence

# What would make another span of it. Korean writes particles to the end of a word, without a space.
_NOT_BEFORE = r"(?<![A-Za-z0-9_$%{#@&])(?<![0-9][.,:/'-])"
_NOT_AFTER = r"(?![A-Za-z0-9_}])(?![.,:/'-][0-9])"
_NO_LONGER_EMOJI = r"(?![\u200d\ufe0f\u20e3\U0001f3fb-\U0001f3ff])"


class Marked(NamedTuple):
    """A sentence with its spans."""

    text: str
    spans: list[str]


def insert(sentence: str, make, random: Random, *, anywhere: bool = False) -> Marked:
    """Puts one to three spans between the words of a sentence, one at a place.

    Args:
        sentence: The sentence.
        make: `make(random)` is a span.
        random: Draws their number and their places.
        anywhere: Whether they may stand before the first word, and after the mark that ends the
            sentence; otherwise they are words of it.
    """
    body, mark = (sentence, "") if anywhere else without_mark(sentence)
    words = body.split()
    places = range(0 if anywhere else 1, len(words) + 1)
    chosen = sorted(random.sample(places, min(random.randint(1, _MOST), len(places))))
    spans = different(len(chosen), make, random, sentence)

    for place, span in reversed(list(zip(chosen, spans, strict=True))):
        words.insert(place, span)
    return Marked(" ".join(words) + mark, spans)


def different(count: int, make, random: Random, sentence: str) -> list[str]:
    """Spans of which none is part of another, nor of the sentence."""
    spans: list[str] = []
    while len(spans) < count:
        span = make(random)
        others = [sentence, *spans]
        if not any(span in other or other in span for other in others):
            spans.append(span)
    return spans


def without_mark(sentence: str) -> tuple[str, str]:
    """A sentence and the mark that ends it."""
    body = sentence.rstrip(".!? ")
    return body, sentence[len(body) :].strip()


def occurrences(span: str, translation: str) -> int:
    """How often a span stands in a translation, letter for letter and not as part of another."""
    return len(_pattern(span).findall(translation))


def remove(spans: list[str], translation: str) -> str:
    """The translation without the spans, its spaces collapsed."""
    for span in spans:
        translation = _pattern(span).sub(" ", translation)
    return re.sub(r"\s+([.,!?;:])", r"\1", " ".join(translation.split()))


def _pattern(span: str) -> re.Pattern[str]:
    before = _NOT_BEFORE if span[0].isascii() else ""
    after = _NOT_AFTER if span[-1].isascii() else _NO_LONGER_EMOJI
    return re.compile(before + re.escape(span) + after)
