"""What a command says to an option, an argument or a command that there is not."""

import pytest

from fixtures.commands import run


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("train --lr 1e-3", "No such option '--lr'. Did you mean --learning-rate?"),
        ("translate --beam 3", "No such option '--beam'. Did you mean --beam-size?"),
        ("translate --beam_size 3", "Did you mean --beam-size?"),
        ("train --hidden-size 3", "Did you mean --units?"),
        ("train --batch-size 3", "Did you mean --batch-tokens?"),
        ("train --num-layers 3", "Did you mean --encoder-layers or --decoder-layers?"),
        ("train --lerning-rate 3", "Did you mean --learning-rate?"),
        ("score --beam-size 3", "It is an option of translate, export, evaluate"),
        ("train --colour red", "No such option '--colour'."),
        ("tarin", "No such command 'tarin'. Did you mean train?"),
        ("predict", "No such command 'predict'. Did you mean translate?"),
        ("eval", "No such command 'eval'. Did you mean evaluate?"),
        ("help tarin", "No such command 'tarin'. Did you mean train?"),
        ("serve saved_models/a", "Unexpected argument 'saved_models/a'. Did you mean --model"),
        ("average --output x y --units 3", "It is an option of train, compare."),
        ("version 3", "Unexpected argument '3'."),
    ],
)
def test_wrong_name_is_answered_with_the_right_one(words, advice):
    result = run(*words.split())
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].startswith("Error: ")
    assert advice in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            "export",
            "Missing argument 'OUTPUT_DIR': new directory for the exported model. "
            "Example: seq2seq export saved_models/en-ko-served",
        ),
        ("average --output x", "Missing argument 'MODEL...': model directories of one run"),
        ("average x", "Missing option '--output': new directory for the average."),
        ("completion", "Missing argument 'SHELL': bash, zsh or fish."),
    ],
)
def test_what_is_missing_is_said_to_be_what_and_shown(words, message):
    result = run(*words.split())
    assert result.exit_code == 2
    assert message in result.stderr and "Example: seq2seq " in result.stderr
