#!/usr/bin/env python
"""Measures what minimum Bayes risk decoding and reranking are worth, and what they cost.

    python scripts/experiments/reranking.py saved_models/en-de saved_models/de-en dev.tsv
    python scripts/experiments/reranking.py saved_models/en-de saved_models/de-en dev.tsv \\
        --weight 0.5 --weight 1 --weight 2

The first model translates the sources of the pairs; the second one is of the other direction. Each
row is a way to choose a translation: the best of a beam of 5; the best of a beam of 16, which is
what the others choose from; by minimum Bayes risk; by both models, with each --weight; and by both
ways together. Weights should be chosen on pairs that nothing is reported on.

Sentences per second are of one batch at a time, once TensorFlow's graphs are made. Give one
processor, as with taskset -c 0, to compare them with others.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from seq2seq.data.corpus import Corpus, read_tsv
from seq2seq.errors import InputError
from seq2seq.evaluation.evaluation import Evaluation
from seq2seq.translation.reranking import WEIGHT
from seq2seq.translation.translator import Translator

WARM_UP = 64  # sentences


def main(arguments: list[str] | None = None) -> int:
    """Does what the options say; returns the exit code."""
    options = parse(arguments)
    try:
        corpus = read_tsv(options.pairs)
        corpus = Corpus(corpus.source[: options.limit], corpus.target[: options.limit])
        translator = Translator.load(options.forward)
        other = Translator.load(options.backward)
        measured = measure(translator, corpus, ways(other, options.candidates, options.weight))
        show(measured, len(corpus.source))
    except InputError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options, with their defaults filled in."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("forward", type=Path, help="the model directory of the translator")
    parser.add_argument("backward", type=Path, help="that of a model of the other direction")
    parser.add_argument("pairs", type=Path, help="sentences and their references, a TSV file")
    parser.add_argument("--candidates", type=int, default=16, metavar="N")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N pairs (default: all)")
    parser.add_argument(
        "--weight", type=float, action="append", help=f"repeatable (default: {WEIGHT:g})"
    )
    options = parser.parse_args(arguments)
    options.weight = options.weight or [WEIGHT]
    return options


def ways(other: Translator, candidates: int, weights: list[float]) -> dict[str, dict[str, Any]]:
    """The options of `Translator.stream` for each way to choose, by its name."""
    beam = {"beam_size": candidates}
    mbr = {"mbr": candidates}
    found: dict[str, dict[str, Any]] = {
        "beam 5": {},
        f"beam {candidates}": beam,
        f"mbr {candidates}": mbr,
    }
    for name, choice in (("rerank", beam), ("both", mbr)):
        for weight in weights:
            reranked = {**choice, "rerank_with": other, "rerank_weight": weight}
            found[f"{name} {candidates}, weight {weight:g}"] = reranked
    return found


def measure(
    translator: Translator, corpus: Corpus, choices: dict[str, dict[str, Any]]
) -> Iterator[tuple[str, Evaluation]]:
    """Yields each name with its scores, as soon as they are there."""
    for name, choice in choices.items():
        translator.translate(corpus.source[:WARM_UP], **choice)
        yield name, translator.evaluate(corpus, **choice)


def show(measured: Iterator[tuple[str, Evaluation]], sentences: int) -> None:
    """Prints a row for each, and the signatures of the scores."""
    print(f"{sentences:,} sentences\n")
    print("| choice | BLEU | chrF2 | sentences per second |")
    print("|---|---|---|---|", flush=True)
    signatures: set[str] = set()
    for name, found in measured:
        scores = f"{found.bleu.value:.2f} | {found.chrf2.value:.2f}"
        print(f"| {name} | {scores} | {found.sentences_per_second:.1f} |", flush=True)
        signatures |= {f"{score.name}: {score.signature}" for score in (found.bleu, found.chrf2)}
    print("", *sorted(signatures), sep="\n")


if __name__ == "__main__":
    raise SystemExit(main())
