"""One system in a process of its own.

It trains when the parent says so, and waits on a pipe in between. It reads commands on standard
input and writes replies on its original standard output, one JSON object a line::

    → {"seconds": 5}                                   train for about this long
    ← {"steps": …, "tokens": …, "seconds": …, "peak_memory_mb": …}
    (end of input)                                     leave

Its first reply, once the first step is done, is `{"first_step_seconds": …}`, or
`{"unavailable": "why"}`.
"""

import importlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import numpy as np

from contestants.contest import Contest, Unavailable
from contestants.text import load_step_tokens

_MODULES = {
    "ours": "contestants.ours",
    "pytorch": "contestants.pytorch",
    "keras": "contestants.plain_keras",
}


class Finished(Exception):
    """The parent wants no more steps."""


class Referee:
    """Stops a training loop at the end of each round, counts its tokens and waits for the next.

    Args:
        tokens_per_step: Real target tokens of each batch, in the order of training; the loop may
            begin again.
        commands: Where the parent's commands are read.
        replies: Where they are answered.
    """

    def __init__(self, tokens_per_step: np.ndarray, commands: TextIO, replies: TextIO) -> None:
        self.tokens_until = np.concatenate([[0], tokens_per_step.cumsum()])
        self.commands = commands
        self.replies = replies
        self.round_step: int | None = None  # the step that the round began with
        self.device_memory: Callable[[], int] | None = None  # of a GPU, the most ever taken

    def start(self) -> None:
        """Called right before the loop: the time to the end of the first step counts."""
        self.round_began = time.perf_counter()

    def stepped(self, steps: int) -> None:
        """Called after each step with the number of steps so far.

        Raises:
            Finished: The loop shall end.
        """
        now = time.perf_counter()

        if self.round_step is None:
            self._next_round(steps, {"first_step_seconds": now - self.round_began})
        elif now >= self.round_ends:
            reply = {
                "steps": steps - self.round_step,
                "tokens": self.tokens(self.round_step, steps),
                "seconds": now - self.round_began,
                "peak_memory_mb": peak_memory() / 2**20,
            }
            if self.device_memory:
                reply["peak_gpu_memory_mb"] = self.device_memory() / 2**20
            self._next_round(steps, reply)

    def tokens(self, first: int, last: int) -> int:
        """Target tokens of the steps from `first` up to before `last`."""
        batches = len(self.tokens_until) - 1
        until = [
            step // batches * self.tokens_until[-1] + self.tokens_until[step % batches]
            for step in (first, last)
        ]
        return int(until[1] - until[0])

    def _next_round(self, steps: int, reply: dict) -> None:
        """Writes the reply, and waits for the command that begins the next round."""
        print(json.dumps(reply), file=self.replies, flush=True)
        command = self.commands.readline()
        if not command:
            raise Finished

        self.round_step = steps
        self.round_began = time.perf_counter()
        self.round_ends = self.round_began + json.loads(command)["seconds"]


def peak_memory() -> int:
    """The most memory that this process ever held, in bytes.

    Linux keeps it with the program's memory. `ru_maxrss` would begin with what the parent held when
    it forked.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return 1024 * next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        unit = 1 if sys.platform == "darwin" else 1024
        return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def answer(run: Callable[[TextIO], None]) -> None:
    """Runs a system, which answers on what was the standard output.

    If it cannot take part, the answer says so.
    """
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints is no reply
    try:
        run(replies)
    except Unavailable as reason:
        print(json.dumps({"unavailable": str(reason)}), file=replies, flush=True)
    except Finished:
        pass


def main(system: str, directory: str, contest: str) -> None:
    """Trains a system until the parent has enough."""

    def run(replies: TextIO) -> None:
        referee = Referee(load_step_tokens(Path(directory)), sys.stdin, replies)
        train = importlib.import_module(_MODULES[system]).run
        train(Contest.from_dictionary(json.loads(contest)), Path(directory), referee)

    answer(run)


if __name__ == "__main__":
    main(*sys.argv[1:])
