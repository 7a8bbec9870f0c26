"""Which few hundred target tokens the translation of a sentence may be made of.

The output layer's product with the whole vocabulary is most of the work of a decoding step. A
lexical table says which target tokens each source token is likely to give; the likeliest of a
sentence are its shortlist.

Reference:
    Jean et al. 2015, https://arxiv.org/abs/1412.2007, section 3.3.
"""

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from seq2seq.data.alignment import translation_table
from seq2seq.data.token_pairs import TokenPairs
from seq2seq.ids import BOS_ID, EOS_ID, PAD_ID, UNK_ID
from seq2seq.storage.archive import Header, read_archive, save_archive
from seq2seq.storage.directory import SHORTLIST

_CANDIDATES = 64  # target tokens known of each source token
_SPECIAL = (PAD_ID, UNK_ID, BOS_ID, EOS_ID)
_CERTAIN = 1e6  # more than any sum of weights
_HEADERS = {  # of its archive
    "tokens": Header("int32", (None, None)),
    "weights": Header("float32", (None, None)),
    "vocabulary_size": Header("int64", ()),
}


class Shortlist:
    """A lexical table.

    Args:
        tokens: `(source_vocabulary_size, candidates)` int32, target tokens.
        weights: The same shape, float32: how likely each is; 0 where a source token has fewer
            candidates, such as PAD.
        vocabulary_size: Number of target tokens.
    """

    def __init__(self, tokens: np.ndarray, weights: np.ndarray, vocabulary_size: int):
        self.tokens = tf.constant(tokens, tf.int32)
        self.weights = tf.constant(weights, tf.float32)
        self.vocabulary_size = vocabulary_size

    @classmethod
    def learn(
        cls, pairs: TokenPairs, sizes: tuple[int, int], *, copied: Collection[int] = ()
    ) -> "Shortlist":
        """Learns the table from tokenised sentence pairs.

        A weight is the square root of a probability: a token that several of a sentence's tokens
        may give is a better guess than their sum says (on Multi30k's dev set, a tenth fewer of the
        tokens looked for were missing).

        Args:
            pairs: The corpus; of a large one, pairs at equal distances.
            sizes: Numbers of source and of target tokens.
            copied: Tokens that stand for the same piece on both sides, so that each gives itself.
        """
        source, target, probability = translation_table(pairs, sizes)  # (links,) each
        own = np.fromiter(copied, source.dtype)
        others = (source != target) | ~np.isin(source, own)
        source = np.append(source[others], own)
        target = np.append(target[others], own)
        probability = np.append(probability[others], np.ones(len(own)))

        # By source token, and for each the likeliest target token first.
        order = np.lexsort((target, -probability, source))
        source = source[order]
        rank = np.arange(len(source)) - np.searchsorted(source, source)

        known = rank < _CANDIDATES
        places = (source[known], rank[known])
        tokens = np.zeros((sizes[0], _CANDIDATES), np.int32)
        weights = np.zeros((sizes[0], _CANDIDATES), np.float32)
        tokens[places] = target[order[known]]
        weights[places] = np.sqrt(probability[order[known]])
        return cls(tokens, weights, sizes[1])

    def joined(self, other: "Shortlist") -> "Shortlist":
        """The likeliest candidates of two tables of the same tokens."""
        rows = zip(*self._rows(), *other._rows(), strict=True)
        best = [_best([first, second], [one, two]) for first, one, second, two in rows]
        return _stacked(best, self.vocabulary_size)

    def extended(
        self, source_parts: Sequence[Sequence[int]], target_parts: Sequence[Sequence[int]]
    ) -> "Shortlist":
        """The table for extended vocabularies; a new source token gives what its parts give.

        Args:
            source_parts: Of each new source token, the tokens that it was before.
            target_parts: The same of the target tokens.
        """
        numbers = np.zeros(self.vocabulary_size, np.int32)
        for token, parts in reversed([*enumerate(target_parts)]):
            if len(parts) == 1:
                numbers[parts[0]] = token  # in the end the first of them, which is not new

        tokens, weights = self._rows()
        tokens = numbers[tokens]
        best = [_best(tokens[list(parts)], weights[list(parts)]) for parts in source_parts]
        return _stacked(best, len(target_parts))

    def _rows(self) -> tuple[np.ndarray, np.ndarray]:
        return self.tokens.numpy(), self.weights.numpy()

    def choose(self, source_tokens: tf.Tensor, size: int) -> tf.Tensor:
        """Graph function: the shortlist of each sentence, ascending, the special tokens first.

        Args:
            source_tokens: `(batch, source_length)`.
            size: Tokens of a shortlist; the whole vocabulary has to have more than that.

        Returns:
            `(batch, size)`.
        """
        batch = tf.shape(source_tokens)[0]
        candidates = tf.reshape(tf.gather(self.tokens, source_tokens), [batch, -1])
        weights = tf.reshape(tf.gather(self.weights, source_tokens), [batch, -1])

        # The sum of the weights of each target token, (batch, vocabulary_size).
        sentences = tf.zeros_like(candidates) + tf.range(batch)[:, tf.newaxis]
        places = tf.stack([sentences, candidates], -1)
        likely = tf.scatter_nd(places, weights, [batch, self.vocabulary_size])
        likely += tf.reduce_sum(tf.one_hot(_SPECIAL, self.vocabulary_size, on_value=_CERTAIN), 0)

        return tf.sort(tf.math.top_k(likely, size).indices)  # (batch, size)

    def save(self, directory: Path) -> None:
        """Writes the table into a model directory."""
        arrays = {
            "tokens": self.tokens.numpy(),
            "weights": self.weights.numpy(),
            "vocabulary_size": np.array(self.vocabulary_size, np.int64),
        }
        save_archive(directory / SHORTLIST, arrays)

    @classmethod
    def load(cls, directory: Path, sizes: tuple[int, int]) -> "Shortlist | None":
        """The table in a model directory; None where there is none.

        Args:
            directory: The model directory.
            sizes: Numbers of source and of target tokens.

        Raises:
            DAMAGED: The file is damaged, or of a model with other vocabularies.
        """
        if not (directory / SHORTLIST).exists():
            return None

        arrays = read_archive(directory / SHORTLIST, _HEADERS)
        tokens = arrays["tokens"]
        weights = arrays["weights"]
        vocabulary_size = int(arrays["vocabulary_size"])
        if (len(tokens), vocabulary_size) != sizes or tokens.shape != weights.shape:
            raise ValueError(f"{SHORTLIST} is of other vocabularies than the tokenizers.")
        are_tokens = tokens.min() >= 0 and tokens.max() < vocabulary_size
        are_weights = weights.min() >= 0 and weights.max() < np.inf
        if not (are_tokens and are_weights):
            raise ValueError(f"{SHORTLIST} holds numbers that are none of a shortlist.")

        return cls(tokens, weights, vocabulary_size)


def _best(
    tokens: Sequence[np.ndarray] | np.ndarray, weights: Sequence[np.ndarray] | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The likeliest of the candidates in some rows, each once, the likeliest first."""
    candidates = np.append([], [*tokens]).astype(np.int32).ravel()
    likely = np.append([], [*weights]).astype(np.float32).ravel()
    order = np.lexsort((candidates, -likely))
    candidates, likely = candidates[order], likely[order]

    _, first = np.unique(candidates, return_index=True)
    chosen = np.sort(first)[:_CANDIDATES]
    return candidates[chosen], likely[chosen]


def _stacked(rows: Sequence[tuple[np.ndarray, np.ndarray]], vocabulary_size: int) -> Shortlist:
    """The table of some rows of candidates and their weights."""
    tokens = np.zeros((len(rows), _CANDIDATES), np.int32)
    weights = np.zeros((len(rows), _CANDIDATES), np.float32)
    for row, (candidates, likely) in enumerate(rows):
        tokens[row, : len(candidates)] = candidates
        weights[row, : len(candidates)] = likely
    return Shortlist(tokens, weights, vocabulary_size)
