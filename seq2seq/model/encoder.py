"""The encoder: source tokens in, memory and context vector out."""

import keras
import tensorflow as tf

from seq2seq.model.cells import recurrent_layer
from seq2seq.model.recurrent import RecurrentLayer


class Encoder(keras.layers.Layer):
    """Embedding, dropout, and stacked recurrent layers with residual connections.

    Args:
        embedding: Layer from tokens to vectors `(batch, source_length, embedding_size)`; may be
            shared with a decoder.
        units: Width of the memory and of the context; half of it per direction where bidirectional.
        cell: "gru", "lstm" or "rnn".
        num_layers: Number of recurrent layers; from the second on, each adds its input to its
            output.
        bidirectional: Whether every layer reads the sentence in both directions.
        dropout: Share of features dropped, the same ones at every position of a sentence (Gal &
            Ghahramani 2016).

    Call arguments:
        tokens: `(batch, source_length)`, right-padded.
        mask: `(batch, source_length)`, True at real tokens; at least one in each row.

    Returns:
        memory: `(batch, source_length, units)`, the outputs of the last layer.
        context: `(batch, units)`, the final state of the last layer, both directions side by side.
    """

    def __init__(
        self,
        embedding: keras.layers.Embedding,
        units: int,
        *,
        cell: str = "gru",
        num_layers: int = 1,
        bidirectional: bool = True,
        dropout: float = 0.0,
        name: str | None = None,
    ):
        if bidirectional and units % 2:
            raise ValueError(
                f"Expected an even number of units for two directions. Received: units={units}."
            )
        super().__init__(name=name)
        self.embedding = embedding
        self.dropout = keras.layers.Dropout(dropout, noise_shape=(None, 1, None))

        names = ("forward", "backward") if bidirectional else ("forward",)
        units //= len(names)
        self.directions = [
            [recurrent_layer(cell, units, name=f"{name}_{index}") for name in names]
            for index in range(num_layers)
        ]

    def build(self, tokens_shape: tuple) -> None:
        """Leaves the building to the first call of each layer; Keras would trace a call for it."""

    def call(
        self, tokens: tf.Tensor, mask: tf.Tensor, training: bool = False
    ) -> tuple[tf.Tensor, tf.Tensor]:
        return self.read(self.embedding(tokens), mask, training)

    def read(
        self, vectors: tf.Tensor, mask: tf.Tensor, training: bool = False
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """As `call`, but reads embedded tokens `(batch, source_length, embedding_size)`."""
        lengths = tf.reduce_sum(tf.cast(mask, tf.int32), -1)
        memory = self.dropout(vectors, training=training)

        first, *others = self.directions
        outputs, context = _read_both_ways(first, memory, lengths, training)
        memory = self.dropout(outputs, training=training)

        for layers in others:
            outputs, context = _read_both_ways(layers, memory, lengths, training)
            memory = self.dropout(outputs + memory, training=training)

        return memory, context


def _read_both_ways(
    layers: list[RecurrentLayer], inputs: tf.Tensor, lengths: tf.Tensor, training: bool
) -> tuple[tf.Tensor, tf.Tensor]:
    """Outputs and final hidden state of one layer.

    The second direction, if there is one, reads each sentence from its end.
    """
    outputs = layers[0](inputs, training=training)[0]
    final = _last(outputs, lengths)
    if len(layers) == 1:
        return outputs, final

    backward_inputs = tf.reverse_sequence(inputs, lengths, 1)
    backward = layers[1](backward_inputs, training=training)[0]
    backward_final = _last(backward, lengths)
    backward = tf.reverse_sequence(backward, lengths, 1)

    return tf.concat([outputs, backward], -1), tf.concat([final, backward_final], -1)


def _last(outputs: tf.Tensor, lengths: tf.Tensor) -> tf.Tensor:
    """The output at the last real token of each sentence, `(batch, units)`: the state there."""
    rows = tf.range(tf.shape(lengths)[0])

    return tf.gather_nd(outputs, tf.stack([rows, lengths - 1], -1))
