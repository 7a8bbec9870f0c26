"""The learning rate follows the steps, and the clock only where a time limit will end the run."""

import itertools
import types

import numpy as np
import pytest

from seq2seq.training.clock import RunClock
from seq2seq.training.resume import RunState
from seq2seq.training.schedule import GuidedAlignment, LearningRateSchedule, TimeLimit

STEPS = 200


class Variable:
    def assign(self, value):
        self.value = value


def curve_of(seconds_per_step, limit, slow=(), resumed=(), share=None):
    """Trains a run of 200 steps on a clock that stands still until a step moves it on.

    Args:
        seconds_per_step: What a step takes.
        limit: Minutes, or None.
        slow: The seconds of some other steps, by their number.
        resumed: The steps at which the run was resumed. The first step of a call is traced, which
            takes 30 seconds.
        share: The share of the run in which attention is guided.

    Returns:
        The learning rate of each step, or with a share the weight of guidance, and what was told.
    """
    optimizer = types.SimpleNamespace(iterations=0, learning_rate=Variable())
    model = types.SimpleNamespace(optimizer=optimizer, stop_training=False)
    model.guided_alignment_weight = Variable()
    watched = optimizer.learning_rate if share is None else model.guided_alignment_weight
    seconds = {step: 30 for step in (0, *resumed)} | dict(slow)
    state = RunState("run")
    lines = []
    curve = []
    now = [100.0]
    display = types.SimpleNamespace(line=lines.append)

    while optimizer.iterations < STEPS and not model.stop_training:
        if optimizer.iterations in (0, *resumed):
            clock = RunClock(state, total_steps=STEPS, time_limit=limit, now=lambda: now[0])
            callbacks = [TimeLimit(clock, display), LearningRateSchedule(clock, display, peak=1.0)]
            callbacks += [GuidedAlignment(clock, share=share)] if share else []
            for callback in callbacks:
                callback.set_model(model)
                callback.on_train_begin()

        for callback in callbacks:
            callback.on_train_batch_begin(0)
        curve.append(watched.value)
        now[0] += seconds.get(optimizer.iterations, seconds_per_step)
        optimizer.iterations += 1
        for callback in callbacks:
            callback.on_train_batch_end(0)

    return curve, lines


def test_learning_rate_rises_and_then_falls_to_next_to_nothing():
    curve, lines = curve_of(1.0, None)
    top = curve.index(max(curve))
    assert 0 < top < 20 and max(curve) == pytest.approx(1, rel=0.05)
    assert curve[: top + 1] == sorted(curve[: top + 1]) and curve[top:] == sorted(
        curve[top:], reverse=True
    )
    assert curve[-1] == pytest.approx(0.02, abs=1e-3) and len(curve) == 200 and not lines


def test_time_limit_that_is_not_reached_changes_nothing():
    assert curve_of(1.0, 4.0) == curve_of(1.0, None)


@pytest.mark.parametrize("step", [1, 19, 20, 21, 40, 150])
def test_slow_step_changes_nothing_where_the_time_limit_is_far(step):
    assert curve_of(1.0, 5.0, slow={step: 10}) == curve_of(1.0, None)


@pytest.mark.parametrize("steps", [(5,), (40,), (5, 6, 100)])
def test_resuming_changes_nothing_where_the_time_limit_is_far(steps):
    assert curve_of(1.0, 7.0, resumed=steps) == curve_of(1.0, None)


@pytest.mark.parametrize("step", [30, 45])
def test_resumed_run_goes_on_with_the_rate_that_the_clock_had_given_it(step):
    curve, _ = curve_of(4.0, 6.0, resumed=[step])
    assert len(curve) > step + 5 and max(curve[step:]) < curve[step - 1] + 0.01
    assert curve[-1] < 0.05


def test_limit_that_falls_on_the_last_step_is_not_said_to_be_missed():
    assert curve_of(1.0, 229 / 60) == curve_of(1.0, None)


def test_run_of_a_time_limit_warms_up_too():
    curve, _ = curve_of(3.0, 4.0)
    assert max(later - earlier for earlier, later in itertools.pairwise(curve)) < 0.25


def test_run_that_the_time_limit_ends_also_ends_with_a_small_rate():
    curve, lines = curve_of(4.0, 4.0)
    assert 25 < len(curve) < 61
    assert curve[-1] < 0.05
    follows = "The time limit of 4 min will end the run before its last step: the rate now follows"
    assert lines[0] == f"{follows} the clock."
    reached = f"The time limit of 4 min is reached at step {len(curve)} of 200."
    assert lines[1:] == [f"{reached} Train anew with a longer --time-limit for all steps."]


def test_guidance_falls_to_nothing_in_its_share_of_the_run():
    curve, _ = curve_of(1.0, None, share=0.25)
    assert curve[0] == pytest.approx(1, abs=0.03) and curve[24] == pytest.approx(0.5)
    assert curve == sorted(curve, reverse=True) and not any(curve[49:]) and all(curve[:49])


@pytest.mark.parametrize("steps", [(5,), (40,)])
def test_resuming_changes_no_guidance(steps):
    assert curve_of(1.0, None, share=0.25, resumed=steps) == curve_of(1.0, None, share=0.25)


def test_guidance_of_a_run_that_the_time_limit_ends_is_over_as_early():
    curve, _ = curve_of(4.0, 4.0, share=0.5)
    # By its steps alone, all of the run would be guided.
    assert len(curve) < 61 and 0 < np.count_nonzero(curve) < 0.75 * len(curve)


def test_time_between_two_calls_of_a_run_does_not_count():
    now = [100.0]
    state = RunState("run")
    clock = RunClock(state, total_steps=STEPS, time_limit=None, now=lambda: now[0])
    for pause, step in ((0.0, 2.0), (1000.0, 3.0)):
        now[0] += pause
        clock.begin()
        now[0] += step
        clock.count_step()
    assert state.elapsed == state.preparation == 5.0


def test_time_left_is_known_once_the_run_is_under_way_and_never_beyond_the_limit():
    now = [0.0]
    clock = RunClock(RunState("run"), total_steps=STEPS, time_limit=1.0, now=lambda: now[0])
    left = []
    for step in range(1, 41):
        now[0] += 1.0
        clock.count_step()
        left.append(clock.seconds_left(step))
    assert not any(left[:20]) and all(left[20:])
    assert left[20:] == [60 - step for step in range(21, 41)]
    assert "1 min" in clock.named_limit()
