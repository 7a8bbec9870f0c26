"""Greedy and beam search over `step(tokens, state, constants) -> (logits, state)`; they know ids, not models.

Everything here, and in `candidates`, is TensorFlow core ops: it runs eagerly, inside a `tf.function` (one trace serves
all batch, beam and n-best sizes), inside a SavedModel, and converted to TFLite. Its converter does not know
`[..., tf.newaxis]` of an unknown shape: `tf.expand_dims` stands for it.

Names of the axes: `rows` is `batch * beam_size`, the hypotheses of a sentence side by side; `candidates` is the number
of continuations per hypothesis.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow as tf

from seq2seq.ids import BOS_ID, EOS_ID, PAD_ID
from seq2seq.search.candidates import IMPOSSIBLE, banned_tokens, best_tokens, next_of_prefix

_SMALLEST = 1e-9  # keeps the logarithm of no attention finite
_LEAVING = 8  # a batch goes on without its settled sentences once they are one in so many

Step = Callable[[tf.Tensor, Any, Any], tuple[tf.Tensor, Any]]


class SearchResult(NamedTuple):
    """What a search found, best first."""

    tokens: tf.Tensor  # (batch, n_best, max_length) int32: no BOS, EOS included, PAD after it
    scores: tf.Tensor  # (batch, n_best) float32: log-probability / length penalty


class BeamState(NamedTuple):
    """What the loop carries: `beam_size` hypotheses per sentence, best first, and a model state for each."""

    time: tf.Tensor  # () int32: tokens generated so far
    tokens: tf.Tensor  # (batch, beam_size, max_length) int32: PAD from `time` on
    last_tokens: tf.Tensor  # (batch, beam_size) int32: what the model reads next
    log_probs: tf.Tensor  # (batch, beam_size) float32: -inf where there is no hypothesis
    lengths: tf.Tensor  # (batch, beam_size) int32: tokens including EOS
    finished: tf.Tensor  # (batch, beam_size) bool: has ended with EOS or reached its limit
    model_state: Any  # nested (rows, ...)


def greedy_search(
    step: Step,
    state: Any,
    constants: Any = (),
    *,
    max_lengths: tf.Tensor,
    length_penalty: float | tf.Tensor = 1.0,
) -> SearchResult:
    """Follows the most probable token until EOS: `beam_search` with a beam of one; `n_best` is 1."""
    options = {"max_lengths": max_lengths, "length_penalty": length_penalty}
    return beam_search(step, state, constants, beam_size=1, **options)


def beam_search(
    step: Step,
    state: Any,
    constants: Any = (),
    *,
    max_lengths: tf.Tensor,
    beam_size: int | tf.Tensor,
    n_best: int | tf.Tensor = 1,
    length_penalty: float | tf.Tensor = 1.0,
    min_length: int = 0,
    no_repeat_ngram: int = 0,
    prefix: tf.Tensor | None = None,
) -> SearchResult:
    """Finds the `n_best` token sequences per sentence that score highest among those a beam keeps.

    The score, also the one that ranks unfinished hypotheses inside the search, is

        log P(tokens) / ((5 + length) / 6) ** length_penalty

    where `length` counts EOS. PAD, UNK and BOS are never generated, yet keep their share of probability. A
    finished hypothesis has exactly one continuation: PAD, at no cost.

    The search of a sentence is over when its `n_best`-th score is above the bound of every unfinished
    hypothesis, `log P / ((5 + limit) / 6) ** length_penalty`: log P only falls and the divisor only grows, up
    to the limit, so nothing that grows from that hypothesis scores higher. What the beam does afterwards,
    while other sentences go on, cannot change the result: a sentence is searched alike alone and in a batch.

    Args:
        step: Predicts the next token, `(tokens, state, constants) -> (logits, state)`, from the previous one:
            `tokens` `(rows,)` int32, BOS first; `logits` `(rows, vocabulary_size)`; `state` as it came in,
            structure, dtypes and shapes.
        state: Nested structure of tensors `(batch, ...)`. It follows its hypotheses, as `(rows, ...)`.
        constants: Nested structure of tensors `(batch, ...)` that do not change, such as the memory and its mask. The
            hypotheses of a sentence share them.
        max_lengths: `(batch,)` int32, the most tokens, including EOS, that each sentence may get. A
            hypothesis that reaches its limit without EOS ends there.
        beam_size: Hypotheses kept per sentence. A number or a scalar tensor, like the next two.
        n_best: Hypotheses returned per sentence, at most `beam_size`.
        length_penalty: 0 ranks by log-probability; larger values favour longer output. Not negative.
        min_length: Before so many tokens there is no EOS; 0 allows it at once.
        no_repeat_ngram: No sequence of so many tokens stands twice in a hypothesis; 0 allows all.
        prefix: `(batch, prefix_length)` int32, tokens that every hypothesis of a sentence begins with, PAD after
            them. They count in score and length like any others, and need not obey the two options before.

    Returns:
        A `SearchResult`; its `max_length` is the largest of `max_lengths`. Where a sentence has fewer than
        `n_best` possible hypotheses, the others are all PAD and score -inf.

    Raises:
        ValueError: If `beam_size`, `n_best` or `length_penalty` is a Python number out of its range.

    Reference:
        Wu et al. (2016), https://arxiv.org/abs/1609.08144, equation 14.
    """
    _check_options(beam_size, n_best, length_penalty)
    max_lengths = tf.cast(max_lengths, tf.int32)
    length_penalty = tf.cast(length_penalty, tf.float32)
    beams = _first_beams(state, max_lengths, beam_size)
    given = (max_lengths, constants) if prefix is None else (max_lengths, constants, prefix)
    positions = tf.range(tf.shape(beams.tokens)[2])
    chooses = tf.is_tensor(beam_size) or beam_size > 1  # greedy search has nothing to reorder

    def is_settled(beams, given):
        if not chooses:  # then even what is impossible goes on to its limit
            return beams.finished[:, 0]
        return _is_settled(beams, given[0], n_best, length_penalty)

    def advance(beams, given):
        max_lengths, constants, *prefix = given
        logits, model_state = step(
            tf.reshape(beams.last_tokens, [-1]), beams.model_state, constants
        )
        banned = None
        if min_length or no_repeat_ngram:
            tokens = tf.reshape(beams.tokens, [-1, tf.shape(beams.tokens)[2]])
            banned = banned_tokens(
                tokens, beams.time, min_length=min_length, no_repeat_ngram=no_repeat_ngram
            )
        candidates = best_tokens(logits, beam_size, banned)
        for tokens in prefix:
            candidates = _force_prefix(
                tf.repeat(next_of_prefix(tokens, beams.time), beam_size), logits, *candidates
            )
        for after, before in zip(
            *map(tf.nest.flatten, (model_state, beams.model_state)), strict=True
        ):
            after.set_shape(before.shape)
        beams = beams._replace(model_state=model_state)
        return _extend(beams, *candidates, positions, max_lengths, length_penalty, chooses=chooses)

    def result(beams):
        tokens = beams.tokens[:, :n_best]
        scores = penalised(beams.log_probs, beams.lengths, length_penalty)[:, :n_best]
        missing = _is_impossible(scores)
        tokens = tf.where(tf.expand_dims(missing, -1), PAD_ID, tokens)
        return SearchResult(tokens, tf.where(missing, IMPOSSIBLE, scores))

    return _search_while_batch_shrinks(beams, given, advance, is_settled, result)


def _search_while_batch_shrinks(beams, given, advance, is_settled, result):
    """Advances until all sentences are settled. These leave the batch, many at once, and leave their results.

    Args:
        beams: The `BeamState` to begin with.
        given: Nested structure of tensors `(batch, ...)`: what the next three need of each sentence.
        advance: `(beams, given) -> beams`, one token on.
        is_settled: `(beams, given) -> (batch,)` bool.
        result: `beams -> SearchResult`.
    """

    def advance_until(leaving, beams, given):
        """Until so many sentences are settled."""

        def unfinished(beams):
            return tf.math.count_nonzero(is_settled(beams, given), dtype=tf.int32) < leaving

        return tf.while_loop(unfinished, lambda beams: (advance(beams, given),), (beams,))[0]

    if beams.finished.shape[0] == 1:  # a batch that cannot shrink, which is all that TFLite takes
        return result(advance_until(1, beams, given))

    def advance_and_shrink(sentences, beams, given, found):
        beams = advance_until((tf.size(sentences) + _LEAVING - 1) // _LEAVING, beams, given)
        found = [
            tf.tensor_scatter_nd_update(all_found, sentences[:, tf.newaxis], of_these)
            for all_found, of_these in zip(found, result(beams), strict=True)
        ]
        kept = tf.cast(tf.where(~is_settled(beams, given))[:, 0], tf.int32)
        return (
            tf.gather(sentences, kept),
            _take_sentences(beams, kept),
            take_rows(given, kept),
            SearchResult(*found),
        )

    start = (tf.range(tf.shape(beams.finished)[0]), beams, given, result(beams))
    shapes = tuple(_rows_of_any_number(part) for part in start)
    shapes = (shapes[0], _loop_shapes(beams), *shapes[2:])

    def unfinished(sentences, beams, given, found):
        return ~tf.reduce_all(is_settled(beams, given))

    return tf.while_loop(unfinished, advance_and_shrink, start, shapes)[-1]


def _check_options(beam_size, n_best, length_penalty):
    """Raises ValueError for Python numbers out of range; the values of tensors may not be known yet."""
    if not tf.is_tensor(beam_size) and beam_size < 1:
        raise ValueError(
            f"Expected `beam_size` to be at least 1. Received: {beam_size}. Use 1 to be greedy."
        )
    if not tf.is_tensor(n_best) and n_best < 1:
        raise ValueError(
            f"Expected `n_best` to be at least 1. Received: {n_best}. Use 1 for the best only."
        )
    if not tf.is_tensor(beam_size) and not tf.is_tensor(n_best) and n_best > beam_size:
        raise ValueError(
            f"Expected `n_best` to be at most `beam_size`. Received: n_best={n_best}, beam_size={beam_size}. "
            "Search with a larger beam or ask for fewer hypotheses."
        )
    if not tf.is_tensor(length_penalty) and length_penalty < 0:
        raise ValueError(
            f"Expected `length_penalty` not to be negative. Received: {length_penalty}. "
            "Use 0 to rank by log-probability, which favours short output."
        )


def take_rows(structure: Any, rows: tf.Tensor) -> Any:
    """Tiles or reorders: takes `rows` of every tensor in a nested structure."""
    return tf.nest.map_structure(lambda tensor: tf.gather(tensor, rows), structure)


def sizes(tensor: tf.Tensor) -> list[int | tf.Tensor]:
    """The size of each axis: a number where it is known, else a scalar tensor.

    LiteRT runs a loop whose sizes are numbers without planning its memory anew at each step.
    """
    if tensor.shape.is_fully_defined():
        return list(tensor.shape)
    return [
        size if static is None else static
        for static, size in zip(tensor.shape, tf.unstack(tf.shape(tensor)), strict=True)
    ]


def _first_beams(state, max_lengths, beam_size):
    """Starts each sentence with one empty hypothesis, and `beam_size - 1` that do not exist."""
    (batch,) = sizes(max_lengths)
    max_length = tf.maximum(
        tf.reduce_max(max_lengths), 0
    )  # the maximum of an empty batch is negative
    shape = (batch, beam_size)
    return BeamState(
        time=tf.constant(0),
        tokens=tf.fill((batch, beam_size, max_length), PAD_ID),
        last_tokens=tf.fill(shape, BOS_ID),
        log_probs=tf.broadcast_to(tf.where(tf.range(beam_size) == 0, 0.0, IMPOSSIBLE), shape),
        lengths=tf.zeros(shape, tf.int32),
        finished=tf.broadcast_to(max_lengths[:, tf.newaxis] < 1, shape),
        model_state=take_rows(state, tf.repeat(tf.range(batch), beam_size)),
    )


def _take_sentences(beams, sentences):
    """The beams of some `sentences` of a batch."""
    _, beam_size = tf.unstack(tf.shape(beams.finished))
    rows = tf.reshape(sentences[:, tf.newaxis] * beam_size + tf.range(beam_size), [-1])
    model_state = take_rows(beams.model_state, rows)
    others = (tf.gather(field, sentences) for field in beams[1:-1])
    return BeamState(beams.time, *others, model_state)


def _loop_shapes(beams):
    """The static shapes that hold in every iteration: batch, beam_size, rows and max_length are dynamic."""
    fields = (tf.TensorShape([None] * len(field.shape)) for field in beams[:-1])
    return BeamState(*fields, _rows_of_any_number(beams.model_state))


def _rows_of_any_number(structure):
    """The shapes of a nested structure of tensors `(rows, ...)`, for any number of rows."""
    return tf.nest.map_structure(
        lambda tensor: tf.TensorShape([None]).concatenate(tensor.shape[1:]), structure
    )


def penalised(
    log_probs: tf.Tensor, lengths: tf.Tensor, length_penalty: float | tf.Tensor
) -> tf.Tensor:
    """Divides log-probabilities by the length penalty of Wu et al. (2016), equation 14."""
    return log_probs / ((5.0 + tf.cast(lengths, tf.float32)) / 6.0) ** length_penalty


def _is_settled(beams, max_lengths, n_best, length_penalty):
    """Tells per sentence, `(batch,)`, whether its `n_best` can no longer change.

    An unfinished hypothesis never scores above its own bound. So if the n-th score is above every bound, the
    n first hypotheses are finished. "Above" is strict: an equal score could still win by its place.
    """
    worst_returned = penalised(beams.log_probs, beams.lengths, length_penalty)[:, n_best - 1]
    alive = tf.where(beams.finished, IMPOSSIBLE, beams.log_probs)
    bound = tf.reduce_max(penalised(alive, max_lengths[:, tf.newaxis], length_penalty), axis=1)
    return (worst_returned > bound) | _is_impossible(bound)


def _is_impossible(score):
    """Whether it is IMPOSSIBLE, or the lowest finite number: LiteRT's own division and maximum make that of it."""
    return score <= tf.float32.min


def coverage(attention: tf.Tensor, source_mask: tf.Tensor, target_mask: tf.Tensor) -> tf.Tensor:
    """How little of the source was attended to: sum over the source of `log(min(attention received, 1))`.

    Args:
        attention: `(batch, n_best, target_length, source_length)`.
        source_mask: `(batch, source_length)`, True at real tokens.
        target_mask: `(batch, n_best, target_length)`, True at real tokens.

    Returns:
        `(batch, n_best)`, 0 or less: the coverage penalty of Wu et al. (2016), equation 14, without its weight.
    """
    received = tf.reduce_sum(attention * tf.cast(target_mask, attention.dtype)[..., tf.newaxis], 2)
    logarithms = tf.math.log(tf.clip_by_value(received, _SMALLEST, 1.0))
    return tf.reduce_sum(tf.where(source_mask[:, tf.newaxis], logarithms, 0.0), -1)


def _force_prefix(forced, logits, log_probs, tokens):
    """Leaves a hypothesis one candidate where its next token, `(rows,)`, is given: this one, as probable as it is."""
    logits = tf.cast(logits, tf.float32)
    own = tf.gather(logits, forced, batch_dims=1) - tf.reduce_logsumexp(logits, axis=1)
    is_forced, is_first = (forced != PAD_ID)[:, tf.newaxis], tf.range(tf.shape(tokens)[1]) == 0
    log_probs = tf.where(is_forced, tf.where(is_first, own[:, tf.newaxis], IMPOSSIBLE), log_probs)
    return log_probs, tf.where(is_forced, forced[:, tf.newaxis], tokens)


def _extend(beams, log_probs, tokens, positions, max_lengths, length_penalty, *, chooses):
    """Continues every hypothesis by one of its candidates and keeps the best `beam_size` of each sentence.

    Args:
        beams: The beams, their model states those after the step.
        log_probs, tokens: The candidates, `(rows, candidates)`.
        positions: `(max_length,)`, all there are.
        max_lengths: `(batch,)`.
        length_penalty: Of the score.
        chooses: Whether there is a choice: a beam of one has none, its best candidate is what continues it.
    """
    (batch, beam_size), (_, candidates) = sizes(beams.log_probs), sizes(tokens)
    log_probs = tf.reshape(log_probs, (batch, beam_size, candidates))
    tokens = tf.reshape(tokens, (batch, beam_size, candidates))

    # A finished hypothesis has exactly one continuation: PAD, at no cost.
    finished = tf.expand_dims(beams.finished, -1)
    log_probs = tf.where(finished, tf.where(tf.range(candidates) == 0, 0.0, IMPOSSIBLE), log_probs)
    log_probs += tf.expand_dims(beams.log_probs, -1)
    tokens = tf.where(finished, PAD_ID, tokens)
    beams = beams._replace(lengths=beams.lengths + tf.cast(~beams.finished, tf.int32))
    if chooses:
        scores = penalised(log_probs, tf.expand_dims(beams.lengths, -1), length_penalty)
        chosen = tf.math.top_k(
            tf.reshape(scores, (batch, -1)), beam_size
        ).indices  # (batch, beam_size)
        beams = _follow(beams, chosen // candidates)
        log_probs = tf.gather(tf.reshape(log_probs, (batch, -1)), chosen, batch_dims=1)
        tokens = tf.gather(tf.reshape(tokens, (batch, -1)), chosen, batch_dims=1)
    log_probs, tokens = (
        tf.reshape(log_probs, (batch, beam_size)),
        tf.reshape(tokens, (batch, beam_size)),
    )
    return beams._replace(
        time=beams.time + 1,
        tokens=tf.where(positions == beams.time, tf.expand_dims(tokens, -1), beams.tokens),
        last_tokens=tokens,
        log_probs=log_probs,
        finished=beams.finished
        | (tokens == EOS_ID)
        | (beams.lengths >= tf.expand_dims(max_lengths, -1)),
    )


def _follow(beams, parents):
    """The hypotheses that continue `parents`, `(batch, beam_size)`, in the place of all others."""
    batch, beam_size = sizes(parents)
    rows = tf.range(batch)[:, tf.newaxis] * beam_size + parents
    return beams._replace(
        tokens=tf.gather(beams.tokens, parents, batch_dims=1),
        lengths=tf.gather(beams.lengths, parents, batch_dims=1),
        finished=tf.gather(beams.finished, parents, batch_dims=1),
        model_state=take_rows(beams.model_state, tf.reshape(rows, [-1])),
    )
