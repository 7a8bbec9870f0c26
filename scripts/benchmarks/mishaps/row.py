"""A row of the table: what was done how often, and what did not hold."""

from dataclasses import dataclass, field

SHOWN = 20  # faults that are kept of a row


@dataclass(frozen=True)
class Row:
    """What was measured of one kind of mishap.

    Attributes:
        part: The part of the harness that it belongs to.
        name: The kind.
        figures: By name: counts, times and sizes, each with its unit in the name.
        faults: What a promise was broken by, a line each; none where all was as promised.
        not_run: Why it could not be run here; empty where it was.
    """

    part: str
    name: str
    figures: dict[str, float | int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    not_run: str = ""

    def as_dict(self) -> dict:
        """What the JSON file has of it."""
        figures = {
            name: round(value, 3) if isinstance(value, float) else value
            for name, value in self.figures.items()
        }
        return {
            "part": self.part,
            "name": self.name,
            "figures": figures,
            "faults": self.faults[:SHOWN],
            "fault_count": len(self.faults),
            "not_run": self.not_run,
        }

    def __str__(self) -> str:
        figures = "   ".join(f"{name} {_shown(value)}" for name, value in self.figures.items())
        state = f"not run: {self.not_run}" if self.not_run else f"faults {len(self.faults)}"
        return f"{self.part:10} {self.name:28} {state}   {figures}".rstrip()


def _shown(value: float | int) -> str:
    return f"{value:,.4g}" if isinstance(value, float) and value < 100 else f"{value:,.0f}"
