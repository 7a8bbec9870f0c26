"""Random draws over the same steps that `beam` searches; they know ids, not models.

Randomness comes in as numbers, one for each token to be drawn: what a sentence gets does not depend
on its batch.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from seq2seq.ids import BOS_ID, EOS_ID, PAD_ID
from seq2seq.search.beam import penalised
from seq2seq.search.candidates import NEVER_GENERATED, banned_tokens, next_of_prefix, without_tokens
from seq2seq.search.state import SearchResult, Step, take_rows


class _Draws(NamedTuple):
    """What the loop carries. `rows` is `batch * draws`, the draws of a sentence side by side."""

    time: tf.Tensor  # () int32: tokens drawn so far
    tokens: tf.Tensor  # (rows, max_length) int32: PAD from `time` on
    last_tokens: tf.Tensor  # (rows,) int32: what the model reads next
    log_probs: tf.Tensor  # (rows,) float32
    lengths: tf.Tensor  # (rows,) int32: tokens including EOS
    model_state: Any  # nested (rows, ...)


def sample(
    step: Step,
    state: Any,
    constants: Any = (),
    *,
    max_lengths: tf.Tensor,
    uniforms: tf.Tensor,
    temperature: float | tf.Tensor = 1.0,
    top_k: int | tf.Tensor | None = None,
    top_p: float | tf.Tensor = 1.0,
    length_penalty: float | tf.Tensor = 1.0,
    min_length: int = 0,
    no_repeat_ngram: int = 0,
    prefix: tf.Tensor | None = None,
) -> SearchResult:
    """Draws token sequences, several for each sentence, one token after the other.

    Each token is drawn from the distribution `softmax(logits / temperature)`, without what is never
    generated, cut to the `top_k` most probable tokens and then to the fewest that hold `top_p` of
    what is left (Holtzman et al. 2020, https://arxiv.org/abs/1904.09751): the first in the order of
    probability whose cumulated share exceeds the number given for it.

    Args:
        step, state, constants, max_lengths, length_penalty, min_length, no_repeat_ngram, prefix: As
            for `beam_search`.
        uniforms: `(batch, draws, max_length)` float32 in [0, 1), one for each token.
        temperature: Above 0; near 0 it is greedy search.
        top_k: None for all tokens.
        top_p: Above 0 and at most 1.

    Returns:
        The draws in the order of their scores, which are those of `beam_search`: of the model,
        whatever the temperature. Two may be equal.
    """
    batch, per_sentence, max_length = tf.unstack(tf.shape(uniforms))
    rows = batch * per_sentence
    sentence_of_row = tf.repeat(tf.range(batch), per_sentence)  # (rows,)
    limits = tf.gather(tf.cast(max_lengths, tf.int32), sentence_of_row)  # (rows,)
    uniforms = tf.reshape(uniforms, [rows, max_length])
    if prefix is not None:
        prefix = tf.gather(prefix, sentence_of_row)  # (rows, prefix_length)

    def has_ended(draws: _Draws) -> tf.Tensor:
        is_over = (draws.last_tokens == EOS_ID) | (draws.last_tokens == PAD_ID)
        return is_over | (draws.lengths >= limits)

    def advance(draws: _Draws) -> tuple[_Draws]:
        logits, model_state = step(draws.last_tokens, draws.model_state, constants)
        logits = tf.cast(logits, tf.float32)  # (rows, vocabulary_size)

        banned = banned_tokens(
            draws.tokens, draws.time, min_length=min_length, no_repeat_ngram=no_repeat_ngram
        )
        allowed = _allowed(logits, banned) / temperature
        drawn = _draw(allowed, uniforms[:, draws.time], top_k, top_p)  # (rows,)
        if prefix is not None:
            forced = next_of_prefix(prefix, draws.time)
            drawn = tf.where(forced == PAD_ID, drawn, forced)

        ended = has_ended(draws)
        drawn = tf.where(ended, PAD_ID, drawn)
        log_probs = tf.gather(logits, drawn, batch_dims=1) - tf.reduce_logsumexp(logits, 1)
        is_here = tf.range(max_length) == draws.time
        extended = _Draws(
            time=draws.time + 1,
            tokens=tf.where(is_here, drawn[:, tf.newaxis], draws.tokens),
            last_tokens=drawn,
            log_probs=draws.log_probs + tf.where(ended, 0.0, log_probs),
            lengths=draws.lengths + tf.cast(tf.logical_not(ended), tf.int32),
            model_state=model_state,
        )
        return (extended,)

    def unfinished(draws: _Draws) -> tf.Tensor:
        return tf.reduce_any(tf.logical_not(has_ended(draws)))

    start = _Draws(
        time=tf.constant(0),
        tokens=tf.fill([rows, max_length], PAD_ID),
        last_tokens=tf.fill([rows], BOS_ID),
        log_probs=tf.zeros([rows]),
        lengths=tf.zeros([rows], tf.int32),
        model_state=take_rows(state, sentence_of_row),
    )
    (draws,) = tf.while_loop(unfinished, advance, (start,), maximum_iterations=max_length)

    scores = penalised(draws.log_probs, draws.lengths, length_penalty)
    return _best_first(
        tf.reshape(draws.tokens, [batch, per_sentence, max_length]),
        tf.reshape(scores, [batch, per_sentence]),
    )


def _best_first(tokens: tf.Tensor, scores: tf.Tensor) -> SearchResult:
    """The draws of each sentence in the order of their scores."""
    order = tf.argsort(scores, direction="DESCENDING", stable=True)  # (batch, draws)
    return SearchResult(
        tf.gather(tokens, order, batch_dims=1), tf.gather(scores, order, batch_dims=1)
    )


def _allowed(logits: tf.Tensor, banned: tf.Tensor) -> tf.Tensor:
    """The logits without those of banned tokens, `(rows, banned)`, and of what is never generated.

    The largest is 0, so that a small temperature makes no infinite numbers.
    """
    rows = tf.shape(banned)[0]
    never = tf.broadcast_to(NEVER_GENERATED, [rows, len(NEVER_GENERATED)])
    allowed = without_tokens(logits, tf.concat([never, banned], 1))
    return allowed - tf.reduce_max(allowed, 1, keepdims=True)


def numbers_for_draws(seed: int, places: Iterable[int], *, draws: int, length: int) -> tf.Tensor:
    """Random numbers for `sample`, `(batch, draws, length)`.

    Those of a sentence follow from the seed and its place in the input. A larger `length` adds
    numbers at the end.

    Args:
        seed: At least 0.
        places: `(batch,)`, the places of the sentences.
        draws: Draws for each sentence.
        length: Numbers for each draw.
    """
    numbers = [
        np.random.default_rng((seed, place)).random((length, draws), np.float32) for place in places
    ]
    return tf.constant(np.array(numbers).transpose(0, 2, 1))  # (batch, length, draws) before


def _draw(
    logits: tf.Tensor,
    uniforms: tf.Tensor,
    top_k: int | tf.Tensor | None,
    top_p: float | tf.Tensor,
) -> tf.Tensor:
    """A token for each row: `(rows, vocabulary_size)` and `(rows,)` to `(rows,)` int32."""
    vocabulary_size = tf.shape(logits)[1]
    kept = vocabulary_size if top_k is None else tf.minimum(top_k, vocabulary_size)
    largest, tokens = tf.math.top_k(logits, kept)  # (rows, kept)
    cumulated = tf.cumsum(tf.nn.softmax(largest), axis=1)

    # The last token that counts is the one with which `top_p` is reached.
    before = tf.math.count_nonzero(cumulated < top_p, 1, dtype=tf.int32)  # (rows,)
    reached = tf.minimum(before, kept - 1)
    total = tf.gather(cumulated, reached, batch_dims=1)

    thresholds = (uniforms * total)[:, tf.newaxis]
    places = tf.math.count_nonzero(cumulated <= thresholds, 1, dtype=tf.int32)
    return tf.gather(tokens, tf.minimum(places, reached), batch_dims=1)
