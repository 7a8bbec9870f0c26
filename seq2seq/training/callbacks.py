"""Keras callbacks that watch a run: its numbers, its progress, and what it needs to continue."""

import math
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from seq2seq.errors import InputError
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.storage.directory import ModelDirectory
from seq2seq.training.clock import RunClock
from seq2seq.training.progress import ProgressDisplay, duration
from seq2seq.training.resume import RunState, save_run_state

Logs = Mapping[str, Any]  # what `Seq2Seq.train_step` returns, by name

_SAVING_PERIOD = 60.0  # seconds
_RECENT_STEPS = 50  # over which the speed is measured


def value_of(metric: keras.metrics.Metric) -> float:
    """What a metric has measured since it was reset."""
    return float(np.asarray(metric.result()))


class RunCallback(keras.callbacks.Callback):
    """A callback whose model is a `Seq2Seq`."""

    _model: Seq2Seq

    @property
    def model(self) -> Seq2Seq:
        """The model that is trained."""
        return self._model

    @property
    def step(self) -> int:
        """The steps of the run that are done, those before it was resumed included."""
        return int(self.model.optimizer.iterations)


class DivergedError(InputError):
    """The loss or a gradient became infinite or no number."""


class DivergenceGuard(RunCallback):
    """Stops a run whose loss or gradient is no longer a finite number.

    Raises:
        DivergedError: In training, if one of them is not.
    """

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        numbers = logs or {}
        loss = float(numbers["loss"])
        norm = float(numbers["gradient_norm"])
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise DivergedError(
                f"Expected a finite loss. Received: loss {loss}, gradient norm {norm} at step "
                f"{self.step:,}. The last good checkpoint is kept; "
                "train with a smaller --learning-rate."
            )


class ProgressLine(RunCallback):
    """Shows where the run is: epoch, loss, target tokens per second, time left.

    Args:
        display: Where it is shown.
        clock: Tells the time left.
        steps_per_epoch: Batches of an epoch.
    """

    def __init__(self, display: ProgressDisplay, clock: RunClock, *, steps_per_epoch: int):
        super().__init__()
        self.display = display
        self.clock = clock
        self.steps_per_epoch = steps_per_epoch
        self._recent: deque[tuple[float, float]] = deque(maxlen=_RECENT_STEPS)  # time, tokens

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        numbers = logs or {}
        self._recent.append((time.monotonic(), float(numbers["tokens"])))
        seconds = self._recent[-1][0] - self._recent[0][0]
        left = self.clock.seconds_left(self.step)
        if not seconds or not left:  # it is not known yet
            return

        tokens = sum(tokens for _, tokens in list(self._recent)[1:])
        epochs = self.step / self.steps_per_epoch
        all_epochs = round(self.clock.total_steps / self.steps_per_epoch, 2)
        loss = value_of(self.model.loss_per_token)
        self.display.update(
            f"epoch {epochs:5.2f}/{all_epochs:g}  "
            f"loss {loss:.3f}  {tokens / seconds:7,.0f} tokens/s  {duration(left)} left"
        )


class KeptMetrics(RunCallback):
    """Keeps what a resumed run had measured before it stopped: Keras resets it at the beginning."""

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._values = [variable.numpy() for variable in self.model.metrics_variables]

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        for variable, value in zip(self.model.metrics_variables, self._values, strict=True):
            variable.assign(value)


class RunStateSaver(RunCallback):
    """Saves what the run needs to continue, after each validation and every minute.

    Args:
        directory: The model directory.
        state: What the run knows besides its weights.
    """

    def __init__(self, directory: ModelDirectory, state: RunState):
        super().__init__()
        self.directory = directory
        self.state = state
        self._remember()

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        validated = self.state.validations.last_step != self._validated_step
        if validated or time.monotonic() - self._saved_at > _SAVING_PERIOD:
            save_run_state(self.directory, self.model, self.state)
            self._remember()

    def _remember(self) -> None:
        self._saved_at = time.monotonic()
        self._validated_step = self.state.validations.last_step
