"""Runs that are killed, stopped and starved: what they leave, and where they end when resumed.

Every run trains the same tiny model to its end, whatever has happened to it. Its weights are then
those of a run that nothing has disturbed, byte for byte; meanwhile its directory can always be
read, and at the end there is no file that should not be.
"""

import contextlib
import json
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mishaps.models import TRAINING, write_pairs
from mishaps.process import environment
from mishaps.row import Row
from seq2seq.storage.lock import locked
from seq2seq.storage.manifest import expect_unchanged

KILLS_PER_RUN = 4  # after which the run is let go to its end
NOT_MOUNTED = 77  # the status of `starved` where it has no file system of its own
LAST = 80  # percent of the steps, after which a run may have ended before a signal comes
SECONDS = 0.5  # after a step, at most, until a kill at a random moment
YEARS = -10  # by which a clock is wrong
_KILLED = -signal.SIGKILL


class Worker:
    """A process that trains in processes of its own, see `training_worker`.

    Args:
        before: What the process is started by, such as the words of `unshare`.
    """

    def __init__(self, *before: str):
        self._process = subprocess.Popen(
            [*before, sys.executable, "-m", "mishaps.training_worker"],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **order) -> dict:
        """Lets it do something, and returns what came of it."""
        print(json.dumps(order), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            sys.exit("The worker that trains has ended.")
        return json.loads(line)

    def close(self) -> None:
        """Ends it."""
        self._process.stdin.close()
        self._process.wait()


class Trainings:
    """Runs over the same pairs, each in a place of its own.

    Args:
        folder: Where the pairs and the models are put.
        worker: What trains.
    """

    def __init__(self, folder: Path, worker: Worker):
        self.folder = folder
        self.worker = worker
        self._pairs = write_pairs(folder)

    def train(self, place: Path, *, resume: bool = False, **mishap) -> dict:
        """Trains in a process of its own, from the beginning or on."""
        arguments = ["train", str(self._pairs), "--output", str(place), *TRAINING]
        if resume:
            arguments = ["train", "--resume", "--output", str(place)]
        nothing = {"kill_at": None, "within": str(place), "signals": [], "years": 0}
        return self.worker.ask(arguments=arguments, **(nothing | mishap))


def measure(folder: Path, *, kills: int, seed: int) -> Iterator[Row]:
    """Kills so many runs, and does the rest once each."""
    chance = random.Random(seed)
    worker = Worker()
    with contextlib.closing(worker):
        trainings = Trainings(folder, worker)
        whole = folder / "whole"
        done = trainings.train(whole)
        if done["status"]:
            sys.exit(f"The run that nothing disturbs failed: {done['said'][-300:]}")
        expected = weights(whole)

        yield from _killed(trainings, chance, done["steps"], expected, kills=kills)
        for name, mishap in _others(chance, done["steps"]).items():
            yield disturbed(name, trainings, [mishap], expected)

    yield from starved(folder, whole, kills=kills, seed=seed)


def starved(folder: Path, whole: Path, *, kills: int, seed: int) -> Iterator[Row]:
    """Runs on a file system that is full or read-only; as any user, where the kernel lets them."""
    program = [sys.executable, "-m", "mishaps.starved", str(folder / "small"), str(whole)]
    command = ["unshare", "--user", "--map-root-user", "--mount", *program, str(kills), str(seed)]
    try:
        done = subprocess.run(command, env=environment(), capture_output=True, text=True)
    except FileNotFoundError:
        yield Row("kills", "disk full, read-only", not_run="there is no unshare")
        return

    if done.returncode == NOT_MOUNTED or "unshare" in done.stderr:
        yield Row("kills", "disk full, read-only", not_run="this kernel mounts nothing for users")
        return
    if done.returncode:
        sys.exit(f"starved failed: {done.stderr[-300:]}")
    for line in done.stdout.splitlines():
        yield Row(**json.loads(line))


def _killed(
    trainings: Trainings,
    chance: random.Random,
    steps: int,
    expected: dict[str, bytes],
    *,
    kills: int,
) -> Iterator[Row]:
    """Kills at steps of saving files, and somewhere after them."""
    half = kills // 2
    in_saves = [{"kill_at": chance.randint(1, steps)} for _ in range(kills - half)]
    anywhen = [
        {
            "signals": [
                (chance.randint(0, LAST * steps // 100), chance.uniform(0, SECONDS), signal.SIGKILL)
            ]
        }
        for _ in range(half)
    ]
    yield disturbed("killed inside saves", trainings, in_saves, expected)
    yield disturbed("killed at random moments", trainings, anywhen, expected)


def _others(chance: random.Random, steps: int) -> dict[str, dict]:
    """What happens to one run each; its training takes the second half of the steps."""
    moment = chance.randint(steps // 2, 2 * steps // 3)
    return {
        "SIGTERM": {"signals": [(moment, 0, signal.SIGTERM)]},
        "SIGINT twice": {"signals": [(moment, 0, signal.SIGINT), (0, 0.01, signal.SIGINT)]},
        "clock set back, then killed": {
            "years": YEARS,
            "signals": [(moment, 0, signal.SIGKILL)],
        },
    }


def disturbed(
    name: str, trainings: Trainings, mishaps: list[dict], expected: dict[str, bytes]
) -> Row:
    """Trains with these mishaps, a few in each run, and lets each run go to its end."""
    faults: list[str] = []
    hit = 0
    runs = 0
    while mishaps:
        place = trainings.folder / f"{name.replace(' ', '-')}-{runs}"
        runs += 1

        for _ in range(KILLS_PER_RUN):
            if not mishaps:
                break
            done = trainings.train(place, resume=resumable(place), **mishaps.pop(0))
            hit += done["status"] != 0
            faults += unclear(name, done) + unreadable(place)
            if done["status"] == 0:
                break
        faults += finish(trainings, place, expected)
    return Row("kills", name, {"mishaps": hit, "runs": runs}, faults)


def resumable(place: Path) -> bool:
    """Whether a run has begun there, and has not ended."""
    return (place / "resume.npz").exists()


def finish(trainings: Trainings, place: Path, expected: dict[str, bytes]) -> list[str]:
    """Lets a run go to its end, and says what is not as it should be then."""
    if resumable(place) or not (place / "weights.npz").exists():
        done = trainings.train(place, resume=resumable(place))
        if done["status"]:
            return [f"{place.name}: not resumed: {done['said'][-300:]}"]

    with locked(place, "chaos.py"):  # nobody holds it; who was killed at the end may have left it
        faults = unreadable(place)
    if weights(place) != expected:
        faults.append(f"{place.name}: other weights")
    left = [path.name for path in [*place.rglob(".*"), *place.parent.glob(f".{place.name}.*")]]
    if left or resumable(place):
        faults.append(f"{place.name}: left over: {left or 'resume.npz'}")
    for path in place.parent.glob(f"{place.name}*"):  # with what a new beginning has moved aside
        shutil.rmtree(path)
    return faults


def unclear(name: str, done: dict) -> list[str]:
    """Whether a process that was not killed said what happened on a line, without a traceback."""
    if done["status"] == _KILLED or "Traceback" not in done["said"]:
        return []
    return [f"{name}: {done['said'][-300:]}"]


def unreadable(place: Path) -> list[str]:
    """What cannot be read of a directory that a process has left at any moment."""
    try:
        if (place / "manifest.json").exists():
            expect_unchanged(place)
        for path in place.glob("[!.]*.npz"):  # not what was being written
            weights(place, path.name)
    except Exception as error:
        return [f"{place.name}: unreadable: {error}"]
    return []


def weights(place: Path, name: str = "weights.npz") -> dict[str, bytes]:
    """The arrays of a model by their names, as bytes."""
    with np.load(place / name, allow_pickle=False) as arrays:
        return {name: arrays[name].tobytes() for name in arrays.files}
