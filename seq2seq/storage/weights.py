"""The weights of a model as an archive: all that translation needs of its training."""

import os

import keras

from seq2seq.storage.archive import open_archive, save_archive
from seq2seq.storage.directory import ModelDirectory


def save_weights(directory: str | os.PathLike[str], model: keras.Model) -> None:
    """Writes the trainable weights under their names into a model directory."""
    weights = {_name(weight): weight.numpy() for weight in model.trainable_variables}
    save_archive(ModelDirectory(directory).weights_file, weights)


def load_weights(directory: str | os.PathLike[str], model: keras.Model) -> None:
    """Sets the model's weights to those of a model directory.

    Raises:
        DAMAGED: The file is missing, damaged or of another model.
    """
    with open_archive(ModelDirectory(directory).weights_file) as arrays:
        for weight in model.trainable_variables:
            weight.assign(arrays[_name(weight)])


def _name(weight: keras.Variable) -> str:
    """The variable's path without the model's own name, which Keras numbers."""
    return weight.path.partition("/")[2]
