"""Attention: for each query, a weighted average of the encoder's memory."""

from typing import Any, NamedTuple

import keras
import tensorflow as tf

from seq2seq.model.dense import Dense

# The size of each axis; None where it is not known.
Shape = tuple[Any, ...]


class Attention(keras.layers.Layer):
    """Global attention over a memory: a softmax of scores, and the average that it weights.

    A subclass defines the score. The part of the score that depends on the memory alone, its keys,
    is computed once per sentence by `keys`.

    Args:
        units: Width of the queries and of the keys.

    Call arguments:
        query: `(batch, target_length, units)`. There may be several queries for each sentence, such
            as the hypotheses of a search, side by side: `(batch * queries, target_length, units)`.
        memory: `(batch, source_length, memory_units)`.
        keys: `(batch, source_length, units)`, from `keys(memory)`.
        mask: `(batch, source_length)`, True at real tokens.

    Returns:
        For each query, the context `(…, target_length, memory_units)` and the attention weights
        `(…, target_length, source_length)`, whose rows sum to 1 over real tokens.
    """

    def __init__(self, units: int, *, name: str | None = None):
        super().__init__(name=name)
        self.units = units
        self.key_projection = Dense(units, use_bias=False, name="key_projection")

    def build(self, query_shape: Shape, memory_shape: Shape) -> None:
        if not self.key_projection.built:
            self.key_projection.build(memory_shape)

    def keys(self, memory: tf.Tensor) -> tf.Tensor:
        """Projects the memory to what the score reads of it, `(batch, source_length, units)`."""
        return self.key_projection(memory)

    def score(self, query: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
        """The score of each query against each position.

        Args:
            query: `(batch, queries, units)`.
            keys: `(batch, source_length, units)`.

        Returns:
            `(batch, queries, source_length)`.
        """
        raise NotImplementedError

    def call(
        self, query: tf.Tensor, memory: tf.Tensor, keys: tf.Tensor, mask: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        target_length = query.shape[1] or tf.shape(query)[1]
        # All queries of a sentence in one row: (batch, queries * target_length, units).
        query = tf.reshape(query, [tf.shape(memory)[0], -1, query.shape[-1]])

        scores = self.score(query, keys)
        scores = tf.where(mask[:, tf.newaxis], scores, scores.dtype.min)
        weights = tf.nn.softmax(scores)
        context = tf.matmul(weights, memory)

        context = tf.reshape(context, [-1, target_length, memory.shape[-1]])
        return context, tf.reshape(weights, [-1, target_length, tf.shape(memory)[1]])


class GeneralAttention(Attention):
    """Attention with the general score of query `q` against position `m`: `q . (W m)`.

    Reference:
        Luong et al. 2015, https://arxiv.org/abs/1508.04025, equation 8.
    """

    def score(self, query: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
        return tf.matmul(query, keys, transpose_b=True)


class QueryWeights(NamedTuple):
    """The weights with which the additive score reads a query."""

    kernel: tf.Tensor  # U
    bias: tf.Tensor
    energy: tf.Tensor  # v, as a matrix (units, 1)


class AdditiveAttention(Attention):
    """Attention with the additive score of query `q` against position `m`: `v . tanh(W m + U q)`.

    This is the score of a single step. Over a whole sentence, `bahdanau` computes the same one in
    its loop.

    Reference:
        Bahdanau et al. 2015, https://arxiv.org/abs/1409.0473, appendix A.1.2.
    """

    def __init__(self, units: int, *, name: str | None = None):
        super().__init__(units, name=name)
        self.query_projection = Dense(units, use_bias=True, name="query_projection")

    def build(self, query_shape: Shape, memory_shape: Shape) -> None:
        super().build(query_shape, memory_shape)
        self.query_projection.build(query_shape)
        self.energy = self.add_weight(
            shape=(self.units, 1), initializer="glorot_uniform", name="energy"
        )

    def query_weights(self) -> QueryWeights:
        """The weights of the score, without those of the keys."""
        return QueryWeights(
            tf.convert_to_tensor(self.query_projection.kernel),
            tf.convert_to_tensor(self.query_projection.bias),
            tf.convert_to_tensor(self.energy),
        )

    def score(self, query: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
        projected = self.query_projection(query)[:, :, tf.newaxis]
        hidden = tf.tanh(keys[:, tf.newaxis] + projected)  # (batch, queries, source_length, units)

        return tf.reduce_sum(hidden * tf.squeeze(self.energy, 1), -1)
