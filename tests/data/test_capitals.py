"""A text is in capitals only where it could have been written otherwise."""

import pytest

from seq2seq.data.capitals import capitals_are_usual, in_capitals
from seq2seq.data.corpus import Corpus
from seq2seq.storage.configuration import Configuration
from seq2seq.training.presets import resolve


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I AM YUSOL", True),
        ("HELLO", True),
        ("OK", False),
        ("NASA is so", False),
        ("12 34", False),
        ("", False),
        ("ᎠᏂᏍᎦᏯ ᎤᏂᏣᏘ ᎨᏒ", False),  # Cherokee's usual letters are upper case in Unicode
        ("ꭰꮒꮝꭶꮿ ꭴꮒꮳꮨ ꭸꮢ", False),
        ("나는 NASA에서 일한다", False),
        ("私はNHKを見る", False),
        ("მე ვარ აქ", False),
        ("ᲛᲔ ᲕᲐᲠ ᲐᲥ", True),
        ("Я ЖИВУ ТУТ", True),
        ("ΕΊΜΑΙ ΕΔΏ", True),
        ("I AM 나", True),
    ],
)
def test_text_is_in_capitals_if_most_of_its_letters_could_be_small(text, expected):
    assert in_capitals(text) is expected


@pytest.mark.parametrize(("shouted", "expected"), [(0, False), (5, False), (6, True), (10, True)])
def test_run_notes_whether_most_of_its_source_sentences_are_in_capitals(shouted, expected):
    source = ["X-I WANT BUY HOUSE"] * shouted + ["I want to buy a house"] * (10 - shouted)
    assert capitals_are_usual(source) is expected

    corpus = Corpus(source, ["das Haus"] * 10)
    assert resolve(Configuration(), corpus).model.source_capitals is expected
    told = Configuration.from_options({"source_capitals": not expected})
    assert resolve(told, corpus).model.source_capitals is not expected


def test_no_sentence_is_in_capitals_in_an_empty_corpus():
    assert not capitals_are_usual([])
