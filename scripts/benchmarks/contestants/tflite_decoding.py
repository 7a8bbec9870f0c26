"""Our TFLite export, from text to text."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from contestants.decoding import Batch, Task, real_tokens
from seq2seq.exports.signatures import BEAM, GREEDY
from seq2seq.exports.tflite_translator import TFLiteTranslator


def decoder(directory: Path, task: Task) -> Callable[[Batch], np.ndarray]:
    """A function that translates the text of a batch.

    Of the tokens found, `(batch, length)`, it tells which are real.
    """
    signature = GREEDY if task.beam_size == 1 else BEAM
    warm = {"threads": task.threads, "warm": task.threads, "signatures": [signature]}
    translator = TFLiteTranslator.load(task.tflite, **warm)
    return lambda batch: real_tokens(translator.stream(batch.texts, signature=signature))
