#!/usr/bin/env python
"""Trains a model on what several others make of its pairs, beside the pairs.

    python scripts/experiments/diversify.py pairs.tsv --dev dev.tsv --output saved_models/diverse

Models of both directions learn the pairs and translate them: forward ones the sources, backward
ones the targets. Those of a direction differ in their seeds alone. The pairs and all these
translations are the corpus of the last model, `student`. With so many pairs its preset may be a
larger one. What is done is in the output; stopped at any moment, the script goes on where it was
when started again.

Reference:
    Nguyen et al., Data Diversification: A Simple Strategy For Neural Machine Translation,
    NeurIPS 2020.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from reproduction.process import Runner, run_command, run_or_fail, train
from seq2seq.data.corpus import Corpus, read_tsv
from seq2seq.errors import InputError
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.files import write_text

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
        "--models",
        type=int,
        choices=range(1, 10),
        default=2,
        metavar="N",
        help="of each direction, 1 to 9 (default: 2)",
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
        _write_pairs(folder / f"{name}-forward.tsv", corpus.source, corpus.target)
        _write_pairs(folder / f"{name}-backward.tsv", corpus.target, corpus.source)

    made = [
        _translations(direction, number, folder, corpora["pairs"], runner)
        for direction in DIRECTIONS
        for number in range(1, options.models + 1)
    ]
    learnt = _joined(corpora["pairs"], made)
    _write_pairs(folder / "pairs-student.tsv", learnt.source, learnt.target)
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
    _write(sentences, (f"{text}\n" for text in given))
    translated = folder / f"{name}.txt"
    if not translated.exists():
        words = ["translate", "--input", str(sentences), "--output", str(translated)]
        run_or_fail([*words, "--model", str(folder / name)], folder / f"{name}.log", None, runner)

    found = translated.read_text(encoding="utf-8").split("\n")[:-1]
    return Corpus(given, found) if direction == "forward" else Corpus(found, given)


def _train(name: str, corpus: str, seed: int, folder: Path, runner: Runner) -> None:
    dev = "backward" if corpus == "backward" else "forward"
    words = [str(folder / f"pairs-{corpus}.tsv"), "--dev", str(folder / f"dev-{dev}.tsv")]
    place = ModelDirectory(folder / name)
    train([*words, "--seed", str(seed)], place, folder / f"{name}.log", runner)


def _joined(pairs: Corpus, made: list[Corpus]) -> Corpus:
    """All pairs, each once, without those of which a side is empty."""
    all_pairs = [
        pair for one in (pairs, *made) for pair in zip(one.source, one.target, strict=True)
    ]
    different = [pair for pair in dict.fromkeys(all_pairs) if all(pair)]
    return Corpus([source for source, _ in different], [target for _, target in different])


def _write_pairs(path: Path, sources: Sequence[str], targets: Sequence[str]) -> None:
    pairs = zip(sources, targets, strict=True)
    _write(path, (f"{source}\t{target}\n" for source, target in pairs))


def _write(path: Path, lines: Iterable[str]) -> None:
    """Writes a file, unless it is there.

    Raises:
        InputError: It is there with other lines.
    """
    text = "".join(lines)
    if not path.exists():
        write_text(path, text)
    elif path.read_text(encoding="utf-8") != text:
        raise InputError(
            f"Expected {path.parent} to have been begun with these pairs and as many models. "
            "Received: others. Give another --output."
        )


if __name__ == "__main__":
    sys.exit(main())
