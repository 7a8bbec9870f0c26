"""`seq2seq translate`: text arguments, a file, standard input or a prompt."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from functools import partial

import click

from seq2seq.cli.options import ENSEMBLE, find_models, is_given, model_option, search_options
from seq2seq.cli.quiet import load_tensorflow, quietly
from seq2seq.cpu import available_cores
from seq2seq.data.lines import expect_readable, read_lines
from seq2seq.errors import InputError
from seq2seq.search.options import SearchOptions
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.files import write_lines

CORPUS_FORMATS = ("tsv", "tsv-reversed")


@click.command(short_help="Translate text, a file or standard input.")
@click.argument("text", nargs=-1)
@click.option(
    "--input",
    "input_file",
    metavar="FILE",
    help="Sentences, one per line; .gz too; - is standard input.",
)
@click.option(
    "--output",
    "output_file",
    metavar="FILE",
    help="Translations; .gz too.  [default: standard output]",
)
@model_option(ENSEMBLE + " Or a TFLite model, which has the search that it was exported with.")
@search_options
@click.option(
    "--n-best",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Translations per sentence.",
)
@click.option("--prefix", default="", metavar="TEXT", help="What every translation begins with.")
@click.option(
    "--temperature",
    type=click.FloatRange(0, min_open=True),
    help="Draw translations at random instead of searching: 1 as probable as the model finds them, less is safer.",
)
@click.option("--top-k", type=click.IntRange(1), help="Draw, among the K most probable pieces.")
@click.option(
    "--top-p",
    type=click.FloatRange(0, 1, min_open=True),
    help="Draw, among the fewest pieces whose probabilities make P.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="Of random draws."
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "jsonl", *CORPUS_FORMATS]),
    default="text",
    show_default=True,
    help="jsonl: source, translations, scores, tokens, attention, cut. tsv: a corpus for seq2seq train, sentence TAB "
    "translation. tsv-reversed: translation TAB sentence.",
)
@click.option(
    "--tag",
    metavar="WORD",
    help="Begins the first column of tsv or tsv-reversed, to mark synthetic text.",
)
def translate(
    text, input_file, output_file, model_directories, output_format, tag, batch_size, **search
):
    """Translate each TEXT, or the lines of a file or of standard input (-).

    Output line k translates input line k; with --n-best N, N lines do. tsv and tsv-reversed leave out pairs with an
    empty side. Without TEXT, in a terminal, it asks for sentences.
    """
    _check_options(text, input_file, output_file, output_format, tag)
    _expect_utf8(search["prefix"])
    if input_file:
        expect_readable(
            input_file
        )  # what is wrong with it, too, is better known before a model is loaded
    if _is_tflite(model_directories):
        stream = _tflite_stream(*model_directories, search)
    else:
        if SearchOptions(
            **search
        ).draws:  # what is wrong with them is better known before TensorFlow is loaded
            _expect_no_ranking()
        options = {**search, "batch_size": batch_size, "attention": output_format == "jsonl"}
        stream = _stream(find_models(model_directories), options)
    translations = (
        translation
        for place, sentences in enumerate(
            _inputs(text, input_file)
        )  # at the prompt, each is one sentence
        for translation in stream(sentences, first=place)
    )
    if output_format in CORPUS_FORMATS:
        lines = _corpus_lines(translations, reverse=output_format == "tsv-reversed", tag=tag)
    elif output_format == "jsonl":
        lines = map(_jsonl, translations)
    else:
        lines = (_lines(translation, search["n_best"]) for translation in translations)
    if output_file in (None, "-"):
        sys.stdout.reconfigure(encoding="utf-8")
        for line in lines:
            sys.stdout.write(line)
            sys.stdout.flush()
    else:
        write_lines(output_file, lines)


def _check_options(text, input_file, output_file, output_format, tag):
    if text and input_file:
        raise click.UsageError("Expected TEXT or --input FILE. Received both.")
    if None not in (input_file, output_file) and os.path.isfile(input_file):
        if os.path.realpath(input_file) == os.path.realpath(output_file):
            raise click.UsageError(
                f"Expected --output to be another file than --input. Received: {output_file}, which is {input_file}."
            )
    if tag is not None and not (
        output_format in CORPUS_FORMATS and tag.strip() and tag.isprintable()
    ):
        raise click.UsageError(
            f"Expected --tag to be a word or a few, with --format {' or '.join(CORPUS_FORMATS)}. "
            f"Received: {tag!r} with --format {output_format}."
        )


def _expect_no_ranking():
    """Refuses what only a beam has."""
    for name in ("beam_size", "length_penalty"):
        if is_given(name):
            option = f"--{name.replace('_', '-')}"
            raise InputError(
                f"Expected {option} with beam search. Received: it with random draws. Leave one out."
            )


def _stream(models, options):
    """The translations of texts by model directories, as a function of the texts and the place of the first."""
    load_tensorflow()
    from seq2seq.cpu import split_cores
    from seq2seq.translation.translator import Translator

    return partial(Translator.load(*models, threads=split_cores()).stream, **options)


def _is_tflite(directories):
    if len(directories) != 1 or ModelDirectory(directories[0]).holds_model():
        return False
    from seq2seq.exports.tflite_translator import MODEL

    return (directories[0] / MODEL).is_file()


def _tflite_stream(directory, search):
    """As `_stream`, by a TFLite model, whose search is as it was exported; it has none that depend on the place."""
    from seq2seq.exports.signatures import BEAM, GREEDY
    from seq2seq.exports.tflite_translator import TFLiteTranslator

    greedy = search["beam_size"] == 1
    for name in ("batch_size", *search):
        if is_given(name) and name != "n_best" and not (name == "beam_size" and greedy):
            raise InputError(
                f"Expected the search that {directory} was exported with, or --beam-size 1. Received: "
                f"--{name.replace('_', '-')}. Leave it out, or give the model directory that it was made from."
            )
    signature = GREEDY if greedy else BEAM
    with quietly():
        translator = TFLiteTranslator.load(
            directory, threads=available_cores(), signatures=[signature]
        )
    found = {"signature": signature, "n_best": search["n_best"]}
    translator.expect_able(**found)
    return lambda texts, first: translator.stream(texts, **found)


def _inputs(text, input_file) -> Iterator:
    """Groups of sentences, each translated before the next is asked for."""
    if text and text != ("-",):
        for sentence in text:
            _expect_utf8(sentence)
        yield (" ".join(sentence.split()) for sentence in text)
    elif input_file or text or not sys.stdin.isatty():
        yield read_lines(input_file or "-")
    else:
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401  gives the prompt its arrow keys and its history
        click.echo("Type a sentence and press Enter; Ctrl-D ends.", err=True)
        while True:
            try:
                yield [_ask()]
            except EOFError:
                click.echo(err=True)
                return


def _expect_utf8(text):
    if not text.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise InputError(
            f"Expected UTF-8 text. Received: {text!r}. Check the encoding of the terminal."
        )


def _ask():
    """A line from the terminal; the prompt stays out of an output that goes elsewhere."""
    if sys.stdout.isatty():
        return input("> ")
    click.echo("> ", nl=False, err=True)
    return input()


def _lines(translation, n_best):
    texts = [found.text for found in translation.hypotheses]
    texts += [""] * (n_best - len(texts))
    return "".join(text + "\n" for text in texts)


def _jsonl(translation):
    return json.dumps(translation.as_dict(), ensure_ascii=False) + "\n"


def _corpus_lines(translations, *, reverse, tag):
    """The lines of a TSV corpus: a pair for each translation, unless a side is empty."""
    left_out = 0
    for translation in translations:
        for found in translation.hypotheses:
            pair = [side.replace("\t", " ").strip() for side in (translation.source, found.text)]
            if all(pair):
                source, target = reversed(pair) if reverse else pair
                yield f"{tag.strip()} {source}\t{target}\n" if tag else f"{source}\t{target}\n"
            else:
                left_out += 1
    if left_out:
        click.echo(
            f"Left out {left_out:,} {'pair' if left_out == 1 else 'pairs'} with an empty side.",
            err=True,
        )
