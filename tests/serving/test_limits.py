"""Requests that are too much are refused, and the rest holds up no one."""

import json
import threading
import time

import numpy as np
import pytest
import tensorflow as tf

from fixtures.serving import running
from seq2seq.serving.limits import Limits
from seq2seq.serving.outputs import own, values
from seq2seq.serving.refusal import Refusal

pytest_plugins = ["fixtures.serving"]

PREDICT = "/v1/models/model:predict"
TEXTS = tf.TensorSpec([None], tf.string, name="text")
PREFIXES = tf.TensorSpec([None], tf.string, name="prefix")


class Attending(tf.Module):
    """A beam of two that repeats the text letter by letter, with attention from each to each."""

    @tf.function(input_signature=[TEXTS])
    def beam(self, text):
        letters = tf.strings.unicode_split(text, "UTF-8").to_tensor("<pad>")
        width = tf.shape(letters)[1]
        pieces = tf.stack([letters, letters], 1)
        return {
            "translation": tf.stack([text, text], 1),
            "score": tf.zeros([tf.shape(text)[0], 2]),
            "pieces": pieces,
            "source_pieces": letters,
            "attention": tf.random.uniform([tf.shape(text)[0], 2, width, width]),
        }

    @tf.function(input_signature=[TEXTS, PREFIXES])
    def prefix(self, text, prefix):
        return {**self.beam(text), "next_pieces": tf.stack([prefix, prefix], 1)}


@pytest.fixture(scope="module")
def attending(tmp_path_factory):
    module = Attending()
    directory = tmp_path_factory.mktemp("attending") / "model"
    signatures = {"serving_default": module.beam, "beam": module.beam, "prefix": module.prefix}
    tf.saved_model.save(module, str(directory), signatures)
    return directory


@pytest.fixture(scope="module")
def client(attending):
    limits = Limits(answer=20_000, work=4000, prefix_pieces=8)
    with running({"model": attending}, limits=limits) as client:
        yield client


def beam(texts, key="instances"):
    return {"signature_name": "beam", key: texts}


def test_row_is_as_wide_as_its_own_pieces_whoever_shares_its_batch(client):
    short, long = client.post(PREDICT, beam(["ab", "abcdef"]))["predictions"]
    assert short["source_pieces"] == ["a", "b"] and short["pieces"] == [["a", "b"]] * 2
    assert np.shape(short["attention"]) == (2, 2, 2) and np.shape(long["attention"]) == (2, 6, 6)
    outputs = client.post(PREDICT, beam(["ab", "abcdef"], "inputs"))["outputs"]
    assert outputs["source_pieces"][0] == ["a", "b", *["<pad>"] * 4]
    assert np.shape(outputs["attention"]) == (2, 2, 6, 6)


def test_own_row_holds_nothing_of_its_batch():
    batch = np.zeros((2, 100, 100))
    pieces = np.array([[b"a", b"b", b"<pad>"], [b"a", b"<pad>", b"<pad>"]], object)
    row = own({"pieces": pieces, "source_pieces": pieces[1], "attention": batch[:, :3, :3]})
    assert row["attention"].shape == (2, 2, 1) and row["attention"].base is None
    assert values(row) == 4 + 1 + 4
    empty = np.zeros((2, 0), object)
    assert own({"pieces": empty, "source_pieces": empty[0]})["pieces"].shape == (2, 0)


def test_strings_keep_zero_bytes_at_their_ends(client):
    texts = ["a\0", "b"]
    (first, _) = client.post(PREDICT, beam(texts))["predictions"]
    assert first["translation"] == ["a\0", "a\0"] and first["pieces"][0] == ["a", "\0"]
    outputs = client.post(PREDICT, beam(texts, "inputs"))["outputs"]
    assert outputs["translation"][0] == ["a\0", "a\0"]


def test_answer_too_large_is_refused_before_or_while_it_is_computed(client):
    before = beam(["a" * 400])  # even as English it would have 101 pieces
    during = beam(["a" * 150])  # pieces of one letter: 2 · 150 · 150 weights
    for body in (before, during):
        assert "Send fewer or shorter sentences" in client.refused(PREDICT, body, status=413)
    assert client.post("/translate", {"text": "a" * 150, "split_sentences": False})


def test_outputs_count_as_wide_as_they_are_padded(client):
    texts = ["a" * 60, *"b" * 30]
    assert len(client.post(PREDICT, beam(texts))["predictions"]) == 31
    assert "an answer of at most 20000" in client.refused(
        PREDICT, beam(texts, "inputs"), status=413
    )


def test_long_prefix_is_refused(client):
    for path, body in (
        ("/translate", {"text": "a", "prefix": ["a"] * 9}),
        (PREDICT, {"signature_name": "prefix", "instances": [{"text": "a", "prefix": "a " * 9}]}),
    ):
        assert "at most 8 pieces. Received: 9" in client.refused(path, body, status=413)


def test_too_much_work_is_refused_and_a_stream_of_it_is_not(client):
    texts = ["a" * 20] * 200  # about 21 pieces each, twice
    for path, body in (("/translate", {"text": texts}), (PREDICT, {"instances": texts})):
        assert "use /translate/stream" in client.refused(path, body, status=413)
    status, text = client.ask("POST", "/translate/stream", {"text": texts})
    assert (status, len(text.splitlines())) == (200, 200) and "error" not in text


def test_estimates_of_work_grow_with_length_beam_and_prefix():
    limits = Limits(work=100)
    limits.check_work(["a" * 10], hypotheses=2)
    for texts, options in (
        (["a" * 200], {"hypotheses": 1}),
        (["a" * 10], {"hypotheses": 20}),
        (["a"], {"hypotheses": 1, "prefix": 100}),
    ):
        with pytest.raises(Refusal, match="at most 100 pieces times hypotheses"):
            limits.check_work(texts, **options)


def test_translation_that_is_scored_has_a_limit():
    with pytest.raises(Refusal, match="Received: 1001"):
        Limits().check_scored("a" * 1001)


def test_health_is_answered_while_a_large_answer_is_written(attending):
    """Written at once, an answer of 4,000,000 numbers stopped all others for seconds."""
    with running({"model": attending}) as client:
        answers = []
        body = beam(["a" * 250] * 30)
        asking = threading.Thread(target=lambda: answers.append(client.ask("POST", PREDICT, body)))
        asking.start()
        waits = []
        while asking.is_alive():
            began = time.monotonic()
            client.get("/healthz")
            waits.append(time.monotonic() - began)
            time.sleep(0.01)
        status, text = answers[0]
    assert status == 200 and len(json.loads(text)["predictions"]) == 30
    assert max(waits) < 1  # on a busy machine; below 0.1 on an idle one


def test_too_many_requests_at_a_time_are_refused_but_health_is_answered(attending):
    limits = Limits(requests=0)
    with running({"model": attending}, limits=limits) as client:
        assert "at most 0 requests" in client.refused("/translate", {"text": "a"}, status=503)
        assert client.headers["retry-after"]
        assert client.get("/healthz") == "ok\n" and client.get("/metrics")


def test_request_without_an_answer_in_time_is_told_so(attending):
    with running({"model": attending}, limits=Limits(answer_seconds=0.0)) as client:
        assert "an answer within 0 seconds" in client.refused(
            "/translate", {"text": "a"}, status=503
        )
