"""`seq2seq help`, `seq2seq version` and `seq2seq completion`."""

import shutil
import subprocess
import sys
from importlib import metadata

import pytest

from fixtures.commands import run, succeeds
from seq2seq.cli import main


def shown(*words):
    result = run(*words)
    assert result.exit_code == 0, result.stderr
    return result.output


@pytest.mark.parametrize("name", sorted(main.commands))
def test_help_of_a_command_is_its_help_option(name):
    assert shown("help", name) == shown(name, "--help") == shown(name, "-h")


def test_help_alone_is_the_help_option():
    assert shown("help") == shown("--help")
    assert "seq2seq completion" not in shown("help") and "completion" in shown("help")


def test_version_is_the_version_option():
    version = metadata.version("seq2seq")
    assert succeeds("version").output == f"seq2seq {version}\n"
    assert succeeds("--version").output.endswith(f" {version}\n")


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_completion_prints_a_script_for_the_shell(shell):
    script = succeeds("completion", shell).stdout
    assert "_SEQ2SEQ_COMPLETE" in script and f"{shell}_complete" in script


needs_bash = pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")


@pytest.fixture
def completed(tmp_path):
    """`completed("seq2seq", "tr")` is what bash offers when Tab is pressed after these words."""
    program = tmp_path / "seq2seq"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m seq2seq "$@"\n')
    program.chmod(0o755)

    def complete(*words):
        script = (
            f'PATH="{tmp_path}:$PATH"\neval "$(seq2seq completion bash)"\n'
            'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))\n'
            "_seq2seq_completion seq2seq 2>/dev/null\n"
            'printf "%s\\n" "${COMPREPLY[@]}"\n'
        )
        command = ["bash", "-c", script, "bash", *words]
        result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        return result.stdout.split()

    return complete


@needs_bash
def test_bash_completes_commands_options_and_choices(completed):
    assert completed("seq2seq", "tr") == ["train", "translate"]
    assert "--learning-rate" in completed("seq2seq", "train", "--l")
    assert completed("seq2seq", "train", "--cell", "l") == ["lstm"]
    assert completed("seq2seq", "completion", "") == ["bash", "zsh", "fish"]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("train --output", "dir"),
        ("translate --model", "dir"),
        ("translate --input", "file"),
        ("score", "file"),
    ],
)
def test_names_of_files_and_directories_are_left_to_the_shell(words, kind):
    command, *option = words.split()
    parameters = main.commands[command].params
    wanted = [each for each in parameters if option and option[0] in each.opts] or parameters[:1]
    with main.make_context("seq2seq", [], resilient_parsing=True) as context:
        items = wanted[0].shell_complete(context, "")
    assert [item.type for item in items] == [kind]
