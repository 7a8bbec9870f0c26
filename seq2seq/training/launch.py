"""Starts the workers of a run on this machine: a process for each GPU, or for some of the cores."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from seq2seq.cpu import available_cores
from seq2seq.errors import InputError
from seq2seq.training.cluster import VARIABLE, place_of

ALL = "all"
_GPUS = Path("/proc/driver/nvidia/gpus")  # NVIDIA's driver has a folder for each here
_VISIBLE = "CUDA_VISIBLE_DEVICES"
_LAST_SECONDS = 20.0  # for the others to end after the chief


def count_devices(devices: str | int) -> int:
    """The number of workers that `--devices` asks for.

    Args:
        devices: A number, or "all": the GPUs, or 1 where there is none.

    Raises:
        InputError: The machine has not so many GPUs, or cores where there is no GPU; or TF_CONFIG
            names the workers already.
    """
    gpus = _visible_gpus()
    count = (len(gpus) or 1) if devices == ALL else int(devices)
    if count == 1:
        return 1

    if place_of(os.environ).count > 1:
        raise InputError(
            f"Expected either --devices or {VARIABLE}, which names the workers. Received both. "
            "Leave --devices out."
        )
    most = len(gpus) or available_cores()
    if count > most:
        what = "GPUs" if gpus else "cores, and no GPU"
        raise InputError(
            f"Expected at most {most} devices. Received: --devices {count} on a machine with "
            f"{most} {what}."
        )
    return count


@contextlib.contextmanager
def local_workers(count: int, command: Sequence[str]) -> Iterator[None]:
    """Makes this process the chief of `count` workers, which run the same command.

    Each has a GPU of its own or, where there is none, a part of the cores. Within the block
    `workers.join_workers` finds the others. When it ends, they are told to end, too.

    Args:
        count: How many workers there are, this process included.
        command: What starts another one.

    Raises:
        InputError: In the block, one of the others failed; the message is that of the other.
    """
    if count == 1:
        yield
        return

    cores = sorted(os.sched_getaffinity(0))
    environments = _environments(count)
    with contextlib.ExitStack() as stack:
        logs = [stack.enter_context(tempfile.TemporaryFile("w+")) for _ in environments[1:]]
        stack.callback(os.sched_setaffinity, 0, cores)
        others: list[subprocess.Popen] = []
        stack.callback(_end, others)
        for rank, (environment, log) in enumerate(zip(environments[1:], logs, strict=True), 1):
            _bind(cores, rank, count)
            others.append(_start(command, environment, log))

        _bind(cores, 0, count)
        stack.enter_context(_variables(environments[0]))
        try:
            yield
        except InputError as error:
            _raise_first_cause(others, logs, error)


def wait_for_chief() -> None:
    """Waits until the chief that started this process has done all.

    It closes this process's standard input then. A worker that ended sooner would be reported as
    one that has crashed.
    """
    if not sys.stdin.isatty():
        sys.stdin.read()


def _environments(count: int) -> list[dict[str, str]]:
    """The variables that each worker has beyond those of this process."""
    addresses = [f"127.0.0.1:{port}" for port in _free_ports(count)]
    gpus = _visible_gpus()

    environments = []
    for rank in range(count):
        config = {
            "cluster": {"worker": addresses},
            "task": {"type": "worker", "index": rank},
        }
        gpu = {_VISIBLE: gpus[rank]} if gpus else {}
        environments.append({VARIABLE: json.dumps(config), **gpu})
    return environments


def _visible_gpus() -> list[str]:
    """The GPUs as CUDA_VISIBLE_DEVICES names them."""
    chosen = os.environ.get(_VISIBLE)
    if chosen is not None:
        return [name for name in chosen.split(",") if name.strip() not in ("", "-1")]
    return [str(number) for number in range(len(list(_GPUS.glob("*"))))]


def _free_ports(count: int) -> list[int]:
    """Ports of this machine that nothing listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _bind(cores: Sequence[int], rank: int, count: int) -> None:
    """Binds this process, and what it starts next, to a worker's part of the cores."""
    if not _visible_gpus():
        first, last = (len(cores) * place // count for place in (rank, rank + 1))
        os.sched_setaffinity(0, cores[first:last])


def _start(command: Sequence[str], environment: dict[str, str], log: IO[str]) -> subprocess.Popen:
    return subprocess.Popen(
        command,
        env=os.environ | environment,
        stdin=subprocess.PIPE,  # see `wait_for_chief`
        stdout=subprocess.DEVNULL,
        stderr=log,
    )


@contextlib.contextmanager
def _variables(environment: dict[str, str]) -> Iterator[None]:
    """Has variables of the environment set while the block runs."""
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _end(others: Sequence[subprocess.Popen]) -> None:
    """Waits for the other workers, which end soon after the chief; one that does not is killed."""
    for other in others:
        other.stdin.close()  # pyright: ignore[reportOptionalMemberAccess]
    for other in others:
        try:
            other.wait(_LAST_SECONDS)
        except subprocess.TimeoutExpired:
            other.kill()
            other.wait()


def _raise_first_cause(
    others: Sequence[subprocess.Popen], logs: Sequence[IO[str]], error: InputError
) -> None:
    """Raises what made another worker fail, if that is why this one did; else what it raised."""
    for other, log in zip(others, logs, strict=True):
        if other.poll():
            log.seek(0)
            lines = log.read().strip().splitlines()
            reason = lines[-1] if lines else f"it ended with status {other.returncode}"
            raise InputError(f"{error} The worker said: {reason}") from error
    raise error
