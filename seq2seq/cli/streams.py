"""The function behind `seq2seq translate`: it translates with model directories or with TFLite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seq2seq.cli.options import is_given, read_glossary
from seq2seq.cli.reranking import RERANKING_PARAMETERS, loaded_reranking
from seq2seq.cpu import available_cores
from seq2seq.errors import InputError
from seq2seq.quiet import load_tensorflow, quietly
from seq2seq.search.options import SearchOptions
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.manifest import joint_digest

if TYPE_CHECKING:
    from seq2seq.translation.result import Translation

Stream = Callable[..., Iterable["Translation"]]  # of sentences, and `first`, the place of the first


def stream_loader(
    models: Sequence[Path],
    search: Mapping[str, Any],
    *,
    batch_size: int,
    attention: bool,
    to: str | None,
    split_sentences: bool | None,
    glossary_file: str | None,
    rerank_with: Path | None,
    rerank_weight: float | None,
    text_bytes: float,
) -> Callable[[], Stream]:
    """What loads models and gives the function that translates; other processes may call it, too.

    Args:
        models: Model directories, or one TFLite model.
        search: The options of the search.
        batch_size: Most sentences of a batch.
        attention: Whether to report the attention.
        to: The language to translate into, for a model of several.
        split_sentences: Whether a line of several sentences is divided.
        glossary_file: Terms and their translations.
        rerank_with: The model directory of a translator of the other direction, if it ranks.
        rerank_weight: How much it counts, if that was given.
        text_bytes: How much there is to translate, infinite if that is not known.

    Raises:
        InputError: The options ask a TFLite model for another search than its own.
    """
    of_text = {"split_sentences": split_sentences}
    if is_tflite(models):
        _expect_own_search(models[0], search)
        return partial(tflite_stream, models[0], search, of_text, glossary_file)

    options = {**search, **of_text, "batch_size": batch_size, "attention": attention}
    options["to"] = to
    of_reranking = {"rerank_with": rerank_with, "rerank_weight": rerank_weight}
    load = partial(translator_stream, models, options, of_reranking, glossary_file)

    folder = None
    if len(models) == 1 and not to and not rerank_with:
        folder = _own_tflite(models[0], search, attention=attention, text_bytes=text_bytes)
    if folder is None:
        return load
    quick = partial(tflite_stream, folder, search, of_text, glossary_file, attention=attention)
    return partial(_first_that_loads, quick, load)


def models_digests(models: Sequence[Path]) -> list[str]:
    """The SHA-256 digest of each model.

    Raises:
        InputError: A file of a model cannot be read.
    """
    if not is_tflite(models):
        return [ModelDirectory(model).digest() for model in models]
    from seq2seq.exports.tflite_translator import FILES

    return [joint_digest(models[0], FILES)]


def translator_stream(
    models: Sequence[Path],
    options: Mapping[str, Any],
    of_reranking: Mapping[str, Any],
    glossary_file: str | None,
) -> Stream:
    """Makes a function that translates with model directories.

    `of_reranking` are the options of another model that ranks.
    """
    glossary = read_glossary(glossary_file)  # it may be refused before TensorFlow is loaded
    load_tensorflow()
    from seq2seq.cpu import split_cores
    from seq2seq.translation.translator import Translator

    threads = split_cores()
    translator = Translator.load(*models, threads=threads)
    reranking = loaded_reranking(**of_reranking, threads=threads)
    return partial(translator.stream, **options, **reranking, glossary=glossary)


def is_tflite(directories: Sequence[Path]) -> bool:
    """Whether a single directory is given and holds a TFLite model."""
    if len(directories) != 1 or ModelDirectory(directories[0]).holds_model():
        return False
    from seq2seq.exports.tflite_translator import MODEL

    return (directories[0] / MODEL).is_file()


def tflite_stream(
    directory: Path,
    search: Mapping[str, Any],
    of_text: Mapping[str, Any],
    glossary_file: str | None,
    *,
    attention: bool = False,
) -> Stream:
    """Makes a function that translates with a TFLite model.

    `of_text` are the options that say what is read of a text; `attention` tells whether to report
    that of a beam search.

    The search is the one that the model was exported with. It makes no random draws, so the place
    of a sentence in the input does not matter.
    """
    from seq2seq.exports.signatures import BEAM, GREEDY, PREFIX
    from seq2seq.exports.tflite_translator import TFLiteTranslator

    glossary = read_glossary(glossary_file)
    with_beam = PREFIX if attention else BEAM
    signature = GREEDY if search["beam_size"] == 1 else with_beam
    with quietly():
        translator = TFLiteTranslator.load(
            directory, threads=available_cores(), signatures=[signature]
        )
    options = {**of_text, "glossary": glossary, "n_best": search["n_best"]}
    translator.expect_able(signature=signature, n_best=search["n_best"])

    def stream(texts: Iterable[str], *, first: int) -> Iterator[Translation]:
        return translator.stream(texts, signature=signature, **options)

    return stream


def _own_tflite(
    model: Path, search: Mapping[str, Any], *, attention: bool, text_bytes: float
) -> Path | None:
    """The TFLite model that a model directory carries, if it has all that is asked for."""
    usual = asdict(SearchOptions())
    asked = {name for name, value in search.items() if value != usual[name]} - {"n_best"}
    if search["beam_size"] == 1 and not attention:
        asked -= {"beam_size"}
    if asked:
        return None

    from seq2seq.exports.own_tflite import find_own_tflite

    return find_own_tflite(ModelDirectory(model), text_bytes=text_bytes)


def _first_that_loads(quick: Callable[[], Stream], load: Callable[[], Stream]) -> Stream:
    """What translates quickly; where that is damaged or LiteRT does not run here, the weights."""
    try:
        return quick()
    except InputError:
        return load()


def _expect_own_search(directory: Path, search: Mapping[str, Any]) -> None:
    """Refuses options that ask a TFLite model for another search than its own.

    Raises:
        InputError: One was given.
    """
    fixed = {"batch_size", *search, *RERANKING_PARAMETERS} - {"n_best"}
    if search["beam_size"] == 1:
        fixed.remove("beam_size")
    for name in sorted(fixed):
        if is_given(name):
            raise InputError(
                f"Expected the search that {directory} was exported with, or --beam-size 1. "
                f"Received: --{name.replace('_', '-')}. "
                "Leave it out, or give the model directory that it was made from."
            )
