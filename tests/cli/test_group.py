"""The command line as a whole: how fast it answers, and what it says to a wrong one."""

import errno
import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from fixtures.commands import contents, process, run
from seq2seq.cli import main
from seq2seq.cli.group import CommandGroup

pytest_plugins = ["fixtures.commands", "fixtures.cli"]
pytestmark = pytest.mark.usefixtures("loaded_once")


def test_help_of_every_command_works_and_loads_no_tensorflow():
    script = """
import sys
from click.testing import CliRunner
from seq2seq.cli import main
for arguments in ([], *([name] for name in main.commands)):
    for option in ("--help", "-h"):
        result = CliRunner().invoke(main, [*arguments, option])
        assert result.exit_code == 0 and "Usage:" in result.output, arguments
assert CliRunner().invoke(main, ["--version"], prog_name="seq2seq").output.startswith("seq2seq ")
heavy = ("tensorflow", "keras", "tensorflow_text", "sacrebleu", "numpy")
print([name for name in heavy if name in sys.modules])
"""
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert result.stdout == "[]\n", result.stderr


def test_wrong_paths_are_refused_before_tensorflow_is_loaded(tmp_path):
    script = """
import sys
from click.testing import CliRunner
from seq2seq.cli import main
for line in ("train missing.tsv --output m", "translate --model missing 1"):
    arguments = line.split()
    assert CliRunner().invoke(main, arguments).exit_code == 1
print("tensorflow" in sys.modules)
"""
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path
    )
    assert result.stdout == "False\n", result.stderr


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_option_is_explained(name):
    assert all(
        parameter.help
        for parameter in main.commands[name].params
        if parameter.param_type_name == "option"
    )


def test_python_m_is_the_command_line():
    result = process("--version")
    assert result.returncode == 0 and result.stdout.startswith("seq2seq ")


BAD_USAGE = [
    (["train", "good.tsv"], "Expected --output DIR"),
    (["train", "--config", "type.toml"], "Expected --output DIR"),
    (
        ["train", "--source", "one.txt", "--output", "model"],
        "Expected as many --source as --target files",
    ),
    (
        ["train", "good.tsv", "--dev-source", "one.txt", "--output", "model"],
        "--dev-source and --dev-target together",
    ),
    (["train", "good.tsv", "--cell", "quantum", "--output", "model"], "'--cell'"),
    (["train", "good.tsv", "--units", "0", "--output", "model"], "'--units'"),
    (["train", "good.tsv", "--dropout", "1", "--output", "model"], "'--dropout'"),
    (
        ["train", "--resume", "--config", "type.toml", "--output", "model"],
        "--resume without --config",
    ),
    (["train", "--colour", "red"], "No such option"),
    (["translate", "1", "--input", "one.txt", "--model", "model"], "Expected TEXT or --input FILE"),
    (["translate", "1", "--beam-size", "0"], "'--beam-size'"),
    (
        ["translate", "--input", "one.txt", "--output", "./one.txt"],
        "Received: ./one.txt, which is one.txt",
    ),
    (
        ["translate", "1", "--tag", "<BT>", "--model", "model"],
        "--format tsv or tsv-reversed. Received: '<BT>'",
    ),
    (
        ["translate", "1", "--tag", "a\tb", "--format", "tsv", "--model", "model"],
        "Expected --tag to be a word",
    ),
    (
        ["translate", "1", "--tag", " ", "--format", "tsv", "--model", "model"],
        "Expected --tag to be a word",
    ),
    (["export"], "Missing argument"),
    (["learn"], "No such command"),
]


@pytest.mark.parametrize(
    ("arguments", "message"), BAD_USAGE, ids=[" ".join(row[0]) for row in BAD_USAGE]
)
def test_wrong_usage_is_one_line_and_exit_code_2(folder, arguments, message):
    before = contents(folder)
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr.count("Error: ") == 1 and "Traceback" not in result.stderr
    assert message in " ".join(result.stderr.split())
    assert contents(folder) == before


def test_missing_permission_is_one_line():
    @click.group(cls=CommandGroup)
    def group():
        """A group."""

    @group.command()
    def fail():
        """Fails."""
        raise PermissionError(errno.EACCES, "Permission denied", "secret/config.toml")

    result = CliRunner().invoke(group, ["fail"])
    assert result.exit_code == 1
    assert "allowed to use secret/config.toml. Received: Permission denied." in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--help"], ["help"], ["train", "--help"]])
def test_help_that_cannot_be_written_is_one_line(arguments):
    command = [sys.executable, "-m", "seq2seq", *arguments]
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(command, env=environment, capture_output=True)
    assert done.returncode in (0, 1) and b"Traceback" not in done.stderr
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1 and b"Free some space" in done.stderr
    assert b"Traceback" not in done.stderr
