"""The average of models: one whose weights are the means of theirs.

The weights of the last validations of one run lie around a point that is often better than any of them; their mean
costs nothing when translating, unlike an ensemble.

Reference:
    Polyak & Juditsky, Acceleration of Stochastic Approximation by Averaging, 1992.
"""

import dataclasses
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from seq2seq.errors import InputError
from seq2seq.storage.archive import SHORTLIST, WEIGHTS, open_archive, save_archive
from seq2seq.storage.configuration import (
    CHANGEABLE,
    CONFIGURATION,
    TOKENIZERS,
    Configuration,
    model_configuration,
)
from seq2seq.storage.directory import expect_room, expect_same_tokenizers, move_aside, naming_damage
from seq2seq.storage.files import write_directory

_OF_A_RUN = [item.name for item in dataclasses.fields(Configuration) if item.name not in CHANGEABLE]


def average_models(directories: Sequence[str | Path], output: str | Path) -> Path | None:
    """Writes the model directory of an average; its options are those of the first model.

    Args:
        directories: At least two model directories, in any order.
        output: The new one. A model already there is moved aside.

    Returns:
        Where the model is that was in `output`, None if there was none.

    Raises:
        InputError: The models differ in an option or a tokenizer, one is damaged, or `output` is or holds one of them
            or something else.
    """
    directories, output = [Path(directory) for directory in directories], Path(output)
    if len(directories) < 2:
        raise InputError(
            f"Expected at least two models to average. Received: {len(directories)}. Give another."
        )
    for directory in directories:
        if output.resolve() in (directory.resolve(), *directory.resolve().parents):
            raise InputError(
                f"Expected a new directory for the average. Received: {output}, which is or holds {directory}, a model "
                "to be averaged. Give another --output."
            )
    expect_room(output)
    _expect_one_run(directories)
    expect_same_tokenizers(directories)
    first, weights = directories[0], mean_weights(directories)

    def write(place):
        save_archive(place / WEIGHTS, weights)
        for name in (*TOKENIZERS, CONFIGURATION):
            shutil.copyfile(first / name, place / name)
        shortlists = (
            directory / SHORTLIST for directory in directories
        )  # of the same tokens; older models have none
        if shortlist := next(filter(Path.exists, shortlists), None):
            shutil.copyfile(shortlist, place / SHORTLIST)

    aside = move_aside(output)
    write_directory(output, write)
    return aside


def mean_weights(directories: Sequence[Path]) -> dict[str, np.ndarray]:
    """The means of the weights in model directories, computed in float64, in the type of the first model's.

    Raises:
        InputError: Weights are missing, damaged, or of other names or shapes than those of the first.
    """
    first = _weights(directories[0])
    sums = {name: values.astype(np.float64) for name, values in first.items()}
    for directory in directories[1:]:
        weights = _weights(directory)
        with naming_damage(directory):
            if {name: values.shape for name, values in weights.items()} != {
                n: v.shape for n, v in sums.items()
            }:
                raise ValueError(
                    f"{WEIGHTS} does not hold the same weights as that of {directories[0]}."
                )
        for name, values in weights.items():
            sums[name] += values
    return {
        name: (total / len(directories)).astype(first[name].dtype) for name, total in sums.items()
    }


def _weights(directory):
    with naming_damage(directory), open_archive(directory / WEIGHTS) as arrays:
        return dict(arrays)


def _expect_one_run(directories):
    first, *others = (model_configuration(directory) for directory in directories)
    for directory, other in zip(directories[1:], others, strict=True):
        for name in _OF_A_RUN:
            expected, received = getattr(first, name), getattr(other, name)
            if received != expected:
                raise InputError(
                    f"Expected models of one run. Received: {directory} with {name.replace('_', '-')} "
                    f"{_shown(received)}, and {directories[0]} with {_shown(expected)}. Train one with --keep, "
                    "or translate with an ensemble of these: seq2seq translate --model … --model …."
                )


def _shown(value):
    return "none" if value in (None, ()) else " ".join(value) if isinstance(value, tuple) else value
