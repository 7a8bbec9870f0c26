"""The front door of Python does what the commands do, and says in one line what it cannot."""

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import seq2seq
from fixtures.commands import letter_strings, reverse, succeeds, write_tsv
from seq2seq.storage.directory import ModelDirectory
from seq2seq.training.run import Interrupted

pytest_plugins = ["fixtures.commands"]

TEXTS = letter_strings(60, longest=6)
PAIRS = [(text, reverse(text)) for text in TEXTS]
DEV = PAIRS[:12]
OPTIONS = {
    "units": 8,
    "embedding_size": 6,
    "decoder_layers": 1,
    "cell": "rnn",
    "attention": "none",
    "batch_tokens": 64,
    "epochs": 1,
    "precision": "float32",
}


def weights(directory):
    with np.load(ModelDirectory(directory).weights_file) as arrays:
        return dict(arrays)


def assert_same_weights(*directories):
    first, *others = map(weights, directories)
    for other in others:
        assert other.keys() == first.keys()
        for name, values in first.items():
            np.testing.assert_array_equal(other[name], values, err_msg=name)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A model directory, and the translator that `train` returned for it."""
    directory = tmp_path_factory.mktemp("api") / "model"
    return directory, seq2seq.train(PAIRS, output=directory, dev=DEV, quiet=True, **OPTIONS)


def test_training_from_memory_and_from_files_and_by_command_gives_the_same_weights(
    trained, tmp_path
):
    tsv = write_tsv(tmp_path / "pairs.tsv", TEXTS)
    dev = write_tsv(tmp_path / "dev.tsv", TEXTS[:12])
    targets = [target for _, target in PAIRS]

    from_lists = tmp_path / "lists"
    seq2seq.train(TEXTS, targets, output=from_lists, dev=dev, quiet=True, **OPTIONS)

    by_command = tmp_path / "command"
    options = [f"--{name.replace('_', '-')}={value}" for name, value in OPTIONS.items()]
    succeeds("train", tsv, "--dev", dev, "--output", by_command, *options)

    assert_same_weights(trained[0], from_lists, by_command)


def test_going_on_from_a_model_with_old_pairs_from_memory_and_from_files_is_the_same(
    trained, tmp_path
):
    new = write_tsv(tmp_path / "new.tsv", TEXTS[:30])
    old = write_tsv(tmp_path / "old.tsv", TEXTS[30:])
    options = {"dev": DEV, "quiet": True, "epochs": 1, "batch_tokens": 64, "precision": "float32"}
    files = tmp_path / "files"
    seq2seq.train(new, from_model=trained[0], mix=old, output=files, **options)
    memory = tmp_path / "memory"
    seq2seq.train(PAIRS[:30], from_model=str(trained[0]), mix=PAIRS[30:], output=memory, **options)
    assert_same_weights(files, memory)
    stored = ModelDirectory(files).read_configuration()
    assert stored.model.from_model == str(trained[0]) and stored.corpus.mix == (str(old),)


@pytest.mark.parametrize("path", [5, b"x", ""])
def test_model_to_go_on_from_has_to_be_a_path(path, tmp_path):
    with pytest.raises(seq2seq.InputError, match="the path of a trained model to go on from"):
        seq2seq.train(PAIRS, from_model=path, output=tmp_path / "model")


def test_several_files_are_held_to_strict_and_their_skipped_lines_are_told(tmp_path, capsys):
    whole = write_tsv(tmp_path / "whole.tsv", TEXTS[:30])
    torn = tmp_path / "torn.tsv"
    torn.write_text("no tab\nb c\tc b\n", encoding="utf-8")
    files = [whole, torn]

    for given in ({"pairs": files}, {"pairs": PAIRS, "dev": files}):
        with pytest.raises(seq2seq.InputError, match="torn.tsv"):
            seq2seq.train(**given, output=tmp_path / "model", strict=True)
        with pytest.raises(seq2seq.InputError, match="larger --vocabulary-size"):
            seq2seq.train(**given, output=tmp_path / "model", vocabulary_size=8)
        assert f"Skipped 1 of 2 lines of {torn}" in capsys.readouterr().err


def test_returned_translator_is_the_one_that_is_loaded(trained):
    directory, translator = trained
    loaded = seq2seq.Translator.load(directory)
    assert translator.translate(TEXTS[:8]) == loaded.translate(TEXTS[:8])


def test_one_sentence_gives_a_string_and_a_list_a_list(trained):
    _, translator = trained
    several = translator.translate(TEXTS[:2])
    assert isinstance(several, list)
    assert translator.translate(TEXTS[0]) == several[0]


def test_interrupted_run_resumes_to_the_same_weights(trained, tmp_path, monkeypatch):
    from seq2seq.training.callbacks import DivergenceGuard

    def interrupt(self, batch, logs=None):
        if batch == 3:
            raise KeyboardInterrupt

    directory = tmp_path / "model"
    with monkeypatch.context() as patch, pytest.raises(Interrupted):
        patch.setattr(DivergenceGuard, "on_train_batch_end", interrupt)
        seq2seq.train(PAIRS, output=directory, dev=DEV, quiet=True, **OPTIONS)

    with pytest.raises(seq2seq.InputError, match="pairs came from memory. Give them again"):
        seq2seq.train(output=directory, resume=True, quiet=True)

    seq2seq.train(PAIRS, output=directory, dev=DEV, resume=True, quiet=True)
    assert_same_weights(trained[0], directory)


def test_evaluation_is_the_same_of_a_translator_and_of_its_directory(trained):
    directory, translator = trained
    found = seq2seq.evaluate(directory, DEV, beam_size=2)
    assert found.scores == seq2seq.evaluate(translator, DEV, beam_size=2).scores
    assert "version:" in found.scores["bleu"].signature


@pytest.mark.parametrize(
    ("format", "file"), [("saved_model", "saved_model.pb"), ("tflite", "model.tflite")]
)
def test_export_writes_the_format_that_is_asked_for(trained, tmp_path, format, file):
    place = seq2seq.export(trained[0], tmp_path / "export", format=format)
    assert (place / file).is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"lr": 1},
            "Expected options of seq2seq.train: attention, batch_tokens, .* Received: 'lr'",
        ),
        ({"units": "wide"}, "Expected units to be a whole number. Received: 'wide'"),
        ({"units": 7}, "Expected an even number of units"),
        ({"cell": "elman"}, "Expected cell to be one of gru, lstm, rnn. Received: 'elman'"),
        ({"dev": 3}, "Expected a TSV file or a list of them.* Received: int"),
        ({"dev": seq2seq.Corpus([], [])}, "Expected sentence pairs. Received: none"),
        ({"dev_targets": ["a"]}, "Expected sources with their targets. Received: targets alone"),
        ({"epoch": 3}, "Received: 'epoch'. Did you mean epochs?"),
        ({"config": "nothere.toml"}, "nothere.toml: No such file or directory. The config.toml"),
        (
            {"config": {"epochs": 3}},
            "Expected the path of a TOML file of options. Received: {'epochs': 3}",
        ),
        ({"config": "a.toml", "resume": True}, "Expected `resume` without `config`"),
    ],
)
def test_what_training_cannot_use_is_one_line_and_leaves_nothing(tmp_path, arguments, message):
    with pytest.raises(seq2seq.InputError, match=message) as error:
        seq2seq.train(PAIRS, output=tmp_path / "model", **arguments)
    assert "\n" not in str(error.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("output", [None, 3, ["saved_models/mine"]])
def test_output_that_is_no_path_is_refused(output):
    with pytest.raises(
        seq2seq.InputError, match="Expected the path of a directory for the model. Received: "
    ):
        seq2seq.train(PAIRS, output=output)


def test_what_evaluation_and_export_cannot_use_is_one_line(trained, tmp_path):
    directory, translator = trained
    for call, message in (
        (lambda: seq2seq.evaluate(5, DEV), "Expected a translator or a model directory"),
        (lambda: seq2seq.evaluate("nothere", DEV), "Expected a model directory"),
        (lambda: seq2seq.evaluate(directory, DEV, beam=3), "Received: 'beam'"),
        (lambda: translator.translate("b", beam_size="x"), "beam.size"),
        (lambda: seq2seq.export(translator, tmp_path / "x", format="onnx"), "Received: 'onnx'"),
        (lambda: seq2seq.export(translator, tmp_path / "x", quantize=True), "format 'tflite'"),
        (
            lambda: seq2seq.export(translator, tmp_path / "x", format="web", shortlist=16),
            "no shortlist with format 'web'",
        ),
        (lambda: seq2seq.export(translator, directory), "holds something else"),
        (
            lambda: seq2seq.export(translator, 5),
            "Expected the path of a directory for the export. Received: 5",
        ),
        (lambda: seq2seq.bundled_corpus("exam"), "Expected part to be one of train, dev"),
    ):
        with pytest.raises(seq2seq.InputError, match=message) as error:
            call()
        assert "\n" not in str(error.value)


def test_public_names_are_the_same_in_all_three_tables():
    """For type checkers, for `import *` and for the import on first use."""
    tree = ast.parse(Path(seq2seq.__file__).read_text(encoding="utf-8"))
    typed = {
        name.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module.startswith("seq2seq.")
        for name in node.names
        if name.name in seq2seq._PUBLIC
    }
    assert typed == {name: f"seq2seq.{module}" for name, module in seq2seq._PUBLIC.items()}
    assert sorted(seq2seq.__all__) == seq2seq.__all__
    assert set(seq2seq.__all__) == {*seq2seq._PUBLIC, "__version__"}
    for name in seq2seq.__all__:
        assert getattr(seq2seq, name) is not None


def test_training_in_python_prints_nothing_of_tensorflow(tmp_path):
    code = f"""
import seq2seq
translator = seq2seq.train({PAIRS!r}, output={str(tmp_path / "model")!r}, quiet=True, **{OPTIONS!r})
translator.translate("b c")
translator.evaluate({DEV!r})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
