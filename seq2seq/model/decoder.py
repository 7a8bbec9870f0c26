"""The decoder: target tokens and a state in, logits of the next tokens and the new state out.

Training calls it with whole sentences, decoding with one token at a time: a step is a sequence of length 1.
"""

import keras
import tensorflow as tf

from seq2seq.model.attention import Attention
from seq2seq.model.bahdanau import AttentiveRecurrence
from seq2seq.model.loss import cross_entropy
from seq2seq.model.precision import Dense, product
from seq2seq.model.recurrent import recurrent_layer

ATTENTIONS = ("none", "luong", "bahdanau")
STATES = {"gru": ("hidden",), "lstm": ("hidden", "cell"), "rnn": ("hidden",)}


class Decoder(keras.layers.Layer):
    """Stacked recurrent layers over the target, started from the context vector, with optional attention.

    `attention="none"` is the classic model: the context vector, as the initial state, is all that the decoder sees of
    the source. `"luong"` attends after the first recurrent layer, so that the layers run over a whole sentence at once;
    those above read what was attended beside the output below them, as in GNMT, and see in their state what was
    attended before. `"bahdanau"` is the original recurrence: the first layer attends with its previous state, and the
    result is part of its next input.

    The logits are the product of a small tanh layer with the target embedding: the output layer is tied to it (Press &
    Wolf 2017). Of an embedding shared with a source of more tokens, it is the first rows.

    Args:
        embedding: Layer from tokens to vectors, a `keras.layers.Embedding`; its matrix is the output layer's too.
        units: Width of the recurrent layers.
        vocabulary_size: Number of target tokens; as many as the embedding has by default.
        cell: "gru", "lstm" or "rnn".
        num_layers: Number of recurrent layers; from the second on, each adds its input to its output.
        attention: "none", "luong" or "bahdanau".
        attention_score: Luong's score, "dot", "general" or "additive"; Bahdanau's is always additive.
        dropout: Share of features dropped, the same ones at every position of a sentence.

    Call arguments:
        tokens: `(batch, target_length)`, the tokens before the ones to predict; the first is BOS.
        state: One tuple of `(batch, units)` tensors per layer, from `initial_state(context)` or an earlier call.
        source: `(memory, keys, mask)`, from `attend_to(memory, mask)`, or `()` without attention.

    Returns:
        logits: `(batch, target_length, vocabulary_size)`.
        state: The state after the last token.
        attention_weights: `(batch, target_length, source_length)`, None without attention.

    Reference:
        Sutskever et al. 2014 (none); Luong et al. 2015, section 3.1, without input feeding, and Wu et al. 2016,
        https://arxiv.org/abs/1609.08144, section 3 (luong); Bahdanau et al. 2015.
    """

    def __init__(
        self,
        embedding,
        units: int,
        *,
        vocabulary_size=None,
        cell="gru",
        num_layers=1,
        attention="luong",
        attention_score="general",
        dropout=0.0,
        **kwargs,
    ):
        if attention not in ATTENTIONS:
            raise ValueError(
                f"Expected attention to be one of {', '.join(ATTENTIONS)}. Received: {attention!r}."
            )
        super().__init__(**kwargs)
        self.embedding, self.vocabulary_size = embedding, vocabulary_size or embedding.input_dim
        self.dropout = keras.layers.Dropout(dropout, noise_shape=(None, 1, None))
        self.recurrent_layers = [
            recurrent_layer(cell, units, name=f"layer_{index}") for index in range(num_layers)
        ]
        self.bridges = [
            [
                Dense(units, activation="tanh", name=f"bridge_{index}_{part}")
                for part in STATES[cell]
            ]
            for index in range(num_layers)
        ]
        self.attention = None
        if attention != "none":
            score = attention_score if attention == "luong" else "additive"
            self.attention = Attention(units, score, name="attention")
        self.recurrence = None
        if attention == "bahdanau":
            self.recurrence = AttentiveRecurrence(
                self.recurrent_layers[0], self.attention, name="recurrence"
            )
        self.readout = Dense(embedding.output_dim, activation="tanh", name="readout")

    def build(self, tokens_shape):
        """Leaves the building to the first call of each layer; without this, Keras would trace a call for it."""

    def initial_state(self, context):
        return tuple(tuple(bridge(context) for bridge in bridges) for bridges in self.bridges)

    def attend_to(self, memory, mask):
        """What every step needs of the source, computed once."""
        return (memory, self.attention.keys(memory), mask) if self.attention else ()

    def call(self, tokens, state, source=(), training=False):
        features, state, weights = self.features(self.embedding(tokens), state, source, training)
        return self.logits(features), state, weights

    def logits(self, features):
        """The output layer: `(…, embedding_size)` to `(…, vocabulary_size)`."""
        return product(features, self.output_embeddings(), transpose_b=True)

    def shortlist_logits(self, features, embeddings):
        """The output layer for some tokens of each sentence.

        Args:
            features: `(batch * queries, embedding_size)`, those of a sentence side by side.
            embeddings: `(batch, embedding_size, tokens)`: multiplied in this order, they take two thirds of the time.

        Returns:
            `(batch * queries, tokens)`.
        """
        by_sentence = tf.reshape(features, [tf.shape(embeddings)[0], -1, features.shape[-1]])
        return tf.reshape(tf.matmul(by_sentence, embeddings), [-1, embeddings.shape[-1]])

    def features(self, vectors, state, source=(), training=False):
        """As `call`, from embedded tokens to what the output layer reads, `(batch, target_length, embedding_size)`."""
        embedded = outputs = self.dropout(vectors, training=training)
        new_state, context, weights = [], None, None
        attends_between = self.attention is not None and self.recurrence is None
        for index, (layer, layer_state) in enumerate(
            zip(self.recurrent_layers, state, strict=True)
        ):
            below = outputs
            if self.recurrence and index == 0:
                outputs, layer_state, context, weights = self.recurrence(
                    below, layer_state, *source, training=training
                )
            else:
                inputs = tf.concat([below, context], -1) if index and attends_between else below
                outputs, *layer_state = layer(
                    inputs, initial_state=list(layer_state), training=training
                )
            new_state.append(tuple(layer_state))
            outputs = self.dropout(outputs + below if index else outputs, training=training)
            if attends_between and index == 0:
                context, weights = self.attention(outputs, *source)
        features = [outputs]
        if self.attention:
            features += [context]
        if self.recurrence:
            features += [embedded]
        features = self.dropout(self.readout(tf.concat(features, -1)), training=training)
        return features, tuple(new_state), weights

    def loss(self, features, labels, *, smoothing=0.0):
        """`cross_entropy` of these features through the output layer."""
        return cross_entropy(features, self.output_embeddings(), labels, smoothing=smoothing)

    def output_embeddings(self):
        """The output layer's weights, `(vocabulary_size, embedding_size)`."""
        embeddings = tf.convert_to_tensor(self.embedding.embeddings)
        return (
            embeddings
            if self.vocabulary_size == embeddings.shape[0]
            else embeddings[: self.vocabulary_size]
        )
