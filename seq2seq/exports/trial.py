"""A trial of an exported model in another process: some damage ends the process that loads it."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from seq2seq.errors import InputError

TFLITE = """
from seq2seq.exports.signatures import BEAM, GREEDY, PREFIX
from seq2seq.exports.tflite_translator import MODEL, SOURCE, TARGET, TFLiteTranslator

files = (Path(sys.argv[1], name).read_bytes() for name in (MODEL, SOURCE, TARGET))
TFLiteTranslator(*files, signatures=(GREEDY, BEAM, PREFIX))
"""

_SECONDS = 60  # of computing
_WAITING = 15  # times as long may pass, on a machine that is busy
_LOOK_SECONDS = 0.1  # between two looks whether the trial is over
_TOO_LONG = (-signal.SIGXCPU, -signal.SIGALRM)

# The process ends itself in time, also one whose parent is gone, and lets others go first.
_START = """
import os, resource, signal, sys
from pathlib import Path
seconds = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
signal.setitimer(signal.ITIMER_REAL, seconds * int(sys.argv[3]))
os.nice(10)
"""


def expect_survival(
    directory: Path,
    program: str = TFLITE,
    *,
    seconds: int = _SECONDS,
    stopping: threading.Event | None = None,
) -> None:
    """Refuses an exported model that ends the process which loads it and runs it once.

    An error that is raised there is raised again by whoever loads it here.

    Args:
        directory: The directory of the model.
        program: Python's code that loads the model in `sys.argv[1]`.
        seconds: How long it may compute.
        stopping: Ends the trial once it is set.

    Raises:
        InputError: The process was ended by a signal, or did not end in time.
    """
    # -P: Python imports nothing from the working directory.
    command = [sys.executable, "-P", "-c", _START + program, str(directory)]
    process = subprocess.Popen(
        [*command, str(seconds), str(_WAITING)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1"},  # the memory of a GPU is taken
    )
    try:
        status = _status(process, stopping)
    finally:
        process.kill()
        process.wait()

    if status >= 0:
        return
    fault = f"one that ends the process which loads it (signal {-status})"
    if status in _TOO_LONG:
        fault = f"one that is not loaded within {seconds} seconds"
    raise InputError(
        f"Expected a whole exported model in {directory}. Received: {fault}. Export it again."
    )


def _status(process: subprocess.Popen[bytes], stopping: threading.Event | None) -> int:
    """What a process ends with; what a killed one would, once it is to stop."""
    while stopping is None or not stopping.is_set():
        try:
            return process.wait(_LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            pass
    return -signal.SIGKILL
