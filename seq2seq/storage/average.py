"""The average of models: one whose weights are the means of theirs.

The weights of the last validations of one run lie around a point that is often better than any of
them; their mean costs nothing when translating, unlike an ensemble.

Reference:
    Polyak & Juditsky, Acceleration of Stochastic Approximation by Averaging, 1992.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from seq2seq.errors import InputError
from seq2seq.storage.archive import Header, read_archive, read_headers, save_archive
from seq2seq.storage.directory import (
    TOKENIZERS,
    ModelDirectory,
    expect_same_tokenizers,
)
from seq2seq.storage.options import CHANGEABLE, kebab
from seq2seq.storage.recording import write_artefact


def average_models(directories: Sequence[str | Path], output: str | Path) -> Path | None:
    """Writes the model directory of an average; its options are those of the first model.

    Args:
        directories: At least two model directories, in any order.
        output: The new one. A model already there is moved aside.

    Returns:
        Where the model is that was in `output`, None if there was none.

    Raises:
        InputError: The models differ in an option or a tokenizer, one is damaged, or `output` is or
            holds one of them or something else.
    """
    paths = [Path(directory) for directory in directories]
    place = ModelDirectory(output)
    if len(paths) < 2:
        raise InputError(
            f"Expected at least two models to average. Received: {len(paths)}. Give another."
        )

    _expect_none_inside(place, paths)
    place.expect_room()
    with place.taken("seq2seq average"):
        for path in paths:
            ModelDirectory(path).expect_unchanged()
        _expect_one_run(paths)
        expect_same_tokenizers(paths)
        weights = mean_weights(paths)

        aside = place.move_aside()
        write_artefact(place.path, lambda path: _write_average(path, paths, weights))
    return aside


def mean_weights(directories: Sequence[Path]) -> dict[str, np.ndarray]:
    """The means of the weights in model directories, computed in float64.

    Raises:
        InputError: Weights are missing, damaged, or of other names or shapes than those of the
            first directory.
    """
    first = ModelDirectory(directories[0])
    with first.naming_damage():
        headers = read_headers(first.weights_file)
        shapes = {name: Header("float32", header.shape) for name, header in headers.items()}

    sums: dict[str, np.ndarray] = {}
    for place in map(ModelDirectory, directories):
        with place.naming_damage():
            weights = read_archive(place.weights_file, shapes)
        for name, values in weights.items():
            sums[name] = sums.get(name, 0) + values.astype(np.float64)

    return {name: (total / len(directories)).astype(np.float32) for name, total in sums.items()}


def _write_average(path: Path, models: Sequence[Path], weights: dict[str, np.ndarray]) -> None:
    average = ModelDirectory(path)
    first = ModelDirectory(models[0])
    save_archive(average.weights_file, weights)
    shutil.copyfile(first.configuration_file, average.configuration_file)
    for name in TOKENIZERS:
        shutil.copyfile(first.path / name, path / name)

    for model in models:  # older models have no shortlist; all are of the same tokens
        shortlist = ModelDirectory(model).shortlist_file
        if shortlist.exists():
            shutil.copyfile(shortlist, average.shortlist_file)
            break


def _expect_none_inside(output: ModelDirectory, directories: Sequence[Path]) -> None:
    """Refuses an output that would take the place of a model to be averaged.

    Raises:
        InputError: The output is or holds one of the directories.
    """
    place = output.path.resolve()
    for directory in directories:
        if place in (directory.resolve(), *directory.resolve().parents):
            raise InputError(
                f"Expected a new directory for the average. Received: {output}, which is or holds "
                f"{directory}, a model to be averaged. Give another --output."
            )


def _expect_one_run(directories: Sequence[Path]) -> None:
    """Refuses models of several runs, whose weights have nothing to do with each other.

    Raises:
        InputError: A model has another option than the first.
    """
    first, *others = (
        ModelDirectory(directory).read_configuration().options() for directory in directories
    )

    for directory, options in zip(directories[1:], others, strict=True):
        for name, received in options.items():
            expected = first[name]
            if name in CHANGEABLE or received == expected:
                continue
            raise InputError(
                f"Expected models of one run. Received: {directory} with "
                f"{kebab(name)} {_shown(received)}, and {directories[0]} with "
                f"{_shown(expected)}. Train one with --keep, or translate with an ensemble of "
                "these: seq2seq translate --model … --model …."
            )


def _shown(value: Any) -> str:
    if value in (None, ()):
        return "none"
    return " ".join(value) if isinstance(value, tuple) else str(value)
