"""What options take, and what they say to anything else."""

import click
import pytest

from fixtures.commands import run
from seq2seq.cli import main
from seq2seq.cli.values import Choice, Devices, Number, WholeNumber


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        (WholeNumber(1), "five", "Expected a whole number of at least 1. Received: 'five'."),
        (WholeNumber(1), "0", "Expected a whole number of at least 1. Received: '0'."),
        (WholeNumber(1), "1.5", "Expected a whole number of at least 1. Received: '1.5'."),
        (WholeNumber(8, unit="pieces"), "7", "Expected a whole number of pieces, at least 8."),
        (WholeNumber(0, 65535), "-1", "Expected a whole number of at least 0 and at most 65535."),
        (WholeNumber(), "", "Expected a whole number. Received: ''."),
        (Number(above=0, unit="minutes"), "0", "Expected a number of minutes, above 0."),
        (Number(above=0), "x", "Expected a number above 0. Received: 'x'."),
        (Number(0, below=1), "1", "Expected a number of at least 0 and below 1. Received: '1'."),
        (Number(above=0, maximum=1), "0", "Expected a number above 0 and at most 1."),
        (Devices(1, unit="devices"), "0", "Expected all, or a whole number of devices, at least"),
        (Choice(["a", "b"]), "c", "Expected one of a, b. Received: 'c'."),
    ],
)
def test_value_that_does_not_fit_is_answered_with_what_would(kind, text, message):
    with pytest.raises(click.BadParameter) as caught:
        kind.convert(text, None, None)
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (WholeNumber(1), "1", 1),
        (Number(0, below=1), "0", 0.0),
        (Number(above=0, maximum=1), "1", 1.0),
        (Devices(1, unit="devices"), "all", "all"),
        (Choice(["a", "b"]), "b", "b"),
    ],
)
def test_value_at_a_limit_fits(kind, text, value):
    assert kind.convert(text, None, None) == value


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_number_of_every_command_says_what_it_expects(name):
    for parameter in main.commands[name].params:
        if not isinstance(parameter, click.Option):
            continue
        assert not isinstance(parameter.type, (click.IntRange, click.FloatRange)) or isinstance(
            parameter.type, (WholeNumber, Number)
        ), parameter.opts
        if isinstance(parameter.type, (WholeNumber, Number, Choice)):
            result = run(name, parameter.opts[0], "five")
            assert result.exit_code == 2
            line = result.stderr.splitlines()[-1]
            assert line.startswith(f"Error: Invalid value for '{parameter.opts[0]}': Expected ")
            assert line.endswith("Received: 'five'.")
