"""The function behind `seq2seq translate`: it translates with model directories or with TFLite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seq2seq.cli.options import is_given
from seq2seq.cpu import available_cores
from seq2seq.errors import InputError
from seq2seq.quiet import load_tensorflow, quietly
from seq2seq.storage.directory import ModelDirectory

if TYPE_CHECKING:
    from seq2seq.translation.result import Translation

Stream = Callable[..., Iterable["Translation"]]  # of sentences, and `first`, the place of the first


def translator_stream(models: Sequence[Path], options: Mapping[str, Any]) -> Stream:
    """Makes a function that translates with model directories."""
    load_tensorflow()
    from seq2seq.cpu import split_cores
    from seq2seq.translation.translator import Translator

    translator = Translator.load(*models, threads=split_cores())
    return partial(translator.stream, **options)


def is_tflite(directories: Sequence[Path]) -> bool:
    """Whether a single directory is given and holds a TFLite model."""
    if len(directories) != 1 or ModelDirectory(directories[0]).holds_model():
        return False
    from seq2seq.exports.tflite_translator import MODEL

    return (directories[0] / MODEL).is_file()


def tflite_stream(directory: Path, search: Mapping[str, Any], of_text: Mapping[str, Any]) -> Stream:
    """Makes a function that translates with a TFLite model.

    `of_text` are the options that say what is read of a text.

    The search is the one that the model was exported with. It makes no random draws, so the place
    of a sentence in the input does not matter.

    Raises:
        InputError: The options ask for another search.
    """
    from seq2seq.exports.signatures import BEAM, GREEDY
    from seq2seq.exports.tflite_translator import TFLiteTranslator

    greedy = search["beam_size"] == 1
    fixed = {"batch_size", *search} - {"n_best"}
    if greedy:
        fixed.remove("beam_size")
    for name in sorted(fixed):
        if is_given(name):
            raise InputError(
                f"Expected the search that {directory} was exported with, or --beam-size 1. "
                f"Received: --{name.replace('_', '-')}. "
                "Leave it out, or give the model directory that it was made from."
            )

    signature = GREEDY if greedy else BEAM
    with quietly():
        translator = TFLiteTranslator.load(
            directory, threads=available_cores(), signatures=[signature]
        )
    n_best = search["n_best"]
    translator.expect_able(signature=signature, n_best=n_best)

    def stream(texts: Iterable[str], *, first: int) -> Iterator[Translation]:
        return translator.stream(texts, signature=signature, n_best=n_best, **of_text)

    return stream
