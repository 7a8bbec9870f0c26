"""Which models are compared: each cell with each attention."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from seq2seq.errors import InputError, shown
from seq2seq.storage.options import CHOICES


class Combination(NamedTuple):
    """A recurrent cell and an attention.

    `str(combination)` is the name of its model directory, such as "gru-luong".
    """

    cell: str
    attention: str

    def __str__(self) -> str:
        return f"{self.cell}-{self.attention}"

    @property
    def title(self) -> str:
        """The combination in words."""
        attention = f"{self.attention} attention" if self.attention != "none" else "no attention"
        return f"{self.cell}, {attention}"


def combinations(cells: Sequence[str], attentions: Sequence[str]) -> list[Combination]:
    """Each cell with each attention, cell by cell.

    Raises:
        InputError: There is no cell or no attention, one is unknown, or one is named twice.
    """
    named(cells, "cell")
    named(attentions, "attention")
    return [Combination(cell, attention) for cell in cells for attention in attentions]


def named(names: str | Sequence[str], option: str) -> tuple[str, ...]:
    """Names of cells or of attentions, as a sequence or with commas between them.

    Args:
        names: The names.
        option: "cell" or "attention".

    Raises:
        InputError: There is none, one is unknown, or one is there twice.
    """
    if isinstance(names, str):
        names = [name.strip() for name in names.split(",")]
    known = CHOICES[option]

    if not names or any(name not in known for name in names):
        raise InputError(
            f"Expected some of {', '.join(known)}, with commas between them. "
            f"Received: {shown(','.join(map(str, names)))}."
        )
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise InputError(
            f"Expected every {option} once. Received: {', '.join(twice)} twice. Leave one out."
        )
    return tuple(names)
