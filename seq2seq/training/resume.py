"""Checkpoints as archives: everything that the next training step depends on."""

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np

from seq2seq.errors import InputError
from seq2seq.storage.archive import DAMAGED, WEIGHTS, open_archive, save_archive

RESUME = "resume.npz"


@dataclass
class RunState:
    """What a run knows besides its weights.

    Attributes:
        fingerprint: Identifies the corpus and the options; a run resumes only on the same ones.
        micro_batches: How many parts a batch is cut into, each with dropout of its own.
        elapsed: Seconds of training so far, without the pauses between stopping and resuming.
        preparation: Those of them that the first steps of each call took, in which everything is traced.
        validated_step: The last step that was validated.
        best_score: The best validation score so far.
        validations_since_best: Validations without a better one.
        history: One row for each validation.
        faults: In how many of the last validations in a row each kind of degenerate translation was found.
    """

    fingerprint: str
    micro_batches: int = 1
    elapsed: float = 0.0
    preparation: float = 0.0
    validated_step: int = 0
    best_score: float = -1.0
    validations_since_best: int = 0
    history: list[dict[str, float]] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)


def save_run_state(directory: Path, model: keras.Model, progress: RunState) -> None:
    """Writes weights, metrics, random states, optimizer state and progress."""
    arrays = {f"{index:04d}": variable.numpy() for index, variable in enumerate(_variables(model))}
    arrays["progress"] = np.array(json.dumps(dataclasses.asdict(progress)))
    save_archive(directory / RESUME, arrays)


def expect_interrupted_run(directory: Path) -> None:
    """Refuses a run that cannot be resumed.

    Raises:
        InputError: It has ended, or never began.
    """
    if not (directory / RESUME).exists():
        state = "has ended" if (directory / WEIGHTS).exists() else "never began"
        raise InputError(
            f"Expected an interrupted run. Received: {directory}, which {state}: it has no {RESUME}. "
            "Leave --resume out to start anew."
        )


def restore_run_state(directory: Path, model: keras.Model, fingerprint: str) -> RunState:
    """Restores the model in place and returns the progress.

    Raises:
        InputError: The checkpoint is missing or damaged, or it belongs to another corpus or other options.
    """
    path = directory / RESUME
    try:
        with open_archive(path) as arrays:
            progress = RunState(**json.loads(str(arrays["progress"])))
            if progress.fingerprint != fingerprint:
                raise InputError(
                    f"Expected the corpus and the options that {path} was made with. Received others. "
                    "Give the same ones, or leave --resume out to start anew."
                )
            for index, variable in enumerate(_variables(model)):
                variable.assign(arrays[f"{index:04d}"])
    except DAMAGED as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"Expected a whole checkpoint. Received: {path}, which is damaged ({error}). "
            "Leave --resume out to start anew."
        ) from error
    return progress


def _variables(model):
    return [*model.variables, *model.metrics_variables, *model.optimizer.variables]
