"""One `seq2seq` command in a process of its own."""

import fcntl
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from seq2seq.errors import InputError
from seq2seq.storage.directory import ModelDirectory

ROOT = Path(__file__).resolve().parents[3]

Runner = Callable[[list[str], Path, Path | None], int]
"""As `run_command`."""


def run_command(words: list[str], log: Path, output: Path | None = None) -> int:
    """Runs `seq2seq WORDS` of this checkout and returns its exit code.

    What it prints is appended to `log`, or its standard output written to `output`. The process
    holds a lock on its log, so that one whose parent was killed is not joined by a second at the
    same work.

    Raises:
        InputError: Another process is at work there.
        KeyboardInterrupt: Ctrl-C, after the command has kept what it had.
    """
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))

    with ExitStack() as stack:
        errors = stack.enter_context(log.open("a", encoding="utf-8"))
        try:
            fcntl.flock(errors, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InputError(
                f"Expected {log.parent} to be at rest. Received: a command still at work there. "
                "Let it end, or end it."
            ) from error

        print(f"$ seq2seq {shlex.join(words)}", file=errors, flush=True)
        process = subprocess.Popen(
            [sys.executable, "-m", "seq2seq", *words],
            stdin=subprocess.DEVNULL,
            stdout=stack.enter_context(output.open("w", encoding="utf-8")) if output else errors,
            stderr=errors,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,  # Ctrl-C reaches it once, through us
        )
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.terminate()  # which is Ctrl-C to seq2seq train
            process.wait()
            raise


def train(words: list[str], place: ModelDirectory, log: Path, runner: Runner = run_command) -> None:
    """Runs `seq2seq train WORDS` into a model directory, or what is left of it.

    Raises:
        InputError: The command failed.
    """
    if place.is_interrupted():
        words = ["--resume"]
    elif place.is_trained():
        return
    run_or_fail(["train", *words, "--output", str(place)], log, None, runner)


def run_or_fail(
    words: list[str], log: Path, output: Path | None, runner: Runner = run_command
) -> None:
    """Runs `seq2seq WORDS`.

    Raises:
        InputError: The command failed.
    """
    if runner(words, log, output):
        raise InputError(
            f"Expected seq2seq {shlex.join(words)} to succeed. Received: an error, see {log}."
        )
