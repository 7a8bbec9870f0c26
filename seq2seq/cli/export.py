"""`seq2seq export`: a model directory to a SavedModel or a TFLite model."""

from pathlib import Path

import click

from seq2seq.cli.options import (
    find_models,
    is_given,
    learnt_bundled,
    model_option,
    read_corpora,
    read_dev,
    shortlist_option,
)
from seq2seq.cli.quiet import load_tensorflow, quietly
from seq2seq.search.options import SearchOptions

_UNKNOWN_LOSS = (
    "To see what int8 weights cost, export with --dev CORPUS.tsv, or --dev-source and --dev-target."
)
_OF_TFLITE = ("quantize", "dev", "dev_source", "dev_target")  # options


@click.command(short_help="Export a SavedModel (text in, text out) or a TFLite model.")
@click.argument("output_directory", type=click.Path(path_type=Path), metavar="OUTPUT_DIR")
@model_option()
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["saved-model", "tflite"]),
    default="saved-model",
    show_default=True,
    help="tflite: for LiteRT, with the tokenizers and an example.",
)
@click.option(
    "--beam-size",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Beam of the signatures beam and prefix.",
)
@click.option(
    "--n-best",
    type=click.IntRange(1),
    help="Translations that they return.  [default: all of the beam]",
)
@shortlist_option
@click.option(
    "--quantize",
    is_flag=True,
    help="TFLite with int8 weights; reports the BLEU lost on the pairs below.",
)
@click.option(
    "--dev",
    metavar="CORPUS.tsv",
    help="Pairs to report it on.  [default: the bundled corpus, if that was learnt]",
)
@click.option("--dev-source", metavar="FILE", help="Sources to report it on.")
@click.option("--dev-target", metavar="FILE", help="Their translations.")
def export(
    output_directory,
    model_directories,
    output_format,
    beam_size,
    n_best,
    shortlist,
    quantize,
    dev,
    dev_source,
    dev_target,
):
    """Write a SavedModel with the tokenizer inside, which TensorFlow and TensorFlow Serving load without this package.

    \b
    serving_default   text [batch] -> translation [batch], score, cut [batch]; greedy
    beam              text [batch] -> translation, score [batch, n_best], attention, pieces, cut
    prefix            text, prefix [batch] -> as beam, for translations that begin with these pieces
    score             text, translation [batch] -> log_probability [batch], length [batch]

    With --format tflite, write a TFLite model, the SentencePiece models, and translate.py, which uses them with the
    packages ai-edge-litert, numpy and sentencepiece alone; seq2seq serve takes it, too:

    \b
    serving_default   source_tokens [1, source_length] -> tokens [1, 1, length], score [1, 1]; greedy
    beam              source_tokens [1, source_length] -> tokens [1, n_best, length], score [1, n_best]
    prefix            source_tokens, prefix [1, prefix_length] -> as beam, with probability, attention [1, n_best, …],
                      and next_tokens, next_probability [1, alternatives]
    """
    _check_options(output_format, quantize)
    search = {"beam_size": beam_size, "n_best": n_best or beam_size, "shortlist": shortlist}
    SearchOptions(**search)  # what is wrong with them is better known before TensorFlow is loaded
    models = find_models(model_directories)
    pairs = _dev_pairs(models, dev, dev_source, dev_target) if quantize else None

    load_tensorflow()
    from seq2seq.translation.translator import Translator

    translator = Translator.load(*models)
    if output_format == "tflite":
        from seq2seq.exports.tflite import export_tflite

        model = export_tflite(translator, output_directory, quantize=quantize, **search)
    else:
        from seq2seq.exports.saved_model import export_saved_model

        export_saved_model(translator, output_directory, **search)
    click.echo(f"Exported to {output_directory}", err=True)
    if quantize:
        click.echo(_loss(translator, model, pairs, search) if pairs else _UNKNOWN_LOSS)


def _check_options(output_format, quantize):
    context = click.get_current_context()
    for option in _OF_TFLITE:
        if output_format != "tflite" and is_given(option):
            raise click.UsageError(
                f"Expected --{option.replace('_', '-')} with --format tflite. Received: --format {output_format}."
            )
    if not quantize and any(context.params[option] for option in _OF_TFLITE):
        raise click.UsageError(
            "Expected dev pairs with --quantize. Received: dev pairs alone. They tell what it costs."
        )


def _dev_pairs(models, dev, dev_source, dev_target):
    """What a quantized model is scored on; None where nothing is given and it learnt a corpus of its own."""
    pairs = read_dev(dev, dev_source, dev_target)
    if pairs is None and learnt_bundled(models[0]):
        pairs = read_corpora((), (), (), bundled="dev")
    if pairs is not None:
        from seq2seq.exports.litert import expect_litert

        expect_litert()
    return pairs


def _loss(translator, quantized, pairs, search):
    """The sizes of the quantized model and the one of float32, and their scores."""
    from seq2seq.evaluation.comparison import compare
    from seq2seq.exports.tflite import convert
    from seq2seq.exports.tflite_translator import TFLiteTranslator

    full = convert(translator, **search)
    tokenizers = translator.source_tokenizer.model, translator.target_tokenizer.model
    with quietly():
        systems = [TFLiteTranslator(model, *tokenizers) for model in (quantized, full)]
    test = compare(*(system.translate(pairs.source) for system in systems), pairs.target)["bleu"]
    lines = [
        f"{name:7}  {len(model) / 1e6:7,.2f} MB  BLEU {score.value:6.2f}  "
        f"(95 %: {score.confidence_interval[0]:.2f} to {score.confidence_interval[1]:.2f})"
        for name, model, score in (
            ("float32", full, test.baseline),
            ("int8", quantized, test.system),
        )
    ]
    lost = test.baseline.value - test.system.value
    lines.append(
        f"BLEU lost: {lost:.2f}, p = {test.p_value:.3f} (paired bootstrap, {len(pairs):,} sentences)"
    )
    return "\n".join([*lines, test.system.signature])
