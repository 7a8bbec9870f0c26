"""A version is tried in a process of its own before it is served: it may end its process."""

import threading
from pathlib import Path

from seq2seq.exports.tflite_translator import MODEL
from seq2seq.exports.trial import TFLITE, expect_survival
from seq2seq.exports.whole import expect_whole, is_listed

_SAVED_MODEL = """
from seq2seq.quiet import leave_out_pyplot, load_tensorflow
leave_out_pyplot()
load_tensorflow()
from seq2seq.serving.saved_model import SavedModelVersion

SavedModelVersion("trial", 1, Path(sys.argv[1]))
"""


def expect_safe(directory: Path, *, serves: bool, stopping: threading.Event) -> None:
    """Refuses a version that would end the server.

    A version that appears while another one is served is tried in another process. When a server
    starts, a version that its manifest lists is not, so that it starts as fast as it can: what
    `seq2seq export` wrote can be loaded.

    Args:
        directory: The version.
        serves: Whether another version is served.
        stopping: Ends the trial once it is set.

    Raises:
        InputError: A file is damaged, or the process that loaded the version did not survive.
    """
    expect_whole(directory)
    is_tflite = (directory / MODEL).is_file()
    if is_listed(directory):
        is_tried = serves
    else:
        is_tried = not is_tflite  # `TFLiteTranslator.load` tries one without a manifest
    if is_tried:
        program = TFLITE if is_tflite else _SAVED_MODEL
        expect_survival(directory, program, stopping=stopping)
