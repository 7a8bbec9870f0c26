"""What is usual among numbers, found without being led astray by the unusual ones."""

from typing import NamedTuple

import numpy as np

_NORMAL = 1.4826  # a normal distribution's standard deviation, in median deviations


class Robust(NamedTuple):
    """A median, and a deviation that tells how far from it is unusual."""

    median: float
    deviation: float

    @classmethod
    def of(cls, values: np.ndarray, *, least: float = 0.05) -> "Robust":
        """Finds them for numbers of which less than half are wrong; NaN does not count.

        Args:
            values: The numbers.
            least: The smallest deviation. Where numbers hardly differ, all others would be unusual.
        """
        known = values[~np.isnan(values)]
        if not len(known):
            return cls(0.0, np.inf)
        median = float(np.median(known))
        return cls(median, max(least, _NORMAL * float(np.median(np.abs(known - median)))))

    def distance(self, values: np.ndarray) -> np.ndarray:
        """How many deviations above the median; below it is negative, and NaN is at it."""
        return np.nan_to_num((values - self.median) / self.deviation)
