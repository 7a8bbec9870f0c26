"""`to` in a request, the name of a model, and the letters of a text choose among the languages."""

import base64
import json

import pytest

from fixtures.serving import running
from seq2seq.errors import InputError
from seq2seq.exports.note import NOTE, Direction, Note
from seq2seq.exports.saved_model import note_of

pytest_plugins = ["fixtures.commands", "fixtures.serving", "fixtures.two_scripts"]

MIXED = ["I am b.", "나는 가.", "12", "", "go"]
PATH = "/translate/document"


@pytest.fixture(scope="module")
def client(directed, shouting):
    """A client of a server over models of two scripts, of one script, of three, and of none."""
    mine = {
        "mine-en": directed("en", "ko", scripts=("HANGUL",)),
        "mine-ko": directed("ko", "en", scripts=("LATIN",)),
    }
    alike = {"alike-en": directed("en", "de"), "alike-de": directed("de", "en")}
    three = {f"three-{name}": directed(name, "en") for name in ("ko", "de", "fr")}
    with running({**mine, **alike, **three, "plain": shouting}) as client:
        yield client


def texts_of(answer):
    return [one["translations"][0]["text"] for one in answer["sentences"]]


@pytest.mark.parametrize("model", [{}, {"model": "mine"}])
def test_language_of_the_request_chooses(model, client):
    for to, text in (("ko", "HELLO"), ("en", "[hello]")):
        answer = client.post("/translate", {"text": "hello", "to": to, **model})
        assert (answer["model"], texts_of(answer)) == (f"mine-{to}", [text])
        assert answer["sentences"][0]["to"] == to


def test_language_that_agrees_with_the_model_is_right(client):
    answer = client.post("/translate", {"text": "hello", "model": "mine-ko", "to": "ko"})
    assert texts_of(answer) == ["HELLO"]
    assert texts_of(client.post("/translate", {"text": "a", "model": "three", "to": "fr"})) == ["A"]


@pytest.mark.parametrize("model", [{}, {"model": "mine"}])
def test_letters_of_each_text_choose_and_answers_stay_in_order(model, client):
    answer = client.post("/translate", {"text": MIXED, **model})
    assert texts_of(answer) == ["I AM B.", "[나는 가.]", "[12]", "[]", "GO"]
    assert [one["to"] for one in answer["sentences"]] == ["ko", "en", "en", "en", "ko"]
    assert (answer["model"], answer["version"]) == ("mine-ko", 1)
    assert client.post("/translate", {"text": [], **model})["model"] == "mine-en"


def test_served_model_that_is_named_takes_all_texts(client):
    answer = client.post("/translate", {"text": MIXED, "model": "mine-ko"})
    assert {one["to"] for one in answer["sentences"]} == {"ko"}


def test_stream_chooses_as_a_list_does(client):
    _, lines = client.ask("POST", "/translate/stream", {"text": MIXED * 40})
    found = [json.loads(line) for line in lines.splitlines()]
    assert [one["source"] for one in found] == MIXED * 40
    assert [one["to"] for one in found] == ["ko", "en", "en", "en", "ko"] * 40
    _, lines = client.ask("POST", "/translate/stream", {"text": ["가"], "to": "ko"})
    assert json.loads(lines)["to"] == "ko"


def test_document_goes_into_one_language(client):
    text = "I am here.\n\n가\n".encode()
    status, answer = client.ask("POST", f"{PATH}?name=a.txt", text)
    assert (status, answer) == (200, "I AM HERE.\n\n가\n")
    assert 'filename="a.ko.txt"' in client.headers["content-disposition"]
    status, answer = client.ask("POST", f"{PATH}?name=a.txt&model=mine&to=en", text)
    assert (status, answer) == (200, "[I am here.]\n\n[가]\n")
    _, lines = client.ask("POST", f"{PATH}?name=a.txt&to=ko&progress=true", text)
    last = json.loads(lines.splitlines()[-1])
    assert last["name"] == "a.ko.txt" and base64.b64decode(last["content"]).startswith(b"I AM")


def test_models_tell_their_languages(client):
    listed = {one["name"]: one for one in json.loads(client.get("/models"))}
    assert listed["mine-ko"] == {
        "name": "mine-ko",
        "version": 1,
        "signatures": ["serving_default"],
        "model": "mine",
        "to": "ko",
        "from": ["en"],
        "by_letters": True,
    }
    assert [listed[name]["by_letters"] for name in ("mine-en", "alike-de", "three-ko")] == [
        True,
        False,
        False,
    ]
    assert listed["plain"].keys() == {"name", "version", "signatures"}


def test_description_tells_the_fields(client):
    described = json.loads(client.get("/openapi.json"))
    schemas = described["components"]["schemas"]
    for name in ("TranslateRequest", "Sentence"):
        assert "language" in schemas[name]["properties"]["to"]["description"]
    options = described["paths"][PATH]["post"]["parameters"]
    assert "to" in [option["name"] for option in options]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"to": "fr"}, "translate into: en or ko. Received: fr. Give one of them."),
        ({"model": "mine", "to": "fr"}, "translate into: en or ko. Received: fr."),
        (
            {"model": "mine-ko", "to": "en"},
            "translate into: ko. Received: en. "
            'Leave "to" out, or ask mine, which translates into en or ko.',
        ),
        ({"model": "three", "to": "en"}, "translate into: ko or de or fr. Received: en."),
        ({"model": "plain", "to": "ko"}, "plain does not tell its languages. Received: ko."),
        ({"model": "alike"}, 'into: en or de. Received: none. Give it, such as "to": "en".'),
        ({"model": "three"}, "into: ko or de or fr. Received: none."),
        ({"to": 3}, "string"),
        ({"to": ""}, "translate into: en or ko."),
    ],
)
def test_language_that_cannot_be_is_one_line_that_lists_the_others(request_, message, client):
    for path in ("/translate", "/translate/stream"):
        error = client.refused(path, {"text": "a", **request_})
        assert message in error and "\n" not in error


def test_document_into_an_unknown_language_is_refused(client):
    assert "en or ko. Received: fr" in client.refused(f"{PATH}?name=a.txt&to=fr", b"a")
    assert "not yet" not in client.refused(f"{PATH}?name=a.txt&model=no", b"a", status=404)


def test_where_letters_do_not_tell_the_first_model_answers(directed):
    with running({"a-en": directed("en", "de"), "a-de": directed("de", "en")}) as client:
        answer = client.post("/translate", {"text": ["a", "가"]})
        assert answer["model"] == "a-en" and texts_of(answer) == ["[a]", "[가]"]


def test_rest_api_knows_served_models_alone(client):
    body = {"instances": ["a"]}
    assert client.post("/v1/models/mine-ko:predict", body)
    assert "Received: mine." in client.refused("/v1/models/mine:predict", body, status=404)


def test_note_of_an_export_tells_its_languages(en_and_ko, tmp_path):
    note = note_of(en_and_ko.to("ko"))
    assert note.direction == Direction("ko", ("en",), ("LATIN",))
    note.write(tmp_path)
    assert Note.read(tmp_path).direction == note.direction
    assert note_of(en_and_ko).direction is None


def test_languages_that_are_no_text_are_a_clear_error(tmp_path):
    for line in ("to = 3", 'to = "ko"\nfrom = "en"', 'to = "ko"\nfrom-scripts = [1]'):
        (tmp_path / NOTE).write_text(f"{line}\n")
        with pytest.raises(InputError, match="languages as text in .*Export the model again"):
            Note.read(tmp_path)
