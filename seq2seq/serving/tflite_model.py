"""One version of a model that is an exported TFLite model, in the words of `saved_model`: text in, text out."""

from pathlib import Path

import numpy as np
import tensorflow as tf

from seq2seq.cpu import available_cores
from seq2seq.exports.litert import BEAM, GREEDY, PREFIX
from seq2seq.exports.tflite_translator import TFLiteTranslator
from seq2seq.ids import PAD_ID

_ANY = -1  # a size that is not fixed


class TFLiteSignature:
    """A search of the model, as a `Signature` that translates sentences one by one."""

    batches, reads_text, most_rows = True, True, 1

    def __init__(self, model: str, name: str, translator: TFLiteTranslator):
        self.model, self.name, self._translator = model, name, translator
        inputs = ("text", "prefix") if name == PREFIX else ("text",)
        self.inputs = {given: tf.TensorSpec([None], tf.string, name=given) for given in inputs}

    def __call__(self, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Runs it on one sentence; strings are `bytes` in what it returns."""
        (text,) = inputs["text"]
        (prefix,) = inputs.get("prefix", [b""])
        source, target = self._translator.source, self._translator.target
        found = self._translator.run(
            text, self.name, [piece.decode(errors="replace") for piece in prefix.split()]
        )
        tokens, source_tokens = found.pop("tokens"), found.pop("source_tokens")
        found["translation"] = _bytes(
            [target.decode(row[row != PAD_ID].tolist()) for row in tokens]
        )
        if self.name == GREEDY:
            found.update(translation=found["translation"][0], score=found["score"][0])
        else:
            found.update(pieces=_bytes(list(map(target.id_to_piece, tokens.tolist()))))
            found.update(source_pieces=_bytes(source.id_to_piece(source_tokens)))
        if self.name == PREFIX:
            found["next_pieces"] = _bytes(target.id_to_piece(found.pop("next_tokens").tolist()))
        return {name: np.array([output]) for name, output in found.items()}


def _bytes(texts):
    """Nested lists of texts as an array."""
    return (
        np.vectorize(str.encode, otypes=[object])(texts)
        if np.size(texts)
        else np.array(texts, object)
    )


class TFLiteVersion:
    """A loaded and warmed-up TFLite model, as a `Version`.

    Args:
        model: The name under which it is served.
        number: Its version.
        directory: Where it is.

    Raises:
        InputError: It is not whole, or LiteRT is not installed.
    """

    def __init__(self, model: str, number: int, directory: Path):
        self.number = number
        translator = TFLiteTranslator.load(
            directory, warm=available_cores(), signatures=(GREEDY, BEAM, PREFIX)
        )
        self.signatures = {
            name: TFLiteSignature(model, name, translator) for name in (GREEDY, BEAM, PREFIX)
        }
        n_best, text, real = translator.n_best, "DT_STRING", "DT_FLOAT"
        best = {"translation": (text, _ANY), "score": (real, _ANY), "cut": ("DT_BOOL", _ANY)}
        several = {
            "translation": (text, _ANY, n_best),
            "score": (real, _ANY, n_best),
            "pieces": (text, _ANY, n_best, _ANY),
            "source_pieces": (text, _ANY, _ANY),
            "cut": ("DT_BOOL", _ANY),
        }
        of_each_piece = {
            "probability": (real, _ANY, n_best, _ANY),
            "next_pieces": (text, _ANY, translator.alternatives),
            "next_probability": (real, _ANY, translator.alternatives),
        }
        if translator.attends:
            of_each_piece["attention"] = (real, _ANY, n_best, _ANY, _ANY)
        self.signature_def = {
            GREEDY: _signature_def(["text"], best),
            BEAM: _signature_def(["text"], several),
            PREFIX: _signature_def(["text", "prefix"], {**several, **of_each_piece}),
        }


def _signature_def(inputs, outputs):
    """As TensorFlow Serving shows one."""
    return {
        "inputs": {name: _tensor_info(name, "DT_STRING", _ANY) for name in inputs},
        "outputs": {name: _tensor_info(name, *kind) for name, kind in outputs.items()},
        "method_name": "tensorflow/serving/predict",
        "defaults": {},
    }


def _tensor_info(name, dtype, *sizes):
    shape = {"dim": [{"size": str(size), "name": ""} for size in sizes], "unknown_rank": False}
    return {"name": name, "dtype": dtype, "tensor_shape": shape}
