"""Translations that hold the terms of a glossary, of a model that writes noise."""

import pytest

from seq2seq.errors import InputError
from seq2seq.translation.glossary import Glossary
from seq2seq.translation.listed import terms_to_write, translate_listed
from seq2seq.translation.protected import Term
from seq2seq.translation.result import Hypothesis, Translation

pytest_plugins = ["fixtures.protected"]

TERMS = {"cat": "Katze", "dogs": "도서관", "sees": "Windows 11", "東京": "도쿄"}
SENTENCES = ["the cat sees 12 dogs", "a dog", "cat", "東京 京都 has a <b>cat</b> 🐈", ""]


@pytest.mark.parametrize("options", [{}, {"n_best": 3}, {"temperature": 2.0, "seed": 1}], ids=str)
def test_terms_stand_in_every_translation(noisy_translator, options):
    found = list(noisy_translator.stream(SENTENCES, glossary=TERMS, **options))
    wanted = [
        ["Katze", "도서관", "Windows 11", "12"],
        [],
        ["Katze"],
        ["도쿄", "京都", "Katze", "<b>"],
        [],
    ]
    for sentence, translation, parts in zip(SENTENCES, found, wanted, strict=True):
        assert translation.source == sentence
        for hypothesis in translation.hypotheses:
            assert [part for part in parts if hypothesis.text.count(part) != 1] == []


def test_sentence_without_terms_is_translated_as_without_a_glossary(noisy_translator):
    sentences = ["a dog sees the cats", "{name} has 12"]
    glossary = {"tiger": "Tiger"}
    assert noisy_translator.translate(sentences, glossary=glossary) == noisy_translator.translate(
        sentences
    )
    assert noisy_translator.translate(sentences, glossary={}) == noisy_translator.translate(
        sentences
    )


def test_glossary_comes_from_a_file_too(noisy_translator, tmp_path):
    path = tmp_path / "terms.tsv"
    path.write_text("cat\tKatze\n", encoding="utf-8")
    of_file = noisy_translator.translate(SENTENCES, glossary=path)
    assert of_file == noisy_translator.translate(SENTENCES, glossary={"cat": "Katze"})


def test_glossary_is_refused_by_a_model_without_placeholders(noisy_translator):
    old = noisy_translator.anew()
    old.protector = None
    with pytest.raises(InputError, match=r"Expected a model that knows placeholders"):
        old.translate("a cat", glossary={"cat": "Katze"})
    with pytest.raises(InputError, match=r"Expected a glossary"):
        noisy_translator.translate("a cat", glossary=3)


def translations(*texts):
    return [Translation("", [Hypothesis(text, 0.0, [])], []) for text in texts]


def test_sentence_is_translated_again_while_terms_are_lacking():
    sentences = ["a cat", "a dog", "a cat, a dog", "a cat and a dog"]
    answers = [
        translations("eine Katze", "ein Hündchen", "eine Katze", "nichts"),
        translations("ein Hund", "Hund", "Katze und Hund"),
        translations("Katze, Hund"),
    ]
    asked = []

    def attempt(places, terms):
        asked.append(
            {
                place: [term.written for term in some]
                for place, some in zip(places, terms, strict=True)
            }
        )
        return answers[len(asked) - 1]

    glossary = Glossary({"cat": "Katze", "dog": "Hund"})
    found = translate_listed(sentences, glossary, attempt)

    assert [one.text for one in found] == [
        "eine Katze",
        "ein Hund",
        "Katze, Hund",
        "Katze und Hund",
    ]
    assert asked == [
        dict.fromkeys(range(4), []),
        {1: ["Hund"], 2: ["Hund"], 3: ["Katze", "Hund"]},
        {2: ["Katze", "Hund"]},
    ]


@pytest.mark.parametrize(
    ("written", "text", "is_there"),
    [
        ("Park", "im Park.", True),
        ("Park", "im Parkhaus", False),
        ("Park", "im park", False),
        ("도서관", "도서관에서 봤어", True),
        ("도서관", "도서관장을 봤어", False),
        ("図書館", "東京図書館へ", True),
    ],
)
def test_a_term_is_there_as_a_word_of_its_own(written, text, is_there):
    terms = [Term(0, 3, written)]
    assert terms_to_write(terms, (), [text]) == ([] if is_there else terms)


def test_a_term_of_two_places_has_to_be_there_twice():
    terms = [Term(0, 3, "Katze"), Term(8, 11, "Katze")]
    assert terms_to_write(terms, (), ["Katze, Katze"]) == []
    assert terms_to_write(terms, (), ["Katze, Katze", "Katze"]) == terms
    assert terms_to_write(terms, terms, ["Katze"]) == ()
