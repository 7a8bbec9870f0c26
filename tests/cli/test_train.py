"""`seq2seq train`: what it prints and leaves behind, and everything a user may do wrong."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.cli import TINY, exact_match
from fixtures.commands import (
    REVERSE_OPTIONS,
    contents,
    fails,
    letter_strings,
    process,
    reverse,
    run,
    succeeds,
    write_tsv,
)
from fixtures.runs import interrupt
from seq2seq.data import corpus as corpus_module
from seq2seq.storage.configuration import Configuration

pytest_plugins = ["fixtures.commands", "fixtures.cli"]
pytestmark = pytest.mark.usefixtures("loaded_once")


def test_training_ends_with_a_score_and_what_to_type_next(reverse_run, reverse_model):
    assert re.search(
        r"^epoch +\d+\.\d\d/12  loss \d+\.\d+ +[\d,]+ tokens/s  \d+:\d\d left$",
        reverse_run.stderr,
        re.M,
    )
    assert re.search(r"dev BLEU \d+\.\d  chrF2 \d+\.\d  best so far", reverse_run.stderr)
    assert "dev: 100 sentences, beam 5" in reverse_run.stdout
    assert re.search(r"BLEU +\d+\.\d\d  \(95 %: .*\)  nrefs:1\|", reverse_run.stdout)
    assert f"Translate:  seq2seq translate --model {reverse_model} " in reverse_run.stdout
    assert json.loads((reverse_model / "metrics.json").read_text())["dev"]["bleu"]["signature"]


def test_command_that_training_ends_with_runs(reverse_run, reverse_model):
    command = shlex.split(reverse_run.stdout.strip().splitlines()[-1].removeprefix("Translate:  "))
    assert command[:2] == ["seq2seq", "translate"]
    assert succeeds(*command[1:]).stdout.strip()


CELLS = ["gru", "lstm", "rnn"]


@pytest.mark.slow
@pytest.mark.parametrize("attention", ["luong", "bahdanau"])
@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_with_attention_learns_to_reverse(tmp_path, cell, attention):
    strings = letter_strings(6000, seed=2)
    train = write_tsv(tmp_path / "train.tsv", strings[:5000])
    dev = write_tsv(tmp_path / "dev.tsv", strings[5000:5200])
    options = (
        "--units 128 --embedding-size 64 --dropout 0 --label-smoothing 0 --batch-tokens 512 "
        f"--epochs 20 --learning-rate {1e-3 if cell == 'rnn' else 3e-3}"
    )
    files = (train, "--dev", dev, "--output", tmp_path / "model")
    succeeds("train", *files, "--cell", cell, "--attention", attention, *options.split())
    lines = "".join(text + "\n" for text in strings[5200:])
    result = succeeds("translate", "-", "--model", tmp_path / "model", stdin=lines)
    assert (
        exact_match(result.stdout.splitlines(), [reverse(text) for text in strings[5200:]]) >= 0.99
    )


@pytest.fixture
def unbegun(monkeypatch):
    """`unbegun(*arguments)` is what a training prints that is interrupted before its first step."""

    def train(*arguments):
        monkeypatch.setattr("seq2seq.training.run.fit", interrupt)
        result = run("train", *arguments)
        assert "Interrupted; " in result.stderr, result.stderr
        return result

    return train


def test_lines_that_are_no_pair_are_counted_shown_and_skipped(folder, unbegun):
    result = unbegun("good.tsv", "mixed.tsv", "--dev", "dev.tsv", "--output", "model", *TINY)
    assert "Skipped 4 of 6 lines of mixed.tsv" in result.stderr
    for line in (
        "line 2 (without a TAB): 'no tab'",
        "line 4 (blank)",
        "line 6 (with more than two columns)",
    ):
        assert line in result.stderr


@pytest.mark.parametrize("way", ["file", "stdin"])
def test_corpus_of_more_than_a_window_is_learnt_from_its_file_or_kept_from_standard_input(
    tmp_path, monkeypatch, way
):
    monkeypatch.setattr(corpus_module, "WINDOW", 100)
    path = write_tsv(tmp_path / "data.tsv", letter_strings(250))
    with path.open("a") as file:
        file.write("no tab\n")
    options = (*TINY, "--output", tmp_path / "model")
    corpus, stdin = (path, None) if way == "file" else ("-", path.read_text())
    result = succeeds("train", corpus, *options, stdin=stdin)
    line = "250 sentence pairs: read from the files in windows of 100 every epoch."
    assert (line in result.stderr) == (way == "file")
    assert "Skipped 1 of 251 lines" in result.stderr
    assert "dev: 12 sentences" in result.stdout


def test_paths_are_stored_whole(folder, unbegun):
    unbegun("good.tsv", "--dev", "dev.tsv", "--output", "model", *TINY)
    stored = Configuration.load(folder / "model" / "config.toml").corpus
    assert stored.corpus == (str(folder / "good.tsv"),)
    assert stored.dev == str(folder / "dev.tsv")


def test_training_mixes_real_and_synthetic_pairs(translate, folder, unbegun):
    (folder / "mono.txt").write_text("".join(text + "\n" for text in letter_strings(40, seed=44)))
    translate(
        "--input", "mono.txt", "--output", "back.tsv", "--format", "tsv-reversed", "--tag", "<BT>"
    )
    result = unbegun("good.tsv", "back.tsv", "--dev", "dev.tsv", "--output", "model", *TINY)
    assert (
        "Learning the vocabulary of 100 sentence pairs." in result.stderr
        and "Skipped" not in result.stderr
    )


@pytest.mark.parametrize(
    "precision",
    [
        pytest.param("float32", marks=pytest.mark.slow),
        pytest.param("bfloat16", marks=pytest.mark.slow),
        "bfloat16 for good",  # the one where a process cannot compute in float32 any more
    ],
)
def test_scores_of_a_run_are_those_of_a_process_that_never_rounded(folder, monkeypatch, precision):
    precision, *for_good = precision.split(maxsplit=1)
    (folder / "dev.en").write_text("b c d\ne\tf g\nh i\n")
    (folder / "dev.ko").write_text("d c b\ng f\te\ni h\n")
    command = ("train", "good.tsv", *dev_files("--dev-"), "--output", "m", *TINY)
    with monkeypatch.context() as patch:
        if for_good:  # as with AMX; then nothing may be scored here
            patch.setattr("seq2seq.model.precision.rounds_for_good", lambda name: True)
            patch.setattr("seq2seq.evaluation.evaluation.evaluate_translator", None)
        result = succeeds(*command, "--precision", precision)

    kept = json.loads((folder / "m" / "metrics.json").read_text())["dev"]
    evaluate = succeeds if for_good else process  # this process has not scored it yet
    scored = evaluate("evaluate", *dev_files("--"), "--model", "m", "--json").stdout
    found = json.loads(scored)["results"]["corpus"]
    for name in ("sentences", "bleu", "chrf2", "ter", "warnings"):
        assert kept[name] == found[name], name
    assert kept["chrf2"]["value"] > 0
    assert "dev: 3 sentences" in result.stdout
    assert re.search(rf"chrF2 +{kept['chrf2']['value']:.2f} ", result.stdout)


def dev_files(prefix):
    return f"{prefix}source", "dev.en", f"{prefix}target", "dev.ko"


BAD_TRAINING = [
    (["missing.tsv"], "missing.tsv: No such file or directory"),
    (["directory"], "directory: Is a directory"),
    (["empty.tsv"], "Received: an empty file"),
    (["blank.tsv"], "blank"),
    (["no-tab.tsv"], "none with a TAB"),
    (["three.tsv"], "2 with more than two columns"),
    (["latin.tsv"], "Expected UTF-8 text. Received: latin.tsv, line 2"),
    (["utf16.tsv"], "It is UTF-16"),
    (["cut.gz"], "Expected a complete gzip file"),
    (["good.tsv", "missing.tsv"], "missing.tsv"),
    (["good.tsv", "--dev", "missing.tsv"], "missing.tsv"),
    (["good.tsv", "--dev", "directory"], "Is a directory"),
    (["good.tsv", "--dev", "empty.tsv"], "an empty file"),
    (["mixed.tsv", "--strict"], "1 without a TAB"),
    (["--source", "one.txt", "--target", "two.txt"], "the same number of lines"),
    (["--source", "one.txt", "--target", "missing.txt"], "missing.txt"),
    (["--source", "one.txt", "--target", "one.txt"], "Give more pairs, or --dev"),
    (["good.tsv", "--config", "missing.toml"], "Expected a TOML file of training options"),
    (["good.tsv", "--config", "directory"], "Expected a TOML file of training options"),
    (["good.tsv", "--config", "broken.toml"], "Expected a TOML file of training options"),
    (["good.tsv", "--config", "unknown.toml"], "Received: 'size'"),
    (["good.tsv", "--config", "type.toml"], "Expected units"),
    (
        ["good.tsv", "--config", "range.toml"],
        "Expected cell to be one of gru, lstm, rnn. Received: 'quantum'",
    ),
    (["good.tsv", "--units", "7"], "Expected an even number of units"),
    (
        ["good.tsv", "--learning-rate", "nan"],
        "Expected learning-rate to be a number above 0. Received: nan",
    ),
    (
        ["good.tsv", "--time-limit", "inf"],
        "Expected time-limit to be a number above 0. Received: inf",
    ),
    (["good.tsv", "--vocabulary-size", "8"], "Use a larger --vocabulary-size"),
    (["--resume"], "Expected a model directory. Received: model"),
]


@pytest.mark.parametrize(
    ("arguments", "message"), BAD_TRAINING, ids=[" ".join(row[0]) for row in BAD_TRAINING]
)
def test_training_on_what_cannot_be_used_is_one_line(folder, arguments, message):
    assert message in fails("train", *arguments, "--output", "model")
    assert not (folder / "model").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["missing.tsv"],
        ["good.tsv", "missing.tsv"],
        ["--source", "one.txt", "--target", "missing.tsv"],
    ],
    ids=" ".join,
)
def test_missing_file_is_told_before_a_missing_output(folder, arguments):
    message = fails("train", *arguments)
    assert "missing.tsv: No such file or directory" in message and "--output" not in message


def test_directory_with_something_else_is_refused_for_a_model(folder):
    (folder / "directory" / "thesis.txt").write_text("text")
    before = contents(folder)
    for place in ("directory", "good.tsv"):
        assert "Expected an empty or new directory" in fails(
            "train", "good.tsv", "--output", place, *TINY
        )
    assert contents(folder) == before


def test_diverging_run_is_one_line(folder):
    message = fails("train", "good.tsv", "--output", "model", "--learning-rate", "1e38", *TINY)
    assert "Expected a finite loss" in message and "smaller --learning-rate" in message


@pytest.mark.skipif(
    not Path("/dev/full").exists() or os.geteuid() != 0, reason="needs to mount a file system"
)
def test_training_onto_a_full_disk_is_one_line(folder):
    disk = folder / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", disk]).returncode:
        pytest.skip("needs to mount a file system")
    large = ("--units", 64, "--cell", "lstm")
    try:
        message = fails("train", "good.tsv", "--output", "disk/model", *TINY, *large)
        assert "No space left on device. Free some space." in message
        assert not list(disk.rglob(".*")), "a temporary file is left"
    finally:
        subprocess.run(["umount", disk], check=True)


def heed_ctrl_c():
    """What a shell has put into the background ignores it, and so does what that starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_keeps_the_checkpoint_and_names_the_command_that_continues(folder):
    write_tsv(folder / "many.tsv", letter_strings(600, seed=43))
    files = ["many.tsv", "--dev", "dev.tsv", "--output", "my model"]
    options = [*REVERSE_OPTIONS, *TINY, "--epochs", "12", "--batch-tokens", "512"]
    command = [sys.executable, "-m", "seq2seq", "train", *files, *options]
    pipes = {
        "stderr": subprocess.PIPE,
        "stdout": subprocess.PIPE,
        "text": True,
        "encoding": "utf-8",
    }
    child = subprocess.Popen(command, preexec_fn=heed_ctrl_c, **pipes)
    lines = []
    for line in child.stderr:
        lines.append(line)
        if line.startswith("epoch"):
            child.send_signal(signal.SIGINT)
            break
    output, rest = child.communicate(timeout=120)
    stderr = "".join(lines) + rest
    assert child.returncode == 1, stderr
    assert "Traceback" not in stderr and output == ""
    command = stderr.strip().splitlines()[-1].partition("To continue: ")[2]
    assert command == "seq2seq train --resume --output 'my model'"
    assert (folder / "my model" / "resume.npz").exists()
    assert "Received another --cell" in fails(
        "train", "--resume", "--output", "my model", "--cell", "gru"
    )
    assert "Received another --deterministic" in fails(
        "train", "--resume", "--output", "my model", "--deterministic"
    )
    assert "Received another CORPUS.tsv" in fails(
        "train", "another.tsv", "--resume", "--output", "my model"
    )
    result = succeeds(*shlex.split(command)[1:])
    assert "Resuming at step " in result.stderr and "Translate:" in result.stdout
    assert not (folder / "my model" / "resume.npz").exists()
    assert "my model, which has ended" in fails("train", "--resume", "--output", "my model")
