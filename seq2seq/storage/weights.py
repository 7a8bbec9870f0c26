"""The weights of a model as an archive: all that translation needs of its training."""

from pathlib import Path

import keras

from seq2seq.storage.archive import WEIGHTS, open_archive, save_archive


def save_weights(directory: Path, model: keras.Model) -> None:
    """Writes the trainable weights under their names."""
    save_archive(
        directory / WEIGHTS, {_name(weight): weight.numpy() for weight in model.trainable_variables}
    )


def load_weights(directory: Path, model: keras.Model) -> None:
    """Sets the model's weights to the saved ones.

    Raises:
        DAMAGED: The file is missing, damaged or of another model.
    """
    with open_archive(directory / WEIGHTS) as arrays:
        for weight in model.trainable_variables:
            weight.assign(arrays[_name(weight)])


def _name(weight):
    """The variable's path without the model's own name, which Keras numbers."""
    return weight.path.partition("/")[2]
