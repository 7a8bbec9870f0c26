"""GRU, LSTM and vanilla RNN layers: Keras's layers and weights, with a faster time loop on the CPU.

Keras repeats the input projection inside its time loop and lets TensorFlow differentiate the loop, which multiplies
small matrices three times per step. Here the inputs of all steps are projected in one product, the forward loop keeps
only the states, and the backward pass recomputes the gates of all steps at once: its own loop holds one product per
step, and the weight gradient is one product over all steps. On a GPU the layers hand over to Keras, which calls cuDNN
with the same weights.

Inside this module sequences are time-major, `(length, batch, features)`. A masked step leaves the state as it was.
"""

import keras
import tensorflow as tf

from seq2seq.precision import narrow, product


class _FusedLoop:
    """Replaces the time loop of a Keras recurrent layer where cuDNN cannot run.

    Layers are called as in Keras, `outputs, *states = layer(sequences, initial_state=states, mask=mask)`, with outputs
    `(batch, length, units)` and each state `(batch, units)`. The mask is boolean and padded on the right.

    Each class has three parts: `project(inputs, kernel)`, the input's share of the gates; `step(projected,
    kernel, *states)`, one step of the equations with the recurrent kernel; and `scan(projected, mask, *states)`, all
    steps at once.
    """

    def __init__(self, units: int, *, name: str | None = None):
        super().__init__(units, return_sequences=True, return_state=True, name=name)

    def inner_loop(self, sequences, initial_state, mask, training=False):
        if getattr(self, "use_cudnn", False) and tf.config.list_logical_devices("GPU"):
            return super().inner_loop(sequences, initial_state, mask, training)
        sequences = tf.transpose(sequences, [1, 0, 2])  # (length, batch, features)
        if mask is None:
            mask = tf.ones(tf.shape(sequences)[:2], tf.bool)
        else:
            mask = tf.transpose(mask)
        projected = self.project(sequences, self.cell.kernel)
        outputs, *states = self.scan(projected, mask[:, :, tf.newaxis], *initial_state)
        return states[0], tf.transpose(outputs, [1, 0, 2]), states


class GRU(_FusedLoop, keras.layers.GRU):
    """Gated recurrent unit in cuDNN's form: the reset gate is applied after the product.

    With the gates in the order z, r, n of the weights and `*` elementwise::

        z = sigmoid(x W_z + h U_z + b_z)    r = sigmoid(x W_r + h U_r + b_r)
        n = tanh(x W_n + b_n + r * (h U_n + c_n))    h' = z * h + (1 - z) * n

    Reference:
        Cho et al. 2014, https://arxiv.org/abs/1406.1078, appendix A.1.1.
    """

    def project(self, inputs, kernel):
        return tf.nn.bias_add(product(inputs, kernel), self.cell.bias[0])

    def step(self, projected, kernel, state):
        recurrent = tf.nn.bias_add(product(state, kernel), self.cell.bias[1])
        z, _, n = _gru_gates(projected, recurrent)
        return ((1 - z) * n + z * state,)

    def scan(self, projected, mask, state):
        outputs = _gru(projected, mask, state, tf.convert_to_tensor(self.cell.recurrent_kernel), self.cell.bias[1])
        return outputs, outputs[-1]


class LSTM(_FusedLoop, keras.layers.LSTM):
    """Long short-term memory; the state is the pair hidden, cell.

    With the gates in the order i, f, g, o of the weights and `*` elementwise::

        i, f, o = sigmoid(x W + h U + b)    g = tanh(x W_g + h U_g + b_g)
        c' = f * c + i * g    h' = o * tanh(c')

    Reference:
        Hochreiter & Schmidhuber 1997; Gers et al. 2000 for the forget gate, its bias starting at 1.
    """

    def project(self, inputs, kernel):
        return tf.nn.bias_add(product(inputs, kernel), tf.convert_to_tensor(self.cell.bias))

    def step(self, projected, kernel, hidden, cell):
        return _lstm_step(projected + product(hidden, kernel), cell)

    def scan(self, projected, mask, hidden, cell):
        outputs, cell = _lstm(projected, mask, hidden, cell, tf.convert_to_tensor(self.cell.recurrent_kernel))
        return outputs, outputs[-1], cell


class SimpleRNN(_FusedLoop, keras.layers.SimpleRNN):
    """Vanilla recurrent layer, `h' = tanh(x W + h U + b)`.

    Reference:
        Elman 1990, "Finding structure in time".
    """

    def project(self, inputs, kernel):
        return tf.nn.bias_add(product(inputs, kernel), tf.convert_to_tensor(self.cell.bias))

    def step(self, projected, kernel, state):
        return (tf.tanh(projected + product(state, kernel)),)

    def scan(self, projected, mask, state):
        outputs = _rnn(projected, mask, state, tf.convert_to_tensor(self.cell.recurrent_kernel))
        return outputs, outputs[-1]


CELLS = {"gru": GRU, "lstm": LSTM, "rnn": SimpleRNN}


def recurrent_layer(cell: str, units: int, *, name: str) -> keras.layers.Layer:
    """A recurrent layer of one of the `CELLS`."""
    if cell not in CELLS:
        raise ValueError(f"Expected cell to be one of {', '.join(CELLS)}. Received: {cell!r}.")
    return CELLS[cell](units, name=name)


def _gru_gates(projected, recurrent):
    units = recurrent.shape[-1] // 3
    z, r = tf.split(tf.sigmoid(projected[..., : 2 * units] + recurrent[..., : 2 * units]), 2, -1)
    n = tf.tanh(projected[..., 2 * units :] + r * recurrent[..., 2 * units :])
    return z, r, n


@tf.custom_gradient
def _gru(inputs, mask, state, kernel, bias):
    units = kernel.shape[0]
    kernel = narrow(kernel)
    closed = 1 - tf.cast(mask, inputs.dtype)  # holds the update gate at 1, which keeps the old state

    def step(projected, closed, state):
        z, _, n = _gru_gates(projected, tf.nn.bias_add(product(state, kernel), bias))
        z = tf.maximum(z, closed)
        state = (1 - z) * n + z * state  # with z = 1 exactly the old state
        return (state,), (state,)

    _, (outputs,) = _loop(step, (inputs, closed), (state,), emitted=(units,))

    def gradient(d_outputs):
        previous = tf.concat([state[tf.newaxis], outputs[:-1]], 0)
        narrow_previous = narrow(previous)
        recurrent = tf.nn.bias_add(product(narrow_previous, kernel), bias)
        z, r, n = _gru_gates(inputs, recurrent)
        z = tf.maximum(z, closed)
        # Everything below is linear in d_state: slopes holds d(gate inputs of the recurrent product) / d_state.
        slope_n = (1 - z) * (1 - n * n)
        slope_r = slope_n * recurrent[..., 2 * units :] * r * (1 - r)
        slopes = tf.stack([(previous - n) * z * (1 - z), slope_r, slope_n * r], 2)  # (length, batch, 3, units)

        def backward(d_output, z, slopes, d_state):
            d_state += d_output
            d_recurrent = narrow(tf.reshape(d_state[:, tf.newaxis] * slopes, [-1, 3 * units]))
            d_previous = d_state * z + product(d_recurrent, kernel, transpose_b=True)
            return (d_previous,), (d_state, d_recurrent)

        (d_initial,), (d_states, d_recurrent) = _loop(
            backward,
            (d_outputs, z, slopes),
            (tf.zeros_like(state),),
            emitted=(units, 3 * units),
            dtypes=(state.dtype, kernel.dtype),
            reverse=True,
        )
        wide = tf.cast(d_recurrent, state.dtype)
        d_inputs = tf.concat([wide[..., : 2 * units], d_states * slope_n], -1)
        return d_inputs, None, d_initial, _outer(narrow_previous, d_recurrent), tf.reduce_sum(wide, [0, 1])

    return outputs, gradient


@tf.custom_gradient
def _lstm(inputs, mask, hidden, cell, kernel):
    units = kernel.shape[0]
    kernel = narrow(kernel)

    def step(projected, mask, hidden, cell):
        new_hidden, new_cell = _lstm_step(projected + product(hidden, kernel), cell)
        hidden, cell = tf.where(mask, new_hidden, hidden), tf.where(mask, new_cell, cell)
        return (hidden, cell), (hidden, cell)

    (_, last_cell), (outputs, cells) = _loop(step, (inputs, mask), (hidden, cell), emitted=(units, units))

    def gradient(d_outputs, d_last_cell):
        real = tf.cast(mask, inputs.dtype)
        previous = tf.concat([hidden[tf.newaxis], outputs[:-1]], 0)
        previous_cell = tf.concat([cell[tf.newaxis], cells[:-1]], 0)
        i, f, g, o = _lstm_gates(inputs + product(previous, kernel))
        squashed = tf.tanh(cells)
        cell_slope = o * (1 - squashed * squashed) * real
        slopes = tf.concat(  # d(gate inputs) / d_cell for i, f, g and / d_hidden for o
            [g * i * (1 - i), previous_cell * f * (1 - f), i * (1 - g * g), squashed * o * (1 - o)], -1
        )
        slopes *= real
        keep_cell = tf.where(mask, f, tf.ones_like(f))

        def backward(d_output, padded, cell_slope, keep_cell, slopes, d_hidden, d_cell):
            d_hidden += d_output
            d_cell += d_hidden * cell_slope
            d_gates = tf.concat([d_cell, d_cell, d_cell, d_hidden], -1) * slopes
            d_previous = product(d_gates, kernel, transpose_b=True) + d_hidden * padded
            return (d_previous, d_cell * keep_cell), (d_gates,)

        (d_hidden, d_cell), (d_gates,) = _loop(
            backward,
            (d_outputs, 1 - real, cell_slope, keep_cell, slopes),
            (tf.zeros_like(hidden), d_last_cell),
            emitted=(4 * units,),
            reverse=True,
        )
        return d_gates, None, d_hidden, d_cell, _outer(previous, d_gates)

    return (outputs, last_cell), gradient


def _lstm_gates(total):
    i, f, g, o = tf.split(total, 4, -1)
    return tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)


def _lstm_step(total, cell):
    i, f, g, o = _lstm_gates(total)
    cell = f * cell + i * g
    return o * tf.tanh(cell), cell


@tf.custom_gradient
def _rnn(inputs, mask, state, kernel):
    units = kernel.shape[0]
    kernel = narrow(kernel)

    def step(projected, mask, state):
        state = tf.where(mask, tf.tanh(projected + product(state, kernel)), state)
        return (state,), (state,)

    _, (outputs,) = _loop(step, (inputs, mask), (state,), emitted=(units,))

    def gradient(d_outputs):
        real = tf.cast(mask, inputs.dtype)
        previous = tf.concat([state[tf.newaxis], outputs[:-1]], 0)
        slopes = (1 - outputs * outputs) * real

        def backward(d_output, padded, slopes, d_state):
            d_state += d_output
            d_inputs = d_state * slopes
            return (product(d_inputs, kernel, transpose_b=True) + d_state * padded,), (d_inputs,)

        (d_initial,), (d_inputs,) = _loop(
            backward, (d_outputs, 1 - real, slopes), (tf.zeros_like(state),), emitted=(units,), reverse=True
        )
        return d_inputs, None, d_initial, _outer(previous, d_inputs)

    return outputs, gradient


def _outer(previous, d_recurrent):
    """Gradient of a recurrent kernel: the sum over steps and rows of `previous^T d_recurrent`, in one product."""
    flat = tf.reshape(previous, [-1, previous.shape[-1]])
    return product(flat, tf.reshape(d_recurrent, [-1, d_recurrent.shape[-1]]), transpose_a=True)


def _loop(step, sequences, states, *, emitted, dtypes=None, reverse=False):
    """Runs `states, outputs = step(*inputs_of_one_step, *states)` over time.

    Args:
        step: The recurrence; takes one slice of every sequence, then the states.
        sequences: Tensors `(length, batch, …)`.
        states: Tensors `(batch, features)`.
        emitted: The number of features of each of the step's outputs.
        reverse: Whether to go from the last step to the first; outputs stay in the order of time.

    Returns:
        The final states and the outputs `(length, batch, features)`.
    """
    length = tf.shape(sequences[0])[0]
    batch, dtype = states[0].shape[0], states[0].dtype
    dtypes = dtypes or [dtype] * len(emitted)
    arrays = tuple(
        tf.TensorArray(dtype, length, element_shape=[batch, features])
        for dtype, features in zip(dtypes, emitted, strict=True)
    )

    def body(index, states, arrays):
        time = length - 1 - index if reverse else index
        states, outputs = step(*(sequence[time] for sequence in sequences), *states)
        arrays = tuple(array.write(time, output) for array, output in zip(arrays, outputs, strict=True))
        return index + 1, states, arrays

    _, states, arrays = tf.while_loop(
        lambda index, *_: index < length, body, (tf.constant(0), tuple(states), arrays), maximum_iterations=length
    )
    return states, tuple(array.stack() for array in arrays)
