"""Attention: for each query, a weighted average of the encoder's memory."""

import keras
import tensorflow as tf

from seq2seq.model.precision import Dense

SCORES = ("dot", "general", "additive")


class Attention(keras.layers.Layer):
    """Global attention over a memory, with Luong's or Bahdanau's score of query `q` against memory position `m`::

        dot       q . m
        general   q . (W m)                  (Luong et al. 2015, equation 8)
        additive  v . tanh(W m + U q)        (Bahdanau et al. 2015, appendix A.1.2)

    The part of the score that depends on the memory alone, its keys, is computed once per sentence by `keys`.

    Args:
        units: Width of the queries; of the memory too where the score is "dot".
        score: "dot", "general" or "additive".

    Call arguments:
        query: `(batch, target_length, units)`; or of several queries for each sentence, such as the hypotheses of a
            search, side by side: `(batch * queries, target_length, units)`.
        memory: `(batch, source_length, memory_units)`.
        keys: `(batch, source_length, units)`, from `keys(memory)`.
        mask: `(batch, source_length)`, True at real tokens.

    Returns:
        For each query, the context `(…, target_length, memory_units)` and the attention weights
        `(…, target_length, source_length)`, whose rows sum to 1 over real tokens.

    Reference:
        Luong et al. 2015, https://arxiv.org/abs/1508.04025; Bahdanau et al. 2015, https://arxiv.org/abs/1409.0473.
    """

    def __init__(self, units: int, score: str = "general", **kwargs):
        if score not in SCORES:
            raise ValueError(
                f"Expected score to be one of {', '.join(SCORES)}. Received: {score!r}."
            )
        super().__init__(**kwargs)
        self.units, self.score = units, score
        self.key_projection = (
            None if score == "dot" else Dense(units, use_bias=False, name="key_projection")
        )
        self.query_projection = (
            Dense(units, use_bias=True, name="query_projection") if score == "additive" else None
        )

    def build(self, query_shape, memory_shape):
        if self.key_projection and not self.key_projection.built:
            self.key_projection.build(memory_shape)
        if self.query_projection:
            self.query_projection.build(query_shape)
            self.energy = self.add_weight(
                shape=(self.units, 1), initializer="glorot_uniform", name="energy"
            )

    def keys(self, memory):
        return self.key_projection(memory) if self.key_projection else memory

    def query_weights(self):
        """Kernel, bias and energy with which the additive score reads the query."""
        projection = self.query_projection
        return [
            tf.convert_to_tensor(weight)
            for weight in (projection.kernel, projection.bias, self.energy)
        ]

    def call(self, query, memory, keys, mask):
        target_length = query.shape[1] or tf.shape(query)[1]
        query = tf.reshape(
            query, [tf.shape(memory)[0], -1, query.shape[-1]]
        )  # all queries of a sentence
        if self.score == "additive":
            # (batch, target_length, source_length, units)
            hidden = tf.tanh(keys[:, tf.newaxis] + self.query_projection(query)[:, :, tf.newaxis])
            scores = tf.reduce_sum(hidden * tf.squeeze(self.energy, 1), -1)
        else:
            scores = tf.matmul(
                query, keys, transpose_b=True
            )  # (batch, target_length, source_length)
        scores = tf.where(mask[:, tf.newaxis], scores, scores.dtype.min)
        weights = tf.nn.softmax(scores)
        context = tf.reshape(tf.matmul(weights, memory), [-1, target_length, memory.shape[-1]])
        return context, tf.reshape(weights, [-1, target_length, tf.shape(memory)[1]])
