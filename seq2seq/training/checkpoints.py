"""The models of the last validations, each in a directory of its own, to be averaged."""

import re
import shutil
from collections.abc import Sequence

from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.recording import write_artefact
from seq2seq.translation.translator import Translator

_OURS = re.compile(r"step-\d+|\.step-\d+\..*")  # the second is what a killed process was writing


def save_checkpoint(
    translator: Translator, directory: ModelDirectory, steps: Sequence[int]
) -> None:
    """Saves the translator under the last of these steps, and removes what was kept of any other.

    Args:
        translator: The translator as it is at the last step.
        directory: The model directory of the run.
        steps: The steps of the validations whose models are to be there afterwards.
    """
    kept = [directory.checkpoint(step) for step in steps]
    write_artefact(kept[-1], translator.save)
    for path in directory.checkpoints.iterdir():
        if _OURS.fullmatch(path.name) and path not in kept:
            shutil.rmtree(path)
