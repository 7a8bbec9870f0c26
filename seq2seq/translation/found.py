"""What a search found for a batch of sentences, as arrays, and the translations that these are."""

from typing import Any, NamedTuple

import numpy as np

from seq2seq.ids import PAD_ID
from seq2seq.translation.confidence import Confidence, confidence_in, log_probability
from seq2seq.translation.result import Hypothesis, Translation


class Found(NamedTuple):
    """The result of a search in text and in pieces: tensors in a graph, else arrays.

    `length` is that of the longest translation; the end of the others is padding.
    """

    texts: Any  # (batch, n_best) strings
    scores: Any  # (batch, n_best) float32; -inf where there is no such translation
    tokens: Any  # (batch, n_best, length) int32
    pieces: Any  # (batch, n_best, length) strings
    source_pieces: Any  # (batch, source_length) strings


def translations(
    sources: list[str],
    source_tokens: np.ndarray,
    found: Found,
    *,
    attention: np.ndarray | None,
    cut: list[bool],
    length_penalty: float | None = None,
    confidence: Confidence | None = None,
) -> list[Translation]:
    """All translations of each text of a batch.

    Args:
        sources: The texts.
        source_tokens: Their tokens, `(batch, source_length)`.
        found: Arrays.
        attention: `(batch, n_best, length, source_length)`, or None.
        cut: Whether no more than the beginning of a text was read.
        length_penalty: By what the scores are log-probabilities; None if they are something else.
        confidence: What to expect of a log-probability, if it is known.
    """
    source_lengths = np.count_nonzero(source_tokens != PAD_ID, -1)  # (batch,)
    lengths = np.count_nonzero(found.tokens != PAD_ID, -1)  # (batch, n_best)

    results = []
    for row, source in enumerate(sources):
        width = source_lengths[row]
        hypotheses = []
        for rank in np.flatnonzero(np.isfinite(found.scores[row])):
            length = int(lengths[row, rank])
            score = float(found.scores[row, rank])
            hypothesis = Hypothesis(
                text=found.texts[row, rank].decode(),
                score=score,
                pieces=[piece.decode() for piece in found.pieces[row, rank, :length]],
                attention=None if attention is None else attention[row, rank, :length, :width],
                log_probability=log_probability(score, length, length_penalty),
            )
            hypotheses.append(hypothesis)

        source_pieces = [piece.decode() for piece in found.source_pieces[row, :width]]
        expected = confidence_in(hypotheses, confidence)
        results.append(
            Translation(source, hypotheses, source_pieces, cut[row], confidence=expected)
        )
    return results
