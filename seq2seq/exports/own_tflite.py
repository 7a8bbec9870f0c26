"""The TFLite model in a model directory: `seq2seq translate` answers with it without TensorFlow.

TensorFlow takes seconds to be imported and to trace a search. So the end of training leaves the
model as TFLite, too, in float32, in the folder `tflite` of its directory. The folder names what it
was made of: beside other weights, tokenizers or options it is passed over, and so is a damaged one.
"""

from __future__ import annotations

import dataclasses
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from seq2seq.errors import InputError
from seq2seq.exports.note import Note
from seq2seq.exports.whole import expect_whole, is_listed
from seq2seq.storage.directory import ModelDirectory

if TYPE_CHECKING:
    from seq2seq.translation.translator import Translator

FOLDER = "tflite"
_MOST_WEIGHTS = 100_000_000  # of a model that is converted: the file of a larger one nears 2 GB


def write_own_tflite(translator: Translator, place: ModelDirectory) -> None:
    """Converts a translator, and leaves it in its directory.

    One of several languages has none, and neither has a very large one.

    Args:
        translator: The translator.
        place: The model directory that it can be loaded from.

    Raises:
        InputError: The disk is full, or the directory cannot be written to.
    """
    from seq2seq.exports.saved_model import note_of
    from seq2seq.exports.tflite import convert, write_tflite
    from seq2seq.model.ensemble import expect_single

    weights = expect_single(translator.model).count_params()
    if translator.languages or weights > _MOST_WEIGHTS:
        return

    note = dataclasses.replace(note_of(translator), made_of=place.digest())
    write_tflite(convert(translator), translator, note, place.path / FOLDER)


def own_tflite(place: ModelDirectory) -> Path | None:
    """The folder of the TFLite model of a directory; None where there is none that can be used.

    Raises:
        InputError: A file of the model cannot be read.
    """
    folder = place.path / FOLDER
    if not is_listed(folder) or not importlib.util.find_spec("ai_edge_litert"):
        return None
    try:
        expect_whole(folder)
        made_of = Note.read(folder).made_of
    except InputError:
        return None
    return folder if made_of == place.digest() else None
