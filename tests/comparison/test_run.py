"""A comparison through its command: what it holds, and that it goes on wherever it was stopped."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

import seq2seq
from fixtures.commands import contents, fails, letter_strings, run, succeeds, write_tsv
from seq2seq.comparison import run as comparison_run
from seq2seq.comparison import worker
from seq2seq.errors import InputError
from seq2seq.storage.lock import locked

OPTIONS = (
    "--units 8 --embedding-size 6 --encoder-layers 1 --decoder-layers 1 --no-bidirectional "
    "--vocabulary-size 42 --batch-tokens 64 --precision float32 --separate-vocabularies --steps 6"
).split()
STEPS = OPTIONS[-1]
ONE = ("--cells", "rnn", "--attention", "none")
TWO = ("--cells", "rnn", "--attention", "none,luong")
NAME = "rnn-none"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The arguments of the files: training pairs, dev pairs, test pairs."""
    folder = tmp_path_factory.mktemp("files")
    strings = letter_strings(144, longest=7, seed=3)
    train = write_tsv(folder / "train.tsv", strings[:120])
    dev = write_tsv(folder / "dev.tsv", strings[120:132])
    test = write_tsv(folder / "test.tsv", strings[132:])
    return (train, "--dev", dev, "--test", test)


@pytest.fixture
def here(monkeypatch):
    """The work is done in this process, which is quicker; what was done is in the list."""
    done = []

    def work(plan, combination, part):
        done.append((str(combination), part))
        return worker.work(plan, combination, part)

    monkeypatch.setattr(comparison_run, "run_part", work)
    return done


@pytest.fixture(scope="module")
def whole(files, tmp_path_factory):
    """The directory of a comparison that nothing has stopped, and what its command printed."""
    directory = tmp_path_factory.mktemp("whole") / "comparison"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparison_run, "run_part", worker.work)
        return directory, succeeds("compare", *files, *ONE, *OPTIONS, "--output", directory)


def numbers(directory):
    """What was measured on the model, but for times."""
    record = json.loads((directory / f"{NAME}.json").read_text(encoding="utf-8"))
    del record["training"]["minutes"], record["training"]["tokens_per_second"]
    return record


def test_scores_are_those_that_evaluate_gives(whole, files):
    directory, _ = whole
    printed = succeeds("evaluate", files[-1], "--model", directory / NAME, "--json").stdout
    expected = json.loads(printed)["results"]["corpus"]
    found = numbers(directory)["scores"]
    assert found == {metric: expected[metric] for metric in ("bleu", "chrf2", "ter")}


def test_table_and_report_have_the_scores_and_the_steps(whole):
    directory, result = whole
    record = json.loads((directory / f"{NAME}.json").read_text(encoding="utf-8"))
    (line,) = [line for line in result.stdout.splitlines() if line.startswith(f"{NAME} ")]
    chrf2 = f"{record['scores']['chrf2']['value']:.2f}"
    assert chrf2 in line and f" {STEPS} " in line
    for name in ("report.md", "report.html"):
        assert chrf2 in (directory / name).read_text(encoding="utf-8")


def test_what_is_measured_is_not_done_again(whole, files, here):
    directory, first = whole
    before = contents(directory)
    second = succeeds("compare", *files, *ONE, *OPTIONS, "--output", directory)
    assert here == []
    assert second.stdout == first.stdout
    assert contents(directory) == before


def test_python_finds_what_the_command_has_measured(whole, files, here):
    train, _, dev, _, test = files
    comparison = seq2seq.compare(
        train,
        dev=dev,
        test=test,
        output=whole[0],
        cells=["rnn"],
        attention=["none"],
        steps=6,
        vocabulary_size=42,
        batch_tokens=64,
        precision="float32",
        bidirectional=False,
        shared_vocabulary=False,
        units=8,
        embedding_size=6,
        encoder_layers=1,
        decoder_layers=1,
    )
    assert here == []
    assert f"{comparison}\n" == whole[1].stdout
    assert str(comparison.best.combination) == NAME


@pytest.mark.parametrize("pairs", [[("a", "b")], [], None, 3])
def test_python_refuses_pairs_that_are_in_no_file(tmp_path, pairs):
    with pytest.raises(InputError, match="Expected files of pairs, which each model's process"):
        seq2seq.compare(pairs, output=tmp_path / "new", steps=5)


def test_interrupted_comparison_says_how_it_goes_on(files, tmp_path, monkeypatch):
    monkeypatch.setattr(comparison_run, "run_part", lambda *_: worker.INTERRUPTED)
    result = run("compare", *files, *TWO, *OPTIONS, "--output", tmp_path)
    assert result.exit_code == 1
    assert result.stderr.endswith("To continue: the same command.\n")
    assert os.listdir(tmp_path) == ["comparison.json"]


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs processes on one core")
def test_killed_comparison_leaves_no_process_and_goes_on(whole, files, here, tmp_path):
    directory = tmp_path / "comparison"
    command = ("compare", *files, *ONE, *OPTIONS)
    command = [*map(str, command), "--output", str(directory)]
    process = subprocess.Popen([sys.executable, "-m", "seq2seq", *command])
    # On one core a batch is computed whole, as here.
    os.sched_setaffinity(process.pid, {min(os.sched_getaffinity(0))})
    state = directory / NAME / "resume.npz"
    while not state.exists():
        assert process.poll() is None
        time.sleep(0.05)
    process.kill()
    assert process.wait() == -signal.SIGKILL

    wait_until_free(directory / NAME)
    succeeds(*command)
    assert here[-1] == (NAME, "measure")
    assert numbers(directory) == numbers(whole[0])


def wait_until_free(place):
    """Waits until the process that works there has ended."""
    lock = place.with_name(f".{place.name}.lock")
    until = time.monotonic() + 60
    while lock.exists():
        assert time.monotonic() < until, "its process goes on"
        time.sleep(0.05)
    with locked(place, "the test"):
        pass


def test_failing_model_does_not_lose_the_others(whole, files, tmp_path, monkeypatch):
    directory = tmp_path / "comparison"
    shutil.copytree(whole[0], directory)
    monkeypatch.setattr(comparison_run, "run_part", lambda *_: -signal.SIGKILL)

    line = fails("compare", *files, *TWO, *OPTIONS, "--output", directory)
    assert "Expected 2 models. Received: 1; failed: rnn-luong." in line
    report = json.loads((directory / "report.json").read_text(encoding="utf-8"))
    assert list(report["models"]) == [NAME]
    assert "SIGKILL" in report["failures"]["rnn-luong"]


def test_failure_of_the_work_is_kept_with_its_reason(whole, files, here, tmp_path, monkeypatch):
    def fail(plan, combination):
        raise InputError("too\nlarge")

    monkeypatch.setitem(worker.PARTS, "train", fail)
    line = fails("compare", *files, *TWO, *OPTIONS, "--output", tmp_path / "new")
    assert "Received: 2 that failed. too large" in line
    assert [part for _, part in here] == ["train", "train"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (("--units", 10), "Received: another --units. Give the same, or another --output."),
        (("--seed", 3, "--steps", 7), "Received: another --seed, --steps."),
    ],
)
def test_comparison_of_other_settings_is_refused(whole, files, changes, message):
    before = contents(whole[0])
    command = ("compare", *files, *TWO, *OPTIONS, *changes, "--output", whole[0])
    assert message in fails(*command)
    assert contents(whole[0]) == before


def test_other_pairs_in_the_same_files_are_refused(whole, files):
    test = files[-1]
    text = test.read_text()
    try:
        test.write_text(text.replace("a", "b"))
        line = fails("compare", *files, *TWO, *OPTIONS, "--output", whole[0])
    finally:
        test.write_text(text)
    assert "Received: another content of the files." in line


def test_directory_of_something_else_is_refused(files, tmp_path):
    (tmp_path / "letter.txt").write_text("dear reader")
    line = fails("compare", *files, *TWO, *OPTIONS, "--output", tmp_path)
    assert "Expected an empty or new directory for the comparison." in line
    assert os.listdir(tmp_path) == ["letter.txt"]


def test_damaged_settings_are_refused(files, tmp_path):
    (tmp_path / "comparison.json").write_text("[1")
    line = fails("compare", *files, *TWO, *OPTIONS, "--output", tmp_path)
    assert "comparison.json, which is damaged" in line


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        (("--cells", "rnn,transformer"), "Expected some of gru, lstm, rnn, with commas", 2),
        (("--attention", "dot"), "Expected some of none, luong, bahdanau", 2),
        (("--attention", ""), "Received: ''", 2),
        (("--cells", "gru,rnn,gru"), "Expected every cell once. Received: gru twice.", 2),
        (("--time-limit", "2"), "Received: --steps and --time-limit. Leave one of them out.", 1),
        (("--test", "nowhere.tsv"), "nowhere.tsv", 1),
    ],
)
def test_what_cannot_be_compared_is_one_line(files, tmp_path, arguments, message, code):
    directory = tmp_path / "new"
    line = fails("compare", files[0], *OPTIONS, "--output", directory, *arguments, code=code)
    assert message in line
    assert not directory.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--steps", 5), "Expected a corpus to learn: CORPUS.tsv, or --source and --target."),
        (("--steps", 5, "-"), "Received: standard input. Write it to a file first."),
        (("nowhere.tsv", "--steps", 5), "nowhere.tsv"),
        (("nowhere.tsv",), "Give --time-limit MINUTES or --steps N."),
    ],
)
def test_no_corpus_or_no_budget_is_one_line(tmp_path, arguments, message):
    assert message in fails("compare", *arguments, "--output", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_comparison_without_matplotlib_is_refused_before_it_trains(files, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    line = fails("compare", *files, *OPTIONS, "--output", tmp_path / "new")
    assert line.endswith('Run pip install "seq2seq[explain]".')
