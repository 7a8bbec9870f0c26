"""The training losses: cross-entropy over real tokens, and guided alignment."""

import tensorflow as tf

from seq2seq.ids import PAD_ID
from seq2seq.model.gradient import with_gradient
from seq2seq.model.precision import current_precision, matmul

# The smallest probability of a label, so that its logarithm is finite.
_SMALLEST = 1e-37

# Added to the attention, so that its logarithm is moderate where there is none.
_UNATTENDED = 1e-6


def cross_entropy(
    features: tf.Tensor, embeddings: tf.Tensor, labels: tf.Tensor, *, smoothing: float = 0.0
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Token-weighted cross-entropy of the logits `features embeddings^T`.

    Padding counts neither above nor below the fraction bar. With smoothing e and a vocabulary of V,
    the target distribution is 1 - e on the label plus e / V everywhere (Szegedy et al. 2016,
    section 7).

    The probabilities are the one tensor as large as the vocabulary that is ever made: everything
    else in the loss and in its gradient is a product with them or has the width of an embedding.

    Args:
        features: `(batch, target_length, embedding_size)`, what the decoder hands to its output
            layer.
        embeddings: `(vocabulary_size, embedding_size)`.
        labels: `(batch, target_length)`; `PAD_ID` marks padding.
        smoothing: e, in [0, 1).

    Returns:
        The smoothed loss and the negative log-likelihood, in nats per real token, and the number of
        real tokens. Only the smoothed loss has a gradient. Of no token at all, both are 0.
    """
    labels = tf.reshape(labels, [-1])
    weights = tf.cast(labels != PAD_ID, tf.float32)
    tokens = tf.reduce_sum(weights)
    weights /= tf.maximum(tokens, 1.0)

    rows = tf.reshape(features, [-1, features.shape[-1]])
    loss, nll = _fused_cross_entropy(
        rows, tf.convert_to_tensor(embeddings), labels, weights, smoothing
    )

    return loss, nll, tokens


def guided_alignment_loss(attention_weights: tf.Tensor, alignment: tf.Tensor) -> tf.Tensor:
    """Cross-entropy of the attention against a word alignment, in nats per aligned token.

    `Seq2Seq._loss` adds it to the training loss, with a weight that `training.schedule` lets fall.

    Args:
        attention_weights: `(batch, target_length, source_length)`.
        alignment: The same shape; a row sums to 1, or to 0 where nothing is known, such as at
            padding.

    Reference:
        Chen et al. 2016, https://arxiv.org/abs/1607.01628.
    """
    total = -tf.reduce_sum(alignment * tf.math.log(attention_weights + _UNATTENDED))

    return total / tf.maximum(tf.reduce_sum(alignment), 1.0)


@with_gradient
def _fused_cross_entropy(
    rows: tf.Tensor,
    embeddings: tf.Tensor,
    labels: tf.Tensor,
    weights: tf.Tensor,
    smoothing: float,
):
    """The weighted sums of smoothed loss and negative log-likelihood, and the gradient."""
    dtype = current_precision().logits_dtype
    vocabulary_size: int = embeddings.shape[0]  # pyright: ignore[reportAssignmentType]
    outputs = tf.cast(embeddings, dtype)

    # A row of zeros has the same probability, one in vocabulary_size, for every token. In the
    # gradient it carries the smoothing, which goes to every token alike.
    inputs = tf.cast(tf.pad(rows, [[0, 1], [0, 0]]), dtype)
    probabilities = tf.nn.softmax(matmul(inputs, outputs, transpose_b=True))

    label_probabilities = tf.cast(tf.gather(probabilities[:-1], labels, batch_dims=1), tf.float32)
    nll = -tf.math.log(tf.maximum(label_probabilities, _SMALLEST))

    label_embeddings = tf.gather(embeddings, labels)
    mean_embedding = matmul(tf.fill([1, vocabulary_size], 1 / vocabulary_size), embeddings)
    loss = nll + smoothing * tf.reduce_sum(rows * (label_embeddings - mean_embedding), -1)

    def gradient(d_loss, _):
        # The gradient of the logits, scale times
        #     probabilities - (1 - smoothing) * one_hot(labels) - smoothing / vocabulary_size,
        # is never made: each of its three terms is multiplied with the factors of the product.
        scale = (d_loss * weights)[:, tf.newaxis]
        expected = tf.cast(matmul(probabilities, outputs), tf.float32)[:-1]
        d_rows = scale * (
            expected - (1 - smoothing) * label_embeddings - smoothing * mean_embedding
        )

        scaled = scale * rows
        spread = -smoothing * tf.reduce_sum(scaled, 0, keepdims=True)
        d_logit_factors = tf.cast(tf.concat([scaled, spread], 0), dtype)
        d_embeddings = tf.cast(matmul(probabilities, d_logit_factors, transpose_a=True), tf.float32)
        d_embeddings = tf.tensor_scatter_nd_sub(
            d_embeddings, labels[:, tf.newaxis], (1 - smoothing) * scaled
        )

        return d_rows, d_embeddings, None, None, None

    return (tf.reduce_sum(weights * loss), tf.reduce_sum(weights * nll)), gradient
