"""Models with fewer signatures, or that are no translators, are served as far as they go."""

import json

import pytest
import tensorflow as tf

from fixtures.serving import running

pytest_plugins = ["fixtures.serving"]

NUMBERS = tf.TensorSpec([None], tf.float32, name="x")


class Numbers(tf.Module):
    """Half of a number and two; what is no row of a batch; what is no text."""

    @tf.function(input_signature=[NUMBERS])
    def half(self, x):
        return {"y": x / 2 + 2}

    @tf.function(input_signature=[tf.TensorSpec([3], tf.float32, name="x")])
    def total(self, x):
        return {"total": tf.reduce_sum(x), "x": x}

    @tf.function(input_signature=[NUMBERS])
    def mean(self, x):
        return {"mean": tf.reduce_mean(x, keepdims=True)}

    @tf.function(input_signature=[NUMBERS])
    def binary(self, x):
        return {"raw_bytes": tf.strings.as_string(tf.cast(x, tf.int32)), "ratio": x / 0}


@pytest.fixture(scope="module")
def client(shouting, tmp_path_factory):
    directory = tmp_path_factory.mktemp("others")
    numbers = Numbers()
    signatures = {"serving_default": numbers.half, "total": numbers.total, "mean": numbers.mean}
    tf.saved_model.save(
        numbers, str(directory / "numbers"), {**signatures, "binary": numbers.binary}
    )
    with running({"shout": shouting, "numbers": directory / "numbers"}) as client:
        yield client


def test_models_are_listed_and_the_first_is_the_default(client):
    listed = json.loads(client.get("/models"))
    assert [(model["name"], model["signatures"]) for model in listed][0] == (
        "shout",
        ["serving_default"],
    )
    assert client.post("/translate", {"text": "a"})["model"] == "shout"


def test_model_without_a_beam_translates_greedily(client):
    for options in ({}, {"n_best": None, "details": True}, {"search": "greedy"}):
        sentences = client.post("/translate", {"text": ["a", "b"], **options})["sentences"]
        assert [item["translations"][0]["text"] for item in sentences] == ["A", "B"]
    assert "Expected a search that the model offers" in client.refused(
        "/translate", {"text": "a", "search": "beam"}
    )
    assert "signature prefix" in client.refused("/translate", {"text": "a", "prefix": []})


def test_model_that_is_no_translator_is_served_all_the_same(client):
    assert client.post("/v1/models/numbers:predict", {"instances": [1, 2.5]}) == {
        "predictions": [2.5, 3.25]
    }
    assert client.post("/v1/models/numbers:predict", {"inputs": {"x": [1, 2.5]}}) == {
        "outputs": [2.5, 3.25]
    }
    assert "that seq2seq export made" in client.refused(
        "/translate", {"text": "a", "model": "numbers"}
    )


def test_signature_without_a_batch_is_called_as_it_is(client):
    answer = client.post(
        "/v1/models/numbers:predict", {"signature_name": "total", "inputs": [1, 2, 3]}
    )
    assert answer == {"outputs": {"total": 6.0, "x": [1.0, 2.0, 3.0]}}
    message = client.refused(
        "/v1/models/numbers:predict", {"signature_name": "total", "inputs": [1, 2]}
    )
    assert "float32 of shape [3]. Received the shape [2]" in message


def test_outputs_that_are_no_rows_are_refused(client):
    message = client.refused(
        "/v1/models/numbers:predict", {"signature_name": "mean", "instances": [1, 2]}
    )
    assert "a row per instance" in message


def test_bytes_are_base64_and_numbers_may_be_infinite(client):
    status, text = client.ask(
        "POST", "/v1/models/numbers:predict", {"signature_name": "binary", "instances": [1, -1]}
    )
    assert status == 200 and "-Infinity" in text
    assert [row["raw_bytes"] for row in json.loads(text)["predictions"]] == [
        {"b64": "MQ=="},
        {"b64": "LTE="},
    ]


@pytest.mark.parametrize("wrong", ["1", None, [[1], [2, 3]], {"b64": "MQ=="}])
def test_value_that_is_no_number_is_refused(client, wrong):
    assert "Expected x to be float32" in client.refused(
        "/v1/models/numbers:predict", {"instances": [1, wrong]}
    )
