"""The learning curves of runs, from the histories in their directories."""

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from seq2seq.errors import InputError
from seq2seq.explain.explanation import Explanation
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.regular import open_regular

# What a history may have, and what it is called in a picture.
QUANTITIES = {
    "loss": "training loss",
    "dev_loss": "dev loss",
    "perplexity": "training perplexity",
    "bleu": "dev BLEU",
    "chrf2": "dev chrF2",
    "learning_rate": "learning rate",
    "gradient_norm": "gradient norm",
}
OVER = ("steps", "minutes")


@dataclass(frozen=True)
class Run:
    """The history of a run.

    Attributes:
        name: The model directory.
        steps: The step of each validation, `(validations,)`.
        minutes: The minutes of training until then.
        values: What was measured there by name, `(validations,)` each; NaN where an older version
            did not measure it.
    """

    name: str
    steps: np.ndarray
    minutes: np.ndarray
    values: dict[str, np.ndarray]


@dataclass(frozen=True)
class Curves(Explanation):
    """The learning curves of one or several runs.

    Attributes:
        runs: The runs.
        over: Whether the picture goes over "steps" or "minutes".
    """

    topic: ClassVar[str] = "curves"

    runs: list[Run]
    over: str = "steps"

    def lines(self) -> list[str]:
        """For each run, its length, and the best and the last of each quantity."""
        lines = []
        for run in self.runs:
            lines.append(f"{run.name}: {run.steps[-1]:,.0f} steps, {run.minutes[-1]:.1f} minutes")
            for name, title in QUANTITIES.items():
                values = run.values[name]
                if np.isfinite(values).any():
                    best = np.nanmax(values) if name in ("bleu", "chrf2") else np.nanmin(values)
                    word = "highest" if name in ("bleu", "chrf2") else "lowest"
                    lines.append(f"  {title:20} last {values[-1]:10.4g}   {word} {best:10.4g}")
        return lines


def curves(*directories: str | os.PathLike[str], over: str = "steps") -> Curves:
    """Reads the histories of runs.

    Args:
        *directories: Model directories, of finished runs or of runs that go on.
        over: "steps" or "minutes".

    Raises:
        InputError: A directory has no history, or one that cannot be read.
    """
    if over not in OVER:
        raise InputError(f"Expected over to be one of {', '.join(OVER)}. Received: {over!r}.")
    if not directories:
        raise InputError("Expected a model directory. Received: none. Give one.")
    return Curves([_read(Path(directory)) for directory in directories], over)


def _read(directory: Path) -> Run:
    place = ModelDirectory(directory)
    place.read_configuration()  # refuses what is no model
    path = place.history_file
    if not path.exists():
        raise InputError(
            f"Expected a run that has validated. Received: {directory}, which has no {path.name}. "
            "Wait for its first validation, or give another."
        )

    try:
        with open_regular(path) as file:
            rows = list(csv.DictReader(file.read().decode().splitlines()))
        columns = {name: _column(rows, name) for name in ("step", "seconds", *QUANTITIES)}
    except (OSError, ValueError) as error:
        raise InputError(
            f"Expected a table of numbers. Received: {path}, which cannot be read as one "
            f"({error}). Train anew, or give another model."
        ) from error
    if not rows or np.isnan([columns["step"], columns["seconds"]]).any():
        raise InputError(
            f"Expected a row for each validation. Received: {path}, which has none with a step and "
            "a time. Give another model."
        )
    steps, minutes = columns.pop("step"), columns.pop("seconds") / 60
    return Run(str(directory), steps, minutes, columns)


def _column(rows: Sequence[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row.get(name) or "nan") for row in rows])
