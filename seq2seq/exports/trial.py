"""A trial of a TFLite model in another process: LiteRT ends the process that loads some damage."""

import subprocess
import sys
from pathlib import Path

from seq2seq.errors import InputError

_SECONDS = 60
_LOAD = """
import sys
from pathlib import Path
from seq2seq.exports.signatures import BEAM, GREEDY, PREFIX
from seq2seq.exports.tflite_translator import MODEL, SOURCE, TARGET, TFLiteTranslator

files = (Path(sys.argv[1], name).read_bytes() for name in (MODEL, SOURCE, TARGET))
TFLiteTranslator(*files, signatures=(GREEDY, BEAM, PREFIX))
"""


def expect_survival(directory: Path) -> None:
    """Refuses a TFLite model that ends the process which loads it and runs it once.

    An error that is raised there is raised again by whoever loads it here.

    Raises:
        InputError: The process was ended by a signal, or did not end within a minute.
    """
    # -P: Python imports nothing from the working directory.
    command = [sys.executable, "-P", "-c", _LOAD, str(directory)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        fault = f"one that is not loaded within {_SECONDS} seconds"
    else:
        if done.returncode >= 0:
            return
        fault = f"one that ends the process which loads it (signal {-done.returncode})"

    raise InputError(
        f"Expected a whole TFLite model in {directory}. Received: {fault}. Export it again."
    )
