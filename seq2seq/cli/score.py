"""`seq2seq score`: how probable a model finds given translations."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seq2seq.cli.command import Command, option_group
from seq2seq.cli.corpora import read_corpora
from seq2seq.cli.language_options import expect_language, to_option
from seq2seq.cli.options import (
    CORPUS_ARGUMENT,
    ENSEMBLE,
    find_models,
    model_option,
    pair_options,
    write_or_print,
)
from seq2seq.cli.values import FILE, Choice, WholeNumber
from seq2seq.data.formats.columns import Columns
from seq2seq.quiet import load_tensorflow

if TYPE_CHECKING:
    from seq2seq.translation.result import PairScore


_output = option_group("Output")


@click.command(
    cls=Command,
    short_help="Score given translations by their log-probability.",
    also=["perplexity"],
    examples=[
        ("seq2seq score pairs.tsv --model saved_models/mine", "a score a line"),
        ("seq2seq score pairs.tsv --format jsonl --output scores.jsonl", "of each piece, too"),
    ],
)
@CORPUS_ARGUMENT
@pair_options
@model_option(ENSEMBLE)
@to_option()
@_output(
    "--output",
    "output_file",
    type=FILE,
    metavar="FILE",
    show_default="standard output",
    help="The scores; .gz too.",
)
@_output(
    "--format",
    "output_format",
    type=Choice(["text", "jsonl"]),
    default="text",
    show_default=True,
    help="jsonl: source, target, pieces and the log-probability of each.",
)
@_output(
    "--batch-size",
    type=WholeNumber(1, unit="pairs"),
    default=64,
    show_default=True,
    metavar="PAIRS",
    help="Pairs to score at once.",
)
def score(
    corpus: tuple[str, ...],
    source: tuple[str, ...],
    target: tuple[str, ...],
    columns: Columns | None,
    model_directories: tuple[Path, ...],
    to: str | None,
    batch_size: int,
    output_file: str | None,
    output_format: str,
) -> None:
    """Write the log-probability of each translation, one a line.

    The logarithms are natural, and the end of the sentence counts. Line k belongs to pair k: a line
    that is no pair is an error. The perplexity of all pairs goes to standard error.
    """
    if not corpus and not source:
        raise click.UsageError(
            "Expected pairs to score. Received none. Give CORPUS.tsv, or --source and --target."
        )
    models = find_models(model_directories)
    expect_language(models[0], to)
    pairs = read_corpora(corpus, source, target, strict=True, columns=columns)

    load_tensorflow()
    from seq2seq.cpu import split_cores
    from seq2seq.translation.translator import Translator

    translator = Translator.load(*models, threads=split_cores())
    scores = translator.score(pairs.source, pairs.target, batch_size=batch_size, to=to)
    lines = _lines(scores, _jsonl if output_format == "jsonl" else _text)
    write_or_print(lines, output_file)


def _lines(scores: Iterable[PairScore], form: Callable[[PairScore], str]) -> Iterator[str]:
    """A line for each score; the sum of all at the end, on standard error."""
    total = 0.0
    tokens = 0
    pairs = 0
    for score in scores:
        yield form(score)
        total += score.log_probability
        tokens += len(score.pieces)
        pairs += 1

    mean = total / tokens
    click.echo(
        f"{pairs:,} pairs, {tokens:,} tokens: {mean:.4f} a token, perplexity {math.exp(-mean):.2f}",
        err=True,
    )


def _text(score: PairScore) -> str:
    return f"{score.log_probability:.4f}\n"


def _jsonl(score: PairScore) -> str:
    return json.dumps(score.as_dict(), ensure_ascii=False) + "\n"
