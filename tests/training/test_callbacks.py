"""The learning rate follows the steps, and the clock only where a time limit will end the run."""

import itertools
import types

import numpy as np
import pytest

from seq2seq.training import callbacks
from seq2seq.training.callbacks import Clock
from seq2seq.training.resume import RunState


class Time:
    """A clock that stands still until it is told otherwise."""

    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now


class Variable:
    def assign(self, value):
        self.value = value


@pytest.fixture
def rates(monkeypatch):
    """`rates(seconds_per_step, limit)`: the learning rate of each step of a run of 200 steps, and its lines.

    `slow` are the seconds of some other steps, by their number, and `resumed` those at which the run was resumed: the
    first step of a call is traced, which takes 30 seconds. With `guided_alignment`, its weight instead of the learning rate.
    """

    def run(seconds_per_step, limit, slow=(), resumed=(), guided_alignment=0.0):
        time, lines, rates, progress = Time(), [], [], RunState("run")
        monkeypatch.setattr(callbacks, "time", time)
        display = types.SimpleNamespace(line=lines.append)
        optimizer = types.SimpleNamespace(iterations=0, learning_rate=Variable())
        model = types.SimpleNamespace(
            optimizer=optimizer, stop_training=False, guided_alignment_weight=Variable()
        )
        seconds = {step: 30 for step in (0, *resumed)} | dict(slow)
        while optimizer.iterations < 200 and not model.stop_training:
            if optimizer.iterations in (0, *resumed):
                clock = Clock(
                    progress,
                    display,
                    total_steps=200,
                    peak=1.0,
                    time_limit=limit,
                    guided_alignment=guided_alignment,
                )
                clock.set_model(model)
                clock.on_train_begin()
            clock.on_train_batch_begin(0)
            rates.append(
                model.guided_alignment_weight.value
                if guided_alignment
                else optimizer.learning_rate.value
            )
            time.now += seconds.get(optimizer.iterations, seconds_per_step)
            optimizer.iterations += 1
            clock.on_train_batch_end(0)
        return rates, lines

    return run


def test_learning_rate_rises_and_then_falls_to_next_to_nothing(rates):
    curve, lines = rates(1.0, None)
    top = curve.index(max(curve))
    assert 0 < top < 20 and max(curve) == pytest.approx(1, rel=0.05)
    assert curve[: top + 1] == sorted(curve[: top + 1]) and curve[top:] == sorted(
        curve[top:], reverse=True
    )
    assert curve[-1] == pytest.approx(0.02, abs=1e-3) and len(curve) == 200 and not lines


def test_time_limit_that_is_not_reached_changes_nothing(rates):
    assert rates(1.0, 4.0) == rates(1.0, None)


@pytest.mark.parametrize("step", [1, 19, 20, 21, 40, 150])
def test_slow_step_changes_nothing_where_the_time_limit_is_far(rates, step):
    assert rates(1.0, 5.0, slow={step: 10}) == rates(1.0, None)


@pytest.mark.parametrize("steps", [(5,), (40,), (5, 6, 100)])
def test_resuming_changes_nothing_where_the_time_limit_is_far(rates, steps):
    assert rates(1.0, 7.0, resumed=steps) == rates(1.0, None)


@pytest.mark.parametrize("step", [30, 45])
def test_resumed_run_goes_on_with_the_rate_that_the_clock_had_given_it(rates, step):
    curve, _ = rates(4.0, 6.0, resumed=[step])
    assert len(curve) > step + 5 and max(curve[step:]) < curve[step - 1] + 0.01
    assert curve[-1] < 0.05


def test_limit_that_falls_on_the_last_step_is_not_said_to_be_missed(rates):
    assert rates(1.0, 229 / 60) == rates(1.0, None)


def test_run_of_a_time_limit_warms_up_too(rates):
    curve, _ = rates(3.0, 4.0)
    assert max(later - earlier for earlier, later in itertools.pairwise(curve)) < 0.25


def test_run_that_the_time_limit_ends_also_ends_with_a_small_rate(rates):
    curve, lines = rates(4.0, 4.0)
    assert 25 < len(curve) < 61
    assert curve[-1] < 0.05
    assert (
        lines[0]
        == "The time limit of 4 min will end the run before its last step: the rate now follows the clock."
    )
    reached = f"The time limit of 4 min is reached at step {len(curve)} of 200."
    assert lines[1:] == [f"{reached} Train anew with a longer --time-limit for all steps."]


def test_guidance_falls_to_nothing_in_its_share_of_the_run(rates):
    curve, _ = rates(1.0, None, guided_alignment=0.25)
    assert curve[0] == pytest.approx(1, abs=0.03) and curve[24] == pytest.approx(0.5)
    assert curve == sorted(curve, reverse=True) and not any(curve[49:]) and all(curve[:49])


@pytest.mark.parametrize("steps", [(5,), (40,)])
def test_resuming_changes_no_guidance(rates, steps):
    assert rates(1.0, None, guided_alignment=0.25, resumed=steps) == rates(
        1.0, None, guided_alignment=0.25
    )


def test_guidance_of_a_run_that_the_time_limit_ends_is_over_as_early(rates):
    curve, _ = rates(4.0, 4.0, guided_alignment=0.5)
    # By its steps alone, all of the run would be guided.
    assert len(curve) < 61 and 0 < np.count_nonzero(curve) < 0.75 * len(curve)
