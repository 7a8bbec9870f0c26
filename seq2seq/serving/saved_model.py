"""One version of a model: a SavedModel in memory, with its signatures as functions of NumPy arrays."""

from pathlib import Path

import numpy as np
import tensorflow as tf
import tensorflow_text  # noqa: F401, registers the tokenizer's operations
from google.protobuf import json_format
from tensorflow.core.protobuf import saved_model_pb2

from seq2seq.serving.refusal import Refusal

GRAPH = "saved_model.pb"
WARM_UP = ["", "a"]  # an empty sentence and one that is not


class Signature:
    """A function of the model, whose tensors all have the batch as their first axis.

    Attributes:
        model: The name under which its model is served.
        name: Its own, such as "serving_default".
        inputs: `tf.TensorSpec` by name.
        most_rows: Of a call; None if the more there are, the less each takes.
    """

    most_rows: int | None = None

    def __init__(self, model: str, name: str, function):
        self.model, self.name, self._function = model, name, function
        self.inputs: dict[str, tf.TensorSpec] = function.structured_input_signature[1]

    @property
    def batches(self) -> bool:
        """Whether rows of several requests may share a call: no input fixes the size of its first axis."""
        return all(spec.shape.rank and spec.shape[0] is None for spec in self.inputs.values())

    @property
    def reads_text(self) -> bool:
        """Whether every input is a list of strings."""
        return self.batches and all(
            spec.dtype == tf.string and spec.shape.rank == 1 for spec in self.inputs.values()
        )

    def __call__(self, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Runs it; strings are `bytes` in what it returns."""
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


class Version:
    """A loaded and warmed-up SavedModel.

    Args:
        model: The name under which it is served.
        number: Its version.
        directory: Where it is.

    Raises:
        Exception: Whatever TensorFlow raises for a directory that is no whole SavedModel.
    """

    def __init__(self, model: str, number: int, directory: Path):
        self.number = number
        self._loaded = tf.saved_model.load(str(directory))  # its functions do not keep it alive
        self.signatures = {
            name: Signature(model, name, f) for name, f in self._loaded.signatures.items()
        }
        self.signature_def = _signature_def(directory)
        for signature in self.signatures.values():
            if signature.reads_text:  # the first call is slow
                signature({name: np.array(WARM_UP, object) for name in signature.inputs})


def _signature_def(directory: Path) -> dict[str, dict]:
    """The signatures as TensorFlow Serving shows them."""
    saved = saved_model_pb2.SavedModel()
    saved.ParseFromString((directory / GRAPH).read_bytes())
    options = {"preserving_proto_field_name": True, "always_print_fields_with_no_presence": True}
    return {
        name: json_format.MessageToDict(signature, **options)
        for name, signature in saved.meta_graphs[0].signature_def.items()
    }
