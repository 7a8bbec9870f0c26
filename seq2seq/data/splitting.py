"""Splits a corpus into train, dev and test, with no sentence in two of them."""

import random
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple

from seq2seq.data.corpus import Corpus, PairFiles, sentence_key
from seq2seq.data.skipped_lines import BLANK, SkippedLines
from seq2seq.errors import InputError

_FEWEST_DOCUMENTS = 10


class Parts(NamedTuple):
    """The three parts of a corpus, and a line that says how they were made."""

    train: Corpus
    dev: Corpus
    test: Corpus
    report: str


class _Pair(NamedTuple):
    """A pair, and the number of its document."""

    source: str
    target: str
    document: int


def split(files: Sequence[PairFiles], *, dev: int, test: int, seed: int) -> Parts:
    """Draws pairs for dev and for test, in groups that stay together; the rest is for training.

    A group is what shares a sentence on either side, or a document where there are ten or more.
    Each part keeps the order of the corpus. Dev and test have as many pairs as wanted or, where
    groups do not add up to it, slightly fewer.

    Args:
        files: Where the pairs are.
        dev: Pairs of dev.
        test: Pairs of test.
        seed: The same corpus, sizes and seed always give the same parts.

    Raises:
        InputError: A file cannot be read, or there are too few pairs.
    """
    pairs = list(_pairs(files))
    documents = len({pair.document for pair in pairs})
    by_document = documents >= _FEWEST_DOCUMENTS
    groups = _by_document(pairs) if by_document else _by_sentence(pairs)

    order = sorted(groups)
    random.Random(seed).shuffle(order)
    drawn = [_draw(groups, order, size) for size in (test, dev)]
    if not all(drawn) or dev + test >= len(pairs) or not order:
        raise InputError(
            f"Expected enough pairs for {dev:,} of dev, {test:,} of test and others to learn from, "
            f"with no sentence in two parts. Received: {len(pairs):,} pairs in {len(groups):,} "
            "groups that must stay together. Give more pairs, or ask for fewer."
        )

    in_test, in_dev = drawn
    used: set[Hashable] = set()
    parts = []
    for places in (in_test, in_dev, set(range(len(pairs))) - in_test - in_dev):
        part = [pairs[place] for place in sorted(places) if not used & _keys(pairs[place])]
        used |= {key for pair in part for key in _keys(pair)}
        parts.append(Corpus.collect((pair.source, pair.target) for pair in part))

    left_out = len(pairs) - sum(map(len, parts))
    how = f"{documents:,} documents, each whole" if by_document else "no documents"
    of_test, of_dev, of_train = parts
    return Parts(
        of_train, of_dev, of_test, f"{how}; left out for a sentence in two parts: {left_out:,}"
    )


def _pairs(files: Iterable[PairFiles]) -> Iterator[_Pair]:
    """Yields the pairs; a blank line or another file begins another document."""
    document = 0
    for part in files:
        document += 1
        found = SkippedLines(part.name)
        blank = 0
        for source, target in part.pairs_of(found, []):
            if found.reasons[BLANK] > blank:
                blank = found.reasons[BLANK]
                document += 1
            yield _Pair(source, target, document)


def _keys(pair: _Pair) -> set[Hashable]:
    """What no other part may have: the sentence of each side."""
    return {("source", sentence_key(pair.source)), ("target", sentence_key(pair.target))}


def _by_document(pairs: Sequence[_Pair]) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = {}
    for place, pair in enumerate(pairs):
        groups.setdefault(pair.document, []).append(place)
    return groups


def _by_sentence(pairs: Sequence[_Pair]) -> dict[int, list[int]]:
    """The places of the pairs that share a sentence, directly or through others."""
    first: dict[Hashable, int] = {}
    parent = list(range(len(pairs)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for place, pair in enumerate(pairs):
        for key in _keys(pair):
            parent[root(place)] = root(first.setdefault(key, place))

    groups: dict[int, list[int]] = {}
    for place in range(len(pairs)):
        groups.setdefault(root(place), []).append(place)
    return groups


def _draw(groups: dict[int, list[int]], order: list[int], size: int) -> set[int]:
    """Takes groups from the order while they fit, and returns the places of their pairs."""
    drawn: set[int] = set()
    left = []
    for name in order:
        if len(drawn) + len(groups[name]) <= size:
            drawn.update(groups[name])
        else:
            left.append(name)
    order[:] = left
    return drawn
