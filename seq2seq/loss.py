"""The training loss: cross-entropy averaged over real tokens, with label smoothing."""

import tensorflow as tf

from seq2seq.ids import PAD_ID
from seq2seq.precision import product_dtype

_SMALLEST = 1e-37  # keeps the logarithm finite


def cross_entropy(
    features: tf.Tensor, embeddings: tf.Tensor, bias: tf.Tensor, labels: tf.Tensor, *, smoothing: float = 0.0
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Token-weighted cross-entropy of the logits `features embeddings^T + bias`.

    Padding counts neither above nor below the fraction bar. With smoothing e and a vocabulary of V, the target
    distribution is 1 - e on the label plus e / V everywhere (Szegedy et al. 2016, section 7).

    The probabilities are the one tensor as large as the vocabulary that is ever made: everything else in the loss and
    in its gradient is a product with them or has the width of an embedding.

    Args:
        features: `(batch, target_length, embedding_size)`, what the decoder hands to its output layer.
        embeddings: `(vocabulary_size, embedding_size)`.
        bias: `(vocabulary_size,)`.
        labels: `(batch, target_length)`; `PAD_ID` marks padding.
        smoothing: e, in [0, 1).

    Returns:
        The smoothed loss and the negative log-likelihood, in nats per real token, and the number of real tokens. Only
        the smoothed loss has a gradient.
    """
    labels = tf.reshape(labels, [-1])
    weights = tf.cast(labels != PAD_ID, tf.float32)
    tokens = tf.reduce_sum(weights)
    rows = tf.reshape(features, [-1, features.shape[-1]])
    loss, nll = _fused_cross_entropy(rows, embeddings, bias, labels, weights / tokens, smoothing)
    return loss, nll, tokens


def _fused_cross_entropy(rows, embeddings, bias, labels, weights, smoothing):
    dtype = product_dtype()

    @tf.custom_gradient
    def loss_of(rows, embeddings, bias):
        narrow = tf.cast(embeddings, dtype)
        logits = tf.matmul(tf.cast(rows, dtype), narrow, transpose_b=True)
        probabilities = tf.nn.softmax(tf.nn.bias_add(logits, tf.cast(bias, dtype)))  # (rows, vocabulary_size)
        label_probabilities = tf.cast(tf.gather(probabilities, labels, batch_dims=1), tf.float32)
        nll = -tf.math.log(tf.maximum(label_probabilities, _SMALLEST))
        label_embeddings, mean_embedding = tf.gather(embeddings, labels), tf.reduce_mean(embeddings, 0)
        label_logits = tf.reduce_sum(rows * label_embeddings, -1) + tf.gather(bias, labels)
        mean_logits = tf.linalg.matvec(rows, mean_embedding) + tf.reduce_mean(bias)
        loss = nll + smoothing * (label_logits - mean_logits)

        def gradient(d_loss, _):
            # d_logits = scale * (probabilities - (1 - smoothing) * one_hot(labels) - smoothing / vocabulary_size),
            # never made: its three terms meet the factors of the product one by one.
            scale = (d_loss * weights)[:, tf.newaxis]
            expected = tf.cast(tf.matmul(probabilities, narrow), tf.float32)
            d_rows = scale * (expected - (1 - smoothing) * label_embeddings - smoothing * mean_embedding)
            scaled = tf.concat([scale * rows, scale], -1)  # the last column is the bias's
            d_output = tf.cast(tf.matmul(probabilities, tf.cast(scaled, dtype), transpose_a=True), tf.float32)
            d_output -= smoothing / embeddings.shape[0] * tf.reduce_sum(scaled, 0)
            d_output = tf.tensor_scatter_nd_sub(d_output, labels[:, tf.newaxis], (1 - smoothing) * scaled)
            return d_rows, d_output[:, :-1], d_output[:, -1]

        return (tf.reduce_sum(weights * loss), tf.reduce_sum(weights * nll)), gradient

    return loss_of(rows, tf.convert_to_tensor(embeddings), tf.convert_to_tensor(bias))
