"""How usual the spelling of a sentence is on its side of a corpus: by sequences of three letters.

A sentence of another language in the same script has many that are rare.

Reference:
    Dunning 1994, Statistical identification of language.
"""

import math
from collections import Counter
from collections.abc import Iterable

import numpy as np

from seq2seq.data.quality.robust import Robust

_ADDED = 0.02  # to the count of each sequence of three, for those that were not seen
_LETTERS = 100  # that could follow, roughly
_FAR = 2.0  # deviations from which on a sentence is left out
_LEAST = 0.2  # deviation: the sentences of a corpus of templates hardly differ
_FEWEST = 16  # letters of a sentence that can be judged


class Spelling:
    """The spelling of one side of a corpus.

    Sentences of another language are among those to learn from. What is spelt unusually is left out
    and the rest is learnt once more, so that these do not count as usual.

    Args:
        texts: Its sentences, in small letters.
    """

    def __init__(self, texts: list[str]) -> None:
        self._learn(texts)
        scores = self._scores(texts)
        far = self._usual.distance(scores) < -_FAR
        self._learn([text for text, left_out in zip(texts, far, strict=True) if not left_out])

    def _learn(self, texts: list[str]) -> None:
        threes: Counter[str] = Counter()
        for text in texts:
            threes.update(_threes(text))
        twos: Counter[str] = Counter()
        for three, count in threes.items():
            twos[three[:2]] += count

        self._logs = {
            three: math.log((count + _ADDED) / (twos[three[:2]] + _ADDED * _LETTERS))
            for three, count in threes.items()
        }
        self._unseen = -math.log(_LETTERS)
        self._usual = Robust.of(self._scores(texts), least=_LEAST)

    def distances(self, texts: list[str]) -> np.ndarray:
        """How far the spelling of each text is from the usual, in deviations; rare is negative."""
        return self._usual.distance(self._scores(texts))

    def _scores(self, texts: Iterable[str]) -> np.ndarray:
        """The mean logarithm of the probability of a letter; NaN for a short text."""
        return np.array([self._score(text) for text in texts])

    def _score(self, text: str) -> float:
        if len(text) < _FEWEST:
            return math.nan
        get = self._logs.get
        unseen = self._unseen
        return sum([get(three, unseen) for three in _threes(text)]) / len(text)


def _threes(text: str) -> Iterable[str]:
    padded = f" {text} "
    return map("".join, zip(padded, padded[1:], padded[2:], strict=False))
