"""Our training step as `seq2seq train` runs it, from sentence pairs to the update.

The callbacks of a training run (validation, checkpoints, the progress line) are left out.
"""

from pathlib import Path

import tensorflow as tf

from contestants.contest import (
    CLIP_NORM,
    DROPOUT,
    LABEL_SMOOTHING,
    LEARNING_RATE,
    Contest,
    TextFacts,
)
from contestants.fitting import RoundsCallback
from contestants.text import load_facts, training_batches
from seq2seq.cpu import split_cores
from seq2seq.gpu import prepare_gpus
from seq2seq.model.options import ModelOptions
from seq2seq.model.precision import set_precision
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.training.optimizer import Adam


def make_model(contest: Contest, facts: TextFacts, *, dropout: float = DROPOUT) -> Seq2Seq:
    """The model of a contest."""
    options = ModelOptions(
        cell=contest.cell,
        attention=contest.attention,
        units=contest.sizes.units,
        decoder_units=contest.sizes.decoder_units,
        embedding_size=contest.sizes.embedding_size,
        decoder_layers=contest.decoder_layers,
        dropout=dropout,
        shared_vocabulary=True,
    )

    return Seq2Seq(
        options,
        source_vocabulary_size=facts.vocabulary_size,
        target_vocabulary_size=facts.target_vocabulary_size,
        label_smoothing=LABEL_SMOOTHING,
        clip_norm=CLIP_NORM,
    )


def compile_model(model: Seq2Seq) -> None:
    """Makes a model ready for training, as `seq2seq.training.run` does."""
    model.compile(optimizer=Adam(LEARNING_RATE), jit_compile=False)
    model.optimizer.build(model.trainable_variables)


def run(contest: Contest, directory: Path, referee) -> None:
    """Trains until the referee raises, on batches that the library makes as training goes."""
    if contest.on_gpu:
        prepare_gpus()
        referee.device_memory = _peak_of_gpu

    parts = split_cores(2)
    set_precision(contest.precision)
    model = make_model(contest, load_facts(directory))
    model.micro_batches = parts
    batches = training_batches(directory, contest.sizes)

    # These lines follow fit.fit.
    compile_model(model)
    callbacks = [RoundsCallback(referee)]

    with batches.dataset() as dataset:
        referee.start()
        model.fit(dataset, steps_per_epoch=10**9, callbacks=callbacks, verbose=0, shuffle=False)


def _peak_of_gpu() -> int:
    """The most memory of the GPU that tensors ever took, in bytes."""
    return tf.config.experimental.get_memory_info("GPU:0")["peak"]
