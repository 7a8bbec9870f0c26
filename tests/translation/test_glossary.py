"""A glossary: which terms it finds in a sentence, and which files it refuses."""

import json
import time
from pathlib import Path

import pytest

from seq2seq.errors import InputError
from seq2seq.translation.glossary import Glossary
from seq2seq.translation.protected import Term

# What is found in sentences; the scripts of the page read these, too.
CASES = Path(__file__).parents[1] / "fixtures" / "glossary.json"


def found(terms, sentence):
    """The letters of the sentence at the terms, and their translations."""
    return [(sentence[start:end], text) for start, end, text in Glossary(terms).find(sentence)]


def parts(terms, sentence):
    return [part for part, _ in found({term: f"<{term}>" for term in terms}, sentence)]


def test_glossary_finds_places_and_translations():
    terms = Glossary({"library": "도서관", "station": "역"})
    assert terms.find("The library, a station.") == [Term(4, 11, "도서관"), Term(15, 22, "역")]


@pytest.mark.parametrize("case", json.loads(CASES.read_text(encoding="utf-8")))
def test_glossary_finds_whole_words_in_the_capitals_that_matter(case):
    """The longest term, whole words, no part of a link or a tag, compounds in Korean."""
    expected = [tuple(one) for one in case["found"]]
    assert found(case["terms"], case["sentence"]) == expected


def test_glossary_finds_korean_words_taken_apart():
    import unicodedata

    sentence = unicodedata.normalize("NFD", "큰 도서관에서")
    assert len(parts(["도서관"], sentence)) == 1


def test_glossary_lets_the_second_of_two_win():
    both = Glossary({"library": "서고", "art": "예술"}) | Glossary({"library": "도서관"})
    assert [term.written for term in both.find("art, library")] == ["예술", "도서관"]


def test_glossary_takes_time_in_proportion_to_the_sentence():
    terms = {f"word{number} next{number % 7}": "말" for number in range(2000)}
    terms |= {"가" * 500: "가", "a " * 200 + "b": "b"}
    glossary = Glossary(terms)

    started = time.perf_counter()
    glossary.find("word5 next5 other " * 2000)
    glossary.find("가" * 4000)
    glossary.find("a " * 2000)
    assert time.perf_counter() - started < 5


def test_glossary_reads_a_file(tmp_path):
    path = tmp_path / "terms.tsv"
    path.write_bytes(
        "\ufefflibrary\t도서관\r\n\n# a comment\tof two columns\n#\n #tag \t 꼬리표\n"
        "library\t도서관\nart library\t미술 도서관".encode()
    )
    glossary = Glossary.of(path)
    assert [term.written for term in glossary.find("library; art library; #tag")] == [
        "도서관",
        "미술 도서관",
        "꼬리표",
    ]
    assert Glossary.of(str(path)).find("library") == Glossary.of({"library": "도서관"}).find(
        "library"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\tb\nlibrary 도서관\n", r"terms.tsv, line 2, with no TAB\. "),
        ("a\tb\tc\n", r"terms.tsv, line 1, with 2 TABs\. "),
        ("\n\tb\n", r"terms.tsv, line 2, with an empty side\. "),
        ("a\t \n", r"terms.tsv, line 1, with an empty side\. "),
        ("a\tb\na\tc\n", r"terms.tsv, line 2, with another one of 'a': 'c' and 'b'\. "),
        ("a\tb\x07\n", r"terms.tsv, line 1, with 'b\\x07'\. "),
        ("a\ufde0\tb\n", r"terms.tsv, line 1, with "),
        ("\n# none\n", r"terms.tsv, without a term\. "),
    ],
)
def test_glossary_refuses_a_file_in_one_line(tmp_path, text, message):
    path = tmp_path / "terms.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match=message) as error:
        Glossary.read(path)
    assert "\n" not in str(error.value)


def test_glossary_refuses_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match=r"none\.tsv: No such file"):
        Glossary.read(tmp_path / "none.tsv")
    path = tmp_path / "terms.tsv"
    path.write_bytes("가\t나".encode("cp949"))
    with pytest.raises(InputError, match=r"Expected UTF-8 text"):
        Glossary.read(path)


@pytest.mark.parametrize(
    "terms",
    [
        {"": "b"},
        {"a": " "},
        {"a": None},
        {1: "a"},
        {"a": "b\nc"},
        {"a\u2028b": "c"},
        {"a": "\ud800"},
    ],
)
def test_glossary_refuses_terms_that_are_no_lines(terms):
    with pytest.raises(InputError, match=r"Expected a term and its translation"):
        Glossary(terms)


@pytest.mark.parametrize("value", [3, ["a"], b"a.tsv", True])
def test_glossary_refuses_what_is_none(value):
    with pytest.raises(InputError, match=r"Expected a glossary: a dictionary"):
        Glossary.of(value)
