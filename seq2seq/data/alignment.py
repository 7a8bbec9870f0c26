"""Word alignment: which source token gave each target token, by IBM Model 1 of `lexical_table`.

A target token that no word gave is given by EOS.
"""

from collections.abc import Collection

import numpy as np
import tensorflow as tf

from seq2seq.data.lexical_table import lexical_table
from seq2seq.data.token_pairs import TokenPairs
from seq2seq.ids import PAD_ID

_MOST_PAIRS = 8_000_000  # pairs of a source and a target token looked at; more take too much memory
_UNKNOWN = 1e-9  # weight of two tokens that were not looked at together


class Aligner:
    """The probability that two tokens give each other: the product of Model 1 in both directions.

    A rare source token gives whatever stands beside it, and a frequent target token is given by
    all. Where both directions agree, neither goes wrong.

    Args:
        links: Pairs of tokens, as `source * target_vocabulary_size + target`, ascending, int64.
        weights: The product of the two probabilities of each.
        target_vocabulary_size: Number of target tokens.

    Reference:
        After Liang et al. 2006, https://aclanthology.org/N06-1014, who train both directions to
        agree.
    """

    def __init__(self, links: np.ndarray, weights: np.ndarray, target_vocabulary_size: int) -> None:
        self.links = tf.constant(links, tf.int64)
        self.weights = tf.constant(weights, tf.float32)
        self.target_vocabulary_size = target_vocabulary_size

    @classmethod
    def learn(
        cls, pairs: TokenPairs, sizes: tuple[int, int], *, copied: Collection[int] = ()
    ) -> "Aligner":
        """Learns the links of tokenised sentence pairs.

        Args:
            pairs: Tokenised sentence pairs.
            sizes: Numbers of source and of target tokens.
            copied: Tokens that each give themselves for certain.
        """
        source_size, target_size = sizes
        source, target, forward = translation_table(pairs, (source_size, target_size))

        swapped = TokenPairs(pairs.target, pairs.source)
        back_target, back_source, backward = translation_table(swapped, (target_size, source_size))
        in_forward_order = np.lexsort((back_target, back_source))

        links = source * target_size + target
        weights = forward * backward[in_forward_order]

        certain = np.array(sorted(copied), np.int64) * (target_size + 1)
        learnt = ~np.isin(links, certain)
        links = np.append(links[learnt], certain)
        weights = np.append(weights[learnt], np.ones(len(certain)))
        ascending = np.argsort(links)
        return cls(links[ascending], weights[ascending], target_size)

    def align(self, source_tokens: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """Graph function: for each label, the probability of each source token to have given it.

        Args:
            source_tokens: `(batch, source_length)`.
            labels: `(batch, target_length)`.

        Returns:
            `(batch, target_length, source_length)`. A row sums to 1. It is all zeros for a padding
            label, and for a label that was looked at with none of these source tokens.
        """
        sources = tf.cast(source_tokens, tf.int64)[:, tf.newaxis]  # (batch, 1, source_length)
        targets = tf.cast(labels, tf.int64)[:, :, tf.newaxis]  # (batch, target_length, 1)
        wanted = sources * self.target_vocabulary_size + targets

        places = tf.searchsorted(self.links, tf.reshape(wanted, [-1]))
        places = tf.reshape(tf.minimum(places, len(self.links) - 1), tf.shape(wanted))
        known = tf.gather(self.links, places) == wanted
        weights = tf.where(known, tf.gather(self.weights, places), 0.0) + _UNKNOWN

        real = (targets != PAD_ID) & (sources != PAD_ID)
        weights = tf.where(real & tf.reduce_any(known, -1, keepdims=True), weights, 0.0)
        return tf.math.divide_no_nan(weights, tf.reduce_sum(weights, -1, keepdims=True))


def translation_table(
    pairs: TokenPairs, sizes: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As `lexical_table`, of tokenised sentence pairs."""
    return lexical_table(*_side_by_side(pairs), sizes)


def _side_by_side(pairs: TokenPairs) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Puts every target token beside every source token of its sentence.

    Of a large corpus, sentence pairs at equal distances are taken, so that there are about
    `_MOST_PAIRS` pairs of tokens.

    Returns:
        Flat arrays of equal length: source tokens, target tokens, and the position of the target
        token in the whole text.
    """
    lengths = pairs.lengths().astype(np.int64)
    cells = int(np.sum(lengths[:, 0] * lengths[:, 1]))
    every = max(1, -(-cells // _MOST_PAIRS))
    source = pairs.source[::every]
    target = pairs.target[::every]

    beside = tf.gather(source, target.value_rowids())  # a source sentence for each target token
    source_lengths = beside.row_lengths().numpy()
    positions = np.arange(len(source_lengths), dtype=np.int32)

    return (
        beside.values.numpy(),
        np.repeat(target.values.numpy(), source_lengths),
        np.repeat(positions, source_lengths),
    )
