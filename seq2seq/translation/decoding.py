"""From source tokens to the tokens of translations, and back to what the model thinks of them.

Graph functions of a model, or an ensemble, that translation and the exported model share.
"""

import tensorflow as tf

from seq2seq.data.teacher_forcing import teacher_forced
from seq2seq.ids import EOS_ID, MAX_SOURCE_LENGTH, PAD_ID
from seq2seq.search.beam import SearchResult, beam_search, coverage, sizes
from seq2seq.search.candidates import best_tokens
from seq2seq.search.options import SearchOptions
from seq2seq.search.sampling import sample
from seq2seq.translation.shortlist import Shortlist

_ALTERNATIVES = 8  # tokens that may come after a prefix


def decode(
    model,
    source_tokens: tf.Tensor,
    options: SearchOptions,
    *,
    encoded=None,
    prefix: tf.Tensor | None = None,
    uniforms: tf.Tensor | None = None,
    shortlist: Shortlist | None = None,
) -> SearchResult:
    """Searches for translations, or draws them.

    Args:
        model: A `Seq2Seq` or an `Ensemble`.
        source_tokens: `(batch, source_length)`.
        options: How; its `prefix` and `seed` are text and a number, of which the next two are made.
        encoded: The sources as `model.encode` returns them, if they are at hand.
        prefix: `(batch, prefix_length)` tokens that all translations of a sentence begin with, and may be longer by.
        uniforms: `(batch, n_best, length)`, for draws; see `sampling.sample`. As long as the largest `length_limits`.
        shortlist: Where the option of this name tells its size. With a prefix, which may be of any tokens, all are
            searched.

    Returns:
        Tokens `(batch, n_best, length)`, as many as the longest has, and scores `(batch, n_best)`.
    """
    encoded = encoded or model.encode(source_tokens)
    given = {"max_lengths": length_limits(source_tokens, options, prefix), "uniforms": uniforms}
    if prefix is None and shortlist and 0 < options.shortlist < shortlist.vocabulary_size:
        found = _find_among(
            shortlist.choose(source_tokens, options.shortlist), model, encoded, options, **given
        )
    else:
        found = _find(model.step, *encoded, options, prefix=prefix, **given)
    tokens = found.tokens[
        ..., : tf.reduce_max(tf.math.count_nonzero(found.tokens, -1, dtype=tf.int32))
    ]
    if not options.coverage_penalty:
        return SearchResult(tokens, found.scores)
    _, attention = score_targets(model, source_tokens, tokens, encoded=encoded)
    covered = coverage(attention, source_tokens != PAD_ID, tokens != PAD_ID)
    scores, order = tf.math.top_k(found.scores + options.coverage_penalty * covered, options.n_best)
    return SearchResult(tf.gather(tokens, order, batch_dims=1), scores)


def _find(step, state, constants, options, *, max_lengths, uniforms, prefix=None):
    """The `SearchResult` of beam search or of draws, as the options say."""
    always = {
        "max_lengths": max_lengths,
        "length_penalty": options.length_penalty,
        "min_length": options.min_length,
        "no_repeat_ngram": options.no_repeat_ngram,
        "prefix": prefix,
    }
    if options.draws:
        chances = {
            "temperature": options.temperature or 1.0,
            "top_k": options.top_k,
            "top_p": options.top_p or 1.0,
        }
        return sample(step, state, constants, uniforms=uniforms, **chances, **always)
    kept = options.beam_size if options.coverage_penalty else options.n_best
    return beam_search(step, state, constants, beam_size=options.beam_size, n_best=kept, **always)


def _find_among(shortlist, model, encoded, options, **given):
    """As `_find`, among the tokens on each sentence's shortlist, `(batch, size)`.

    The search sees their places on it: those of the special tokens are these themselves.
    """
    state, source = encoded

    def step(places, state, constants):
        shortlist, *source = constants
        queries = tf.size(places) // tf.shape(shortlist)[0]
        tokens = tf.gather(shortlist, tf.reshape(places, [-1, queries]), batch_dims=1)
        return model.shortlist_step(tf.reshape(tokens, [-1]), state, *source)

    constants = (shortlist, source, model.shortlist_embeddings(shortlist))
    found = _find(step, state, constants, options, **given)
    return SearchResult(tf.gather(shortlist, found.tokens, batch_dims=1), found.scores)


def score_targets(
    model, source_tokens: tf.Tensor, tokens: tf.Tensor, *, encoded=None
) -> tuple[tf.Tensor, tf.Tensor]:
    """The log-probabilities `(batch, n_best, length)` of tokens that `decode` found, and the attention behind them.

    The attention is `(batch, n_best, length, source_length)`, all zeros for a model without.
    """
    batch, n_best, length = sizes(tokens)
    source_length = tf.shape(source_tokens)[1]
    inputs = teacher_forced(
        tf.repeat(source_tokens, n_best, axis=0), tf.reshape(tokens, [batch * n_best, length])
    )
    encoded = encoded or model.encode(source_tokens)
    encoded = tf.nest.map_structure(lambda tensor: tf.repeat(tensor, n_best, axis=0), encoded)
    log_probs, attention = model.score_targets(inputs, encoded)
    return tf.reshape(log_probs, [batch, n_best, length]), tf.reshape(
        attention, [batch, n_best, length, source_length]
    )


def complete(
    model, source_tokens: tf.Tensor, prefix: tf.Tensor, options: SearchOptions
) -> dict[str, tf.Tensor]:
    """The translations that begin with `prefix`, `(batch, prefix_length)`, and what the model thinks of each token.

    Returns:
        `tokens` and `score` as `decode`; `probability` and `attention` of the tokens, see `score_targets`; and what
        could come after the prefix, the likeliest first: `next_tokens` and `next_probability`, `(batch, alternatives)`.
    """
    encoded = model.encode(source_tokens)
    tokens, scores = decode(model, source_tokens, options, encoded=encoded, prefix=prefix)
    tokens.set_shape([source_tokens.shape[0], options.n_best, None])
    log_probs, attention = score_targets(model, source_tokens, tokens, encoded=encoded)
    next_log_probs, next_tokens = best_tokens(model.logits_after(prefix, encoded), _ALTERNATIVES)
    return {
        "tokens": tokens,
        "score": scores,
        "attention": attention,
        "probability": tf.exp(log_probs),
        "next_tokens": next_tokens,
        "next_probability": tf.exp(next_log_probs),
    }


def truncate(tokens: tf.RaggedTensor) -> tf.RaggedTensor:
    """Cuts sentences to `MAX_SOURCE_LENGTH` tokens, EOS included."""
    return tf.concat(
        [tokens[:, :-1][:, : MAX_SOURCE_LENGTH - 1], tf.fill([tokens.nrows(), 1], EOS_ID)], 1
    )


def length_limits(
    source_tokens: tf.Tensor, options: SearchOptions, prefix: tf.Tensor | None = None
) -> tf.Tensor:
    """The most tokens each translation may have, `(batch,)`; 0 for an empty sentence, which holds EOS alone."""
    lengths = tf.math.count_nonzero(source_tokens, -1, dtype=tf.int32)
    limits = (
        tf.maximum(2 * lengths + 10, options.min_length + 1)
        if options.max_length is None
        else options.max_length
    )
    prefix_lengths = 0 if prefix is None else tf.math.count_nonzero(prefix, -1, dtype=tf.int32)
    return tf.where(lengths > 1, limits + prefix_lengths, 0)
