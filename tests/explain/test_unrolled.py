"""The model unrolled in time computes what its layers compute, and its gates are theirs."""

import numpy as np
import pytest
import tensorflow as tf

from seq2seq.explain.unrolled import decode, encode
from seq2seq.ids import BOS_ID
from seq2seq.model.options import ATTENTION_NAMES, CELL_NAMES

SOURCES = tf.constant([[4, 7, 5, 9, 3], [8, 6, 10, 4, 3]])
LABELS = tf.constant([[5, 10, 4, 3], [7, 9, 6, 3]])
TOLERANCE = {"rtol": 1e-4, "atol": 1e-5}


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, **TOLERANCE)


def before_and_after(step):
    (before, *cell_before), (after, *cell_after) = step.before, step.after
    return before, cell_before, after, cell_after


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("attention", ATTENTION_NAMES)
@pytest.mark.parametrize("cell", CELL_NAMES)
def test_unrolled_model_is_the_model(tiny_model, cell, attention, depth):
    model = tiny_model(cell, attention, depth)
    encoded = encode(model, SOURCES)
    steps = decode(model, encoded, LABELS)

    memory, context = model.encoder(SOURCES, SOURCES != 0)
    close(encoded.memory, memory)
    close(encoded.context, context)

    inputs = tf.pad(LABELS[:, :-1], [[0, 0], [1, 0]], constant_values=BOS_ID)
    state, source = model.encode(SOURCES)
    logits, _, weights = model.decoder(inputs, state, source)
    close(tf.stack([step.logits for step in steps], 1), logits)
    if attention == "none":
        assert all(step.attention is None for step in steps)
    else:
        close(tf.stack([step.attention for step in steps], 1), weights)


@pytest.mark.parametrize("cell", CELL_NAMES)
def test_gates_recompute_the_state(tiny_model, cell):
    encoded = encode(tiny_model(cell, "none"), SOURCES)
    for step in (step for steps in encoded.layers.values() for step in steps):
        before, cell_before, after, cell_after = before_and_after(step)
        gates = step.gates
        if cell == "gru":
            kept = gates["update"] * before
            close(after, kept + (1 - gates["update"]) * gates["candidate"])
        elif cell == "lstm":
            memory = gates["forget"] * cell_before[0] + gates["input"] * gates["candidate"]
            close(cell_after[0], memory)
            close(after, gates["output"] * tf.tanh(memory))
        else:
            assert not gates


def test_layer_read_backward_is_in_the_order_of_reading(tiny_model):
    model = tiny_model("gru", "none")
    last = encode(model, SOURCES).layers["backward_0"][0]
    close(last.x, model.encoder.embedding(SOURCES[:, -1]))
