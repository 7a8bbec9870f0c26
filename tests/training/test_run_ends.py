"""How a run ends: when it learns nothing or diverges or has no time, and what it leaves then."""

import numpy as np
import pytest

from fixtures.commands import small_configuration
from fixtures.runs import (
    DEV,
    EPOCH,
    PLAIN,
    AtStep,
    Lines,
    Recorder,
    arrays,
    assert_same,
    counted_steps,
    history,
    interrupt,
    run,
    weights_of,
)
from seq2seq.data.corpus import Corpus
from seq2seq.storage.directory import RUN_STATE, WEIGHTS
from seq2seq.training.callbacks import DivergedError
from seq2seq.training.fit import steps_between_validations
from seq2seq.training.run import Interrupted
from seq2seq.translation.translator import Translator

NO_STEP = 1e-30  # a learning rate


class Damage(AtStep):
    """Multiplies the weights by a number once the first validation has saved them."""

    def __init__(self, factor=-5.0):
        super().__init__({EPOCH: self.damage})
        self.factor = factor

    def damage(self):
        for variable in self.model.trainable_variables:
            variable.assign(variable * self.factor)


def test_diverging_run_stops_and_keeps_its_last_good_weights(tmp_path):
    message = "^Expected a finite loss. Received: loss nan.*smaller --learning-rate.$"
    with pytest.raises(DivergedError, match=message):
        run(tmp_path, Damage(np.nan), epochs=2)
    assert all(np.isfinite(values).all() for values in arrays(tmp_path / WEIGHTS).values())
    assert len(Translator.load(tmp_path).translate(DEV.source, beam_size=1)) == len(DEV)


def test_learning_rate_that_is_far_too_high_diverges_with_a_good_checkpoint(tmp_path):
    with pytest.raises(DivergedError, match="The last good checkpoint is kept"):
        run(tmp_path, learning_rate=1e38, epochs=1)
    loaded = arrays(tmp_path / RUN_STATE)
    numbers = [values for name, values in loaded.items() if name != "progress"]
    assert all(np.isfinite(values).all() for values in numbers)


def test_run_of_so_many_steps_is_that_of_the_epochs_that_have_them(tmp_path):
    run(tmp_path / "epochs", epochs=1, **PLAIN)
    run(tmp_path / "steps", steps=EPOCH, epochs=7, **PLAIN)
    assert_same(*(arrays(tmp_path / name / WEIGHTS) for name in ("epochs", "steps")))
    assert history(tmp_path / "steps")[-1]["step"] == str(EPOCH)


@pytest.fixture(scope="module")
def idle(tmp_path_factory):
    """A run that learns nothing: its directory, what was recorded, its lines, its translator."""
    directory = tmp_path_factory.mktemp("idle")
    recorder = Recorder()
    lines = Lines()
    options = {"learning_rate": NO_STEP, "epochs": 10, "patience": 2}
    translator = run(directory, recorder, display=lines, **options)
    return directory, recorder, lines, translator


def test_run_that_learns_nothing_stops_early_with_the_weights_of_its_first_validation(idle):
    directory, recorder, lines, translator = idle
    assert len(history(directory)) == 3
    assert "No better score in 2 validations: stopping early." in str(lines)
    assert_same(arrays(directory / WEIGHTS), recorder.weights[EPOCH])
    assert_same(weights_of(translator.model), recorder.weights[EPOCH])


def test_degenerate_translations_of_a_run_are_told_once_each(idle):
    """`test_validation` holds when they are told, and `test_resume` that a run remembers them."""
    told = [line for line in idle[2].lines if "Warning (" in line]
    assert told and len(set(told)) == len(told)


def test_translator_of_a_run_has_the_weights_of_its_best_validation(tmp_path):
    recorder = Recorder()
    options = {"learning_rate": NO_STEP, "epochs": 3}
    translator = run(tmp_path, recorder, Damage(), **options)
    rows = history(tmp_path)
    scores = [float(row["bleu"]) + float(row["chrf2"]) for row in rows]
    best = int(rows[scores.index(max(scores))]["step"])
    assert_same(weights_of(translator.model), recorder.weights[best])
    assert_same(arrays(tmp_path / WEIGHTS), recorder.weights[best])


def test_run_of_which_nothing_scores_still_leaves_a_model(tmp_path):
    nothing = Corpus(DEV.source, ["가"] * len(DEV))
    translator = run(tmp_path, dev=nothing, epochs=1, **PLAIN)
    assert [(float(row["bleu"]), float(row["chrf2"])) for row in history(tmp_path)] == [(0, 0)]
    assert len(translator.translate(["b c"])) == 1


def test_time_limit_ends_the_run_soon_with_a_validated_model(tmp_path):
    run(tmp_path, epochs=100_000, time_limit=1 / 60, patience=100_000, **PLAIN)
    rows = history(tmp_path)
    assert 1 <= float(rows[-1]["seconds"]) < 30
    assert float(rows[-1]["learning_rate"]) < small_configuration().training.learning_rate
    assert (tmp_path / WEIGHTS).exists() and not (tmp_path / RUN_STATE).exists()


@pytest.mark.parametrize(
    ("per_epoch", "epochs", "steps"),
    [
        (1, 9, 200),
        (45, 9, 225),
        (199, 20, 398),
        (200, 20, 200),
        (1500, 20, 1500),
        (9000, 9, 2000),
        (150, 60, 450),
    ],
)
def test_validation_comes_once_an_epoch_but_neither_too_often_nor_too_seldom(
    per_epoch, epochs, steps
):
    assert steps_between_validations(per_epoch, epochs) == steps


def test_attention_is_not_guided_where_it_is_not_asked_for(tmp_path):
    recorder = Recorder()
    with counted_steps() as traced:
        run(tmp_path, recorder, epochs=1, guided_alignment=0.0)
    assert "alignment" not in traced[0]
    assert not any(recorder.guidance)


def test_attention_is_not_guided_where_there_is_none(tmp_path):
    with counted_steps() as traced, pytest.raises(Interrupted):
        run(tmp_path, AtStep({1: interrupt}), attention="none")
    assert "alignment" not in traced[0]
