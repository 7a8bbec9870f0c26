"""The model as Keras's tutorials write it: Keras layers, masks and loss, `compile` and `fit`.

Its batches lie ready in memory. Two things differ from the other systems, both as a tutorial has
them: the output layer has a matrix of its own, and dropout draws every element anew. Labels are not
smoothed, which costs less.
"""

from itertools import cycle
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from contestants.contest import (
    BOS_ID,
    CLIP_NORM,
    DROPOUT,
    LEARNING_RATE,
    Contest,
    TextFacts,
    Unavailable,
)
from contestants.fitting import RoundsCallback
from contestants.text import load_batches, load_facts

_LAYERS = {"gru": keras.layers.GRU, "lstm": keras.layers.LSTM, "rnn": keras.layers.SimpleRNN}


def make_model(contest: Contest, facts: TextFacts) -> keras.Model:
    """The model of a contest, from source and target tokens to logits.

    Raises:
        Unavailable: Keras has no layer for it.
    """
    if contest.attention == "bahdanau":
        raise Unavailable("Keras has no recurrent layer that attends at every step.")
    if contest.decoder_layers > 1:
        raise Unavailable("Its decoder has one layer here.")

    sizes = contest.sizes
    layer = _LAYERS[contest.cell]
    source_tokens = keras.Input((None,), dtype="int32", name="source_tokens")
    target_tokens = keras.Input((None,), dtype="int32", name="target_tokens")
    embedding = keras.layers.Embedding(facts.vocabulary_size, sizes.embedding_size, mask_zero=True)

    inputs = keras.layers.Dropout(DROPOUT)(embedding(source_tokens))
    encoder = keras.layers.Bidirectional(
        layer(sizes.units // 2, return_sequences=True, return_state=True)
    )
    memory, *states = encoder(inputs)
    memory = keras.layers.Dropout(DROPOUT)(memory)
    halves = len(states) // 2
    initial = [
        keras.layers.Dense(sizes.decoder_units, activation="tanh")(
            keras.layers.Concatenate()([forward, backward])
        )
        for forward, backward in zip(states[:halves], states[halves:], strict=True)
    ]

    inputs = keras.layers.Dropout(DROPOUT)(embedding(target_tokens))
    outputs = layer(sizes.decoder_units, return_sequences=True)(inputs, initial_state=initial)
    features = keras.layers.Dropout(DROPOUT)(outputs)
    if contest.attention == "luong":
        keys = keras.layers.Dense(sizes.decoder_units, use_bias=False)(memory)
        context = keras.layers.Attention()([features, memory, keys])
        features = keras.layers.Concatenate()([features, context])
    features = keras.layers.Dense(sizes.embedding_size, activation="tanh")(features)
    logits = keras.layers.Dense(facts.target_vocabulary_size)(
        keras.layers.Dropout(DROPOUT)(features)
    )
    return keras.Model([source_tokens, target_tokens], logits)


def run(contest: Contest, directory: Path, referee) -> None:
    """Trains until the referee raises."""
    model = make_model(contest, load_facts(directory))
    model.compile(
        optimizer=keras.optimizers.Adam(LEARNING_RATE, global_clipnorm=CLIP_NORM),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=False,
    )

    batches = [_inputs_and_labels(*batch) for batch in load_batches(directory)]
    tokens = tf.TensorSpec([None, None], tf.int32)
    dataset = tf.data.Dataset.from_generator(
        lambda: cycle(batches), output_signature=((tokens, tokens), tokens)
    )

    referee.start()
    model.fit(
        dataset.prefetch(tf.data.AUTOTUNE),
        steps_per_epoch=10**9,
        callbacks=[RoundsCallback(referee)],
        verbose=0,
    )


def _inputs_and_labels(
    source_tokens: np.ndarray, labels: np.ndarray
) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    target_tokens = np.pad(labels[:, :-1], ((0, 0), (1, 0)), constant_values=BOS_ID)
    return (source_tokens, target_tokens), labels
