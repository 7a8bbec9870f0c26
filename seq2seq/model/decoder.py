"""The decoder: target tokens and a state in, logits of the next tokens and the new state out.

Training calls the decoder with whole sentences, decoding with one token at a time: a step is a
sequence of length 1.
"""

from typing import NamedTuple

import keras
import tensorflow as tf

from seq2seq.model.attention import AdditiveAttention, Attention, GeneralAttention
from seq2seq.model.bahdanau import AttentiveRecurrence
from seq2seq.model.cells import recurrent_layer
from seq2seq.model.dense import Dense
from seq2seq.model.loss import cross_entropy
from seq2seq.model.options import ATTENTION_NAMES
from seq2seq.model.precision import product
from seq2seq.model.recurrent import State

# One state per layer.
DecoderState = tuple[State, ...]

# Memory, keys and mask; empty without attention.
Source = tuple[tf.Tensor, ...]


class _Read(NamedTuple):
    """What the layers of a decoder return to the readout."""

    outputs: list[tf.Tensor]  # what the readout reads, side by side
    state: DecoderState
    attention_weights: tf.Tensor | None


class Decoder(keras.layers.Layer):
    """Stacked recurrent layers over the target, started from the context vector.

    `attention="none"` is the classic model: the context vector, as the initial state, is all that
    the decoder sees of the source.

    `"luong"` attends after the first recurrent layer, so that the layers run over a whole sentence
    at once. Those above read what was attended beside the output below them, as in GNMT, and see in
    their state what was attended before.

    `"bahdanau"` is the original recurrence: the first layer attends with its previous state, and
    the result is part of its next input.

    Scores, softmax and weighted average are in `attention`, and those of the original recurrence
    over a whole sentence in `bahdanau`. Their place between the layers is here.
    The widths of what is read, where E is the embedding, H the units of the decoder and M those of
    the memory:

    ============  ============  ============  ===============  ======================
    `attention`   first layer   layers above  readout          query
    ============  ============  ============  ===============  ======================
    `"none"`      E             H             H                -
    `"luong"`     E             H + M         H + M            output of first layer
    `"bahdanau"`  E + M         H             H + M + E        state of first layer
    ============  ============  ============  ===============  ======================

    The readout is a small tanh layer of width E. The logits are its product with the target
    embedding: the output layer is tied to it (Press & Wolf 2017). Where the embedding is shared
    with a source of more tokens, the output layer is its first rows.

    Args:
        embedding: Layer from tokens to vectors, a `keras.layers.Embedding`; its matrix is the
            output layer's too.
        units: Width of the recurrent layers.
        vocabulary_size: Number of target tokens; as many as the embedding has by default.
        cell: "gru", "lstm" or "rnn".
        num_layers: Number of recurrent layers; from the second on, each adds its input to its
            output.
        attention: "none", "luong" or "bahdanau". Luong's score is the general one, Bahdanau's the
            additive one.
        dropout: Share of features dropped, the same ones at every position of a sentence.

    Call arguments:
        tokens: `(batch, target_length)`, the tokens before the ones to predict; the first is BOS.
        state: One tuple of `(batch, units)` tensors per layer, from `initial_state(context)` or an
            earlier call.
        source: `(memory, keys, mask)`, from `attend_to(memory, mask)`, or `()` without attention.

    Returns:
        logits: `(batch, target_length, vocabulary_size)`.
        state: The state after the last token.
        attention_weights: `(batch, target_length, source_length)`, None without attention.

    Reference:
        Sutskever et al. 2014 (none); Luong et al. 2015, section 3.1, without input feeding, and Wu
        et al. 2016, https://arxiv.org/abs/1609.08144, section 3 (luong); Bahdanau et al. 2015.
    """

    def __init__(
        self,
        embedding: keras.layers.Embedding,
        units: int,
        *,
        vocabulary_size: int | None = None,
        cell: str = "gru",
        num_layers: int = 1,
        attention: str = "luong",
        dropout: float = 0.0,
        name: str | None = None,
    ):
        if attention not in ATTENTION_NAMES:
            raise ValueError(
                f"Expected attention to be one of {', '.join(ATTENTION_NAMES)}. "
                f"Received: {attention!r}."
            )
        super().__init__(name=name)
        self.embedding = embedding
        self.vocabulary_size = vocabulary_size or embedding.input_dim
        self.dropout = keras.layers.Dropout(dropout, noise_shape=(None, 1, None))

        self.recurrent_layers = [
            recurrent_layer(cell, units, name=f"layer_{index}") for index in range(num_layers)
        ]
        self.bridges = [
            _bridges(layer.state_names, units, index)
            for index, layer in enumerate(self.recurrent_layers)
        ]

        self.attention = None
        self.recurrence = None
        if attention == "luong":
            self.attention = GeneralAttention(units, name="attention")
        elif attention == "bahdanau":
            self.attention = AdditiveAttention(units, name="attention")
            self.recurrence = AttentiveRecurrence(
                self.recurrent_layers[0], self.attention, name="recurrence"
            )

        self.readout = Dense(embedding.output_dim, activation="tanh", name="readout")

    def build(self, tokens_shape: tuple) -> None:
        """Leaves the building to the first call of each layer; Keras would trace a call for it."""

    def initial_state(self, context: tf.Tensor) -> DecoderState:
        """The state before the first token: each part is a tanh layer of the context."""
        return tuple(tuple(bridge(context) for bridge in bridges) for bridges in self.bridges)

    def attend_to(self, memory: tf.Tensor, mask: tf.Tensor) -> Source:
        """What every step needs of the source, computed once."""
        return (memory, self.attention.keys(memory), mask) if self.attention else ()

    def call(
        self, tokens: tf.Tensor, state: DecoderState, source: Source = (), training: bool = False
    ) -> tuple[tf.Tensor, DecoderState, tf.Tensor | None]:
        features, state, weights = self.features(self.embedding(tokens), state, source, training)

        return self.logits(features), state, weights

    def features(
        self, vectors: tf.Tensor, state: DecoderState, source: Source = (), training: bool = False
    ) -> tuple[tf.Tensor, DecoderState, tf.Tensor | None]:
        """As `call`, but reads embedded tokens, and stops before the output layer.

        Instead of logits it returns what the output layer reads, `(batch, target_length,
        embedding_size)`.
        """
        embedded = self.dropout(vectors, training=training)

        if self.recurrence is not None:
            read = self._with_bahdanau(self.recurrence, embedded, state, source, training)
        elif self.attention is not None:
            read = self._with_luong(self.attention, embedded, state, source, training)
        else:
            read = self._without_attention(embedded, state, training)

        features = self.readout(tf.concat(read.outputs, -1))
        features = self.dropout(features, training=training)

        return features, read.state, read.attention_weights

    def _without_attention(self, embedded: tf.Tensor, state: DecoderState, training: bool) -> _Read:
        outputs, first = self._first_layer(embedded, state[0], training)
        outputs, above = self._layers_above(outputs, state[1:], training)

        return _Read([outputs], (first, *above), None)

    def _with_luong(
        self,
        attention: Attention,
        embedded: tf.Tensor,
        state: DecoderState,
        source: Source,
        training: bool,
    ) -> _Read:
        outputs, first = self._first_layer(embedded, state[0], training)
        context, weights = attention(outputs, *source)
        outputs, above = self._layers_above(outputs, state[1:], training, context=context)

        return _Read([outputs, context], (first, *above), weights)

    def _with_bahdanau(
        self,
        recurrence: AttentiveRecurrence,
        embedded: tf.Tensor,
        state: DecoderState,
        source: Source,
        training: bool,
    ) -> _Read:
        outputs, first, context, weights = recurrence(
            embedded, state[0], *source, training=training
        )
        outputs = self.dropout(outputs, training=training)
        outputs, above = self._layers_above(outputs, state[1:], training)

        return _Read([outputs, context, embedded], (first, *above), weights)

    def _first_layer(
        self, embedded: tf.Tensor, state: State, training: bool
    ) -> tuple[tf.Tensor, State]:
        """Outputs and new state of the first recurrent layer, where it does not attend itself."""
        outputs, *new_state = self.recurrent_layers[0](
            embedded, initial_state=list(state), training=training
        )

        return self.dropout(outputs, training=training), tuple(new_state)

    def _layers_above(
        self,
        outputs: tf.Tensor,
        states: DecoderState,
        training: bool,
        *,
        context: tf.Tensor | None = None,
    ) -> tuple[tf.Tensor, list[State]]:
        """Outputs and new states of the layers above the first; they read the context, if given."""
        new_states = []
        for layer, state in zip(self.recurrent_layers[1:], states, strict=True):
            inputs = outputs if context is None else tf.concat([outputs, context], -1)
            above, *new_state = layer(inputs, initial_state=list(state), training=training)

            outputs = self.dropout(above + outputs, training=training)
            new_states.append(tuple(new_state))

        return outputs, new_states

    def logits(self, features: tf.Tensor) -> tf.Tensor:
        """The output layer: `(…, embedding_size)` to `(…, vocabulary_size)`."""
        return product(features, self.output_embeddings(), transpose_b=True)

    def shortlist_logits(self, features: tf.Tensor, embeddings: tf.Tensor) -> tf.Tensor:
        """The output layer for some tokens of each sentence.

        Args:
            features: `(batch * queries, embedding_size)`, those of a sentence side by side.
            embeddings: `(batch, embedding_size, tokens)`. A product in this order takes two thirds
                of the time.

        Returns:
            `(batch * queries, tokens)`.
        """
        by_sentence = tf.reshape(features, [tf.shape(embeddings)[0], -1, features.shape[-1]])

        return tf.reshape(tf.matmul(by_sentence, embeddings), [-1, embeddings.shape[-1]])

    def loss(
        self, features: tf.Tensor, labels: tf.Tensor, *, smoothing: float = 0.0
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """`cross_entropy` of these features through the output layer."""
        return cross_entropy(features, self.output_embeddings(), labels, smoothing=smoothing)

    def output_embeddings(self) -> tf.Tensor:
        """The output layer's weights, `(vocabulary_size, embedding_size)`."""
        embeddings = tf.convert_to_tensor(self.embedding.embeddings)
        if self.vocabulary_size == embeddings.shape[0]:
            return embeddings

        return embeddings[: self.vocabulary_size]


def _bridges(state_names: tuple[str, ...], units: int, index: int) -> list[Dense]:
    """The layers that make the initial state of a recurrent layer, one for each part of it."""
    return [Dense(units, activation="tanh", name=f"bridge_{index}_{part}") for part in state_names]
