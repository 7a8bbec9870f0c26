"""What sentences keep letter for letter, in the answers of a server and of exported models."""

import asyncio
import threading
from collections import Counter

import pytest

from fixtures.protected import SENTENCES
from seq2seq.data.placeholders import PLACEHOLDERS
from seq2seq.data.spans import find_spans
from seq2seq.exports.note import Note
from seq2seq.exports.saved_model import export_saved_model
from seq2seq.exports.signatures import BEAM, GREEDY, PREFIX
from seq2seq.exports.tflite_translator import TFLiteTranslator
from seq2seq.serving.answers import answers
from seq2seq.serving.glossary import find_terms, glossary_of
from seq2seq.serving.limits import Limits
from seq2seq.serving.outputs import own
from seq2seq.serving.refusal import Refusal
from seq2seq.serving.saved_model import SavedModelVersion
from seq2seq.serving.tflite_model import TFLiteVersion
from seq2seq.serving.translation import TranslateRequest, choose_signature
from seq2seq.translation.glossary import Glossary

pytest_plugins = ["fixtures.commands", "fixtures.protected"]


class Batcher:
    """Runs a signature at once, a row at a time where it takes one."""

    async def run(self, signature, inputs, *, keep=own, check=None):
        (count,) = {len(column) for column in inputs.values()}
        rows = []
        for row in range(count):
            outputs = signature({name: column[row : row + 1] for name, column in inputs.items()})
            rows.append(keep({name: output[0] for name, output in outputs.items()}))
        return rows


@pytest.fixture(scope="module", params=["saved", "tflite"])
def version(request, noisy_translator, noisy_tflite, tmp_path_factory):
    if request.param == "tflite":
        return TFLiteVersion("m", 1, noisy_tflite)
    place = tmp_path_factory.mktemp("exported") / "1"
    export_saved_model(noisy_translator, place, beam_size=3)
    return SavedModelVersion("m", 1, place)


def answered(version, listed=None, **request):
    asked = TranslateRequest(**request)
    signature = choose_signature(asked, version)
    terms = glossary_of(asked, version, listed)
    return asyncio.run(answers(asked, version, signature, Batcher(), asked.texts(), terms))


def same_confidence(one, other):
    """Whether the confidence is the same, but for how it was rounded."""
    wanted = None if other is None else other.confidence
    if one.confidence is None or wanted is None:
        return one.confidence is wanted
    return abs(one.confidence - wanted) <= 1


def parts(text):
    return Counter(text[start:end] for start, end, _ in find_spans(text))


def test_exported_models_note_what_they_can_read(version, noisy_translator):
    protector = version.note.protector
    for sentence in SENTENCES:
        assert protector.protect(sentence) == noisy_translator.protector.protect(sentence)


@pytest.mark.parametrize(
    "options", [{"n_best": 1}, {"search": "greedy"}, {"details": True}], ids=str
)
def test_server_answers_as_the_library_translates(version, noisy_translator, options):
    beam_size = 1 if "search" in options else 3
    expected = noisy_translator.stream(SENTENCES, beam_size=beam_size, split_sentences=False)
    found = answered(version, text=SENTENCES, split_sentences=False, **options)
    for sentence, answer, translation in zip(SENTENCES, found, expected, strict=True):
        best = answer.translations[0]
        for part, count in parts(sentence).items():
            assert best.text.count(part) >= count
        assert not set(best.text) & set(PLACEHOLDERS)
        assert answer.copied == (translation.copied or None)
        assert answer.restored == (translation.restored or None)
        assert same_confidence(answer, None if "search" in options else translation)
        if "search" not in options or "<" not in sentence and not translation.restored:
            assert best.text == translation.text
        if options.get("details"):
            assert best.pieces == translation.best.pieces
            assert len(best.probabilities) == len(best.pieces)


def test_prefix_of_shown_pieces_is_continued(version):
    (first,) = answered(version, text="the cat sees {name}", details=True)
    assert 0 <= first.confidence <= 100
    pieces = first.translations[0].pieces
    (again,) = answered(version, text="the cat sees {name}", prefix=pieces[:-1])
    assert again.translations[0].pieces[: len(pieces) - 1] == pieces[:-1]
    assert again.confidence is None
    assert not {item.piece for item in again.alternatives} & set(PLACEHOLDERS)


def test_tflite_translates_as_the_library(noisy_translator, noisy_tflite):
    assert Note.read(noisy_tflite).protector.scripts == ("LATIN",)
    lite = TFLiteTranslator.load(noisy_tflite, threads=2)
    for signature, beam_size in ((GREEDY, 1), (BEAM, 3), (PREFIX, 3)):
        expected = noisy_translator.stream(SENTENCES, beam_size=beam_size)
        for found, wanted in zip(
            lite.stream(SENTENCES, signature=signature), expected, strict=True
        ):
            assert same_confidence(found, wanted)
            assert (found.text, found.copied, found.restored) == (
                wanted.text,
                wanted.copied,
                wanted.restored,
            )


def test_answers_have_terms_as_the_library_has_them(version, noisy_translator):
    terms = {"cat": "Katze", "dogs": "도서관"}
    answers = answered(version, text=SENTENCES, glossary=terms)
    expected = noisy_translator.translate(SENTENCES, glossary=terms, beam_size=3)
    assert [one.translations[0].text if one.translations else "" for one in answers] == expected


def test_terms_of_a_request_win_over_those_of_the_server(version):
    (answer,) = answered(
        version,
        Glossary({"cat": "Kater", "dog": "Hund"}),
        text="a cat, a dog",
        glossary={"cat": "Katze"},
    )
    assert "Katze" in answer.translations[0].text and "Hund" in answer.translations[0].text


def test_terms_that_are_none_are_refused(version):
    with pytest.raises(Refusal, match=r"Expected a term and its translation"):
        answered(version, text="a cat", glossary={"cat": ""})


def test_large_glossaries_are_refused():
    with pytest.raises(Refusal, match=r"at most 1000 terms"):
        Limits().check_glossary({str(number): "a" for number in range(1001)})
    with pytest.raises(Refusal, match=r"at most 200 characters in a term"):
        Limits().check_glossary({"a": "b" * 201})


class Watched(Glossary):
    """A glossary that notes the threads in which terms are looked for."""

    threads: set[threading.Thread] = set()

    def find(self, text):
        self.threads.add(threading.current_thread())
        return super().find(text)


@pytest.mark.parametrize(("count", "is_aside"), [(1, False), (1024, True)])
def test_terms_are_looked_for_aside_where_there_is_much_text(monkeypatch, count, is_aside):
    """A thousand long sentences take some eight seconds, in which no health was told."""
    monkeypatch.setattr(Watched, "threads", set())
    found = asyncio.run(find_terms(["a cat"] * count, Watched({"cat": "Katze"})))
    assert [[term.written for term in some] for some in found] == [["Katze"]] * count
    assert (threading.main_thread() not in Watched.threads) == is_aside
