"""Reads a model directory or an export again and again, with a change in one of its files.

    python -m mishaps.mutation_worker KIND DIRECTORY COUNT SEED

It has imported all that reading needs, then forks a process that reads many changed directories,
and another one where that has crashed or hung. A line of JSON tells the outcome of each change:

    refused    an `InputError` of one line
    equal      the answers are those of the whole directory
    different  they are others
    raised     another exception
    too large  reading took more memory than reading the whole directory and twice its size
    crashed    a signal ended the process
    hung       it computed for more than five seconds, or did nothing for ten minutes
"""

import contextlib
import json
import os
import random
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from mishaps.changing import changed
from mishaps.process import memory, processor_seconds
from mishaps.readers import READERS

AT_ONCE = 250  # changes that a process reads
HUNG_SECONDS = 5.0  # of computing
SILENT_SECONDS = 600.0
NOISE = 16 * 2**10  # KiB by which reading the same directory differs from time to time
FREE_CLAIM = 256 * 2**10  # KiB of address space that an allocator of another thread may reserve
MOST_CLAIMED = 8 * 2**30  # bytes, so that no claim brings the machine down
UNREAD = 0.03  # of the changes are in files that nobody reads

Contents = dict[str, bytes]


def main(kind: str, place: str, count: str, seed: str) -> None:
    """Makes the changes, and writes the outcomes."""
    directory = Path(place)
    whole = {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }
    reader = READERS[kind]
    read = reader.prepare()

    number = 0
    while number < int(count):
        for name, content in whole.items():
            if (directory / name).read_bytes() != content:
                (directory / name).write_bytes(content)
        numbers = range(number, min(number + AT_ONCE, int(count)))
        number = _read_some(
            numbers, lambda number: _change(whole, reader.names, int(seed), number), directory, read
        )


def _change(whole: Contents, read: tuple[str, ...], seed: int, number: int) -> tuple[str, bytes]:
    """The name of a file, and what it is to hold: the same of a seed and a number."""
    chance = random.Random(f"{seed} {number}")
    unread = [name for name in whole if read and name not in read]
    names = unread if unread and chance.random() < UNREAD else sorted(set(whole) - set(unread))
    name = chance.choice(names)
    return name, changed(whole[name], chance)


def _read_some(
    numbers: range,
    change: Callable[[int], tuple[str, bytes]],
    directory: Path,
    read: Callable[[Path], str],
) -> int:
    """Reads with these changes in another process; returns the number of the next change."""
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receiver)
        with os.fdopen(sender, "w") as replies:
            _report(numbers, change, directory, read, replies)
        os._exit(0)

    os.close(sender)
    done = -1  # before the whole directory has been read
    with os.fdopen(receiver, "rb", buffering=0) as replies:
        lines = _Lines(replies, child)
        while (line := lines.next(HUNG_SECONDS if done >= 0 else None)) is not None:
            if done >= 0:
                print(line, flush=True)
            done += 1

    status = lines.end()
    if done < 0:
        sys.exit(f"The whole directory could not be read: status {status}")
    if done == len(numbers):
        return numbers.stop

    number = numbers[done]
    outcome = "hung" if lines.hung else "crashed"
    print(json.dumps(_outcome(number, change(number)[0], outcome, f"status {status}", 0.0)))
    return number + 1


class _Lines:
    """The lines that a process writes; it is killed where the next one takes too long."""

    def __init__(self, replies, child: int):
        self._replies = replies
        self._child = child
        self._waiting = b""
        self.hung = False

    def next(self, most: float | None) -> str | None:
        """The next line, before which so many seconds may be computed; None after the last."""
        computed = processor_seconds(self._child)
        since = time.monotonic()
        while b"\n" not in self._waiting:
            if select.select([self._replies], [], [], 0.2)[0]:
                part = self._replies.read(1 << 16)
                if not part:
                    return None
                self._waiting += part
            elif most and self._is_hung(computed + most, since):
                self.hung = True
                os.kill(self._child, signal.SIGKILL)
                return None
        line, _, self._waiting = self._waiting.partition(b"\n")
        return line.decode()

    def _is_hung(self, computed: float, since: float) -> bool:
        with contextlib.suppress(OSError):
            if processor_seconds(self._child) > computed:
                return True
        return time.monotonic() - since > SILENT_SECONDS

    def end(self) -> int:
        """Waits for the process; what it ended with."""
        return os.waitstatus_to_exitcode(os.waitpid(self._child, 0)[1])


def _report(numbers, change, directory: Path, read, replies) -> None:
    """Reads the whole directory, then with each change, and writes a line after each."""
    expected = read(directory)
    good = max(_grown(lambda: read(directory))[1] for _ in range(2))
    size = sum(path.stat().st_size for path in directory.rglob("*") if path.is_file()) / 2**10
    limit = memory(name="VmPeak") * 2**10 + MOST_CLAIMED
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    print("ready", file=replies, flush=True)

    for number in numbers:
        name, content = change(number)
        before = (directory / name).read_bytes()
        (directory / name).write_bytes(content)

        claimed = memory(name="VmPeak")
        computed = time.process_time()
        (outcome, detail), grown = _grown(lambda: _tried(read, directory, expected))
        seconds = time.process_time() - computed
        claimed = memory(name="VmPeak") - claimed

        (directory / name).write_bytes(before)
        if grown > good + 2 * size + NOISE or claimed > FREE_CLAIM + 2 * size:
            detail = f"{grown} KiB taken, {claimed} claimed, {good} taken of the whole; {outcome}"
            outcome = "too large"
        print(
            json.dumps(_outcome(number, name, outcome, detail, seconds)), file=replies, flush=True
        )


def _grown(act: Callable) -> tuple:
    """What it returns, and the KiB by which it has enlarged this process at most."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # VmHWM begins anew
    before = memory()
    result = act()
    return result, memory(name="VmHWM") - before


def _tried(read, directory: Path, expected: str) -> tuple[str, str]:
    """The outcome of reading a changed directory, and what is to be said about it."""
    from seq2seq.errors import InputError

    try:
        found = read(directory)
    except InputError as error:
        is_clear = "\n" not in str(error) and len(str(error)) < 2000
        return ("refused" if is_clear else "raised"), str(error)[:300]
    except BaseException as error:
        return "raised", f"{type(error).__name__}: {error}"[:300]
    return ("equal", "") if found == expected else ("different", found[:300])


def _outcome(number: int, file: str, outcome: str, detail: str, seconds: float) -> dict:
    return {
        "number": number,
        "file": file,
        "outcome": outcome,
        "detail": detail,
        "seconds": round(seconds, 3),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
