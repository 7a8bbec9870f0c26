"""`seq2seq translate --shards`: joined shards are what the plain command writes, byte for byte."""

import gzip
import os
import re
import subprocess
import sys
import time

import pytest

from fixtures.commands import fails, letter_strings, run, succeeds

pytest_plugins = ["fixtures.commands", "fixtures.cli"]
pytestmark = pytest.mark.usefixtures("loaded_once")

FAST = ("--beam-size", 1, "--batch-size", 2)  # windows of 128 lines
WAYS = {
    "text": "--beam-size 1 --batch-size 2",
    "several translations with scores": "--format jsonl --beam-size 3 --n-best 2 --batch-size 2",
    "a corpus": "--format tsv-reversed --tag <b> --beam-size 1 --batch-size 2",
    "random draws": "--temperature 1 --n-best 2 --seed 3 --batch-size 2",
    "one batch for each text": "--beam-size 1 --batch-size 1 --no-split-sentences",
}


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    """The current directory, with 260 lines in two files; some have several sentences."""
    monkeypatch.chdir(tmp_path)
    lines = letter_strings(260, longest=5, seed=7)
    lines[5] = ""
    lines[40] = "b c. D e f. G h."
    lines[130] = "한국 b"
    (tmp_path / "a.txt").write_text("".join(f"{line}\n" for line in lines[:200]))
    (tmp_path / "b.gz").write_bytes(gzip.compress("\r\n".join(lines[200:]).encode()))
    (tmp_path / "taken").touch()
    return tmp_path


@pytest.fixture(scope="module")
def command(reverse_model):
    return ("translate", "--model", reverse_model, "--input", "a.txt", "--input", "b.gz")


@pytest.fixture
def sharded(command):
    return (*command, *FAST, "--output", "parts", "--shards", 3)


@pytest.mark.parametrize("options", WAYS.values(), ids=WAYS)
def test_joined_shards_are_what_the_plain_command_writes(corpus, command, options):
    options = options.split()
    shards = ("--output", "parts", "--shards", 2)
    succeeds(*command, *options, "--output", "plain")
    succeeds(*command, *options, *shards)
    succeeds(*command, *options, *shards, "--merge", "joined")
    assert (corpus / "joined").read_bytes() == (corpus / "plain").read_bytes() != b""


def test_single_shards_in_any_order_resume_and_join(corpus, sharded):
    for shard in (2, 0):
        assert f"Shard {shard} of 3: " in succeeds(*sharded, "--shard", shard).stderr
    line = fails(*sharded, "--merge", "joined.txt")
    assert "Received: 2, without 1. Run the same command without --merge" in line

    said = succeeds(*sharded).stderr
    assert re.findall(r"Shard (\d) of 3: (there already|\d+ lines)", said) == [
        ("0", "there already"),
        ("1", "128 lines"),
        ("2", "there already"),
    ]
    assert "All 3 shards are there." in said
    assert "Joined 3 shards of 260 lines" in succeeds(*sharded, "--merge", "joined.txt").stderr


def test_notices_name_the_lines_of_the_whole_input(corpus, sharded):
    assert "Line 131: copied what the model cannot read" in succeeds(*sharded).stderr


def test_shards_of_another_model_or_of_other_options_are_refused(corpus, sharded, untrained):
    succeeds(*sharded, "--shard", 0)
    other = [*sharded, "--model", untrained(1)]
    other = [part for place, part in enumerate(other) if place not in (1, 2)]
    for more in ((), ("--merge", "joined.txt"), ("--shard", 0)):
        assert "which another model made. Give another --output" in fails(*other, *more)
        line = fails(*sharded, "--prefix", "c", *more)
        assert "which was made with other options: prefix . Give another --output" in line
    assert not (corpus / "joined.txt").exists()


def test_a_glossary_belongs_to_the_options(corpus, sharded):
    (corpus / "terms.tsv").write_text("b\tB\n")
    succeeds(*sharded, "--shard", 0)
    assert "other options: glossary_sha256 None" in fails(*sharded, "--glossary", "terms.tsv")


def test_shards_of_a_tflite_model_join_to_what_it_writes_plainly(corpus, exported_tflite):
    command = ("translate", "--model", exported_tflite, "--input", "b.gz", "--beam-size", 1)
    shards = ("--output", "parts", "--shards", 2)
    succeeds(*command, "--output", "plain")
    succeeds(*command, *shards)
    succeeds(*command, *shards, "--merge", "joined")
    assert (corpus / "joined").read_bytes() == (corpus / "plain").read_bytes() != b""


WRONG = {
    "no folder": ("--shards 2", "Expected --output FOLDER, for the shards. Received: none."),
    "a file": ("--shards 2 --output taken", "Expected --output FOLDER"),
    "no number of shards": ("--shard 1 --output parts", "Expected --shard with --shards N."),
    "merge alone": ("--merge joined --output parts", "Expected --merge with --shards N."),
    "shard beyond": ("--shards 2 --shard 2 --output parts", "Expected --shard to be 0 to 1"),
    "two things": (
        "--shards 2 --shard 1 --merge joined --output parts",
        "Expected one of --shard, --merge, --runner. Received: --shard and --merge.",
    ),
    "an input replaced": (
        "--shards 2 --output parts --merge b.gz",
        "Expected --output to be another file than --input.",
    ),
    "options of no runner": (
        "--shards 2 --output parts --runner-option a=b",
        "Expected --runner-option with --runner.",
    ),
    "runner alone": ("--runner direct --output parts", "Expected --runner with --shards N."),
    "merge to standard output": ("--shards 2 --merge - --output parts", "Expected --merge FILE."),
    "a column": ("--shards 2 --output parts --column 1", "Expected --column with --input FILE"),
}


@pytest.mark.parametrize("options, message", WRONG.values(), ids=WRONG)
def test_options_that_do_not_go_together_are_refused(corpus, command, options, message):
    result = run(*command, *options.split())
    assert result.exit_code == 2 and message in result.stderr, result.stderr
    assert not (corpus / "parts").exists()


def test_documents_folders_and_standard_input_are_refused(corpus, reverse_model):
    (corpus / "film.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nb c\n")
    (corpus / "folder").mkdir()
    shards = ("--output", "parts", "--shards", 2, "--model", reverse_model)
    for name in ("film.srt", "folder"):
        line = fails("translate", "--input", name, *shards, code=2)
        assert f"Expected files of lines with --shards. Received: {name}." in line
        line = fails("translate", "--input", "a.txt", "--input", name, code=2)
        assert f"Expected files of lines with several --input. Received: {name}." in line
    assert "Expected --input FILE with --shards." in fails("translate", "b c", *shards, code=2)
    assert "Received: standard input." in fails("translate", "--input", "-", *shards, stdin="b\n")


def test_runner_without_its_packages_is_refused_by_the_name_of_the_extra(
    corpus, sharded, monkeypatch
):
    monkeypatch.setitem(sys.modules, "apache_beam", None)
    monkeypatch.delitem(sys.modules, "seq2seq.shards.pipeline", raising=False)
    line = fails(*sharded, "--runner", "direct")
    assert 'Expected the packages of the extra "beam".' in line
    assert 'Run pip install "seq2seq[beam]".' in line


@pytest.mark.slow
def test_one_of_four_processes_is_killed_amid_100_000_lines(tmp_path, reverse_model):
    strings = letter_strings(5000, longest=6, seed=8)
    (tmp_path / "in.txt").write_text("".join(f"{line}\n" for line in strings * 20))
    common = ("translate", "--model", reverse_model, "--input", tmp_path / "in.txt")
    common = (*common, "--beam-size", 1)
    shards = (*common, "--output", tmp_path / "parts", "--shards", 12)
    program = [sys.executable, "-m", "seq2seq", *map(str, shards)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    workers = [
        subprocess.Popen(program, stderr=subprocess.PIPE, text=True, env=environment)
        for _ in range(4)
    ]
    said = [workers[0].stderr.readline()]  # it has done a shard, and is at the next
    time.sleep(1)
    workers[0].kill()
    said += [line for each in workers for line in each.communicate()[1].splitlines()]
    assert [each.returncode for each in workers] == [-9, 0, 0, 0]

    said += succeeds(*shards).stderr.splitlines()
    done = [int(number) for number in re.findall(r"Shard (\d+) of 12: \d", "\n".join(said))]
    assert sorted(done) == list(range(12))

    succeeds(*shards, "--merge", tmp_path / "joined.txt")
    succeeds(*common, "--output", tmp_path / "plain.txt")
    assert (tmp_path / "joined.txt").read_bytes() == (tmp_path / "plain.txt").read_bytes()
