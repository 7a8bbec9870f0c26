"""The learning rate follows the steps, and the clock only where a time limit will end the run."""

import itertools
import types

import pytest

from seq2seq import callbacks
from seq2seq.callbacks import Clock
from seq2seq.checkpoint import Progress


class Time:
    """A clock that stands still until it is told otherwise."""

    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now


class Rate:
    def assign(self, value):
        self.value = value


@pytest.fixture
def rates(monkeypatch):
    """`rates(seconds_per_step, limit)`: the learning rate of each step of a run of 200 steps, and its lines.

    `slow` are the seconds of some other steps, by their number.
    """

    def run(seconds_per_step, limit, slow=None):
        time, lines, rates = Time(), [], []
        monkeypatch.setattr(callbacks, "time", time)
        display = types.SimpleNamespace(line=lines.append)
        clock = Clock(Progress("run"), display, total_steps=200, peak=1.0, time_limit=limit)
        optimizer = types.SimpleNamespace(iterations=0, learning_rate=Rate())
        clock.set_model(types.SimpleNamespace(optimizer=optimizer, stop_training=False))
        clock.on_train_begin()
        while optimizer.iterations < 200 and not clock.model.stop_training:
            clock.on_train_batch_begin(0)
            rates.append(optimizer.learning_rate.value)
            time.now += (slow or {0: 30}).get(optimizer.iterations, seconds_per_step)  # the first step is traced
            optimizer.iterations += 1
            clock.on_train_batch_end(0)
        return rates, lines

    return run


def test_learning_rate_rises_and_then_falls_to_next_to_nothing(rates):
    curve, lines = rates(1.0, None)
    top = curve.index(max(curve))
    assert 0 < top < 20 and max(curve) == pytest.approx(1, rel=0.05)
    assert curve[: top + 1] == sorted(curve[: top + 1]) and curve[top:] == sorted(curve[top:], reverse=True)
    assert curve[-1] == pytest.approx(0.02, abs=1e-3) and len(curve) == 200 and not lines


def test_time_limit_that_is_not_reached_changes_nothing(rates):
    assert rates(1.0, 4.0) == rates(1.0, None)


@pytest.mark.parametrize("step", [1, 19, 20, 21, 40, 150])
def test_slow_step_changes_nothing_where_the_time_limit_is_not_reached(rates, step):
    assert rates(1.0, 4.0, slow={0: 20, step: 5}) == rates(1.0, None)


def test_run_of_a_time_limit_warms_up_too(rates):
    curve, _ = rates(3.0, 4.0)
    assert max(later - earlier for earlier, later in itertools.pairwise(curve)) < 0.25


def test_run_that_the_time_limit_ends_also_ends_with_a_small_rate(rates):
    curve, lines = rates(4.0, 4.0)
    assert 25 < len(curve) < 61
    assert curve[-1] < 0.05
    assert lines[0] == "The time limit of 4 min is nearer than the last step: the learning rate follows the clock."
    reached = f"The time limit of 4 min is reached at step {len(curve)} of 200."
    assert lines[1:] == [f"{reached} Train anew with a longer --time-limit for all."]
