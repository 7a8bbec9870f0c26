"""The options of `seq2seq train`: which of the command line, a file and the presets decides."""

from types import SimpleNamespace

import pytest

from fixtures.cli import TINY
from fixtures.commands import run, succeeds
from seq2seq.errors import InputError

pytest_plugins = ["fixtures.commands", "fixtures.cli"]
pytestmark = pytest.mark.usefixtures("loaded_once")


def resolved_options(monkeypatch, *arguments):
    """The configuration that `seq2seq train` would start with."""
    found = []

    def stop(configuration, **how):
        found.append(configuration)
        raise InputError("That was it.")

    monkeypatch.setattr("seq2seq.cli.train.open_pairs", stop)
    run("train", *arguments)
    return SimpleNamespace(**found[0].options())


def test_command_line_wins_over_the_file_and_the_stored_file_repeats_the_run(folder):
    (folder / "options.toml").write_text(
        'corpus = ["missing.tsv"]\ndev = "dev.tsv"\nunits = 10\nseed = 3\n'
    )
    files = ("good.tsv", "--config", "options.toml", "--output", "first")
    succeeds("train", *files, *TINY)
    stored = (folder / "first" / "config.toml").read_text()
    places = {f'corpus = ["{folder / "good.tsv"}"]', f'dev = "{folder / "dev.tsv"}"'}
    assert places | {"units = 8", "seed = 3", 'preset = "tiny"'} <= set(stored.splitlines())
    succeeds("train", "--config", "first/config.toml", "--output", "second")
    assert (folder / "second" / "config.toml").read_text() == stored
    assert (folder / "second" / "weights.npz").read_bytes() == (
        folder / "first" / "weights.npz"
    ).read_bytes()


def test_command_line_replaces_the_corpora_of_the_file(tmp_path, monkeypatch):
    (tmp_path / "config.toml").write_text(
        'corpus = ["a.tsv"]\ndev = "d.tsv"\nunits = 6\nepochs = 3\ntime-limit = 2\n'
    )
    options = ("--config", tmp_path / "config.toml", "--output", tmp_path / "model")
    kept = resolved_options(monkeypatch, *options)
    assert (kept.corpus, kept.dev, kept.units, kept.time_limit) == (("a.tsv",), "d.tsv", 6, 2)
    sides = (
        "--source",
        "/s",
        "--target",
        "/t",
        "--dev-source",
        "/ds",
        "--dev-target",
        "/dt",
        "--epochs",
        9,
    )
    given = resolved_options(monkeypatch, *options, *sides)
    assert (given.corpus, given.source, given.target) == ((), ("/s",), ("/t",))
    assert (given.dev, given.dev_source, given.dev_target) == (None, "/ds", "/dt")
    assert (given.epochs, given.time_limit, given.units) == (9, 2, 6)
    assert resolved_options(monkeypatch, *options, "--time-limit", 5).epochs == 3


def test_preset_replaces_the_options_of_the_bundled_corpus(monkeypatch):
    bundled = resolved_options(monkeypatch)
    preset = resolved_options(monkeypatch, "--preset", "base")
    assert bundled.vocabulary_size and bundled.time_limit
    assert (preset.vocabulary_size, preset.units, preset.time_limit) == (None, None, None)


def test_vocabulary_of_another_model_replaces_the_size_in_a_file_but_not_one_that_is_given(
    monkeypatch,
):
    configuration = resolved_options(monkeypatch, "--vocabulary-from", "other")
    assert configuration.vocabulary_size is None and configuration.vocabulary_from == "other"
    assert (
        resolved_options(
            monkeypatch, "--vocabulary-from", "other", "--vocabulary-size", 99
        ).vocabulary_size
        == 99
    )


def test_epochs_lift_the_time_limit_of_the_bundled_corpus_alone(monkeypatch):
    bundled = resolved_options(monkeypatch)
    longer = resolved_options(monkeypatch, "--epochs", 30)
    assert (longer.epochs, longer.time_limit, longer.units) == (30, None, bundled.units)
    assert resolved_options(monkeypatch, "--time-limit", 9).epochs == bundled.epochs
