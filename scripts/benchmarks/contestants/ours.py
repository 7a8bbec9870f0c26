"""Our training step as `seq2seq train` runs it, from sentence pairs to the update.

The callbacks of a training run (validation, checkpoints, the progress line) are left out.
"""

from pathlib import Path

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


def run(contest: Contest, directory: Path, referee) -> None:
    """Trains until the referee raises, on batches that the library makes as training goes."""
    parts = split_cores(2)
    set_precision()
    model = make_model(contest, load_facts(directory))
    model.micro_batches = parts
    batches = training_batches(directory, contest.sizes)

    # As in seq2seq.training: these lines follow run.train and fit.fit.
    model.compile(optimizer=Adam(LEARNING_RATE), jit_compile=False)
    model.optimizer.build(model.trainable_variables)
    callbacks = [RoundsCallback(referee)]

    with batches.dataset() as dataset:
        referee.start()
        model.fit(dataset, steps_per_epoch=10**9, callbacks=callbacks, verbose=0, shuffle=False)
