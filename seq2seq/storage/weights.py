"""The weights of a model as an archive: all that translation needs of its training."""

import math
import os
from collections.abc import Mapping

import keras
import numpy as np

from seq2seq.model.options import ModelOptions
from seq2seq.storage.archive import Header, read_archive, read_headers, save_archive
from seq2seq.storage.directory import WEIGHTS, ModelDirectory


def save_weights(directory: str | os.PathLike[str], model: keras.Model) -> None:
    """Writes the trainable weights under their names into a model directory."""
    save_archive(ModelDirectory(directory).weights_file, weights_of(model))


def weights_of(model: keras.Model) -> dict[str, np.ndarray]:
    """The trainable weights under their names."""
    return {_name(weight): weight.numpy() for weight in model.trainable_variables}


def set_weights(model: keras.Model, weights: Mapping[str, np.ndarray]) -> None:
    """Sets the trainable weights to those of these names, as `weights_of` gives them."""
    for weight in model.trainable_variables:
        weight.assign(weights[_name(weight)])


def load_weights(directory: str | os.PathLike[str], model: keras.Model) -> None:
    """Sets the model's weights to those of a model directory.

    Raises:
        DAMAGED: The file is missing, damaged or of another model.
    """
    weights = {_name(weight): weight for weight in model.trainable_variables}
    expected = {
        name: Header(str(weight.dtype), tuple(weight.shape)) for name, weight in weights.items()
    }
    arrays = read_archive(ModelDirectory(directory).weights_file, expected)
    for name, weight in weights.items():
        weight.assign(arrays.pop(name))


def expect_enough_weights(
    directory: str | os.PathLike[str], options: ModelOptions, sizes: tuple[int, int]
) -> None:
    """Refuses weights too few for a model, before the model is made and takes its memory.

    Args:
        directory: The model directory.
        options: Those of the model.
        sizes: Numbers of source and of target tokens.

    Raises:
        DAMAGED: There are too few, or the file is missing or damaged.
    """
    headers = read_headers(ModelDirectory(directory).weights_file)
    found = sum(math.prod(size or 0 for size in header.shape) for header in headers.values())
    fewest = options.fewest_weights(*sizes)
    if found < fewest:
        raise ValueError(
            f"{WEIGHTS} has {found:,} weights; a model of these options has at least {fewest:,}."
        )


def _name(weight: keras.Variable) -> str:
    """The variable's path without the model's own name, which Keras numbers."""
    return weight.path.partition("/")[2]
