"""Memory while a process goes on: training step after step, translation after translation."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from mishaps.models import Models, write_pairs
from mishaps.process import environment
from mishaps.row import Row

WORKER = ["-m", "mishaps.memory_worker"]
GROWTH = 3.0  # percent of the whole, from the first fifth to the end


def measure(models: Models, folder: Path, *, steps: int, calls: int) -> Iterator[Row]:
    """Trains so many steps, and translates so many times; each in a process of its own."""
    yield _row("training steps", ["train", write_pairs(folder), folder / "endless", steps])
    yield _row("translate calls", ["translate", models.directory, calls])
    yield _row("translate calls, tflite", ["tflite", models.tflite, calls])


def _row(name: str, arguments: list[object]) -> Row:
    command = [sys.executable, *WORKER, *map(str, arguments)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{name} failed: {done.stderr[-500:]}")

    samples = json.loads(done.stdout.splitlines()[-1])
    begun = max(samples[: max(1, len(samples) // 5)])  # until then kernels and caches are made
    grown = 100 * (samples[-1] - begun) / begun
    faults = [f"{name}: {begun} KiB at first, {samples[-1]} at the end"] if grown > GROWTH else []
    figures = {"times": int(arguments[-1]), "MB": samples[-1] / 2**10, "growth %": grown}
    return Row("memory", name, figures, faults)
