"""Sentence pairs to `tf.data` batches: tokenised, grouped by length, in an order that a seed and a step determine."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np
import tensorflow as tf

from seq2seq.corpus import Corpus
from seq2seq.errors import InputError
from seq2seq.ids import BOS_ID, PAD_ID
from seq2seq.tokenizer import Tokenizer

_CHUNK = 10_000  # sentences tokenised per call


@dataclass(frozen=True)
class TokenPairs:
    """Tokenised sentence pairs: two ragged `(pairs, length)` int32 tensors, each row ending in EOS.

    Attributes:
        source: Source tokens.
        target: Target tokens.
        dropped: Number of pairs left out because a side was too long.
    """

    source: tf.RaggedTensor
    target: tf.RaggedTensor
    dropped: int = 0

    def __len__(self) -> int:
        return int(self.source.nrows())


def tokenize_pairs(
    corpus: Corpus, source_tokenizer: Tokenizer, target_tokenizer: Tokenizer, *, max_length: int
) -> TokenPairs:
    """Tokenises a corpus and drops the pairs with more than `max_length` tokens, EOS included, on a side.

    Raises:
        InputError: Every pair was dropped.
    """
    source, target = _tokenize(corpus.source, source_tokenizer), _tokenize(corpus.target, target_tokenizer)
    fits = tf.maximum(source.row_lengths(), target.row_lengths()) <= max_length
    kept = int(tf.math.count_nonzero(fits))
    if not kept:
        raise InputError(
            f"Expected sentences of up to {max_length} tokens. Received: {len(corpus):,} pairs, all longer. "
            "Check that each line holds one sentence."
        )
    if kept == len(corpus):
        return TokenPairs(source, target)
    return TokenPairs(tf.ragged.boolean_mask(source, fits), tf.ragged.boolean_mask(target, fits), len(corpus) - kept)


def _tokenize(sentences: list[str], tokenizer: Tokenizer) -> tf.RaggedTensor:
    chunks = (sentences[start : start + _CHUNK] for start in range(0, len(sentences), _CHUNK))
    return tf.concat([tokenizer.tokenize(tf.constant(chunk)) for chunk in chunks], 0)


def plan_batches(lengths: np.ndarray, *, batch_tokens: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Groups pairs of nearly equal lengths into batches, in random order.

    Pairs of equal lengths are exchanged freely between batches from one plan to the next, while the number of batches
    stays: it depends on the lengths alone.

    Args:
        lengths: `(pairs, 2)` numbers of source and target tokens.
        batch_tokens: Upper limit of a batch's tokens on either side, padding included. A longer pair is a batch alone.
        rng: Source of the order.

    Returns:
        For each batch, the indices of its pairs; no batch where there is no pair.
    """
    order = rng.permutation(len(lengths))
    longest, difference = lengths[order].max(axis=1), lengths[order, 0] - lengths[order, 1]
    # By the longer side, which the limit is about; then to and fro between long sources and long targets, so that
    # neighbours are alike on both sides even where one length of the longer side gives way to the next.
    place = np.lexsort((np.where(longest % 2, -difference, difference), longest))
    order, widths = order[place], longest[place].tolist()
    cuts = []
    for position, width in enumerate(widths):
        if not cuts or width * (position - cuts[-1] + 1) > batch_tokens:
            cuts.append(position)
    batches = np.split(order, cuts[1:]) if cuts else []
    return [batches[index] for index in rng.permutation(len(batches))]


class TrainingBatches:
    """An endless stream of training batches that can begin at any step.

    Step s is batch `s mod n` of epoch `s div n`, n batches an epoch, and each epoch's order follows from the seed and
    the epoch's number: a run that begins at step s sees what an uninterrupted run would see there.

    Args:
        pairs: The training pairs.
        batch_tokens: See `plan_batches`.
        seed: Seed of the order.
    """

    def __init__(self, pairs: TokenPairs, *, batch_tokens: int, seed: int):
        self.pairs, self.batch_tokens, self.seed = pairs, batch_tokens, seed
        self.lengths = np.stack([pairs.source.row_lengths().numpy(), pairs.target.row_lengths().numpy()], axis=1)
        self.per_epoch = len(self._plan(0))

    def _plan(self, epoch: int) -> list[np.ndarray]:
        return plan_batches(self.lengths, batch_tokens=self.batch_tokens, rng=np.random.default_rng((self.seed, epoch)))

    def _indices(self, first_step: int) -> Iterator[np.ndarray]:
        first_epoch, skipped = divmod(first_step, self.per_epoch)
        for epoch in count(first_epoch):
            yield from self._plan(epoch)[skipped if epoch == first_epoch else 0 :]

    def dataset(self, first_step: int = 0) -> tf.data.Dataset:
        """Batches from `first_step` on, as dictionaries of `source_tokens`, `target_tokens` and `labels`."""
        indices = tf.data.Dataset.from_generator(
            lambda: self._indices(first_step), output_signature=tf.TensorSpec([None], tf.int64)
        )
        return indices.map(self._batch, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)

    def _batch(self, indices: tf.Tensor) -> dict[str, tf.Tensor]:
        source, target = tf.gather(self.pairs.source, indices), tf.gather(self.pairs.target, indices)
        return teacher_forced(source.to_tensor(PAD_ID), target.to_tensor(PAD_ID))


def teacher_forced(source_tokens: tf.Tensor, labels: tf.Tensor) -> dict[str, tf.Tensor]:
    """A batch whose decoder input `target_tokens` is BOS and then the labels, one position later."""
    target_tokens = tf.pad(labels[:, :-1], [[0, 0], [1, 0]], constant_values=BOS_ID)
    return {"source_tokens": source_tokens, "target_tokens": target_tokens, "labels": labels}
