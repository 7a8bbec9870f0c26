"""Batches of old pairs among those of new ones, so that a model does not forget."""

import contextlib
from collections.abc import Iterator

import tensorflow as tf

from seq2seq.data.batches import TrainingBatches


class MixedBatches:
    """An endless stream of batches of two corpora, which can begin at any step.

    An epoch has every new pair once. The batches of old pairs lie among them at equal distances. An
    epoch goes on with the old pairs where the one before has stopped, so that sooner or later all
    are seen. Which batch a step has follows from the seeds of the two streams and from the step.

    Args:
        new: The batches of the new pairs.
        old: Those of the old pairs.
        share: The share of old ones among all batches, at least 0 and below 1.

    Attributes:
        per_epoch: The number of batches in which every new pair is seen once.
        dropped: The number of pairs dropped, of both corpora.
    """

    def __init__(self, new: TrainingBatches, old: TrainingBatches, *, share: float) -> None:
        self.new = new
        self.old = old
        self.per_epoch = round(new.per_epoch / (1 - share))
        self.dropped = new.dropped + old.dropped
        self._old_per_epoch = self.per_epoch - new.per_epoch

    @contextlib.contextmanager
    def dataset(self, first_step: int = 0) -> Iterator[tf.data.Dataset]:
        """Gives the batches from `first_step` on, as `TrainingBatches.dataset` does.

        Raises:
            InputError: As there.
        """
        old_before = self._old_before(first_step)
        steps = tf.data.Dataset.range(first_step, tf.int64.max)
        choices = steps.map(lambda step: self._old_before(step + 1) - self._old_before(step))

        with (
            self.new.dataset(first_step - old_before) as new,
            self.old.dataset(old_before) as old,
        ):
            options = tf.data.Options()
            options.autotune.enabled = False  # see `TrainingBatches.dataset`
            mixed = tf.data.Dataset.choose_from_datasets([new, old], choices)
            yield mixed.with_options(options)

    def _old_before(self, step):
        """How many of the batches before a step are old; a number or a tensor, as the step is."""
        return step * self._old_per_epoch // self.per_epoch
