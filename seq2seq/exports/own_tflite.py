"""The TFLite model in a model directory: `seq2seq translate` answers with it without TensorFlow.

TensorFlow takes seconds to be imported and to trace a search. So `seq2seq train` and `seq2seq
average` end with leaving the model as TFLite, too, in float32, in the folder `tflite` of its
directory. The folder names what it was made of: beside other weights, tokenizers or options it is
passed over.
"""

from __future__ import annotations

import importlib.util
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from seq2seq.errors import InputError
from seq2seq.exports.note import Note
from seq2seq.exports.tflite_translator import MODEL
from seq2seq.exports.whole import is_listed
from seq2seq.storage.directory import ModelDirectory

if TYPE_CHECKING:
    from seq2seq.translation.translator import Translator

FOLDER = "tflite"
_MOST_WEIGHTS = 20_000_000  # of a model that is converted, which takes several times its memory

# What is read faster without TensorFlow: bytes of text times bytes of the model. That is 50 kB with
# a model of 5 MB, and less with a larger one, because it is read a sentence at a time.
_MOST_WORK = 50_000 * 5_000_000

_log = logging.getLogger(__name__)


def write_own_tflite(translator: Translator, place: ModelDirectory) -> None:
    """Converts a translator, and leaves it in its directory.

    One of several languages has none, and neither has a large one. Where it fails, a warning says
    so: the model itself is whole by then.

    Args:
        translator: The translator.
        place: The model directory that it can be loaded from.
    """
    try:
        _write(translator, place)
    except Exception as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        _log.warning(
            "Expected to leave a TFLite model in %s. Received: %s. The model is whole without it, "
            "and begins to translate more slowly.",
            place,
            reason.rstrip("."),
        )


def _write(translator: Translator, place: ModelDirectory) -> None:
    from seq2seq.exports.tflite import convert, write_tflite
    from seq2seq.model.ensemble import expect_single

    weights = expect_single(translator.model).count_params()
    if translator.languages or weights > _MOST_WEIGHTS:
        return

    model = convert(translator)
    write_tflite(model, translator, place.path / FOLDER, made_of=place.digest())


def find_own_tflite(place: ModelDirectory, *, text_bytes: float) -> Path | None:
    """The folder of the TFLite model of a directory, for so much text.

    None stands for: there is none that was made of this model, LiteRT is not installed, or
    TensorFlow would be faster.

    Raises:
        InputError: A file of the model cannot be read.
    """
    folder = place.path / FOLDER
    if not is_listed(folder) or not importlib.util.find_spec("ai_edge_litert"):
        return None
    try:
        made_of = Note.read(folder).made_of
        model_bytes = (folder / MODEL).stat().st_size
    except (InputError, OSError):
        return None

    if text_bytes * model_bytes > _MOST_WORK or made_of != place.digest():
        return None
    return folder
