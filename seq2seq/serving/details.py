"""What is known of each piece of a hypothesis, without the padding of its batch."""

from typing import Any

import numpy as np

from seq2seq.serving.translation import PAD_PIECE
from seq2seq.serving.version import Tensors


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
