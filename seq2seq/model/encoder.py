"""The encoder: source tokens in, memory and context vector out."""

import keras
import tensorflow as tf

from seq2seq.model.recurrent import recurrent_layer


class Encoder(keras.layers.Layer):
    """Embedding, dropout, and stacked recurrent layers with residual connections.

    Args:
        embedding: Layer from tokens to vectors `(batch, source_length, embedding_size)`; may be shared with a decoder.
        units: Width of the memory and of the context; half of it per direction where bidirectional.
        cell: "gru", "lstm" or "rnn".
        num_layers: Number of recurrent layers; from the second on, each adds its input to its output.
        bidirectional: Whether every layer reads the sentence in both directions.
        dropout: Share of features dropped, the same ones at every position of a sentence (Gal & Ghahramani 2016).

    Call arguments:
        tokens: `(batch, source_length)`, right-padded.
        mask: `(batch, source_length)`, True at real tokens; at least one in each row.

    Returns:
        memory: `(batch, source_length, units)`, the outputs of the last layer.
        context: `(batch, units)`, the final state of the last layer, both directions side by side.
    """

    def __init__(
        self,
        embedding,
        units: int,
        *,
        cell="gru",
        num_layers=1,
        bidirectional=True,
        dropout=0.0,
        **kwargs,
    ):
        if bidirectional and units % 2:
            raise ValueError(
                f"Expected an even number of units for two directions. Received: units={units}."
            )
        super().__init__(**kwargs)
        self.embedding = embedding
        self.dropout = keras.layers.Dropout(dropout, noise_shape=(None, 1, None))
        directions = ("forward", "backward") if bidirectional else ("forward",)
        self.directions = [
            [
                recurrent_layer(cell, units // len(directions), name=f"{direction}_{index}")
                for direction in directions
            ]
            for index in range(num_layers)
        ]

    def build(self, tokens_shape):
        """Leaves the building to the first call of each layer; without this, Keras would trace a call for it."""

    def call(self, tokens, mask, training=False):
        return self.read(self.embedding(tokens), mask, training)

    def read(self, vectors, mask, training=False):
        """As `call`, of embedded tokens `(batch, source_length, embedding_size)`."""
        lengths = tf.reduce_sum(tf.cast(mask, tf.int32), -1)
        memory = self.dropout(vectors, training=training)
        for index, layers in enumerate(self.directions):
            outputs, context = self._in_directions(layers, memory, lengths, training)
            memory = outputs + memory if index else outputs
            memory = self.dropout(memory, training=training)
        return memory, context

    def _in_directions(self, layers, inputs, lengths, training):
        """Outputs and final hidden state of one layer; the second direction reads each sentence from its end."""
        outputs = layers[0](inputs, training=training)[0]
        final = _last(outputs, lengths)
        if len(layers) == 1:
            return outputs, final
        backward = layers[1](tf.reverse_sequence(inputs, lengths, 1), training=training)[0]
        final = tf.concat([final, _last(backward, lengths)], -1)
        return tf.concat([outputs, tf.reverse_sequence(backward, lengths, 1)], -1), final


def _last(outputs, lengths):
    """The output at the last real token of each sentence, `(batch, units)`: the state there."""
    return tf.gather_nd(outputs, tf.stack([tf.range(tf.shape(lengths)[0]), lengths - 1], -1))
