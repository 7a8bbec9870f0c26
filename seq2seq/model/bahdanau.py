"""Bahdanau's recurrence: a decoder layer that attends with its previous state before each step."""

import functools

import keras
import tensorflow as tf

from seq2seq.model.precision import flat_product, narrowed, product
from seq2seq.model.recurrent import added, loop, recurrent_share, shifted, swapped, weight_gradients


class AttentiveRecurrence(keras.layers.Layer):
    """Bahdanau's recurrence: attend with the previous state, then step on the input and the attended context.

    Like the recurrent layers, it comes with its own derivative: all weight gradients are products over all steps, and
    the one large tensor of a step, `(source_length, batch, units)`, is computed again on the way back, not kept.

    Args:
        recurrent: The recurrent layer whose step it makes.
        attention: The additive attention whose query is the layer's hidden state.

    Call arguments:
        inputs: `(batch, target_length, features)`.
        state: Tuple of `(batch, units)`.
        memory, keys, mask: As for `Attention`; of fewer sentences, where a single step has several rows of each.
        training: Whether a gradient will be asked for.

    Returns:
        Outputs `(batch, target_length, units)`, the final state, contexts `(batch, target_length, memory_units)` and
        attention weights `(batch, target_length, source_length)`.

    Reference:
        Bahdanau et al. 2015, https://arxiv.org/abs/1409.0473, appendix A.2.2.
    """

    def __init__(self, recurrent, attention, **kwargs):
        super().__init__(**kwargs)
        self.recurrent, self.attention = recurrent, attention

    def build(self, inputs_shape, memory_shape):
        self.recurrent.build((inputs_shape[0], inputs_shape[1], inputs_shape[2] + memory_shape[2]))
        self.attention.build((inputs_shape[0], 1, self.recurrent.units), memory_shape)

    def call(self, inputs, state, memory, keys, mask, training=False):
        kernel, context_kernel = tf.split(
            self.recurrent.cell.kernel, [inputs.shape[-1], memory.shape[-1]]
        )
        if inputs.shape[1] == 1:  # a step of decoding, which needs no loop
            context, weights = self.attention(tf.expand_dims(state[0], 1), memory, keys, mask)
            projected = self.recurrent.project(inputs, kernel) + product(context, context_kernel)
            recurrent = recurrent_share(state[0], *self.recurrent.recurrent_weights())
            state, _ = self.recurrent.step(tf.squeeze(projected, 1), recurrent, *state)
            return tf.expand_dims(state[0], 1), state, context, weights
        projected = self.recurrent.project(swapped(inputs), kernel)
        outputs, contexts, weights, *state = _attentive_scan(
            self.recurrent,
            projected,
            (swapped(keys), memory, tf.where(mask, 0.0, memory.dtype.min)),
            (context_kernel, *self.attention.query_weights()),
            self.recurrent.recurrent_weights(),
            state,
            keep=training,
        )
        outputs, contexts, weights = map(swapped, (outputs, contexts, weights))
        return outputs, tuple(state), contexts, weights


def _attentive_scan(layer, projected, source, attention_weights, weights, initial, *, keep):
    """Outputs, contexts and attention of all steps, time-major, and the last states.

    Args:
        layer: The recurrent layer; see `recurrent`.
        projected: `(target_length, batch, gates)`, the input's share of the gates.
        source: Keys `(source_length, batch, units)`, memory `(batch, source_length, memory_units)` and barrier
            `(batch, source_length)`: 0 at real tokens, the lowest number at padding.
        attention_weights: Kernel of the context's share of the gates; kernel, bias and energy of the query.
        weights: Those of `recurrent_share`.
        initial: The initial states.
        keep: As of `recurrent`'s scan.
    """
    parts, barrier = len(initial), source[2]

    def scan(projected, keys, memory, context_kernel, query_kernel, query_bias, energy, *others):
        (kernel, *bias), initial = others[:-parts], others[-parts:]
        narrow_kernel, narrow_context_kernel, narrow_query_kernel = map(
            narrowed, (kernel, context_kernel, query_kernel)
        )

        def step(projected, *states):
            query = tf.nn.bias_add(flat_product(states[0], narrow_query_kernel), query_bias)
            attention = tf.nn.softmax(_scores(tf.tanh(keys + query), energy) + barrier)
            context = tf.matmul(attention[:, tf.newaxis], memory)[:, 0]
            total = projected + flat_product(context, narrow_context_kernel)
            states, kept = layer.step(
                total, recurrent_share(states[0], narrow_kernel, *bias), *states
            )
            shown = (states[0], context, attention)
            return states, (*shown, query, *states[1:], *kept) if keep else shown

        shown = (layer.units, memory.shape[-1], tf.shape(memory)[1])
        kept = (*[layer.units] * parts, *layer.kept) if keep else ()
        last, emitted = loop(step, (projected,), initial, emitted=(*shown, *kept))

        def gradient(d_outputs, d_contexts, d_attention, *d_last):
            hidden, contexts, attention, queries, *others = emitted
            states, kept = (hidden, *others[: parts - 1]), others[parts - 1 :]
            previous = shifted(initial, states)
            slopes = layer.slopes(previous, states, *kept)
            narrow = (narrow_context_kernel, narrow_query_kernel, energy, narrow_kernel)
            back = functools.partial(_back, layer, len(slopes), (keys, memory), narrow)
            sequences = (d_outputs, d_contexts, d_attention, attention, queries, *slopes)
            (*d_initial, d_keys, d_energy), (d_totals, d_recurrent, d_contexts, d_queries) = loop(
                back,
                sequences,
                (*d_last, tf.zeros_like(keys), tf.zeros_like(energy)),
                emitted=(projected.shape[-1], kernel.shape[1], memory.shape[-1], layer.units),
                reverse=True,
            )
            d_memory = tf.einsum("tbs,tbm->bsm", attention, d_contexts)
            d_context_kernel, _ = weight_gradients(contexts, d_totals)
            d_query_weights = weight_gradients(previous[0], d_queries)
            d_weights = weight_gradients(previous[0], d_recurrent)[: 1 + len(bias)]
            d_attention_weights = (d_context_kernel, *d_query_weights, d_energy)
            return d_totals, d_keys, d_memory, *d_attention_weights, *d_weights, *d_initial

        return (*emitted[:3], *last), gradient

    arguments = (projected, *source[:2], *attention_weights, *weights, *initial)
    return tf.custom_gradient(scan)(*arguments) if keep else scan(*arguments)[0]


def _back(layer, num_slopes, source, weights, *arguments):
    """One step of the backward loop of `_attentive_scan`."""
    keys, memory = source
    context_kernel, query_kernel, energy, kernel = weights
    d_output, d_context, d_attention, attention, query, *arguments = arguments
    slopes, (d_hidden, *d_others, d_keys, d_energy) = arguments[:num_slopes], arguments[num_slopes:]
    d_output += d_hidden
    d_recurrent, d_states = layer.back(slopes, d_output, *d_others)
    d_total = layer.d_projected(slopes, d_recurrent, d_output)
    d_context += flat_product(d_total, context_kernel, transpose_b=True)
    d_attention += tf.matmul(memory, d_context[:, :, tf.newaxis])[:, :, 0]
    d_attention *= attention
    d_scores = tf.transpose(d_attention - attention * tf.reduce_sum(d_attention, -1, keepdims=True))
    d_scores = d_scores[:, :, tf.newaxis]  # (source_length, batch, 1)
    hidden = tf.tanh(keys + query)
    d_energy += flat_product(_rows(hidden), _rows(d_scores), transpose_a=True)
    d_hidden = tf.raw_ops.TanhGrad(y=hidden, dy=d_scores * energy[:, 0])
    d_query = tf.reduce_sum(d_hidden, 0)
    d_previous = flat_product(d_recurrent, kernel, transpose_b=True)
    d_previous += flat_product(d_query, query_kernel, transpose_b=True)
    return (*added(d_previous, d_states), d_keys + d_hidden, d_energy), (
        d_total,
        d_recurrent,
        d_context,
        d_query,
    )


def _scores(hidden, energy):
    """`(source_length, batch, units)` to `(batch, source_length)`."""
    scores = flat_product(_rows(hidden), energy)
    return tf.transpose(tf.reshape(scores, tf.shape(hidden)[:2]))


def _rows(tensor):
    return tf.reshape(tensor, [-1, tensor.shape[-1]])
