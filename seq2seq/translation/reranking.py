"""The hypotheses of a sentence ranked anew, by what costs too much to search for.

**Minimum Bayes risk decoding** takes the hypothesis `y` that is likest to all that the sentence may
mean, in place of the most probable one: the largest expected utility

    sum over y' of P(y' | x) chrF2(y, y'),

where `y` and `y'` are the candidates that a beam search found, and `P` is normalised over these.

**Noisy channel reranking** asks another model, from the target to the source language, how well a
hypothesis tells the sentence `x`, and ranks by

    log P(y | x) / penalty(y) + weight · log P(x | y) / penalty(x),

where the penalty is that of the search. Words that the sentence has and the hypothesis lacks, which
a search hardly notices, cost much here.

Both together: minimum Bayes risk decoding with `P` proportional to `P(y | x) P(x | y)^weight`.

Reference:
    Minimum Bayes risk: Kumar and Byrne (2004), https://aclanthology.org/N04-1022; Eikema and Aziz
    (2022), https://arxiv.org/abs/2108.04718. Noisy channel: Yee et al. (2019),
    https://aclanthology.org/D19-1571, without their language model; Li et al. (2016),
    https://aclanthology.org/N16-1014, who call it mutual information.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from seq2seq.errors import InputError, is_real, shown
from seq2seq.evaluation.pairwise import pairwise_chrf2
from seq2seq.search.options import SearchOptions
from seq2seq.translation.result import Hypothesis, PairScore, Translation, distinct

WEIGHT = 1.0  # of the other model: it counts as much as the first
_MOST_WEIGHT = 1e6  # far beyond what means anything

Scorer = Callable[[Sequence[str], Sequence[str]], Iterable[PairScore]]
"""Scores translations, the second list, of sentences, the first one."""


@dataclass(frozen=True, kw_only=True)
class Reranking:
    """How hypotheses are ranked anew.

    Attributes:
        mbr: Whether by minimum Bayes risk; else by score.
        backward: Scores sentences as translations of their hypotheses; None takes no other model.
        weight: That of the other model.
        length_penalty: That of the search.
        n_best: Most hypotheses that are kept, of which no two have the same text.
    """

    mbr: bool
    backward: Scorer | None
    weight: float
    length_penalty: float
    n_best: int

    def rank(self, translations: Sequence[Translation]) -> list[Translation]:
        """Ranks the hypotheses of each sentence, and keeps the best of them.

        Args:
            translations: Sentences with all their candidates. Those that have the same text count
                each.
        """
        backward = self._backward_scores(translations)
        return [
            ranked(found, self._scores(found.hypotheses, scores), n_best=self.n_best)
            for found, scores in zip(translations, backward, strict=True)
        ]

    def _backward_scores(self, translations: Sequence[Translation]) -> list[list[PairScore]]:
        """The score of each sentence given each of its hypotheses; none without another model."""
        if self.backward is None:
            return [[] for _ in translations]

        pairs = [(one.text, found.source) for found in translations for one in found.hypotheses]
        scores = iter(self.backward([text for text, _ in pairs], [source for _, source in pairs]))
        return [list(islice(scores, len(found.hypotheses))) for found in translations]

    def _scores(
        self, hypotheses: Sequence[Hypothesis], backward: Sequence[PairScore]
    ) -> np.ndarray:
        """What the hypotheses of a sentence are ranked by, `(hypotheses,)`."""
        if not self.mbr:
            return channel_scores(
                hypotheses, backward, weight=self.weight, length_penalty=self.length_penalty
            )

        # A sentence that is its own translation has one hypothesis, whose probability is not known.
        log_probs = np.array([one.log_probability or 0.0 for one in hypotheses])
        if backward:
            log_probs += self.weight * np.array([one.log_probability for one in backward])
        return expected_chrf2([one.text for one in hypotheses], log_probs)


def expected_chrf2(texts: Sequence[str], log_probabilities: np.ndarray) -> np.ndarray:
    """The chrF2, 0 to 100, to expect of each text if one of all of them is the reference.

    Args:
        texts: Candidates. One that stands there twice counts twice.
        log_probabilities: `(texts,)`. They need not be normalised.

    Returns:
        `(texts,)`.
    """
    if not texts:
        return np.zeros(0)
    weights = np.exp(log_probabilities - np.max(log_probabilities))
    return pairwise_chrf2(texts) @ (weights / weights.sum())


def channel_scores(
    hypotheses: Sequence[Hypothesis],
    backward: Sequence[PairScore],
    *,
    weight: float,
    length_penalty: float,
) -> np.ndarray:
    """The scores of hypotheses by both models, `(hypotheses,)`.

    Args:
        hypotheses: Those of a sentence.
        backward: The scores of the sentence as a translation of each.
        weight: That of the other model.
        length_penalty: That of the search, see `search.beam`.
    """
    of_backward = [
        score.log_probability / ((5 + len(score.pieces)) / 6) ** length_penalty
        for score in backward
    ]
    return np.array([one.score for one in hypotheses]) + weight * np.array(of_backward)


def ranked(translation: Translation, scores: np.ndarray, *, n_best: int) -> Translation:
    """A sentence with its hypotheses in the order of scores, each of which tells its own.

    Equal ones keep their order.

    Args:
        translation: The sentence.
        scores: `(hypotheses,)`.
        n_best: Most hypotheses that are kept, of which no two have the same text.
    """
    order = np.argsort(-scores, kind="stable")
    hypotheses = [
        replace(translation.hypotheses[rank], reranking_score=float(scores[rank])) for rank in order
    ]
    return replace(translation, hypotheses=distinct(hypotheses, n_best))


def check_reranking(options: SearchOptions, *, has_model: bool, weight: float | None) -> None:
    """Refuses a search that leaves another model nothing to rank, and a weight of no use.

    Args:
        options: Those of the search.
        has_model: Whether another model ranks.
        weight: That of the other model; None is the default.

    Raises:
        InputError: The search is greedy or makes random draws, or the weight is no number of at
            least 0, or is given without the model.
    """
    if weight is not None and not has_model:
        raise InputError(
            "Expected rerank-weight with rerank-with. Received: it alone. Leave it out."
        )
    if weight is not None and not (is_real(weight) and 0 <= weight <= _MOST_WEIGHT):
        raise InputError(
            f"Expected rerank-weight to be a number of at least 0 and at most {_MOST_WEIGHT:,.0f}. "
            f"Received: {shown(weight)}. Give another."
        )
    if has_model and (options.draws or options.beam_size == 1):
        received = "random draws" if options.draws else "a beam of 1, which is greedy search"
        raise InputError(
            f"Expected rerank-with with beam search. Received: {received}. Leave one out."
        )
