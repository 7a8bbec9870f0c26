"""Speeds and ratios of what systems did in their turns, and how they are shown."""

from collections.abc import Mapping, Sequence
from statistics import median

import numpy as np

PERCENTILES = (50, 95, 99)


def speed(rounds: list[dict], *, of: str = "tokens", per: str = "seconds") -> float:
    """Target tokens per second over these rounds, or another count of theirs per another time."""
    return sum(reply[of] for reply in rounds) / sum(reply[per] for reply in rounds)


def ratios(
    rounds: Mapping[str, list[dict]], system: str, *, ours: str = "ours", per: str = "seconds"
) -> list[float]:
    """Our speed over another system's, round by round; none where one of them is missing."""
    if not {ours, system} <= rounds.keys():
        return []
    pairs = zip(rounds[ours], rounds[system], strict=True)
    return [speed([ours], per=per) / speed([other], per=per) for ours, other in pairs]


def shown(number: float | None, form: str, sign: str = "") -> str:
    """A number as a table shows it, "-" where it is missing."""
    return "-" if number is None else f"{sign}{number:{form}}"


def shown_range(ratios: list[float]) -> str:
    """The median of some ratios and the range of all."""
    return f"{median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})" if ratios else "-"


def latency(seconds: Sequence[float]) -> dict[str, float | None]:
    """Percentiles of these times in milliseconds, None where there are no times."""
    return {
        f"p{share}": 1e3 * float(np.percentile(seconds, share)) if len(seconds) else None
        for share in PERCENTILES
    }


def shown_latency(latency: Mapping[str, float | None] | None) -> str:
    """The percentiles as a table shows them."""
    return " ".join(shown(figure, ",.1f") for figure in latency.values()) if latency else "-"
