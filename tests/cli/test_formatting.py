"""The help of every command, as a stranger reads it, on terminals of several widths."""

import re
import shlex

import click
import pytest
from click.testing import CliRunner

from fixtures.readme import parse
from seq2seq.cli import main
from seq2seq.cli.command import Command, argument, option_group
from seq2seq.cli.train_options import in_words

COMMANDS = sorted(main.commands)


@pytest.fixture
def page(monkeypatch, capsys):
    """`page(name="", columns=80)` is the help of a command on a terminal of so many columns.

    click's own runner of tests would print it for 80 always.
    """

    def page(name="", *, columns=80):
        monkeypatch.setenv("COLUMNS", str(columns))
        main([*name.split(), "--help"], prog_name="seq2seq", standalone_mode=False)
        return capsys.readouterr().out

    return page


def headings(text):
    return re.findall(r"^(\w.*):$", text, re.MULTILINE)


@pytest.mark.parametrize("columns", [80, 100, 120])
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_fits_the_terminal(page, name, columns):
    text = page(name, columns=columns)
    assert max(map(len, text.splitlines())) <= columns


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_has_the_same_words_on_every_terminal(page, name):
    """No name is cut at a hyphen where a line ends."""
    words = sorted(page(name, columns=100).split())
    for columns in range(60, 100, 4):
        assert sorted(page(name, columns=columns).split()) == words, columns


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_is_plain_text(page, name):
    text = page(name)
    assert "\x1b" not in text and "\u00a0" not in text
    assert not set(text) & set("│─╭╮╰╯")


def test_help_of_train_has_the_groups_in_order(page):
    expected = ["Arguments", "Data", "Model", "Training", "Output", "Other options", "Examples"]
    assert headings(page("train")) == expected


@pytest.mark.parametrize("name", COMMANDS)
def test_no_two_options_of_a_command_are_explained_alike(name):
    context = click.Context(main.commands[name])
    records = [parameter.get_help_record(context) for parameter in main.commands[name].params]
    explanations = [text.partition(" [default")[0] for text in (r[1] for r in records if r)]
    assert len(set(explanations)) == len(explanations)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_names_values_in_words(page, name):
    text = page(name)
    assert not re.search(r"INTEGER|FLOAT|RANGE|x>|<x|\d/\d", text)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((0.1, 0.1, 0.1, 0.1), "0.1"),
        ((0.3, 0.3, 0.3, 0.2), "0.3; large 0.2"),
        ((0.33, 0.0, 0.0, 0.0), "0; tiny 0.33"),
        ((512, 1024, 1024, 8192), "1,024; tiny 512, large 8,192"),
        ((60, 30, 16, 10), "tiny 60, small 30, base 16, large 10"),
    ],
)
def test_default_of_presets_is_said_in_words(values, words):
    assert in_words(dict(zip(("tiny", "small", "base", "large"), values, strict=True))) == words


@pytest.mark.parametrize("command", [main, *main.commands.values()], ids=lambda it: it.name)
def test_every_example_is_a_command_that_parses(command):
    for line, _ in command.examples:
        words = shlex.split(line.rpartition("|")[2].partition(">")[0])
        assert words[0] == "seq2seq"
        parse(words[1:])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_argument_is_explained(page, name):
    text = page(name)
    for parameter in main.commands[name].params:
        if isinstance(parameter, click.Argument):
            assert f"\n  {parameter.shown()} " in text


def test_option_wider_than_its_column_stands_on_a_line_alone():
    option = option_group("Things")

    @click.command(cls=Command)
    @argument("thing", explanation="A thing.", required=False)
    @option("--a-name-that-is-much-too-long", metavar="SOMETHING", help="First.")
    @option("--short", default=1.0, show_default=True, metavar="X", help="Second.")
    def command(**options):
        """Do."""

    lines = CliRunner().invoke(command, ["--help"]).output.splitlines()
    row = lines.index("  --a-name-that-is-much-too-long SOMETHING")
    assert lines[row + 1].strip() == "First."
    assert lines[row + 2].split() == ["--short", "X", "Second.", "[default:", "1]"]
    assert lines[row + 1].index("First") == lines[row + 2].index("Second")
