"""A version of a model that is a SavedModel, with its signatures as functions of NumPy arrays."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
import tensorflow_text  # noqa: F401, registers the tokenizer's operations
from google.protobuf import json_format
from tensorflow.core.protobuf import saved_model_pb2

from seq2seq.exports.note import Note
from seq2seq.exports.whole import expect_whole
from seq2seq.serving.refusal import Refusal
from seq2seq.serving.version import Tensors

GRAPH = "saved_model.pb"
WARM_UP = ["", "a"]  # an empty sentence and one that is not


class SavedModelSignature:
    """A signature of a SavedModel; see `version.Signature`.

    Args:
        model: The name under which its model is served.
        name: Its own name.
        function: What TensorFlow loaded.

    Attributes:
        batches: Whether rows of several requests may share a call. They may if no input has a first
            axis of fixed size.
        reads_text: Whether every input is a list of strings.
    """

    most_rows: int | None = None

    def __init__(self, model: str, name: str, function: Any):
        self.model = model
        self.name = name
        self.inputs: dict[str, tf.TensorSpec] = function.structured_input_signature[1]
        self._function: Callable[..., dict[str, tf.Tensor]] = function

        specs = self.inputs.values()
        self.batches = all(spec.shape.rank and spec.shape[0] is None for spec in specs)
        self.reads_text = self.batches and all(
            spec.dtype == tf.string and spec.shape.rank == 1 for spec in specs
        )

    def __call__(self, inputs: Tensors) -> Tensors:
        """Runs the function; strings are `bytes` in what it returns."""
        tensors = {
            name: tf.constant(inputs[name], spec.dtype) for name, spec in self.inputs.items()
        }
        try:
            return {name: tensor.numpy() for name, tensor in self._function(**tensors).items()}
        except tf.errors.InvalidArgumentError as error:
            reason = " ".join(error.message.split())[:300]
            raise Refusal(
                400, f"Expected inputs that the model can read. Received: {reason}"
            ) from error


class SavedModelVersion:
    """A loaded and warmed-up SavedModel; see `version.Version`.

    Args:
        model: The name under which it is served.
        number: Its number.
        directory: The directory of the SavedModel.

    Attributes:
        loaded: What TensorFlow loaded; the functions in it do not keep it alive.

    Raises:
        Exception: Whatever TensorFlow raises for a directory without a whole SavedModel.
    """

    def __init__(self, model: str, number: int, directory: Path):
        self.number = number
        expect_whole(directory)
        self.note = Note.read(directory)
        self.loaded: Any = tf.saved_model.load(str(directory))
        self.signatures = {
            name: SavedModelSignature(model, name, function)
            for name, function in self.loaded.signatures.items()
        }
        self.signature_def = _signature_def(directory)

        for signature in self.signatures.values():
            if signature.reads_text:  # the first call is slow
                signature({name: np.array(WARM_UP, object) for name in signature.inputs})


def _signature_def(directory: Path) -> dict[str, dict[str, Any]]:
    """The signatures as TensorFlow Serving shows them."""
    saved = saved_model_pb2.SavedModel()
    saved.ParseFromString((directory / GRAPH).read_bytes())

    return {
        name: json_format.MessageToDict(
            signature,
            preserving_proto_field_name=True,
            always_print_fields_with_no_presence=True,
        )
        for name, signature in saved.meta_graphs[0].signature_def.items()
    }
