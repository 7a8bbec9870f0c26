"""A run can stop at any moment and resume exactly; it keeps its best weights, and loses nothing of the user's."""

import csv
import dataclasses
import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from fixtures.commands import small_configuration, small_corpus

from seq2seq.data import corpus as corpus_module
from seq2seq.data.corpus import Corpus, PairFiles
from seq2seq.data.stream import open_corpus
from seq2seq.errors import InputError
from seq2seq.evaluation.degenerate import Fault
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.storage.archive import SHORTLIST, WEIGHTS
from seq2seq.storage.configuration import CHANGEABLE, TOKENIZERS, Configuration
from seq2seq.training import callbacks
from seq2seq.training import run as training
from seq2seq.training.callbacks import Checkpointing, DivergedError, DivergenceGuard, Validation
from seq2seq.training.resume import RESUME, save_run_state
from seq2seq.training.run import Interrupted, fingerprint, steps_between_validations, train
from seq2seq.translation.translator import Translator

CORPUS, DEV = small_corpus(), small_corpus(12, seed=4)
COMPARED = 27  # the step at which checkpoints are compared


@pytest.fixture(autouse=True)
def frequent_validation(monkeypatch):
    """Once in an epoch of eleven steps, so that runs stay short."""
    monkeypatch.setattr(training, "_STEPS_BETWEEN_VALIDATIONS", (7, 1000))


class Lines:
    """A display that keeps what it shows."""

    def __init__(self):
        self.lines = []

    def line(self, text=""):
        self.lines.append(text)

    def update(self, text):
        pass

    def __str__(self):
        return "\n".join(self.lines)


def interrupt():
    raise KeyboardInterrupt


def after_step(monkeypatch, actions, *, callback=Checkpointing):
    """Lets `actions[step](callback)` run once after that step, behind the callback: the last one unless said."""
    original, actions = callback.on_train_batch_end, dict(actions)

    def on_train_batch_end(self, batch, logs=None):
        original(self, batch, logs)
        if action := actions.pop(int(self.model.optimizer.iterations), None):
            action()

    monkeypatch.setattr(callback, "on_train_batch_end", on_train_batch_end)


def copy_checkpoint_at(monkeypatch, step, directory):
    original = Checkpointing.on_train_batch_end

    def on_train_batch_end(self, batch, logs=None):
        original(self, batch, logs)
        if int(self.model.optimizer.iterations) == step:
            save_run_state(directory, self.model, self.progress)

    monkeypatch.setattr(Checkpointing, "on_train_batch_end", on_train_batch_end)


def arrays(path):
    with np.load(path, allow_pickle=False) as loaded:
        return {name: loaded[name] for name in loaded.files}


def assert_same_arrays(first, second):
    first, second = arrays(first), arrays(second)
    assert first.keys() == second.keys()
    for name in first.keys() - {"progress"}:
        np.testing.assert_array_equal(first[name], second[name], err_msg=name)


def history(directory):
    with (directory / "history.csv").open() as file:
        return list(csv.DictReader(file))


def without_time(rows):
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    """A run that nothing stops, and a copy of what its checkpoint would be at one step."""
    directory, lines = tmp_path_factory.mktemp("uninterrupted"), Lines()
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(training, "_STEPS_BETWEEN_VALIDATIONS", (7, 1000))
        copy_checkpoint_at(monkeypatch, COMPARED, directory / "copy")
        train(small_configuration(), directory / "model", CORPUS, DEV, display=lines)
    return directory / "model", directory / "copy", lines


@pytest.fixture(scope="module")
def validated_at(uninterrupted):
    """The steps of its validations."""
    return [int(row["step"]) for row in history(uninterrupted[0])]


def test_test_run_is_as_the_tests_below_need_it(uninterrupted, validated_at):
    configuration = Configuration.load(uninterrupted[0] / "config.toml")
    assert configuration.dropout > 0
    assert len(validated_at) == 3 and validated_at[1] < COMPARED < validated_at[2]


def resume_to_the_end(directory, reference, monkeypatch, *, configuration=None):
    """Resumes, and compares with a run never interrupted: at a step in between, and at the end."""
    finished, copy, _ = reference
    copy_checkpoint_at(monkeypatch, COMPARED, directory / "copy")
    train(
        configuration or small_configuration(), directory, CORPUS, DEV, display=Lines(), resume=True
    )
    if (directory / "copy").exists():
        assert_same_arrays(directory / "copy" / RESUME, copy / RESUME)
    for name in (WEIGHTS, SHORTLIST):
        assert_same_arrays(directory / name, finished / name)
    assert without_time(history(directory)) == without_time(history(finished))
    assert not (directory / RESUME).exists()


def test_run_interrupted_again_and_again_ends_as_one_never_interrupted(
    uninterrupted, validated_at, tmp_path, monkeypatch
):
    """In the middle of an epoch, right after a validation, and between a step and its validation."""
    first, second, _ = validated_at
    moments = [
        (3, Checkpointing),
        (first, Checkpointing),
        (first + 4, Checkpointing),
        (second, DivergenceGuard),
    ]
    for number, (step, callback) in enumerate(moments):
        with monkeypatch.context() as patch, pytest.raises(Interrupted):
            after_step(patch, {step: interrupt}, callback=callback)
            train(small_configuration(), tmp_path, CORPUS, DEV, display=Lines(), resume=number > 0)
        assert (tmp_path / RESUME).exists()
    resume_to_the_end(tmp_path, uninterrupted, monkeypatch)


def test_run_interrupted_all_through_its_validation_ends_as_one_never_interrupted(
    uninterrupted, tmp_path, monkeypatch
):
    places = [
        (callbacks.Translator, "stream"),
        (callbacks.Translator, "save"),
        (callbacks, "write_text"),
        (callbacks.EventFile, "write"),
        (Validation, "_show"),
    ]
    for number, place in enumerate(places):
        with monkeypatch.context() as patch, pytest.raises(Interrupted):
            patch.setattr(*place, lambda *_, **__: interrupt())
            train(small_configuration(), tmp_path, CORPUS, DEV, display=Lines(), resume=number > 0)
    resume_to_the_end(tmp_path, uninterrupted, monkeypatch)


@pytest.mark.parametrize("callback", [Checkpointing, DivergenceGuard])
def test_run_interrupted_at_its_very_end_only_has_to_be_resumed(
    callback, uninterrupted, validated_at, tmp_path, monkeypatch
):
    """After its last validation, or between the last step and that validation."""
    with monkeypatch.context() as patch, pytest.raises(Interrupted):
        after_step(patch, {validated_at[-1]: interrupt}, callback=callback)
        train(small_configuration(), tmp_path, CORPUS, DEV, display=Lines())
    resume_to_the_end(tmp_path, uninterrupted, monkeypatch)


KILLED = """
import os, signal
from fixtures.commands import small_configuration, small_corpus
from seq2seq.training import run as training
from seq2seq.training.callbacks import DivergenceGuard
training._STEPS_BETWEEN_VALIDATIONS = (7, 1000)
training.split_cores = lambda parts: 1  # as in the process that it is compared with
original = DivergenceGuard.on_train_batch_end
def on_train_batch_end(self, batch, logs=None):
    original(self, batch, logs)
    if int(self.model.optimizer.iterations) == {step}:
        os.kill(os.getpid(), signal.SIGKILL)
DivergenceGuard.on_train_batch_end = on_train_batch_end
training.train(small_configuration(), {directory!r}, small_corpus(), small_corpus(12, seed=4))
"""


def test_run_begun_without_a_shortlist_ends_with_one(uninterrupted, tmp_path, monkeypatch):
    with monkeypatch.context() as patch, pytest.raises(Interrupted):
        after_step(patch, {3: interrupt}, callback=Checkpointing)
        train(small_configuration(), tmp_path, CORPUS, DEV, display=Lines())
    (tmp_path / SHORTLIST).unlink()
    resume_to_the_end(tmp_path, uninterrupted, monkeypatch)


def test_killed_run_resumes_from_its_last_checkpoint(
    uninterrupted, validated_at, tmp_path, monkeypatch
):
    script = KILLED.format(step=validated_at[0] + 5, directory=str(tmp_path))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    killed = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert [int(row["step"]) for row in history(tmp_path)] == validated_at[:1]
    resume_to_the_end(tmp_path, uninterrupted, monkeypatch)


def test_run_resumed_on_fewer_cores_ends_as_one_never_interrupted(tmp_path, monkeypatch):
    configuration, cores = small_configuration(epochs=1), iter([2, 2, 1])
    monkeypatch.setattr(training, "split_cores", lambda parts: next(cores))
    train(configuration, tmp_path / "whole", CORPUS, DEV, display=Lines())
    with monkeypatch.context() as patch, pytest.raises(Interrupted):
        after_step(patch, {3: interrupt})
        train(configuration, tmp_path / "stopped", CORPUS, DEV, display=Lines())
    train(configuration, tmp_path / "stopped", CORPUS, DEV, display=Lines(), resume=True)
    assert_same_arrays(tmp_path / "stopped" / WEIGHTS, tmp_path / "whole" / WEIGHTS)


def test_same_seed_gives_the_same_weights_and_another_does_not(uninterrupted, tmp_path):
    finished, _, _ = uninterrupted
    train(small_configuration(), tmp_path / "same", CORPUS, DEV, display=Lines())
    assert_same_arrays(tmp_path / "same" / WEIGHTS, finished / WEIGHTS)
    train(small_configuration(seed=6, epochs=1), tmp_path / "other", CORPUS, DEV, display=Lines())
    first, other = arrays(finished / WEIGHTS), arrays(tmp_path / "other" / WEIGHTS)
    assert not all(np.array_equal(first[name], other[name]) for name in first)


def test_run_leaves_everything_that_its_directory_should_hold(uninterrupted, validated_at):
    directory, _, lines = uninterrupted
    names = {path.name for path in directory.iterdir()}
    assert names == {
        "config.toml",
        "history.csv",
        "logs",
        "source.model",
        "target.model",
        SHORTLIST,
        WEIGHTS,
    }
    assert list((directory / "logs").glob("events.out.tfevents.*"))
    rows = history(directory)
    assert list(rows[0]) == "step epoch seconds learning_rate loss perplexity bleu chrf2".split()
    assert all(np.isfinite(float(value)) for row in rows for value in row.values())
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"])
    assert validated_at[-1] == max(validated_at)
    assert f"{DEV.source[0]} → " in str(lines)


def test_stored_configuration_repeats_the_run(uninterrupted, tmp_path, monkeypatch):
    traced, train_step = [], Seq2Seq.train_step
    monkeypatch.setattr(
        Seq2Seq, "train_step", lambda self, batch: traced.append(batch) or train_step(self, batch)
    )
    configuration = Configuration.load(uninterrupted[0] / "config.toml")
    assert fingerprint(configuration, CORPUS, DEV) == fingerprint(
        configuration.resolved(CORPUS), CORPUS, DEV
    )
    train(configuration, tmp_path, CORPUS, DEV, display=Lines())
    assert_same_arrays(tmp_path / WEIGHTS, uninterrupted[0] / WEIGHTS)
    assert len(traced) == 1  # for batches of all shapes


@pytest.fixture
def streamed(tmp_path, monkeypatch):
    """The corpus in a file, as a stream of three windows."""
    monkeypatch.setattr(corpus_module, "WINDOW", 50)
    lines = (
        f"{source}\t{target}\n" for source, target in zip(CORPUS.source, CORPUS.target, strict=True)
    )
    (tmp_path / "data.tsv").write_text("".join(lines))
    return open_corpus([PairFiles(tmp_path / "data.tsv")])


def test_run_on_a_stream_resumes_exactly_in_any_window(streamed, tmp_path, monkeypatch):
    whole, stopped, lines = tmp_path / "whole", tmp_path / "stopped", Lines()
    train(small_configuration(), whole, streamed, DEV, display=lines)
    assert "Learning the vocabulary of 50 of 120 sentence pairs." in str(lines)
    for number, step in enumerate((3, 10, 18)):
        with monkeypatch.context() as patch, pytest.raises(Interrupted):
            after_step(patch, {step: interrupt})
            train(small_configuration(), stopped, streamed, DEV, display=Lines(), resume=number > 0)
    train(small_configuration(), stopped, streamed, DEV, display=Lines(), resume=True)
    assert_same_arrays(stopped / WEIGHTS, whole / WEIGHTS)
    assert without_time(history(stopped)) == without_time(history(whole))


def test_stream_whose_file_disappears_ends_the_run_as_a_mistake_with_its_checkpoint_kept(
    streamed, tmp_path, monkeypatch
):
    after_step(monkeypatch, {2: (tmp_path / "data.tsv").unlink})
    with pytest.raises(InputError, match="^Expected a readable .*data.tsv: No such file") as raised:
        train(small_configuration(), tmp_path / "model", streamed, DEV, display=Lines())
    assert "\n" not in str(raised.value)
    assert (tmp_path / "model" / RESUME).exists()


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """A run interrupted after its third step."""
    directory = tmp_path_factory.mktemp("stopped")
    with pytest.MonkeyPatch.context() as monkeypatch, pytest.raises(Interrupted):
        after_step(monkeypatch, {3: interrupt})
        train(small_configuration(), directory, CORPUS, DEV, display=Lines())
    return directory


@pytest.mark.parametrize(
    ("configuration", "corpus", "dev"),
    [
        (small_configuration(seed=6), CORPUS, DEV),
        (small_configuration(learning_rate=2e-2), CORPUS, DEV),
        (small_configuration(), Corpus(CORPUS.source[1:], CORPUS.target[1:]), DEV),
        (small_configuration(), Corpus(CORPUS.source, CORPUS.source), DEV),
        (small_configuration(), CORPUS, Corpus(DEV.source[1:], DEV.target[1:])),
    ],
)
def test_resuming_on_another_corpus_or_with_other_options_is_refused(
    stopped, configuration, corpus, dev
):
    before = (stopped / RESUME).read_bytes()
    with pytest.raises(InputError, match="Expected the corpus and the options"):
        train(configuration, stopped, corpus, dev, display=Lines(), resume=True)
    assert (stopped / RESUME).read_bytes() == before


def test_time_limit_patience_and_what_is_kept_may_change_on_resuming():
    first, second = small_configuration(), small_configuration(time_limit=3, patience=2, keep=2)
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
            train(small_configuration(), stopped, CORPUS, DEV, display=Lines(), resume=True)
        assert "\n" not in str(raised.value)
    finally:
        path.write_bytes(whole)


def test_resuming_a_finished_run_is_refused_before_anything_is_done(uninterrupted):
    lines = Lines()
    with pytest.raises(InputError, match="which has ended: it has no resume.npz"):
        train(small_configuration(), uninterrupted[0], CORPUS, DEV, display=lines, resume=True)
    assert not str(lines)


def test_diverging_run_stops_and_keeps_its_last_good_weights(tmp_path, monkeypatch):
    def explode(self, step):
        original(self, step)
        for variable in self.model.trainable_variables:
            variable.assign(variable * np.nan)

    original = Validation._validate
    monkeypatch.setattr(Validation, "_validate", explode)
    with pytest.raises(
        DivergedError,
        match="^Expected a finite loss. Received: loss nan.*smaller --learning-rate.$",
    ):
        train(small_configuration(), tmp_path, CORPUS, DEV, display=Lines())
    assert all(np.isfinite(values).all() for values in arrays(tmp_path / WEIGHTS).values())
    assert len(Translator.load(tmp_path).translate(DEV.source, beam_size=1)) == len(DEV)


def test_learning_rate_that_is_far_too_high_diverges_with_a_good_checkpoint(tmp_path):
    with pytest.raises(DivergedError, match="The last good checkpoint is kept"):
        train(small_configuration(learning_rate=1e38), tmp_path, CORPUS, DEV, display=Lines())
    loaded = arrays(tmp_path / RESUME)
    numbers = [values for name, values in loaded.items() if name != "progress"]
    assert all(np.isfinite(values).all() for values in numbers)


class Scores:
    """Validation scores from a list instead of the translations."""

    def __init__(self, *scores):
        self.scores, self.asked = scores, 0

    def __call__(self, hypotheses, references):
        self.asked += 1
        return (self.scores[self.asked - 1],) * 2


def test_best_validation_decides_which_weights_are_kept_and_patience_when_to_stop(
    tmp_path, monkeypatch
):
    saved = []
    original = Validation._validate

    def validate(self, step):
        original(self, step)
        saved.append(
            {
                weight.path.partition("/")[2]: weight.numpy()
                for weight in self.model.trainable_variables
            }
        )

    monkeypatch.setattr(Validation, "_validate", validate)
    scores = Scores(1.0, 3.0, 3.0, 2.0, 9.0)
    monkeypatch.setattr(callbacks, "quick_score", scores)
    lines = Lines()
    translator = train(
        small_configuration(epochs=10, patience=2), tmp_path, CORPUS, DEV, display=lines
    )
    assert scores.asked == 4 == len(history(tmp_path))
    assert "No better score in 2 validations: stopping early." in str(lines)
    kept = arrays(tmp_path / WEIGHTS)
    assert kept.keys() == saved[1].keys()
    assert all(np.array_equal(kept[name], saved[1][name]) for name in kept)
    for weight in translator.model.trainable_variables:
        np.testing.assert_array_equal(weight, saved[1][weight.path.partition("/")[2]])


@pytest.mark.parametrize(("options", "validations"), [({"patience": 1}, 2), ({"epochs": 1}, 1)])
def test_last_validation_warns_of_what_began_too_late_to_persist(
    tmp_path, monkeypatch, options, validations
):
    fault = Fault("empty", "are empty", 5, 10)
    monkeypatch.setattr(callbacks, "faults_of", lambda translations, references: [fault])
    monkeypatch.setattr(callbacks, "quick_score", Scores(3.0, 2.0, 1.0))
    lines = Lines()
    train(small_configuration(**{"epochs": 3, **options}), tmp_path, CORPUS, DEV, display=lines)
    assert len(history(tmp_path)) == validations
    assert str(lines).count(f"Warning (empty): {fault}") == 1


def validated_weights(monkeypatch):
    """The weights at each validation of the runs that follow, by step."""
    found, original = {}, Validation._validate

    def validate(self, step):
        found[step] = {
            weight.path.partition("/")[2]: weight.numpy()
            for weight in self.model.trainable_variables
        }
        original(self, step)

    monkeypatch.setattr(Validation, "_validate", validate)
    return found


def kept_steps(directory):
    return sorted(
        int(path.name.removeprefix("step-")) for path in (directory / "checkpoints").iterdir()
    )


def test_models_of_the_last_validations_are_kept_whole(validated_at, tmp_path, monkeypatch):
    weights = validated_weights(monkeypatch)
    train(small_configuration(keep=2), tmp_path, CORPUS, DEV, display=Lines())
    assert kept_steps(tmp_path) == validated_at[-2:]
    for step in validated_at[-2:]:
        directory = tmp_path / "checkpoints" / f"step-{step:08d}"
        loaded = arrays(directory / WEIGHTS)
        assert loaded.keys() == weights[step].keys()
        assert all(np.array_equal(loaded[name], weights[step][name]) for name in loaded)
        assert len(Translator.load(directory).translate(DEV.source, beam_size=1)) == len(DEV)


def test_resumed_run_keeps_what_one_never_interrupted_keeps_and_nothing_that_is_not_its_own(
    uninterrupted, validated_at, tmp_path, monkeypatch
):
    weights, (first, second, _) = validated_weights(monkeypatch), validated_at
    stops = [{first + 2: interrupt}, {}, {second + 1: interrupt}]
    for number, actions in enumerate(stops):
        with monkeypatch.context() as patch, pytest.raises(Interrupted):
            after_step(patch, actions)
            if (
                not actions
            ):  # within the second validation, when its model is kept but not yet counted
                patch.setattr(callbacks, "write_text", lambda *_: interrupt())
            train(
                small_configuration(keep=2),
                tmp_path,
                CORPUS,
                DEV,
                display=Lines(),
                resume=number > 0,
            )
    others = ["step-00000012", ".step-00000022.ab12", "step-00000012-by-hand", "mine"]
    for name in others:  # the first two as by a process that was killed
        (tmp_path / "checkpoints" / name).mkdir()
    train(small_configuration(keep=2), tmp_path, CORPUS, DEV, display=Lines(), resume=True)
    for name in others[2:]:
        (tmp_path / "checkpoints" / name).rmdir()
    assert kept_steps(tmp_path) == validated_at[-2:]
    for step in kept_steps(tmp_path):
        loaded = arrays(tmp_path / "checkpoints" / f"step-{step:08d}" / WEIGHTS)
        assert all(np.array_equal(loaded[name], weights[step][name]) for name in loaded)
    assert_same_arrays(tmp_path / WEIGHTS, uninterrupted[0] / WEIGHTS)


def test_run_of_which_nothing_scores_still_leaves_a_model(tmp_path, monkeypatch):
    monkeypatch.setattr(callbacks, "quick_score", lambda *_: (0.0, 0.0))
    translator = train(small_configuration(epochs=1), tmp_path, CORPUS, DEV, display=Lines())
    assert len(translator.translate(["1 2"])) == 1


def test_time_limit_ends_the_run_soon_with_a_validated_model(tmp_path):
    lines = Lines()
    train(
        small_configuration(epochs=100_000, time_limit=1 / 60), tmp_path, CORPUS, DEV, display=lines
    )
    rows = history(tmp_path)
    assert 1 <= float(rows[-1]["seconds"]) < 30
    assert float(rows[-1]["learning_rate"]) < small_configuration().learning_rate
    assert (tmp_path / WEIGHTS).exists() and not (tmp_path / RESUME).exists()


def start_only(monkeypatch):
    """Lets runs end after everything before their first step."""
    monkeypatch.setattr(training._Run, "fit", lambda self, display: interrupt())


def test_model_that_is_there_is_moved_aside(tmp_path, monkeypatch):
    start_only(monkeypatch)
    model = tmp_path / "model"
    model.mkdir()
    for name in ("config.toml", WEIGHTS):
        (model / name).write_text("old")
    for count in (1, 2):  # within one second too
        with pytest.raises(KeyboardInterrupt):
            train(small_configuration(), model, CORPUS, DEV, display=(lines := Lines()))
        assert "The model that was in" in str(lines)
        aside = [path for path in tmp_path.iterdir() if path != model]
        assert len(aside) == count
        assert sum((path / WEIGHTS).exists() for path in aside) == 1
    assert not (model / WEIGHTS).exists()


def test_model_that_is_there_stays_if_the_new_run_cannot_begin(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.toml").write_text("old")
    with pytest.raises(InputError, match="Use a larger --vocabulary-size"):
        train(
            small_configuration(vocabulary_size=8), tmp_path / "model", CORPUS, DEV, display=Lines()
        )
    assert (tmp_path / "model" / "config.toml").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_directory_that_holds_something_else_is_refused_and_untouched(tmp_path):
    (tmp_path / "thesis.txt").write_text("text")
    for place in (tmp_path, tmp_path / "thesis.txt"):
        with pytest.raises(InputError, match="Expected an empty or new directory for the model"):
            train(small_configuration(), place, CORPUS, DEV, display=Lines())
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_start_that_fails_midway_can_be_repeated(tmp_path, monkeypatch):
    """Nothing is left that the next `seq2seq train` would take for somebody else's."""
    with monkeypatch.context() as patch, pytest.raises(InputError):
        patch.setattr(
            Translator, "save_tokenizers", lambda *_: (_ for _ in ()).throw(InputError("disk full"))
        )
        train(small_configuration(), tmp_path / "model", CORPUS, DEV, display=Lines())
    start_only(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        train(small_configuration(), tmp_path / "model", CORPUS, DEV, display=Lines())


def test_preset_that_is_chosen_is_named_with_the_reason(tmp_path, monkeypatch):
    start_only(monkeypatch)
    for preset in ("auto", "tiny"):
        with pytest.raises(KeyboardInterrupt):
            configuration = dataclasses.replace(small_configuration(), preset=preset)
            train(configuration, tmp_path / preset, CORPUS, DEV, display=(lines := Lines()))
        named = f"Preset tiny for {len(CORPUS)} sentence pairs: tiny up to 5,000 pairs" in str(
            lines
        )
        assert named == (preset == "auto")


def test_vocabulary_larger_than_the_data_allows_is_reduced_and_said_so(tmp_path, monkeypatch):
    start_only(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        train(
            small_configuration(vocabulary_size=5000),
            tmp_path,
            CORPUS,
            DEV,
            display=(lines := Lines()),
        )
    assert "has fewer than 5,000 different pieces: the vocabulary has 2" in str(lines)


@pytest.mark.parametrize("shared", [False, True])
def test_run_with_the_vocabulary_of_another_model_has_its_tokenizers_byte_for_byte(
    tmp_path, monkeypatch, shared
):
    start_only(monkeypatch)
    first = small_configuration(shared_vocabulary=shared)
    open_ones = {
        "vocabulary_size": None,
        "shared_vocabulary": None,
        "vocabulary_from": str(tmp_path / "first"),
    }
    second = small_configuration(seed=6, cell="lstm", **open_ones)
    others = Corpus(
        [f"{text} 77 8" for text in CORPUS.source], CORPUS.target
    )  # of which others would be learnt
    for name, configuration, corpus in (("first", first, CORPUS), ("second", second, others)):
        with pytest.raises(KeyboardInterrupt):
            train(configuration, tmp_path / name, corpus, DEV, display=(lines := Lines()))
    assert "Taking the vocabulary of " in str(lines) and "Learning the vocabulary" not in str(lines)
    for name in TOKENIZERS:
        assert (tmp_path / "second" / name).read_bytes() == (tmp_path / "first" / name).read_bytes()
    stored = Configuration.load(tmp_path / "second" / "config.toml")
    assert (stored.vocabulary_size, stored.shared_vocabulary) == (first.vocabulary_size, shared)
    (tmp_path / "first").rename(tmp_path / "gone")
    with pytest.raises(KeyboardInterrupt):  # it needs the other model no more
        train(stored, tmp_path / "second", others, DEV, display=Lines(), resume=True)


@pytest.mark.parametrize("changes", [{"vocabulary_size": 30}, {"shared_vocabulary": True}])
def test_vocabulary_options_that_the_other_model_does_not_have_are_refused(
    uninterrupted, tmp_path, changes
):
    configuration = small_configuration(**changes, vocabulary_from=str(uninterrupted[0]))
    with pytest.raises(
        InputError, match=r"to be that of .*Leave it out: it follows --vocabulary-from"
    ):
        train(configuration, tmp_path / "model", CORPUS, DEV, display=Lines())
    assert not (tmp_path / "model").exists()


def test_pairs_that_are_too_long_are_dropped_and_counted(tmp_path, monkeypatch):
    start_only(monkeypatch)
    long = " ".join("12345" * 60)
    corpus = Corpus([*CORPUS.source, long, "1", long], [*CORPUS.target, "1", long, long])
    with pytest.raises(KeyboardInterrupt):
        train(small_configuration(), tmp_path, corpus, DEV, display=(lines := Lines()))
    assert "Dropped 3 pairs with a side of more than 128 tokens." in str(lines)


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
    monkeypatch, per_epoch, epochs, steps
):
    monkeypatch.undo()
    assert steps_between_validations(per_epoch, epochs) == steps


def test_degenerate_translations_are_told_at_the_third_validation_though_the_run_is_resumed(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(
        callbacks,
        "faults_of",
        lambda translations, references: [Fault("empty", "are empty", 5, 12)],
    )
    begun, resumed, configuration = Lines(), Lines(), small_configuration(epochs=5)
    with monkeypatch.context() as patch, pytest.raises(Interrupted):
        after_step(patch, {2 * 11 + 1: interrupt})
        train(configuration, tmp_path, CORPUS, DEV, display=begun)
    train(configuration, tmp_path, CORPUS, DEV, display=resumed, resume=True)
    assert "Warning" not in str(begun)
    assert str(resumed).count("Warning (empty): 5 of 12 translations are empty: ") == 1
    third, fourth = (
        place
        for place, line in enumerate(resumed.lines)
        if line.startswith(("epoch  3", "epoch  4"))
    )
    assert "Warning" in "".join(resumed.lines[third:fourth])


@pytest.mark.parametrize(
    ("options", "guided"),
    [({}, True), ({"guided_alignment": 0.0}, False), ({"attention": "none"}, False)],
    ids=str,
)
def test_attention_is_guided_where_there_is_any_and_it_is_asked_for(
    tmp_path, monkeypatch, options, guided
):
    display, batches, weights, train_step = Lines(), [], [], Seq2Seq.train_step

    def keep_weight(self, batch, logs=None):  # after the clock has set it
        weights.append(float(self.model.guided_alignment_weight))

    monkeypatch.setattr(
        Seq2Seq, "train_step", lambda self, batch: batches.append(batch) or train_step(self, batch)
    )
    monkeypatch.setattr(DivergenceGuard, "on_train_batch_end", keep_weight)
    train(small_configuration(epochs=1, **options), tmp_path, CORPUS, DEV, display=display)
    assert ("Aligning the pieces" in str(display)) == ("alignment" in batches[0]) == guided
    if options != {"attention": "none"}:  # whose weight has nothing to weigh
        assert (weights[0] > 0.5) == (weights[1] > 0) == guided and weights[-1] == 0


def test_run_of_a_version_without_guidance_goes_on_without(tmp_path, monkeypatch):
    """What it left: no such option in its configuration, nor in what identifies the run."""
    original = Configuration.resolved
    old = small_configuration(epochs=1)
    with monkeypatch.context() as patch, pytest.raises(Interrupted):
        patch.setattr(
            Configuration,
            "resolved",
            lambda *of: dataclasses.replace(original(*of), guided_alignment=None),
        )
        after_step(patch, {3: interrupt}, callback=Checkpointing)
        train(old, tmp_path, CORPUS, DEV, display=Lines())
    stored = Configuration.load(tmp_path / "config.toml")
    assert stored.guided_alignment is None
    display = Lines()
    train(stored, tmp_path, CORPUS, DEV, display=display, resume=True)
    assert "Resuming at step 3" in str(display) and "Aligning" not in str(display)


def test_what_identifies_a_run_without_guidance_is_what_it_was_before_there_was_any():
    configuration = dataclasses.replace(
        small_configuration().resolved(CORPUS), guided_alignment=None
    )
    options = {
        name: value
        for name, value in dataclasses.asdict(configuration).items()
        if name not in CHANGEABLE
    }
    del options["guided_alignment"]
    digest = hashlib.sha256(json.dumps(options, sort_keys=True).encode())
    digest.update(CORPUS.digest.encode())
    digest.update(DEV.digest.encode())
    assert fingerprint(configuration, CORPUS, DEV) == digest.hexdigest()
