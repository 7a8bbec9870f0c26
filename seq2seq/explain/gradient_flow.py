"""How a gradient flows back through the encoder: its norm at each step, and what theory says.

With the states s[1] … s[T] of a recurrent layer and a loss after the last of them, dL/ds[t] is a
product of T - t Jacobians with dL/ds[T], see `model.recurrent`. It vanishes where they shrink it,
and explodes where they stretch it (Hochreiter 1991; Bengio et al. 1994; Pascanu et al. 2013).
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from seq2seq.explain.unrolled import Encoded, Nudges, Step, encode
from seq2seq.ids import BOS_ID
from seq2seq.model.recurrent import RecurrentLayer, State
from seq2seq.model.seq2seq import Seq2Seq

# The gates in the order in which a cell's matrix has them.
_GATES = {
    "gru": ("update", "reset", "candidate"),
    "lstm": ("input", "forget", "candidate", "output"),
    "rnn": ("state",),
}


class Texts(NamedTuple):
    """Sources of one length and their translations."""

    source_tokens: np.ndarray  # (texts, length) int32, no padding
    labels: np.ndarray  # (texts, target_length) int32, PAD after EOS


@dataclass(frozen=True)
class Flow:
    """The gradients of a loss through the last encoder layer, read forward.

    Attributes:
        loss: The loss, in nats per target token.
        states: dL/ds of each text and step, `(texts, length, parts * units)`: h of a GRU or a
            vanilla RNN, h and c of an LSTM side by side.
        matrix: The share of each step in the gradient of the recurrent matrix, `(length, units,
            gates * units)`; their sum is the gradient.
        steps: What the layer did.
    """

    loss: float
    states: np.ndarray
    matrix: np.ndarray
    steps: list[Step]


def loss_of(
    model: Seq2Seq, texts: Texts, nudges: Nudges | None = None
) -> tuple[tf.Tensor, Encoded]:
    """The negative log-likelihood of translations, in nats per token, without dropout.

    Args:
        model: The model.
        texts: Sources and translations.
        nudges: What is added to the last encoder layer's first direction.
    """
    encoded = encode(model, tf.constant(texts.source_tokens), nudges)
    decoder = model.decoder
    mask = tf.ones(tf.shape(encoded.memory)[:2], tf.bool)
    labels = tf.constant(texts.labels)
    inputs = tf.pad(labels[:, :-1], [[0, 0], [1, 0]], constant_values=BOS_ID)

    features, _, _ = decoder.features(
        decoder.embedding(inputs),
        decoder.initial_state(encoded.context),
        decoder.attend_to(encoded.memory, mask),
    )
    loss, _, _ = decoder.loss(features, labels)  # without smoothing, the first is the likelihood
    return loss, encoded


def no_nudges(model: Seq2Seq, texts: Texts) -> Nudges:
    """Zeros for every step."""
    layer = last_layer(model)
    count, length = texts.source_tokens.shape
    gates = layer.recurrent_weights()[0].shape[1]
    zeros = tf.zeros([count, layer.units])
    return Nudges(
        [tf.zeros([count, gates]) for _ in range(length)],
        [tuple(zeros + 0 for _ in layer.state_names) for _ in range(length)],
    )


def flow(model: Seq2Seq, texts: Texts) -> Flow:
    """Takes the gradient of the loss back through the states of the encoder."""
    nudges = no_nudges(model, texts)
    with tf.GradientTape() as tape:
        tape.watch(nudges)
        loss, encoded = loss_of(model, texts, nudges)
    # The cell state of an LSTM after the last step reaches no loss.
    gradients: Any = tape.gradient(  # nested as the nudges are
        loss,
        [nudges.recurrent, nudges.states],
        unconnected_gradients=tf.UnconnectedGradients.ZERO,
    )
    d_recurrent, d_states = gradients

    steps = encoded.layers[last_layer(model).name]
    shares = [
        tf.matmul(step.before[0], d_gates, transpose_a=True).numpy()
        for step, d_gates in zip(steps, d_recurrent, strict=True)
    ]
    states = np.stack([tf.concat(d_state, -1).numpy() for d_state in d_states], 1)
    return Flow(float(loss), states, np.stack(shares), steps)


def last_layer(model: Seq2Seq) -> RecurrentLayer:
    """The last layer of the encoder, in the direction of reading."""
    return model.encoder.directions[-1][0]


def norms(flow: Flow) -> np.ndarray:
    """The norm of dL/ds, the geometric mean over texts, from the last step to the first."""
    of_texts = np.linalg.norm(flow.states.astype(np.float64), axis=-1)  # (texts, length)
    smallest = np.finfo(np.float32).tiny
    return np.exp(np.log(np.maximum(of_texts, smallest)).mean(0))[::-1]


def cut_by_truncation(flow: Flow) -> np.ndarray:
    """What truncated BPTT of k steps loses of the recurrent matrix's gradient, `(length,)`.

    The k-th number is the norm of what is left out over the norm of the whole, for k from 1.
    """
    from_the_end = np.cumsum(flow.matrix[::-1].astype(np.float64), 0)
    whole = from_the_end[-1]
    left_out = np.linalg.norm(whole - from_the_end, axis=(1, 2))
    return left_out / max(np.linalg.norm(whole), np.finfo(np.float64).tiny)


class Theory(NamedTuple):
    """What the layer's weights and gates say about a step back in time.

    Attributes:
        singular_values: The largest one of the recurrent matrix of each gate.
        direct: The mean of the direct term: the update gate of a GRU, the forget gate of an LSTM;
            0 for a vanilla RNN.
        decay: An estimate of what is left after a step: the direct term, and for each gate its mean
            slope times its largest singular value. A Jacobian of these mean slopes stretches no
            vector more; the slopes of single units and texts are others.
    """

    singular_values: dict[str, float]
    direct: float
    decay: float


def theory(model: Seq2Seq, cell: str, steps: list[Step]) -> Theory:
    """Estimates the decay from the recurrent matrix and the slopes of the gates."""
    layer = last_layer(model)
    names = _GATES[cell]
    matrices = np.split(layer.recurrent_weights()[0].numpy(), len(names), axis=1)
    largest = [float(np.linalg.norm(matrix, 2)) for matrix in matrices]

    previous = _stacked([step.before for step in steps])
    after = _stacked([step.after for step in steps])
    kept = tf.nest.map_structure(lambda *values: tf.stack(values), *(step.kept for step in steps))
    slopes = layer.slopes(previous, after, kept)

    by_gate = tf.split(slopes.recurrent, len(names), -1)
    pulls = [
        float(tf.reduce_mean(tf.abs(slope))) * value
        for slope, value in zip(by_gate, largest, strict=True)
    ]
    direct = float(tf.reduce_mean(slopes.direct)) if hasattr(slopes, "direct") else 0.0
    if cell == "lstm":  # i, f and g reach the next h through the cell state alone
        through_cell = float(tf.reduce_mean(slopes.cell))
        decay = direct + through_cell * sum(pulls[:3]) + pulls[3]
    else:
        decay = direct + sum(pulls)
    return Theory(dict(zip(names, largest, strict=True)), direct, decay)


def _stacked(states: list[State]) -> State:
    return tuple(tf.stack(parts) for parts in zip(*states, strict=True))
