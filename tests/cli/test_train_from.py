"""`seq2seq train --from`: a model that is gone on from, and everything a user may do wrong."""

import re

import pytest

from fixtures.commands import contents, fails, succeeds

pytest_plugins = ["fixtures.commands", "fixtures.cli"]
pytestmark = pytest.mark.usefixtures("loaded_once")

FILES = ("good.tsv", "--dev", "dev.tsv")
SHORT = "--epochs 1 --batch-tokens 64 --precision float32".split()


@pytest.fixture(scope="module")
def parent(untrained):
    return untrained(7, bidirectional=False)


def test_model_is_gone_on_from_with_old_pairs(folder, parent):
    before = contents(parent)
    old = ("--mix", "mixed.tsv", "--mix-share", 0.25)
    result = succeeds("train", *FILES, "--from", parent, *old, "--output", "child", *SHORT)
    assert f"Going on from {parent}" in result.stderr
    assert "Skipped 4 of 6 lines of mixed.tsv" in result.stderr
    assert "Mixing in 2 old pairs, which make 25% of the batches." in result.stderr
    assert "before the first step" in result.stderr and "dev: 10 sentences" in result.stdout
    stored = (folder / "child" / "config.toml").read_text()
    for line in (f'from-model = "{parent}"', f'mix = ["{folder / "mixed.tsv"}"]', "units = 8"):
        assert line in stored.splitlines()
    assert contents(parent) == before

    message = fails("train", "--resume", "--output", "child", "--from", "another")
    assert "Received another --from-model" in message


MISTAKES = {
    "sizes": (("--units", 10), 1, "Expected units to be that of .*Leave it out"),
    "cell": (("--cell", "lstm"), 1, "Expected cell to be that of .*gru. Received: lstm"),
    "preset": (("--preset", "base"), 1, "Expected preset to be that of"),
    "vocabulary": (("--vocabulary-from", "x"), 1, "Expected --from without --vocabulary-from"),
    "mix": (("--mix", "missing.tsv"), 1, "missing.tsv: No such file"),
    "empty mix": (("--mix", "empty.tsv"), 1, "empty.tsv"),
    "share": (("--mix-share", 0.3), 1, "Expected --mix-share with --mix"),
    "all old": (("--mix", "good.tsv", "--mix-share", 1), 2, "below 1"),
}


@pytest.mark.parametrize(("options", "code", "message"), MISTAKES.values(), ids=MISTAKES)
def test_mistake_is_one_line_and_nothing_is_written(folder, parent, options, code, message):
    line = fails("train", *FILES, "--from", parent, "--output", "child", *options, code=code)
    assert re.search(message, line), line
    assert not (folder / "child").exists()


def test_parent_that_is_no_model_or_the_output_is_refused(folder, parent):
    for path in ("missing", "directory", "good.tsv"):
        line = fails("train", *FILES, "--from", path, "--output", "child")
        assert f"Expected a model directory. Received: {path}" in line
    before = contents(parent)
    line = fails("train", *FILES, "--from", parent, "--output", parent)
    assert "which is or holds" in line and "Give another --output" in line
    assert contents(parent) == before and not (folder / "child").exists()


def test_old_pairs_and_new_pieces_need_a_model_to_go_on_from(folder):
    line = fails("train", *FILES, "--mix", "good.tsv", "--output", "child")
    assert "Expected --mix with --from" in line
    line = fails("train", *FILES, "--extend-vocabulary", "--output", "child")
    assert "Expected --extend-vocabulary with --from" in line


def test_output_has_to_be_named(folder, parent):
    line = fails("train", "--from", parent, code=2)
    assert "Expected --output DIR" in line
