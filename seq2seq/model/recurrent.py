"""What all recurrent layers share: the time loop, and backpropagation through time by hand.

The layers have the interface and the weights of Keras's, and a faster loop on the CPU. Keras
projects the input inside its time loop, and lets TensorFlow differentiate the loop, which then
multiplies small matrices three times per step. Here, each loop multiplies once per step. On a GPU
the layers hand over to Keras, which calls cuDNN with the same weights.

Sequences are time-major in this module, `(length, batch, features)`, so that one step is one block
of memory. Nothing is masked: sentences are padded on the right, so that no real position sees
padding, and the state after the last word of a sentence is the output there.


Forward
-------
With the input x[t], the output h[t] and `*` elementwise::

    projected[t] = x[t] W + b                    the input's share of the gates
    recurrent[t] = h[t-1] U + c                  the previous output's share
    h[t]         = step(projected[t], recurrent[t], h[t-1])

`projected` is one product for all t, before the loop. `step` is elementwise and belongs to the
cell, see `cells`.


Backward: backpropagation through time
--------------------------------------
Write d_v for the gradient of the loss with respect to v, as the code does. A state reaches the loss
in two ways: through the output at its own step, and through the next state. So d_h[t], the delta of
the textbooks, is a recursion from the last step to the first::

    d_h[t]         = d_output[t] + d_previous[t+1]
    d_recurrent[t] = d_h[t] S[t]
    d_previous[t]  = d_h[t] * direct[t] + d_recurrent[t] U^T

    S[t]           = dh[t] / d recurrent[t]
    direct[t]      = dh[t] / dh[t-1], other than through `recurrent`: z of a GRU

S[t] and direct[t] are the slopes. They consist of gates and states of the forward pass. S[t] is
diagonal in each gate, so it is kept as a vector and multiplied elementwise. An LSTM has the same
recursion for the pair of h and c; its direct term is f, between the cell states.

Slopes hold no gradient, and depend on no other step of the backward pass: `slopes` computes them
for all steps at once, before the loop. Whatever follows from d_recurrent and d_h is computed for
all steps at once too, after the loop::

    d_U = sum over t of h[t-1]^T d_recurrent[t]
    d_c = sum over t of d_recurrent[t]
    d_projected[t], elementwise

d_U is one product of two tall matrices, whose rows are the steps of all sentences. From
d_projected, TensorFlow differentiates the one product that made `projected`: d_W, d_b and d_x.

What remains in the loop is d_recurrent[t] U^T. It needs d_h[t], which needs the same product of the
step after. So there is one product per step, and there cannot be fewer.

Gradients vanish or explode in this loop. Between two steps lies a product of Jacobians::

    d_h[T] reaches d_h[t] as d_h[T] J[T] ... J[t+1], where J[k] = diag(direct[k]) + S[k] U^T

A vanilla RNN has no direct term. Its gradient shrinks exponentially with T - t where the largest
slope times the largest singular value of U is below 1, and may grow exponentially where it is above
(Hochreiter 1991; Pascanu et al. 2013). A direct term near 1, the update gate z of a GRU or the
forget gate f of an LSTM, carries a gradient over many steps. Against explosion,
`Seq2Seq.train_step` clips the norm of all gradients.


To add a cell
-------------
1. `cells.py`: a subclass of `RecurrentLayer` and of Keras's layer, with the five methods that
   `RecurrentLayer` leaves open; add it to `CELLS`. If its state has more parts than the output,
   name them in `state_names`. If it has a bias of its own beside the recurrent matrix, as a GRU
   has, it overrides `project` and `recurrent_weights`, too.
2. `options.py`: its name and its number of matrices in `_GATES`, in the order of `CELLS`. A
   configuration and the command line then accept it.
3. `tests/model/test_recurrent.py`: its equations in NumPy, in `EQUATIONS`, and Keras's layer in
   `KERAS`. The laws there then hold it to both, and to finite differences.
4. `explain`: its gates in `gradient_flow` and in `unrolled.gates_of`, its formulas in `equations`.

Encoder, decoder, attention and search need no change.

Reference:
    Werbos 1990, "Backpropagation through time: what it does and how to do it".
"""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from seq2seq.model.gradient import with_gradient
from seq2seq.model.precision import TensorLike, matmul, narrow, product
from seq2seq.model.scan import scan

# The parts of a state, `(batch, units)` each; the first is the output.
State = tuple[tf.Tensor, ...]

# The gradient that a state receives past `recurrent`; None for a hidden state that receives none.
Direct = tuple[tf.Tensor | None, *tuple[tf.Tensor, ...]]

# The recurrent kernel, and the bias added to the product with it where the cell has one.
RecurrentWeights = tuple[tf.Tensor, ...]


class RecurrentLayer(keras.layers.RNN):
    """A Keras recurrent layer whose time loop is replaced where cuDNN cannot run.

    Layers are called as in Keras, `outputs, *state = layer(sequences, initial_state=state)`, with
    outputs `(batch, length, units)` and each part of the state `(batch, units)`.

    A subclass holds the equations of a cell and their derivatives. The loop and the products are
    here.

    Args:
        units: Width of the outputs.
    """

    state_names: tuple[str, ...] = ("hidden",)

    units: int

    def __init__(self, units: int, *, name: str | None = None):
        super().__init__(units, return_sequences=True, return_state=True, name=name)

    def kept_widths(self) -> Any:
        """The number of features of each tensor that `step` keeps, nested as they are."""
        raise NotImplementedError

    def step(self, projected: tf.Tensor, recurrent: tf.Tensor, state: State) -> tuple[State, Any]:
        """The new state, and what the derivatives need of this step besides the states."""
        raise NotImplementedError

    def slopes(self, previous: State, state: State, kept: Any) -> Any:
        """The derivatives of `step` for all steps at once.

        Args:
            previous: The states before each step, `(length, batch, units)`.
            state: The states after each step.
            kept: What `step` kept.
        """
        raise NotImplementedError

    def back(self, slopes: Any, d_state: State) -> tuple[tf.Tensor, Direct]:
        """Takes the gradient one step back in time.

        Args:
            slopes: Those of this step.
            d_state: The gradient of the state after it.

        Returns:
            The gradient of `recurrent`, and that of the state before the step, without the
            part that flows through `recurrent`.
        """
        raise NotImplementedError

    def d_projected(self, slopes: Any, d_recurrent: tf.Tensor, d_output: tf.Tensor) -> tf.Tensor:
        """The gradient of `projected`, of one step or of all."""
        raise NotImplementedError

    def project(self, inputs: tf.Tensor, kernel: TensorLike) -> tf.Tensor:
        """The input's share of the gates."""
        return tf.nn.bias_add(product(inputs, kernel), tf.convert_to_tensor(self.cell.bias))

    def recurrent_weights(self) -> RecurrentWeights:
        """The weights of `recurrent_share`."""
        return (tf.convert_to_tensor(self.cell.recurrent_kernel),)

    def inner_loop(
        self,
        sequences: tf.Tensor,
        initial_state: Sequence[tf.Tensor],
        mask: tf.Tensor | None,
        training: bool = False,
    ) -> tuple[tf.Tensor, tf.Tensor, list[tf.Tensor]]:
        """Keras's hook for the time loop: the last output, all outputs and the last state."""
        if getattr(self, "use_cudnn", False) and tf.config.list_logical_devices("GPU"):
            on_gpu: Any = super().inner_loop(sequences, initial_state, mask, training)
            return on_gpu

        projected = self.project(swapped(sequences), self.cell.kernel)
        run = _run_with_gradient if training else _run
        outputs, state = run(self, projected, self.recurrent_weights(), tuple(initial_state))

        return state[0], swapped(outputs), list(state)


def _run(
    layer: RecurrentLayer, projected: tf.Tensor, weights: RecurrentWeights, initial: State
) -> tuple[tf.Tensor, State]:
    """The outputs of all steps and the last state, where no gradient is expected.

    Nothing else is kept, and an exported graph holds no gradients. If a gradient is
    needed nevertheless, TensorFlow differentiates the loop.
    """
    weights = narrowed(weights)

    def step(state, projected):
        recurrent = recurrent_share(state[0], weights)
        state, _ = layer.step(projected, recurrent, state)
        return state, state[0]

    last, outputs = scan(step, initial, projected, widths=layer.units)

    return outputs, last


def _run_with_gradient(
    layer: RecurrentLayer, projected: tf.Tensor, weights: RecurrentWeights, initial: State
) -> tuple[tf.Tensor, State]:
    """As `_run`, and keeps what `_gradient` needs, which TensorFlow calls for the gradient."""

    @with_gradient
    def run(projected, weights, initial):
        weights = narrowed(weights)

        def step(state, projected):
            recurrent = recurrent_share(state[0], weights)
            state, kept = layer.step(projected, recurrent, state)
            return state, (state, kept)

        widths = ((layer.units,) * len(initial), layer.kept_widths())
        last, (states, kept) = scan(step, initial, projected, widths=widths)

        def gradient(d_outputs, *d_last):
            return _gradient(layer, weights, initial, states, kept, d_outputs, d_last)

        return (states[0], last), gradient

    return run(projected, weights, initial)


def _gradient(
    layer: RecurrentLayer,
    weights: RecurrentWeights,
    initial: State,
    states: State,
    kept: Any,
    d_outputs: tf.Tensor,
    d_last: State,
) -> tuple[tf.Tensor, RecurrentWeights, State]:
    """The gradients of `projected`, the weights and the initial state; see "Backward" above."""
    previous = shifted(initial, states)
    slopes = layer.slopes(previous, states, kept)
    kernel = weights[0]

    def back(d_state, inputs):
        d_output, slopes = inputs
        d_hidden, *d_others = d_state
        d_output += d_hidden

        d_recurrent, d_direct = layer.back(slopes, (d_output, *d_others))
        d_previous = matmul(d_recurrent, kernel, transpose_b=True)

        return added(d_previous, d_direct), (d_output, d_recurrent)

    d_initial, (d_hidden, d_recurrent) = scan(
        back,
        d_last,
        (d_outputs, slopes),
        widths=(layer.units, kernel.shape[1]),
        reverse=True,
    )

    d_projected = layer.d_projected(slopes, d_recurrent, d_hidden)
    d_weights = weight_gradients(previous[0], d_recurrent)[: len(weights)]

    return d_projected, d_weights, d_initial


def narrowed(weights: RecurrentWeights) -> RecurrentWeights:
    """The weights, with a kernel that is narrowed once, before the loop."""
    kernel, *bias = weights

    return narrow(kernel), *bias


def recurrent_share(output: tf.Tensor, weights: RecurrentWeights) -> tf.Tensor:
    """The previous output's share of the gates, `(batch, gates)`."""
    kernel, *bias = weights
    share = matmul(output, kernel)

    return tf.nn.bias_add(share, bias[0]) if bias else share


def added(d_previous: tf.Tensor, d_direct: Direct) -> State:
    """The gradient of the state before a step: what came through `recurrent`, and the rest."""
    hidden, *others = d_direct
    d_hidden = d_previous if hidden is None else d_previous + hidden

    return (d_hidden, *others)


def swapped(sequences: tf.Tensor) -> tf.Tensor:
    """Exchanges batch and time.

    Where one of them is 1, as in a step of decoding, nothing has to move in memory.
    """
    for axis in (0, 1):
        if sequences.shape[axis] == 1:
            return tf.expand_dims(tf.squeeze(sequences, axis), 1 - axis)

    return tf.transpose(sequences, [1, 0, 2])


def shifted(initial: State, states: State) -> State:
    """The states before each step, from the initial state and the states after each step.

    Each is `(length, batch, units)`.
    """
    return tuple(
        tf.concat([first[tf.newaxis], after[:-1]], 0)
        for first, after in zip(initial, states, strict=True)
    )


def weight_gradients(inputs: tf.Tensor, d_results: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Gradients of the kernel and bias with which all steps computed `inputs kernel + bias`."""
    inputs = tf.reshape(inputs, [-1, inputs.shape[-1]])
    d_results = tf.reshape(d_results, [-1, d_results.shape[-1]])

    return matmul(inputs, d_results, transpose_a=True), tf.reduce_sum(d_results, 0)
