"""A short run of `seq2seq train --deterministic`: whole, stopped in the middle, or resumed."""

import contextlib
import io

import keras

from seq2seq.data.bundled import bundled_file
from seq2seq.data.corpus import Corpus, read_tsv
from seq2seq.storage.configuration import Configuration
from seq2seq.training.progress import ProgressDisplay

_PAIRS = 600
_DEV = 20


class _Stop(keras.callbacks.Callback):
    """Stops a run after some steps, as Ctrl-C does."""

    def __init__(self, steps: int):
        super().__init__()
        self._steps = steps

    def on_train_batch_end(self, batch, logs=None):
        if int(self.model.optimizer.iterations) >= self._steps:
            raise KeyboardInterrupt


def run(request: dict) -> dict:
    """Trains on a part of the bundled pairs.

    Args:
        request: `directory` of the model; `steps` of the whole run; `stop`, the step to stop at, or
            None; `resume`; and `options`, flat ones.
    """
    from seq2seq.quiet import load_tensorflow

    load_tensorflow()
    from seq2seq.training.run import Interrupted, train

    corpus = _first(bundled_file("train"), _PAIRS)
    dev = _first(bundled_file("dev"), _DEV)
    options = {"preset": "tiny", "deterministic": True, **request["options"]}
    stop = request["stop"]
    with contextlib.suppress(Interrupted):
        train(
            Configuration.from_options(options),
            request["directory"],
            corpus,
            dev,
            display=ProgressDisplay(io.StringIO()),
            resume=request["resume"],
            steps=request["steps"],
            validate_every=request["steps"],
            callbacks=[_Stop(stop)] if stop else [],
        )
    return {}


def _first(path, pairs: int) -> Corpus:
    corpus = read_tsv(path)
    return Corpus(corpus.source[:pairs], corpus.target[:pairs])
