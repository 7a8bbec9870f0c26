"""Laws of Bahdanau's recurrence: the same as its parts called step by step, gradients included."""

import numpy as np
import pytest
import tensorflow as tf

from seq2seq.model.attention import AdditiveAttention
from seq2seq.model.bahdanau import AttentiveRecurrence
from seq2seq.model.cells import CELLS, recurrent_layer

BATCH = 3
SOURCE = 5
TARGET = 4
FEATURES = 6
UNITS = 8
MEMORY = 10


def random_normal(*shape, seed):
    return tf.constant(np.random.default_rng(seed).normal(size=shape), tf.float32)


def make_recurrence(cell, randomize):
    recurrence = AttentiveRecurrence(
        recurrent_layer(cell, UNITS, name="layer"), AdditiveAttention(UNITS)
    )
    recurrence.build((None, None, FEATURES), (None, None, MEMORY))
    return randomize(recurrence)


def make_arguments(cell):
    state = tuple(
        random_normal(BATCH, UNITS, seed=seed) for seed in range(2 if cell == "lstm" else 1)
    )
    inputs = random_normal(BATCH, TARGET, FEATURES, seed=5)
    memory = random_normal(BATCH, SOURCE, MEMORY, seed=6)
    keys = random_normal(BATCH, SOURCE, UNITS, seed=7)

    return inputs, state, memory, keys


def by_hand(recurrence, inputs, state, memory, keys, mask):
    """The recurrence with Keras's cell and the attention layer, differentiated by TensorFlow."""
    steps = []
    for time in range(TARGET):
        context, weights = recurrence.attention(state[0][:, tf.newaxis], memory, keys, mask)
        cell_inputs = tf.concat([inputs[:, time], context[:, 0]], -1)
        output, state = recurrence.recurrent.cell(cell_inputs, list(state))
        steps.append((output, context[:, 0], weights[:, 0]))
    outputs, contexts, weights = (tf.stack(parts, 1) for parts in zip(*steps, strict=True))
    return outputs, tuple(state), contexts, weights


def results_and_gradients(function, recurrence, arguments, **options):
    """All results, and the gradient of a random function of them by every argument and weight."""
    mask = tf.sequence_mask([5, 3, 1], SOURCE)
    keys_alone = (
        recurrence.attention.key_projection.trainable_variables
    )  # the keys are an argument here
    weights = [
        v.value
        for v in recurrence.trainable_variables
        if not any(v is other for other in keys_alone)
    ]
    with tf.GradientTape() as tape:
        tape.watch(tf.nest.flatten(arguments))
        results = tf.nest.flatten(function(*arguments, mask, **options))
        total = tf.add_n(
            [tf.reduce_sum(random_normal(*r.shape, seed=i) * r) for i, r in enumerate(results)]
        )
    return results, tape.gradient(total, [*tf.nest.flatten(arguments), *weights])


@pytest.mark.parametrize("cell", CELLS)
def test_inference_keeps_its_outputs_alone(cell, randomize):
    recurrence = make_recurrence(cell, randomize)
    inputs, state, memory, keys = make_arguments(cell)

    graph = tf.function(
        lambda: recurrence(inputs, state, memory, keys, memory[..., 0] != 0)
    ).get_concrete_function()
    assert (
        sum(operation.type == "TensorListReserve" for operation in graph.graph.get_operations())
        == 3
    )


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("training", [True, False], ids=["training", "inference"])
def test_recurrence_equals_its_parts_step_by_step_gradients_included(cell, training, randomize):
    recurrence = make_recurrence(cell, randomize)
    arguments = make_arguments(cell)
    results, gradients = results_and_gradients(recurrence, recurrence, arguments, training=training)
    expected, expected_gradients = results_and_gradients(
        lambda *arguments: by_hand(recurrence, *arguments), recurrence, arguments
    )
    assert len(results) == len(expected) and len(gradients) == len(expected_gradients) > 8
    for one, other in zip(results, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)
    for one, other in zip(gradients, expected_gradients, strict=True):
        one = tf.convert_to_tensor(one)
        other = tf.convert_to_tensor(other)
        assert np.any(other != 0)
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4)
