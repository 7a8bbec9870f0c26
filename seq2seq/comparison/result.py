"""What was measured on one model, and the file that keeps it."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seq2seq.comparison.combinations import Combination
from seq2seq.evaluation.scores import Score
from seq2seq.storage.files import write_text
from seq2seq.storage.regular import open_regular


@dataclass(frozen=True)
class Training:
    """How one model was trained.

    Attributes:
        weights: How many weights it has.
        steps: The steps at each validation, `(validations,)`.
        minutes: The minutes of training until then, validations included.
        bleu: BLEU of the dev pairs there, by greedy search.
        chrf2: Their chrF2.
        tokens_per_second: Target tokens that training steps alone have learnt in a second; None
            where too few steps were timed.
    """

    weights: int
    steps: list[float]
    minutes: list[float]
    bleu: list[float]
    chrf2: list[float]
    tokens_per_second: float | None


@dataclass(frozen=True)
class GradientFlow:
    """How far back the gradient reaches in a trained encoder; see `explain.gradients`.

    Attributes:
        norms: The norm of d loss / d state, from the last time step to the first, `(length,)`.
        left_per_step: What is left of it after a step, on average.
        gone_after: Steps back after which less than 1 % is left; None if that is never so.
    """

    norms: list[float]
    left_per_step: float
    gone_after: int | None


@dataclass(frozen=True)
class Result:
    """One model, trained and measured.

    Attributes:
        combination: Its cell and its attention.
        training: How it was trained.
        scores: BLEU, chrF2 and TER of the test pairs under "bleu", "chrf2" and "ter", as
            `seq2seq evaluate` gives them.
        hypotheses: The translation of each test sentence.
        gradients: How far back its gradient reaches; None where the test pairs are too few.
    """

    combination: Combination
    training: Training
    scores: dict[str, Score]
    hypotheses: list[str]
    gradients: GradientFlow | None

    def as_dict(self) -> dict[str, Any]:
        """Returns everything as JSON-ready values."""
        return {
            **self.combination._asdict(),
            "training": dataclasses.asdict(self.training),
            "scores": {name: score.as_dict() for name, score in self.scores.items()},
            "hypotheses": self.hypotheses,
            "gradients": self.gradients and dataclasses.asdict(self.gradients),
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Result":
        """The result that `as_dict` gives back.

        Raises:
            LookupError, TypeError: Something is missing or of another type.
        """
        gradients = values["gradients"]
        return cls(
            Combination(values["cell"], values["attention"]),
            Training(**values["training"]),
            {name: _score(score) for name, score in values["scores"].items()},
            [str(hypothesis) for hypothesis in values["hypotheses"]],
            gradients and GradientFlow(**gradients),
        )


def _score(values: dict[str, Any]) -> Score:
    low, high = values["confidence_interval"]
    return Score(**{**values, "confidence_interval": (low, high)})


def read_record(path: Path) -> dict[str, Any]:
    """What the file of a combination holds so far; nothing where it is missing or damaged."""
    try:
        with open_regular(path) as file:
            return dict(json.load(file))
    except (OSError, ValueError, TypeError, RecursionError):
        return {}


def write_record(path: Path, record: dict[str, Any]) -> None:
    """Writes the file of a combination, whole or not at all.

    Raises:
        InputError: The disk is full, or the folder cannot be written to.
    """
    write_text(path, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def read_result(path: Path) -> Result | None:
    """The result that a file holds; None where its combination has not been measured."""
    try:
        return Result.from_dict(read_record(path))
    except (LookupError, TypeError, ValueError, AttributeError):
        return None
