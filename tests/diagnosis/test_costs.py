"""The forecast: how it grows, that its sizes are those of the models, and the speed test."""

import pytest

from seq2seq.diagnosis.costs import count_weights, forecast
from seq2seq.diagnosis.trial import _new_model, time_training
from seq2seq.training.presets import PRESETS


def costs(*arguments, **options):
    return {cost.step: cost for cost in forecast(*arguments, **options)}


@pytest.mark.parametrize("name", PRESETS)
def test_time_and_disk_grow_with_the_pairs_and_memory_does_not(name):
    few = costs(1_000_000, cores=2, name=name)
    many = costs(10_000_000, cores=2, name=name)
    for step in ("training", "decoding"):
        assert many[step].seconds == pytest.approx(10 * few[step].seconds)
    for step in few:
        assert many[step].memory == few[step].memory
    assert many["decoding"].disk == pytest.approx(10 * few["decoding"].disk)


@pytest.mark.parametrize("step", ["training", "decoding"])
def test_more_or_faster_machines_take_less_time(step):
    seconds = [
        costs(10**6, cores=2, **more)[step].seconds
        for more in ({}, {"speed": 2.0}, {"gpus": 1}, {"gpus": 4})
    ]
    assert seconds == sorted(seconds, reverse=True)
    assert seconds[1] == pytest.approx(seconds[0] / 2)


def test_the_preset_is_that_of_the_corpus():
    assert "preset tiny" in costs(4_000, cores=1)["training"].detail
    assert "preset large" in costs(10**6, cores=1)["training"].detail


@pytest.mark.parametrize("name", ["tiny", "small"])
def test_weights_are_those_of_the_model(name):
    model = _new_model(PRESETS[name])
    weights = sum(weight.shape.num_elements() for weight in model.trainable_variables)
    assert 0.8 * weights < count_weights(PRESETS[name]) <= weights


def test_speed_test_ends_in_time_and_counts_whole_steps():
    speed = time_training(PRESETS["tiny"], seconds=0.2)
    assert speed.steps >= 1
    assert 0 < speed.tokens_per_second < 10_000_000
    assert speed.precision in ("float32", "bfloat16")
