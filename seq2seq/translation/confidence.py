"""Confidence: the quality to expect of a translation, 0 to 100, by how probable the model finds it.

A log-probability ranks translations, but says nothing by itself. A curve tells what sentence chrF2
to expect of it; `calibration` fits the curve. What it gives is a mean: single sentences lie around
it, by the error that is kept with it.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

LENGTH_PENALTY = 1.0  # of the searches of exported models


class _Hypothesis(Protocol):
    """What is read of a `result.Hypothesis`."""

    @property
    def log_probability(self) -> float | None: ...

    @property
    def pieces(self) -> Sequence[str]: ...


@dataclass(frozen=True)
class Confidence:
    """A curve from the log-probability of a translation to the sentence chrF2 to expect.

    Between two knots it is a straight line; beyond the first and the last it is flat.

    Attributes:
        knots: At least one: the mean log-probability per token, rising; the chrF2 to expect, from 0
            to 100, never falling; and the error, the root mean square of how far the chrF2 of
            sentences lies from what is expected.
    """

    knots: tuple[tuple[float, float, float], ...]

    def __post_init__(self) -> None:
        if not self.knots or not all(map(_is_knot, self.knots)):
            raise ValueError("A curve of confidence has knots of three numbers each.")
        columns = [*zip(*self.knots, strict=True)]
        if sorted(set(columns[0])) != [*columns[0]] or sorted(columns[1]) != [*columns[1]]:
            raise ValueError("A curve of confidence never falls.")

    def of(self, log_probability: float, length: int) -> int:
        """The chrF2 to expect of a translation, rounded.

        Args:
            log_probability: The natural logarithm of its probability, EOS included.
            length: Its number of tokens, EOS included.
        """
        return round(self.expected(log_probability / max(length, 1)))

    def expected(self, mean: float) -> float:
        """The chrF2 to expect, 0 to 100, at a mean log-probability per token."""
        return self._at(mean, 1)

    def error(self, mean: float) -> float:
        """How far the chrF2 of a sentence lies from that, as a root mean square."""
        return self._at(mean, 2)

    def _at(self, mean: float, column: int) -> float:
        after = bisect_right(self.knots, mean, key=lambda knot: knot[0])
        if after in (0, len(self.knots)):
            return self.knots[max(after - 1, 0)][column]

        low, high = self.knots[after - 1], self.knots[after]
        share = (mean - low[0]) / (high[0] - low[0])
        return low[column] + share * (high[column] - low[column])

    def as_list(self) -> list[list[float]]:
        """The knots as JSON and TOML hold them."""
        return [list(knot) for knot in self.knots]

    @classmethod
    def from_list(cls, knots: Any) -> "Confidence":
        """The curve of what `as_list` gave.

        Raises:
            ValueError: It is no such list.
        """
        if not isinstance(knots, list) or not all(isinstance(knot, list) for knot in knots):
            raise ValueError("A curve of confidence is a list of knots.")
        return cls(tuple(tuple(knot) for knot in knots))  # pyright: ignore[reportArgumentType]


def _is_knot(knot: Any) -> bool:
    return (
        len(knot) == 3
        and all(isinstance(value, int | float) and math.isfinite(value) for value in knot)
        and 0 <= knot[1] <= 100
        and knot[2] >= 0
    )


def log_probability(score: float, length: int, length_penalty: float | None) -> float | None:
    """The log-probability of a translation, of its score; None where the penalty is not known.

    Args:
        score: The log-probability divided by the length penalty.
        length: Its number of tokens, EOS included.
        length_penalty: The option of the search.
    """
    if length_penalty is None:
        return None
    return score * ((5 + length) / 6) ** length_penalty


def confidence_in(hypotheses: Sequence[_Hypothesis], confidence: Confidence | None) -> int | None:
    """The confidence in the best of some hypotheses, as found; None if it is not known."""
    if confidence is None or not hypotheses or hypotheses[0].log_probability is None:
        return None
    return confidence.of(hypotheses[0].log_probability, len(hypotheses[0].pieces))


def joined_confidence(parts: Iterable[tuple[int | None, str]]) -> int | None:
    """The confidence in a text of several sentences: the mean of theirs, weighted by their lengths.

    Args:
        parts: The confidence in each sentence, None where it is not known, and its translation.
    """
    known = [(confidence, len(text)) for confidence, text in parts if confidence is not None]
    total = sum(length for _, length in known)
    if not total:
        return None
    return round(sum(confidence * length for confidence, length in known) / total)
