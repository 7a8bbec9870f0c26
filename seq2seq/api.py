"""What the commands do, for Python: train, evaluate and export, in one call each."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeGuard

from seq2seq.data.corpus import Corpus
from seq2seq.data.formats.columns import Columns, as_columns
from seq2seq.data.pairs import Pairs, Sentences, as_corpus, read_pairs
from seq2seq.data.stream import CorpusStream
from seq2seq.errors import InputError, expect_path, shown
from seq2seq.quiet import load_tensorflow
from seq2seq.storage.options import GROUP_OF
from seq2seq.training.inputs import (
    CORPUS_OPTIONS,
    DEV_OPTIONS,
    IN_MEMORY,
    new_configuration,
    open_pairs,
    resumed_configuration,
    with_whole_paths,
)
from seq2seq.training.progress import ProgressDisplay

if TYPE_CHECKING:
    from seq2seq.evaluation.evaluation import Evaluation
    from seq2seq.translation.translator import Translator

FORMATS = ("saved_model", "tflite", "web")


def train(
    pairs: Pairs | Sentences | None = None,
    targets: Sentences | None = None,
    *,
    output: str | os.PathLike[str],
    dev: Pairs | Sentences | None = None,
    dev_targets: Sentences | None = None,
    columns: str | Sequence[str | int] | None = None,
    config: str | os.PathLike[str] | None = None,
    resume: bool = False,
    strict: bool = False,
    quiet: bool = False,
    **options: Any,
) -> Translator:
    """Trains a translator on sentence pairs and leaves it in a model directory.

    Args:
        pairs: What to learn: a file of pairs or several (.tsv, .csv, .xlsx, .tmx, .xliff, .jsonl),
            `(source, target)` tuples, a data frame, or, with `targets`, the source sentences as a
            list or a text file. None stands for the bundled pairs.
        targets: The translations of `pairs`, in the same order.
        output: The model directory. A model already there is moved aside.
        dev: Pairs to validate on, in any form of `pairs`. If None, one pair in twenty is held out,
            a thousand at most.
        dev_targets: The translations of `dev`.
        columns: The source's and the target's column in files or a data frame that have more, by
            name or by number from 1, or the codes of languages: ("English", "Korean").
        config: A TOML file of options. Where it and `options` name the same one, `options` decide.
        resume: Whether to go on with an interrupted run in `output`. Pairs from one file, or from
            two text files, are read again. Pairs in any other form must be given again.
        strict: Whether a line of a file that is no pair is an error. It is skipped otherwise.
        quiet: Whether to show nothing while it trains.
        **options: The options of `seq2seq train`, with underscores: `preset`, `cell`, `attention`,
            `units`, `epochs`, `time_limit` in minutes, `tokenize`, `seed` and so on.

    Returns:
        The translator, with the weights of the best validation.

    Raises:
        InputError: Something given cannot be used. The message says what was expected.

    Example:
        >>> pairs = [("I am Yusol", "나는 유솔이야"), ...]
        >>> translator = seq2seq.train(pairs, output="saved_models/mine", epochs=20)
        >>> translator.translate("I am Yusol")
        '나는 유솔이야'
    """
    expect_path(output, "a directory for the model")
    place = Path(output)
    given = _expect_options(options)
    if config is not None:
        expect_path(config, "a TOML file of options")
    if resume and config:
        raise InputError(
            "Expected `resume` without `config`: a resumed run keeps its options. Received both."
        )

    picked = as_columns(columns)
    files, corpus = _files_or_corpus(pairs, targets, picked, strict=strict)
    dev_files, dev_corpus = _files_or_corpus(dev, dev_targets, picked, strict=strict)
    given |= {**files, **_as_dev(dev_files), **({"columns": picked} if picked else {})}

    if resume:
        configuration = resumed_configuration(place, given)
    else:
        configuration = new_configuration(given, config=Path(config) if config else None)

    display = ProgressDisplay(io.StringIO() if quiet else None)
    corpus, dev_corpus = open_pairs(
        configuration,
        strict=strict,
        tell=display.line,
        corpus=corpus,
        dev=None if dev_corpus is None else read_pairs(dev_corpus),
    )

    load_tensorflow()
    from seq2seq.training.run import train as run

    configuration = with_whole_paths(configuration)
    return run(configuration, place, corpus, dev_corpus, display=display, resume=resume)


def evaluate(
    model: Translator | str | os.PathLike[str],
    pairs: Pairs | Sentences,
    targets: Sentences | None = None,
    *,
    columns: str | Sequence[str | int] | None = None,
    tokenize: str = "auto",
    **search: Any,
) -> Evaluation:
    """Translates sentences and scores the translations with sacreBLEU.

    Args:
        model: A translator, or its model directory.
        pairs: The sentences with their references, in any form that `train` takes.
        targets: The references, where they stand apart.
        columns: The source's and the reference's column, as `train` takes them.
        tokenize: The sacreBLEU tokenizer of BLEU; "auto" takes the one that suits the references.
        **search: The attributes of `SearchOptions`, and `batch_size`.

    Returns:
        BLEU, chrF2 and TER with their signatures, the translations and the speed.

    Raises:
        InputError: Something given cannot be used. The message says what was expected.
    """
    # Before the model is loaded: a mistake here is known at once.
    corpus = read_pairs(pairs, targets, columns=columns)
    return _loaded(model).evaluate(corpus, tokenize=tokenize, **search)


def export(
    model: Translator | str | os.PathLike[str],
    directory: str | os.PathLike[str],
    *,
    format: Literal["saved_model", "tflite", "web"] = "saved_model",
    beam_size: int = 5,
    n_best: int | None = None,
    shortlist: int = 0,
    quantize: bool | None = None,
) -> Path:
    """Writes a translator as a SavedModel, a TFLite model or a page that translates in the browser.

    Args:
        model: A translator, or its model directory.
        directory: A new directory, or one that holds such an export, which is replaced.
        format: "saved_model" for TensorFlow and TensorFlow Serving, "tflite" for LiteRT,
            "web" for any web server.
        beam_size: Hypotheses that beam search keeps.
        n_best: Translations that beam search returns. All of its beam by default.
        shortlist: How many target pieces a translation may be made of; 0 allows all. Of no page.
        quantize: Whether the matrices are int8. By default, those of a page are.

    Returns:
        The directory.

    Raises:
        InputError: Something given cannot be used. The message says what was expected.
    """
    if format not in FORMATS:
        raise InputError(
            f"Expected format to be one of {', '.join(FORMATS)}. Received: {shown(format)}."
        )
    expect_path(directory, "a directory for the export")
    if quantize and format == "saved_model":
        raise InputError(
            "Expected quantize with format 'tflite' or 'web'. "
            f"Received: format {format!r}. Leave one out."
        )
    if shortlist and format == "web":
        raise InputError(
            "Expected no shortlist with format 'web'. "
            f"Received: shortlist {shown(shortlist)}. Leave it out."
        )

    translator = _loaded(model)
    place = Path(directory)
    if format == "tflite":
        from seq2seq.exports.tflite import export_tflite

        export_tflite(
            translator,
            place,
            beam_size=beam_size,
            n_best=n_best,
            shortlist=shortlist,
            quantize=bool(quantize),
        )
    elif format == "web":
        from seq2seq.exports.web import export_web

        export_web(
            translator,
            place,
            beam_size=beam_size,
            n_best=n_best,
            quantize=quantize is not False,
        )
    else:
        from seq2seq.exports.saved_model import export_saved_model

        export_saved_model(
            translator, place, beam_size=beam_size, n_best=n_best, shortlist=shortlist
        )
    return place


def _expect_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of `train` without those that are None.

    Raises:
        InputError: One is unknown.
    """
    known = sorted(GROUP_OF.keys() - CORPUS_OPTIONS - DEV_OPTIONS - {"columns"})
    for name in options:
        if name not in known:
            similar = get_close_matches(name, known, n=1)
            advice = f"Did you mean {similar[0]}?" if similar else "Leave it out."
            raise InputError(
                f"Expected options of seq2seq.train: {', '.join(known)}. "
                f"Received: {name!r}. {advice}"
            )
    return {name: value for name, value in options.items() if value is not None}


def _files_or_corpus(
    pairs: Pairs | Sentences | None,
    targets: Sentences | None,
    columns: Columns | None,
    *,
    strict: bool,
) -> tuple[dict[str, Any], Corpus | CorpusStream | None]:
    """The options for one file of pairs or two text files; for pairs in another form, their corpus.

    A configuration can name those files, so that a resumed run finds them; `open_pairs` reads them.

    Raises:
        InputError: There are targets without sources, no pairs, or pairs of no known form.
    """
    if pairs is None:
        if targets is not None:
            raise InputError("Expected sources with their targets. Received: targets alone.")
        return {}, None

    if _is_path(pairs) and targets is None:
        return {"corpus": (os.fspath(pairs),)}, None
    if _is_path(pairs) and _is_path(targets):
        return {"source": (os.fspath(pairs),), "target": (os.fspath(targets),)}, None

    corpus = as_corpus(pairs, targets, strict=strict, columns=columns)
    if not len(corpus):
        raise InputError("Expected sentence pairs. Received: none.")
    return {"corpus": (IN_MEMORY,)}, corpus


def _as_dev(files: dict[str, Any]) -> dict[str, Any]:
    """The same files under the options for dev pairs, each of which takes a single file."""
    names = {"corpus": "dev", "source": "dev_source", "target": "dev_target"}
    return {names[name]: paths[0] for name, paths in files.items()}


def _is_path(value: object) -> TypeGuard[str | os.PathLike[str]]:
    return isinstance(value, str | os.PathLike)


def _loaded(model: Translator | str | os.PathLike[str]) -> Translator:
    """Loads the translator of a model directory, or returns the translator that is given."""
    load_tensorflow()
    from seq2seq.translation.translator import Translator

    if isinstance(model, Translator):
        return model
    if isinstance(model, str | os.PathLike):
        return Translator.load(model)
    raise InputError(
        "Expected a translator or a model directory. "
        f"Received: {type(model).__name__}. Train one, or load it with seq2seq.Translator.load."
    )
