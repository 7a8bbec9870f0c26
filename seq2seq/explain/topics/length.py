"""Scores by the length of the source: where a fixed context vector breaks down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from seq2seq.data.bundled import bundled_corpus
from seq2seq.data.corpus import Corpus
from seq2seq.errors import InputError
from seq2seq.evaluation.bleu_tokenizer import AUTO, choose_tokenizer
from seq2seq.evaluation.scores import quick_score
from seq2seq.explain.explanation import Explanation
from seq2seq.translation.translator import Translator

_BINS = 6
_FEWEST = 5  # sentences of a bin, but for the first


@dataclass(frozen=True)
class Curve:
    """The scores of one model.

    Attributes:
        name: The model.
        bleu: BLEU of the sentences of each bin, `(bins,)`.
        chrf2: Their chrF2.
    """

    name: str
    bleu: np.ndarray
    chrf2: np.ndarray


@dataclass(frozen=True)
class Length(Explanation):
    """BLEU and chrF2 by source length.

    Attributes:
        bins: The fewest and the most words of the sources of each bin, `(bins, 2)`.
        counts: How many sentences it has, `(bins,)`.
        tokenize: The sacreBLEU tokenizer of BLEU.
        curves: One for each model.
    """

    topic: ClassVar[str] = "length"

    bins: list[tuple[int, int]]
    counts: list[int]
    tokenize: str
    curves: list[Curve]

    def names(self) -> list[str]:
        """The bins in words."""
        return [f"{low}–{high}" if low < high else f"{low}" for low, high in self.bins]

    def lines(self) -> list[str]:
        """A table with a row for each model and score."""
        lines = [f"{'words of the source':30}" + "".join(f"{name:>9}" for name in self.names())]
        lines.append(f"{'sentences':30}" + "".join(f"{count:9,}" for count in self.counts))
        for curve in self.curves:
            for metric, values in (("BLEU", curve.bleu), ("chrF2", curve.chrf2)):
                numbers = "".join(f"{value:9.1f}" for value in values)
                lines.append(f"{curve.name[-23:] + ' ' + metric:30}{numbers}")
        lines.append(f"BLEU's tokenizer is {self.tokenize}.")
        return lines


def length(
    translators: Translator | Mapping[str, Translator],
    *,
    corpus: Corpus | None = None,
    **search: Any,
) -> Length:
    """Scores translators by the length of the source, in words.

    Args:
        translators: One, or several by names.
        corpus: Sentence pairs; the bundled test set by default.
        **search: The options of `Translator.stream`, such as `beam_size`.

    Raises:
        InputError: The corpus is empty, or an option cannot be used.
    """
    if isinstance(translators, Translator):
        translators = {"model": translators}
    if corpus is None:
        corpus = bundled_corpus("test")
    if not len(corpus):
        raise InputError("Expected sentence pairs to score. Received: none. Give a corpus.")

    found = {
        name: translator.translate(corpus.source, **search)
        for name, translator in translators.items()
    }
    return by_length(found, corpus)


def by_length(
    hypotheses: Mapping[str, Sequence[str]], corpus: Corpus, *, tokenize: str = AUTO
) -> Length:
    """Scores translations by the length of the source, in words.

    Args:
        hypotheses: By the name of a model, its translation of each source sentence.
        corpus: The sentences and their references.
        tokenize: The sacreBLEU tokenizer of BLEU; "auto" takes the one that suits the references.
    """
    words = np.array([len(source.split()) for source in corpus.source])
    bins = _bins(words)
    members = [np.flatnonzero((words >= low) & (words <= high)).tolist() for low, high in bins]
    tokenize = choose_tokenizer(tokenize, corpus.target)

    curves = []
    for name, translations in hypotheses.items():
        scores = [
            quick_score(
                [translations[place] for place in places],
                [corpus.target[place] for place in places],
                tokenize=tokenize,
            )
            for places in members
        ]
        bleu, chrf2 = np.array(scores).T
        curves.append(Curve(name, bleu, chrf2))
    return Length(bins, [len(places) for places in members], tokenize, curves)


def _bins(words: Sequence[int] | np.ndarray) -> list[tuple[int, int]]:
    """Bins of about as many sentences each; one of few sentences is joined to that before it."""
    words = np.asarray(words)
    limits = np.unique(np.quantile(words, np.linspace(0, 1, _BINS + 1)[:-1]).astype(int))
    ends = [*(limits[1:] - 1), int(words.max())]
    bins: list[tuple[int, int]] = []
    for low, high in zip(limits.tolist(), ends, strict=True):
        count = int(((words >= low) & (words <= high)).sum())
        if count < _FEWEST and bins:
            bins[-1] = (bins[-1][0], int(high))
        else:
            bins.append((low, int(high)))
    return bins
