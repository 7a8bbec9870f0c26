"""GRU, LSTM and vanilla RNN layers: Keras's layers and weights, with a faster time loop on the CPU.

Keras repeats the input projection inside its time loop and lets TensorFlow differentiate the loop, which multiplies
small matrices three times per step. Here the inputs of all steps are projected in one product, the forward loop keeps,
in training, what the gradient needs, and the backward loop holds one product per step: whatever does not depend on
another step is computed for all steps at once, the weight gradient too. On a GPU the layers hand over to Keras, which
calls cuDNN with the same weights.

Nothing is masked: sentences are padded on the right, so that no real position sees padding; the state after the last
word of a sentence is the output there. Inside this module sequences are time-major, `(length, batch, features)`.
"""

import keras
import tensorflow as tf

from seq2seq.model.precision import flat_product, narrowed, product


class _FusedLoop:
    """Replaces the time loop of a Keras recurrent layer where cuDNN cannot run.

    Layers are called as in Keras, `outputs, *states = layer(sequences, initial_state=states)`, with outputs
    `(batch, length, units)` and each state `(batch, units)`.

    A class holds the equations of its cell and their derivatives, and leaves the loop and the products to others:

    - `step(projected, recurrent, *states)`: the new states, from the input's and the previous output's share of the
      gates, and what the derivatives need of the step, of the widths `kept`.
    - `slopes(previous, states, *kept)`: the derivatives that depend on no gradient, for all steps at once, where
      `previous` and `states` are the states before and after each step.
    - `back(slopes, *d_states)`: of one step, the gradients of `recurrent`, and of the states but for their way through
      `recurrent`.
    - `d_projected(slopes, d_recurrent, d_output)`: the gradient of `projected`, of one or all steps.
    """

    def __init__(self, units: int, *, name: str | None = None):
        super().__init__(units, return_sequences=True, return_state=True, name=name)

    def inner_loop(self, sequences, initial_state, mask, training=False):
        if getattr(self, "use_cudnn", False) and tf.config.list_logical_devices("GPU"):
            return super().inner_loop(sequences, initial_state, mask, training)
        projected = self.project(swapped(sequences), self.cell.kernel)
        outputs, *states = _scan(
            self, projected, self.recurrent_weights(), initial_state, keep=training
        )
        return states[0], swapped(outputs), states

    def project(self, inputs, kernel):
        """The input's share of the gates."""
        return tf.nn.bias_add(product(inputs, kernel), tf.convert_to_tensor(self.cell.bias))

    def recurrent_weights(self):
        """The arguments of `recurrent_share`: a kernel, and a bias if the cell has one there too."""
        return (tf.convert_to_tensor(self.cell.recurrent_kernel),)


class GRU(_FusedLoop, keras.layers.GRU):
    """Gated recurrent unit in cuDNN's form: the reset gate is applied after the product.

    With the gates in the order z, r, n of the weights and `*` elementwise::

        z = sigmoid(x W_z + h U_z + b_z)    r = sigmoid(x W_r + h U_r + b_r)
        n = tanh(x W_n + b_n + r * (h U_n + c_n))    h' = z * h + (1 - z) * n

    Reference:
        Cho et al. 2014, https://arxiv.org/abs/1406.1078, appendix A.1.1.
    """

    @property
    def kept(self):
        return 2 * self.units, self.units, self.units

    def project(self, inputs, kernel):
        return tf.nn.bias_add(product(inputs, kernel), self.cell.bias[0])

    def recurrent_weights(self):
        return tf.convert_to_tensor(self.cell.recurrent_kernel), self.cell.bias[1]

    def step(self, projected, recurrent, state):
        projected_gates, projected_n = self._split(projected)
        recurrent_gates, recurrent_n = self._split(recurrent)
        gates = tf.sigmoid(projected_gates + recurrent_gates)
        z, r = tf.split(gates, 2, -1)
        n = tf.tanh(projected_n + r * recurrent_n)
        return (n + z * (state - n),), (gates, n, recurrent_n)

    def slopes(self, previous, states, gates, n, recurrent_n):
        z, r = tf.split(gates, 2, -1)
        slope_n = (1 - z) * (1 - n * n)
        slope_n_recurrent = slope_n * r
        slope_r = slope_n_recurrent * recurrent_n * (1 - r)
        return (
            z,
            slope_n,
            tf.concat([(previous[0] - n) * z * (1 - z), slope_r, slope_n_recurrent], -1),
        )

    def back(self, slopes, d_state):
        z, _, recurrent_slopes = slopes
        return tf.concat([d_state, d_state, d_state], -1) * recurrent_slopes, (d_state * z,)

    def d_projected(self, slopes, d_recurrent, d_output):
        return tf.concat([self._split(d_recurrent)[0], d_output * slopes[1]], -1)

    def _split(self, gates):
        """What belongs to the gates z and r, and what to the candidate n."""
        return tf.split(gates, [2 * self.units, self.units], -1)


class LSTM(_FusedLoop, keras.layers.LSTM):
    """Long short-term memory; the state is the pair hidden, cell.

    With the gates in the order i, f, g, o of the weights and `*` elementwise::

        i, f, o = sigmoid(x W + h U + b)    g = tanh(x W_g + h U_g + b_g)
        c' = f * c + i * g    h' = o * tanh(c')

    Reference:
        Hochreiter & Schmidhuber 1997; Gers et al. 2000 for the forget gate, its bias starting at 1.
    """

    @property
    def kept(self):
        return (4 * self.units,)

    def step(self, projected, recurrent, hidden, cell):
        total = projected + recurrent
        i, f, g, o = self._gates(total)
        cell = f * cell + i * g
        return (o * tf.tanh(cell), cell), (total,)

    def slopes(self, previous, states, total):
        i, f, g, o = self._gates(total)
        squashed = tf.tanh(states[1])
        slopes = [
            g * i * (1 - i),
            previous[1] * f * (1 - f),
            i * (1 - g * g),
            squashed * o * (1 - o),
        ]
        return f, o * (1 - squashed * squashed), tf.concat(slopes, -1)

    def back(self, slopes, d_hidden, d_cell):
        f, cell_slope, gate_slopes = slopes
        d_cell += d_hidden * cell_slope
        return tf.concat([d_cell, d_cell, d_cell, d_hidden], -1) * gate_slopes, (None, d_cell * f)

    def d_projected(self, slopes, d_recurrent, d_output):
        return d_recurrent

    def _gates(self, total):
        i, f, g, o = tf.split(total, 4, -1)
        return tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)


class SimpleRNN(_FusedLoop, keras.layers.SimpleRNN):
    """Vanilla recurrent layer, `h' = tanh(x W + h U + b)`.

    Reference:
        Elman 1990, "Finding structure in time".
    """

    kept = ()

    def step(self, projected, recurrent, state):
        return (tf.tanh(projected + recurrent),), ()

    def slopes(self, previous, states):
        return (1 - states[0] * states[0],)

    def back(self, slopes, d_state):
        return d_state * slopes[0], (None,)

    def d_projected(self, slopes, d_recurrent, d_output):
        return d_recurrent


CELLS = {"gru": GRU, "lstm": LSTM, "rnn": SimpleRNN}


def recurrent_layer(cell: str, units: int, *, name: str) -> keras.layers.Layer:
    """A recurrent layer of one of the `CELLS`."""
    if cell not in CELLS:
        raise ValueError(f"Expected cell to be one of {', '.join(CELLS)}. Received: {cell!r}.")
    return CELLS[cell](units, name=name)


def _scan(layer, projected, weights, initial, *, keep):
    """The outputs of all steps, and the last states.

    `keep` is whether a gradient will be asked for, which needs more than the outputs; of one that is asked for all the
    same, TensorFlow differentiates the loop. So an exported graph holds no gradients.
    """
    units, parts = layer.units, len(initial)

    def scan(projected, *weights_and_initial):
        (kernel, *bias), initial = weights_and_initial[:-parts], weights_and_initial[-parts:]
        narrow_kernel = narrowed(kernel)

        def step(projected, *states):
            states, kept = layer.step(
                projected, recurrent_share(states[0], narrow_kernel, *bias), *states
            )
            return states, (*states, *kept) if keep else states[:1]

        last, emitted = loop(
            step,
            (projected,),
            initial,
            emitted=(*[units] * parts, *layer.kept) if keep else (units,),
        )

        def gradient(d_outputs, *d_last):
            states, kept = emitted[:parts], emitted[parts:]
            previous = shifted(initial, states)
            slopes = layer.slopes(previous, states, *kept)

            def back(d_output, *arguments):
                slopes_now, (d_hidden, *d_others) = arguments[:-parts], arguments[-parts:]
                d_output += d_hidden
                d_recurrent, d_states = layer.back(slopes_now, d_output, *d_others)
                d_previous = flat_product(d_recurrent, narrow_kernel, transpose_b=True)
                return added(d_previous, d_states), (d_output, d_recurrent)

            d_initial, (d_outputs, d_recurrent) = loop(
                back, (d_outputs, *slopes), d_last, emitted=(units, kernel.shape[1]), reverse=True
            )
            d_projected = layer.d_projected(slopes, d_recurrent, d_outputs)
            d_weights = weight_gradients(previous[0], d_recurrent)[: 1 + len(bias)]
            return d_projected, *d_weights, *d_initial

        return (emitted[0], *last), gradient

    arguments = (projected, *weights, *initial)
    return tf.custom_gradient(scan)(*arguments) if keep else scan(*arguments)[0]


def recurrent_share(output, kernel, bias=None):
    """The previous output's share of the gates, `(batch, gates)`."""
    share = flat_product(output, kernel)
    return share if bias is None else tf.nn.bias_add(share, bias)


def added(d_previous, d_states):
    """The gradients of the states before a step: what came through `recurrent`, and what did not (None if nothing)."""
    hidden, *others = d_states
    return d_previous if hidden is None else d_previous + hidden, *others


def swapped(sequences):
    """Exchanges batch and time; where one of them is 1, as in a step of decoding, nothing has to move in memory."""
    for axis in (0, 1):
        if sequences.shape[axis] == 1:
            return tf.expand_dims(tf.squeeze(sequences, axis), 1 - axis)
    return tf.transpose(sequences, [1, 0, 2])


def shifted(initial, states):
    """The states before each step, from the initial ones and those after each step: `(length, batch, units)` each."""
    return [
        tf.concat([first[tf.newaxis], after[:-1]], 0)
        for first, after in zip(initial, states, strict=True)
    ]


def weight_gradients(inputs, d_results):
    """Gradients of the kernel and bias with which all steps computed `inputs kernel + bias`: one product, one sum."""
    inputs, d_results = (
        tf.reshape(tensor, [-1, tensor.shape[-1]]) for tensor in (inputs, d_results)
    )
    return flat_product(inputs, d_results, transpose_a=True), tf.reduce_sum(d_results, 0)


def loop(step, sequences, states, *, emitted, reverse=False):
    """Runs `states, outputs = step(*inputs_of_one_step, *states)` over time.

    Args:
        step: The recurrence; takes one slice of every sequence, then the states.
        sequences: Tensors `(length, batch, …)`.
        states: Tensors `(batch, …)`.
        emitted: The number of features of each of the step's outputs; a tensor where it is not known before.
        reverse: Whether to go from the last step to the first; outputs stay in the order of time.

    Returns:
        The final states and the outputs `(length, batch, features)`.
    """
    if sequences[0].shape[0] == 1:  # a step of decoding, which needs no loop
        states, outputs = step(*(tf.squeeze(sequence, 0) for sequence in sequences), *states)
        return tuple(states), tuple(tf.expand_dims(output, 0) for output in outputs)
    length, batch, dtype = tf.shape(sequences[0])[0], tf.shape(states[0])[0], states[0].dtype
    # What is under a tf.TensorArray; TFLite has to be told the number of features that only a tensor knows.
    lists = tuple(
        tf.raw_ops.TensorListReserve(
            element_shape=[batch, features], num_elements=length, element_dtype=dtype
        )
        for features in emitted
    )

    def body(index, states, lists):
        time = length - 1 - index if reverse else index
        states, outputs = step(*(sequence[time] for sequence in sequences), *states)
        lists = tuple(
            tf.raw_ops.TensorListSetItem(input_handle=handle, index=time, item=output)
            for handle, output in zip(lists, outputs, strict=True)
        )
        return index + 1, tuple(states), lists

    _, states, lists = tf.while_loop(
        lambda index, *_: index < length,
        body,
        (tf.constant(0), tuple(states), lists),
        maximum_iterations=length,
    )
    return states, tuple(
        tf.raw_ops.TensorListStack(
            input_handle=handle, element_shape=[batch, features], element_dtype=dtype
        )
        for handle, features in zip(lists, emitted, strict=True)
    )
