"""The tree of a beam search: what was kept, what fell and why, and where greedy search leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import tensorflow as tf

from seq2seq.explain.explanation import Explanation
from seq2seq.explain.search_tree import SearchTree, greedy_tokens, search_tree
from seq2seq.explain.sentence import pieces_of, read_source, single_model, spelt
from seq2seq.search.options import SearchOptions
from seq2seq.translation.decoding import length_limits
from seq2seq.translation.translator import Translator

_N_BEST = 3


@dataclass(frozen=True)
class Branch:
    """A hypothesis of the tree; see `search_tree.Node`.

    Attributes:
        place: Its place in the list of branches.
        parent: The place of the branch that it continues; None for the root.
        step: How many pieces the hypothesis has.
        piece: The last of them.
        log_prob: The log-probability of all of them.
        score: Log-probability / length penalty.
        kept: Whether the beam kept it at its step.
        reason: Why it ended, fell, or was given up; empty where it goes on.
        rank: Its rank in the list of the best, from 1; None if it is not in it.
        greedy: Whether greedy search takes it.
    """

    place: int
    parent: int | None
    step: int
    piece: str
    log_prob: float
    score: float
    kept: bool
    reason: str
    rank: int | None
    greedy: bool


@dataclass(frozen=True)
class Beam(Explanation):
    """The tree of a search.

    Attributes:
        source: The text.
        beam_size: Hypotheses kept at each step.
        length_penalty: That of the score.
        branches: All hypotheses, the root first.
        best: The places of the best hypotheses, best first.
        texts: Their texts.
        greedy_text: What greedy search writes.
        greedy_leaves: After how many pieces of the best hypothesis greedy search takes another;
            None if it never does.
    """

    topic: ClassVar[str] = "beam"

    source: str
    beam_size: int
    length_penalty: float
    branches: list[Branch]
    best: list[int]
    texts: list[str]
    greedy_text: str
    greedy_leaves: int | None

    def path(self, place: int) -> list[Branch]:
        """The branches from the first piece to one of them."""
        path = []
        branch = self.branches[place]
        while branch.parent is not None:
            path.append(branch)
            branch = self.branches[branch.parent]
        return path[::-1]

    def lines(self) -> list[str]:
        """The best hypotheses, where greedy search leaves, and the ends of the others."""
        lines = []
        for rank, (place, text) in enumerate(zip(self.best, self.texts, strict=True), 1):
            branch = self.branches[place]
            lines.append(f"{rank}. {text}  score {branch.score:.3f}  {branch.reason}")
        lines.append(self._about_greedy())

        pruned = [branch for branch in self.branches if not branch.kept]
        kept = len(self.branches) - 1 - len(pruned)
        lines.append(f"{kept} hypotheses were kept at their step, {len(pruned)} fell:")
        nearest = sorted(pruned, key=lambda branch: -branch.score)[:5]
        for branch in nearest:
            text = spelt([one.piece for one in self.path(branch.place)])
            lines.append(f"   {text} …  {branch.reason}")
        return lines

    def _about_greedy(self) -> str:
        if self.greedy_leaves is None:
            return f"greedy search writes the same: {self.greedy_text}"
        return (
            f"greedy search leaves after {self.greedy_leaves} pieces and writes: {self.greedy_text}"
        )


def beam(
    translator: Translator,
    text: str,
    *,
    beam_size: int = 5,
    n_best: int | None = None,
    length_penalty: float = 1.0,
) -> Beam:
    """Searches for the translations of a text and keeps the tree of all hypotheses.

    Args:
        translator: The translator.
        text: The source text.
        beam_size: Hypotheses kept at each step.
        n_best: Translations, after whose decision the search ends; three by default.
        length_penalty: That of the score.

    Raises:
        InputError: Something given cannot be used.
    """
    model = single_model(translator)
    options = SearchOptions(
        beam_size=beam_size,
        n_best=min(_N_BEST, beam_size) if n_best is None else n_best,
        length_penalty=length_penalty,
    )
    source = read_source(translator, text)
    source_tokens = tf.constant(source.tokens[None])
    limit = int(length_limits(source_tokens, options)[0])

    tree = search_tree(
        model,
        source_tokens,
        beam_size=options.beam_size,
        n_best=options.n_best,
        length_penalty=options.length_penalty,
        limit=limit,
    )
    followed = greedy_tokens(model, source_tokens, limit)

    def spell(tokens: list[int]) -> str:
        return spelt(pieces_of(translator.target_tokenizer, tokens, source.masks))

    return Beam(
        source=source.text,
        beam_size=options.beam_size,
        length_penalty=options.length_penalty,
        branches=_branches(translator, tree, followed, source.masks),
        best=tree.best,
        texts=[spell(tree.tokens(place)) for place in tree.best],
        greedy_text=spell(followed),
        greedy_leaves=_first_difference(tree.tokens(tree.best[0]), followed),
    )


def _branches(
    translator: Translator, tree: SearchTree, followed: list[int], masks: Mapping[str, str]
) -> list[Branch]:
    """The nodes of a tree, with their pieces."""
    tokens = [node.token for node in tree.nodes]
    pieces = pieces_of(translator.target_tokenizer, tokens, masks)
    return [
        Branch(
            place=node.place,
            parent=node.parent,
            step=node.step,
            piece=piece if node.step else "<s>",
            log_prob=node.log_prob,
            score=node.score,
            kept=node.kept,
            reason=node.reason,
            rank=node.rank,
            greedy=tree.tokens(node.place) == followed[: node.step],
        )
        for node, piece in zip(tree.nodes, pieces, strict=True)
    ]


def _first_difference(best: list[int], followed: list[int]) -> int | None:
    if best == followed:
        return None
    same = [one == other for one, other in zip(best, followed, strict=False)]
    return same.index(False) if False in same else len(same)
