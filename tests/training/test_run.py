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
    DEEP,
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
    without_time,
)
from seq2seq.data import corpus as corpus_module
from seq2seq.data.corpus import Corpus, PairFiles
from seq2seq.data.stream import open_corpus
from seq2seq.errors import InputError
from seq2seq.storage.configuration import Configuration
from seq2seq.storage.directory import (
    ANCESTRY,
    ENVIRONMENT,
    RUN_STATE,
    SHORTLIST,
    TOKENIZERS,
    WEIGHTS,
)
from seq2seq.storage.manifest import MANIFEST
from seq2seq.training import run as run_module
from seq2seq.training.events import EventFile
from seq2seq.training.history import History
from seq2seq.training.presets import resolve
from seq2seq.training.run import Interrupted, fingerprint, train
from seq2seq.translation.translator import Translator

COMPARED = 25  # a step between two validations, at which all that the next one needs is compared

# Folders beside the kept models.
OF_A_KILLED_PROCESS = ["step-00000010", ".step-00000022.ab12"]
OF_SOMEBODY_ELSE = ["step-00000012-by-hand", "mine"]


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


def resume_to_the_end(directory, reference, recorder=None, **changes):
    """Resumes, and compares with a run never interrupted: at a step in between, and at the end."""
    finished, expected, _ = reference
    recorder = recorder or Recorder()
    run(directory, recorder, resume=True, **changes)
    if COMPARED in recorder.states:
        for received, wanted in zip(
            recorder.states[COMPARED], expected.states[COMPARED], strict=True
        ):
            np.testing.assert_array_equal(received, wanted)
    for name in (WEIGHTS, SHORTLIST):
        assert_same(arrays(directory / name), arrays(finished / name))
    assert without_time(history(directory)) == without_time(history(finished))
    assert not (directory / RUN_STATE).exists()


@pytest.fixture(scope="module")
def resumed(uninterrupted, validated_at, tmp_path_factory):
    """The directory of a run with kept models that was stopped again and again, now at its end.

    Stopped in the middle of an epoch, right after a validation, before one that is due, when a
    model is kept but not yet counted, and between the last step and its validation.
    """
    directory = tmp_path_factory.mktemp("resumed")
    first, second, last = validated_at
    moments = [
        AtStep({3: interrupt}),
        AtStep({first: interrupt}),
        AtStep({second: interrupt}, early=True),
    ]
    for number, moment in enumerate(moments):
        with pytest.raises(Interrupted):
            run(directory, moment, keep=2, resume=number > 0)
        assert (directory / RUN_STATE).exists()

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Interrupted):
        patch.setattr(History, "write", interrupt)
        run(directory, keep=2, resume=True)
    with pytest.raises(Interrupted):
        run(directory, AtStep({second + 1: interrupt}), keep=2, resume=True)
    assert second + 1 == COMPARED

    for name in (*OF_A_KILLED_PROCESS, *OF_SOMEBODY_ELSE):
        (directory / "checkpoints" / name).mkdir()
    recorder = Recorder()
    with pytest.raises(Interrupted):
        run(directory, recorder, AtStep({last: interrupt}, early=True), keep=2, resume=True)
    assert COMPARED in recorder.states
    resume_to_the_end(directory, uninterrupted, recorder, keep=2)
    return directory


def test_run_interrupted_again_and_again_ends_as_one_never_interrupted(resumed, uninterrupted):
    assert_same(arrays(resumed / WEIGHTS), arrays(uninterrupted[0] / WEIGHTS))
    assert without_time(history(resumed)) == without_time(history(uninterrupted[0]))


def test_resumed_run_keeps_what_one_never_interrupted_keeps_and_nothing_that_is_not_its_own(
    resumed, uninterrupted, validated_at
):
    steps = [f"step-{step:08d}" for step in validated_at[-2:]]
    assert sorted(path.name for path in (resumed / "checkpoints").iterdir()) == sorted(
        [*steps, *OF_SOMEBODY_ELSE]
    )
    for name, step in zip(steps, validated_at[-2:], strict=True):
        loaded = arrays(resumed / "checkpoints" / name / WEIGHTS)
        assert_same(loaded, uninterrupted[1].weights[step])


def test_run_interrupted_all_through_its_validation_ends_as_one_never_interrupted(
    uninterrupted, validated_at, tmp_path, monkeypatch
):
    """While it translates, saves the model, writes the curve, and shows the result.

    And after its last validation. The run of the test above is stopped as it writes the table.
    """
    places = [
        (Translator, "stream"),
        (Translator, "save"),
        (EventFile, "write"),
    ]
    for number, place in enumerate(places):
        with monkeypatch.context() as patch, pytest.raises(Interrupted):
            patch.setattr(*place, interrupt)
            run(tmp_path, resume=number > 0)
    for shown in ("epoch", f"    {DEV.source[0]} → "):
        with pytest.raises(Interrupted):
            run(tmp_path, display=Lines(interrupt_at=shown), resume=True)

    recorder = Recorder()
    with pytest.raises(Interrupted):
        run(tmp_path, recorder, AtStep({validated_at[-1]: interrupt}), resume=True)
    assert COMPARED in recorder.states
    resume_to_the_end(tmp_path, uninterrupted, recorder)


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
    options = {**PLAIN, "epochs": 1}
    run(tmp_path / "whole", **options)
    with pytest.raises(Interrupted):
        run(tmp_path / "stopped", AtStep({3: interrupt}), **options)
    run(tmp_path / "stopped", resume=True, **options)
    assert_same(arrays(tmp_path / "stopped" / WEIGHTS), arrays(tmp_path / "whole" / WEIGHTS))


def test_another_seed_begins_with_other_weights_and_the_same_seed_with_the_same(tmp_path):
    begun = {}
    for name, seed in (("first", 5), ("same", 5), ("other", 6)):
        begin = BeginRecorder()
        with pytest.raises(Interrupted):
            run(tmp_path / name, begin, AtStep({0: interrupt}), seed=seed)
        begun[name] = begin.weights
    assert_same(begun["first"], begun["same"])
    names = [name for name, values in begun["first"].items() if values.std() > 0]
    assert names
    for name in names:
        assert not np.array_equal(begun["first"][name], begun["other"][name]), name


class BeginRecorder(AtStep):
    """Keeps the weights as the run begins."""

    def __init__(self):
        super().__init__({0: self.keep})

    def keep(self):
        self.weights = weights_of(self.model)


def test_run_leaves_everything_that_its_directory_should_hold(uninterrupted, validated_at):
    directory, _, lines = uninterrupted
    names = {path.name for path in directory.iterdir()}
    about = {"config.toml", ENVIRONMENT, ANCESTRY, "history.csv", "logs", MANIFEST}
    assert names == {*about, *TOKENIZERS, SHORTLIST, WEIGHTS}
    assert list((directory / "logs").glob("events.out.tfevents.*"))
    rows = history(directory)
    told = "step epoch seconds learning_rate loss perplexity gradient_norm dev_loss bleu chrf2"
    assert list(rows[0]) == told.split()
    assert all(np.isfinite(float(value)) for row in rows for value in row.values())
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"])
    assert validated_at[-1] == max(validated_at)
    assert f"{DEV.source[0]} → " in str(lines)


@pytest.fixture(scope="module")
def repeated(uninterrupted, tmp_path_factory):
    """A run of the configuration that another has stored, with kept models.

    Its directory, what was recorded of it, and how often its step was traced.
    """
    directory = tmp_path_factory.mktemp("repeated")
    recorder = Recorder()
    stored = Configuration.load(uninterrupted[0] / "config.toml").replace(keep=2)
    with counted_steps() as traced:
        options = {"validate_every": EPOCH, "callbacks": [recorder]}
        train(stored, directory, CORPUS, DEV, display=Lines(), **options)
    return directory, recorder, traced


def test_stored_configuration_repeats_the_run(repeated, uninterrupted):
    stored = Configuration.load(uninterrupted[0] / "config.toml")
    again = resolve(stored, CORPUS)
    assert fingerprint(stored, CORPUS, DEV) == fingerprint(again, CORPUS, DEV)
    assert_same(arrays(repeated[0] / WEIGHTS), arrays(uninterrupted[0] / WEIGHTS))
    assert len(repeated[2]) == 1  # for batches of all shapes


def test_attention_is_guided_as_the_run_begins(repeated):
    _, recorder, traced = repeated
    assert "alignment" in traced[0]
    assert recorder.guidance[0] > 0.5 and recorder.guidance[1] > 0 and recorder.guidance[-1] == 0


def test_models_of_the_last_validations_are_kept_whole(repeated, validated_at):
    directory, recorder, _ = repeated
    folders = {f"step-{step:08d}": step for step in validated_at[-2:]}
    assert {path.name for path in (directory / "checkpoints").iterdir()} == set(folders)
    for name, step in folders.items():
        place = directory / "checkpoints" / name
        assert_same(arrays(place / WEIGHTS), recorder.weights[step])
        assert len(Translator.load(place).translate(DEV.source, beam_size=1)) == len(DEV)


@pytest.fixture
def streamed(tmp_path, monkeypatch):
    """The corpus in a file, as a stream of three windows."""
    monkeypatch.setattr(corpus_module, "WINDOW", 50)
    pairs = zip(CORPUS.source, CORPUS.target, strict=True)
    lines = [f"{source}\t{target}\n" for source, target in pairs]
    (tmp_path / "data.tsv").write_text("".join(lines))
    return open_corpus([PairFiles(tmp_path / "data.tsv")])


def test_run_on_a_stream_resumes_exactly(streamed, tmp_path):
    """In its second epoch; `test_batches` holds that its batches go on so from any step."""
    whole = tmp_path / "whole"
    stopped = tmp_path / "stopped"
    lines = Lines()
    options = {**DEEP, "epochs": 2, "corpus": streamed}
    run(whole, display=lines, **options)
    assert "Learning the vocabulary of 50 of 120 sentence pairs." in str(lines)

    with pytest.raises(Interrupted):
        run(stopped, AtStep({EPOCH + 7: interrupt}), **options)
    run(stopped, resume=True, **options)
    assert_same(arrays(stopped / WEIGHTS), arrays(whole / WEIGHTS))
    assert without_time(history(stopped)) == without_time(history(whole))


def test_stream_whose_file_disappears_ends_the_run_as_a_mistake_with_its_checkpoint_kept(
    streamed, tmp_path
):
    gone = AtStep({2: (tmp_path / "data.tsv").unlink})
    with pytest.raises(InputError, match="^Expected a readable .*data.tsv: No such file") as raised:
        run(tmp_path / "model", gone, corpus=streamed, epochs=3)
    assert "\n" not in str(raised.value)
    assert (tmp_path / "model" / RUN_STATE).exists()


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """A run interrupted before its first step."""
    directory = tmp_path_factory.mktemp("stopped")
    with pytest.raises(Interrupted):
        run(directory, AtStep({0: interrupt}))
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


def test_best_validation_decides_which_weights_are_kept(uninterrupted):
    directory, recorder, _ = uninterrupted
    best = max(history(directory), key=lambda row: float(row["bleu"]) + float(row["chrf2"]))
    assert_same(arrays(directory / WEIGHTS), recorder.weights[int(best["step"])])
