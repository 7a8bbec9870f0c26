#!/usr/bin/env python
"""Lets happen what can happen to runs, files and servers, and counts what was not as promised.

    pip install ".[dev]"
    python scripts/benchmarks/chaos.py --part mutations --part kills --json chaos.json
    python scripts/benchmarks/chaos.py --model saved_models/en-ko --minutes 30 --json chaos.json

The parts; whatever is drawn at random depends on the seed alone:

kills      runs killed inside saves and at random moments, SIGTERM, SIGINT twice, a clock set back,
           a full disk, one that is read-only: each ends, resumed, with the weights of a run that
           nothing disturbs, byte for byte; its directory can be read at any moment; nothing is left
mutations  bits flipped, pieces cut, swapped and put in, in every file of a model directory, a
           SavedModel and a TFLite model: a clear error or the same answers; no crash, no hang, no
           memory beyond twice the directory's size
parsers    inputs that atheris breeds to reach all code of our own parsers: a clear error, or a
           document whose own text gives it back; needs atheris (pip install atheris)
texts      hostile texts through library, command, SavedModel, TFLite model and server: an answer
           for each in its place; the time of a line grows with its length alone
requests   requests made from /openapi.json (schemathesis): no 5xx, nothing that it does not tell
soak       a server at full load: nobody's answer is lost or wrong, memory stays
memory     training steps and translations without end: memory stays

Without --model, the smallest model that there is is trained and exported. Each row is printed, and
written to the --json file, as soon as it is done. The status is 1 if a promise was broken.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from mishaps import kills, memory, mutations, parsers, requests, soak, texts
from mishaps.models import Models
from mishaps.row import SHOWN, Row
from reproduction.provenance import checkout, processor
from seq2seq.storage.files import write_text

PARTS = ("kills", "mutations", "parsers", "texts", "requests", "soak", "memory")
KINDS = ("directory", "saved-model", "tflite")
FORMS = ("library", "command", "saved-model", "tflite", "server")
COUNTS = {  # by option: how many, and of what
    "--kills": (50, "kills, half of them inside saves"),
    "--mutations": (10_000, "changes of each kind of model"),
    "--inputs": (100_000, "inputs for each parser"),
    "--texts": (100_000, "texts for each form"),
    "--examples": (100, "requests for each operation"),
    "--clients": (64, "clients of the soak"),
    "--steps": (10_000, "training steps"),
    "--calls": (10_000, "calls of translate"),
}


def main(arguments: list[str] | None = None) -> int:
    """Runs the parts that the options choose; returns the exit code."""
    options = parse(arguments)
    facts = {**checkout(), "processor": processor(), "seed": options.seed}
    rows: list[Row] = []

    with tempfile.TemporaryDirectory(prefix="seq2seq-chaos-", dir=options.folder) as temporary:
        folder = Path(temporary)
        models = Models(folder, options.model, options.saved_model, options.tflite)
        for part in options.part:
            for row in parts(options, models, folder)[part]():
                rows.append(row)
                print(row, flush=True)
                for fault in row.faults[:SHOWN]:
                    print(f"    {fault}", file=sys.stderr, flush=True)
                if options.json:
                    content = facts | {"rows": [row.as_dict() for row in rows]}
                    write_text(options.json, json.dumps(content, indent=2, ensure_ascii=False))

    return int(any(row.faults for row in rows))


def parts(
    options: argparse.Namespace, models: Models, folder: Path
) -> dict[str, Callable[[], Iterator[Row]]]:
    """What each part is run by."""
    seed = options.seed
    return {
        "kills": lambda: kills.measure(folder, kills=options.kills, seed=seed),
        "mutations": lambda: mutations.measure(
            models, folder, count=options.mutations, seed=seed, kinds=options.kind
        ),
        "parsers": lambda: parsers.measure(folder, runs=options.inputs, seed=seed),
        "texts": lambda: texts.measure(models, count=options.texts, seed=seed, forms=options.form),
        "requests": lambda: requests.measure(models, folder, count=options.examples, seed=seed),
        "soak": lambda: soak.measure(
            models, folder, minutes=options.minutes, clients=options.clients, seed=seed
        ),
        "memory": lambda: memory.measure(models, folder, steps=options.steps, calls=options.calls),
    }


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options, with their defaults filled in."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--part", action="append", choices=PARTS, help="default: all; repeatable")
    parser.add_argument("--model", type=Path, metavar="DIR", help="a model directory")
    parser.add_argument("--saved-model", type=Path, metavar="DIR", help="its SavedModel")
    parser.add_argument("--tflite", type=Path, metavar="DIR", help="its TFLite model")
    parser.add_argument("--kind", action="append", choices=KINDS, help="of mutations; default: all")
    parser.add_argument("--form", action="append", choices=FORMS, help="of texts; default: all")
    for option, (count, what) in COUNTS.items():
        parser.add_argument(
            option, type=int, default=count, metavar="N", help=f"{what} (default: {count})"
        )
    parser.add_argument(
        "--minutes", type=float, default=30.0, metavar="N", help="of the soak (default: 30)"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="default: 1")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where it works; default: /tmp")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the rows are written")

    options = parser.parse_args(arguments)
    options.part = options.part or PARTS
    options.kind = tuple(options.kind or KINDS)
    options.form = tuple(options.form or FORMS)
    counts = [getattr(options, option.strip("-")) for option in COUNTS]
    if min(*counts, options.minutes) <= 0:
        parser.error("Expected counts and minutes above 0. Received others.")
    return options


if __name__ == "__main__":
    sys.exit(main())
