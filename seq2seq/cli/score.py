"""`seq2seq score`: how probable a model finds given translations."""

import json
import math
import sys

import click

from seq2seq.cli.options import ENSEMBLE, find_models, model_option, read_corpora
from seq2seq.cli.quiet import load_tensorflow
from seq2seq.storage.files import write_lines


@click.command(short_help="Score given translations by their log-probability.")
@click.argument("corpus", nargs=-1, metavar="[CORPUS.tsv]...")
@click.option("--source", multiple=True, metavar="FILE", help="Source sentences. Repeatable.")
@click.option(
    "--target", multiple=True, metavar="FILE", help="Their translations, line by line. Repeatable."
)
@model_option(ENSEMBLE)
@click.option(
    "--batch-size", type=click.IntRange(1), default=64, show_default=True, help="Pairs at once."
)
@click.option(
    "--output",
    "output_file",
    metavar="FILE",
    help="The scores; .gz too.  [default: standard output]",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "jsonl"]),
    default="text",
    show_default=True,
    help="jsonl: source, target, pieces and the log-probability of each.",
)
def score(corpus, source, target, model_directories, batch_size, output_file, output_format):
    """Write the log-probability of each translation, one a line, and the perplexity of all on standard error.

    Natural logarithms, the end of the sentence included. Line k belongs to pair k: a line that is no pair is an error.
    """
    if not corpus and not source:
        raise click.UsageError(
            "Expected pairs to score. Received none. Give CORPUS.tsv, or --source and --target."
        )
    models = find_models(model_directories)
    pairs = read_corpora(corpus, source, target, strict=True)

    load_tensorflow()
    from seq2seq.cpu import split_cores
    from seq2seq.translation.translator import Translator

    translator = Translator.load(*models, threads=split_cores())
    scores = translator.score(pairs.source, pairs.target, batch_size=batch_size)
    lines = _lines(scores, _jsonl if output_format == "jsonl" else _text)
    if output_file in (None, "-"):
        sys.stdout.reconfigure(encoding="utf-8")
        for line in lines:
            sys.stdout.write(line)
    else:
        write_lines(output_file, lines)


def _lines(scores, form):
    """A line for each score; the sum of all at the end, on standard error."""
    total, tokens, pairs = 0.0, 0, 0
    for score in scores:
        yield form(score)
        total, tokens, pairs = total + score.log_probability, tokens + len(score.pieces), pairs + 1
    click.echo(
        f"{pairs:,} pairs, {tokens:,} tokens: {total / tokens:.4f} a token, perplexity {math.exp(-total / tokens):.2f}",
        err=True,
    )


def _text(score):
    return f"{score.log_probability:.4f}\n"


def _jsonl(score):
    return json.dumps(score.as_dict(), ensure_ascii=False) + "\n"
