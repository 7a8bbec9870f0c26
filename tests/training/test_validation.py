"""A validation keeps the best model, ends a run that stands still, and is recorded whole."""

import csv
import math

import pytest

from fixtures.commands import letter_strings, reverse
from fixtures.runs import Lines
from seq2seq.data.corpus import Corpus
from seq2seq.storage.directory import ModelDirectory
from seq2seq.training import dev_score
from seq2seq.training.optimizer import Adam
from seq2seq.training.resume import RunState
from seq2seq.training.validation import Validation
from seq2seq.translation.result import Hypothesis, Translation

SOURCES = [text for text in letter_strings(60, longest=9) if len(text) > 9][:12]
DEV = Corpus(SOURCES, [reverse(text) for text in SOURCES])
EVERY = 10  # steps
TOTAL = 100  # steps


class PlannedTranslator:
    """Translates more or fewer of the dev set rightly at each validation, as its plan says."""

    def __init__(self, model, plan):
        self.model = model
        self.plan = list(plan)
        self.saved_at = []

    def behind(self, tag):
        assert not tag  # of a model of one direction
        return self

    def stream(self, texts, *, beam_size):
        right = self.plan.pop(0)
        asked = list(texts)
        for place, (source, target) in enumerate(zip(asked, DEV.target, strict=True)):
            text = target if place < right else "" if right < 0 else source[:5]
            yield Translation(source, [Hypothesis(text, 0.0, [])], [])

    def save(self, directory):
        self.saved_at.append(int(self.model.optimizer.iterations))


@pytest.fixture
def model(make_model):
    """A tiny model that an optimizer counts the steps of."""
    model = make_model()
    model.compile(optimizer=Adam(0.25), jit_compile=False)
    model.stop_training = False
    return model


@pytest.fixture
def validate(tmp_path, model, monkeypatch):
    """`validate(plan, …)` goes through a run of a hundred steps, of which every tenth is validated.

    The plan says of each validation how many translations are right; -1 makes all of them empty.
    """
    monkeypatch.setattr(dev_score, "dev_nats", lambda translator, dev: (1.0, 1.0))

    def run(plan, *, state=None, display=None, patience=10, total=TOTAL, first=1):
        translator = PlannedTranslator(model, plan)
        state = state or RunState("run")
        validation = Validation(
            translator,
            DEV,
            ModelDirectory(tmp_path),
            state,
            display or Lines(),
            every=EVERY,
            total_steps=total,
            steps_per_epoch=20,
            patience=patience,
        )
        validation.set_model(model)
        model.optimizer.iterations.assign(first - 1)
        validation.on_train_begin()
        for step in range(first, total + 1):
            model.optimizer.iterations.assign(step)
            validation.on_train_batch_end(0)
            if model.stop_training or not translator.plan:
                break
        validation.on_train_end()
        return translator, state

    return run


def rows(directory):
    with (directory / "history.csv").open() as file:
        return list(csv.DictReader(file))


def test_best_score_decides_which_model_is_saved_and_patience_when_to_stop(validate, model):
    lines = Lines()
    translator, state = validate([1, 3, 3, 2, 9], display=lines, patience=2)
    assert translator.saved_at == [10, 20]
    assert translator.plan == [9] and model.stop_training
    assert state.validations.since_best == 2 and state.validations.last_step == 40
    assert "No better score in 2 validations: stopping early." in str(lines)
    assert [line.endswith("best so far") for line in lines.lines if line.startswith("epoch")] == [
        True,
        True,
        False,
        False,
    ]


def test_every_validation_is_a_row_of_the_table_and_of_the_state(validate, tmp_path):
    _, state = validate([1, 12])
    table = rows(tmp_path)
    assert [int(row["step"]) for row in table] == [10, 20]
    assert [float(row["epoch"]) for row in table] == [0.5, 1.0]
    assert float(table[0]["bleu"]) < float(table[1]["bleu"]) == pytest.approx(100)
    assert {float(row["learning_rate"]) for row in table} == {0.25}
    recorded = state.validations.history
    assert [{name: str(value) for name, value in row.items()} for row in recorded] == table


def test_row_holds_what_was_measured_since_the_validation_before(validate, model, tmp_path):
    model.nll_per_token.update_state([1.0, 3.0])
    model.loss_per_token.update_state([2.0, 4.0])
    validate([1, 2])
    first, second = rows(tmp_path)
    assert float(first["perplexity"]) == pytest.approx(math.exp(2)) and float(first["loss"]) == 3
    assert float(second["perplexity"]) == 1 and float(second["loss"]) == 0


def test_last_step_is_validated_wherever_it_falls_and_a_resumed_run_validates_none_twice(validate):
    translator, state = validate([1, 2, 3], total=25)
    assert translator.saved_at == [10, 20, 25]
    translator, _ = validate([4], state=state, total=25, first=26)
    assert translator.plan == [4]


@pytest.mark.parametrize("interrupted", ["scoring", "showing"])
def test_validation_is_counted_whole_or_not_at_all(validate, interrupted):
    state = RunState("run")
    validate([1], state=state)
    before = state.validations
    plan, display = ([None], None) if interrupted == "scoring" else ([2], Lines("epoch"))
    with pytest.raises((KeyboardInterrupt, TypeError)):  # None cannot be compared
        validate(plan, state=state, display=display, first=11)
    if interrupted == "scoring":
        assert state.validations is before
    else:
        assert state.validations.last_step == 20 and len(state.validations.history) == 2


def test_degenerate_translations_are_told_once_they_persist_though_the_run_is_resumed(validate):
    begun = Lines()
    resumed = Lines()
    _, state = validate([-1, -1], display=begun)
    validate([-1, -1], display=resumed, state=state, first=21)
    assert "Warning" not in str(begun)
    assert str(resumed).count("Warning (empty): 12 of 12 translations are empty: ") == 1
    third, fourth = (place for place, line in enumerate(resumed.lines) if line.startswith("epoch "))
    assert "Warning (empty)" in "".join(resumed.lines[third:fourth])


@pytest.mark.parametrize(
    ("options", "validations"), [({"patience": 1}, 2), ({"total": 10}, 1), ({"total": 5}, 1)]
)
def test_last_validation_tells_what_began_too_late_to_persist(
    validate, tmp_path, options, validations
):
    lines = Lines()
    validate([-1] * 5, display=lines, **options)
    assert len(rows(tmp_path)) == validations
    assert str(lines).count("Warning (empty): 12 of 12 translations are empty: ") == 1
