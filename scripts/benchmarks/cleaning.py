#!/usr/bin/env python
"""Measures what `seq2seq data clean` finds of the damage in a corpus, and takes of the rest.

    python scripts/benchmarks/cleaning.py --data DATA
    python scripts/benchmarks/cleaning.py --data DATA --write runs/cleaning

One pair in five of Multi30k English–German is damaged, as many in each of five ways:

shuffled    the target belongs to another source
copied      the target is the source
truncated   the target ends after a fifth to three fifths of its words
mojibake    the target is UTF-8 that was read as Latin-1
language    the target is French; and, as the other half of these, duplicate: another pair again

DATA holds multi30k/. With --clean, further corpora that nobody damaged, TSV files, show how many
pairs are taken out of these.

With --write, the folder gets damaged.tsv, cleaned.tsv, clean.tsv (the corpus before) and dev.tsv.
What the damage costs, and what of it cleaning saves, is the difference between three models:

    for part in damaged cleaned clean; do
      seq2seq train runs/cleaning/$part.tsv --dev runs/cleaning/dev.tsv --output runs/cleaning/$part
      seq2seq evaluate runs/cleaning/test.tsv --model runs/cleaning/$part
    done
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from damage import KINDS, Pair, damaged
from seq2seq.data.corpus import Corpus, read_parallel, read_tsv
from seq2seq.data.quality.inspection import Inspection
from seq2seq.data.quality.located import Located
from seq2seq.data.quality.rules import REMOVING
from seq2seq.storage.files import write_text

_BATCH = 5_000  # pairs


def main(arguments: list[str] | None = None) -> int:
    """Measures, prints the table, and writes the corpora."""
    options = parse(arguments)
    folder = options.data / "multi30k"
    sides = [
        (folder / f"train.{language}").read_text(encoding="utf-8").splitlines()
        for language in ("en", "de", "fr")
    ]
    pairs = damaged(*(side[: options.limit] for side in sides), seed=options.seed)
    reasons = judged(pairs)
    rows = [measured("multi30k, damaged", kind, pairs, reasons) for kind in ("", *KINDS)]

    for path in options.clean:
        corpus = read_tsv(path)
        others = [Pair(*pair) for pair in zip(corpus.source, corpus.target, strict=True)]
        rows.append(measured(str(path), "", others, judged(others)))

    for row in rows:
        print(shown(row), flush=True)
    if options.json:
        write_text(options.json, json.dumps(rows, indent=2) + "\n")
    if options.write:
        write(options.write, folder, sides, pairs, reasons)
    return 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with multi30k/")
    parser.add_argument(
        "--clean", type=Path, nargs="*", default=[], help="TSV files without damage"
    )
    parser.add_argument("--limit", type=int, help="pairs of Multi30k; all by default")
    parser.add_argument("--seed", type=int, default=1, help="another number damages other pairs")
    parser.add_argument("--write", type=Path, help="folder for the corpora to train on")
    parser.add_argument("--json", type=Path, help="file for the measurements")
    return parser.parse_args(arguments)


def judged(pairs: list[Pair]) -> list[list[str]]:
    """The rules for which each pair would be taken out."""
    begun = time.process_time()
    sample = Corpus.collect((pair.source, pair.target) for pair in pairs)
    inspection = Inspection(sample)
    reasons = []
    for start in range(0, len(pairs), _BATCH):
        batch = [Located(pair.source, pair.target, "") for pair in pairs[start : start + _BATCH]]
        reasons += [
            [name for name in broken if name in REMOVING] for broken in inspection.faults(batch)
        ]
    print(f"{1e6 * (time.process_time() - begun) / len(pairs):.0f} µs of processor time a pair")
    return reasons


def measured(
    corpus: str, kind: str, pairs: list[Pair], reasons: list[list[str]]
) -> dict[str, object]:
    """How many pairs of one kind of damage are taken out, and for what."""
    found = [why for pair, why in zip(pairs, reasons, strict=True) if pair.damage == kind]
    taken = sum(map(bool, found))
    return {
        "corpus": corpus,
        "damage": kind or "none",
        "pairs": len(found),
        "taken out": taken,
        "share": 100 * taken / max(1, len(found)),
        "rules": dict(Counter(name for why in found for name in why).most_common()),
    }


def shown(row: dict[str, object]) -> str:
    return (
        f"{row['corpus']}: {row['damage']:10} {row['pairs']:6,} pairs, "
        f"taken out {row['share']:6.2f} % {row['rules']}"
    )


def write(
    place: Path,
    folder: Path,
    sides: list[list[str]],
    pairs: list[Pair],
    reasons: list[list[str]],
) -> None:
    """Writes the corpora of the comparison."""
    kept = [pair for pair, why in zip(pairs, reasons, strict=True) if not why]
    parts = {
        "damaged": [pair[:2] for pair in pairs],
        "cleaned": [pair[:2] for pair in kept],
        "clean": list(zip(sides[0][: len(pairs)], sides[1], strict=False)),
    }
    for name, original in (("dev", "val"), ("test", "test_2016_flickr")):
        corpus = read_parallel(folder / f"{original}.en", folder / f"{original}.de")
        parts[name] = list(zip(corpus.source, corpus.target, strict=True))
    for name, both in parts.items():
        write_text(place / f"{name}.tsv", lines(both))


def lines(pairs: Iterable[tuple[str, ...]]) -> str:
    return "".join("\t".join(pair) + "\n" for pair in pairs)


if __name__ == "__main__":
    sys.exit(main())
