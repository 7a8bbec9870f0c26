"""A served TFLite model answers as the SavedModel does, but its beam tells no attention."""

import base64
import json
import shutil
import sys

import numpy as np
import pytest

from fixtures.commands import fails, letter_strings
from fixtures.serving import copy_version, running, until
from seq2seq.errors import InputError
from seq2seq.serving.repository import ServedModel

pytest.importorskip("ai_edge_litert.interpreter", reason="needs LiteRT")
pytest_plugins = ["fixtures.commands", "fixtures.serving"]

PREDICT = "/v1/models/{}:predict"
TEXTS = [*letter_strings(30, seed=22), "", "가나다 b c"]


@pytest.fixture(scope="module")
def both(exported, exported_tflite):
    """A client of a server over the SavedModel and the TFLite model."""
    with running({"saved": exported, "lite": exported_tflite}) as client:
        yield client


@pytest.mark.parametrize("signature", ["serving_default", "beam", "prefix"])
@pytest.mark.parametrize("texts", [TEXTS, [""]], ids=["many", "empty"])
def test_columns_have_the_shapes_of_those_of_the_saved_model(both, signature, texts):
    prefix = {"prefix": [""] * len(texts)} if signature == "prefix" else {}
    request = {"signature_name": signature, "inputs": {"text": texts, **prefix}}
    saved, lite = (
        both.post(PREDICT.format(name), request)["outputs"] for name in ("saved", "lite")
    )
    if signature == "beam":
        del saved["attention"]
    assert {name: np.shape(lite[name]) for name in lite} == {
        name: np.shape(saved[name]) for name in saved
    }
    for name in {"score", "attention", "probability", "next_probability"} & lite.keys():
        found = np.array(lite.pop(name))
        expected = np.array(saved.pop(name))
        if name in ("attention", "probability"):  # which mean nothing at padding
            is_piece = np.array(saved["pieces"]) != "<pad>"
            found = found[is_piece]
            expected = expected[is_piece]
        np.testing.assert_allclose(found, expected, atol=1e-4, err_msg=name)
    assert lite == saved


def test_bytes_that_are_no_text_are_read_alike(both):
    instances = [
        {"b64": base64.b64encode(text).decode()}
        for text in (b"\xed\xa0\x80 b c", b"b \xff\xfe\xe3\x81 c")
    ]
    request = {"signature_name": "beam", "instances": instances}
    saved, lite = (
        both.post(PREDICT.format(name), request)["predictions"] for name in ("saved", "lite")
    )
    assert [strip(row)["source_pieces"] for row in lite] == [
        strip(row)["source_pieces"] for row in saved
    ]
    assert [row["translation"] for row in lite] == [row["translation"] for row in saved]


def strip(row):
    """A row without the padding of its batch."""
    return {
        name: [piece for piece in np.ravel(value) if piece != "<pad>"]
        for name, value in row.items()
    }


@pytest.mark.parametrize("signature", ["serving_default", "beam"])
def test_predictions_are_those_of_the_saved_model(both, signature):
    request = {"signature_name": signature, "instances": TEXTS}
    saved, lite = (
        both.post(PREDICT.format(name), request)["predictions"] for name in ("saved", "lite")
    )
    for expected, found in zip(saved, lite, strict=True):
        expected.pop("attention", None)
        assert np.shape(found["translation"]) == np.shape(expected["translation"])
        np.testing.assert_allclose(found.pop("score"), expected.pop("score"), atol=1e-4)
        assert strip(found) == strip(expected)


@pytest.mark.parametrize("options", [{}, {"search": "greedy"}, {"n_best": 5}, {"n_best": None}])
def test_translations_are_those_of_the_saved_model(both, options):
    saved, lite = (
        both.post("/translate", {"text": TEXTS, "model": name, **options})["sentences"]
        for name in ("saved", "lite")
    )
    for expected, found in zip(saved, lite, strict=True):
        assert found["source"] == expected["source"]
        assert [item["text"] for item in found["translations"]] == [
            item["text"] for item in expected["translations"]
        ]


@pytest.mark.parametrize("search", ["greedy", "beam"])
@pytest.mark.parametrize("model", ["saved", "lite"])
def test_sentence_that_is_cut_is_marked(both, model, search):
    texts = ["b c d", "b " * 254, "b " * 300]
    sentences = both.post("/translate", {"text": texts, "model": model, "search": search})[
        "sentences"
    ]
    assert ["cut" in sentence for sentence in sentences] == [False, False, True] and sentences[2][
        "cut"
    ] is True


@pytest.mark.parametrize(
    "options", [{"details": True, "n_best": 5}, {"prefix": []}, {"prefix": ["▁d", "▁b"]}]
)
def test_details_and_alternatives_are_those_of_the_saved_model(both, options):
    for text in TEXTS:
        request = {"text": text, **options}
        saved, lite = (
            both.post("/translate", {**request, "model": name})["sentences"]
            for name in ("saved", "lite")
        )
        assert_alike(lite, saved)


def assert_alike(found, expected):
    """The same but for rounding."""
    assert type(found) is type(expected)
    if isinstance(found, float):
        assert found == pytest.approx(expected, abs=2e-4)
    elif isinstance(found, list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert_alike(one, other)
    elif isinstance(found, dict):
        assert found.keys() == expected.keys()
        for name, value in found.items():
            assert_alike(value, expected[name])
    else:
        assert found == expected


def test_prefix_of_unknown_pieces_is_refused(both):
    messages = [
        both.refused("/translate", {"text": "b c", "model": name, "prefix": ["x"]})
        for name in ("saved", "lite")
    ]
    assert (
        messages[0] == messages[1]
        and "Expected a prefix of pieces that the model has" in messages[0]
    )


def test_metadata_are_those_of_the_saved_model_but_for_names_in_its_graph(both):
    def described(name):
        signatures = json.loads(both.get(f"/v1/models/{name}/metadata"))["metadata"][
            "signature_def"
        ]["signature_def"]
        return {
            signature: {
                side: {
                    tensor: (info["dtype"], info["tensor_shape"])
                    for tensor, info in definition[side].items()
                }
                for side in ("inputs", "outputs")
            }
            for signature, definition in signatures.items()
        }

    saved = described("saved")
    lite = described("lite")
    saved["beam"]["outputs"].pop("attention")
    assert lite == {name: saved[name] for name in ("serving_default", "beam", "prefix")}


def test_tflite_version_takes_over_from_a_saved_model(exported, exported_tflite, tmp_path):
    copy_version(exported, tmp_path / "versions", 1)
    with running({"reverse": tmp_path / "versions"}) as client:
        before = client.post("/translate", {"text": TEXTS[0], "search": "greedy"})
        copy_version(exported_tflite, tmp_path / "versions", 2)
        until(lambda: json.loads(client.get("/models"))[0]["version"] == 2)
        after = client.post("/translate", {"text": TEXTS[0], "search": "greedy"})
    assert (before["version"], after["version"]) == (1, 2)
    assert (
        before["sentences"][0]["translations"][0]["text"]
        == after["sentences"][0]["translations"][0]["text"]
    )


def test_damaged_model_is_named(exported_tflite, tmp_path):
    directory = shutil.copytree(exported_tflite, tmp_path / "model")
    (directory / "model.tflite").write_bytes(b"damaged")
    with pytest.raises(
        InputError, match="Version 1: Expected a whole exported model .*model.tflite has changed"
    ):
        ServedModel("lite", directory)


def test_missing_package_is_named_before_anything_is_loaded(exported_tflite, tmp_path, monkeypatch):
    shutil.copytree(exported_tflite, tmp_path / "versions" / "1")
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    for directory in (exported_tflite, tmp_path / "versions"):
        assert "pip install ai-edge-litert" in fails("serve", "--model", directory)
