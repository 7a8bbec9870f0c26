"""Tokenised sentence pairs whose alignment is known."""

import numpy as np
import tensorflow as tf

from seq2seq.data import TokenPairs
from seq2seq.ids import EOS_ID


def ragged(sentences):
    return tf.ragged.constant([[*sentence, EOS_ID] for sentence in sentences], tf.int32, ragged_rank=1)


def token_pairs(source, target):
    return TokenPairs(ragged(source), ragged(target), 0)


def reversed_pairs():
    """Sentences of 4 to 9 words, and their translations: the same words, ten numbers later, in reverse order."""
    generator = np.random.default_rng(0)
    source = [generator.choice(np.arange(4, 14), generator.integers(4, 10), replace=False) for _ in range(200)]
    return token_pairs(source, [sentence[::-1] + 10 for sentence in source])
