"""How a score changes with the embedded source: gradients with respect to its vectors."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from seq2seq.ids import BOS_ID
from seq2seq.model.seq2seq import Seq2Seq


def label_log_probs(model: Seq2Seq, vectors: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    """The log-probability of each label of a translation, for several versions of a source.

    Args:
        model: The model.
        vectors: Embedded sources without padding, `(batch, source_length, embedding_size)`.
        labels: `(target_length,)`, the same translation for all.

    Returns:
        `(batch, target_length)`.
    """
    batch = tf.shape(vectors)[0]
    mask = tf.ones(tf.shape(vectors)[:2], tf.bool)
    memory, context = model.encoder.read(vectors, mask)
    decoder = model.decoder

    inputs = tf.concat([[BOS_ID], labels[:-1]], 0)
    embedded = tf.repeat(decoder.embedding(inputs)[tf.newaxis], batch, 0)
    features, _, _ = decoder.features(
        embedded, decoder.initial_state(context), decoder.attend_to(memory, mask)
    )
    log_probs = tf.nn.log_softmax(decoder.logits(features))
    every = tf.repeat(labels[tf.newaxis], batch, 0)
    return tf.gather(log_probs, every, batch_dims=2)


def gradient_times_input(
    model: Seq2Seq, source_tokens: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    """What each source piece adds to the log-probability of each target piece, to first order.

    Args:
        model: The model.
        source_tokens: `(source_length,)`.
        labels: `(target_length,)`.

    Returns:
        `(target_length, source_length)`: the gradient of the log-probability with respect to the
        embedding of the source piece, times this embedding, summed over its features.

    Reference:
        Denil et al. 2014, https://arxiv.org/abs/1412.6815; Ding et al. 2019,
        https://arxiv.org/abs/1906.10282, for recurrent translation.
    """
    length = len(labels)
    vectors = model.encoder.embedding(tf.constant(source_tokens[np.newaxis]))
    vectors = tf.repeat(vectors, length, 0)  # a row for each target piece
    with tf.GradientTape() as tape:
        tape.watch(vectors)
        log_probs = label_log_probs(model, vectors, tf.constant(labels))
        own = tf.reduce_sum(tf.linalg.diag_part(log_probs))  # row t counts its piece t alone

    gradient = tape.gradient(own, vectors)
    return tf.reduce_sum(gradient * vectors, -1).numpy()


class Contrast(NamedTuple):
    """Why one translation is likelier than another.

    Attributes:
        contributions: What each source piece speaks for the first, `(source_length,)`, in nats.
        without_source: How much likelier the first is where all source pieces are zero vectors.
        difference: How much likelier the first is, in nats.
        points: Points of the path at which the gradient was taken.
    """

    contributions: np.ndarray
    without_source: float
    difference: float
    points: int

    @property
    def error(self) -> float:
        """By how much the parts miss the difference, in nats."""
        return abs(float(self.contributions.sum()) + self.without_source - self.difference)


def contrast(
    model: Seq2Seq,
    source_tokens: np.ndarray,
    labels: np.ndarray,
    other_labels: np.ndarray,
    *,
    tolerance: float,
    most_points: int = 512,
) -> Contrast:
    """Divides the difference of two translations' log-probabilities among the source pieces.

    The gradient of the difference is integrated on the straight path from zero vectors to the
    embedded source, by Gauss and Legendre's points, whose number doubles until the error is small.

    Args:
        model: The model.
        source_tokens: `(source_length,)`.
        labels: The translation, `(target_length,)`.
        other_labels: The other one.
        tolerance: The error at which to stop, in nats.
        most_points: Where to stop at the latest.

    Reference:
        Sundararajan et al. 2017, https://arxiv.org/abs/1703.01365, equation 1; Yin & Neubig 2022,
        https://arxiv.org/abs/2202.10419, for the contrast.
    """
    vectors = model.encoder.embedding(tf.constant(source_tokens[np.newaxis]))

    def preference(versions: tf.Tensor) -> tf.Tensor:
        own, other = (
            tf.reduce_sum(label_log_probs(model, versions, tf.constant(tokens)), -1)
            for tokens in (labels, other_labels)
        )
        return own - other

    ends = preference(tf.concat([tf.zeros_like(vectors), vectors], 0)).numpy()
    points = 16
    while True:
        gradient = _mean_gradient(preference, vectors, points)
        contributions = tf.reduce_sum(gradient * vectors[0], -1).numpy()
        found = Contrast(contributions, float(ends[0]), float(ends[1]), points)
        if found.error <= tolerance or points >= most_points:
            return found
        points *= 2


def _mean_gradient(
    preference: Callable[[tf.Tensor], tf.Tensor], vectors: tf.Tensor, points: int
) -> tf.Tensor:
    """The mean gradient on the path from zero to the vectors, `(source_length, embedding_size)`."""
    places, shares = np.polynomial.legendre.leggauss(points)
    shares = tf.constant(shares / 2, tf.float32)[:, tf.newaxis, tf.newaxis]
    versions = tf.constant((places + 1) / 2, tf.float32)[:, tf.newaxis, tf.newaxis] * vectors
    with tf.GradientTape() as tape:
        tape.watch(versions)
        total = tf.reduce_sum(preference(versions))
    gradient: Any = tape.gradient(total, versions)
    return tf.reduce_sum(shares * gradient, 0)
