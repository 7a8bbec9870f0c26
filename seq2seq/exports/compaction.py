"""A smaller TFLite file of the same model, for one that is sent over a network.

The converter repeats the scales of an int8 matrix for each tensor that reads it, and names every
tensor. In a model of several signatures that is a quarter of the file: 3.16 MB of a model of 256
units become 2.30 MB.
"""

from typing import Any

from tensorflow.lite.python import schema_py_generated as schema
from tensorflow.lite.tools import flatbuffer_utils


class _SharedQuantization(schema.QuantizationParametersT):
    """Scales that several tensors refer to, written once."""

    place: Any = None

    def Pack(self, builder: Any) -> Any:
        if self.place is None:
            self.place = super().Pack(builder)
        return self.place


def compact(model: bytes) -> bytes:
    """Writes equal scales of a TFLite model once, and no names of tensors.

    Signatures keep the names of their inputs and outputs.

    Args:
        model: The content of a `.tflite` file.

    Returns:
        The content of another, which LiteRT runs alike.
    """
    content: Any = flatbuffer_utils.read_model_from_bytearray(bytearray(model))
    known: dict[tuple, _SharedQuantization] = {}
    for graph in content.subgraphs:
        for tensor in graph.tensors:
            tensor.name = b""
            if tensor.quantization is None:
                continue

            key = tuple(map(_hashable, vars(tensor.quantization).values()))
            if key not in known:
                known[key] = _SharedQuantization()
                vars(known[key]).update(vars(tensor.quantization))
            tensor.quantization = known[key]

    return bytes(flatbuffer_utils.convert_object_to_bytearray(content))


def _hashable(value: Any) -> Any:
    return tuple(value) if hasattr(value, "__len__") else value
