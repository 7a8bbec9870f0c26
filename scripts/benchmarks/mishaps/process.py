"""Processes: what the kernel tells of them, commands, and a `seq2seq serve` for a while."""

import contextlib
import os
import re
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from serving import port_of

_SCRIPTS = Path(__file__).resolve().parents[1]
LAST_LINES = 50  # of a server that has failed
_TICKS = os.sysconf("SC_CLK_TCK")


def environment() -> dict[str, str]:
    """The environment of a process that finds these modules, sees no GPU and logs little."""
    path = os.pathsep.join(filter(None, [str(_SCRIPTS), os.environ.get("PYTHONPATH")]))
    return {
        **os.environ,
        "PYTHONPATH": path,
        "CUDA_VISIBLE_DEVICES": "",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


def seq2seq(*arguments: str | Path, **options) -> subprocess.CompletedProcess:
    """Runs a command of seq2seq to its end."""
    command = [sys.executable, "-m", "seq2seq", *map(str, arguments)]
    return subprocess.run(command, env=environment(), capture_output=True, **options)


def expect_success(done: subprocess.CompletedProcess) -> None:
    """Ends the harness where a command that it needs has failed."""
    if done.returncode:
        sys.exit(f"{' '.join(map(str, done.args[1:5]))} failed: {done.stderr[-500:]!r}")


def memory(process: int | str = "self", name: str = "VmRSS") -> int:
    """KiB of a process: VmRSS, what it has; VmHWM, the most it had; VmPeak, the most it claimed."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(re.search(rf"^{name}:\s+(\d+) kB$", status, re.MULTILINE)[1])


def processor_seconds(process: int) -> float:
    """What a process has computed."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


@contextlib.contextmanager
def server(*models: str) -> Iterator[tuple[int, subprocess.Popen]]:
    """The port of a `seq2seq serve` that ends with the block, and its process."""
    options = [word for model in models for word in ("--model", model)]
    command = [sys.executable, "-m", "seq2seq", "serve", "--port", "0", *options]
    process = subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE, text=True)
    try:
        port, lines = port_of(process)
        # Without a reader, the server would wait for one.
        last = deque(lines, LAST_LINES)
        reader = threading.Thread(target=last.extend, args=(process.stderr,), daemon=True)
        reader.start()
        yield port, process
        if process.poll():
            print("".join(last), file=sys.stderr)
    finally:
        process.terminate()
        process.wait()
