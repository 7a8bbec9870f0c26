"""What changes from step to step: the learning rate, the guidance of attention, the time left."""

import math

from seq2seq.training.callbacks import Logs, RunCallback
from seq2seq.training.clock import RunClock
from seq2seq.training.progress import ProgressDisplay

_WARM_UP = 0.05  # share of the run in which the learning rate rises
_FINAL_RATE = 0.02  # of the peak


class LearningRateSchedule(RunCallback):
    """Sets the learning rate: a linear rise, then half a cosine (Loshchilov & Hutter 2017).

    Where a time limit will end the run before its last step, the rate follows the clock, so that a
    run cut short ends with small steps too, and is worth more. The display then says so.

    Args:
        clock: Tells the share of the run that is done.
        display: Where it is told that the rate follows the clock.
        peak: The highest learning rate; `presets.resolve` chooses it, or `fine_tuning` after a
            parent.
    """

    def __init__(self, clock: RunClock, display: ProgressDisplay, *, peak: float):
        super().__init__()
        self.clock = clock
        self.display = display
        self.peak = peak
        self._told = False

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        step = self.step + 1
        if self.clock.is_ahead(step) and not self._told:
            self._told = True
            self.display.line(
                f"{self.clock.named_limit()} will end the run before its last step: "
                "the rate now follows the clock."
            )

        done = self.clock.share_done(step)
        cosine = (1 + math.cos(math.pi * min(done, 1.0))) / 2
        rate = _FINAL_RATE + (1 - _FINAL_RATE) * cosine
        self.model.optimizer.learning_rate.assign(self.peak * rate * min(done / _WARM_UP, 1.0))


class GuidedAlignment(RunCallback):
    """Lets the weight of guided attention fall from 1 to 0 in its share of the run.

    Args:
        clock: Tells the share of the run that is done.
        share: Share of the run in which attention is guided, above 0.
    """

    def __init__(self, clock: RunClock, *, share: float):
        super().__init__()
        self.clock = clock
        self.share = share

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        done = self.clock.share_done(self.step + 1)
        self.model.guided_alignment_weight.assign(max(1 - done / self.share, 0.0))


class TimeLimit(RunCallback):
    """Tells the clock of each step, and ends the run once its time is over.

    Args:
        clock: Counts the steps and knows the limit.
        display: Where it is told that the limit is reached.
    """

    def __init__(self, clock: RunClock, display: ProgressDisplay):
        super().__init__()
        self.clock = clock
        self.display = display

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.clock.begin()

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self.clock.count_step()
        step = self.step
        total_steps = self.clock.total_steps
        if self.clock.is_over() and step < total_steps and not self.model.stop_training:
            self.display.line(
                f"{self.clock.named_limit()} is reached at step {step:,} of {total_steps:,}. "
                "Train anew with a longer --time-limit for all steps."
            )
            self.model.stop_training = True
