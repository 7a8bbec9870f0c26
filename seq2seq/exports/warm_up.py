"""Requests that TensorFlow Serving makes to itself before it serves a model, so that no user's request is the first.

They lie in the exported model as a TFRecord file of `tensorflow.serving.PredictionLog` messages. Of that message four
fields are needed, all of them byte strings or messages, so they are written as they stand on the wire, and the package
that declares them is not needed:

    PredictionLog     predict_log = 6
    PredictLog        request = 1
    PredictRequest    model_spec = 1, inputs = 2, a map: key = 1, value = 2
    ModelSpec         signature_name = 3

Reference:
    TensorFlow Serving, "SavedModel Warmup" and apis/prediction_log.proto.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import tensorflow as tf

PLACE = Path("assets.extra", "tf_serving_warmup_requests")
_LENGTHS, _BATCHES = (4, 16, 40), (1, 8)  # pieces of a sentence, sentences of a request


def warm_up_requests(
    translator, inputs: dict[str, Iterable[str]]
) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """For each signature its inputs: text made of the vocabulary, short and long, one sentence and several.

    Args:
        translator: The `Translator` that is exported.
        inputs: The names of the inputs of each signature. A prefix is left empty.
    """
    for length in _LENGTHS:
        tokens = tf.range(translator.source_tokenizer.vocabulary_size)[-length:][tf.newaxis]
        text = translator.source_tokenizer.detokenize(tokens).numpy()[0].decode()
        for batch in _BATCHES:
            for signature, names in inputs.items():
                yield (
                    signature,
                    {name: ["" if name == "prefix" else text] * batch for name in names},
                )


def write_warm_up(directory: Path, requests: Iterable[tuple[str, dict[str, list[str]]]]) -> None:
    """Writes the requests into the directory of a SavedModel."""
    path = directory / PLACE
    path.parent.mkdir()
    with tf.io.TFRecordWriter(str(path)) as file:
        for signature, inputs in requests:
            file.write(prediction_log(signature, inputs))


def prediction_log(signature: str, inputs: dict[str, list[str]]) -> bytes:
    """A serialised `PredictionLog` of one request of strings."""
    request = _field(1, _field(3, signature.encode()))
    for name, texts in inputs.items():
        tensor = tf.make_tensor_proto(texts, tf.string).SerializeToString()
        request += _field(2, _field(1, name.encode()) + _field(2, tensor))
    return _field(6, _field(1, request))


def _field(number, content):
    """A field of bytes: its number and wire type 2, the length as a varint, the bytes."""
    length, size = len(content), b""
    while length > 0x7F:
        size, length = size + bytes([length & 0x7F | 0x80]), length >> 7
    return bytes([number << 3 | 2]) + size + bytes([length]) + content
