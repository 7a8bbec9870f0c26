"""What a search is given, what it carries from step to step, and what it returns.

Names of the axes: `rows` is `batch * beam_size`, the hypotheses of a sentence side by side;
`candidates` is the number of continuations per hypothesis.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow as tf

Step = Callable[[tf.Tensor, Any, Any], tuple[tf.Tensor, Any]]
"""Predicts the next token: `(tokens, state, constants) -> (logits, state)`."""


class SearchResult(NamedTuple):
    """What a search found, best first."""

    tokens: tf.Tensor  # (batch, n_best, max_length) int32: no BOS, EOS included, PAD after it
    scores: tf.Tensor  # (batch, n_best) float32: log-probability / length penalty


class Sentences(NamedTuple):
    """What belongs to each sentence of the batch and stays as it is during the search."""

    max_lengths: tf.Tensor  # (batch,) int32: the most tokens, EOS included
    constants: Any  # nested (batch, ...): what the model reads at every step
    prefix: tf.Tensor  # (batch, prefix_length) int32, PAD after it; of no width where there is none


class BeamState(NamedTuple):
    """What the loop carries: each sentence's hypotheses, best first, and their model states."""

    time: tf.Tensor  # () int32: tokens generated so far
    tokens: tf.Tensor  # (batch, beam_size, max_length) int32: PAD from `time` on
    last_tokens: tf.Tensor  # (batch, beam_size) int32: what the model reads next
    log_probs: tf.Tensor  # (batch, beam_size) float32: -inf where there is no hypothesis
    lengths: tf.Tensor  # (batch, beam_size) int32: tokens including EOS
    finished: tf.Tensor  # (batch, beam_size) bool: has ended with EOS or reached its limit
    model_state: Any  # nested (rows, ...)


def take_rows(structure: Any, rows: tf.Tensor) -> Any:
    """Tiles or reorders: takes `rows` of every tensor in a nested structure."""
    return tf.nest.map_structure(lambda tensor: tf.gather(tensor, rows), structure)


def sizes(tensor: tf.Tensor) -> list[Any]:
    """The size of each axis: a number where it is known, else a scalar tensor.

    LiteRT runs a loop whose sizes are numbers without planning its memory anew at each step.
    """
    if tensor.shape.is_fully_defined():
        return list(tensor.shape)

    dynamic = tf.unstack(tf.shape(tensor))
    return [
        size if known is None else known for known, size in zip(tensor.shape, dynamic, strict=True)
    ]
