"""A line of the report: what was looked at, what was found, and what to do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What was found of one thing.

    Attributes:
        name: What was looked at.
        value: What was found.
        advice: What to do where something is missing; empty where nothing is.
        broken: Whether seq2seq cannot work with it as it is.
    """

    name: str
    value: str
    advice: str = ""
    broken: bool = False


def found(name: str, look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """What a look finds; where it fails, a finding says so in a line.

    Args:
        name: What is looked at.
        look: Looks.
    """
    try:
        return list(look())
    except Exception as error:  # whatever a broken installation raises, the report goes on
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        return [Finding(name, f"unknown: {reason}")]
