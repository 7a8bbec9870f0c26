"""Which tokens may come next, and the best of them: what greedy search, beam search and draws choose among."""

import tensorflow as tf

from seq2seq.ids import BOS_ID, EOS_ID, PAD_ID, UNK_ID

NEVER_GENERATED = (PAD_ID, UNK_ID, BOS_ID)
IMPOSSIBLE = float("-inf")  # the log-probability of what cannot happen
_BLOCK = 32  # tokens whose largest logit is found at once


def best_tokens(
    logits: tf.Tensor, count: int | tf.Tensor, banned: tf.Tensor | None = None
) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns log-probabilities and ids, `(rows, candidates)`, of the `count` best tokens to generate.

    Takes that many and three more, then discards PAD, UNK and BOS among these few. Ranking logits leaves nothing of the
    vocabulary's size to mask or normalise: of the softmax, only the denominator is needed. `banned`, `(rows, banned)`,
    are tokens that do not come next in a row, but keep their share of probability as well.
    """
    logits = tf.cast(logits, tf.float32)
    allowed = logits if banned is None else without_tokens(logits, banned)
    vocabulary_size = tf.shape(logits)[1]
    largest, tokens = _largest(allowed, tf.minimum(count + len(NEVER_GENERATED), vocabulary_size))
    # On a CPU, softmax takes a third of the time of a log-sum-exp, which it knows of one token as well as of all.
    first = tokens[:, :1] if banned is None else _largest(logits, 1)[1]
    share = tf.gather(tf.nn.softmax(logits), first, batch_dims=1)
    normaliser = tf.gather(logits, first, batch_dims=1) - tf.math.log(share)
    forbidden = tf.reduce_any(tf.expand_dims(tokens, -1) == NEVER_GENERATED, axis=-1)
    log_probs = tf.where(forbidden, IMPOSSIBLE, largest - normaliser)
    log_probs, kept = tf.math.top_k(log_probs, tf.minimum(count, vocabulary_size))
    return log_probs, tf.gather(tokens, kept, batch_dims=1)


def without_tokens(logits: tf.Tensor, tokens: tf.Tensor) -> tf.Tensor:
    """The logits `(rows, vocabulary_size)` with those of `tokens`, `(rows, count)`, made impossible."""
    rows, count = tf.unstack(tf.shape(tokens))
    places = tf.stack([tf.repeat(tf.range(rows), count), tf.reshape(tokens, [-1])], 1)
    return tf.tensor_scatter_nd_update(logits, places, tf.fill([rows * count], IMPOSSIBLE))


def banned_tokens(
    tokens: tf.Tensor, time: tf.Tensor, *, min_length: int, no_repeat_ngram: int
) -> tf.Tensor:
    """What may not come next, `(rows, banned)`, filled up with PAD.

    Args:
        tokens: `(rows, max_length)`, the hypotheses so far, PAD from `time` on.
        time: How many tokens they have.
        min_length: Before so many tokens, EOS is banned.
        no_repeat_ngram: The last tokens must not be followed by what followed the same ones before; 0 allows it.
    """
    rows = tf.shape(tokens)[0]
    banned = tf.fill([rows, 1], tf.where(time < min_length, EOS_ID, PAD_ID))
    if not no_repeat_ngram:
        return banned
    context = no_repeat_ngram - 1
    starts = tf.maximum(tf.shape(tokens)[1] - context, 0)
    repeats = (
        tf.range(starts) + context < time
    )  # false everywhere as long as there is no whole n-gram
    for place in range(context):
        last = tokens[:, tf.maximum(time - context + place, 0)]
        repeats &= tokens[:, place : place + starts] == last[:, tf.newaxis]
    return tf.concat([banned, tf.where(repeats, tokens[:, context:], PAD_ID)], 1)


def next_of_prefix(prefix: tf.Tensor, time: tf.Tensor) -> tf.Tensor:
    """The token, `(rows,)`, that each row's prefix `(rows, prefix_length)` has at a time; PAD after it."""
    return tf.pad(prefix, [[0, 0], [0, 1]], constant_values=PAD_ID)[
        :, tf.minimum(time, tf.shape(prefix)[1])
    ]


def _largest(logits, count):
    """Is `tf.math.top_k` in half the time on a CPU, where it is not vectorised but maxima are.

    The `count` largest lie in the `count` blocks of largest maximum.
    """
    vocabulary_size = logits.shape[1]
    missing = -vocabulary_size % _BLOCK
    if missing:
        logits = tf.pad(logits, [[0, 0], [0, missing]], constant_values=IMPOSSIBLE)
    blocks = tf.reshape(logits, (-1, (vocabulary_size + missing) // _BLOCK, _BLOCK))
    chosen = tf.math.top_k(
        tf.reduce_max(blocks, axis=2), tf.minimum(count, tf.shape(blocks)[1])
    ).indices
    candidates = tf.gather(blocks, chosen, batch_dims=1)
    candidates = tf.reshape(candidates, (-1, tf.shape(candidates)[1] * _BLOCK))
    largest, places = tf.math.top_k(candidates, count)  # of (rows, chosen * _BLOCK)
    tokens = tf.gather(chosen, places // _BLOCK, batch_dims=1) * _BLOCK + places % _BLOCK
    # What fills up the last block is as impossible as what is banned, and may be chosen where nothing else is left.
    return largest, tf.minimum(tokens, vocabulary_size - 1)
