"""Draws distinct pairs, of each pattern its share."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from collection import Collection
from draw import Draw, Pair
from finish import finish
from holdout import held_out, is_name
from patterns import PATTERNS, Pattern

POLITE_SHARE = 0.24
LONGEST = 15  # English words in a sentence


@dataclass(frozen=True)
class Drawn:
    """A pair with the names and word combinations that it was made of."""

    english: str
    korean: str
    tags: frozenset[str]

    @property
    def pair(self) -> Pair:
        """The pair alone."""
        return self.english, self.korean

    @property
    def names_somebody(self) -> bool:
        """True where the pair has a Korean given name."""
        return any(is_name(tag) for tag in self.tags)

    @property
    def combines_anew(self) -> bool:
        """True where the pair has a word combination that is kept out of training."""
        return any(held_out(tag) for tag in self.tags)


def draw_corpus(
    rng: random.Random,
    names: Mapping[str, str],
    size: int,
    taken: Collection,
    wanted: Callable[[Drawn], bool],
) -> list[Drawn]:
    """Draws about `size` distinct pairs that are wanted, of each pattern its share."""
    total = sum(share for _, share in PATTERNS)
    found: list[Drawn] = []

    for pattern, share in PATTERNS:
        quota = len(found) + round(size * share / total)
        tries = 0
        while len(found) < quota and tries < size * 3:
            tries += 1
            drawn = draw_pair(pattern, rng, names)
            fits = wanted(drawn) and len(drawn.english.split()) <= LONGEST
            if fits and taken.accepts(drawn.english, drawn.korean):
                found.append(drawn)
    return found


def draw_pair(pattern: Pattern, rng: random.Random, names: Mapping[str, str]) -> Drawn:
    """Draws one pair from a pattern."""
    d = Draw(rng, names, polite=rng.random() < POLITE_SHARE)
    english, korean = finish(pattern(d), d)
    return Drawn(english, unicodedata.normalize("NFC", korean), frozenset(d.tags))
