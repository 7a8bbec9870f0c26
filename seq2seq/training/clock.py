"""How long a run has trained, and which share of the run is done."""

import math
import time
from collections.abc import Callable

from seq2seq.training.resume import RunState

_UNTIMED_STEPS = 20  # the first steps of a call are slow and tell nothing of the others
_SLACK = 0.05  # how far the share of time may be ahead of that of steps: a validation is slow, too


class RunClock:
    """Counts the seconds of a run across all its calls, and compares them with the time limit.

    Args:
        state: Holds the seconds spent so far.
        total_steps: Steps of the whole run.
        time_limit: Minutes, or None.
        now: Gives the time in seconds since any moment.
    """

    def __init__(
        self,
        state: RunState,
        *,
        total_steps: int,
        time_limit: float | None,
        now: Callable[[], float] = time.monotonic,
    ):
        self.state = state
        self.total_steps = total_steps
        self.limit = math.inf if time_limit is None else 60 * time_limit
        self._now = now
        self.begin()

    def begin(self) -> None:
        """Starts a call of the run: the time until now was a pause."""
        self._last = self._now()
        self._steps = -_UNTIMED_STEPS  # timed steps of this call; not above 0 in its preparation
        self._seconds = 0.0  # that the timed steps took

    def count_step(self) -> None:
        """Adds a step that has just ended, with all that came after the step before."""
        now = self._now()
        seconds = now - self._last
        self._last = now

        self.state.elapsed += seconds
        self._steps += 1
        if self._steps > 0:
            self._seconds += seconds
        else:
            self.state.preparation += seconds

    def is_over(self) -> bool:
        """Whether the time limit is reached."""
        return self.state.elapsed >= self.limit

    def is_ahead(self, step: int) -> bool:
        """Whether clearly more of the time limit is spent than steps are done by this step."""
        spent = self._share_spent()
        return spent - step / self.total_steps > min(spent / 2, _SLACK)

    def share_done(self, step: int) -> float:
        """The share of the run that is done by a step.

        It follows the steps. Only where the time limit will end the run before its last step does
        it follow the time. A seed no longer fixes such a run.
        """
        return self._share_spent() if self.is_ahead(step) else step / self.total_steps

    def _share_spent(self) -> float:
        """The share of the time limit that is spent; preparations are no measure of the speed."""
        if self.is_over():
            return 1.0
        trained = self.state.elapsed - self.state.preparation
        return trained / (self.limit - self.state.preparation)

    def seconds_left(self, step: int) -> float:
        """Seconds until the run ends, at the speed of this call so far; 0 while it is not known."""
        steps_left = self.total_steps - step
        by_steps = steps_left * self._seconds / self._steps if self._steps > 0 else 0.0
        return min(by_steps, self.limit - self.state.elapsed)

    def named_limit(self) -> str:
        """The time limit as messages name it."""
        return f"The time limit of {self.limit / 60:g} min"
