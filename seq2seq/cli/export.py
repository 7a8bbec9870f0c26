"""`seq2seq export`: a model directory to a SavedModel, a TFLite model or a web page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seq2seq.cli.command import Command, argument, option_group
from seq2seq.cli.corpora import read_corpora, read_dev
from seq2seq.cli.language_options import expect_language, to_option
from seq2seq.cli.options import (
    find_models,
    is_given,
    learnt_bundled,
    model_option,
    shortlist_option,
)
from seq2seq.cli.values import FILE, Choice, Directory, WholeNumber
from seq2seq.data.corpus import Corpus
from seq2seq.quiet import load_tensorflow, quietly
from seq2seq.search.options import SearchOptions

if TYPE_CHECKING:
    from seq2seq.translation.translator import Translator

_UNKNOWN_LOSS = (
    "To see what int8 weights cost, export with --dev CORPUS.tsv, or --dev-source and --dev-target."
)
_DEV = ("dev", "dev_source", "dev_target")  # options of TFLite models

_export = option_group("Export")
_search = option_group("Search")
_quantization = option_group("Quantization, of TFLite models and pages")


@click.command(
    cls=Command,
    short_help="Export a SavedModel (text in, text out), a TFLite model or a web page.",
    also=["save", "convert"],
    examples=[
        ("seq2seq export saved_models/en-ko-served", "a SavedModel of the newest model"),
        (
            "seq2seq export saved_models/en-ko-int8 --format tflite --quantize",
            "a small model for LiteRT",
        ),
        (
            "seq2seq export saved_models/en-ko-web --format web",
            "a page that translates in the browser",
        ),
    ],
)
@argument(
    "output_directory",
    type=Directory(),
    metavar="OUTPUT_DIR",
    explanation="New directory for the exported model.",
)
@model_option()
@to_option(" The export translates into it alone.")
@_export(
    "--format",
    "output_format",
    type=Choice(["saved-model", "tflite", "web"]),
    default="saved-model",
    show_default=True,
    metavar="NAME",
    help="saved-model: for TensorFlow and TensorFlow Serving. tflite: for LiteRT, with the "
    "tokenizers and an example. web: static files of a page that translates in the browser.",
)
@_search(
    "--beam-size",
    type=WholeNumber(1),
    default=5,
    show_default=True,
    metavar="N",
    also=["--beams", "--num-beams", "--beam-width"],
    help="Hypotheses kept by the signatures beam and prefix.",
)
@_search(
    "--n-best",
    type=WholeNumber(1, unit="translations"),
    show_default="all of the beam",
    metavar="N",
    help="Translations that they return.",
)
@shortlist_option
@_quantization(
    "--quantize/--no-quantize",
    default=None,
    show_default="for web alone",
    also=["--int8"],
    help="Store the weights as int8. With tflite, report the BLEU lost on the pairs below.",
)
@_quantization(
    "--dev",
    type=FILE,
    metavar="CORPUS.tsv",
    show_default="the bundled corpus, if that was learnt",
    help="Pairs to report it on.",
)
@_quantization(
    "--dev-source", type=FILE, metavar="FILE", help="Source sentences, instead of --dev."
)
@_quantization(
    "--dev-target", type=FILE, metavar="FILE", help="Translations of the lines of --dev-source."
)
def export(
    output_directory: Path,
    model_directories: tuple[Path, ...],
    to: str | None,
    output_format: str,
    beam_size: int,
    n_best: int | None,
    shortlist: int,
    quantize: bool | None,
    dev: str | None,
    dev_source: str | None,
    dev_target: str | None,
) -> None:
    """Write a model that runs without this package.

    A SavedModel takes text and gives text, the tokenizer inside. TensorFlow and TensorFlow Serving
    load it:

    \b
    serving_default  text [batch]
                     -> translation, score, cut [batch]; greedy search
    beam             text [batch]
                     -> translation, score [batch, n_best], attention, pieces, cut
    prefix           text, prefix [batch]
                     -> as beam; translations begin with these pieces
    score            text, translation [batch]
                     -> log_probability, length [batch]

    A TFLite model takes and gives the ids of pieces, one sentence at a time. The SentencePiece
    models lie beside it, and translate.py, which uses them with the packages ai-edge-litert, numpy
    and sentencepiece alone:

    \b
    serving_default  source_tokens [1, source_length]
                     -> tokens [1, 1, length], score [1, 1]; greedy search
    beam             source_tokens [1, source_length]
                     -> tokens [1, n_best, length], score [1, n_best]
    prefix           source_tokens, prefix [1, prefix_length]
                     -> as beam, with probability, attention [1, n_best, …],
                        and next_tokens, next_probability [1, alternatives]

    seq2seq serve takes both, and seq2seq translate the TFLite model.

    A page is a folder of static files for any web server. It translates in the browser, also
    without a network after the first visit, and is an ES module for other pages.
    """
    _check_options(output_format, quantize)
    search: dict[str, Any] = {"beam_size": beam_size, "n_best": n_best or beam_size}
    search["shortlist"] = shortlist
    SearchOptions(**search)  # checked before TensorFlow is loaded
    models = find_models(model_directories)
    expect_language(models[0], to)
    reports = quantize and output_format == "tflite"
    pairs = _dev_pairs(models, dev, dev_source, dev_target) if reports else None
    if output_format == "web":
        from seq2seq.exports.web_files import expect_runtime

        expect_runtime()

    load_tensorflow()
    from seq2seq.translation.translator import Translator

    translator = Translator.load(*models).to(to)
    if pairs and to and translator.languages.is_reversed(to):
        pairs = pairs.swapped()
    model = b""
    if output_format == "tflite":
        from seq2seq.exports.tflite import export_tflite

        model = export_tflite(translator, output_directory, quantize=bool(quantize), **search)
    elif output_format == "web":
        from seq2seq.exports.web import export_web

        export_web(
            translator,
            output_directory,
            beam_size=beam_size,
            n_best=n_best,
            quantize=quantize is not False,
        )
    else:
        from seq2seq.exports.saved_model import export_saved_model

        export_saved_model(translator, output_directory, **search)
    click.echo(f"Exported to {output_directory}", err=True)

    if reports:
        click.echo(
            _quantization_report(translator, model, pairs, search) if pairs else _UNKNOWN_LOSS
        )


def _check_options(output_format: str, quantize: bool | None) -> None:
    """Refuses options of another format, and dev pairs that nothing is scored on.

    Raises:
        click.UsageError: One of them was given.
    """
    for option in ("quantize", *_DEV):
        formats = ["tflite", "web"] if option == "quantize" else ["tflite"]
        if output_format not in formats and is_given(option):
            raise click.UsageError(
                f"Expected --{option.replace('_', '-')} with --format {' or '.join(formats)}. "
                f"Received: --format {output_format}."
            )

    if output_format == "web" and is_given("shortlist"):
        raise click.UsageError(
            "Expected no --shortlist with --format web. Received: one. Leave it out."
        )

    if not quantize and any(click.get_current_context().params[option] for option in _DEV):
        raise click.UsageError(
            "Expected dev pairs with --quantize. Received: dev pairs alone. "
            "They tell what it costs."
        )


def _dev_pairs(
    models: Sequence[Path], dev: str | None, dev_source: str | None, dev_target: str | None
) -> Corpus | None:
    """What a quantized model is scored on.

    Without dev options, it is the bundled corpus's dev set, or None for a model of another corpus.
    """
    pairs = read_dev(dev, dev_source, dev_target)
    if pairs is None and learnt_bundled(models[0]):
        pairs = read_corpora((), (), (), bundled="dev")

    if pairs is not None:
        from seq2seq.exports.litert import expect_litert

        expect_litert()
    return pairs


def _quantization_report(
    translator: Translator, quantized: bytes, pairs: Corpus, search: Mapping[str, Any]
) -> str:
    """Compares the quantized model with the one of float32: their sizes and their scores."""
    from seq2seq.evaluation.comparison import compare
    from seq2seq.exports.tflite import convert
    from seq2seq.exports.tflite_translator import TFLiteTranslator

    full = convert(translator, **search)
    tokenizers = translator.source_tokenizer.model, translator.target_tokenizer.model
    protector = translator.protector if translator.tag else None  # which puts the tag there
    with quietly():
        systems = [
            TFLiteTranslator(model, *tokenizers, protector=protector) for model in (quantized, full)
        ]
    ours, theirs = (system.translate(pairs.source) for system in systems)
    test = compare(ours, theirs, pairs.target)["bleu"]

    lines = []
    for name, model, score in (
        ("float32", full, test.baseline),
        ("int8", quantized, test.system),
    ):
        line = f"{name:7}  {len(model) / 1e6:7,.2f} MB  BLEU {score.value:6.2f}"
        if score.confidence_interval:
            low, high = score.confidence_interval
            line += f"  (95 %: {low:.2f} to {high:.2f})"
        lines.append(line)
    lost = test.baseline.value - test.system.value
    lines.append(
        f"BLEU lost: {lost:.2f}, p = {test.p_value:.3f} "
        f"(paired bootstrap, {len(pairs):,} sentences)"
    )
    return "\n".join([*lines, test.system.signature])
