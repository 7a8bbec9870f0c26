"""The sequence-to-sequence model: an encoder, a decoder and the training step."""

import itertools
from typing import Any

import keras
import tensorflow as tf

from seq2seq.ids import BOS_ID, EOS_ID, PAD_ID
from seq2seq.model.decoder import Decoder, DecoderState, Source
from seq2seq.model.embedding import Lookup, add_lookups, make_embeddings
from seq2seq.model.encoder import Encoder
from seq2seq.model.loss import guided_alignment_loss
from seq2seq.model.options import ModelOptions
from seq2seq.model.precision import current_precision, product
from seq2seq.model.replicas import has_others, summed

# Tensors of a batch by name: `source_tokens`, `target_tokens`, and what else a method says.
Batch = dict[str, tf.Tensor]


class Seq2Seq(keras.Model):
    """Recurrent encoder and decoder: from a source and the target so far to the next target token.

    Args:
        options: Cell, attention, widths and depths.
        source_vocabulary_size: Number of source tokens.
        target_vocabulary_size: Number of target tokens; where the vocabulary is shared, at most
            that of source tokens.
        label_smoothing: Share of the probability that the training target spreads over the
            vocabulary.
        clip_norm: Gradients whose global norm is larger are scaled down to it (Pascanu et al.
            2013).
        micro_batches: Number of parts that a training batch is cut into, computed side by side; see
            `cpu`.

    Attributes:
        guided_alignment_weight: The weight of `guided_alignment_loss` in training: a variable, 0 at
            first.

    Call arguments:
        inputs: Dictionary of `source_tokens` `(batch, source_length)` and `target_tokens` `(batch,
            target_length)`.

    Returns:
        Logits `(batch, target_length, vocabulary_size)`, teacher-forced.
    """

    def __init__(
        self,
        options: ModelOptions,
        *,
        source_vocabulary_size: int,
        target_vocabulary_size: int,
        label_smoothing: float = 0.0,
        clip_norm: float = 1.0,
        micro_batches: int = 1,
        name: str | None = None,
    ):
        if options.shared_vocabulary and target_vocabulary_size > source_vocabulary_size:
            raise ValueError(
                "Expected target_vocabulary_size to be at most source_vocabulary_size, where they "
                f"are shared. Received: {target_vocabulary_size} and {source_vocabulary_size}."
            )
        super().__init__(name=name)
        source_embedding, target_embedding = make_embeddings(
            options, source_vocabulary_size, target_vocabulary_size
        )
        self.encoder = Encoder(
            source_embedding,
            options.units,
            cell=options.cell,
            num_layers=options.encoder_layers,
            bidirectional=options.bidirectional,
            dropout=options.dropout,
            name="encoder",
        )
        self.decoder = Decoder(
            target_embedding,
            options.decoder_units or options.units,
            vocabulary_size=target_vocabulary_size,
            cell=options.cell,
            num_layers=options.decoder_layers,
            attention=options.attention,
            dropout=options.dropout,
            name="decoder",
        )

        self.guided_alignment_weight = tf.Variable(
            tf.constant(0.0), trainable=False, name="guided_alignment_weight"
        )
        self.label_smoothing = label_smoothing
        self.clip_norm = clip_norm
        self.micro_batches = micro_batches
        self.loss_per_token = keras.metrics.Mean(name="loss")
        self.nll_per_token = keras.metrics.Mean(name="nll")
        self.gradient_norm = keras.metrics.Mean(name="gradient_norm")

        # The first call makes the weights.
        self({"source_tokens": tf.constant([[EOS_ID]]), "target_tokens": tf.constant([[BOS_ID]])})

    def build(self, inputs_shape: dict) -> None:
        """Leaves the building to the first call of each layer; Keras would trace a call for it."""

    def call(self, inputs: Batch, training: bool = False) -> tf.Tensor:
        state, source = self.encode(inputs["source_tokens"], training=training)
        logits, _, _ = self.decoder(inputs["target_tokens"], state, source, training=training)

        return logits

    # Translation.

    @property
    def attends(self) -> bool:
        """Whether there is any attention."""
        return self.decoder.attention is not None

    def encode(
        self, source_tokens: tf.Tensor, training: bool = False
    ) -> tuple[DecoderState, Source]:
        """Reads the source: the initial state, and what the decoding steps need of the source."""
        mask = source_tokens != PAD_ID
        memory, context = self.encoder(source_tokens, mask, training=training)

        return self.decoder.initial_state(context), self.decoder.attend_to(memory, mask)

    def step(
        self, tokens: tf.Tensor, state: DecoderState, source: Source
    ) -> tuple[tf.Tensor, DecoderState]:
        """One decoding step.

        Args:
            tokens: `(batch,)`, the previous ones.
            state: From `encode` or an earlier step.
            source: From `encode`.

        Returns:
            Logits `(batch, vocabulary_size)`, and the new state.
        """
        logits, state, _ = self.decoder(tf.expand_dims(tokens, 1), state, source)

        return tf.squeeze(logits, 1), state

    def shortlist_embeddings(self, shortlist: tf.Tensor) -> tf.Tensor:
        """What `shortlist_step` needs of each sentence's shortlist of tokens, `(batch, size)`."""
        return tf.transpose(tf.gather(self.decoder.output_embeddings(), shortlist), [0, 2, 1])

    def shortlist_step(
        self, tokens: tf.Tensor, state: DecoderState, source: Source, embeddings: tf.Tensor
    ) -> tuple[tf.Tensor, DecoderState]:
        """As `step`, but the logits are those of the shortlist, `(batch, size)`.

        The embeddings are from `shortlist_embeddings`.
        """
        vectors = self.decoder.embedding(tf.expand_dims(tokens, 1))
        features, state, _ = self.decoder.features(vectors, state, source)

        return self.decoder.shortlist_logits(tf.squeeze(features, 1), embeddings), state

    def logits_after(self, prefix: tf.Tensor, encoded: tuple[DecoderState, Source]) -> tf.Tensor:
        """Logits, `(batch, vocabulary_size)`, of the token after a prefix.

        Args:
            prefix: `(batch, prefix_length)`, right-padded.
            encoded: The sources, as `encode` returns them.
        """
        tokens = tf.pad(prefix, [[0, 0], [1, 0]], constant_values=BOS_ID)
        features, _, _ = self.decoder.features(self.decoder.embedding(tokens), *encoded)
        last = tf.math.count_nonzero(prefix, -1)

        return self.decoder.logits(tf.gather(features, last, batch_dims=1))

    def score_targets(
        self, inputs: Batch, encoded: tuple[DecoderState, Source] | None = None
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Tells how probable the model finds given targets, and what it attends to.

        Args:
            inputs: A teacher-forced batch.
            encoded: Its sources as `encode` returns them, if they are at hand.

        Returns:
            The log-probability `(batch, target_length)` of each label, and the attention of
            the step that predicts it, `(batch, target_length, source_length)`; all zeros for a
            model without attention.
        """
        state, source = encoded or self.encode(inputs["source_tokens"])
        vectors = self.decoder.embedding(inputs["target_tokens"])
        features, _, weights = self.decoder.features(vectors, state, source)
        if weights is None:
            batch, positions = tf.unstack(tf.shape(features)[:2])
            weights = tf.zeros([batch, positions, tf.shape(inputs["source_tokens"])[1]])

        # Without any label there is still a position, that of BOS: a loop needs a step to stack.
        length = tf.shape(inputs["labels"])[1]
        missing = tf.shape(features)[1] - length
        labels = tf.pad(inputs["labels"], tf.stack([[0, 0], [0, missing]]), constant_values=PAD_ID)

        return self._label_log_probs(features, labels)[:, :length], weights[:, :length]

    def _label_log_probs(self, features: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """The log-probability of each label; the logits are held for one position at a time."""
        # Read outside the loop. Inside, it would make TensorFlow run the loop even where the result
        # is not used.
        embeddings = self.decoder.output_embeddings()

        def log_probs_at(position):
            features, labels = position  # (batch, embedding_size), (batch,)
            logits = product(features, embeddings, transpose_b=True)
            return tf.gather(logits, labels, batch_dims=1) - tf.reduce_logsumexp(logits, 1)

        positions = (tf.transpose(features, [1, 0, 2]), tf.transpose(labels))

        return tf.transpose(tf.map_fn(log_probs_at, positions, fn_output_signature=tf.float32))

    # Training.

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        return [self.loss_per_token, self.nll_per_token, self.gradient_norm]

    def train_step(self, batch: Batch) -> Batch:
        """One update of the weights.

        Several replicas take it together, each on a part of a batch. The update, and what is
        returned, are those of the whole.

        Args:
            batch: `source_tokens`, `target_tokens` and `labels`, and `alignment` where attention is
                guided.

        Returns:
            The loss, the norm of the gradient before it is clipped, and the number of target
            tokens.
        """
        variables = self.trainable_variables
        vectors = self._embedded(batch)
        scale = current_precision().loss_scale

        with tf.GradientTape() as tape:
            tape.watch(vectors)
            loss, nll, tokens = self._loss_in_parts({**batch, **vectors})
            scaled = loss * scale

        values = [variable.value for variable in variables]
        nested: Any = tape.gradient(scaled, [values, vectors])  # nested like these
        gradients, d_vectors = nested
        add_lookups(gradients, self._lookups(batch, d_vectors), variables)
        if scale != 1:
            gradients = [gradient / scale for gradient in gradients]
        if has_others():
            gradients, loss, nll, tokens = _over_all_replicas(gradients, loss, nll, tokens)

        gradients, norm = tf.clip_by_global_norm(gradients, self.clip_norm)
        self.optimizer.apply_gradients(zip(gradients, variables, strict=True))

        self.loss_per_token.update_state(loss, tokens)
        self.nll_per_token.update_state(nll, tokens)
        self.gradient_norm.update_state(norm)
        return {"loss": loss, "gradient_norm": norm, "tokens": tokens}

    def _embedded(self, batch: Batch) -> Batch:
        """The embedded tokens of a batch, `(batch, length, embedding_size)`."""
        return {
            "source_vectors": self.encoder.embedding(batch["source_tokens"]),
            "target_vectors": self.decoder.embedding(batch["target_tokens"]),
        }

    def _lookups(self, batch: Batch, d_vectors: Batch) -> list[Lookup]:
        """Which tokens were embedded, by which layer, and the gradients of the vectors."""
        source = Lookup(self.encoder.embedding, batch["source_tokens"], d_vectors["source_vectors"])
        target = Lookup(self.decoder.embedding, batch["target_tokens"], d_vectors["target_vectors"])

        return [source, target]

    def _loss_in_parts(self, batch: Batch) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """`_loss`, as the token-weighted mean of micro-batches that do not depend on each other."""
        rows = tf.shape(batch["labels"])[0]
        limits = [rows * part // self.micro_batches for part in range(self.micro_batches + 1)]
        sizes = [last - first for first, last in itertools.pairwise(limits)]
        sides = [tf.split(side, sizes, num=self.micro_batches) for side in batch.values()]

        parts = [dict(zip(batch, part, strict=True)) for part in zip(*sides, strict=True)]
        results = [self._loss(part) for part in parts]

        losses, nlls, tokens = (tf.stack(numbers) for numbers in zip(*results, strict=True))
        shares = tokens / tf.reduce_sum(tokens)
        return tf.reduce_sum(losses * shares), tf.reduce_sum(nlls * shares), tf.reduce_sum(tokens)

    def _loss(self, batch: Batch) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """The loss and the negative log-likelihood, per target token, and the number of tokens.

        The loss is the smoothed cross-entropy and, where attention is guided, the weighted
        `guided_alignment_loss`.
        """
        mask = batch["source_tokens"] != PAD_ID
        memory, context = self.encoder.read(batch["source_vectors"], mask, training=True)
        state = self.decoder.initial_state(context)
        source = self.decoder.attend_to(memory, mask)
        features, _, weights = self.decoder.features(
            batch["target_vectors"], state, source, training=True
        )

        loss, nll, tokens = self.decoder.loss(
            features, batch["labels"], smoothing=self.label_smoothing
        )
        if "alignment" in batch and weights is not None:
            guided = guided_alignment_loss(weights, batch["alignment"])
            loss += self.guided_alignment_weight * guided

        return loss, nll, tokens


def _over_all_replicas(
    gradients: list[tf.Tensor], loss: tf.Tensor, nll: tf.Tensor, tokens: tf.Tensor
) -> tuple[list[tf.Tensor], tf.Tensor, tf.Tensor, tf.Tensor]:
    """The means of the replicas' gradients and losses, weighted by tokens, and all their tokens."""
    all_tokens = summed(tokens)
    share = tokens / all_tokens
    gradients, loss, nll = summed(
        ([gradient * share for gradient in gradients], loss * share, nll * share)
    )
    return gradients, loss, nll, all_tokens
