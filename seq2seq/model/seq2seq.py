"""The sequence-to-sequence model: an encoder, a decoder and the training step. It knows tokens, not text."""

import itertools

import keras
import tensorflow as tf

from seq2seq.ids import BOS_ID, EOS_ID, PAD_ID
from seq2seq.model.decoder import Decoder
from seq2seq.model.encoder import Encoder
from seq2seq.model.loss import guided_alignment_loss
from seq2seq.model.precision import loss_scale, product


class Seq2Seq(keras.Model):
    """Recurrent encoder and decoder, from source tokens and the target so far to the next target token.

    Args:
        source_vocabulary_size: Number of source tokens.
        target_vocabulary_size: Number of target tokens.
        shared_vocabulary: Whether a target token is the source token of the same number, so that one embedding serves
            both sides. There may be more source tokens than target tokens, not fewer.
        units: Width of the encoder's memory.
        decoder_units: Width of the decoder; that of the memory by default.
        embedding_size: Width of the embeddings and of the tanh layer before the logits.
        cell: "gru", "lstm" or "rnn".
        attention: "none", "luong" or "bahdanau"; see `Decoder`.
        encoder_layers: Number of recurrent layers of the encoder.
        decoder_layers: Number of recurrent layers of the decoder.
        bidirectional: Whether the encoder reads in both directions.
        dropout: Share of features dropped, per sentence.
        label_smoothing: Share of the probability that the training target spreads over the vocabulary.
        clip_norm: Gradients whose global norm is larger are scaled down to it (Pascanu et al. 2013).
        micro_batches: Number of parts that a training batch is cut into, computed side by side; see `cpu`.

    Attributes:
        guided_alignment_weight: The weight of `guided_alignment_loss` in training: a variable, 0 at first.

    Call arguments:
        inputs: Dictionary of `source_tokens` `(batch, source_length)` and `target_tokens` `(batch, target_length)`.

    Returns:
        Logits `(batch, target_length, vocabulary_size)`, teacher-forced.
    """

    def __init__(
        self,
        *,
        source_vocabulary_size: int,
        target_vocabulary_size: int,
        shared_vocabulary: bool = False,
        units: int = 512,
        decoder_units: int | None = None,
        embedding_size: int = 256,
        cell: str = "gru",
        attention: str = "luong",
        encoder_layers: int = 1,
        decoder_layers: int = 1,
        bidirectional: bool = True,
        dropout: float = 0.0,
        label_smoothing: float = 0.0,
        clip_norm: float = 1.0,
        micro_batches: int = 1,
        **kwargs,
    ):
        if shared_vocabulary and target_vocabulary_size > source_vocabulary_size:
            raise ValueError(
                "Expected target_vocabulary_size to be at most source_vocabulary_size, where they are shared. "
                f"Received: {target_vocabulary_size} and {source_vocabulary_size}."
            )
        super().__init__(**kwargs)
        target_rows = source_vocabulary_size if shared_vocabulary else target_vocabulary_size
        target_embedding = _embedding(target_rows, embedding_size, "target_embedding")
        source_embedding = (
            target_embedding
            if shared_vocabulary
            else _embedding(source_vocabulary_size, embedding_size, "source_embedding")
        )
        self.encoder = Encoder(
            source_embedding,
            units,
            cell=cell,
            num_layers=encoder_layers,
            bidirectional=bidirectional,
            dropout=dropout,
            name="encoder",
        )
        self.decoder = Decoder(
            target_embedding,
            decoder_units or units,
            vocabulary_size=target_vocabulary_size,
            cell=cell,
            num_layers=decoder_layers,
            attention=attention,
            dropout=dropout,
            name="decoder",
        )
        self.guided_alignment_weight = tf.Variable(
            0.0, trainable=False, name="guided_alignment_weight"
        )
        self.label_smoothing = label_smoothing
        self.clip_norm = clip_norm
        self.micro_batches = micro_batches
        self.loss_per_token = keras.metrics.Mean(name="loss")
        self.nll_per_token = keras.metrics.Mean(name="nll")
        self(
            {"source_tokens": tf.constant([[EOS_ID]]), "target_tokens": tf.constant([[BOS_ID]])}
        )  # makes the weights

    def build(self, inputs_shape):
        """Leaves the building to the first call of each layer; without this, Keras would trace a call for it."""

    def call(self, inputs, training=False):
        state, source = self.encode(inputs["source_tokens"], training=training)
        logits, _, _ = self.decoder(inputs["target_tokens"], state, source, training=training)
        return logits

    def encode(self, source_tokens, training=False):
        """The decoder's initial state and what its steps need of the source: the start of every search."""
        mask = source_tokens != PAD_ID
        return self._start(*self.encoder(source_tokens, mask, training=training), mask)

    def _start(self, memory, context, mask):
        return self.decoder.initial_state(context), self.decoder.attend_to(memory, mask)

    @property
    def attends(self) -> bool:
        """Whether there is any attention."""
        return self.decoder.attention is not None

    def step(self, tokens, state, source):
        """One decoding step: `(batch,)` previous tokens to `(batch, vocabulary_size)` logits and the new state."""
        logits, state, _ = self.decoder(tf.expand_dims(tokens, 1), state, source)
        return tf.squeeze(logits, 1), state

    def shortlist_embeddings(self, shortlist):
        """What `shortlist_step` needs of the tokens on each sentence's shortlist, `(batch, size)`."""
        return tf.transpose(tf.gather(self.decoder.output_embeddings(), shortlist), [0, 2, 1])

    def shortlist_step(self, tokens, state, source, embeddings):
        """As `step`, with the logits, `(batch, size)`, of the tokens that `shortlist_embeddings` was given."""
        vectors = self.decoder.embedding(tf.expand_dims(tokens, 1))
        features, state, _ = self.decoder.features(vectors, state, source)
        return self.decoder.shortlist_logits(tf.squeeze(features, 1), embeddings), state

    def score_targets(self, inputs, encoded=None):
        """What the model says of given targets.

        Args:
            inputs: A teacher-forced batch.
            encoded: Its sources as `encode` returns them, if they are at hand.

        Returns:
            The log-probability `(batch, target_length)` of each label, and the attention when it was chosen,
            `(batch, target_length, source_length)`, all zeros for a model without.
        """
        state, source = encoded or self.encode(inputs["source_tokens"])
        features, _, weights = self.decoder.features(
            self.decoder.embedding(inputs["target_tokens"]), state, source
        )
        length = tf.shape(inputs["labels"])[1]
        if weights is None:
            weights = tf.zeros(
                [*tf.unstack(tf.shape(features)[:2]), tf.shape(inputs["source_tokens"])[1]]
            )
        # Of no label at all there is still a position, that of BOS: a loop of no step has nothing to stack.
        labels = tf.pad(
            inputs["labels"], [[0, 0], [0, tf.shape(features)[1] - length]], constant_values=PAD_ID
        )
        embeddings = (
            self.decoder.output_embeddings()
        )  # read out here, or TensorFlow runs the loop if unused, too

        def log_probabilities(position):  # one by one, so that no more logits are held at once
            features, labels = position  # (batch, embedding_size), (batch,)
            logits = product(features, embeddings, transpose_b=True)
            return tf.gather(logits, labels, batch_dims=1) - tf.reduce_logsumexp(logits, 1)

        by_position = (tf.transpose(features, [1, 0, 2]), tf.transpose(labels))
        log_probs = tf.transpose(
            tf.map_fn(log_probabilities, by_position, fn_output_signature=tf.float32)
        )
        return log_probs[:, :length], weights[:, :length]

    def logits_after(self, prefix, encoded):
        """Logits, `(batch, vocabulary_size)`, of what comes after a prefix `(batch, prefix_length)`, PAD after it."""
        state, source = encoded
        tokens = tf.pad(prefix, [[0, 0], [1, 0]], constant_values=BOS_ID)
        features, _, _ = self.decoder.features(self.decoder.embedding(tokens), state, source)
        return self.decoder.logits(
            tf.gather(features, tf.math.count_nonzero(prefix, -1), batch_dims=1)
        )

    def token_loss(self, batch, training=False):
        """Smoothed loss and negative log-likelihood, in nats per target token, and the number of target tokens."""
        return self._loss({**batch, **self._embedded(batch)}, training)

    def _embedded(self, batch):
        return {
            "source_vectors": self.encoder.embedding(batch["source_tokens"]),
            "target_vectors": self.decoder.embedding(batch["target_tokens"]),
        }

    def _loss(self, batch, training):
        mask = batch["source_tokens"] != PAD_ID
        state, source = self._start(
            *self.encoder.read(batch["source_vectors"], mask, training), mask
        )
        features, _, weights = self.decoder.features(
            batch["target_vectors"], state, source, training
        )
        loss, nll, tokens = self.decoder.loss(
            features, batch["labels"], smoothing=self.label_smoothing
        )
        if "alignment" in batch:
            loss += self.guided_alignment_weight * guided_alignment_loss(
                weights, batch["alignment"]
            )
        return loss, nll, tokens

    @property
    def metrics(self):
        return [self.loss_per_token, self.nll_per_token]

    def train_step(self, batch):
        variables, vectors = self.trainable_variables, self._embedded(batch)
        with tf.GradientTape() as tape:
            tape.watch(vectors)
            loss, nll, tokens = self._loss_in_parts({**batch, **vectors})
            scaled = loss * (scale := loss_scale())
        gradients, d_vectors = tape.gradient(
            scaled, [[variable.value for variable in variables], vectors]
        )
        gradients = self._with_lookups(gradients, d_vectors, batch)
        if scale != 1:
            gradients = [gradient / scale for gradient in gradients]
        gradients, norm = tf.clip_by_global_norm(gradients, self.clip_norm)
        self.optimizer.apply_gradients(zip(gradients, variables, strict=True))
        self.loss_per_token.update_state(loss, tokens)
        self.nll_per_token.update_state(nll, tokens)
        return {"loss": loss, "gradient_norm": norm, "tokens": tokens}

    def _loss_in_parts(self, batch):
        """`_loss` in training, as the token-weighted mean of parts that do not depend on each other."""
        rows = tf.shape(batch["labels"])[0]
        limits = [rows * part // self.micro_batches for part in range(self.micro_batches + 1)]
        sizes = [last - first for first, last in itertools.pairwise(limits)]
        sides = [tf.split(side, sizes, num=self.micro_batches) for side in batch.values()]
        results = [
            self._loss(dict(zip(batch, part, strict=True)), True)
            for part in zip(*sides, strict=True)
        ]
        losses, nlls, tokens = (tf.stack(numbers) for numbers in zip(*results, strict=True))
        shares = tokens / tf.reduce_sum(tokens)
        return tf.reduce_sum(losses * shares), tf.reduce_sum(nlls * shares), tf.reduce_sum(tokens)

    def _with_lookups(self, gradients, d_vectors, batch):
        """Adds the gradients of the embedded tokens to those of the embeddings.

        In place: TensorFlow would make a matrix as large as the embedding of each and add them up.
        """
        lookups = {"source": self.encoder.embedding, "target": self.decoder.embedding}
        for embedding in dict.fromkeys(lookups.values()):
            place = next(
                i for i, v in enumerate(self.trainable_variables) if v is embedding.embeddings
            )
            sides = [side for side, layer in lookups.items() if layer is embedding]
            tokens = tf.concat([tf.reshape(batch[f"{side}_tokens"], [-1, 1]) for side in sides], 0)
            d_rows = [
                tf.reshape(d_vectors[f"{side}_vectors"], [-1, embedding.output_dim])
                for side in sides
            ]
            gradient = (
                tf.zeros_like(embedding.embeddings)
                if gradients[place] is None
                else gradients[place]
            )
            gradients[place] = tf.tensor_scatter_nd_add(gradient, tokens, tf.concat(d_rows, 0))
        return gradients


def _embedding(vocabulary_size, size, name):
    initializer = keras.initializers.RandomNormal(stddev=size**-0.5)
    return keras.layers.Embedding(
        vocabulary_size, size, embeddings_initializer=initializer, name=name
    )
