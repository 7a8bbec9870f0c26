"""`seq2seq translate`: text arguments, a file, standard input or a prompt."""

import contextlib
import dataclasses
import json
import sys
from collections.abc import Iterator

import click

from seq2seq.cli.options import ENSEMBLE, find_models, model_option, search_options
from seq2seq.cli.quiet import load_tensorflow
from seq2seq.errors import InputError
from seq2seq.files import write_lines
from seq2seq.lines import read_lines


@click.command(short_help="Translate text, a file or standard input.")
@click.argument("text", nargs=-1)
@click.option("--input", "input_file", metavar="FILE", help="Sentences, one per line; .gz too; - is standard input.")
@click.option("--output", "output_file", metavar="FILE", help="Where translations go.  [default: standard output]")
@model_option(ENSEMBLE)
@search_options
@click.option("--n-best", type=click.IntRange(1), default=1, show_default=True, help="Translations per sentence.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "jsonl"]),
    default="text",
    show_default=True,
    help="jsonl: source, translations, scores, tokens, attention.",
)
def translate(text, input_file, output_file, model_directories, n_best, output_format, **search):
    """Translate each TEXT, or the lines of a file or of standard input (-).

    Output line k translates input line k; with --n-best N, N lines do. Without TEXT, in a terminal, it asks for
    sentences.
    """
    if text and input_file:
        raise click.UsageError("Expected TEXT or --input FILE. Received both.")
    if n_best > search["beam_size"]:
        raise click.UsageError(
            f"Expected --n-best to be at most --beam-size. Received: {n_best} and {search['beam_size']}. "
            "Use a larger --beam-size."
        )
    models = find_models(model_directories)

    load_tensorflow()
    from seq2seq.translator import Translator

    translator = Translator.load(*models)
    options = {**search, "n_best": n_best, "attention": output_format == "jsonl"}
    show = _jsonl if output_format == "jsonl" else _lines
    lines = (
        show(translation, n_best)
        for sentences in _inputs(text, input_file)
        for translation in translator.stream(sentences, **options)
    )
    if output_file in (None, "-"):
        sys.stdout.reconfigure(encoding="utf-8")
        for line in lines:
            sys.stdout.write(line)
            sys.stdout.flush()
    else:
        write_lines(output_file, lines)


def _inputs(text, input_file) -> Iterator:
    """Groups of sentences, each translated before the next is asked for."""
    if text and text != ("-",):
        for sentence in text:
            if not sentence.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in sentence):
                raise InputError(f"Expected UTF-8 text. Received: {sentence!r}. Check the encoding of the terminal.")
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


def _ask():
    """A line from the terminal; the prompt stays out of an output that goes elsewhere."""
    if sys.stdout.isatty():
        return input("> ")
    click.echo("> ", nl=False, err=True)
    return input()


def _lines(translation, n_best):
    texts = translation.translations + [""] * (n_best - len(translation.translations))
    return "".join(text + "\n" for text in texts)


def _jsonl(translation, n_best):
    fields = dataclasses.asdict(translation)
    if translation.attention is not None:
        fields["attention"] = [
            [[round(float(weight), 4) for weight in row] for row in weights] for weights in translation.attention
        ]
    return json.dumps(fields, ensure_ascii=False) + "\n"
