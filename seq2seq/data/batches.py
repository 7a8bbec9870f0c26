"""Sentence pairs to `tf.data` batches, in an order that a seed and a step determine.

The path of a corpus: windows of text (`corpus`, `stream`), the plan of their batches
(`batch_plan`), what an epoch makes of their text, its tokens (`token_pairs`), and here the batches
themselves.
"""

import contextlib
import functools
import re
import threading
from bisect import bisect
from collections.abc import Callable, Iterator
from itertools import accumulate, count
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from seq2seq.cpu import available_cores
from seq2seq.data.batch_plan import plan_batches
from seq2seq.data.corpus import Corpus
from seq2seq.data.stream import CorpusStream
from seq2seq.data.teacher_forcing import Batch, teacher_forced
from seq2seq.data.token_pairs import TokenPairs, tokenize_pairs
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.errors import InputError
from seq2seq.ids import PAD_ID

_AHEAD = 16  # batches that wait for the training step

Align = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]  # source tokens and labels to alignment
Vary = Callable[[Corpus, int], Corpus]  # pairs and the number of an epoch to as many pairs

# Source tokens `(pairs, length)`, target tokens `(pairs, length)`, and the plan `(batches, batch)`:
# for each batch, the indices of its pairs.
_PlannedWindow = tuple[tf.RaggedTensor, tf.RaggedTensor, tf.RaggedTensor]


class _Window(NamedTuple):
    """A part of the corpus.

    Attributes:
        tokens: The tokens of its pairs, those left out that are too long.
        pairs: Their text; None where every epoch has the same tokens.
    """

    tokens: TokenPairs
    pairs: Corpus | None


class TrainingBatches:
    """An endless stream of training batches that can begin at any step.

    Every epoch goes through the windows of the corpus in order, each shuffled in itself. The
    batches of a window in an epoch follow from the seed and these two numbers, and their number
    from the window alone. So a run that begins at step s sees what an uninterrupted run would see
    there.

    Batches are planned by the lengths of the pairs as they stand. What `vary` makes of the pairs
    may be a little longer, and so may a batch.

    If the corpus is a single window, it is kept. Otherwise one window is read while the window
    before it is trained on.

    Args:
        corpus: The training pairs. All of them are tokenised once, to count the batches.
        source_tokenizer: Tokenizer of the source sentences.
        target_tokenizer: Tokenizer of the target sentences.
        max_length: Most tokens of either side, EOS included. Longer pairs are dropped.
        batch_tokens: Most tokens of a batch on either side; see `plan_batches`.
        seed: Seed of the order.
        vary: What an epoch makes of the pairs before they are tokenised: as many pairs, and the
            same ones for the same epoch. None for pairs that stay as they are.
        align: Graph function from the source tokens and the labels of a batch to its `alignment`.
            None for batches without one.

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
        vary: Vary | None = None,
        align: Align | None = None,
    ) -> None:
        self.batch_tokens = batch_tokens
        self.seed = seed
        self._corpus = corpus
        self._align = align
        self._vary = vary
        self._max_length = max_length
        self._tokenize = functools.partial(
            tokenize_pairs,
            source_tokenizer=source_tokenizer,
            target_tokenizer=target_tokenizer,
        )

        self.per_window: list[int] = []
        self.dropped = 0
        self._only_window: list[_Window] = []
        for window in self._windows(0):
            self._only_window = [] if self.per_window else [window]
            self.per_window.append(len(self._plan(window, 0, 0)))
            self.dropped += window.tokens.dropped
            del window  # before the next one is read

        self.per_epoch = sum(self.per_window)
        if not self.per_epoch:
            raise InputError(
                f"Expected sentences of up to {max_length} tokens. "
                f"Received: {len(corpus):,} pairs, all longer. "
                "Check that each line holds one sentence."
            )

    @contextlib.contextmanager
    def dataset(self, first_step: int = 0) -> Iterator[tf.data.Dataset]:
        """Gives the batches from `first_step` on, within a `with` statement.

        A batch is what `teacher_forced` returns, and has `alignment` as well if there is an
        `align`.

        When the `with` statement ends, no window is in preparation any more. If one were while
        Python exits, Python and the thread that prepares it would wait for each other for ever.

        Raises:
            InputError: In the `with` statement, if the files of a stream cannot be read or have
                changed.
        """
        gate = _Gate()
        tokens = tf.RaggedTensorSpec([None, None], tf.int32)
        plan = tf.RaggedTensorSpec([None, None], tf.int64)
        windows = tf.data.Dataset.from_generator(
            lambda: _GatedIterator(self._planned_windows(first_step), gate),
            output_signature=(tokens, tokens, plan),
        )

        options = tf.data.Options()
        # Autotuning gains nothing here. With it, the process at times stands still behind an
        # iterator for 10 to 40 seconds.
        options.autotune.enabled = False

        def batches(
            source: tf.RaggedTensor, target: tf.RaggedTensor, plan: tf.RaggedTensor
        ) -> tf.data.Dataset:
            return _window_batches(source, target, plan, self._align)

        try:
            yield (
                windows.prefetch(1)
                .flat_map(batches)  # pyright: ignore[reportArgumentType]
                .prefetch(_AHEAD)
                .with_options(options)
            )
        except tf.errors.OpError as error:
            # TensorFlow reports an exception of the generator as an error of its own, as text.
            found = re.search(r"InputError: (.*)", error.message)
            if found:
                raise InputError(found[1]) from error
            raise
        finally:
            gate.close()

    def _planned_windows(self, first_step: int) -> Iterator[_PlannedWindow]:
        """Yields window after window with the plan of its batches, from a step on."""
        first_epoch, passed = divmod(first_step, self.per_epoch)
        ends = list(accumulate(self.per_window))
        first_window = bisect(ends, passed)
        passed -= ends[first_window] - self.per_window[first_window]

        for epoch in count(first_epoch):
            windows = self._windows(first_window)
            for number in range(first_window, len(self.per_window)):
                # No variable holds the window, so that its memory is free when the next is read.
                yield self._planned(next(windows, None), epoch, number, passed)
                passed = 0
            first_window = 0

    def _windows(self, first: int) -> Iterator[_Window]:
        """Yields the windows of the corpus, from a window on."""
        if self._only_window:
            return iter(self._only_window[first:])

        return map(self._read, self._corpus.windows(first))

    def _read(self, pairs: Corpus) -> _Window:
        """Makes a window of pairs, those left out that are too long."""
        tokens = self._tokenize(pairs, max_length=self._max_length)
        if self._vary is None:
            return _Window(tokens, None)

        return _Window(tokens, pairs.chosen(tokens.kept) if tokens.dropped else pairs)

    def _planned(
        self, window: _Window | None, epoch: int, number: int, passed: int
    ) -> _PlannedWindow:
        """Plans the batches of a window in an epoch and leaves out the first `passed` of them.

        Raises:
            InputError: The window is missing, or has another number of batches than before.
        """
        plan = [] if window is None else self._plan(window, epoch, number)
        if window is None or len(plan) != self.per_window[number]:
            raise InputError(
                "Expected a corpus that stays as it is while it is learnt. "
                "Received: a file that has changed. "
                "Train anew, and change no file of the corpus meanwhile."
            )

        rest = plan[passed:]
        members = np.concatenate([*rest, np.zeros(0, np.int64)])
        ragged_plan = tf.RaggedTensor.from_row_lengths(  # pyright: ignore[reportAttributeAccessIssue]
            members, [len(batch) for batch in rest]
        )
        tokens = self._tokens(window, epoch)
        return tokens.source, tokens.target, ragged_plan

    def _plan(self, window: _Window, epoch: int, number: int) -> list[np.ndarray]:
        rng = np.random.default_rng((self.seed, epoch, number))
        return plan_batches(window.tokens.lengths(), batch_tokens=self.batch_tokens, rng=rng)

    def _tokens(self, window: _Window, epoch: int) -> TokenPairs:
        """The tokens of what an epoch makes of a window."""
        if self._vary is None or window.pairs is None:
            return window.tokens

        return self._tokenize(self._vary(window.pairs, epoch), max_length=None)


class _Gate:
    """Tells whether windows may still be prepared. `close` waits for the one in preparation."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.closed = False

    def close(self) -> None:
        with self.lock:
            self.closed = True


class _GatedIterator(Iterator[_PlannedWindow]):
    """The windows of an iterator, as long as the gate is open."""

    def __init__(self, windows: Iterator[_PlannedWindow], gate: _Gate) -> None:
        self._windows = windows
        self._gate = gate

    def __next__(self) -> _PlannedWindow:
        with self._gate.lock:
            if self._gate.closed:
                raise StopIteration

            return next(self._windows)


def _window_batches(
    source: tf.RaggedTensor, target: tf.RaggedTensor, plan: tf.RaggedTensor, align: Align | None
) -> tf.data.Dataset:
    """Graph function: the batches of a planned window; see `_PlannedWindow`."""

    def make_batch(members: tf.Tensor) -> Batch:
        source_tokens = tf.gather(source, members).to_tensor(PAD_ID)  # (batch, source_length)
        labels = tf.gather(target, members).to_tensor(PAD_ID)  # (batch, target_length)
        batch = teacher_forced(source_tokens, labels)
        if align is not None:
            batch["alignment"] = align(source_tokens, labels)

        return batch

    plans = tf.data.Dataset.from_tensor_slices(plan)  # pyright: ignore[reportArgumentType]
    return plans.map(make_batch, num_parallel_calls=available_cores())
