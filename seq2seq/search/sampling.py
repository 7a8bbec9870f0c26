"""Random draws over the same steps that `search` searches; it knows ids, not models.

Randomness comes in as numbers, one for each token to be drawn: what a sentence gets does not depend on its batch.
"""

import tensorflow as tf

from seq2seq.ids import BOS_ID, EOS_ID, PAD_ID
from seq2seq.search.beam import SearchResult, Step, penalised, take_rows
from seq2seq.search.candidates import NEVER_GENERATED, banned_tokens, next_of_prefix, without_tokens


def sample(
    step: Step,
    state,
    constants=(),
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

    Each token is drawn from the distribution `softmax(logits / temperature)`, without what is never generated, cut to
    the `top_k` most probable tokens and then to the fewest that hold `top_p` of what is left (Holtzman et al. 2020,
    https://arxiv.org/abs/1904.09751): the first in the order of probability whose cumulated share exceeds the number
    given for it.

    Args:
        step, state, constants, max_lengths, length_penalty, min_length, no_repeat_ngram, prefix: As for `beam_search`.
        uniforms: `(batch, draws, max_length)` float32 in [0, 1), one for each token.
        temperature: Above 0; near 0 it is greedy search.
        top_k: None for all tokens.
        top_p: Above 0 and at most 1.

    Returns:
        The draws in the order of their scores, which are those of `beam_search`: of the model, whatever the
        temperature. Two may be equal.
    """
    batch, draws, max_length = tf.unstack(tf.shape(uniforms))
    sentence_of_row = tf.repeat(tf.range(batch), draws)
    limits = tf.gather(tf.cast(max_lengths, tf.int32), sentence_of_row)
    uniforms, rows = tf.reshape(uniforms, [batch * draws, max_length]), batch * draws
    if prefix is not None:
        prefix = tf.gather(prefix, sentence_of_row)

    def advance(time, tokens, last_tokens, log_probs, lengths, model_state):
        logits, model_state = step(last_tokens, model_state, constants)
        logits = tf.cast(logits, tf.float32)
        never = tf.tile([NEVER_GENERATED], [rows, 1])
        banned = banned_tokens(tokens, time, min_length=min_length, no_repeat_ngram=no_repeat_ngram)
        allowed = without_tokens(logits, tf.concat([never, banned], 1))
        allowed -= tf.reduce_max(
            allowed, 1, keepdims=True
        )  # small temperatures must not make infinite numbers
        drawn = _draw(allowed / temperature, uniforms[:, time], top_k, top_p)
        if prefix is not None:
            forced = next_of_prefix(prefix, time)
            drawn = tf.where(forced == PAD_ID, drawn, forced)
        ended = (last_tokens == EOS_ID) | (lengths >= limits) | (last_tokens == PAD_ID)
        drawn = tf.where(ended, PAD_ID, drawn)
        own = tf.gather(logits, drawn, batch_dims=1) - tf.reduce_logsumexp(logits, 1)
        return (
            time + 1,
            tf.where(tf.range(max_length) == time, drawn[:, tf.newaxis], tokens),
            drawn,
            log_probs + tf.where(ended, 0.0, own),
            lengths + tf.cast(~ended, tf.int32),
            model_state,
        )

    def unfinished(time, tokens, last_tokens, log_probs, lengths, model_state):
        return tf.reduce_any((last_tokens != EOS_ID) & (last_tokens != PAD_ID) & (lengths < limits))

    _, tokens, _, log_probs, lengths, _ = tf.while_loop(
        unfinished,
        advance,
        (
            tf.constant(0),
            tf.fill([rows, max_length], PAD_ID),
            tf.fill([rows], BOS_ID),
            tf.zeros([rows]),
            tf.zeros([rows], tf.int32),
            take_rows(state, sentence_of_row),
        ),
        maximum_iterations=max_length,
    )
    scores = tf.reshape(penalised(log_probs, lengths, length_penalty), [batch, draws])
    tokens = tf.reshape(tokens, [batch, draws, max_length])
    order = tf.argsort(scores, direction="DESCENDING", stable=True)
    return SearchResult(*(tf.gather(tensor, order, batch_dims=1) for tensor in (tokens, scores)))


def _draw(logits, uniforms, top_k, top_p):
    """A token for each row: `(rows, vocabulary_size)` and `(rows,)` to `(rows,)` int32."""
    vocabulary_size = tf.shape(logits)[1]
    kept = vocabulary_size if top_k is None else tf.minimum(top_k, vocabulary_size)
    largest, tokens = tf.math.top_k(logits, kept)
    cumulated = tf.cumsum(tf.nn.softmax(largest), axis=1)
    # The last token that counts is the one with which `top_p` is reached.
    reached = tf.minimum(tf.math.count_nonzero(cumulated < top_p, 1, dtype=tf.int32), kept - 1)
    total = tf.gather(cumulated, reached, batch_dims=1)
    places = tf.math.count_nonzero(
        cumulated <= (uniforms * total)[:, tf.newaxis], 1, dtype=tf.int32
    )
    return tf.gather(tokens, tf.minimum(places, reached), batch_dims=1)
