"""Word alignment: which source token gave each target token, as IBM Model 1 sees it.

Every target token was given by one of the source tokens, EOS among them, which stands for none; expectation and
maximisation take turns at finding by which, and with what probability.

Reference:
    Brown et al. 1993, https://aclanthology.org/J93-2003.
"""

import numpy as np
import tensorflow as tf

from seq2seq.data.batches import TokenPairs
from seq2seq.ids import PAD_ID

_ITERATIONS = 5
_MOST_PAIRS = (
    8_000_000  # of a source and a target token of the same sentence that are looked at, for memory
)
_UNKNOWN = 1e-9  # of two tokens that were not looked at together


class Aligner:
    """The probability that two tokens give each other: the product of Model 1 in both directions.

    A rare source token gives whatever stands beside it, a frequent target token is given by all: where both directions
    agree, neither goes wrong.

    Args:
        links: Pairs of tokens, as `source * target_vocabulary_size + target`, ascending, int64.
        weights: The product of each.
        target_vocabulary_size: Number of target tokens.

    Reference:
        After Liang et al. 2006, https://aclanthology.org/N06-1014, who train both directions to agree.
    """

    def __init__(self, links: np.ndarray, weights: np.ndarray, target_vocabulary_size: int):
        self.links, self.weights = tf.constant(links, tf.int64), tf.constant(weights, tf.float32)
        self.target_vocabulary_size = target_vocabulary_size

    @classmethod
    def learn(cls, pairs: TokenPairs, sizes: tuple[int, int]) -> "Aligner":
        """Learns the links of tokenised sentence pairs, with `sizes` source and target tokens."""
        source, target, giving = translation_table(pairs, sizes)
        given = translation_table(TokenPairs(pairs.target, pairs.source), sizes[::-1])
        back = np.lexsort(given[:2])  # in the order of the first table
        return cls(source * sizes[1] + target, giving * given[2][back], sizes[1])

    def align(self, source_tokens: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """Graph function: for each label, the probability of each source token to have given it.

        Args:
            source_tokens: `(batch, source_length)`.
            labels: `(batch, target_length)`.

        Returns:
            `(batch, target_length, source_length)`; a row sums to 1; to 0 of a padding label, and of one that was
            looked at with none of these source tokens.
        """
        wanted = tf.cast(source_tokens, tf.int64)[:, tf.newaxis] * self.target_vocabulary_size
        wanted += tf.cast(labels, tf.int64)[:, :, tf.newaxis]
        places = tf.searchsorted(self.links, tf.reshape(wanted, [-1]))
        places = tf.reshape(tf.minimum(places, len(self.links) - 1), tf.shape(wanted))
        known = tf.gather(self.links, places) == wanted
        weights = tf.where(known, tf.gather(self.weights, places), 0.0) + _UNKNOWN
        real = (labels != PAD_ID)[:, :, tf.newaxis] & (source_tokens != PAD_ID)[:, tf.newaxis]
        weights = tf.where(real & tf.reduce_any(known, -1, keepdims=True), weights, 0.0)
        return tf.math.divide_no_nan(weights, tf.reduce_sum(weights, -1, keepdims=True))


def translation_table(
    pairs: TokenPairs, sizes: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """IBM Model 1: source tokens, target tokens, and the probability that the one gives the other, where it is not 0.

    Args:
        pairs: Tokenised sentence pairs.
        sizes: Numbers of source and of target tokens.
    """
    source, target, giving = _side_by_side(pairs)
    links, place = np.unique(source.astype(np.int64) * sizes[1] + target, return_inverse=True)
    place = place.astype(np.int32)
    source, target = np.divmod(links, sizes[1])
    probability = np.ones(len(links))
    for _ in range(_ITERATIONS):
        shares = probability[place]
        shares /= np.bincount(giving, shares)[giving]
        counts = np.bincount(place, shares)
        probability = counts / np.bincount(source, counts, sizes[0])[source]
    return source, target, probability


def _side_by_side(pairs):
    """Every target token beside every source token of its sentence, and the number of the target token: flat arrays."""
    lengths = pairs.lengths().astype(np.int64)
    every = -(-int(np.sum(lengths[:, 0] * lengths[:, 1])) // _MOST_PAIRS)
    source, target = (side[:: max(1, every)] for side in (pairs.source, pairs.target))
    beside = tf.gather(source, target.value_rowids())  # a sentence for each target token
    lengths = beside.row_lengths().numpy()
    giving = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    return beside.values.numpy(), np.repeat(target.values.numpy(), lengths), giving
