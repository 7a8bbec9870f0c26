"""Several models that translate together: at every step, the mean of their probabilities. It knows tokens, not text.

Reference:
    Sutskever et al. 2014, https://arxiv.org/abs/1409.3215, section 3.6.
"""

import math
from collections.abc import Sequence

import tensorflow as tf

from seq2seq.errors import InputError
from seq2seq.model.seq2seq import Seq2Seq


class Ensemble:
    """Models of the same vocabularies with the face of one `Seq2Seq`, for translation only.

    They may differ in everything else: cell, sizes, attention. Each reads the source and keeps a state of its own.

    Args:
        models: One or more.
    """

    def __init__(self, models: Sequence[Seq2Seq]):
        self.models = tuple(models)

    @property
    def attends(self) -> bool:
        """Whether any of the models has attention."""
        return any(model.attends for model in self.models)

    def encode(self, source_tokens):
        """The initial states of all models, and what the steps of each need of the source."""
        states, sources = zip(*(model.encode(source_tokens) for model in self.models), strict=True)
        return states, sources

    def step(self, tokens, state, source):
        """One decoding step, as `Seq2Seq.step`; its logits are the logarithms of the mean probabilities."""
        return _together(
            model.step(tokens, *own) for model, *own in zip(self.models, state, source, strict=True)
        )

    def shortlist_embeddings(self, shortlist):
        """As `Seq2Seq.shortlist_embeddings`, for each model."""
        return tuple(model.shortlist_embeddings(shortlist) for model in self.models)

    def shortlist_step(self, tokens, state, source, embeddings):
        """As `Seq2Seq.shortlist_step`; its logits are those of `step`, the probabilities being among these tokens."""
        parts = zip(self.models, state, source, embeddings, strict=True)
        return _together(model.shortlist_step(tokens, *own) for model, *own in parts)

    def score_targets(self, inputs, encoded=None):
        """As `Seq2Seq.score_targets`: mean probabilities, and the mean attention of the models that have any."""
        encoded = zip(*encoded, strict=True) if encoded else [None] * len(self.models)
        parts = [
            model.score_targets(inputs, own)
            for model, own in zip(self.models, encoded, strict=True)
        ]
        weights = [
            weights for model, (_, weights) in zip(self.models, parts, strict=True) if model.attends
        ]
        return _mean([log_probs for log_probs, _ in parts]), tf.reduce_mean(
            tf.stack(weights or [parts[0][1]]), 0
        )


def _together(steps):
    """Of the models' logits and states, the logarithms of their mean probabilities and all states."""
    logits, states = zip(*steps, strict=True)
    return _mean([tf.nn.log_softmax(each) for each in logits]), states


def _mean(log_probs):
    """The logarithms of the mean probabilities."""
    return tf.reduce_logsumexp(tf.stack(log_probs), 0) - math.log(len(log_probs))


def expect_single(model: Seq2Seq | Ensemble) -> None:
    """Refuses an ensemble where one model's weights are needed.

    Raises:
        InputError: It is one.
    """
    if isinstance(model, Ensemble):
        raise InputError(
            f"Expected a single model. Received: an ensemble of {len(model.models)}. "
            "Give one of them, or their average (see seq2seq average --help)."
        )
