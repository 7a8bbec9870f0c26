"""Beam search of one sentence in plain Python, which keeps what the search throws away.

`search.beam` is the search itself. Tests hold that both find the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from seq2seq.ids import BOS_ID, EOS_ID, PAD_ID
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.search.beam import greedy_search, penalised
from seq2seq.search.candidates import Candidates, best_tokens
from seq2seq.search.state import take_rows


@dataclass
class Node:
    """A hypothesis: its last token and where it grew from.

    Attributes:
        place: Its place in the list of nodes.
        parent: The place of the node that it continues; None for the root.
        step: How many tokens the hypothesis has.
        token: The last of them.
        log_prob: The log-probability of all of them.
        score: Log-probability / length penalty.
        kept: Whether the beam kept it at its step.
        reason: Why it ended, fell, or was given up.
        rank: Its rank in the list of the best, from 1; None if it is not in it.
    """

    place: int
    parent: int | None
    step: int
    token: int
    log_prob: float
    score: float
    kept: bool = True
    reason: str = ""
    rank: int | None = None


class _Hypothesis(NamedTuple):
    """A hypothesis in the beam."""

    node: Node
    row: int  # of the model's state
    token: int  # what the model reads next; PAD once it is finished
    length: int
    finished: bool


class _Continuation(NamedTuple):
    """A hypothesis with one more token."""

    parent: _Hypothesis
    row: int
    token: int
    log_prob: np.float32
    length: int
    score: float


@dataclass
class SearchTree:
    """All hypotheses that a beam search has looked at.

    Attributes:
        nodes: The root, which has no token, and all others in the order in which they were made.
        best: The places of the best hypotheses, best first.
    """

    nodes: list[Node] = field(default_factory=list)
    best: list[int] = field(default_factory=list)

    def path(self, place: int) -> list[Node]:
        """The nodes from the first token to a node."""
        nodes = []
        parent: int | None = place
        while parent is not None and self.nodes[parent].parent is not None:
            nodes.append(self.nodes[parent])
            parent = self.nodes[parent].parent
        return nodes[::-1]

    def tokens(self, place: int) -> list[int]:
        """The tokens of a hypothesis."""
        return [node.token for node in self.path(place)]

    def add(self, parent: Node | None, token: int, log_prob: float, score: float) -> Node:
        """Adds a node."""
        place = len(self.nodes)
        if parent is None:
            node = Node(place, None, 0, token, log_prob, score)
        else:
            node = Node(place, parent.place, parent.step + 1, token, log_prob, score)
        self.nodes.append(node)
        return node


def search_tree(
    model: Seq2Seq,
    source_tokens: tf.Tensor,
    *,
    beam_size: int,
    n_best: int,
    length_penalty: float,
    limit: int,
) -> SearchTree:
    """Searches for the translations of one sentence, `(1, source_length)`; see `beam_search`.

    Args:
        model: The model.
        source_tokens: The sentence.
        beam_size: Hypotheses kept.
        n_best: Hypotheses after whose decision the search ends.
        length_penalty: That of the score.
        limit: The most tokens, EOS included.
    """
    state, source = model.encode(source_tokens)
    tree = SearchTree()
    root = tree.add(None, BOS_ID, 0.0, 0.0)
    beam = [_Hypothesis(root, 0, BOS_ID, 0, False)]

    while not _is_settled(beam, n_best, length_penalty, limit):
        rows = tf.constant([hypothesis.row for hypothesis in beam])
        tokens = tf.constant([hypothesis.token for hypothesis in beam])
        logits, state = model.step(tokens, take_rows(state, rows), source)
        found = best_tokens(logits, beam_size)

        continuations = _continuations(beam, found, length_penalty)
        order = sorted(continuations, key=lambda one: -one.score)  # stable, as the search's is
        chosen, others = order[:beam_size], order[beam_size:]
        beam = [_kept(tree, continuation, limit) for continuation in chosen]
        _drop(tree, others, chosen, beam_size)
    _finish(tree, beam, n_best, length_penalty, limit)
    return tree


def greedy_tokens(model: Seq2Seq, source_tokens: tf.Tensor, limit: int) -> list[int]:
    """The tokens that follow if the likeliest is always taken."""
    state, source = model.encode(source_tokens)
    found = greedy_search(model.step, state, source, max_lengths=tf.constant([limit]))
    tokens = found.tokens.numpy()[0, 0]
    return tokens[tokens != PAD_ID].tolist()


def _continuations(
    beam: Sequence[_Hypothesis], found: Candidates, length_penalty: float
) -> list[_Continuation]:
    """Every hypothesis with each of its candidates; a finished one has itself."""
    continuations = []
    log_probs, tokens = found.log_probs.numpy(), found.tokens.numpy()
    for row, hypothesis in enumerate(beam):
        so_far = np.float32(hypothesis.node.log_prob)
        if hypothesis.finished:
            score = hypothesis.node.score
            continuations.append(
                _Continuation(hypothesis, row, PAD_ID, so_far, hypothesis.length, score)
            )
            continue

        length = hypothesis.length + 1
        for log_prob, token in zip(log_probs[row], tokens[row], strict=True):
            total = so_far + log_prob
            if np.isfinite(total):
                score = float(penalised(tf.constant(total), tf.constant(length), length_penalty))
                continuations.append(
                    _Continuation(hypothesis, row, int(token), total, length, score)
                )
    return continuations


def _kept(tree: SearchTree, continuation: _Continuation, limit: int) -> _Hypothesis:
    """The hypothesis that a kept continuation is, with its node."""
    parent, row, token, log_prob, length, score = continuation
    if parent.finished:
        return parent._replace(row=row)

    node = tree.add(parent.node, token, float(log_prob), score)
    finished = token == EOS_ID or length >= limit
    if finished:
        node.reason = "ended" if token == EOS_ID else f"reached the limit of {limit} pieces"
    return _Hypothesis(node, row, token, length, finished)


def _drop(
    tree: SearchTree,
    others: Sequence[_Continuation],
    chosen: Sequence[_Continuation],
    beam_size: int,
) -> None:
    """Notes what fell out of the beam, and below which score."""
    if not others:
        return

    worst = chosen[-1].score
    surviving = {continuation.parent.node.place for continuation in chosen}
    for continuation in others:
        parent = continuation.parent
        said = f"{continuation.score:.3f} is below the {_ordinal(beam_size)} score, {worst:.3f}"
        if parent.finished:
            parent.node.reason = f"ended, and then fell: {said}"
        else:
            node = tree.add(
                parent.node,
                continuation.token,
                float(continuation.log_prob),
                continuation.score,
            )
            node.kept = False
            node.reason = said
        if not parent.finished and parent.node.place not in surviving:
            parent.node.reason = f"none of its continuations is among the best {beam_size}"


def _finish(
    tree: SearchTree,
    beam: Sequence[_Hypothesis],
    n_best: int,
    length_penalty: float,
    limit: int,
) -> None:
    """Ranks the best, and notes why the others were given up."""
    for rank, hypothesis in enumerate(beam[:n_best], 1):
        hypothesis.node.rank = rank
        tree.best.append(hypothesis.node.place)

    for hypothesis in beam[n_best:]:
        if hypothesis.finished:
            hypothesis.node.reason = f"ended, below the best {n_best}"
        else:
            bound = _bound(hypothesis, length_penalty, limit)
            hypothesis.node.reason = (
                f"given up: whatever follows, it scores {bound:.3f} at most, "
                f"below the best {n_best}"
            )


def _is_settled(
    beam: Sequence[_Hypothesis], n_best: int, length_penalty: float, limit: int
) -> bool:
    """Whether the best can no longer change; see `search.beam`."""
    alive = [hypothesis for hypothesis in beam if not hypothesis.finished]
    if not alive:
        return True
    if len(beam) < n_best:
        return False
    bound = max(_bound(hypothesis, length_penalty, limit) for hypothesis in alive)
    return beam[n_best - 1].node.score > bound


def _bound(hypothesis: _Hypothesis, length_penalty: float, limit: int) -> float:
    """The score that no continuation of a hypothesis exceeds."""
    log_prob = tf.constant(hypothesis.node.log_prob, tf.float32)
    return float(penalised(log_prob, tf.constant(limit), length_penalty))


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number if number < 20 else number % 10, "th")
    return f"{number}{ending}"
