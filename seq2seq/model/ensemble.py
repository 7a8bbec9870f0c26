"""Several models that translate together: at every step, the mean of their probabilities.

Reference:
    Sutskever et al. 2014, https://arxiv.org/abs/1409.3215, section 3.6.
"""

import math
from collections.abc import Iterable, Sequence

import tensorflow as tf

from seq2seq.errors import InputError
from seq2seq.model.decoder import DecoderState, Source
from seq2seq.model.seq2seq import Batch, Seq2Seq

# One of each for every model.
States = tuple[DecoderState, ...]
Sources = tuple[Source, ...]


class Ensemble:
    """Models of the same vocabularies with the interface of one `Seq2Seq`, for translation only.

    They may differ in everything else: cell, sizes, attention. Each reads the source and keeps a
    state of its own.

    Args:
        models: One or more.
    """

    def __init__(self, models: Sequence[Seq2Seq]):
        self.models = tuple(models)

    @property
    def attends(self) -> bool:
        """Whether any of the models has attention."""
        return any(model.attends for model in self.models)

    def encode(self, source_tokens: tf.Tensor) -> tuple[States, Sources]:
        """The initial states of all models, and what the steps of each need of the source."""
        encoded = [model.encode(source_tokens) for model in self.models]

        return tuple(state for state, _ in encoded), tuple(source for _, source in encoded)

    def step(self, tokens: tf.Tensor, state: States, source: Sources) -> tuple[tf.Tensor, States]:
        """As `Seq2Seq.step`; the logits are the logarithms of the mean probabilities."""
        return _combined(
            model.step(tokens, own_state, own_source)
            for model, own_state, own_source in zip(self.models, state, source, strict=True)
        )

    def shortlist_embeddings(self, shortlist: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """As `Seq2Seq.shortlist_embeddings`, for each model."""
        return tuple(model.shortlist_embeddings(shortlist) for model in self.models)

    def shortlist_step(
        self,
        tokens: tf.Tensor,
        state: States,
        source: Sources,
        embeddings: tuple[tf.Tensor, ...],
    ) -> tuple[tf.Tensor, States]:
        """As `Seq2Seq.shortlist_step`; the logits are as in `step`, among these tokens."""
        own_arguments = zip(self.models, state, source, embeddings, strict=True)

        return _combined(
            model.shortlist_step(tokens, own_state, own_source, own_embeddings)
            for model, own_state, own_source, own_embeddings in own_arguments
        )

    def logits_after(self, prefix: tf.Tensor, encoded: tuple[States, Sources]) -> tf.Tensor:
        """As `Seq2Seq.logits_after`; the logits are the logarithms of the mean probabilities."""
        states, sources = encoded
        logits = [
            model.logits_after(prefix, (state, source))
            for model, state, source in zip(self.models, states, sources, strict=True)
        ]

        return _mean_probabilities([tf.nn.log_softmax(own) for own in logits])

    def score_targets(
        self, inputs: Batch, encoded: tuple[States, Sources] | None = None
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """As `Seq2Seq.score_targets`: the logarithms of the mean probabilities, and mean attention.

        The attention is that of the models that have any.
        """
        states, sources = encoded or self.encode(inputs["source_tokens"])
        scored = [
            model.score_targets(inputs, (state, source))
            for model, state, source in zip(self.models, states, sources, strict=True)
        ]

        log_probs = [own for own, _ in scored]
        weights = [
            own for model, (_, own) in zip(self.models, scored, strict=True) if model.attends
        ]
        _, zeros = scored[0]
        attention = tf.reduce_mean(tf.stack(weights or [zeros]), 0)

        return _mean_probabilities(log_probs), attention


def _combined(steps: Iterable[tuple[tf.Tensor, DecoderState]]) -> tuple[tf.Tensor, States]:
    """From all logits and states: the logarithms of the mean probabilities, and the states."""
    log_probs = []
    states = []
    for logits, state in steps:
        log_probs.append(tf.nn.log_softmax(logits))
        states.append(state)

    return _mean_probabilities(log_probs), tuple(states)


def _mean_probabilities(log_probs: Sequence[tf.Tensor]) -> tf.Tensor:
    """The logarithms of the mean probabilities."""
    return tf.reduce_logsumexp(tf.stack(log_probs), 0) - math.log(len(log_probs))


def expect_single(model: Seq2Seq | Ensemble) -> Seq2Seq:
    """Refuses an ensemble where the weights of one model are needed, and returns a single model.

    Raises:
        InputError: The model is an ensemble.
    """
    if isinstance(model, Ensemble):
        raise InputError(
            f"Expected a single model. Received: an ensemble of {len(model.models)}. "
            "Give one of them, or their average (see seq2seq average --help)."
        )
    return model
