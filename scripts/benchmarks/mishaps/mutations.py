"""Changes in files of models: each is a clear error, or changes nothing that the model answers.

A worker reads the changed directories (`mutation_worker`). With its manifest, a directory must
never answer anything else than before. Without, as older ones and those that were edited by hand,
it may; but it must end no process, hang none, and take no more memory than there is to it.
"""

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from mishaps.models import Models
from mishaps.process import environment
from mishaps.row import Row

LISTED_PER_UNLISTED = 100  # because those are tried in a process of their own
MANIFEST = "manifest.json"
WORKER = ["-m", "mishaps.mutation_worker"]
FAULTS = ("crashed", "hung", "raised", "different", "too large")


def measure(
    models: Models, folder: Path, *, count: int, seed: int, kinds: tuple[str, ...]
) -> Iterator[Row]:
    """Changes files of each kind of model.

    Args:
        models: The models.
        folder: Where copies are put.
        count: Changes of each kind of model with its manifest.
        seed: Of the changes.
        kinds: "directory", "saved-model" and "tflite", or some of them.
    """
    originals = {
        "directory": lambda: models.directory,
        "saved-model": lambda: models.saved_model,
        "tflite": lambda: models.tflite,
    }
    for kind in kinds:
        copy = shutil.copytree(originals[kind](), folder / f"changed-{kind}")
        yield _row(kind, f"{kind}, listed", copy, count, seed)

        (copy / MANIFEST).unlink()
        unlisted = max(1, count // LISTED_PER_UNLISTED)
        yield _row(kind, f"{kind}, no manifest", copy, unlisted, seed)


def _row(kind: str, name: str, directory: Path, count: int, seed: int) -> Row:
    """Lets a worker make so many changes, and sorts what it found."""
    command = [sys.executable, *WORKER, kind, str(directory), str(count), str(seed)]
    worker = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True)
    outcomes = [json.loads(line) for line in worker.stdout]
    if worker.wait() or len(outcomes) != count:
        sys.exit(f"The worker for {name} ended with status {worker.returncode}.")

    counts = Counter(outcome["outcome"] for outcome in outcomes)
    allowed = set() if (directory / MANIFEST).exists() else {"different"}
    faults = [_shown(one) for one in outcomes if one["outcome"] in set(FAULTS) - allowed]
    figures = {"changes": count, "refused": counts["refused"], "same answers": counts["equal"]}
    figures |= {kind: counts[kind] for kind in FAULTS}
    figures["slowest processor s"] = max(outcome["seconds"] for outcome in outcomes)
    return Row("mutations", name, figures, faults)


def _shown(outcome: dict) -> str:
    kind, number, file, detail = (outcome[name] for name in ("outcome", "number", "file", "detail"))
    return f"{kind}, change {number} of {file}: {detail}"
