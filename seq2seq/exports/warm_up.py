"""Requests that TensorFlow Serving answers before it serves a model, so that no user waits longer.

They lie in the exported model as a TFRecord file of `tensorflow.serving.PredictionLog` messages.
Four of the fields of these messages are needed, all of them byte strings or messages. They are
written here as they stand on the wire, so the package that declares them need not be installed:

    PredictionLog     predict_log = 6
    PredictLog        request = 1
    PredictRequest    model_spec = 1, inputs = 2, a map: key = 1, value = 2
    ModelSpec         signature_name = 3

Reference:
    TensorFlow Serving, "SavedModel Warmup" and apis/prediction_log.proto.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import tensorflow as tf

from seq2seq.translation.translator import Translator

PLACE = Path("assets.extra", "tf_serving_warmup_requests")

_LENGTHS = (4, 16, 40)  # pieces of a sentence
_BATCHES = (1, 8)  # sentences of a request
_BYTES = 2  # the wire type of a string or a message


def warm_up_requests(
    translator: Translator, inputs: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Makes requests of short and long text of the vocabulary, one sentence and several.

    Args:
        translator: The translator that is exported.
        inputs: The names of the inputs of each signature. A prefix is left empty.

    Yields:
        A signature and its inputs, for every signature, length and batch size.
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


def prediction_log(signature: str, inputs: Mapping[str, list[str]]) -> bytes:
    """A serialised `PredictionLog` of one request of strings."""
    request = _field(1, _field(3, signature.encode()))
    for name, texts in inputs.items():
        tensor = tf.make_tensor_proto(texts, tf.string).SerializeToString()
        request += _field(2, _field(1, name.encode()) + _field(2, tensor))

    return _field(6, _field(1, request))


def _field(number: int, content: bytes) -> bytes:
    """A field of bytes: its number and wire type, the length, the bytes."""
    return bytes([number << 3 | _BYTES]) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    """A number in groups of seven bits, the lowest first; all but the last have the eighth bit."""
    groups = []
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7

    return bytes([*groups, number])
