"""Which tokens may come next, and the best of them: what all searches choose among."""

from typing import Any, NamedTuple

import tensorflow as tf

from seq2seq.ids import BOS_ID, EOS_ID, PAD_ID, UNK_ID

NEVER_GENERATED = (PAD_ID, UNK_ID, BOS_ID)
IMPOSSIBLE = float("-inf")  # the log-probability of what cannot happen
_BLOCK = 32  # tokens whose largest logit is found at once


class Candidates(NamedTuple):
    """Tokens that may come next in each row, the most probable first."""

    log_probs: tf.Tensor  # (rows, candidates) float32
    tokens: tf.Tensor  # (rows, candidates) int32


def best_tokens(
    logits: tf.Tensor, count: int | tf.Tensor, banned: tf.Tensor | None = None
) -> Candidates:
    """Returns the `count` most probable tokens that may be generated, with their log-probabilities.

    Takes that many and three more, then discards PAD, UNK and BOS among these few. Ranking logits
    leaves nothing of the vocabulary's size to mask or normalise: of the softmax, only the
    denominator is needed.

    Args:
        logits: `(rows, vocabulary_size)`.
        count: Candidates per row; there are fewer where the vocabulary is smaller.
        banned: `(rows, banned)`, tokens that must not come next in a row, but keep their share of
            probability.
    """
    logits = tf.cast(logits, tf.float32)
    allowed = logits if banned is None else without_tokens(logits, banned)
    vocabulary_size = tf.shape(logits)[1]
    wanted = tf.minimum(count + len(NEVER_GENERATED), vocabulary_size)
    largest, tokens = _largest(allowed, wanted)  # (rows, wanted)

    # On a CPU, softmax takes a third of the time of a log-sum-exp. The probability of one token
    # tells the denominator.
    likeliest = tokens[:, :1] if banned is None else _largest(logits, 1)[1]  # (rows, 1)
    probability = tf.gather(tf.nn.softmax(logits), likeliest, batch_dims=1)
    normaliser = tf.gather(logits, likeliest, batch_dims=1) - tf.math.log(probability)

    is_forbidden = tf.reduce_any(tf.expand_dims(tokens, -1) == NEVER_GENERATED, axis=-1)
    log_probs = tf.where(is_forbidden, IMPOSSIBLE, largest - normaliser)  # (rows, wanted)
    log_probs, kept = tf.math.top_k(log_probs, tf.minimum(count, vocabulary_size))
    return Candidates(log_probs, tf.gather(tokens, kept, batch_dims=1))  # (rows, candidates)


def without_tokens(logits: tf.Tensor, tokens: tf.Tensor) -> tf.Tensor:
    """Logits `(rows, vocabulary_size)` in which `tokens`, `(rows, count)`, are impossible."""
    rows, count = tf.unstack(tf.shape(tokens))
    row_of_token = tf.repeat(tf.range(rows), count)
    places = tf.stack([row_of_token, tf.reshape(tokens, [-1])], 1)  # (rows * count, 2)
    return tf.tensor_scatter_nd_update(logits, places, tf.fill([rows * count], IMPOSSIBLE))


def banned_tokens(
    tokens: tf.Tensor, time: tf.Tensor, *, min_length: int, no_repeat_ngram: int
) -> tf.Tensor:
    """Returns what must not come next, `(rows, banned)`, filled up with PAD.

    Args:
        tokens: `(rows, max_length)`, the hypotheses so far, PAD from `time` on.
        time: How many tokens they have.
        min_length: Before so many tokens, EOS is banned.
        no_repeat_ngram: No sequence of so many tokens may stand twice: where the last
            `no_repeat_ngram - 1` tokens stood before, what followed them there is banned. 0 allows
            it.
    """
    rows = tf.shape(tokens)[0]
    banned = tf.fill([rows, 1], tf.where(time < min_length, EOS_ID, PAD_ID))
    if not no_repeat_ngram:
        return banned

    context = no_repeat_ngram - 1
    starts = tf.maximum(tf.shape(tokens)[1] - context, 0)  # places where a context may begin
    # (starts,), then (rows, starts); false everywhere as long as there is no whole n-gram
    repeats: Any = tf.range(starts) + context < time
    for place in range(context):
        last = tokens[:, tf.maximum(time - context + place, 0)]  # (rows,)
        repeats &= tokens[:, place : place + starts] == last[:, tf.newaxis]

    followers = tf.where(repeats, tokens[:, context:], PAD_ID)  # (rows, starts)
    return tf.concat([banned, followers], 1)


def next_of_prefix(prefix: tf.Tensor, time: tf.Tensor) -> tf.Tensor:
    """The token, `(rows,)`, of each prefix `(rows, prefix_length)` at a time; PAD after it."""
    padded = tf.pad(prefix, [[0, 0], [0, 1]], constant_values=PAD_ID)
    return padded[:, tf.minimum(time, tf.shape(prefix)[1])]


def _largest(logits: tf.Tensor, count: int | tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Finds the `count` largest logits of each row and their tokens.

    On a CPU it takes half the time of `tf.math.top_k`, which is not vectorised there; maxima are.
    The `count` largest lie in the `count` blocks of largest maximum.
    """
    vocabulary_size: Any = logits.shape[1]  # always known
    missing = -vocabulary_size % _BLOCK
    if missing:
        logits = tf.pad(logits, [[0, 0], [0, missing]], constant_values=IMPOSSIBLE)

    blocks = tf.reshape(logits, (-1, (vocabulary_size + missing) // _BLOCK, _BLOCK))
    maxima = tf.reduce_max(blocks, axis=2)  # (rows, blocks)
    chosen = tf.math.top_k(maxima, tf.minimum(count, tf.shape(blocks)[1])).indices

    candidates = tf.gather(blocks, chosen, batch_dims=1)  # (rows, chosen, _BLOCK)
    candidates = tf.reshape(candidates, (-1, tf.shape(candidates)[1] * _BLOCK))
    largest, places = tf.math.top_k(candidates, count)  # (rows, count)
    tokens = tf.gather(chosen, places // _BLOCK, batch_dims=1) * _BLOCK + places % _BLOCK

    # What fills up the last block is as impossible as what is banned, and may be chosen where
    # nothing else is left.
    return largest, tf.minimum(tokens, vocabulary_size - 1)
