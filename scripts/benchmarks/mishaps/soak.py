"""A server at full load for a while, with everything that can come to it.

Most clients ask and wait; others vanish, are slow, or are hostile. Meanwhile versions of the model
are replaced, and damaged ones appear. Every client that waits gets the right answer of the version
that it names; the memory of the server stays.
"""

import contextlib
import http.client
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from contestants.figures import latency
from mishaps.changing import changed
from mishaps.clients import (
    HOST,
    KINDS,
    PATIENCE,
    Client,
    Expected,
    Found,
    ask,
    kind_of,
    served_version,
    translations,
)
from mishaps.models import LETTERS, Models
from mishaps.process import environment, memory, server
from mishaps.row import Row

TEXTS = 40
OF_A_KIND = 10  # of so many clients one vanishes, one is slow, one is hostile
PERIOD = 20.0  # seconds between two versions
KEPT = 2  # versions that are left
WARM_SECONDS = 60.0
WELL_SECONDS = 0.1  # for `/healthz`, under any load
GROWTH = 10.0  # percent of the memory after the first minute

Samples = list[tuple[float, int, str]]  # seconds, KiB, and the kind that is served

ACTS: list[Callable[[Client], None]] = [Client.vanish, Client.dawdle, Client.attack]


class Versions:
    """A directory of numbered versions, odd ones SavedModels, even ones TFLite models.

    Args:
        models: Where copies are taken from.
        folder: Where the directory is made.
        chance: Of what is damaged.
    """

    def __init__(self, models: Models, folder: Path, chance: random.Random):
        self.directory = folder / "versions"
        self.directory.mkdir()
        self._folder = folder
        self._originals = {KINDS[0]: models.saved_model, KINDS[1]: models.tflite}
        self._chance = chance
        self._good: list[int] = []
        self.newest = 0

    def add(self) -> int:
        """Puts a whole version there, and removes an old one; its number."""
        number = self._put(lambda copy: None)
        self._good.append(number)
        for old in self._good[:-KEPT]:
            shutil.rmtree(self.directory / str(old), ignore_errors=True)
        return number

    @property
    def kind(self) -> str:
        """The kind of the newest whole version."""
        return kind_of(self._good[-1])

    def add_damaged(self) -> int:
        """Puts a version there that must not be served; its number."""
        return self._put(self._chance.choice([self._change, self._cut, self._lose]))

    def _put(self, damage: Callable[[Path], None]) -> int:
        self.newest += 1
        original = self._originals[KINDS[self.newest % 2 == 0]]
        copy = shutil.copytree(original, self._folder / f"copy-{self.newest}")
        damage(copy)
        copy.rename(self.directory / str(self.newest))
        return self.newest

    def _change(self, copy: Path) -> None:
        """A listed file is another one."""
        names = ("saved_model.pb", "model.tflite", "source.model", "seq2seq.toml")
        path = self._chance.choice([copy / name for name in names if (copy / name).exists()])
        path.write_bytes(changed(path.read_bytes(), self._chance))

    def _cut(self, copy: Path) -> None:
        """The graph ends early, and no manifest tells."""
        (copy / "manifest.json").unlink()
        path = next(copy / name for name in GRAPHS if (copy / name).exists())
        path.write_bytes(path.read_bytes()[: self._chance.randint(1, 5000)])

    def _lose(self, copy: Path) -> None:
        """The graph is not there."""
        next(copy / name for name in GRAPHS if (copy / name).exists()).unlink()


GRAPHS = ("saved_model.pb", "model.tflite")


def measure(
    models: Models, folder: Path, *, minutes: float, clients: int, seed: int
) -> Iterator[Row]:
    """Lets so many clients ask for so long."""
    chance = random.Random(seed)
    texts = [" ".join(chance.choices(LETTERS, k=chance.randint(1, 9))) for _ in range(TEXTS)]
    versions = Versions(models, folder, chance)
    versions.add()

    found = Found()
    with server(f"model={versions.directory}") as (port, process):
        expected = {KINDS[0]: _alone(port, texts)}
        versions.add()
        _wait_for(port, 2)
        expected[KINDS[1]] = _alone(port, texts)

        samples: Samples = []
        stop = threading.Event()
        threads = _start(port, texts, expected, found, stop, clients=clients, seed=seed)
        try:
            with watched(port) as health:
                swaps = _keep_swapping(
                    port, process, versions, found, samples, seconds=60 * minutes
                )
        finally:
            stop.set()
        for thread in threads:
            thread.join()

        faults = found.faults
        process.send_signal(signal.SIGTERM)
        try:
            if process.wait(60):
                faults.append(f"the server ended with status {process.returncode}")
        except subprocess.TimeoutExpired:
            faults.append("the server did not end within a minute")

    yield _answers(found, clients, 60 * minutes)
    yield _health(health)
    yield Row("soak", "versions", {**swaps}, [])
    yield _memory(samples)


def _start(
    port: int,
    texts: list[str],
    expected: Expected,
    found: Found,
    stop: threading.Event,
    *,
    clients: int,
    seed: int,
) -> list[threading.Thread]:
    """Starts the clients."""
    acts: list[Callable[[Client], None]] = []
    for number in range(clients):
        place = number % OF_A_KIND
        acts.append(ACTS[place] if place < len(ACTS) else Client.wait)

    threads = []
    for number, act in enumerate(acts):
        client = Client(port, texts, expected, found, stop, seed * 1000 + number)
        threads.append(threading.Thread(target=client.run, args=(act,)))
        threads[-1].start()
    return threads


@contextlib.contextmanager
def watched(port: int) -> Iterator[list[str]]:
    """What a watcher of a server writes; the list is filled as the block ends."""
    command = [sys.executable, "-m", "mishaps.watcher", str(port)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    lines: list[str] = []
    with subprocess.Popen(command, env=environment(), **pipes) as watcher:
        try:
            yield lines
        finally:
            lines += watcher.communicate()[0].splitlines()


def _alone(port: int, texts: list[str]) -> dict[str, str]:
    """The answer of each text while nobody else asks."""
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    return {text: translations(ask(connection, [text])[1])[0] for text in texts}


def _wait_for(port: int, number: int) -> float:
    """The seconds until a version is served."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        if served_version(port) == number:
            return time.monotonic() - began
        time.sleep(0.5)
    raise TimeoutError(f"version {number} is not served")


def _keep_swapping(
    port: int,
    process: subprocess.Popen,
    versions: Versions,
    found: Found,
    samples: Samples,
    *,
    seconds: float,
) -> dict[str, float]:
    """Replaces versions and notes the server's memory, for so long; how many and how fast."""
    began = time.monotonic()
    takes: list[float] = []
    damaged = 0
    while (passed := time.monotonic() - began) < seconds and process.poll() is None:
        if passed > (len(takes) + damaged + 1) * min(PERIOD, seconds / 4):
            if len(takes) > damaged:
                versions.add_damaged()
                damaged += 1
            else:
                try:
                    takes.append(_wait_for(port, versions.add()))
                except (TimeoutError, OSError, http.client.HTTPException, LookupError) as error:
                    found.faults.append(f"versions: {type(error).__name__}: {error}")
                    takes.append(PATIENCE)
        with contextlib.suppress(TypeError):  # it has ended
            samples.append((passed, memory(process.pid), versions.kind))
        time.sleep(0.5)
    if process.poll() is not None:
        found.faults.append(f"the server has ended with status {process.returncode}")
    return {"swapped": len(takes), "damaged": damaged, "slowest swap s": max(takes, default=0.0)}


def _answers(found: Found, clients: int, seconds: float) -> Row:
    figures: dict[str, float] = {"clients": clients, "answers": found.counts["answers"]}
    figures["a second"] = found.counts["answers"] / seconds
    for share, value in latency(found.seconds).items():
        figures[f"{share} ms"] = value or 0.0
    kinds = ("told to try again", "vanished", "slow", "hostile")
    figures |= {kind: found.counts[kind] for kind in kinds}
    return Row("soak", "answers", figures, found.faults)


def _health(lines: list[str]) -> Row:
    """How long a server took to say that it is well, of what its watcher wrote."""
    seconds = []
    faults = []
    for line in lines:
        try:
            seconds.append(float(line))
        except ValueError:
            faults.append(f"/healthz: {line}")

    figures = {f"{share} ms": value or 0.0 for share, value in latency(seconds).items()}
    slow = sum(value > WELL_SECONDS for value in seconds)
    return Row("soak", "healthz", {"questions": len(lines), **figures, "slow": slow}, faults)


def _memory(samples: Samples) -> Row:
    """The growth from the two minutes after the first one to the last two.

    A SavedModel takes more than a TFLite model, so that each kind is compared with itself; the
    growth is that of the kind that grows most.
    """
    end = samples[-1][0]
    warm = min(WARM_SECONDS, end / 5)
    begun = _by_kind(samples, warm, 3 * warm)
    last = _by_kind(samples, end - 2 * warm, end)

    faults = []
    figures: dict[str, float] = {}
    growths = []
    for kind in sorted(begun.keys() & last.keys()):
        growths.append(100 * (last[kind] - begun[kind]) / begun[kind])
        figures[f"{kind} MB"] = last[kind] / 2**10
        if growths[-1] > GROWTH:
            faults.append(f"memory, {kind}: {begun[kind]} KiB, then {last[kind]}")
    if not figures:
        faults.append("memory: no kind of version was served at both times")
    figures["most MB"] = max(size for _, size, _ in samples) / 2**10
    return Row("soak", "memory", figures | {"growth %": max(growths, default=0.0)}, faults)


def _by_kind(samples: Samples, first: float, last: float) -> dict[str, float]:
    """The median of the samples in a time, for each kind."""
    sizes: dict[str, list[int]] = {}
    for passed, size, kind in samples:
        if first <= passed <= last:
            sizes.setdefault(kind, []).append(size)
    return {kind: median(found) for kind, found in sizes.items()}
