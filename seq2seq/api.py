"""What the commands do, for Python: train, compare, evaluate, export, in one call each."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from seq2seq.data.formats.columns import as_columns
from seq2seq.data.pairs import Pairs, Sentences, read_pairs
from seq2seq.errors import InputError, expect_path, shown
from seq2seq.quiet import load_tensorflow
from seq2seq.storage.directory import ModelDirectory
from seq2seq.training.arguments import as_dev, files_of, files_or_corpus, given_options
from seq2seq.training.cluster import place_of
from seq2seq.training.inputs import (
    new_configuration,
    open_mix,
    open_pairs,
    resumed_configuration,
    with_whole_paths,
)
from seq2seq.training.progress import ProgressDisplay

if TYPE_CHECKING:
    from seq2seq.comparison.report import Comparison
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
    from_model: str | os.PathLike[str] | None = None,
    mix: Pairs | None = None,
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
        from_model: The directory of a trained model to go on from: with its vocabulary, sizes and
            weights, and a gentler schedule. The result is never worse on `dev` than that model.
        mix: With `from_model`, pairs that it has learnt before, in any form of `pairs`. They are
            learnt again beside the new ones, so that they are not forgotten; `mix_share` says how
            much.
        config: A TOML file of options. Where it and `options` name the same one, `options` decide.
        resume: Whether to go on with an interrupted run in `output`. Pairs from one file, or from
            two text files, are read again. Pairs in any other form must be given again.
        strict: Whether a line of a file that is no pair is an error. It is skipped otherwise.
        quiet: Whether to show nothing while it trains.
        **options: The options of `seq2seq train`, with underscores: `preset`, `cell`, `attention`,
            `units`, `epochs`, `time_limit` in minutes, `tokenize`, `seed`, `deterministic`,
            `extend_vocabulary`, `languages` and `direction` for a model of several languages, and
            so on.

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
    given = given_options(options)
    if config is not None:
        expect_path(config, "a TOML file of options")
    if resume and config:
        raise InputError(
            "Expected `resume` without `config`: a resumed run keeps its options. Received both."
        )

    picked = as_columns(columns)
    if from_model is not None:
        expect_path(from_model, "a trained model to go on from")
        given["from_model"] = os.fspath(from_model)
    if len(given.get("languages", ())) > 1:  # of each file, which must not become one corpus
        files, corpus = files_of(pairs, targets), None
    else:
        files, corpus = files_or_corpus(pairs, targets, picked, strict=strict)
    dev_files, dev_corpus = files_or_corpus(dev, dev_targets, picked, strict=strict)
    mix_files, mix_corpus = files_or_corpus(mix, None, picked, strict=strict)
    given |= {**files, **as_dev(dev_files), **({"columns": picked} if picked else {})}
    given |= {"mix": mix_files["corpus"]} if mix_files else {}

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

    mix_corpus = open_mix(configuration, strict=strict, tell=display.line, mix=mix_corpus)

    load_tensorflow()
    from seq2seq.training.finish import finish
    from seq2seq.training.run import train as run

    configuration = with_whole_paths(configuration)
    translator = run(
        configuration, place, corpus, dev_corpus, mix_corpus, display=display, resume=resume
    )
    if place_of(os.environ).rank:  # the chief of several workers writes what is left
        return translator

    directory = ModelDirectory(place)
    with directory.taken("seq2seq.train"):
        finish(translator, dev_corpus, directory)
    return translator


def evaluate(
    model: Translator | str | os.PathLike[str],
    pairs: Pairs | Sentences,
    targets: Sentences | None = None,
    *,
    columns: str | Sequence[str | int] | None = None,
    tokenize: str = "auto",
    to: str | None = None,
    **search: Any,
) -> Evaluation:
    """Translates sentences and scores the translations with sacreBLEU.

    Args:
        model: A translator, or its model directory.
        pairs: The sentences with their references, in any form that `train` takes.
        targets: The references, where they stand apart.
        columns: The source's and the reference's column, as `train` takes them.
        tokenize: The sacreBLEU tokenizer of BLEU; "auto" takes the one that suits the references.
        to: As in `Translator.evaluate`, for a model of several languages.
        **search: The attributes of `SearchOptions`, and `batch_size`.

    Returns:
        BLEU, chrF2 and TER with their signatures, the translations and the speed.

    Raises:
        InputError: Something given cannot be used. The message says what was expected.
    """
    # Before the model is loaded: a mistake here is known at once.
    corpus = read_pairs(pairs, targets, columns=columns)
    return _loaded(model).evaluate(corpus, tokenize=tokenize, to=to, **search)


def compare(
    pairs: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    targets: str | os.PathLike[str] | None = None,
    *,
    output: str | os.PathLike[str],
    cells: Sequence[str] = ("rnn", "gru", "lstm"),
    attention: Sequence[str] = ("none", "luong", "bahdanau"),
    steps: int | None = None,
    dev: str | os.PathLike[str] | None = None,
    test: str | os.PathLike[str] | None = None,
    columns: str | Sequence[str | int] | None = None,
    config: str | os.PathLike[str] | None = None,
    strict: bool = False,
    **options: Any,
) -> Comparison:
    """Trains a model for each cell and each attention, and writes one report on all.

    Each is trained in a process of its own, which reads the files. Called again, it goes on where
    it was stopped: what is trained is not trained anew.

    Args:
        pairs: What to learn: a file of pairs, or several.
        targets: A text file of translations, where `pairs` is a text file of sources.
        output: The directory of the models and of the report.
        cells: The cells, of "rnn", "gru" and "lstm".
        attention: The attentions, of "none", "luong" and "bahdanau".
        steps: Training steps of each model, in the place of the option `time_limit`.
        dev: A file of pairs to validate on. If None, pairs are held out as `train` does.
        test: A file of pairs to score; the dev pairs by default.
        columns: The source's and the target's column of the files, as `train` takes them.
        config: A TOML file of options. Where it and `options` name the same one, `options` decide.
        strict: Whether a line of a file that is no pair is an error. It is skipped otherwise.
        **options: The options of `train`, the same for all models: `time_limit` in minutes for
            each, `preset`, `units`, `seed` and so on.

    Returns:
        What was measured. `print` shows it as a table.

    Raises:
        InputError: Something given cannot be used. The message says what was expected.

    Example:
        >>> comparison = seq2seq.compare("pairs.tsv", output="saved_models/comparison", steps=2000)
        >>> print(comparison)
    """
    from seq2seq.comparison.combinations import combinations
    from seq2seq.comparison.plan import make_plan
    from seq2seq.comparison.run import compare as run

    expect_path(output, "a directory for the comparison")
    chosen = combinations(cells, attention)
    given = given_options(options) | files_of(pairs, targets)
    if dev is not None:
        given["dev"] = dev
    if picked := as_columns(columns):
        given["columns"] = picked

    plan = make_plan(
        given,
        Path(output),
        config=Path(config) if config is not None else None,
        steps=steps,
        test=None if test is None else os.fspath(test),
        strict=strict,
    )
    return run(plan, chosen, tell=ProgressDisplay().line)


def export(
    model: Translator | str | os.PathLike[str],
    directory: str | os.PathLike[str],
    *,
    format: Literal["saved_model", "tflite", "web"] = "saved_model",
    to: str | None = None,
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
        to: The language to translate into, for a model of several; not of a page.
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

    translator = _loaded(model).to(to)
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
