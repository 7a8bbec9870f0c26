"""A model directory carries its TFLite model, and `seq2seq translate` answers with it."""

import importlib
import json
import math
import shutil
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from fixtures.cli import TINY
from fixtures.commands import fails, letter_strings, run, succeeds, write_tsv
from seq2seq import api
from seq2seq.cli.translate import _bytes_of
from seq2seq.errors import InputError
from seq2seq.exports import own_tflite, tflite
from seq2seq.exports.own_tflite import FOLDER
from seq2seq.exports.tflite_translator import TFLiteTranslator
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.languages import Languages
from seq2seq.storage.manifest import MANIFEST
from seq2seq.translation.translator import Translator

pytest.importorskip("ai_edge_litert.interpreter", reason="needs LiteRT")
pytest_plugins = ["fixtures.commands", "fixtures.cli"]
pytestmark = pytest.mark.usefixtures("loaded_once")

TEXTS = ["b c", "", "b 12 c. d e!", *letter_strings(20, seed=8)]


@pytest.fixture(scope="module")
def carrier(reverse_model, reverse_translator, write_own_tflite, tmp_path_factory):
    """A model directory with its TFLite model."""
    model = shutil.copytree(reverse_model, tmp_path_factory.mktemp("carrier") / "model")
    write_own_tflite(reverse_translator, ModelDirectory(model))
    return model


def found(model, text_bytes=1):
    return own_tflite.find_own_tflite(ModelDirectory(model), text_bytes=text_bytes)


def lines(model, *options):
    return succeeds("translate", "--model", model, *options, *TEXTS).stdout


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--n-best", 3),
        ("--beam-size", 1),
        ("--no-split-sentences",),
        ("--glossary", "terms.tsv"),
    ],
    ids=str,
)
def test_translations_are_those_of_the_weights(
    carrier, reverse_model, monkeypatch, tmp_path, options
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "terms.tsv").write_text("b\tterm\n")
    expected = lines(reverse_model, *options)
    monkeypatch.setattr(Translator, "load", None)
    assert lines(carrier, *options) == expected


def test_attention_and_scores_are_those_of_the_weights(carrier, reverse_model, monkeypatch):
    jsonl = ("--format", "jsonl", "--n-best", 2)
    expected = map(json.loads, lines(reverse_model, *jsonl).splitlines())
    monkeypatch.setattr(Translator, "load", None)
    found = map(json.loads, lines(carrier, *jsonl).splitlines())
    for one, other in zip(found, expected, strict=True):
        for name in ("scores", "attention"):
            both = [flat(value.pop(name)) for value in (one, other)]
            np.testing.assert_allclose(*both, atol=1e-3, err_msg=name)
        assert one == other


def flat(numbers):
    return [numbers] if not isinstance(numbers, list) else [x for one in numbers for x in flat(one)]


# What a command that translates a sentence does not wait for.
NEEDLESS = ["tensorflow", "keras", "seq2seq.documents.document", "seq2seq.cli.train"]


def test_command_needs_no_tensorflow_and_no_other_command(carrier, reverse_translator):
    blocked = f"import sys; sys.modules.update(dict.fromkeys({NEEDLESS})); "
    command = [sys.executable, "-c", blocked + "from seq2seq.cli import main; main()"]
    arguments = ["translate", "--model", str(carrier), "b c d"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == reverse_translator.translate("b c d") + "\n"


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--beam-size", 2),
        ("--length-penalty", 0.5),
        ("--prefix", "b"),
        ("--temperature", 1),
        ("--shortlist", 16),
        ("--beam-size", 1, "--format", "jsonl"),
    ],
    ids=str,
)
def test_other_searches_are_those_of_the_weights(carrier, monkeypatch, options):
    asked = []
    monkeypatch.setattr(own_tflite, "find_own_tflite", lambda *_, **__: asked.append(1))
    monkeypatch.setattr(Translator, "load", None)
    run("translate", "--model", carrier, *options, "b")
    assert bool(asked) == (options == ())


@pytest.mark.parametrize(
    ("texts", "files", "size"),
    [
        (["b c", "가"], [], 6),
        (["b"], ["short.txt", "page.html"], 13),
        (["-"], [], math.inf),
        ([], ["-"], math.inf),
        ([], [], math.inf),  # a pipe
        ([], ["short.txt", "packed.txt.gz"], math.inf),
        ([], ["letter.docx"], math.inf),
        ([], ["."], math.inf),
    ],
    ids=str,
)
def test_size_of_what_is_translated_is_known_or_infinite(monkeypatch, tmp_path, texts, files, size):
    monkeypatch.chdir(tmp_path)
    for name in ("short.txt", "page.html", "packed.txt.gz", "letter.docx"):
        (tmp_path / name).write_text("b c d\n")
    assert _bytes_of(texts, files) == size


def test_prompt_is_short(monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    assert _bytes_of([], []) == 0


def test_long_texts_are_translated_with_the_weights(carrier):
    """They are fastest so."""
    assert found(carrier, 10_000) and not found(carrier, 1e9) and not found(carrier, math.inf)


def test_texts_of_shards_are_translated_with_the_weights(carrier, monkeypatch, tmp_path):
    """All processes that share them compute the same bits, with LiteRT or without."""
    (tmp_path / "input.txt").write_text("b c\n")
    sizes = []
    monkeypatch.setattr(
        own_tflite, "find_own_tflite", lambda *_, text_bytes: sizes.append(text_bytes)
    )
    parts = ("--output", tmp_path / "parts", "--shards", 1)
    succeeds("translate", "--model", carrier, "--input", tmp_path / "input.txt", *parts)
    assert sizes == [math.inf]


def test_model_of_other_weights_or_options_is_passed_over(carrier, untrained, tmp_path):
    def changed(name, change):
        model = shutil.copytree(carrier, tmp_path / name)
        (model / MANIFEST).unlink()
        change(model)
        return found(model)

    assert changed("same", lambda model: None)
    other = untrained(1)
    assert not changed("other", lambda model: shutil.copy(other / "weights.npz", model))
    assert not changed("none", lambda model: shutil.rmtree(model / FOLDER))
    assert not changed("unlisted", lambda model: (model / FOLDER / MANIFEST).unlink())
    config = "config.toml"
    assert not changed("options", lambda model: (model / config).open("a").write("# changed\n"))


def test_model_is_passed_over_without_litert(carrier, monkeypatch):
    monkeypatch.setitem(sys.modules, "ai_edge_litert", None)
    assert found(carrier) is None


@pytest.mark.parametrize("name", ["model.tflite", "seq2seq.toml", MANIFEST])
def test_damaged_model_is_passed_over(carrier, reverse_translator, tmp_path, name):
    model = shutil.copytree(carrier, tmp_path / "model")
    (model / FOLDER / name).write_bytes(b"other")
    expected = reverse_translator.translate("b c d") + "\n"
    assert succeeds("translate", "--model", model, "b c d").stdout == expected


def test_litert_that_does_not_run_is_passed_over(carrier, reverse_translator, monkeypatch):
    def refuse(*_, **__):
        raise InputError("Expected LiteRT. Received: another GLIBC.")

    monkeypatch.setattr(TFLiteTranslator, "load", refuse)
    expected = reverse_translator.translate("b c d") + "\n"
    assert succeeds("translate", "--model", carrier, "b c d").stdout == expected


def test_conversion_that_fails_is_a_warning(
    reverse_translator, write_own_tflite, monkeypatch, tmp_path, caplog
):
    def fail(*_):
        raise MemoryError("no room\nfor it")

    monkeypatch.setattr(tflite, "convert", fail)
    model = ModelDirectory(tmp_path)
    write_own_tflite(reverse_translator, model)
    (record,) = caplog.records
    assert record.message.startswith("Expected to leave a TFLite model in")
    assert "no room for it. The model is whole" in record.message
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("languages", "weights"),
    [(Languages((("en", "ko"),), both=True), 1), (Languages(), 1_000_000_000)],
    ids=["several languages", "a large model"],
)
def test_model_that_carries_none(write_own_tflite, tmp_path, languages, weights):
    model = SimpleNamespace(count_params=lambda: weights)
    write_own_tflite(SimpleNamespace(languages=languages, model=model), ModelDirectory(tmp_path))
    assert not list(tmp_path.iterdir())


def test_training_ends_with_it(tmp_path, monkeypatch, write_own_tflite):
    """It is made after the confidence has been measured, which it tells, too."""
    monkeypatch.setattr(own_tflite, "write_own_tflite", write_own_tflite)
    texts = letter_strings(40, seed=2)
    pairs = write_tsv(tmp_path / "pairs.tsv", texts)
    succeeds("train", pairs, "--dev", pairs, "--output", tmp_path / "model", *TINY)
    assert found(tmp_path / "model")


def test_average_ends_with_it(tmp_path, monkeypatch):
    """While it is made, no other process writes there."""
    pairs = write_tsv(tmp_path / "pairs.tsv", letter_strings(40, seed=2))
    model = tmp_path / "model"
    succeeds("train", pairs, "--dev", pairs, "--output", model, *TINY)
    made = []

    def write(translator, place):
        made.append(fails("average", model, model, "--output", place.path))

    monkeypatch.setattr(own_tflite, "write_own_tflite", write)
    succeeds("average", model, model, "--output", tmp_path / "mean")
    (refused,) = made
    assert "seq2seq average" in refused


def test_training_in_python_ends_with_it(tmp_path, monkeypatch):
    made = []
    run_module = importlib.import_module("seq2seq.training.run")
    monkeypatch.setattr(run_module, "train", lambda *_, **__: SimpleNamespace())
    finish_module = importlib.import_module("seq2seq.training.finish")
    for name in ("calibrate", "write_card"):
        monkeypatch.setattr(finish_module, name, lambda *_, name=name: made.append(name))
    monkeypatch.setattr(own_tflite, "write_own_tflite", lambda *_: made.append("tflite"))
    api.train([("b", "b")] * 4, output=tmp_path / "model", dev=[("b", "b")])
    assert made == ["calibrate", "write_card", "tflite"]
