#!/usr/bin/env python
"""Trains a model on what several others make of its pairs, beside the pairs.

    python scripts/experiments/diversify.py pairs.tsv --dev dev.tsv --output saved_models/diverse

Models of both directions, which differ in their seeds alone, learn the pairs and translate them:
forward ones the sources, backward ones the targets. The pairs and all these translations are the
corpus of the last model, `student`. It is as fast as one model, and takes the time of all of them
to train. What is done is in the output; stopped at any moment, the script goes on where it was when
started again.

Reference:
    Nguyen et al., Data Diversification: A Simple Strategy For Neural Machine Translation,
    NeurIPS 2020.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from reproduction.process import Runner, run, run_command, train
from seq2seq.data.corpus import Corpus, read_tsv
from seq2seq.errors import InputError
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.files import write_lines

DIRECTIONS = ("forward", "backward")


def main(arguments: list[str] | None = None, runner: Runner = run_command) -> int:
    """Does what the options say; returns the exit code."""
    options = parse(arguments)
    try:
        diversify(options, runner)
    except InputError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options, with their defaults filled in."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pairs", type=Path, help="a TSV file of sentence pairs")
    parser.add_argument("--dev", type=Path, required=True, metavar="FILE", help="pairs to validate")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="what is done")
    parser.add_argument(
        "--models", type=int, default=2, metavar="N", help="of each direction (default: 2)"
    )
    return parser.parse_args(arguments)


def diversify(options: argparse.Namespace, runner: Runner) -> None:
    """Trains the models, then the student.

    Raises:
        InputError: A file cannot be read, or a command failed.
    """
    folder = options.output
    corpora = {"pairs": read_tsv(options.pairs), "dev": read_tsv(options.dev)}
    for name, corpus in corpora.items():
        _write(folder / f"{name}-forward.tsv", zip(corpus.source, corpus.target, strict=True))
        _write(folder / f"{name}-backward.tsv", zip(corpus.target, corpus.source, strict=True))

    made = [
        _translations(direction, number, folder, corpora["pairs"], runner)
        for direction in DIRECTIONS
        for number in range(1, options.models + 1)
    ]
    _write(folder / "pairs-student.tsv", _joined(corpora["pairs"], made))
    _train("student", "student", 1, folder, runner)
    print(f"seq2seq evaluate {options.dev} --model {folder / 'student'}")


def _translations(
    direction: str, number: int, folder: Path, pairs: Corpus, runner: Runner
) -> Corpus:
    """The pairs as one model gives them back, its translations in the place of one side."""
    name = f"{direction}-{number}"
    _train(name, direction, number, folder, runner)

    given = pairs.source if direction == "forward" else pairs.target
    sentences = folder / f"{direction}.txt"
    write_lines(sentences, (f"{text}\n" for text in given))
    translated = folder / f"{name}.txt"
    if not translated.exists():
        words = ["translate", "--input", str(sentences), "--output", str(translated)]
        run([*words, "--model", str(folder / name)], folder / f"{name}.log", None, runner)

    found = translated.read_text(encoding="utf-8").split("\n")[:-1]
    return Corpus(given, found) if direction == "forward" else Corpus(found, given)


def _train(name: str, corpus: str, seed: int, folder: Path, runner: Runner) -> None:
    dev = "backward" if corpus == "backward" else "forward"
    words = [str(folder / f"pairs-{corpus}.tsv"), "--dev", str(folder / f"dev-{dev}.tsv")]
    place = ModelDirectory(folder / name)
    train([*words, "--seed", str(seed)], place, folder / f"{name}.log", runner)


def _joined(pairs: Corpus, made: list[Corpus]) -> Iterator[tuple[str, str]]:
    """All pairs, each once, without those of which a side is empty."""
    all_pairs = [
        pair for one in (pairs, *made) for pair in zip(one.source, one.target, strict=True)
    ]
    return (pair for pair in dict.fromkeys(all_pairs) if all(pair))


def _write(path: Path, pairs: Iterator[tuple[str, str]]) -> None:
    write_lines(path, (f"{source}\t{target}\n" for source, target in pairs))


if __name__ == "__main__":
    sys.exit(main())
