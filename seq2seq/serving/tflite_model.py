"""One version of a model that is an exported TFLite model, in the words of `saved_model`: text in, text out."""

from pathlib import Path

import numpy as np
import tensorflow as tf

from seq2seq.cores import available_cores
from seq2seq.serving.translation import PAD_PIECE
from seq2seq.tflite_translator import BEAM, GREEDY, TFLiteTranslator

_ANY = -1  # a size that is not fixed


class TFLiteSignature:
    """A search of the model, as a `Signature` that translates sentences one by one."""

    batches, reads_text, most_rows = True, True, 1

    def __init__(self, model: str, name: str, translator: TFLiteTranslator):
        self.model, self.name, self._translator = model, name, translator
        self.inputs = {"text": tf.TensorSpec([None], tf.string, name="text")}

    def __call__(self, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Runs it on one sentence; strings are `bytes` in what it returns."""
        (text,) = inputs["text"]
        found = self._translator.search(text, self.name)
        missing = (1 if self.name == GREEDY else self._translator.n_best) - len(found.scores)
        scores = np.array([found.scores + missing * [-np.inf]], np.float32)
        texts, cut = _bytes([found.translations + missing * [""]]), np.array([found.cut])
        if self.name == GREEDY:
            return {"translation": texts[:, 0], "score": scores[:, 0], "cut": cut}
        longest = max(map(len, found.tokens))
        pieces = [tokens + (longest - len(tokens)) * [PAD_PIECE] for tokens in found.tokens + missing * [[]]]
        return {
            "translation": texts,
            "score": scores,
            "pieces": _bytes([pieces]),
            "source_pieces": _bytes([found.source_tokens]),
            "cut": cut,
        }


def _bytes(texts):
    """Nested lists of texts as an array."""
    return np.vectorize(str.encode, otypes=[object])(texts) if np.size(texts) else np.array(texts, object)


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
        translator = TFLiteTranslator.load(directory, threads=available_cores())
        self.signatures = {name: TFLiteSignature(model, name, translator) for name in (GREEDY, BEAM)}
        found, cut = (_ANY, translator.n_best), ("DT_BOOL", _ANY)
        self.signature_def = {
            GREEDY: _signature_def({"translation": ("DT_STRING", _ANY), "score": ("DT_FLOAT", _ANY), "cut": cut}),
            BEAM: _signature_def(
                {
                    "translation": ("DT_STRING", *found),
                    "score": ("DT_FLOAT", *found),
                    "pieces": ("DT_STRING", *found, _ANY),
                    "source_pieces": ("DT_STRING", _ANY, _ANY),
                    "cut": cut,
                }
            ),
        }


def _signature_def(outputs):
    """As TensorFlow Serving shows one."""
    return {
        "inputs": {"text": _tensor_info("text", "DT_STRING", _ANY)},
        "outputs": {name: _tensor_info(name, *kind) for name, kind in outputs.items()},
        "method_name": "tensorflow/serving/predict",
        "defaults": {},
    }


def _tensor_info(name, dtype, *sizes):
    shape = {"dim": [{"size": str(size), "name": ""} for size in sizes], "unknown_rank": False}
    return {"name": name, "dtype": dtype, "tensor_shape": shape}
