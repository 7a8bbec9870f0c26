"""Sentence pairs to `tf.data` batches: tokenised, grouped by length, in an order that a seed and a step determine."""

import contextlib
import functools
import re
import threading
from bisect import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate, count

import numpy as np
import tensorflow as tf

from seq2seq.cpu import available_cores
from seq2seq.data.corpus import Corpus
from seq2seq.data.stream import CorpusStream
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.errors import InputError
from seq2seq.ids import BOS_ID, PAD_ID

_CHUNK = 10_000  # sentences tokenised per call
_AHEAD = 16  # batches that wait for the training step


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

    def lengths(self) -> np.ndarray:
        """`(pairs, 2)` numbers of source and target tokens."""
        return np.stack(
            [self.source.row_lengths().numpy(), self.target.row_lengths().numpy()], axis=1
        )


def tokenize_pairs(
    corpus: Corpus, source_tokenizer: Tokenizer, target_tokenizer: Tokenizer, *, max_length: int
) -> TokenPairs:
    """Tokenises a corpus and drops the pairs with more than `max_length` tokens, EOS included, on a side."""
    with tf.device(
        "CPU:0"
    ):  # where batches are made; an accelerator would only copy the tokens back
        source, target = (
            _tokenize(corpus.source, source_tokenizer),
            _tokenize(corpus.target, target_tokenizer),
        )
        fits = tf.where(tf.maximum(source.row_lengths(), target.row_lengths()) <= max_length)[:, 0]
        dropped = len(corpus) - len(fits)
        if dropped:
            source, target = (
                tf.gather(side, fits) for side in (source, target)
            )  # boolean_mask takes tenfold memory
        return TokenPairs(source, target, dropped)


def _tokenize(sentences: list[str], tokenizer: Tokenizer) -> tf.RaggedTensor:
    chunks = (sentences[start : start + _CHUNK] for start in range(0, len(sentences) or 1, _CHUNK))
    return tf.concat([tokenizer.tokenize(tf.constant(chunk, tf.string)) for chunk in chunks], 0)


def plan_batches(
    lengths: np.ndarray, *, batch_tokens: int, rng: np.random.Generator
) -> list[np.ndarray]:
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

    Every epoch goes through the windows of the corpus, each shuffled in itself. The batches of a window in an epoch
    follow from the seed and these two numbers, and their number from the window alone: a run that begins at step s sees
    what an uninterrupted run would see there. The tokens of an only window are kept; otherwise one window is tokenised
    while the one before it is trained on.

    Args:
        corpus: The training pairs. All of them are tokenised once, to count the batches.
        source_tokenizer: Of the source sentences.
        target_tokenizer: Of the target sentences.
        max_length: Most tokens of either side, EOS included; longer pairs are dropped.
        batch_tokens: See `plan_batches`.
        seed: Seed of the order.
        align: Graph function from the source tokens and the labels of a batch to its `alignment`; None for none.

    Attributes:
        per_window: The number of batches of each window.
        per_epoch: Their sum.
        dropped: The number of pairs dropped in an epoch.

    Raises:
        InputError: Every pair was dropped, or the corpus cannot be read.
    """

    def __init__(
        self,
        corpus: Corpus | CorpusStream,
        source_tokenizer: Tokenizer,
        target_tokenizer: Tokenizer,
        *,
        max_length: int,
        batch_tokens: int,
        seed: int,
        align: Callable[[tf.Tensor, tf.Tensor], tf.Tensor] | None = None,
    ):
        self._corpus, self.batch_tokens, self.seed, self._align = corpus, batch_tokens, seed, align
        self._tokenize = functools.partial(
            tokenize_pairs,
            source_tokenizer=source_tokenizer,
            target_tokenizer=target_tokenizer,
            max_length=max_length,
        )
        self.per_window, self.dropped, self._kept = [], 0, []
        for pairs in self._token_windows(0):
            self._kept = [] if self.per_window else [pairs]
            self.per_window.append(len(self._plan(pairs, 0, 0)))
            self.dropped += pairs.dropped
            del pairs  # before the next ones are read
        self.per_epoch = sum(self.per_window)
        if not self.per_epoch:
            raise InputError(
                f"Expected sentences of up to {max_length} tokens. Received: {len(corpus):,} pairs, all longer. "
                "Check that each line holds one sentence."
            )

    @contextlib.contextmanager
    def dataset(self, first_step: int = 0) -> Iterator[tf.data.Dataset]:
        """Batches from `first_step` on, as dictionaries of `source_tokens`, `target_tokens` and `labels`, and of
        `alignment` where there is an `align`.

        At the end of the context no window is in preparation. If one were when Python exits, each would wait for the
        other for ever.

        Raises:
            InputError: In the context, if the files of a stream cannot be read or have changed.
        """
        preparing, ended = threading.Lock(), False

        def prepared(windows):
            with preparing:
                return None if ended else next(windows)

        ragged = tf.RaggedTensorSpec([None, None], tf.int32)
        windows = tf.data.Dataset.from_generator(
            lambda: iter(functools.partial(prepared, self._planned_windows(first_step)), None),
            output_signature=(ragged, ragged, tf.RaggedTensorSpec([None, None], tf.int64)),
        )
        options = tf.data.Options()
        # It gains nothing here, and with it the process at times stands still for 10 to 40 seconds behind an iterator.
        options.autotune.enabled = False
        try:
            batches = functools.partial(_batches, align=self._align)
            yield windows.prefetch(1).flat_map(batches).prefetch(_AHEAD).with_options(options)
        except tf.errors.OpError as error:
            if found := re.search(
                r"InputError: (.*)", error.message
            ):  # TensorFlow made another error of it
                raise InputError(found[1]) from error
            raise
        finally:
            with preparing:
                ended = True

    def _planned_windows(self, first_step: int) -> Iterator[tuple[tf.RaggedTensor, ...]]:
        """Source and target tokens of window after window, and for each of its batches the indices of its pairs."""
        first_epoch, passed = divmod(first_step, self.per_epoch)
        ends = list(accumulate(self.per_window))
        first = bisect(ends, passed)  # the window of the first step
        passed -= ends[first] - self.per_window[first]
        for epoch in count(first_epoch):
            windows = self._token_windows(first)
            for window in range(first, len(self.per_window)):
                yield self._planned(
                    next(windows, None), epoch, window, passed
                )  # which then is held here no more
                passed = 0
            first = 0

    def _token_windows(self, first: int) -> Iterator[TokenPairs]:
        return (
            iter(self._kept[first:])
            if self._kept
            else map(self._tokenize, self._corpus.windows(first))
        )

    def _planned(self, pairs, epoch, window, passed):
        plan = [] if pairs is None else self._plan(pairs, epoch, window)
        if pairs is None or len(plan) != self.per_window[window]:
            raise InputError(
                "Expected a corpus that stays as it is while it is learnt. Received: a file that has changed. "
                "Train anew, and change no file of the corpus meanwhile."
            )
        rest = plan[passed:]
        members = np.concatenate([*rest, np.zeros(0, np.int64)])
        return (
            pairs.source,
            pairs.target,
            tf.RaggedTensor.from_row_lengths(members, [len(batch) for batch in rest]),
        )

    def _plan(self, pairs, epoch, window):
        rng = np.random.default_rng((self.seed, epoch, window))
        return plan_batches(pairs.lengths(), batch_tokens=self.batch_tokens, rng=rng)


def _batches(
    source: tf.RaggedTensor, target: tf.RaggedTensor, plan: tf.RaggedTensor, *, align
) -> tf.data.Dataset:
    """The batches of a window, of which `plan` holds the pairs: ragged `(batches, batch)`."""

    def batch(members):
        source_tokens, labels = (
            tf.gather(side, members).to_tensor(PAD_ID) for side in (source, target)
        )
        batch = teacher_forced(source_tokens, labels)
        return {**batch, "alignment": align(source_tokens, labels)} if align else batch

    return tf.data.Dataset.from_tensor_slices(plan).map(batch, num_parallel_calls=available_cores())


def teacher_forced(source_tokens: tf.Tensor, labels: tf.Tensor) -> dict[str, tf.Tensor]:
    """A batch whose decoder input `target_tokens` is BOS and then the labels, one position later."""
    target_tokens = tf.pad(labels[:, :-1], [[0, 0], [1, 0]], constant_values=BOS_ID)
    return {"source_tokens": source_tokens, "target_tokens": target_tokens, "labels": labels}
