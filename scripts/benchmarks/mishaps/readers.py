"""What reads a model of each kind and answers a few texts with it, as one text to be compared."""

import io
import logging
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path
from typing import NamedTuple

TEXTS = ["a b", "", "j i h 12 https://example.org c", "d e f. A B!"]
BEAM_SIZE = 2


class Reader(NamedTuple):
    """How models of a kind are read.

    Attributes:
        prepare: Imports what reading needs, and returns what reads a directory.
        names: The files that are read; all of them if there are none.
    """

    prepare: Callable[[], Callable[[Path], str]]
    names: tuple[str, ...] = ()


def _directory() -> Callable[[Path], str]:
    from seq2seq.quiet import load_tensorflow

    load_tensorflow()
    from seq2seq.translation.translator import Translator

    def read(directory: Path) -> str:
        translations = Translator.load(directory).stream(TEXTS, beam_size=BEAM_SIZE)
        return repr([(one.text, one.hypotheses[:1]) for one in translations])

    return _quiet(read)


def _saved_model() -> Callable[[Path], str]:
    from seq2seq.quiet import load_tensorflow

    load_tensorflow()
    import numpy as np

    from seq2seq.serving.repository import ServedModel

    def read(directory: Path) -> str:
        version = ServedModel("model", directory).version()
        outputs = version.signatures["beam"]({"text": np.array(TEXTS, object)})
        found = {name: outputs[name].tolist() for name in ("translation", "score")}
        return repr((found, version.note))

    return _quiet(read)


def _tflite() -> Callable[[Path], str]:
    from seq2seq.exports.tflite_translator import TFLiteTranslator

    def read(directory: Path) -> str:
        translations = TFLiteTranslator.load(directory).stream(TEXTS)
        return repr([(one.text, one.hypotheses[0].score) for one in translations])

    return _quiet(read)


def _quiet(read: Callable[[Path], str]) -> Callable[[Path], str]:
    """The same without a warning about each directory that has no manifest."""

    def quietly(directory: Path) -> str:
        logging.disable(logging.WARNING)
        with redirect_stderr(io.StringIO()):
            return read(directory)

    return quietly


READERS = {
    "directory": Reader(
        _directory,
        (
            "config.toml",
            "source.model",
            "target.model",
            "shortlist.npz",
            "weights.npz",
            "manifest.json",
        ),
    ),
    "saved-model": Reader(_saved_model),
    "tflite": Reader(
        _tflite, ("model.tflite", "source.model", "target.model", "seq2seq.toml", "manifest.json")
    ),
}
