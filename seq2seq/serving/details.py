"""What is known of hypotheses: their pieces, without the padding of a batch, and confidence."""

from typing import Any

import numpy as np

from seq2seq.serving.translation import PAD_PIECE
from seq2seq.serving.version import Tensors
from seq2seq.translation.confidence import LENGTH_PENALTY, Confidence, log_probability


def details_of(outputs: Tensors, rank: int, source_length: int) -> dict[str, Any]:
    """What is known of each piece of a hypothesis, without the padding of its batch."""
    pieces = pieces_of(outputs["pieces"][rank])
    length = len(pieces)
    details: dict[str, Any] = {"pieces": pieces}

    if "probability" in outputs:
        details["probabilities"] = rounded(outputs["probability"][rank, :length])
    if "attention" in outputs and outputs["attention"].any():  # zeros for a model without
        attention = outputs["attention"][rank, :length, :source_length]
        details["attention"] = [rounded(row) for row in attention]

    return details


def pieces_of(row: np.ndarray) -> list[str]:
    """The pieces before the padding."""
    pieces = [piece.decode(errors="replace") for piece in row]
    return pieces[: pieces.index(PAD_PIECE)] if PAD_PIECE in pieces else pieces


def rounded(numbers: np.ndarray) -> list[float]:
    return [round(float(number), 4) for number in numbers]


def confidence_of(outputs: Tensors, confidence: Confidence | None) -> int | None:
    """The confidence in the best translation; None if it is not known, or its pieces are not."""
    scores = np.atleast_1d(outputs["score"])
    if confidence is None or "pieces" not in outputs or not np.isfinite(scores[0]):
        return None

    length = len(pieces_of(outputs["pieces"][0]))
    found = log_probability(float(scores[0]), length, LENGTH_PENALTY)
    return None if found is None else confidence.of(found, length)
