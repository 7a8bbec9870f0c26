"""Laws of the recurrent layers: the equations in NumPy, and Keras's layers with gradients."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from seq2seq.model.cells import CELLS
from seq2seq.model.options import CELL_NAMES
from seq2seq.model.recurrent import recurrent_share

BATCH = 3
LENGTH = 5
FEATURES = 6
UNITS = 8
KERAS = {"gru": keras.layers.GRU, "lstm": keras.layers.LSTM, "rnn": keras.layers.SimpleRNN}

every_cell = pytest.mark.parametrize("cell", CELLS)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_step(x, kernel, recurrent_kernel, bias, h):
    w_z, w_r, w_n = np.split(kernel, 3, axis=1)
    u_z, u_r, u_n = np.split(recurrent_kernel, 3, axis=1)
    (b_z, b_r, b_n) = np.split(bias[0], 3)
    (c_z, c_r, c_n) = np.split(bias[1], 3)
    z = sigmoid(x @ w_z + b_z + h @ u_z + c_z)
    r = sigmoid(x @ w_r + b_r + h @ u_r + c_r)
    n = np.tanh(x @ w_n + b_n + r * (h @ u_n + c_n))
    return (z * h + (1 - z) * n,)


def lstm_step(x, kernel, recurrent_kernel, bias, h, c):
    i, f, g, o = np.split(x @ kernel + h @ recurrent_kernel + bias, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def rnn_step(x, kernel, recurrent_kernel, bias, h):
    return (np.tanh(x @ kernel + h @ recurrent_kernel + bias),)


EQUATIONS = {"gru": gru_step, "lstm": lstm_step, "rnn": rnn_step}


def random_normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def make_layer(cell, randomize):
    layer = CELLS[cell](UNITS)
    layer.build((None, None, FEATURES))
    return randomize(layer)


def make_keras_layer(cell, layer):
    """Keras's own layer with the same weights."""
    own = {} if cell == "rnn" else {"use_cudnn": False}
    reference = KERAS[cell](UNITS, return_sequences=True, return_state=True, **own)
    reference.build((None, None, FEATURES))
    reference.set_weights(layer.get_weights())
    return reference


def make_states(cell):
    parts = len(CELLS[cell].state_names)

    return [random_normal(BATCH, UNITS, seed=1 + part) for part in range(parts)]


def make_case(cell, randomize):
    """A layer with random weights, and random inputs and initial states for it."""
    inputs = random_normal(BATCH, LENGTH, FEATURES)

    return make_layer(cell, randomize), inputs, make_states(cell)


def run_equations(cell, layer, inputs, states):
    """Outputs and final states, sentence by sentence and step by step."""
    weights = [np.float64(weight) for weight in layer.get_weights()]
    outputs = []
    finals = []
    for row in range(BATCH):
        state = [np.float64(part[row]) for part in states]
        for time in range(LENGTH):
            state = EQUATIONS[cell](np.float64(inputs[row, time]), *weights, *state)
            outputs.append(state[0])
        finals.append(state)
    return [np.reshape(outputs, (BATCH, LENGTH, UNITS)), *np.swapaxes(finals, 0, 1)]


def results_and_gradients(layer, inputs, states, *, training=True):
    """Outputs and final states, and the gradient of a random function of all of them."""
    inputs = tf.constant(inputs)
    states = [tf.constant(state) for state in states]
    sources = [inputs, *states, *(variable.value for variable in layer.trainable_variables)]
    with tf.GradientTape() as tape:
        tape.watch([inputs, *states])
        results = layer(inputs, initial_state=states, training=training)
        scores = [
            tf.reduce_sum(random_normal(*r.shape, seed=9 + i) * r) for i, r in enumerate(results)
        ]
        total = tf.add_n(scores)
    return results, tape.gradient(total, sources)


def assert_all_close(actual, expected, tolerance=1e-5):
    assert len(actual) == len(expected)
    for one, other in zip(actual, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


def test_cells_are_those_of_the_options():
    assert tuple(CELLS) == CELL_NAMES


@every_cell
@pytest.mark.parametrize("has_state", [True, False], ids=["initial_state", "zero_state"])
def test_layer_equals_its_equations(cell, has_state, randomize):
    layer, inputs, states = make_case(cell, randomize)

    results = layer(inputs, initial_state=states if has_state else None)
    if not has_state:
        states = [np.zeros_like(state) for state in states]
    assert_all_close(results, run_equations(cell, layer, inputs, states))


@every_cell
@pytest.mark.parametrize("training", [True, False], ids=["training", "inference"])
def test_layer_equals_keras_in_results_and_gradients(cell, training, randomize):
    layer, inputs, states = make_case(cell, randomize)

    results, gradients = results_and_gradients(layer, inputs, states, training=training)
    reference = make_keras_layer(cell, layer)
    expected, expected_gradients = results_and_gradients(reference, inputs, states)
    assert_all_close(results, expected)
    assert_all_close(gradients, expected_gradients, tolerance=1e-4)


@every_cell
def test_inference_keeps_its_outputs_alone(cell, randomize):
    layer = make_layer(cell, randomize)
    graph = tf.function(lambda inputs: layer(inputs, training=False)).get_concrete_function(
        tf.TensorSpec([None, None, FEATURES])
    )
    assert (
        sum(operation.type == "TensorListReserve" for operation in graph.graph.get_operations())
        == 1
    )


@every_cell
def test_gradient_of_every_weight_equals_a_finite_difference(cell, randomize):
    layer, inputs, states = make_case(cell, randomize)

    _, gradients = results_and_gradients(layer, inputs, states)
    weights = layer.get_weights()

    def total(weights):
        layer.set_weights(weights)
        results = run_equations(cell, layer, inputs, states)
        return sum(np.sum(random_normal(*r.shape, seed=9 + i) * r) for i, r in enumerate(results))

    for index, gradient in enumerate(gradients[1 + len(states) :]):
        direction = random_normal(*weights[index].shape, seed=index)
        above, below = (
            [*weights[:index], weights[index] + s * direction, *weights[index + 1 :]]
            for s in (1e-3, -1e-3)
        )
        slope = (total(above) - total(below)) / 2e-3
        np.testing.assert_allclose(np.sum(gradient * direction), slope, rtol=1e-3, atol=1e-3)


@every_cell
def test_graph_without_static_sizes_equals_eager(cell, randomize):
    layer, inputs, states = make_case(cell, randomize)

    graph = tf.function(
        lambda inputs, *states: results_and_gradients_in_graph(layer, inputs, states),
        input_signature=[
            tf.TensorSpec([None, None, FEATURES]),
            *(tf.TensorSpec([None, UNITS]) for _ in states),
        ],
    )
    eager = results_and_gradients_in_graph(layer, inputs, states)
    assert_all_close(tf.nest.flatten(graph(inputs, *states)), tf.nest.flatten(eager))


def results_and_gradients_in_graph(layer, inputs, states):
    inputs = tf.convert_to_tensor(inputs)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        results = layer(inputs, initial_state=list(states), training=True)
        total = tf.add_n([tf.reduce_sum(tf.sin(result)) for result in results])
    return results, tape.gradient(
        total, [inputs, *(variable.value for variable in layer.trainable_variables)]
    )


@every_cell
def test_what_follows_a_position_has_no_influence_on_it(cell, randomize):
    layer, inputs, states = make_case(cell, randomize)

    other = np.concatenate([inputs[:, :3], random_normal(BATCH, LENGTH - 3, FEATURES, seed=5)], 1)
    with tf.GradientTape() as tape:
        watched = tf.constant(inputs)
        tape.watch(watched)
        outputs = layer(watched, initial_state=states)[0]
        total = tf.reduce_sum(outputs[:, :3])
    np.testing.assert_allclose(
        outputs[:, :3], layer(other, initial_state=states)[0][:, :3], rtol=1e-6
    )
    gradient = tape.gradient(total, watched)
    np.testing.assert_array_equal(gradient[:, 3:], 0)
    assert np.all(gradient[:, :3] != 0)


@every_cell
def test_sentence_alone_equals_the_same_sentence_in_a_batch(cell, randomize):
    layer, inputs, states = make_case(cell, randomize)

    outputs = layer(inputs, initial_state=states)[0]
    alone, final, *_ = layer(inputs[1:2, :3], initial_state=[state[1:2] for state in states])
    assert_all_close([alone[0], final], [outputs[1, :3], outputs[1:2, 2]])


@every_cell
def test_step_over_a_sequence_equals_the_layer(cell, randomize):
    layer, inputs, states = make_case(cell, randomize)

    outputs, *finals = layer(inputs, initial_state=states)
    for time in range(LENGTH):
        projected = layer.project(inputs[:, time], layer.cell.kernel)
        recurrent = recurrent_share(states[0], layer.recurrent_weights())
        states, _ = layer.step(projected, recurrent, tuple(states))
        np.testing.assert_allclose(states[0], outputs[:, time], rtol=1e-5, atol=1e-5)
    assert_all_close(states, finals)
