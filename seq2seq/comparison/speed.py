"""How fast a model learns: target tokens a second, of the training steps alone."""

import time

from seq2seq.training.callbacks import Logs, RunCallback

_UNTIMED_STEPS = 20  # the first steps of a process, in which the graphs are traced


class TrainingSpeed(RunCallback):
    """Times the steps of a run; validations and preparations are left out."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = 0  # steps
        self._began = 0.0
        self._seconds = 0.0
        self._tokens = 0.0

    @property
    def tokens_per_second(self) -> float | None:
        """Target tokens a second; None where too few steps were timed."""
        return self._tokens / self._seconds if self._seconds else None

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        self._begun += 1
        self._began = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        tokens = float((logs or {})["tokens"])  # waits until the step is computed
        if self._begun > _UNTIMED_STEPS:
            self._seconds += time.perf_counter() - self._began
            self._tokens += tokens
