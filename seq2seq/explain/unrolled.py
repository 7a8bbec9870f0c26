"""A model unrolled in time: the layers' own equations step by step, with all that happens inside.

The model computes the same in loops that keep less. Tests hold both to be equal.
"""

from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from seq2seq.ids import BOS_ID
from seq2seq.model.attention import Attention
from seq2seq.model.cells import GRUKept, LSTMKept
from seq2seq.model.recurrent import RecurrentLayer, State, recurrent_share
from seq2seq.model.seq2seq import Seq2Seq


class Nudges(NamedTuple):
    """What is added to a layer while it runs: zeros that a tape watches, or a small change."""

    recurrent: list[tf.Tensor]  # to the previous output's share of the gates, (batch, gates)
    states: list[State]  # to each part of the state after the step, (batch, units)


@dataclass(frozen=True)
class Step:
    """One time step of a recurrent layer; tensors are `(batch, …)`.

    Attributes:
        x: What the layer reads, `(batch, features)`.
        before: The state before it, parts `(batch, units)`.
        gates: The gates and the candidate by name, `(batch, units)` each.
        after: The state after it. Its first part is the output h.
        kept: What the layer's own gradient would keep.
    """

    x: tf.Tensor
    before: State
    gates: dict[str, tf.Tensor]
    after: State
    kept: object


class Encoded(NamedTuple):
    """What the encoder makes of a source."""

    layers: dict[str, list[Step]]  # by names such as "forward_0", in the order of reading
    memory: tf.Tensor  # (batch, length, units)
    context: tf.Tensor  # (batch, units)


@dataclass(frozen=True)
class DecoderStep:
    """One time step of the decoder.

    Attributes:
        layers: That of each recurrent layer, from the first up.
        attention: `(batch, source_length)`, None without attention.
        context: What was attended, `(batch, memory_units)`, None without attention.
        features: What the output layer reads, `(batch, embedding_size)`.
        logits: `(batch, vocabulary_size)`.
    """

    layers: list[Step]
    attention: tf.Tensor | None
    context: tf.Tensor | None
    features: tf.Tensor
    logits: tf.Tensor


def gates_of(kept: object) -> dict[str, tf.Tensor]:
    """The gates of a step, and the candidate, by what it kept; a vanilla RNN has none.

    The update gate of a GRU is the share of the state that stays, see `model.cells`.
    """
    if isinstance(kept, GRUKept):
        update, reset = tf.split(kept.gates, 2, -1)
        return {"update": update, "reset": reset, "candidate": kept.candidate}
    if isinstance(kept, LSTMKept):
        i, f, g, o = tf.split(kept.total, 4, -1)
        return {
            "input": tf.sigmoid(i),
            "forget": tf.sigmoid(f),
            "output": tf.sigmoid(o),
            "candidate": tf.tanh(g),
        }
    return {}


def unroll(
    layer: RecurrentLayer,
    inputs: list[tf.Tensor],
    state: State,
    nudges: Nudges | None = None,
) -> list[Step]:
    """Runs a recurrent layer step by step.

    Args:
        layer: The layer.
        inputs: What it reads at each step, `(batch, features)`.
        state: The state before the first step.
        nudges: What is added, for each step.
    """
    steps = []
    for time, x in enumerate(inputs):
        step = one_step(layer, x, state, time=time, nudges=nudges)
        steps.append(step)
        state = step.after
    return steps


def one_step(
    layer: RecurrentLayer,
    x: tf.Tensor,
    state: State,
    *,
    time: int = 0,
    nudges: Nudges | None = None,
) -> Step:
    """One step of a recurrent layer."""
    projected = layer.project(x, layer.cell.kernel)
    recurrent = recurrent_share(state[0], layer.recurrent_weights())
    if nudges:
        recurrent += nudges.recurrent[time]

    after, kept = layer.step(projected, recurrent, state)
    if nudges:
        after = tuple(map(tf.add, after, nudges.states[time]))
    return Step(x, state, gates_of(kept), after, kept)


def encode(model: Seq2Seq, source_tokens: tf.Tensor, nudges: Nudges | None = None) -> Encoded:
    """Reads sources of one length, `(batch, length)`, without padding.

    Args:
        model: The model.
        source_tokens: The tokens.
        nudges: As in `unroll`, for the last layer's first direction.
    """
    encoder = model.encoder
    memory = encoder.embedding(source_tokens)
    last = encoder.directions[-1][0]
    context = memory[:, -1]
    layers = {}

    for index, directions in enumerate(encoder.directions):
        outputs = []
        finals = []
        for layer in directions:
            backward = layer is not directions[0]
            inputs = tf.unstack(memory[:, ::-1] if backward else memory, axis=1)
            steps = unroll(layer, inputs, _zeros(layer, memory), nudges if layer is last else None)
            layers[layer.name] = steps
            hidden = tf.stack([step.after[0] for step in steps], 1)
            outputs.append(hidden[:, ::-1] if backward else hidden)
            finals.append(hidden[:, -1])

        read = tf.concat(outputs, -1)
        memory = read + memory if index else read
        context = tf.concat(finals, -1)

    return Encoded(layers, memory, context)


def decode(model: Seq2Seq, encoded: Encoded, labels: tf.Tensor) -> list[DecoderStep]:
    """Lets the decoder predict labels, `(batch, length)`, of sources without padding."""
    decoder = model.decoder
    mask = tf.ones(tf.shape(encoded.memory)[:2], tf.bool)
    source = decoder.attend_to(encoded.memory, mask)
    state = decoder.initial_state(encoded.context)
    tokens = tf.pad(labels[:, :-1], [[0, 0], [1, 0]], constant_values=BOS_ID)

    steps = []
    for embedded in tf.unstack(decoder.embedding(tokens), axis=1):
        step = decoder_step(model, embedded, state, source)
        state = tuple(layer.after for layer in step.layers)
        steps.append(step)
    return steps


def decoder_step(
    model: Seq2Seq, embedded: tf.Tensor, state: tuple[State, ...], source: tuple[tf.Tensor, ...]
) -> DecoderStep:
    """One step of the decoder, which reads an embedded token, `(batch, embedding_size)`."""
    decoder = model.decoder
    first, *above = decoder.recurrent_layers
    attention = decoder.attention
    context = None
    weights = None

    if attention and decoder.recurrence:  # Bahdanau's attends with the state before the step
        context, weights = _attend(attention, state[0][0], source)
        layers = [one_step(first, tf.concat([embedded, context], -1), state[0])]
    else:
        layers = [one_step(first, embedded, state[0])]
        if attention:
            context, weights = _attend(attention, layers[0].after[0], source)

    outputs = layers[0].after[0]
    beside = [] if context is None or decoder.recurrence else [context]
    for layer, own_state in zip(above, state[1:], strict=True):
        inputs = tf.concat([outputs, *beside], -1)
        layers.append(one_step(layer, inputs, own_state))
        outputs = layers[-1].after[0] + outputs

    read = [outputs]
    if context is not None:
        read.append(context)
    if decoder.recurrence:
        read.append(embedded)
    features = decoder.readout(tf.concat(read, -1))
    return DecoderStep(layers, weights, context, features, decoder.logits(features))


def _attend(
    attention: Attention, query: tf.Tensor, source: tuple[tf.Tensor, ...]
) -> tuple[tf.Tensor, tf.Tensor]:
    context, weights = attention(tf.expand_dims(query, 1), *source)
    return context[:, 0], weights[:, 0]


def _zeros(layer: RecurrentLayer, inputs: tf.Tensor) -> State:
    """The state before the first word."""
    zeros = tf.zeros([tf.shape(inputs)[0], layer.units])
    return tuple(zeros for _ in layer.state_names)
