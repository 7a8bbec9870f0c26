"""Damages a part of a corpus in ways in which real corpora are damaged."""

import random
from collections.abc import Sequence
from typing import NamedTuple

KINDS = ("shuffled", "copied", "truncated", "mojibake", "language", "duplicate")


class Pair(NamedTuple):
    """A sentence pair, and what was done to it: one of `KINDS`, or nothing."""

    source: str
    target: str
    damage: str = ""


def damaged(
    sources: Sequence[str],
    targets: Sequence[str],
    others: Sequence[str],
    *,
    share: float = 0.2,
    seed: int = 1,
) -> list[Pair]:
    """Damages pairs in five ways, as many in each: wrong languages and duplicates share the fifth.

    Args:
        sources: Source sentences.
        targets: Their translations.
        others: Their translations into a third language.
        share: Of the pairs that are damaged.
        seed: The same seed damages the same pairs.
    """
    chance = random.Random(seed)
    pairs = [Pair(*pair) for pair in zip(sources, targets, strict=True)]
    many = int(len(pairs) * share / 5)
    places = chance.sample(range(len(pairs)), len(pairs))

    garbled = [place for place in places if not targets[place].isascii()][:many]
    left = [place for place in places if place not in set(garbled)]
    groups = [left[start : start + many] for start in range(0, 4 * many, many)]
    moved, copied, cut, last = groups

    for place, other in zip(moved, [*moved[1:], moved[0]], strict=True):
        pairs[place] = Pair(sources[place], targets[other], "shuffled")
    for place in copied:
        pairs[place] = Pair(sources[place], sources[place], "copied")
    for place in cut:
        pairs[place] = Pair(sources[place], _cut(targets[place], chance), "truncated")
    for place in garbled:
        text = targets[place].encode().decode("latin-1")
        pairs[place] = Pair(sources[place], text, "mojibake")

    half = len(last) // 2
    for place in last[:half]:
        pairs[place] = Pair(sources[place], others[place], "language")
    whole = sorted(places[5 * many :])
    for place in last[half:]:
        earlier = [other for other in whole[:50] if other < place]
        if earlier:
            source, target, _ = pairs[chance.choice(earlier)]
            pairs[place] = Pair(source, target, "duplicate")
    return pairs


def _cut(text: str, chance: random.Random) -> str:
    """The first words of a text, a fifth to three fifths of them."""
    words = text.split()
    return " ".join(words[: max(1, int(len(words) * chance.uniform(0.2, 0.6)))])
