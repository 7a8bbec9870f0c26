"""The backward pass of Bahdanau's recurrence.

`bahdanau` has the equations, and `recurrent` the method. The gradient of h[t-1] comes in three ways
here: directly, through U, and through the query. All weight gradients are products over all steps,
after the loop, but for that of the energy v, which is summed up in the loop.
"""

import functools
from typing import Any, Generic, NamedTuple, TypeVar

import tensorflow as tf

from seq2seq.model.attention import QueryWeights
from seq2seq.model.precision import matmul
from seq2seq.model.recurrent import (
    RecurrentLayer,
    RecurrentWeights,
    State,
    added,
    shifted,
    weight_gradients,
)
from seq2seq.model.scan import scan

# A tensor, of one step or of all; or its number of features.
Each = TypeVar("Each")


class Source(NamedTuple):
    """What the recurrence reads of the source, and its gradients."""

    keys: tf.Tensor  # (source_length, batch, units)
    memory: tf.Tensor  # (batch, source_length, memory_units)


class Weights(NamedTuple):
    """The weights of the recurrence, and their gradients."""

    context_kernel: tf.Tensor  # W_c
    query: QueryWeights  # Q, q and v
    recurrent: RecurrentWeights  # U, and c where the cell has it


class Attended(NamedTuple, Generic[Each]):
    """The results of the recurrence, and their gradients."""

    output: Each  # (…, batch, units)
    context: Each  # (…, batch, memory_units)
    weights: Each  # (…, batch, source_length)


class AttentiveKept(NamedTuple, Generic[Each]):
    """What the backward pass needs of the forward pass, besides the results."""

    query: Each
    other_states: tuple[Each, ...]  # all parts of the state but the output
    cell: Any  # what the cell's step keeps


class BackwardInputs(NamedTuple):
    """What the backward pass of one step reads."""

    d_attended: Attended[tf.Tensor]
    weights: tf.Tensor
    query: tf.Tensor
    slopes: Any


class StepGradients(NamedTuple, Generic[Each]):
    """The gradients of one step that the weight gradients are made of."""

    total: Each
    recurrent: Each
    context: Each
    query: Each


def attentive_gradient(
    layer: RecurrentLayer,
    source: Source,
    weights: Weights,
    initial: State,
    attended: Attended[tf.Tensor],
    kept: AttentiveKept[tf.Tensor],
    d_attended: Attended[tf.Tensor],
    d_last: State,
) -> tuple[tf.Tensor, Source, Weights, State]:
    """The gradients of `projected`, the source, the weights and the initial state."""
    states = (attended.output, *kept.other_states)
    previous = shifted(initial, states)
    slopes = layer.slopes(previous, states, kept.cell)

    memory_units = source.memory.shape[-1]
    gates = weights.context_kernel.shape[-1]
    energy = weights.query.energy
    (d_initial, d_keys, d_energy), d_steps = scan(
        functools.partial(_step_back, layer, source, weights),
        (d_last, tf.zeros_like(source.keys), tf.zeros_like(energy)),
        BackwardInputs(d_attended, attended.weights, kept.query, slopes),
        widths=StepGradients(gates, weights.recurrent[0].shape[1], memory_units, layer.units),
        reverse=True,
    )

    d_memory = tf.einsum("tbs,tbm->bsm", attended.weights, d_steps.context)
    d_context_kernel, _ = weight_gradients(attended.context, d_steps.total)
    d_query_weights = weight_gradients(previous[0], d_steps.query)
    d_recurrent_weights = weight_gradients(previous[0], d_steps.recurrent)
    d_weights = Weights(
        d_context_kernel,
        QueryWeights(*d_query_weights, d_energy),
        d_recurrent_weights[: len(weights.recurrent)],
    )

    return d_steps.total, Source(d_keys, d_memory), d_weights, d_initial


def _step_back(
    layer: RecurrentLayer,
    source: Source,
    weights: Weights,
    state: tuple[State, tf.Tensor, tf.Tensor],
    inputs: BackwardInputs,
) -> tuple[tuple[State, tf.Tensor, tf.Tensor], StepGradients[tf.Tensor]]:
    """The backward pass of one step.

    Args:
        layer: The recurrent layer.
        source: The keys and the memory.
        weights: The narrowed weights.
        state: The gradient of the state after the step, and the gradients of keys and energy from
            all later steps.
        inputs: What the step reads.

    Returns:
        The same gradients one step earlier, and those that the weight gradients are made of.
    """
    (d_hidden, *d_others), d_keys, d_energy = state
    energy = weights.query.energy

    # The cell.
    d_output = inputs.d_attended.output + d_hidden
    d_recurrent, d_direct = layer.back(inputs.slopes, (d_output, *d_others))
    d_total = layer.d_projected(inputs.slopes, d_recurrent, d_output)

    # The context and the softmax.
    d_context = inputs.d_attended.context + matmul(
        d_total, weights.context_kernel, transpose_b=True
    )
    d_weights = inputs.d_attended.weights
    d_weights += tf.matmul(source.memory, d_context[:, :, tf.newaxis])[:, :, 0]
    d_weights *= inputs.weights
    mean = tf.reduce_sum(d_weights, -1, keepdims=True)
    d_scores = tf.transpose(d_weights - inputs.weights * mean)
    d_scores = d_scores[:, :, tf.newaxis]  # (source_length, batch, 1)

    # The scores, whose hidden layer is made again.
    hidden = tf.tanh(source.keys + inputs.query)
    d_energy += matmul(rows(hidden), rows(d_scores), transpose_a=True)
    d_scored = tf.raw_ops.TanhGrad(y=hidden, dy=d_scores * energy[:, 0])
    d_query = tf.reduce_sum(d_scored, 0)

    # The three ways to the state before.
    d_previous = matmul(d_recurrent, weights.recurrent[0], transpose_b=True)
    d_previous += matmul(d_query, weights.query.kernel, transpose_b=True)
    d_state = added(d_previous, d_direct)

    return (d_state, d_keys + d_scored, d_energy), StepGradients(
        d_total, d_recurrent, d_context, d_query
    )


def rows(tensor: tf.Tensor) -> tf.Tensor:
    """All but the last axis as one."""
    return tf.reshape(tensor, [-1, tensor.shape[-1]])
