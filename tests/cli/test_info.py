"""`seq2seq info` and the model card: what is known of a model, and what is no model."""

import json
import shutil
import subprocess
import sys

import pytest

from fixtures.commands import fails, small_corpus, succeeds
from seq2seq.exports.description import describe_export
from seq2seq.exports.note import Note
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.manifest import expect_unchanged
from seq2seq.storage.recording import write_artefact
from seq2seq.training.description import describe
from seq2seq.training.model_card import CARD, card, write_card
from seq2seq.translation.confidence import Confidence

pytest_plugins = ["fixtures.commands"]

SIGNATURE = "nrefs:1|case:mixed|version:2.6.0"


def scores(value=12.3):
    score = {"name": "BLEU", "value": value, "signature": SIGNATURE}
    names = {"chrf2": "chrF2", "ter": "TER"}
    return {
        "bleu": score,
        **{metric: {**score, "name": name} for metric, name in names.items()},
        "sentences": 1000,
    }


@pytest.fixture
def model(untrained, tmp_path):
    """A model directory with all that training leaves there."""
    place = tmp_path / "a model"
    shutil.copytree(untrained(1), place)
    files = {
        "metrics.json": json.dumps({"dev|x": scores()}),
        "history.csv": "step,epoch,seconds,bleu,chrf2\n1,0.5,61,1,2\n2,1,122,30,40\n3,2,180,3,4\n",
        "environment.json": json.dumps(
            [{"cores": 1}, {"cores": 2, "precision": "float32", "versions": {"seq2seq": "9.9"}}]
        ),
        "ancestry.json": json.dumps(
            [
                {"name": "a model", "date": "2026-02-02", "pairs": 12_345},
                {"name": "parent", "date": "2026-01-01", "pairs": 99_999},
                {"name": "its\x1b[31mparent"},
            ]
        ),
    }
    for name, text in files.items():
        (place / name).write_text(text)
    return place


def test_info_tells_what_the_files_of_a_model_hold(model):
    output = succeeds("info", model).stdout
    assert output.splitlines()[0] == str(model)
    for text in (
        "12,345 pairs",
        "Latin to Latin letters",
        "8 units",
        f"{describe(model).weights:,} weights",
        "best validation at epoch 1 after 2:02: BLEU 30.0",
        "gone on from parent (2026-01-01, 99,999 pairs), before that from its",
        "seq2seq 9.9, float32, 2 cores",
        f"12.30  dev|x, 1,000 sentences  {SIGNATURE}",
    ):
        assert text in output
    assert "\x1b" not in output

    found = json.loads(succeeds("info", model, "--json").stdout)
    assert found["pairs"] == 12_345 and found["kind"] == "model directory"
    assert found["bytes"] == sum(path.stat().st_size for path in model.iterdir())
    assert [score["name"] for score in found["scores"]] == ["BLEU", "chrF2", "TER"]


def test_info_of_an_older_model_leaves_out_what_it_does_not_know(untrained):
    output = succeeds("info", untrained(1)).stdout
    assert "Confidence" not in output and "Ancestry" not in output and "BLEU" not in output
    assert describe(untrained(1)).pairs is None


def test_weights_are_counted_as_the_model_has_them(untrained):
    from seq2seq.translation.translator import Translator

    model = Translator.load(untrained(1)).model
    assert describe(untrained(1)).weights == model.count_params()


def test_info_is_told_without_tensorflow(model):
    code = (
        "import sys; from seq2seq.cli import main; main(['info', sys.argv[1]], "
        "standalone_mode=False); assert 'tensorflow' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, model], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("source.model", b"no model", "source.model has changed"),
        ("config.toml", b"units = \n", "Expected a TOML file"),
        ("weights.npz", None, "missing or damaged file"),
        ("metrics.json", b"{", "metrics.json is no JSON"),
        ("metrics.json", b"[]", "metrics.json holds something else"),
        ("metrics.json", b'{"dev": {}}', "missing or damaged file"),
        ("history.csv", b"step,bleu\n1\n", "missing or damaged file"),
        ("environment.json", b"\xff", "environment.json is no JSON"),
        ("ancestry.json", b"[5]", "missing or damaged file"),
    ],
)
def test_info_of_a_damaged_directory_is_one_line(model, name, content, message):
    if content is None:
        (model / name).unlink()
    else:
        (model / name).write_bytes(content)
    assert message in fails("info", model)


def test_info_of_what_is_no_model_is_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    for name, message in [
        ("nowhere", "nowhere, which is no directory"),
        ("file", "file, which is no directory"),
        ("empty", "empty, which holds none"),
    ]:
        assert message in fails("info", name)
    assert "Expected a trained model under saved_models" in fails("info")


@pytest.mark.parametrize(
    ("file", "kind"), [("saved_model.pb", "SavedModel"), ("model.tflite", "TFLite model")]
)
def test_info_of_an_export_tells_its_kind_and_its_note(tmp_path, file, kind):
    place = tmp_path / "served"
    curve = Confidence(((-1.0, 20.0, 5.0), (0.0, 80.0, 5.0)))

    def write(folder):
        (folder / file).write_bytes(b"model")
        Note(False, None, curve).write(folder)

    write_artefact(place, write)
    output = succeeds("info", place).stdout
    assert kind in output and "as a whole" in output and "Confidence     yes" in output
    found = json.loads(succeeds("info", place, "--json").stdout)
    assert found["kind"] == kind and found["version"] == describe_export(place).version

    (place / file).write_bytes(b"other")
    assert f"{file} has changed" in fails("info", place)


def test_card_is_covered_by_the_manifest_and_says_what_info_says(model):
    write_card(ModelDirectory(model))
    expect_unchanged(model, [CARD])
    text = (model / CARD).read_text()
    assert text.startswith("# a model\n") and "12,345 pairs" in text
    assert "| dev\\|x | 1,000 | BLEU | 12.30 |" in text and "'a model'" in text
    for heading in ("## Scores", "## Use", "## Limits"):
        assert heading in text

    (model / CARD).write_text(text + "changed")
    with pytest.raises(ValueError, match="has changed"):
        expect_unchanged(model, [CARD])
    succeeds("info", model)  # who changes the card does not damage the model


def test_tables_of_a_card_have_as_many_cells_in_every_line(model):
    text = card(describe(model)).replace("\\|", "")
    widths = [line.count("|") for line in text.splitlines() if line.startswith("|")]
    assert set(widths) == {3, 6}


def test_training_in_python_leaves_a_card_and_confidence(tmp_path):
    import seq2seq

    corpus = small_corpus(60)
    place = tmp_path / "mine"
    pairs = [*zip(corpus.source, corpus.target, strict=True)]
    sizes = {"units": 8, "embedding_size": 6, "decoder_layers": 1, "vocabulary_size": 42}
    options = {"cell": "rnn", "attention": "none", "epochs": 1, "precision": "float32", **sizes}
    translator = seq2seq.train(pairs, output=place, dev=pairs[:25], quiet=True, **options)
    assert translator.calibration == describe(place).calibration
    assert "pairs from memory" in (place / CARD).read_text()
    expect_unchanged(place, [CARD, "confidence.json"])
