"""What an interrupted run needs to continue: everything that its next step depends on.

The place in the data is not among it. The optimizer's count of steps is restored, and
`data.batches.TrainingBatches` gives the batches from that step on, see `fit.fit`.
"""

import dataclasses
import json
from dataclasses import dataclass, field

import keras
import numpy as np

from seq2seq.errors import InputError
from seq2seq.storage.archive import DAMAGED, Header, read_archive, save_archive
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.manifest import expect_unchanged

_STATE = "progress"  # the name of the run's state among the arrays
_TEXT = Header("str", ())


@dataclass(frozen=True)
class ValidationRecord:
    """What the validations so far have found.

    Attributes:
        last_step: The last step that was validated.
        best_score: The best score so far.
        since_best: Validations without a better one.
        history: One row for each validation.
        faults: In how many of the last validations in a row each kind of degenerate translation was
            found.
    """

    last_step: int = 0
    best_score: float = -1.0
    since_best: int = 0
    history: list[dict[str, float]] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)


@dataclass
class RunState:
    """What a run knows besides its weights.

    Attributes:
        fingerprint: Identifies the corpus and the options; a run resumes only on the same ones.
        micro_batches: How many parts a batch is cut into, each with dropout of its own.
        workers: How many processes train together, each on a part of a batch.
        elapsed: Seconds of training so far, without the pauses between stopping and resuming.
        preparation: The part of `elapsed` that the first steps of each call took, in which the
            graphs are traced.
        validations: What the validations have found. It is replaced as a whole, so that Ctrl-C
            finds a validation counted or not, never half of it.
    """

    fingerprint: str
    micro_batches: int = 1
    workers: int = 1
    elapsed: float = 0.0
    preparation: float = 0.0
    validations: ValidationRecord = field(default_factory=ValidationRecord)


def save_run_state(directory: ModelDirectory, model: keras.Model, state: RunState) -> None:
    """Writes weights, metrics, random states, optimizer state and the state of the run.

    The number of steps done is among them, as the optimizer's `iterations`.
    """
    arrays = {f"{index:04d}": variable.numpy() for index, variable in enumerate(_variables(model))}
    arrays[_STATE] = np.array(json.dumps(dataclasses.asdict(state)))
    save_archive(directory.run_state_file, arrays)


def expect_interrupted_run(directory: ModelDirectory) -> None:
    """Refuses a run that cannot be resumed.

    Raises:
        InputError: The run has ended, or never began.
    """
    if not directory.is_interrupted():
        found = "has ended" if directory.is_trained() else "never began"
        raise InputError(
            f"Expected an interrupted run. Received: {directory}, which {found}: it has no "
            f"{directory.run_state_file.name}. Leave --resume out to start anew."
        )


def restore_run_state(directory: ModelDirectory, model: keras.Model, fingerprint: str) -> RunState:
    """Restores the model and its optimizer in place, and returns the state of the run.

    Raises:
        InputError: The file is missing or damaged, or belongs to another corpus or other options.
    """
    path = directory.run_state_file
    variables = {f"{index:04d}": variable for index, variable in enumerate(_variables(model))}
    headers = {name: _header(variable) for name, variable in variables.items()}
    try:
        expect_unchanged(directory.path, [path.name])
        text = read_archive(path, {_STATE: _TEXT}, others=True)[_STATE]
        state = _read_state(str(text))
        if state.fingerprint != fingerprint:
            raise InputError(
                f"Expected the corpus and the options that {path} was made with. Received "
                "others. Give the same ones, or leave --resume out to start anew."
            )

        arrays = read_archive(path, headers | {_STATE: _TEXT})
        for name, variable in variables.items():
            variable.assign(arrays.pop(name))
    except InputError:
        raise
    except DAMAGED as error:
        raise InputError(
            f"Expected a whole checkpoint. Received: {path}, which is damaged ({error}). "
            "Leave --resume out to start anew."
        ) from error

    return state


def _read_state(text: str) -> RunState:
    values = json.loads(text)
    validations = ValidationRecord(**values.pop("validations"))
    return RunState(**values, validations=validations)


def _header(variable: keras.Variable) -> Header:
    return Header(str(variable.dtype), tuple(variable.shape))


def _variables(model: keras.Model) -> list[keras.Variable]:
    return [*model.variables, *model.metrics_variables, *model.optimizer.variables]
