"""What may have been meant: other programs' names, beginnings, initials, misspellings."""

import pytest

from seq2seq.cli.suggestions import nearest

NAMES = {
    "--learning-rate": ["--step-size"],
    "--beam-size": [],
    "--batch-size": [],
    "--vocabulary-size": [],
    "--shared-vocabulary": [],
    "--output": ["--out-dir"],
}


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("--step-size", "--learning-rate"),
        ("--out-dir", "--output"),
        ("--beam", "--beam-size"),
        ("-b", "--beam-size or --batch-size"),
        ("--vocab", "--vocabulary-size"),
        ("--vocabulary", "--vocabulary-size"),
        ("--rate", "--learning-rate"),
        ("--lr", "--learning-rate"),
        ("--outptu", "--output"),
        ("--Beam_Size", "--beam-size"),
        ("--colour", ""),
        ("--", ""),
    ],
)
def test_nearest_names_follow_the_rules_in_their_order(word, names):
    assert nearest(word, NAMES) == names


def test_misspellings_are_left_out_on_request():
    assert nearest("--outptu", NAMES, misspelt=False) == ""
    assert nearest("--out", NAMES, misspelt=False) == "--output"


def test_three_names_are_suggested_at_most():
    assert nearest("x", {f"x{number}": [] for number in range(9)}) == "x0 or x1 or x2"
