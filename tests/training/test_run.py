"""A run can stop at any moment and resume exactly; it keeps its best weights."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from fixtures.commands import small_configuration
from fixtures.runs import (
    CORPUS,
    DEV,
    EPOCH,
    AtStep,
    Lines,
    Recorder,
    arrays,
    assert_same,
    history,
    interrupt,
    run,
    weights_of,
    without_time,
)
from seq2seq.data import corpus as corpus_module
from seq2seq.data.corpus import Corpus, PairFiles
from seq2seq.data.stream import open_corpus
from seq2seq.errors import InputError
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.storage.configuration import Configuration
from seq2seq.storage.directory import ENVIRONMENT, RUN_STATE, SHORTLIST, TOKENIZERS, WEIGHTS
from seq2seq.storage.manifest import MANIFEST
from seq2seq.training import run as run_module
from seq2seq.training.callbacks import DivergedError
from seq2seq.training.events import EventFile
from seq2seq.training.fit import steps_between_validations
from seq2seq.training.history import History
from seq2seq.training.presets import resolve
from seq2seq.training.run import Interrupted, fingerprint, train
from seq2seq.translation.translator import Translator

COMPARED = 27  # a step between two validations, at which all that the next one needs is compared


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    """A run that nothing stops: its directory, what was recorded of it, and its lines."""
    directory = tmp_path_factory.mktemp("whole")
    recorder = Recorder()
    lines = Lines()
    run(directory, recorder, display=lines)
    return directory, recorder, lines


@pytest.fixture(scope="module")
def validated_at(uninterrupted):
    """The steps of its validations."""
    return [int(row["step"]) for row in history(uninterrupted[0])]


def test_test_run_is_as_the_tests_below_need_it(uninterrupted, validated_at):
    configuration = Configuration.load(uninterrupted[0] / "config.toml")
    assert configuration.training.epochs == 3 and configuration.model_options().dropout > 0
    assert validated_at == [EPOCH, 2 * EPOCH, 3 * EPOCH] and validated_at[1] < COMPARED


def resume_to_the_end(directory, reference):
    """Resumes, and compares with a run never interrupted: at a step in between, and at the end."""
    finished, expected, _ = reference
    recorder = Recorder()
    run(directory, recorder, resume=True)
    if COMPARED in recorder.states:
        for received, wanted in zip(
            recorder.states[COMPARED], expected.states[COMPARED], strict=True
        ):
            np.testing.assert_array_equal(received, wanted)
    for name in (WEIGHTS, SHORTLIST):
        assert_same(arrays(directory / name), arrays(finished / name))
    assert without_time(history(directory)) == without_time(history(finished))
    assert not (directory / RUN_STATE).exists()


def test_run_interrupted_again_and_again_ends_as_one_never_interrupted(
    uninterrupted, validated_at, tmp_path
):
    """In the middle of an epoch, right after a validation, and before one that is due."""
    first, second, _ = validated_at
    moments = [
        AtStep({3: interrupt}),
        AtStep({first: interrupt}),
        AtStep({first + 4: interrupt}),
        AtStep({second: interrupt}, early=True),
    ]
    for number, moment in enumerate(moments):
        with pytest.raises(Interrupted):
            run(tmp_path, moment, resume=number > 0)
        assert (tmp_path / RUN_STATE).exists()
    resume_to_the_end(tmp_path, uninterrupted)


def test_run_interrupted_all_through_its_validation_ends_as_one_never_interrupted(
    uninterrupted, tmp_path, monkeypatch
):
    """While it translates, saves the model, writes table and curve, and shows the result."""
    places = [
        (Translator, "stream"),
        (Translator, "save"),
        (History, "write"),
        (EventFile, "write"),
    ]
    for number, place in enumerate(places):
        with monkeypatch.context() as patch, pytest.raises(Interrupted):
            patch.setattr(*place, interrupt)
            run(tmp_path, resume=number > 0)
    for shown in ("epoch", f"    {DEV.source[0]} → "):
        with pytest.raises(Interrupted):
            run(tmp_path, display=Lines(interrupt_at=shown), resume=True)
    resume_to_the_end(tmp_path, uninterrupted)


@pytest.mark.parametrize("early", [True, False])
def test_run_interrupted_at_its_very_end_only_has_to_be_resumed(
    early, uninterrupted, validated_at, tmp_path
):
    """Between the last step and its validation, or after that."""
    with pytest.raises(Interrupted):
        run(tmp_path, AtStep({validated_at[-1]: interrupt}, early=early))
    resume_to_the_end(tmp_path, uninterrupted)


KILLED = """
import os, signal
import tensorflow as tf
from fixtures.runs import AtStep, run
tf.constant(0)  # too late to split the cores, as in the process that it is compared with
run({directory!r}, AtStep({{{step}: lambda: os.kill(os.getpid(), signal.SIGKILL)}}, early=True))
"""


def test_killed_run_resumes_from_its_last_checkpoint(uninterrupted, validated_at, tmp_path):
    script = KILLED.format(step=validated_at[0] + 5, directory=str(tmp_path))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    killed = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert [int(row["step"]) for row in history(tmp_path)] == validated_at[:1]
    resume_to_the_end(tmp_path, uninterrupted)


def test_run_resumed_on_fewer_cores_ends_as_one_never_interrupted(tmp_path, monkeypatch):
    cores = iter([2, 2, 1])
    monkeypatch.setattr(run_module, "split_cores", lambda parts: next(cores))  # as other machines
    run(tmp_path / "whole", epochs=1)
    with pytest.raises(Interrupted):
        run(tmp_path / "stopped", AtStep({3: interrupt}), epochs=1)
    run(tmp_path / "stopped", resume=True, epochs=1)
    assert_same(arrays(tmp_path / "stopped" / WEIGHTS), arrays(tmp_path / "whole" / WEIGHTS))


def test_same_seed_gives_the_same_weights_and_another_does_not(uninterrupted, tmp_path):
    finished = arrays(uninterrupted[0] / WEIGHTS)
    run(tmp_path / "same")
    assert_same(arrays(tmp_path / "same" / WEIGHTS), finished)
    run(tmp_path / "other", seed=6, epochs=1)
    other = arrays(tmp_path / "other" / WEIGHTS)
    assert not all(np.array_equal(finished[name], other[name]) for name in finished)


def test_run_leaves_everything_that_its_directory_should_hold(uninterrupted, validated_at):
    directory, _, lines = uninterrupted
    names = {path.name for path in directory.iterdir()}
    about = {"config.toml", ENVIRONMENT, "history.csv", "logs", MANIFEST}
    assert names == {*about, *TOKENIZERS, SHORTLIST, WEIGHTS}
    assert list((directory / "logs").glob("events.out.tfevents.*"))
    rows = history(directory)
    assert list(rows[0]) == "step epoch seconds learning_rate loss perplexity bleu chrf2".split()
    assert all(np.isfinite(float(value)) for row in rows for value in row.values())
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"])
    assert validated_at[-1] == max(validated_at)
    assert f"{DEV.source[0]} → " in str(lines)


def test_stored_configuration_repeats_the_run(uninterrupted, tmp_path, monkeypatch):
    traced = []
    train_step = Seq2Seq.train_step
    monkeypatch.setattr(
        Seq2Seq, "train_step", lambda self, batch: traced.append(batch) or train_step(self, batch)
    )
    stored = Configuration.load(uninterrupted[0] / "config.toml")
    again = resolve(stored, CORPUS)
    assert fingerprint(stored, CORPUS, DEV) == fingerprint(again, CORPUS, DEV)
    train(stored, tmp_path, CORPUS, DEV, display=Lines(), validate_every=EPOCH)
    assert_same(arrays(tmp_path / WEIGHTS), arrays(uninterrupted[0] / WEIGHTS))
    assert len(traced) == 1  # for batches of all shapes


@pytest.fixture
def streamed(tmp_path, monkeypatch):
    """The corpus in a file, as a stream of three windows."""
    monkeypatch.setattr(corpus_module, "WINDOW", 50)
    pairs = zip(CORPUS.source, CORPUS.target, strict=True)
    lines = [f"{source}\t{target}\n" for source, target in pairs]
    (tmp_path / "data.tsv").write_text("".join(lines))
    return open_corpus([PairFiles(tmp_path / "data.tsv")])


def test_run_on_a_stream_resumes_exactly_in_any_window(streamed, tmp_path):
    whole = tmp_path / "whole"
    stopped = tmp_path / "stopped"
    lines = Lines()
    run(whole, corpus=streamed, display=lines)
    assert "Learning the vocabulary of 50 of 120 sentence pairs." in str(lines)
    for number, step in enumerate((3, 10, 18)):
        with pytest.raises(Interrupted):
            run(stopped, AtStep({step: interrupt}), corpus=streamed, resume=number > 0)
    run(stopped, corpus=streamed, resume=True)
    assert_same(arrays(stopped / WEIGHTS), arrays(whole / WEIGHTS))
    assert without_time(history(stopped)) == without_time(history(whole))


def test_stream_whose_file_disappears_ends_the_run_as_a_mistake_with_its_checkpoint_kept(
    streamed, tmp_path
):
    gone = AtStep({2: (tmp_path / "data.tsv").unlink})
    with pytest.raises(InputError, match="^Expected a readable .*data.tsv: No such file") as raised:
        run(tmp_path / "model", gone, corpus=streamed)
    assert "\n" not in str(raised.value)
    assert (tmp_path / "model" / RUN_STATE).exists()


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """A run interrupted after its third step."""
    directory = tmp_path_factory.mktemp("stopped")
    with pytest.raises(Interrupted):
        run(directory, AtStep({3: interrupt}))
    return directory


@pytest.mark.parametrize(
    "others",
    [
        {"seed": 6},
        {"learning_rate": 2e-2},
        {"corpus": Corpus(CORPUS.source[1:], CORPUS.target[1:])},
        {"corpus": Corpus(CORPUS.source, CORPUS.source)},
        {"dev": Corpus(DEV.source[1:], DEV.target[1:])},
    ],
    ids=lambda others: next(iter(others)),
)
def test_resuming_on_another_corpus_or_with_other_options_is_refused(stopped, others):
    before = (stopped / RUN_STATE).read_bytes()
    with pytest.raises(InputError, match="Expected the corpus and the options"):
        run(stopped, resume=True, **others)
    assert (stopped / RUN_STATE).read_bytes() == before


def test_time_limit_patience_and_what_is_kept_may_change_on_resuming():
    first = small_configuration()
    second = small_configuration(time_limit=3, patience=2, keep=2)
    assert fingerprint(first, CORPUS, DEV) == fingerprint(second, CORPUS, DEV)


@pytest.mark.parametrize("damage", ["missing", "cut short", "empty"])
def test_resuming_with_a_damaged_tokenizer_is_refused(stopped, damage):
    path = stopped / "source.model"
    whole = path.read_bytes()
    try:
        path.unlink()
        if damage != "missing":
            path.write_bytes(whole[:500] if damage == "cut short" else b"")
        with pytest.raises(InputError, match="^Expected .*Received") as raised:
            run(stopped, resume=True)
        assert "\n" not in str(raised.value)
    finally:
        path.write_bytes(whole)


def test_resuming_a_finished_run_is_refused_before_anything_is_done(uninterrupted):
    lines = Lines()
    with pytest.raises(InputError, match="which has ended: it has no resume.npz"):
        run(uninterrupted[0], display=lines, resume=True)
    assert not str(lines)


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
        run(tmp_path, Damage(np.nan))
    assert all(np.isfinite(values).all() for values in arrays(tmp_path / WEIGHTS).values())
    assert len(Translator.load(tmp_path).translate(DEV.source, beam_size=1)) == len(DEV)


def test_learning_rate_that_is_far_too_high_diverges_with_a_good_checkpoint(tmp_path):
    with pytest.raises(DivergedError, match="The last good checkpoint is kept"):
        run(tmp_path, learning_rate=1e38)
    loaded = arrays(tmp_path / RUN_STATE)
    numbers = [values for name, values in loaded.items() if name != "progress"]
    assert all(np.isfinite(values).all() for values in numbers)


def test_best_validation_decides_which_weights_are_kept(uninterrupted):
    directory, recorder, _ = uninterrupted
    best = max(history(directory), key=lambda row: float(row["bleu"]) + float(row["chrf2"]))
    assert_same(arrays(directory / WEIGHTS), recorder.weights[int(best["step"])])


@pytest.mark.parametrize("patience", [1, 2])
def test_run_that_learns_nothing_stops_early_with_the_weights_of_its_first_validation(
    tmp_path, patience
):
    lines = Lines()
    recorder = Recorder()
    options = {"learning_rate": 1e-30, "epochs": 10, "patience": patience}
    translator = run(tmp_path, recorder, display=lines, **options)
    assert len(history(tmp_path)) == 1 + patience
    assert f"No better score in {patience} validations: stopping early." in str(lines)
    assert_same(arrays(tmp_path / WEIGHTS), recorder.weights[EPOCH])
    assert_same(weights_of(translator.model), recorder.weights[EPOCH])


def test_translator_of_a_run_has_the_weights_of_its_best_validation(tmp_path):
    recorder = Recorder()
    options = {"learning_rate": 1e-30, "epochs": 3}
    translator = run(tmp_path, recorder, Damage(), **options)
    rows = history(tmp_path)
    scores = [float(row["bleu"]) + float(row["chrf2"]) for row in rows]
    best = int(rows[scores.index(max(scores))]["step"])
    assert_same(weights_of(translator.model), recorder.weights[best])
    assert_same(arrays(tmp_path / WEIGHTS), recorder.weights[best])


def kept_steps(directory):
    folders = (directory / "checkpoints").iterdir()
    return sorted(int(path.name.removeprefix("step-")) for path in folders)


def test_models_of_the_last_validations_are_kept_whole(validated_at, tmp_path):
    recorder = Recorder()
    run(tmp_path, recorder, keep=2)
    assert kept_steps(tmp_path) == validated_at[-2:]
    for step in validated_at[-2:]:
        directory = tmp_path / "checkpoints" / f"step-{step:08d}"
        assert_same(arrays(directory / WEIGHTS), recorder.weights[step])
        assert len(Translator.load(directory).translate(DEV.source, beam_size=1)) == len(DEV)


def test_resumed_run_keeps_what_one_never_interrupted_keeps_and_nothing_that_is_not_its_own(
    uninterrupted, validated_at, tmp_path, monkeypatch
):
    first, second, _ = validated_at
    with pytest.raises(Interrupted):
        run(tmp_path, AtStep({first + 2: interrupt}), keep=2)
    with monkeypatch.context() as patch, pytest.raises(Interrupted):
        patch.setattr(History, "write", interrupt)  # when its model is kept but not yet counted
        run(tmp_path, keep=2, resume=True)
    with pytest.raises(Interrupted):
        run(tmp_path, AtStep({second + 1: interrupt}), keep=2, resume=True)
    others = ["step-00000012", ".step-00000022.ab12", "step-00000012-by-hand", "mine"]
    for name in others:  # the first two as by a process that was killed
        (tmp_path / "checkpoints" / name).mkdir()
    run(tmp_path, keep=2, resume=True)
    for name in others[2:]:
        (tmp_path / "checkpoints" / name).rmdir()
    assert kept_steps(tmp_path) == validated_at[-2:]
    for step in kept_steps(tmp_path):
        loaded = arrays(tmp_path / "checkpoints" / f"step-{step:08d}" / WEIGHTS)
        assert_same(loaded, uninterrupted[1].weights[step])
    assert_same(arrays(tmp_path / WEIGHTS), arrays(uninterrupted[0] / WEIGHTS))


def test_run_of_which_nothing_scores_still_leaves_a_model(tmp_path):
    nothing = Corpus(DEV.source, ["가"] * len(DEV))
    translator = run(tmp_path, dev=nothing, epochs=1)
    assert [(float(row["bleu"]), float(row["chrf2"])) for row in history(tmp_path)] == [(0, 0)]
    assert len(translator.translate(["b c"])) == 1


def test_time_limit_ends_the_run_soon_with_a_validated_model(tmp_path):
    run(tmp_path, epochs=100_000, time_limit=1 / 60, patience=100_000)
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


def warnings(lines):
    return [line for line in lines.lines if "Warning (" in line]


def test_degenerate_translations_are_told_at_the_third_validation_though_the_run_is_resumed(
    tmp_path,
):
    begun = Lines()
    resumed = Lines()
    untrained = {"learning_rate": 1e-30, "epochs": 5}
    with pytest.raises(Interrupted):
        run(tmp_path, AtStep({2 * EPOCH + 1: interrupt}), display=begun, **untrained)
    run(tmp_path, display=resumed, resume=True, **untrained)
    assert not warnings(begun)
    validations = [place for place, line in enumerate(resumed.lines) if line.startswith("epoch ")]
    third = resumed.lines[validations[0] : validations[1]]
    told = [line for line in third if "Warning (" in line]
    assert told and told == warnings(resumed)


@pytest.mark.parametrize(("options", "validations"), [({"patience": 1}, 2), ({"epochs": 1}, 1)])
def test_last_validation_warns_of_what_began_too_late_to_persist(tmp_path, options, validations):
    lines = Lines()
    run(tmp_path, display=lines, **{"learning_rate": 1e-30, **options})
    assert len(history(tmp_path)) == validations
    told = warnings(lines)
    assert told and len(set(told)) == len(told)


class GuidanceRecorder(AtStep):
    """Keeps the weight of guided attention as each step finds it."""

    def __init__(self):
        super().__init__({})
        self.weights = []

    def on_train_batch_end(self, batch, logs=None):
        self.weights.append(float(self.model.guided_alignment_weight))


@pytest.mark.parametrize(
    ("options", "guided"),
    [({}, True), ({"guided_alignment": 0.0}, False), ({"attention": "none"}, False)],
    ids=str,
)
def test_attention_is_guided_where_there_is_any_and_it_is_asked_for(
    tmp_path, monkeypatch, options, guided
):
    batches = []
    recorder = GuidanceRecorder()
    train_step = Seq2Seq.train_step
    monkeypatch.setattr(
        Seq2Seq, "train_step", lambda self, batch: batches.append(batch) or train_step(self, batch)
    )
    run(tmp_path, recorder, epochs=1, **options)
    assert ("alignment" in batches[0]) == guided
    weights = recorder.weights
    if options != {"attention": "none"}:  # whose weight has nothing to weigh
        assert (weights[0] > 0.5) == (weights[1] > 0) == guided and weights[-1] == 0
