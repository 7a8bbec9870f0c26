"""A version of a model that is an exported TFLite model: text in, text out, as a SavedModel's."""

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from seq2seq.cpu import available_cores
from seq2seq.exports.note import Note
from seq2seq.exports.signatures import BEAM, GREEDY, PREFIX
from seq2seq.exports.tflite_translator import TFLiteTranslator
from seq2seq.ids import PAD_ID
from seq2seq.serving.version import Tensors

_ANY = -1  # a size that is not fixed
_SEARCHES = (GREEDY, BEAM, PREFIX)

_TensorType = tuple[str | int, ...]  # TensorFlow's name of the type, and the sizes


class TFLiteSignature:
    """A search of a TFLite model, which translates sentences one by one; see `version.Signature`.

    Args:
        model: The name under which its model is served.
        name: Its own name: `GREEDY`, `BEAM` or `PREFIX`.
        translator: The translator that it uses.
    """

    batches = True
    reads_text = True
    most_rows: int | None = 1

    def __init__(self, model: str, name: str, translator: TFLiteTranslator):
        self.model = model
        self.name = name
        self._translator = translator
        inputs = ("text", "prefix") if name == PREFIX else ("text",)
        self.inputs = {given: tf.TensorSpec([None], tf.string, name=given) for given in inputs}

    def __call__(self, inputs: Tensors) -> Tensors:
        """Translates one sentence; strings are `bytes` in what it returns."""
        source = self._translator.source
        target = self._translator.target
        (text,) = inputs["text"]
        (prefix,) = inputs.get("prefix", [b""])
        pieces = [piece.decode(errors="replace") for piece in prefix.split()]

        outputs = self._translator.run(text, self.name, pieces)
        tokens = outputs.pop("tokens")
        source_tokens = outputs.pop("source_tokens")
        texts = _bytes([target.decode(row[row != PAD_ID].tolist()) for row in tokens])

        if self.name == GREEDY:
            outputs["translation"] = texts[0]
            outputs["score"] = outputs["score"][0]
        else:
            outputs["translation"] = texts
            outputs["pieces"] = _bytes([target.id_to_piece(row) for row in tokens.tolist()])
            outputs["source_pieces"] = _bytes(source.id_to_piece(source_tokens))
        if self.name == PREFIX:
            next_tokens = outputs.pop("next_tokens").tolist()
            outputs["next_pieces"] = _bytes(target.id_to_piece(next_tokens))

        return {name: np.array([output]) for name, output in outputs.items()}


def _bytes(texts: list[Any]) -> np.ndarray:
    """Nested lists of texts as an array."""
    if not np.size(texts):
        return np.array(texts, object)
    return np.vectorize(str.encode, otypes=[object])(texts)


class TFLiteVersion:
    """A loaded and warmed-up TFLite model; see `version.Version`.

    Args:
        model: The name under which it is served.
        number: Its number.
        directory: The directory that `seq2seq export --format tflite` wrote.

    Raises:
        InputError: The model is damaged, or LiteRT is not installed.
    """

    def __init__(self, model: str, number: int, directory: Path):
        self.number = number
        translator = TFLiteTranslator.load(directory, warm=available_cores(), signatures=_SEARCHES)
        self.note = Note.read(directory)
        self.signatures = {name: TFLiteSignature(model, name, translator) for name in _SEARCHES}
        self.signature_def = _signature_defs(translator)


def _signature_defs(translator: TFLiteTranslator) -> dict[str, dict[str, Any]]:
    """The signatures as TensorFlow Serving shows them."""
    n_best = translator.n_best
    text, real, boolean = "DT_STRING", "DT_FLOAT", "DT_BOOL"

    best: dict[str, _TensorType] = {
        "translation": (text, _ANY),
        "score": (real, _ANY),
        "cut": (boolean, _ANY),
    }
    several: dict[str, _TensorType] = {
        "translation": (text, _ANY, n_best),
        "score": (real, _ANY, n_best),
        "pieces": (text, _ANY, n_best, _ANY),
        "source_pieces": (text, _ANY, _ANY),
        "cut": (boolean, _ANY),
    }
    of_each_piece: dict[str, _TensorType] = {
        "probability": (real, _ANY, n_best, _ANY),
        "next_pieces": (text, _ANY, translator.alternatives),
        "next_probability": (real, _ANY, translator.alternatives),
    }
    if translator.attends:
        of_each_piece["attention"] = (real, _ANY, n_best, _ANY, _ANY)

    return {
        GREEDY: _signature_def(["text"], best),
        BEAM: _signature_def(["text"], several),
        PREFIX: _signature_def(["text", "prefix"], {**several, **of_each_piece}),
    }


def _signature_def(inputs: list[str], outputs: dict[str, _TensorType]) -> dict[str, Any]:
    return {
        "inputs": {name: _tensor_info(name, "DT_STRING", _ANY) for name in inputs},
        "outputs": {name: _tensor_info(name, *kind) for name, kind in outputs.items()},
        "method_name": "tensorflow/serving/predict",
        "defaults": {},
    }


def _tensor_info(name: str, dtype: str | int, *sizes: str | int) -> dict[str, Any]:
    shape = {"dim": [{"size": str(size), "name": ""} for size in sizes], "unknown_rank": False}
    return {"name": name, "dtype": dtype, "tensor_shape": shape}
