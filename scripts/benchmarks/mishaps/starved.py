"""Runs on a small file system of their own that is full, or read-only.

    unshare --user --map-root-user --mount python -m mishaps.starved FOLDER WHOLE COUNT SEED

FOLDER is where the file system is mounted, for this process and its children alone; WHOLE is the
model of a run that nothing has disturbed. It writes a row of JSON for each of the two mishaps.
"""

import contextlib
import json
import random
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from mishaps.kills import (
    NOT_MOUNTED,
    Trainings,
    Worker,
    finish,
    unclear,
    unreadable,
    weights,
)
from mishaps.row import Row

SIZE = 8 * 2**20  # bytes of the file system
FREE = (4 * 2**10, 500 * 2**10)  # bytes that a run finds free; it needs about 350 KiB
HISTORY = "history.csv"  # what a run writes once it can be resumed
PER_KILL = 10  # kills of the harness for one full disk


def main(place: str, whole: str, kills: str, seed: str) -> None:
    """Mounts the file system, and writes the rows."""
    folder = Path(place)
    folder.mkdir()
    if _mount("-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", place):
        sys.exit(NOT_MOUNTED)

    chance = random.Random(int(seed))
    expected = weights(Path(whole))
    with contextlib.closing(Worker()) as worker:
        trainings = Trainings(folder, worker)
        count = max(1, int(kills) // PER_KILL)
        frees = [chance.randint(*FREE) for _ in range(count)]
        for row in (_full(trainings, frees, expected), _read_only(trainings, expected)):
            print(json.dumps(asdict(row)), flush=True)


def _full(trainings: Trainings, frees: list[int], expected: dict[str, bytes]) -> Row:
    """Trains while so few bytes are free, then goes on with more."""
    name = "disk full"
    faults = []
    hit = 0
    ballast = trainings.folder / "ballast"
    for number, free in enumerate(frees):
        place = trainings.folder / f"full-{number}"
        ballast.write_bytes(bytes(SIZE - free - _used(trainings.folder)))
        done = trainings.train(place)
        hit += done["status"] != 0

        said = done["said"].strip().splitlines()[-1:]
        if done["status"] and not (said and said[0].startswith("Error: ")):
            faults.append(f"{name}, {free} bytes: {said}")
        ballast.unlink()
        faults += unclear(name, done) + unreadable(place)
        faults += finish(trainings, place, expected)
    return Row("kills", name, {"mishaps": hit, "runs": len(frees)}, faults)


def _used(folder: Path) -> int:
    page = 4096
    sizes = (path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return sum(-(-size // page) * page for size in sizes)


def _read_only(trainings: Trainings, expected: dict[str, bytes]) -> Row:
    """Begins and resumes where nothing can be written."""
    name = "read-only"
    faults = []
    place = trainings.folder / "read-only"
    for resume in (False, True):
        if resume:
            trainings.train(place, kill_at=1, within=HISTORY)  # at its first validation

        _mount("-o", "remount,ro", str(trainings.folder))
        done = trainings.train(place, resume=resume)
        said = done["said"].strip().splitlines()[-1:]
        if done["status"] != 1 or not (said and said[0].startswith("Error: Expected")):
            faults.append(f"{name}: status {done['status']}: {said}")
        _mount("-o", "remount,rw", str(trainings.folder))
        faults += unclear(name, done) + unreadable(place)

    faults += finish(trainings, place, expected)
    return Row("kills", name, {"mishaps": 2, "runs": 1}, faults)


def _mount(*arguments: str) -> int:
    return subprocess.run(["mount", *arguments], capture_output=True).returncode


if __name__ == "__main__":
    main(*sys.argv[1:])
