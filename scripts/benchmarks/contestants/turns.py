"""Systems that take turns, each in a process of its own: the side of the parent.

The other side is `worker`.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from contestants.figures import speed

_SCRIPTS = Path(__file__).resolve().parents[1]
_WATCHED_SECONDS = 1.0
_BUSY = 0.1  # of all processors


def say(line: str) -> None:
    """Prints a line beside the results."""
    print(line, file=sys.stderr, flush=True)


def warn_of_load() -> None:
    """Says so if others use the machine.

    Threads that wait for each other then measure the others' work.
    """
    before = _processor_times()
    time.sleep(_WATCHED_SECONDS)
    total, idle = (now - then for now, then in zip(_processor_times(), before, strict=True))
    if total and 1 - idle / total > _BUSY:
        say(
            f"The machine is {1 - idle / total:.0%} busy: the figures will be wrong, "
            "and PyTorch's too low most of all."
        )


def _processor_times() -> tuple[int, int]:
    """Ticks that the processors have spent so far, in all and idle.

    Zeros where the system does not tell.
    """
    path = Path("/proc/stat")
    if not path.exists():
        return 0, 0

    first_line = path.read_text(encoding="ascii").splitlines()[0]
    ticks = [int(number) for number in first_line.split()[1:9]]
    return sum(ticks), ticks[3] + ticks[4]


class Failed(Exception):
    """A module ended with an error; the message is the last line that it wrote."""


def _environment(*, sees_gpus: bool = False) -> dict[str, str]:
    """The environment of a process that finds the scripts and logs little."""
    path = os.pathsep.join(filter(None, [str(_SCRIPTS), os.environ.get("PYTHONPATH")]))
    return {
        **os.environ,
        "PYTHONPATH": path,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        **({} if sees_gpus else {"CUDA_VISIBLE_DEVICES": ""}),
    }


def printed_by(module: str, *arguments: str, sees_gpus: bool = False) -> str:
    """Runs a module of the benchmarks to its end; returns what it printed.

    Raises:
        Failed: It ended with an error.
    """
    process = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=_environment(sees_gpus=sees_gpus),
        capture_output=True,
        text=True,
    )
    if process.returncode:
        raise Failed(_last_line(process.stderr))
    return process.stdout


def run_module(module: str, *arguments: str) -> str:
    """Runs a contestants' module to its end; returns what it printed."""
    try:
        return printed_by(f"contestants.{module}", *arguments)
    except Failed as error:
        sys.exit(f"{module} failed: {error}")


def _last_line(log: str) -> str:
    return log.strip().splitlines()[-1] if log.strip() else "no message"


@dataclass
class Worker:
    """A system in its process.

    Attributes:
        system: Its name.
        process: Its process.
        log: Where its standard error goes.
        first: Its first reply, when it was ready.
        rounds: The replies of the timed rounds.
    """

    system: str
    process: subprocess.Popen
    log: Path
    first: dict | None = None
    rounds: list[dict] = field(default_factory=list)

    def reply(self) -> dict | None:
        """The next reply; says so and returns None where there is none."""
        line = self.process.stdout.readline()
        if line:
            reply = json.loads(line)
        else:
            reply = {"unavailable": f"failed: {_last_line(self.log.read_text('utf-8'))}"}

        if "unavailable" in reply:
            say(f"  {self.system}: none. {reply['unavailable']}")
            return None

        return reply

    def turn(self, seconds: float) -> dict | None:
        """Lets it work for about this long."""
        try:
            print(json.dumps({"seconds": seconds}), file=self.process.stdin, flush=True)
        except BrokenPipeError:
            pass  # the missing reply tells
        return self.reply()


def _start(
    system: str, arguments: list[str], directory: str, stack: ExitStack, *, python: str, gpus: bool
) -> Worker | None:
    """A worker that is ready, or None where the system cannot take part."""
    log = Path(directory, f"{system}.log")
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [python, "-m", *arguments],
            env=_environment(sees_gpus=gpus),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )

    stack.callback(_stop, process)
    worker = Worker(system, process, log)
    worker.first = worker.reply()

    return worker if worker.first else None


def _stop(process: subprocess.Popen) -> None:
    """Ends a worker: it leaves when its input ends."""
    process.stdin.close()
    process.stdout.close()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def take_turns(
    systems: Mapping[str, list[str]],
    directory: str,
    *,
    rounds: int,
    seconds: float,
    pythons: Mapping[str, str] | None = None,
    sees_gpus: bool = False,
) -> dict[str, Worker]:
    """Lets the systems take turns.

    Args:
        systems: Names, and for each its module and the arguments of that.
        directory: Where their logs go.
        rounds: Timed turns of each.
        seconds: Length of a turn; one of half the length comes first, to warm up.
        pythons: The Python of systems that live in another environment than this one.
        sees_gpus: Whether they may use GPUs.

    Returns:
        The workers with their rounds, without those that dropped out.
    """
    with ExitStack() as stack:
        others = pythons or {}
        started = [
            _start(
                system,
                arguments,
                directory,
                stack,
                python=others.get(system, sys.executable),
                gpus=sees_gpus,
            )
            for system, arguments in systems.items()
        ]

        workers = [worker for worker in started if worker]
        workers = [worker for worker in workers if worker.turn(seconds / 2)]

        for number in range(rounds):
            first = number % max(len(workers), 1)  # another one begins each round
            for worker in workers[first:] + workers[:first]:
                reply = worker.turn(seconds)
                if reply is None:
                    workers = [other for other in workers if other is not worker]
                else:
                    worker.rounds.append(reply)

            speeds = [f"{worker.system} {speed(worker.rounds[-1:]):,.0f}" for worker in workers]
            say(f"  round {number + 1} of {rounds}, target tokens/s: {', '.join(speeds) or 'none'}")

        return {worker.system: worker for worker in workers}
