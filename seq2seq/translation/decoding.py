"""From source tokens to the tokens of translations, and back to what the model thinks of them.

Graph functions of a model, or an ensemble, that translation and the exported model share.
"""

from typing import Any, NamedTuple, Protocol

import tensorflow as tf

from seq2seq.data.teacher_forcing import teacher_forced
from seq2seq.ids import EOS_ID, MAX_SOURCE_LENGTH, PAD_ID
from seq2seq.search.beam import beam_search
from seq2seq.search.candidates import Candidates, best_tokens
from seq2seq.search.options import SearchOptions
from seq2seq.search.sampling import sample
from seq2seq.search.state import SearchResult, Step, sizes
from seq2seq.translation.shortlist import Shortlist

_ALTERNATIVES = 8  # tokens that may come after a prefix
_LEAST_ATTENTION = 1e-9  # keeps the logarithm of no attention finite

Encoded = tuple[Any, Any]
"""The decoder's initial state and what its steps need of the source: nested, batch first."""


class DecodingModel(Protocol):
    """What decoding needs of a model: a `Seq2Seq` has it, and so has an `Ensemble`."""

    @property
    def attends(self) -> bool:
        """Whether there is any attention."""
        ...

    def encode(self, source_tokens: tf.Tensor) -> Encoded:
        """Reads sources, `(batch, source_length)`."""
        ...

    def step(self, tokens: tf.Tensor, state: Any, source: Any) -> tuple[tf.Tensor, Any]:
        """Takes previous tokens `(rows,)` to logits `(rows, vocabulary_size)` and a new state."""
        ...

    def shortlist_embeddings(self, shortlist: tf.Tensor) -> Any:
        """What `shortlist_step` needs of the tokens on the shortlists, `(batch, size)`."""
        ...

    def shortlist_step(
        self, tokens: tf.Tensor, state: Any, source: Any, embeddings: Any
    ) -> tuple[tf.Tensor, Any]:
        """As `step`, with the logits `(rows, size)` of the tokens on the shortlists alone."""
        ...

    def score_targets(
        self, inputs: dict[str, tf.Tensor], encoded: Encoded | None = None
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Log-probabilities of the labels of a teacher-forced batch, and the attention.

        These are `(batch, target_length)` and `(batch, target_length, source_length)`.
        """
        ...

    def logits_after(self, prefix: tf.Tensor, encoded: Encoded) -> tf.Tensor:
        """Logits, `(batch, vocabulary_size)`, of what comes after a prefix.

        The prefix is `(batch, prefix_length)`, PAD after it.
        """
        ...


class TargetScores(NamedTuple):
    """What a model thinks of given translations."""

    log_probs: tf.Tensor  # (batch, n_best, length) float32, of each token
    attention: tf.Tensor  # (batch, n_best, length, source_length); zeros for a model without any


class Completion(NamedTuple):
    """Translations that begin with a prefix, under the names of the exported signature `prefix`."""

    tokens: tf.Tensor  # (batch, n_best, length) int32, as many as the longest has
    score: tf.Tensor  # (batch, n_best) float32
    attention: tf.Tensor  # (batch, n_best, length, source_length)
    probability: tf.Tensor  # (batch, n_best, length) float32, of each token after those before it
    next_tokens: tf.Tensor  # (batch, alternatives) int32: what may come next, likeliest first
    next_probability: tf.Tensor  # (batch, alternatives) float32


def decode(
    model: DecodingModel,
    source_tokens: tf.Tensor,
    options: SearchOptions,
    *,
    encoded: Encoded | None = None,
    prefix: tf.Tensor | None = None,
    uniforms: tf.Tensor | None = None,
    shortlist: Shortlist | None = None,
) -> SearchResult:
    """Searches for translations, or draws them.

    Args:
        model: The model.
        source_tokens: `(batch, source_length)`.
        options: How to search. Its `prefix` and `seed`, a text and a number, are not read: `prefix`
            and `uniforms` here are made of them. Nor is `mbr`, a choice among what is found.
        encoded: The sources as `model.encode` returns them, if they are at hand.
        prefix: `(batch, prefix_length)` tokens that all translations of a sentence begin with. They
            do not count in the length limits.
        uniforms: `(batch, n_best, length)`, for draws; see `sampling.sample`. As long as the
            largest `length_limits`.
        shortlist: Where the option of this name tells its size. With a prefix, which may be of any
            tokens, all are searched.

    Returns:
        Tokens `(batch, n_best, length)`, as many as the longest has, and scores `(batch, n_best)`.
    """
    encoded = encoded or model.encode(source_tokens)
    limits = length_limits(source_tokens, options, prefix)

    if prefix is None and shortlist and 0 < options.shortlist < shortlist.vocabulary_size:
        chosen = shortlist.choose(source_tokens, options.shortlist)
        found = _search_shortlist(chosen, model, encoded, options, limits, uniforms)
    else:
        found = _search(model.step, *encoded, options, limits, uniforms, prefix)

    lengths = tf.math.count_nonzero(found.tokens, -1, dtype=tf.int32)  # (batch, n_best)
    found = found._replace(tokens=found.tokens[:, :, : tf.reduce_max(lengths)])
    if not options.coverage_penalty:
        return found
    return _rank_by_coverage(found, model, source_tokens, options, encoded)


def _search(
    step: Step,
    state: Any,
    constants: Any,
    options: SearchOptions,
    limits: tf.Tensor,
    uniforms: tf.Tensor | None,
    prefix: tf.Tensor | None = None,
) -> SearchResult:
    """Beam search or draws, as the options say, with at most `limits` `(batch,)` tokens.

    Raises:
        ValueError: The options ask for draws, and there are no numbers for them.
    """
    if options.draws:
        if uniforms is None:
            raise ValueError("Expected `uniforms` for random draws. Received: none.")
        return sample(
            step,
            state,
            constants,
            max_lengths=limits,
            uniforms=uniforms,
            temperature=options.temperature or 1.0,
            top_k=options.top_k,
            top_p=options.top_p or 1.0,
            length_penalty=options.length_penalty,
            min_length=options.min_length,
            no_repeat_ngram=options.no_repeat_ngram,
            prefix=prefix,
        )

    return beam_search(
        step,
        state,
        constants,
        max_lengths=limits,
        beam_size=options.beam_size,
        n_best=options.beam_size if options.coverage_penalty else options.n_best,
        length_penalty=options.length_penalty,
        min_length=options.min_length,
        no_repeat_ngram=options.no_repeat_ngram,
        prefix=prefix,
    )


def _search_shortlist(
    shortlist: tf.Tensor,
    model: DecodingModel,
    encoded: Encoded,
    options: SearchOptions,
    limits: tf.Tensor,
    uniforms: tf.Tensor | None,
) -> SearchResult:
    """As `_search`, among the tokens on each sentence's shortlist, `(batch, size)`.

    The search sees the places of the tokens on it. The special tokens come first: each is its own
    place.
    """
    state, source = encoded

    def step(places: tf.Tensor, state: Any, constants: Any) -> tuple[tf.Tensor, Any]:
        shortlist, source, embeddings = constants
        hypotheses = tf.size(places) // tf.shape(shortlist)[0]  # of a sentence
        places = tf.reshape(places, [-1, hypotheses])  # (rows,) -> (batch, hypotheses)
        tokens = tf.gather(shortlist, places, batch_dims=1)
        return model.shortlist_step(tf.reshape(tokens, [-1]), state, source, embeddings)

    constants = (shortlist, source, model.shortlist_embeddings(shortlist))
    found = _search(step, state, constants, options, limits, uniforms)
    return found._replace(tokens=tf.gather(shortlist, found.tokens, batch_dims=1))


def _rank_by_coverage(
    found: SearchResult,
    model: DecodingModel,
    source_tokens: tf.Tensor,
    options: SearchOptions,
    encoded: Encoded,
) -> SearchResult:
    """The `n_best` of what was found, by the score with the coverage penalty."""
    _, attention = score_targets(model, source_tokens, found.tokens, encoded=encoded)
    covered = coverage(attention, source_tokens != PAD_ID, found.tokens != PAD_ID)
    scores = found.scores + options.coverage_penalty * covered  # (batch, beam_size)
    scores, order = tf.math.top_k(scores, options.n_best)  # (batch, n_best)
    return SearchResult(tf.gather(found.tokens, order, batch_dims=1), scores)


def coverage(attention: tf.Tensor, source_mask: tf.Tensor, target_mask: tf.Tensor) -> tf.Tensor:
    """How little of the source was attended to.

    This is the sum over the source of `log(min(attention received, 1))`.

    Args:
        attention: `(batch, n_best, target_length, source_length)`.
        source_mask: `(batch, source_length)`, True at real tokens.
        target_mask: `(batch, n_best, target_length)`, True at real tokens.

    Returns:
        `(batch, n_best)`, 0 or less: the coverage penalty without its weight.

    Reference:
        Wu et al. (2016), https://arxiv.org/abs/1609.08144, equation 14.
    """
    is_real = tf.expand_dims(tf.cast(target_mask, attention.dtype), -1)
    received = tf.reduce_sum(attention * is_real, 2)  # (batch, n_best, source_length)
    logarithms = tf.math.log(tf.clip_by_value(received, _LEAST_ATTENTION, 1.0))
    return tf.reduce_sum(tf.where(source_mask[:, tf.newaxis], logarithms, 0.0), -1)


def score_targets(
    model: DecodingModel,
    source_tokens: tf.Tensor,
    tokens: tf.Tensor,
    *,
    encoded: Encoded | None = None,
) -> TargetScores:
    """What the model thinks of translations, each token after those before it.

    Args:
        model: The model.
        source_tokens: `(batch, source_length)`.
        tokens: `(batch, n_best, length)`, such as `decode` found.
        encoded: The sources as `model.encode` returns them, if they are at hand.
    """
    batch, n_best, length = sizes(tokens)
    source_length = tf.shape(source_tokens)[1]
    inputs = teacher_forced(
        tf.repeat(source_tokens, n_best, axis=0), tf.reshape(tokens, [batch * n_best, length])
    )

    encoded = encoded or model.encode(source_tokens)
    encoded = tf.nest.map_structure(lambda tensor: tf.repeat(tensor, n_best, axis=0), encoded)
    log_probs, attention = model.score_targets(inputs, encoded)  # (batch * n_best, length, …)
    return TargetScores(
        tf.reshape(log_probs, [batch, n_best, length]),
        tf.reshape(attention, [batch, n_best, length, source_length]),
    )


def complete(
    model: DecodingModel, source_tokens: tf.Tensor, prefix: tf.Tensor, options: SearchOptions
) -> Completion:
    """Searches for the translations that begin with `prefix`, `(batch, prefix_length)`.

    Says too what the model thinks of each token, and which tokens could come after the prefix.
    """
    encoded = model.encode(source_tokens)
    tokens, scores = decode(model, source_tokens, options, encoded=encoded, prefix=prefix)
    tokens.set_shape([source_tokens.shape[0], options.n_best, None])

    log_probs, attention = score_targets(model, source_tokens, tokens, encoded=encoded)
    following = alternatives_after(model, prefix, encoded)
    return Completion(
        tokens=tokens,
        score=scores,
        attention=attention,
        probability=tf.exp(log_probs),
        next_tokens=following.tokens,
        next_probability=tf.exp(following.log_probs),
    )


def alternatives_after(model: DecodingModel, prefix: tf.Tensor, encoded: Encoded) -> Candidates:
    """The tokens that may come after `prefix`, `(batch, prefix_length)`, the likeliest first."""
    return best_tokens(model.logits_after(prefix, encoded), _ALTERNATIVES)


def truncate(tokens: tf.RaggedTensor) -> tf.RaggedTensor:
    """Cuts sentences to `MAX_SOURCE_LENGTH` tokens, EOS included."""
    words = tokens[:, :-1][:, : MAX_SOURCE_LENGTH - 1]
    ends = tf.fill([tokens.nrows(), 1], EOS_ID)
    return tf.concat([words, ends], 1)


def length_limits(
    source_tokens: tf.Tensor, options: SearchOptions, prefix: tf.Tensor | None = None
) -> tf.Tensor:
    """The most tokens each translation may have, `(batch,)`; 0 where a sentence is EOS alone."""
    lengths = tf.math.count_nonzero(source_tokens, -1, dtype=tf.int32)

    limits = options.max_length
    if limits is None:
        limits = tf.maximum(2 * lengths + 10, options.min_length + 1)
    if prefix is not None:
        limits += tf.math.count_nonzero(prefix, -1, dtype=tf.int32)

    return tf.where(lengths > 1, limits, 0)
