"""Greedy and beam search over a step from tokens to logits; they know ids, not models.

Everything here, and in `candidates`, is TensorFlow core ops: it runs eagerly, inside a
`tf.function` (one trace serves all batch, beam and n-best sizes), inside a SavedModel, and
converted to TFLite. TFLite's converter does not know `[..., tf.newaxis]` of an unknown shape, so
`tf.expand_dims` is used here.

The module `state` explains the names of the axes.
"""

from typing import Any

import tensorflow as tf

from seq2seq.ids import BOS_ID, EOS_ID, PAD_ID
from seq2seq.search.candidates import (
    IMPOSSIBLE,
    Candidates,
    banned_tokens,
    best_tokens,
    next_of_prefix,
)
from seq2seq.search.shrinking import search_while_batch_shrinks
from seq2seq.search.state import BeamState, SearchResult, Sentences, Step, sizes, take_rows


def greedy_search(
    step: Step,
    state: Any,
    constants: Any = (),
    *,
    max_lengths: tf.Tensor,
    length_penalty: float | tf.Tensor = 1.0,
) -> SearchResult:
    """Follows the most probable token until EOS.

    For one sentence, in plain Python::

        tokens, log_prob, token = [], 0.0, BOS
        while token != EOS and len(tokens) < max_length:
            logits, state = step(token, state, constants)
            log_probs = log_softmax(logits)
            log_probs[[PAD, UNK, BOS]] = -inf
            token = argmax(log_probs)
            tokens.append(token)
            log_prob += log_probs[token]
        return tokens, log_prob / ((5 + len(tokens)) / 6) ** length_penalty

    This is `beam_search` with a beam of one, which skips the work of choosing between hypotheses.
    `n_best` is 1.
    """
    return beam_search(
        step,
        state,
        constants,
        beam_size=1,
        max_lengths=max_lengths,
        length_penalty=length_penalty,
    )


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
    room: int | None = None,
) -> SearchResult:
    """Finds the `n_best` token sequences per sentence that score highest among those a beam keeps.

    For one sentence::

        beam = [the empty hypothesis]
        until no unfinished hypothesis can still come before the `n_best`-th:
            continuations = [hypothesis + token for hypothesis in beam
                             for token in the `beam_size` most probable after it]
            beam = the `beam_size` continuations that score highest

    The score, also the one that ranks unfinished hypotheses inside the search, is

        log P(tokens) / ((5 + length) / 6) ** length_penalty

    where `length` counts EOS. PAD, UNK and BOS are never generated, yet keep their share of
    probability. A finished hypothesis has exactly one continuation: PAD, at no cost.

    The search of a sentence is over when its `n_best`-th score is above the bound of every
    unfinished hypothesis, `log P / ((5 + limit) / 6) ** length_penalty`: log P only falls and the
    divisor only grows, up to the limit, so nothing that grows from that hypothesis scores higher.
    What the beam does afterwards, while other sentences go on, cannot change the result: a sentence
    is searched alike alone and in a batch.

    Args:
        step: Predicts the next token, `(tokens, state, constants) -> (logits, state)`, from the
            previous one: `tokens` `(rows,)` int32, BOS first; `logits` `(rows, vocabulary_size)`;
            `state` as it came in, structure, dtypes and shapes.
        state: Nested structure of tensors `(batch, ...)`. It follows its hypotheses,
            as `(rows, ...)`.
        constants: Nested structure of tensors `(batch, ...)` that do not change, such as the memory
            and its mask. The hypotheses of a sentence share them.
        max_lengths: `(batch,)` int32, the most tokens, including EOS, that each sentence may get. A
            hypothesis that reaches its limit without EOS ends there.
        beam_size: Hypotheses kept per sentence. A number or a scalar tensor, like the next two.
        n_best: Hypotheses returned per sentence, at most `beam_size`.
        length_penalty: 0 ranks by log-probability; larger values favour longer output. Not
            negative.
        min_length: Before so many tokens there is no EOS; 0 allows it at once.
        no_repeat_ngram: No sequence of so many tokens stands twice in a hypothesis; 0 allows all.
        prefix: `(batch, prefix_length)` int32, tokens that every hypothesis of a sentence begins
            with, PAD after them. They count in score and length like any others, and need not obey
            the two options before.
        room: How many tokens the result has room for, at least the largest of `max_lengths`, which
            it is by default. A number makes the graph one of fixed shapes.

    Returns:
        A `SearchResult`; its `max_length` is `room`. Where a sentence has
        fewer than `n_best` possible hypotheses, the others are all PAD and score -inf.

    Raises:
        ValueError: If `beam_size`, `n_best` or `length_penalty` is a Python number out of its
            range.

    Reference:
        Wu et al. (2016), https://arxiv.org/abs/1609.08144, equation 14.
    """
    _check_options(beam_size, n_best, length_penalty)
    max_lengths = tf.cast(max_lengths, tf.int32)
    length_penalty = tf.cast(length_penalty, tf.float32)
    is_greedy = not isinstance(beam_size, tf.Tensor) and beam_size == 1

    if prefix is None:
        prefix = tf.zeros([*sizes(max_lengths), 0], tf.int32)
    sentences = Sentences(max_lengths, constants, prefix)
    beams = _first_beams(state, max_lengths, beam_size, room)
    positions = tf.range(tf.shape(beams.tokens)[2])  # (max_length,)

    def advance(beams: BeamState, sentences: Sentences) -> BeamState:
        last_tokens = tf.reshape(beams.last_tokens, [-1])  # (batch, beam_size) -> (rows,)
        logits, model_state = step(last_tokens, beams.model_state, sentences.constants)
        beams = beams._replace(model_state=_shaped_like(beams.model_state, model_state))

        banned = _banned(beams, min_length, no_repeat_ngram)
        candidates = best_tokens(logits, beam_size, banned)  # (rows, candidates)
        if sentences.prefix.shape[1] != 0:
            forced = tf.repeat(next_of_prefix(sentences.prefix, beams.time), beam_size)  # (rows,)
            candidates = _force_prefix(forced, logits, candidates)

        return _extend(beams, candidates, sentences, positions, length_penalty, is_greedy=is_greedy)

    def is_settled(beams: BeamState, sentences: Sentences) -> tf.Tensor:
        if is_greedy:  # then even what is impossible goes on to its limit
            return beams.finished[:, 0]
        return _is_settled(beams, sentences.max_lengths, n_best, length_penalty)

    def result(beams: BeamState) -> SearchResult:
        scores = penalised(beams.log_probs, beams.lengths, length_penalty)[:, :n_best]
        missing = _is_impossible(scores)  # (batch, n_best)
        tokens = tf.where(tf.expand_dims(missing, -1), PAD_ID, beams.tokens[:, :n_best])
        return SearchResult(tokens, tf.where(missing, IMPOSSIBLE, scores))

    return search_while_batch_shrinks(
        beams, sentences, advance=advance, is_settled=is_settled, result=result
    )


def penalised(
    log_probs: tf.Tensor, lengths: tf.Tensor, length_penalty: float | tf.Tensor
) -> tf.Tensor:
    """Divides log-probabilities by the length penalty of Wu et al. (2016), equation 14."""
    return log_probs / ((5.0 + tf.cast(lengths, tf.float32)) / 6.0) ** length_penalty


def _check_options(
    beam_size: int | tf.Tensor, n_best: int | tf.Tensor, length_penalty: float | tf.Tensor
) -> None:
    """Refuses Python numbers out of range; the values of tensors may not be known yet."""
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
            "Expected `n_best` to be at most `beam_size`. "
            f"Received: n_best={n_best}, beam_size={beam_size}. "
            "Search with a larger beam or ask for fewer hypotheses."
        )

    if not tf.is_tensor(length_penalty) and length_penalty < 0:
        raise ValueError(
            f"Expected `length_penalty` not to be negative. Received: {length_penalty}. "
            "Use 0 to rank by log-probability, which favours short output."
        )


def _first_beams(
    state: Any, max_lengths: tf.Tensor, beam_size: int | tf.Tensor, room: int | None
) -> BeamState:
    """Starts each sentence with one empty hypothesis, and `beam_size - 1` that do not exist."""
    (batch,) = sizes(max_lengths)
    max_length = room
    if max_length is None:  # the maximum of no sentence is negative
        max_length = tf.maximum(tf.reduce_max(max_lengths), 0)
    shape = (batch, beam_size)
    log_probs = tf.where(tf.range(beam_size) == 0, 0.0, IMPOSSIBLE)  # (beam_size,)

    return BeamState(
        time=tf.constant(0),
        tokens=tf.fill((batch, beam_size, max_length), PAD_ID),
        last_tokens=tf.fill(shape, BOS_ID),
        log_probs=tf.broadcast_to(log_probs, shape),
        lengths=tf.zeros(shape, tf.int32),
        finished=tf.broadcast_to(max_lengths[:, tf.newaxis] < 1, shape),
        model_state=take_rows(state, tf.repeat(tf.range(batch), beam_size)),
    )


def _banned(beams: BeamState, min_length: int, no_repeat_ngram: int) -> tf.Tensor | None:
    """The tokens that must not come next, `(rows, banned)`; None where all may."""
    if not min_length and not no_repeat_ngram:
        return None

    tokens = tf.reshape(beams.tokens, [-1, tf.shape(beams.tokens)[2]])  # (rows, max_length)
    return banned_tokens(tokens, beams.time, min_length=min_length, no_repeat_ngram=no_repeat_ngram)


def _shaped_like(before: Any, after: Any) -> Any:
    """The model state `after` a step with its static shapes `before`, which a loop must keep."""
    pairs = zip(tf.nest.flatten(after), tf.nest.flatten(before), strict=True)
    for tensor, earlier in pairs:
        tensor.set_shape(earlier.shape)
    return after


def _force_prefix(forced: tf.Tensor, logits: tf.Tensor, candidates: Candidates) -> Candidates:
    """Makes the next token of its prefix the only candidate of a hypothesis.

    `forced`, `(rows,)`, are these tokens; PAD where the prefix is over. Their probabilities are the
    model's.
    """
    logits = tf.cast(logits, tf.float32)
    own = tf.gather(logits, forced, batch_dims=1) - tf.reduce_logsumexp(logits, axis=1)  # (rows,)
    is_first = tf.range(tf.shape(candidates.tokens)[1]) == 0  # (candidates,)
    alone = tf.where(is_first, own[:, tf.newaxis], IMPOSSIBLE)  # (rows, candidates)

    is_forced = (forced != PAD_ID)[:, tf.newaxis]
    return Candidates(
        log_probs=tf.where(is_forced, alone, candidates.log_probs),
        tokens=tf.where(is_forced, forced[:, tf.newaxis], candidates.tokens),
    )


def _extend(
    beams: BeamState,
    candidates: Candidates,
    sentences: Sentences,
    positions: tf.Tensor,
    length_penalty: tf.Tensor,
    *,
    is_greedy: bool,
) -> BeamState:
    """Continues every hypothesis by its candidates and keeps the best `beam_size` of each sentence.

    Args:
        beams: The beams, their model states those after the step.
        candidates: Those of each hypothesis, `(rows, candidates)`.
        sentences: What belongs to each sentence.
        positions: `(max_length,)`, all there are.
        length_penalty: Of the score.
        is_greedy: Whether a sentence has one hypothesis, and this one candidate: then there is
            nothing to choose.
    """
    grown = tf.cast(tf.logical_not(beams.finished), tf.int32)
    beams = beams._replace(lengths=beams.lengths + grown)
    log_probs, tokens = _continuations(beams, candidates)  # (batch, beam_size, candidates)

    if is_greedy:
        log_probs = tf.squeeze(log_probs, -1)  # (batch, 1, 1) -> (batch, 1)
        tokens = tf.squeeze(tokens, -1)
    else:
        beams, log_probs, tokens = _keep_best(beams, log_probs, tokens, length_penalty)

    at_limit = beams.lengths >= tf.expand_dims(sentences.max_lengths, -1)  # (batch, beam_size)
    return beams._replace(
        time=beams.time + 1,
        tokens=tf.where(positions == beams.time, tf.expand_dims(tokens, -1), beams.tokens),
        last_tokens=tokens,
        log_probs=log_probs,
        finished=beams.finished | (tokens == EOS_ID) | at_limit,
    )


def _continuations(beams: BeamState, candidates: Candidates) -> tuple[tf.Tensor, tf.Tensor]:
    """Every hypothesis with each of its candidates.

    Returns:
        The log-probabilities of the continuations and their last tokens, both
        `(batch, beam_size, candidates)`.
    """
    batch, beam_size = sizes(beams.log_probs)
    _, count = sizes(candidates.tokens)
    log_probs = tf.reshape(candidates.log_probs, (batch, beam_size, count))
    tokens = tf.reshape(candidates.tokens, (batch, beam_size, count))

    # A finished hypothesis has exactly one continuation: PAD, at no cost.
    finished = tf.expand_dims(beams.finished, -1)  # (batch, beam_size, 1)
    only_first = tf.where(tf.range(count) == 0, 0.0, IMPOSSIBLE)  # (candidates,)
    log_probs = tf.where(finished, only_first, log_probs)
    tokens = tf.where(finished, PAD_ID, tokens)

    return log_probs + tf.expand_dims(beams.log_probs, -1), tokens


def _keep_best(
    beams: BeamState, log_probs: tf.Tensor, tokens: tf.Tensor, length_penalty: tf.Tensor
) -> tuple[BeamState, tf.Tensor, tf.Tensor]:
    """Keeps the `beam_size` continuations of each sentence that score highest.

    Here hypotheses die: those none of whose continuations is kept. One with several of them is
    there several times.

    Args:
        beams: The hypotheses, their lengths those of the continuations.
        log_probs: Of the continuations, `(batch, beam_size, candidates)`.
        tokens: The last tokens of the continuations, the same shape.
        length_penalty: Of the score.

    Returns:
        The hypotheses that are continued, and for each its log-probability and its token,
        `(batch, beam_size)`.
    """
    batch, beam_size, count = sizes(tokens)
    scores = penalised(log_probs, tf.expand_dims(beams.lengths, -1), length_penalty)
    scores = tf.reshape(scores, (batch, -1))  # (batch, beam_size * candidates)
    chosen = tf.math.top_k(scores, beam_size).indices  # (batch, beam_size)

    survivors = _follow(beams, chosen // count)
    log_probs = tf.gather(tf.reshape(log_probs, (batch, -1)), chosen, batch_dims=1)
    tokens = tf.gather(tf.reshape(tokens, (batch, -1)), chosen, batch_dims=1)
    return survivors, log_probs, tokens


def _follow(beams: BeamState, parents: tf.Tensor) -> BeamState:
    """The hypotheses of each sentence that are at the places `parents`, `(batch, beam_size)`."""
    batch, beam_size = sizes(parents)
    rows = tf.range(batch)[:, tf.newaxis] * beam_size + parents  # (batch, beam_size)

    return beams._replace(
        tokens=tf.gather(beams.tokens, parents, batch_dims=1),
        lengths=tf.gather(beams.lengths, parents, batch_dims=1),
        finished=tf.gather(beams.finished, parents, batch_dims=1),
        model_state=take_rows(beams.model_state, tf.reshape(rows, [-1])),
    )


def _is_settled(
    beams: BeamState,
    max_lengths: tf.Tensor,
    n_best: int | tf.Tensor,
    length_penalty: tf.Tensor,
) -> tf.Tensor:
    """Tells per sentence, `(batch,)`, whether its `n_best` can no longer change.

    An unfinished hypothesis never scores above its own bound. So if the n-th score is above every
    bound, the n first hypotheses are finished. "Above" is strict: an equal score could still win by
    its place.
    """
    scores = penalised(beams.log_probs, beams.lengths, length_penalty)
    worst_returned = scores[:, n_best - 1]  # (batch,)

    alive = tf.where(beams.finished, IMPOSSIBLE, beams.log_probs)
    bounds = penalised(alive, max_lengths[:, tf.newaxis], length_penalty)  # (batch, beam_size)
    bound = tf.reduce_max(bounds, axis=1)
    return (worst_returned > bound) | _is_impossible(bound)


def _is_impossible(score: tf.Tensor) -> tf.Tensor:
    """Whether a score is IMPOSSIBLE, or the lowest number, which LiteRT's operations make of it."""
    return score <= tf.float32.min
