"""Bahdanau's recurrence: a decoder layer that attends with its previous state before each step.

Its loop is that of `recurrent`, with attention inside::

    query[t]     = h[t-1] Q + q
    score[t]     = v . tanh(keys + query[t])                     for every source position
    weights[t]   = softmax(score[t])
    context[t]   = weights[t] memory
    total[t]     = projected[t] + context[t] W_c
    h[t]         = step(total[t], h[t-1] U + c, h[t-1])

The gradient is written by hand too, see `bahdanau_gradient`. The one large tensor of a step,
tanh(keys + query[t]) of `(source_length, batch, units)`, is computed again on the way back, not
kept.
"""

from typing import Any

import keras
import tensorflow as tf

from seq2seq.model.attention import AdditiveAttention, Shape
from seq2seq.model.bahdanau_gradient import (
    Attended,
    AttentiveKept,
    Source,
    Weights,
    attentive_gradient,
    rows,
)
from seq2seq.model.gradient import with_gradient
from seq2seq.model.precision import matmul, narrow, product
from seq2seq.model.recurrent import (
    RecurrentLayer,
    State,
    narrowed,
    recurrent_share,
    swapped,
)
from seq2seq.model.scan import scan


class AttentiveRecurrence(keras.layers.Layer):
    """Bahdanau's recurrence: attend with the previous state, then step on input and context.

    Args:
        recurrent: The recurrent layer, whose step follows the attention.
        attention: The additive attention whose query is the layer's hidden state.

    Call arguments:
        inputs: `(batch, target_length, features)`.
        state: Tuple of `(batch, units)`.
        memory, keys, mask: As for `Attention`. In a single step, `inputs` may have several rows for
            each sentence of these.
        training: Whether a gradient will be asked for.

    Returns:
        Outputs `(batch, target_length, units)`, the final state, contexts `(batch, target_length,
        memory_units)` and attention weights `(batch, target_length, source_length)`.

    Reference:
        Bahdanau et al. 2015, https://arxiv.org/abs/1409.0473, appendix A.2.2.
    """

    def __init__(
        self, recurrent: RecurrentLayer, attention: AdditiveAttention, *, name: str | None = None
    ):
        super().__init__(name=name)
        self.recurrent = recurrent
        self.attention = attention

    def build(self, inputs_shape: Shape, memory_shape: Shape) -> None:
        self.recurrent.build((*inputs_shape[:2], inputs_shape[2] + memory_shape[2]))
        self.attention.build((inputs_shape[0], 1, self.recurrent.units), memory_shape)

    def call(
        self,
        inputs: tf.Tensor,
        state: State,
        memory: tf.Tensor,
        keys: tf.Tensor,
        mask: tf.Tensor,
        training: bool = False,
    ) -> tuple[tf.Tensor, State, tf.Tensor, tf.Tensor]:
        sizes = [inputs.shape[-1], memory.shape[-1]]
        kernel, context_kernel = tf.split(
            self.recurrent.cell.kernel,
            sizes,  # pyright: ignore[reportArgumentType]
        )

        if inputs.shape[1] == 1:  # a step of decoding needs no loop
            return self._single_step(inputs, state, (memory, keys, mask), (kernel, context_kernel))

        weights = Weights(
            context_kernel, self.attention.query_weights(), self.recurrent.recurrent_weights()
        )
        run = _run_with_gradient if training else _run
        attended, state = run(
            self.recurrent,
            self.recurrent.project(swapped(inputs), kernel),
            Source(swapped(keys), memory),
            tf.where(mask, 0.0, memory.dtype.min),
            weights,
            tuple(state),
        )

        return swapped(attended.output), state, swapped(attended.context), swapped(attended.weights)

    def _single_step(
        self,
        inputs: tf.Tensor,
        state: State,
        source: tuple[tf.Tensor, tf.Tensor, tf.Tensor],
        kernels: tuple[tf.Tensor, tf.Tensor],
    ) -> tuple[tf.Tensor, State, tf.Tensor, tf.Tensor]:
        """As `call`, for one position, with the attention layer itself."""
        kernel, context_kernel = kernels
        context, weights = self.attention(tf.expand_dims(state[0], 1), *source)

        projected = self.recurrent.project(inputs, kernel) + product(context, context_kernel)
        recurrent = recurrent_share(state[0], self.recurrent.recurrent_weights())
        state, _ = self.recurrent.step(tf.squeeze(projected, 1), recurrent, state)

        return tf.expand_dims(state[0], 1), state, context, weights


def _run(
    layer: RecurrentLayer,
    projected: tf.Tensor,
    source: Source,
    barrier: tf.Tensor,
    weights: Weights,
    initial: State,
) -> tuple[Attended[tf.Tensor], State]:
    """The results of all steps, time-major, and the last state, where no gradient is expected.

    Args:
        layer: The recurrent layer.
        projected: `(target_length, batch, gates)`, the input's share of the gates.
        source: The keys and the memory.
        barrier: `(batch, source_length)`: 0 at real tokens, the lowest number at padding.
        weights: All weights but those of `projected`.
        initial: The initial state.
    """
    weights = _narrowed(weights)

    def step(state, projected):
        state, attended, _ = _step(layer, source, barrier, weights, state, projected)
        return state, attended

    last, attended = scan(step, initial, projected, widths=_attended_widths(layer, source))

    return attended, last


def _run_with_gradient(
    layer: RecurrentLayer,
    projected: tf.Tensor,
    source: Source,
    barrier: tf.Tensor,
    weights: Weights,
    initial: State,
) -> tuple[Attended[tf.Tensor], State]:
    """As `_run`, and keeps what `attentive_gradient` needs, which TensorFlow then calls."""

    @with_gradient
    def run(projected, source, weights, initial):
        weights = _narrowed(weights)

        def step(state, projected):
            state, attended, kept = _step(layer, source, barrier, weights, state, projected)
            return state, (attended, kept)

        other_widths = (layer.units,) * (len(initial) - 1)
        kept_widths = AttentiveKept(layer.units, other_widths, layer.kept_widths())
        widths = (_attended_widths(layer, source), kept_widths)
        last, (attended, kept) = scan(step, initial, projected, widths=widths)

        def gradient(d_outputs, d_contexts, d_weights, *d_last):
            d_attended = Attended(d_outputs, d_contexts, d_weights)
            return attentive_gradient(
                layer, source, weights, initial, attended, kept, d_attended, d_last
            )

        return (attended, last), gradient

    return run(projected, source, weights, initial)


def _attended_widths(layer: RecurrentLayer, source: Source) -> Attended[Any]:
    """The number of features of the results; the attention's may be known only in the graph."""
    source_length = source.memory.shape[1] or tf.shape(source.memory)[1]
    return Attended(layer.units, source.memory.shape[-1], source_length)


def _step(
    layer: RecurrentLayer,
    source: Source,
    barrier: tf.Tensor,
    weights: Weights,
    state: State,
    projected: tf.Tensor,
) -> tuple[State, Attended[tf.Tensor], AttentiveKept[tf.Tensor]]:
    """One step forward."""
    query = tf.nn.bias_add(matmul(state[0], weights.query.kernel), weights.query.bias)
    scores = _scores(tf.tanh(source.keys + query), weights.query.energy)
    attention_weights = tf.nn.softmax(scores + barrier)
    context = tf.matmul(attention_weights[:, tf.newaxis], source.memory)[:, 0]

    total = projected + matmul(context, weights.context_kernel)
    recurrent = recurrent_share(state[0], weights.recurrent)
    state, cell = layer.step(total, recurrent, state)

    attended = Attended(state[0], context, attention_weights)

    return state, attended, AttentiveKept(query, state[1:], cell)


def _narrowed(weights: Weights) -> Weights:
    """The weights, with kernels that are narrowed once, before the loop."""
    query = weights.query._replace(kernel=narrow(weights.query.kernel))

    return Weights(narrow(weights.context_kernel), query, narrowed(weights.recurrent))


def _scores(hidden: tf.Tensor, energy: tf.Tensor) -> tf.Tensor:
    """`(source_length, batch, units)` to `(batch, source_length)`."""
    scores = matmul(rows(hidden), energy)

    return tf.transpose(tf.reshape(scores, tf.shape(hidden)[:2]))
