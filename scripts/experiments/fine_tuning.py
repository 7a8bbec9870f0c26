#!/usr/bin/env python
"""Measures what going on from a model is worth, on its old domain and on a new one.

    python scripts/experiments/fine_tuning.py --data ../shared/data --list
    python scripts/experiments/fine_tuning.py --data ../shared/data --task style
    python scripts/experiments/fine_tuning.py --write docs/results/fine-tuning.json

A task has old pairs, which a parent is trained on, and 1,000 pairs of another domain:

style    5,000 of Multi30k's captions, English–German; others of its captions, in small letters and
         cut into words (`lc.norm.tok`), as the writing rules of a new customer may be
domain   Tatoeba's 3,142 English–Korean pairs; pairs of KorNLI, which are long and of other topics
back     KorNLI's 14,279 English–Korean pairs; pairs of Tatoeba
bundled  the bundled English–Korean pairs; pairs of KorNLI

The rows of a task: the `parent`; training `new` from scratch on the new pairs alone, and `both` on
old and new pairs; `tuned`, which goes on from the parent with the new pairs; `mixed`, with old
pairs among them; `extended`, with a vocabulary that gets pieces of the new pairs, too; and
`gentle`, the same at a lower rate. Each is scored on the first 500 pairs of the test set of the old
domain and of that of the new one; the English–Korean corpora have a dev set alone.

What is done is kept in --runs; stopped at any moment, the script goes on where it was when started
again. --write adds what is done to what is kept there.
"""

import argparse
import csv
import json
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from reproduction.process import ROOT, Runner, run_command, run_or_fail, train
from reproduction.provenance import checkout, processor
from seq2seq.data.corpus import Corpus, read_parallel, read_tsv
from seq2seq.errors import InputError
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.files import write_lines, write_text

NEW_PAIRS = 1000
MOST = {"dev": 200, "test": 500}  # pairs, so that a training and its scores take minutes on a core
DOMAINS = ("old", "new")
ROWS = {  # the options of each, with the names of files in braces
    "parent": "{old}",
    "new": "{new}",
    "both": "{old} {new}",
    "tuned": "{new} --from {parent}",
    "mixed": "{new} --from {parent} --mix {old}",
    "extended": "{new} --from {parent} --mix {old} --extend-vocabulary",
    "gentle": "{new} --from {parent} --mix {old} --extend-vocabulary "
    "--learning-rate 0.001 --epochs 15",
}


@dataclass(frozen=True)
class Domain:
    """Pairs of a domain: files of the corpora, of both sides or of one each."""

    train: tuple[str, ...]
    dev: tuple[str, ...]
    test: tuple[str, ...]
    first: int = 0  # the first pair that is learnt
    pairs: int | None = None  # how many are


def _captions(ending: str, **which: int) -> Domain:
    files = [
        tuple(f"multi30k/{part}.{ending}{language}" for language in ("en", "de"))
        for part in ("train", "val", "test_2016_flickr")
    ]
    return Domain(*files, **which)


def _korean(name: str, **which: int) -> Domain:
    dev = (f"{name}/dev.tsv",)
    return Domain((f"{name}/train.tsv",), dev, dev, **which)


_BUNDLED = Domain(
    *((str(ROOT / f"data/en-ko/{part}.tsv"),) for part in ("train", "dev", "test")),
)
TASKS = {
    "style": (
        _captions("", pairs=5000),
        _captions("lc.norm.tok.", first=5000, pairs=NEW_PAIRS),
    ),
    "domain": (_korean("tatoeba-en-ko"), _korean("en-ko-nli", pairs=NEW_PAIRS)),
    "back": (_korean("en-ko-nli"), _korean("tatoeba-en-ko", pairs=NEW_PAIRS)),
    "bundled": (_BUNDLED, _korean("en-ko-nli", pairs=NEW_PAIRS)),
}


def main(arguments: list[str] | None = None, runner: Runner = run_command) -> int:
    """Does what the options say; returns the exit code."""
    options = parse(arguments)
    tasks = options.task or list(TASKS)
    try:
        for task in tasks:
            folder = options.runs / task
            if options.list:
                for row in ROWS:
                    print(task, row, "done" if (folder / f"{row}.json").exists() else "missing")
            elif not options.write:
                files = write_corpora(*TASKS[task], options.data, folder)
                for row in options.row or ROWS:
                    complete(row, folder, files, options, runner)
        if options.write:
            keep(options.write, {task: collected(options.runs / task) for task in tasks})
    except InputError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options, with their defaults filled in."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    data = ROOT.parent / "shared" / "data"
    runs = ROOT / "saved_models" / "fine-tuning"
    parser.add_argument("--data", type=Path, default=data, metavar="DIR", help="the corpora")
    parser.add_argument("--runs", type=Path, default=runs, metavar="DIR", help="what is done")
    parser.add_argument("--task", action="append", choices=TASKS, help="repeatable (default: all)")
    parser.add_argument("--row", action="append", choices=ROWS, help="repeatable (default: all)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, help="of each training, at most")
    parser.add_argument("--list", action="store_true", help="show what is done")
    parser.add_argument("--write", type=Path, metavar="FILE", help="add what is done to this file")
    return parser.parse_args(arguments)


def write_corpora(old: Domain, new: Domain, data: Path, folder: Path) -> dict[str, Path]:
    """Writes what is learnt, validated and tested of both domains; the files by their names."""
    files = {"parent": folder / "parent"}
    for name, domain in zip(DOMAINS, (old, new), strict=True):
        for part in ("train", "dev", "test"):
            corpus = read([data / file for file in getattr(domain, part)])
            first = domain.first if part == "train" else 0
            count = domain.pairs if part == "train" else MOST[part]
            chosen = slice(first, None if count is None else first + count)
            corpus = Corpus(corpus.source[chosen], corpus.target[chosen])
            path = folder / f"{name}-{part}.tsv"
            pairs = zip(corpus.source, corpus.target, strict=True)
            write_lines(path, (f"{source}\t{target}\n" for source, target in pairs))
            files[name if part == "train" else f"{name}-{part}"] = path
    return files


def read(files: list[Path]) -> Corpus:
    """The pairs of a file of both sides, or of two files."""
    return read_tsv(files[0]) if len(files) == 1 else read_parallel(*files)


def complete(
    row: str, folder: Path, files: dict[str, Path], options: argparse.Namespace, runner: Runner
) -> None:
    """Trains and scores what is missing of a row.

    Raises:
        InputError: A command failed.
    """
    report = folder / f"{row}.json"
    if report.exists():
        return

    place = ModelDirectory(folder / row)
    log = folder / f"{row}.log"
    words = train_command(row, files, options)
    train(words, place, log, runner)

    scores = {}
    for domain in DOMAINS:
        output = folder / f"{row}-{domain}.json"
        test = str(files[f"{domain}-test"])
        command = ["evaluate", test, "--model", str(place), "--json"]
        run_or_fail(command, log, output, runner)
        found = json.loads(output.read_text(encoding="utf-8"))["results"]["corpus"]
        scores[domain] = {metric: found[metric] for metric in ("bleu", "chrf2")}

    with place.history_file.open(encoding="utf-8") as file:
        history = list(csv.DictReader(file))
    result = {
        "command": "seq2seq train " + shlex.join(_shown(words, folder)),
        "seconds": float(history[-1]["seconds"]),
        "epochs": float(history[-1]["epoch"]),
        "processor": processor(),
        "commit": checkout(),
        "scores": scores,
    }
    write_text(report, json.dumps(result, indent=1, ensure_ascii=False) + "\n")


def train_command(row: str, files: dict[str, Path], options: argparse.Namespace) -> list[str]:
    """The words of `seq2seq train …` after the first, but for the output."""
    dev = files["old-dev" if row == "parent" else "new-dev"]
    limit = ["--time-limit", f"{options.minutes:g}"] if options.minutes else []
    words = ROWS[row].format(**files).split()
    return [*words, "--dev", str(dev), "--seed", str(options.seed), *limit]


def _shown(words: list[str], folder: Path) -> list[str]:
    return [word.removeprefix(f"{folder}/") for word in words]


def collected(folder: Path) -> dict[str, dict]:
    """What is done of a task, by the name of the row."""
    reports = {row: folder / f"{row}.json" for row in ROWS}
    return {
        row: json.loads(report.read_text(encoding="utf-8"))
        for row, report in reports.items()
        if report.exists()
    }


def keep(file: Path, tasks: dict[str, dict]) -> None:
    """Adds the rows to those in a file, and prints a table of all."""
    kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for task, rows in tasks.items():
        if rows:
            kept[task] = {**kept.get(task, {}), **rows}
    write_text(file, json.dumps(kept, indent=1, ensure_ascii=False) + "\n")

    print("| task | row | old BLEU | old chrF2 | new BLEU | new chrF2 | minutes |")
    print("|---|---|---|---|---|---|---|")
    for task, rows in kept.items():
        for row, result in rows.items():
            cells = [f"{value:.1f}" for value in figures(result)]
            print(f"| {task} | {row} | {' | '.join(cells)} |")


def figures(result: dict) -> list[float]:
    """BLEU and chrF2 on the old test set, the same on the new one, and the minutes of training."""
    scores = [
        result["scores"][domain][metric]["value"]
        for domain in DOMAINS
        for metric in ("bleu", "chrf2")
    ]
    return [*scores, result["seconds"] / 60]


if __name__ == "__main__":
    sys.exit(main())
