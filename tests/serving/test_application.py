"""The server answers as the library and TensorFlow Serving do, and says what is wrong."""

import base64
import gc
import json
import re
import signal
import socket
import threading

import numpy as np
import pytest
import uvicorn

from fixtures.commands import letter_strings
from seq2seq.serving.server import listen, serve

pytest_plugins = ["fixtures.commands", "fixtures.serving"]

PREDICT = "/v1/models/reverse:predict"
TEXTS = [*letter_strings(40, seed=21), "", "가나다 b c"]


@pytest.fixture(scope="module")
def greedy(reverse_translator):
    return list(reverse_translator.stream(TEXTS, beam_size=1))


@pytest.fixture(scope="module")
def plain(search_plainly):
    return search_plainly(TEXTS, beam_size=1)


@pytest.fixture(scope="module")
def beams(reverse_translator):
    return list(reverse_translator.stream(TEXTS, beam_size=5, n_best=5, attention=True))


def test_rows_are_answered_with_the_translations_of_the_library(client, plain):
    rows = client.post(PREDICT, {"instances": TEXTS})["predictions"]
    assert [row["translation"] for row in rows] == [result.text for result in plain]
    np.testing.assert_allclose(
        [row["score"] for row in rows], [result.best.score for result in plain], atol=1e-4
    )


def test_columns_names_base64_and_versions_say_the_same_as_rows(client, plain):
    expected = [result.text for result in plain]
    encoded = [{"b64": base64.b64encode(text.encode()).decode()} for text in TEXTS]
    assert client.post(PREDICT, {"inputs": TEXTS})["outputs"]["translation"] == expected
    assert client.post(PREDICT, {"inputs": {"text": encoded}})["outputs"]["translation"] == expected
    rows = client.post(
        "/v1/models/reverse/versions/1:predict",
        {"signature_name": "serving_default", "instances": [{"text": text} for text in TEXTS]},
    )["predictions"]
    assert [row["translation"] for row in rows] == expected


def test_beam_signature_gives_the_n_best_of_the_library(client, search_plainly):
    outputs = client.post(PREDICT, {"signature_name": "beam", "inputs": TEXTS})["outputs"]
    beams = search_plainly(TEXTS, n_best=5)
    for row, expected in zip(outputs["translation"], beams, strict=True):
        texts = [hypothesis.text for hypothesis in expected.hypotheses]
        assert row[: len(texts)] == texts


def test_translate_gives_the_n_best_of_the_library(client, beams):
    answer = client.post("/translate", {"text": TEXTS, "n_best": 5})
    assert (answer["model"], answer["version"]) == ("reverse", 1)
    for sentence, expected in zip(answer["sentences"], beams, strict=True):
        assert sentence["source"] == expected.source
        for item, hypothesis in zip(sentence["translations"], expected.hypotheses, strict=True):
            assert item["text"] == hypothesis.text
            np.testing.assert_allclose(item["score"], hypothesis.score, atol=1e-4)


def test_translate_reports_the_pieces_and_attention_of_the_library(client, beams):
    sentences = client.post("/translate", {"text": TEXTS, "details": True})["sentences"]
    for sentence, expected in zip(sentences, beams, strict=True):
        best = sentence["translations"][0]
        assert sentence["source_pieces"] == expected.source_pieces
        assert best["pieces"] == expected.best.pieces
        np.testing.assert_allclose(
            np.array(best.get("attention", [])).ravel(), expected.best.attention.ravel(), atol=1e-3
        )


def test_translate_gives_all_there_are_when_no_number_is_asked_for(client, beams):
    sentences = client.post("/translate", {"text": TEXTS, "n_best": None})["sentences"]
    assert [len(item["translations"]) for item in sentences] == [
        len(result.hypotheses) for result in beams
    ]


def test_details_have_the_probability_of_each_piece(client):
    for sentence in client.post("/translate", {"text": TEXTS, "details": True})["sentences"]:
        best = sentence["translations"][0]
        pieces = best["pieces"]
        probabilities = np.array(best["probabilities"])
        assert len(pieces) == len(probabilities)
        if (probabilities > 0.01).all():  # they are rounded
            expected = np.log(probabilities).sum() / ((5 + len(pieces)) / 6)
            np.testing.assert_allclose(best["score"], expected, atol=0.02)


def test_prefix_is_continued_and_its_alternatives_are_listed(client):
    alternatives = client.post("/translate", {"text": "b c d", "prefix": []})["sentences"][0][
        "alternatives"
    ]
    assert [item["probability"] for item in alternatives] == sorted(
        (item["probability"] for item in alternatives), reverse=True
    )
    for item in alternatives[:3]:
        sentence = client.post("/translate", {"text": "b c d", "prefix": [item["piece"]]})[
            "sentences"
        ][0]
        assert sentence["translations"][0]["pieces"][0] == item["piece"]
        assert abs(sentence["translations"][0]["probabilities"][0] - item["probability"]) < 2e-3


def test_translate_searches_greedily_when_asked(client, greedy):
    sentences = client.post("/translate", {"text": TEXTS, "search": "greedy"})["sentences"]
    assert [item["translations"][0]["text"] for item in sentences] == [
        result.text for result in greedy
    ]


def test_stream_answers_a_line_per_sentence_in_order(client, beams):
    texts = TEXTS * 8  # more sentences than the limit of /translate, and than a batch
    status, body = client.ask("POST", "/translate/stream", {"text": texts})
    lines = [json.loads(line) for line in body.splitlines()]
    assert (status, client.headers["content-type"]) == (200, "application/x-ndjson")
    assert [line["source"] for line in lines] == texts
    assert [line["translations"][0]["text"] for line in lines] == [
        result.text for result in beams
    ] * 8


def test_stream_that_cannot_go_on_says_so_in_its_last_line(client):
    texts = ["b"] * 64 + ["\ud800"]  # in the second batch
    status, body = client.ask("POST", "/translate/stream", {"text": texts})
    *lines, last = map(json.loads, body.splitlines())
    assert (status, len(lines)) == (200, 64)
    assert "half a surrogate pair" in last["error"]


def test_length_of_a_sentence_is_counted_in_characters(client):
    assert len(client.post(PREDICT, {"instances": ["가" * 150]})["predictions"]) == 1
    assert "Received: 201" in client.refused(PREDICT, {"instances": ["가" * 201]}, status=413)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/translate", {"text": "b", "model": "\ud800"}, 404),
        (PREDICT, {"instances": ["b"], "signature_name": "\ud800"}, 400),
        (PREDICT, {"instances": [{"\ud800": "b"}]}, 400),
    ],
)
def test_half_a_surrogate_pair_in_a_name_is_refused(client, path, body, status):
    assert "\ud800" in client.refused(path, body, status=status)


def test_request_without_sentences_has_no_translations(client):
    assert client.post("/translate", {"text": []})["sentences"] == []
    assert client.ask("POST", "/translate/stream", {"text": []}) == (200, "")


def test_every_client_gets_its_own_answers(client, reverse_translator):
    clients = 64
    questions = 5
    texts = letter_strings(clients * questions, seed=22)
    expected = dict(zip(texts, reverse_translator.translate(texts, beam_size=1), strict=True))
    answers = {}
    together = threading.Barrier(clients)

    def ask(own):
        together.wait()
        for text in own:
            answers[text] = client.post(PREDICT, {"instances": [text]})["predictions"][0][
                "translation"
            ]

    threads = [
        threading.Thread(target=ask, args=(texts[place::clients],)) for place in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == expected
    batches = metric(client, "seq2seq_batch_rows_count", 'signature="serving_default"')
    rows = metric(client, "seq2seq_batch_rows_sum", 'signature="serving_default"')
    assert rows / batches > 1.5  # they did share calls


def metric(client, name, *labels):
    """The sum of a metric's series that have these labels."""
    lines = [
        line
        for line in client.get("/metrics").splitlines()
        if line.startswith((name + "{", name + " "))
    ]
    return sum(
        float(line.rsplit(" ", 1)[1]) for line in lines if all(label in line for label in labels)
    )


def test_status_and_metadata_have_the_shape_of_tensorflow_serving(client):
    available = {
        "version": "1",
        "state": "AVAILABLE",
        "status": {"error_code": "OK", "error_message": ""},
    }
    for path in ("/v1/models/reverse", "/v1/models/reverse/versions/1"):
        assert json.loads(client.get(path)) == {"model_version_status": [available]}
    described = json.loads(client.get("/v1/models/reverse/metadata"))
    assert described["model_spec"] == {"name": "reverse", "signature_name": "", "version": "1"}
    text = described["metadata"]["signature_def"]["signature_def"]["serving_default"]["inputs"][
        "text"
    ]
    assert text["dtype"] == "DT_STRING"
    assert text["tensor_shape"] == {"dim": [{"size": "-1", "name": ""}], "unknown_rank": False}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "Expected a JSON object"),
        (b"[1]", "Expected a JSON object"),
        (b"[" * 9000, "Expected a JSON object"),
        ({}, "either instances or inputs"),
        ({"instances": ["b"], "inputs": ["b"]}, "either instances or inputs"),
        ({"instances": []}, "not empty"),
        ({"instances": "b"}, "a list"),
        ({"inputs": []}, "at least 1"),
        ({"instances": [1]}, "text to be string of shape \\[-1\\].*1, which is no string"),
        ({"instances": [["b"]]}, "shape \\[1, 1\\]"),
        ({"instances": [["b"], ["b", "c"]]}, "different lengths"),
        ({"instances": [{"b64": "?"}]}, "base64"),
        (
            {"instances": [{"txt": "b"}]},
            "Expected the inputs text of serving_default. Received: txt",
        ),
        ({"instances": [{"text": "b"}, {}]}, "instances that all have text"),
        ({"instances": ["\ud800"]}, "surrogate"),
        (
            {"instances": ["b"], "signature_name": "x"},
            "one of the signatures .*serving_default.*Received: x",
        ),
        ({"instances": ["b"], "signature_name": ["x"]}, "one of the signatures"),
    ],
)
def test_wrong_prediction_requests_are_refused(client, body, message):
    assert re.search(message, client.refused(PREDICT, body))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"txt": "b"}, "text: Field required"),
        ({"text": "b", "beam": 3}, "beam: Extra inputs"),
        ({"text": 1}, "Expected a request as /openapi.json"),
        ({"text": "b", "n_best": 0}, "n_best"),
        ({"text": "b", "n_best": 6}, "Expected n_best to be at most 5"),
        ({"text": "b", "n_best": 2, "search": "greedy"}, "Expected n_best to be at most 1"),
        ({"text": "b", "details": True, "search": "greedy"}, "Expected beam search for details"),
        ({"text": "b", "search": "wide"}, "search"),
        ({"text": "\ud800"}, "surrogate"),
        ({"text": "b", "prefix": ["가나"]}, "pieces that the model has. Received: 가나"),
        ({"text": ["b", "c"], "prefix": []}, "one sentence with a prefix"),
        ({"text": "b", "prefix": [], "search": "greedy"}, "searched with a beam"),
    ],
)
def test_wrong_translation_requests_are_refused(client, body, message):
    assert message in client.refused("/translate", body)


def test_translation_request_that_is_no_json_is_refused(client):
    message = client.refused("/translate", b"{", **{"Content-Type": "application/json"})
    assert "Received: body: JSON decode error." in message


def test_missing_model_version_or_route_is_not_found(client):
    assert "Received: other" in client.refused(
        "/v1/models/other:predict", {"instances": ["b"]}, status=404
    )
    assert "Received: 7" in client.refused(
        "/v1/models/reverse/versions/7:predict", {"instances": ["b"]}, status=404
    )
    assert "Received: other" in client.refused(
        "/translate", {"text": "b", "model": "other"}, status=404
    )
    client.refused("/v1/models/reverse/versions/7", None, status=404, method="GET")
    client.refused("/nowhere", None, status=404, method="GET")
    for path in ("/v1/models/reverse:classify", "/v1/models/reverse/versions/x:predict"):
        client.refused(path, {})


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("/translate", {"text": ["b"] * 301}, "at most 300 sentences. Received: 301"),
        (PREDICT, {"instances": ["b"] * 301}, "at most 300 sentences. Received: 301"),
        ("/translate", {"text": "b" * 201}, "at most 200 characters"),
        ("/translate/stream", {"text": ["b", "b" * 201]}, "at most 200 characters"),
        (PREDICT, b"b" * 20_001, "at most 20000 bytes"),
        ("/translate", b"b" * 10_000_000, "at most 20000 bytes"),
    ],
)
def test_request_over_a_limit_is_refused(client, path, body, message):
    assert message in client.refused(path, body, status=413)


def test_errors_and_answers_are_counted(client):
    def count(status):
        return metric(client, "seq2seq_requests_total", 'route="/translate"', f'status="{status}"')

    before = count(200), count(400)
    client.post("/translate", {"text": "b c"})
    client.refused("/translate", {})
    client.refused("/translate", {})
    assert (count(200), count(400)) == (before[0] + 1, before[1] + 2)
    assert metric(client, "seq2seq_model_version", 'model="reverse"') == 1
    assert metric(client, "seq2seq_queue_rows") == 0
    buckets = metric(client, "seq2seq_request_seconds_bucket", 'route="/translate"', 'le="+Inf"')
    assert buckets == metric(client, "seq2seq_request_seconds_count", 'route="/translate"') > 0


def test_health_and_readiness_are_answered(client):
    assert client.get("/healthz") == client.get("/readyz") == "ok\n"


def test_page_loads_nothing_from_elsewhere(client):
    page = client.get("/")
    policy = client.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert "seq2seq" in page
    assert client.headers["x-content-type-options"] == "nosniff"
    assert json.loads(client.get("/openapi.json"))["paths"]["/translate"]["post"]["requestBody"]
    assert client.ask("GET", "/docs")[0] == 404


def test_every_file_that_the_page_names_is_served(client):
    """Some of them lie with the page that is exported."""
    waiting, read = [""], set()
    while waiting:
        path = waiting.pop()
        read.add(path)
        status, content = client.ask("GET", f"/{path}")
        assert status == 200, path
        named = re.findall(r'(?:src|href)="([\w./-]+)"|from "\./([\w.-]+)"', content)
        waiting += {"".join(names) for names in named} - read
    assert {"page.js", "style.css", "units.js", "theme.js", "glossary.js", "icon.svg"} <= read


def test_connection_sends_without_delay():
    """Otherwise the body waits 40 ms for the client to acknowledge the headers."""
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_server_exempts_imports_from_garbage_collection(monkeypatch):
    """A collection among the objects of TensorFlow held up all clients for a fifth of a second."""
    frozen = []
    monkeypatch.setattr(
        uvicorn.Server, "run", lambda self, sockets: frozen.append(gc.get_freeze_count())
    )
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    try:
        serve({}, host="127.0.0.1", port=0, max_batch_size=1, batch_delay=0, threads=1)
    finally:
        gc.unfreeze()
    assert frozen[0] > len(gc.get_objects()) / 2


def test_text_of_several_sentences_is_translated_as_the_library_does(client, reverse_translator):
    text = "X b c!  Y d e f!"
    (expected,) = reverse_translator.stream([text], n_best=5, attention=True)
    (sentence,) = client.post("/translate", {"text": text, "n_best": 5, "details": True})[
        "sentences"
    ]
    assert sentence["source"] == text
    assert sentence["source_pieces"] == expected.source_pieces
    best = sentence["translations"][0]
    assert (best["text"], best["pieces"]) == (expected.text, expected.best.pieces)
    np.testing.assert_allclose(best["attention"], expected.best.attention, atol=1e-3)
    assert len(best["probabilities"]) == len(best["pieces"])
    texts = [item["text"] for item in sentence["translations"]]
    assert len(set(texts)) == len(texts) <= 5


def test_text_is_not_split_when_asked_not_to_or_with_a_prefix(client, reverse_translator):
    text = "X b c! Y d e f!"
    whole = reverse_translator.translate(text, split_sentences=False)
    for more in ({"split_sentences": False}, {"prefix": []}):
        (sentence,) = client.post("/translate", {"text": text, **more})["sentences"]
        assert sentence["translations"][0]["text"] == whole
    answer = client.post("/translate", {"text": ["b", text, "c"], "split_sentences": True})
    assert [sentence["source"] for sentence in answer["sentences"]] == ["b", text, "c"]
