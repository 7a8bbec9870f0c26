"""How well the words of two sentences fit each other, by word links learnt from the corpus itself.

A word that one of the words of the other side gives is good news, more so the rarer it is; a word
that none gives is bad news. Words are cut to their first letters, so that their forms count as one.

Reference:
    The ratio is that of Moore 2004, https://aclanthology.org/W04-3243, of a link to chance.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from seq2seq.data.corpus import Corpus
from seq2seq.data.lexical_table import lexical_table

_WORDS = re.compile(r"[가-힣]{1,2}|[぀-ヿ㐀-鿿]|[^\W\d_가-힣぀-ヿ㐀-鿿]+|\d+")
_STEM = 5  # letters
_MOST_WORDS = 60  # of a sentence that are looked at
_MOST_CELLS = 6_000_000  # pairs of words to learn from; more take too much memory
_FEWEST = 3  # times that a word must be there to be judged
_FEWEST_KNOWN = 3  # words of a sentence; fewer tell nothing
_CHANCE = 0.1  # what a word without a link is worth, where a link by chance is worth 1
_MOST = 4.0  # worth of a word, as a logarithm


class Fit(NamedTuple):
    """How well pairs fit, each `(pairs,)`; above 0 is better than by chance, NaN is not known.

    Attributes:
        target: How well the source tells the words of the target.
        source: How well the target tells the words of the source.
    """

    target: np.ndarray
    source: np.ndarray


class _Cells(NamedTuple):
    """Every word of a target beside every word of its source: flat, target by target."""

    source: np.ndarray
    target: np.ndarray
    source_place: np.ndarray
    target_place: np.ndarray


class WordFit:
    """The links between the words of two languages.

    Args:
        corpus: Sentence pairs to learn from, damaged ones among them. Of many, pairs at equal
            distances are taken.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._source = _vocabulary(corpus.source)
        self._target = _vocabulary(corpus.target)
        sizes = (len(self._source) + 1, len(self._target) + 1)

        source, target = self._tokens(corpus.source, corpus.target)
        size = sum(len(one) * len(other) for one, other in zip(source, target, strict=True))
        every = max(1, -(-size // _MOST_CELLS))
        cells = _cells(source[::every], target[::every])

        self._links, self._forward = _table(cells.source, cells.target, cells.target_place, sizes)
        swapped = (sizes[1], sizes[0])
        back, backward = _table(cells.target, cells.source, cells.source_place, swapped)
        back_target, back_source = np.divmod(back, sizes[0])
        links = back_source * sizes[1] + back_target
        order = np.argsort(links)
        self._backward = np.zeros(len(self._links))
        self._backward[np.searchsorted(self._links, links[order])] = backward[order]

        self._source_share = _shares(source, sizes[0])
        self._target_share = _shares(target, sizes[1])

    def of(self, sources: Sequence[str], targets: Sequence[str]) -> Fit:
        """Returns how well pairs fit."""
        source, target = self._tokens(sources, targets)
        cells = _cells(source, target)
        wanted = cells.source.astype(np.int64) * (len(self._target) + 1) + cells.target
        places = np.minimum(np.searchsorted(self._links, wanted), len(self._links) - 1)
        known = self._links[places] == wanted if len(self._links) else np.zeros(len(wanted), bool)

        forward = np.where(known, self._forward[places], 0.0)
        backward = np.where(known, self._backward[places], 0.0)
        return Fit(
            _means(forward, cells.target_place, target, self._target_share),
            _means(backward, cells.source_place, source, self._source_share),
        )

    def _tokens(
        self, sources: Sequence[str], targets: Sequence[str]
    ) -> tuple[list[list[int]], list[list[int]]]:
        return (
            [_ids(text, self._source) for text in sources],
            [_ids(text, self._target) for text in targets],
        )


def _words(text: str) -> list[str]:
    return [word[:_STEM] for word in _WORDS.findall(text.casefold())[:_MOST_WORDS]]


def _vocabulary(texts: Iterable[str]) -> dict[str, int]:
    """The words that are there often enough, with their numbers, from 1."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(_words(text))
    common = [word for word, count in counts.items() if count >= _FEWEST]
    return {word: number for number, word in enumerate(common, start=1)}


def _ids(text: str, vocabulary: dict[str, int]) -> list[int]:
    """The numbers of the known words of a text, each once."""
    return list({vocabulary[word]: None for word in _words(text) if word in vocabulary})


def _cells(source: Sequence[Sequence[int]], target: Sequence[Sequence[int]]) -> _Cells:
    source_lengths = np.array([len(tokens) for tokens in source], np.int32)
    target_lengths = np.array([len(tokens) for tokens in target], np.int32)
    sources = np.array([token for tokens in source for token in tokens], np.int32)
    targets = np.array([token for tokens in target for token in tokens], np.int32)

    pair = np.repeat(np.arange(len(target)), target_lengths)  # of each target word
    beside = source_lengths[pair]  # source words beside it
    before = np.cumsum(beside, dtype=np.int32) - beside
    target_place = np.repeat(np.arange(len(targets), dtype=np.int32), beside)
    within = np.arange(len(target_place), dtype=np.int32) - np.repeat(before, beside)
    first = np.cumsum(source_lengths, dtype=np.int32) - source_lengths
    source_place = first[pair][target_place] + within
    return _Cells(sources[source_place], targets[target_place], source_place, target_place)


def _table(
    source: np.ndarray, target: np.ndarray, position: np.ndarray, sizes: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """The links that two pairs or more show, ascending, and the probability of each.

    What one pair alone shows is no evidence for that pair, so its part is taken off.
    """
    sources, targets, probability = lexical_table(source, target, position, sizes)
    links = sources * sizes[1] + targets
    times = np.bincount(
        np.searchsorted(links, source.astype(np.int64) * sizes[1] + target), minlength=len(links)
    )
    return links, probability * (times - 1) / np.maximum(times, 1)


def _shares(tokens: Iterable[Sequence[int]], size: int) -> np.ndarray:
    """The share of each word among all."""
    counts = np.bincount([token for one in tokens for token in one], minlength=size)
    return np.maximum(counts, 1) / max(1, counts.sum())


def _means(
    weights: np.ndarray, places: np.ndarray, tokens: Sequence[Sequence[int]], share: np.ndarray
) -> np.ndarray:
    """The mean worth of the words of each sentence."""
    lengths = np.array([len(one) for one in tokens], np.int64)
    flat = np.array([token for one in tokens for token in one], np.int64)
    best = np.zeros(len(flat))
    np.maximum.at(best, places, weights)

    worth = np.minimum(np.log(_CHANCE + (1 - _CHANCE) * best / share[flat]), _MOST)
    pair = np.repeat(np.arange(len(tokens)), lengths)
    totals = np.bincount(pair, worth, minlength=len(tokens))
    return np.divide(
        totals, lengths, out=np.full(len(tokens), np.nan), where=lengths >= _FEWEST_KNOWN
    )
