"""Reliability: whether the confidence in translations is borne out by their quality."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

_BINS = 10


@dataclass(frozen=True)
class Bin:
    """Translations of similar confidence.

    Attributes:
        sentences: How many.
        predicted: The mean of their confidence.
        measured: The mean of their chrF2.
    """

    sentences: int
    predicted: float
    measured: float


@dataclass(frozen=True)
class Reliability:
    """How well confidence foretells quality.

    Attributes:
        bins: At most ten, of as many sentences each, the lowest confidence first.
        correlation: Pearson's r of confidence and chrF2 of sentences. 0: it tells nothing.
        error: How far the chrF2 of a sentence lies from its confidence, as a root mean square.
        spread: The same for one who always says the mean chrF2.
    """

    bins: tuple[Bin, ...]
    correlation: float
    error: float
    spread: float

    def as_dict(self) -> dict[str, Any]:
        """Returns everything as JSON-ready values."""
        return asdict(self)


def reliability(
    confidences: Sequence[float | None], qualities: Sequence[float]
) -> Reliability | None:
    """Compares confidence and quality; None if the confidence in fewer than two is known.

    Args:
        confidences: The confidence in each translation, 0 to 100.
        qualities: Its chrF2.
    """
    pairs = [pair for pair in zip(confidences, qualities, strict=True) if pair[0] is not None]
    if len(pairs) < 2:
        return None

    predicted, measured = np.array(pairs, float).T
    bins = []
    for part in np.array_split(np.argsort(predicted, kind="stable"), _BINS):
        if len(part):
            bins.append(Bin(len(part), float(predicted[part].mean()), float(measured[part].mean())))
    return Reliability(
        tuple(bins),
        correlation(predicted, measured),
        float(np.sqrt(np.mean((predicted - measured) ** 2))),
        float(measured.std()),
    )


def correlation(one: Sequence[float] | np.ndarray, other: Sequence[float] | np.ndarray) -> float:
    """Returns Pearson's r of two rows of finite numbers; 0 where one of them does not vary."""
    rows = np.array([one, other], float)
    if rows.shape[1] < 2 or np.ptp(rows, axis=1).min() == 0:
        return 0.0
    return float(np.corrcoef(rows)[0, 1])
