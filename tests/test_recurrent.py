"""Laws of the recurrent layers: the equations in NumPy, and Keras's own layers, gradients included."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from seq2seq.precision import Dense, narrow, product, product_dtype, products_in
from seq2seq.recurrent import CELLS

BATCH, LENGTH, FEATURES, UNITS = 3, 5, 6, 8
KERAS = {"gru": keras.layers.GRU, "lstm": keras.layers.LSTM, "rnn": keras.layers.SimpleRNN}

every_cell = pytest.mark.parametrize("cell", CELLS)
every_padding = pytest.mark.parametrize("lengths", [None, (5, 3, 1)], ids=["no_mask", "right_padded"])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_step(x, kernel, recurrent_kernel, bias, h):
    w_z, w_r, w_n = np.split(kernel, 3, axis=1)
    u_z, u_r, u_n = np.split(recurrent_kernel, 3, axis=1)
    (b_z, b_r, b_n), (c_z, c_r, c_n) = np.split(bias[0], 3), np.split(bias[1], 3)
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
    return [random_normal(BATCH, UNITS, seed=1 + part) for part in range(2 if cell == "lstm" else 1)]


def make_mask(lengths):
    return None if lengths is None else tf.sequence_mask(lengths, LENGTH)


def run_equations(cell, layer, inputs, lengths, states):
    """Outputs and final states, sentence by sentence and step by step; padding leaves the state as it was."""
    weights = [np.float64(weight) for weight in layer.get_weights()]
    outputs, finals = [], []
    for row in range(BATCH):
        state = [np.float64(part[row]) for part in states]
        for time in range(LENGTH):
            if lengths is None or time < lengths[row]:
                state = EQUATIONS[cell](np.float64(inputs[row, time]), *weights, *state)
            outputs.append(state[0])
        finals.append(state)
    return [np.reshape(outputs, (BATCH, LENGTH, UNITS)), *np.swapaxes(finals, 0, 1)]


def results_and_gradients(layer, inputs, lengths, states):
    """Outputs and final states, and the gradient of a random function of all of them."""
    inputs, states = tf.constant(inputs), [tf.constant(state) for state in states]
    sources = [inputs, *states, *(variable.value for variable in layer.trainable_variables)]
    with tf.GradientTape() as tape:
        tape.watch([inputs, *states])
        results = layer(inputs, initial_state=states, mask=make_mask(lengths))
        scores = [tf.reduce_sum(random_normal(*r.shape, seed=9 + i) * r) for i, r in enumerate(results)]
        total = tf.add_n(scores)
    return results, tape.gradient(total, sources)


def assert_all_close(actual, expected, tolerance=1e-5):
    assert len(actual) == len(expected)
    for one, other in zip(actual, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


@every_cell
@pytest.mark.parametrize("lengths", [None, (5, 3, 0)], ids=["no_mask", "right_padded"])
@pytest.mark.parametrize("has_state", [True, False], ids=["initial_state", "zero_state"])
def test_layer_equals_its_equations(cell, lengths, has_state, randomize):
    layer, inputs, states = make_layer(cell, randomize), random_normal(BATCH, LENGTH, FEATURES), make_states(cell)
    results = layer(inputs, initial_state=states if has_state else None, mask=make_mask(lengths))
    if not has_state:
        states = [np.zeros_like(state) for state in states]
    assert_all_close(results, run_equations(cell, layer, inputs, lengths, states))


@every_cell
@every_padding
def test_layer_equals_keras_in_results_and_gradients(cell, lengths, randomize):
    layer, inputs, states = make_layer(cell, randomize), random_normal(BATCH, LENGTH, FEATURES), make_states(cell)
    results, gradients = results_and_gradients(layer, inputs, lengths, states)
    reference = make_keras_layer(cell, layer)
    expected, expected_gradients = results_and_gradients(reference, inputs, lengths, states)
    assert_all_close(results, expected)
    assert_all_close(gradients, expected_gradients, tolerance=1e-4)


@every_cell
def test_gradient_of_every_weight_equals_a_finite_difference(cell, randomize):
    layer, inputs, states = make_layer(cell, randomize), random_normal(BATCH, LENGTH, FEATURES), make_states(cell)
    lengths = (5, 3, 1)
    _, gradients = results_and_gradients(layer, inputs, lengths, states)
    weights = layer.get_weights()

    def total(weights):
        layer.set_weights(weights)
        results = run_equations(cell, layer, inputs, lengths, states)
        return sum(np.sum(random_normal(*r.shape, seed=9 + i) * r) for i, r in enumerate(results))

    for index, gradient in enumerate(gradients[1 + len(states) :]):
        direction = random_normal(*weights[index].shape, seed=index)
        above, below = (
            [*weights[:index], weights[index] + s * direction, *weights[index + 1 :]] for s in (1e-3, -1e-3)
        )
        slope = (total(above) - total(below)) / 2e-3
        np.testing.assert_allclose(np.sum(gradient * direction), slope, rtol=1e-3, atol=1e-3)


@every_cell
def test_graph_without_static_sizes_equals_eager(cell, randomize):
    layer, inputs, states = make_layer(cell, randomize), random_normal(BATCH, LENGTH, FEATURES), make_states(cell)
    anything = tf.TensorSpec([None, None, FEATURES]), tf.TensorSpec([None, None], tf.bool)
    graph = tf.function(
        lambda inputs, mask, *states: layer(inputs, mask=mask, initial_state=list(states)),
        input_signature=[*anything, *(tf.TensorSpec([None, UNITS]) for _ in states)],
    )
    mask = make_mask((5, 3, 1))
    assert_all_close(graph(inputs, mask, *states), layer(inputs, mask=mask, initial_state=states))


@every_cell
def test_masked_steps_keep_the_state_and_pass_no_gradient(cell, randomize):
    layer, inputs, states = make_layer(cell, randomize), random_normal(BATCH, LENGTH, FEATURES), make_states(cell)
    lengths = (5, 3, 0)
    (outputs, *finals), gradients = results_and_gradients(layer, inputs, lengths, states)
    for row, length in enumerate(lengths):
        kept = outputs[row, length - 1] if length else states[0][row]
        np.testing.assert_allclose(outputs[row, length:], np.tile(kept, (LENGTH - length, 1)), atol=1e-6)
        np.testing.assert_allclose(finals[0][row], kept, atol=1e-6)
        np.testing.assert_array_equal(gradients[0][row, length:], 0)
        assert np.all(gradients[0][row, :length] != 0)
    assert_all_close([final[2] for final in finals], [state[2] for state in states], tolerance=1e-6)


@every_cell
def test_sentence_alone_equals_the_same_sentence_in_a_batch(cell, randomize):
    layer, inputs, states = make_layer(cell, randomize), random_normal(BATCH, LENGTH, FEATURES), make_states(cell)
    outputs, *finals = layer(inputs, initial_state=states, mask=make_mask((5, 3, 1)))
    alone, *alone_finals = layer(inputs[1:2, :3], initial_state=[state[1:2] for state in states])
    assert_all_close([alone[0], *alone_finals], [outputs[1, :3], *(final[1:2] for final in finals)])


@every_cell
def test_step_over_a_sequence_equals_the_layer(cell, randomize):
    layer, inputs, states = make_layer(cell, randomize), random_normal(BATCH, LENGTH, FEATURES), make_states(cell)
    outputs, *finals = layer(inputs, initial_state=states)
    for time in range(LENGTH):
        projected = layer.project(inputs[:, time], layer.cell.kernel)
        states = layer.step(projected, layer.cell.recurrent_kernel, *states)
        np.testing.assert_allclose(states[0], outputs[:, time], rtol=1e-5, atol=1e-5)
    assert_all_close(states, finals)


@every_cell
@every_padding
def test_bfloat16_layer_stays_near_float32_and_hands_over_float32(cell, lengths, randomize):
    layer, inputs, states = make_layer(cell, randomize), random_normal(BATCH, LENGTH, FEATURES), make_states(cell)
    exact = tf.nest.flatten(results_and_gradients(layer, inputs, lengths, states))
    with products_in(tf.bfloat16):
        rounded = tf.nest.flatten(results_and_gradients(layer, inputs, lengths, states))
    for one, other in zip(rounded, exact, strict=True):
        assert one.dtype == tf.float32
        error = np.linalg.norm(one - other) / np.linalg.norm(other)
        assert 1e-5 < error < 0.03  # really rounded, and not by more than the type explains


def test_products_in_lasts_as_long_as_its_context():
    with products_in(tf.bfloat16):
        with products_in(tf.float16):
            assert narrow(tf.ones([1, 1])).dtype == tf.float16
        assert product_dtype() == tf.bfloat16
    with pytest.raises(ZeroDivisionError), products_in(tf.bfloat16):
        raise ZeroDivisionError
    assert product_dtype() == tf.float32


@pytest.mark.parametrize("dtype", [tf.float32, tf.bfloat16], ids=lambda dtype: dtype.name)
def test_product_equals_numpy_on_rounded_operands(dtype):
    a, b = random_normal(2, 5, 6), random_normal(6, 8, seed=1)
    round_a, round_b = (np.float32(tf.cast(tf.cast(x, dtype), tf.float32)) for x in (a, b))
    with products_in(dtype):
        results = [
            product(a, b),
            product(a, b.T, transpose_b=True),
            product(a[0], b),
            product(a[0].T, b, transpose_a=True),
            product(a[0], b.T, transpose_b=True),
        ]
    expected = [round_a @ round_b] * 2 + [round_a[0] @ round_b] * 3
    tolerance = 1e-5 if dtype == tf.float32 else 1e-2  # the result is rounded too
    for one, other in zip(results, expected, strict=True):
        assert one.dtype == tf.float32
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("use_bias", [True, False])
def test_dense_equals_keras(use_bias, randomize):
    options = {"activation": "tanh", "use_bias": use_bias}
    layer, reference = Dense(UNITS, **options), keras.layers.Dense(UNITS, **options)
    inputs = random_normal(2, 5, FEATURES)
    for dense in (layer, reference):
        dense.build(inputs.shape)
        randomize(dense)
    np.testing.assert_allclose(layer(inputs), reference(inputs), rtol=1e-5, atol=1e-5)
