"""A glossary: which terms it finds in a sentence, and which files it refuses."""

import time

import pytest

from seq2seq.errors import InputError
from seq2seq.translation.glossary import Glossary
from seq2seq.translation.protected import Term


def found(terms, sentence):
    """The letters of the sentence at the terms, and their translations."""
    return [(sentence[start:end], text) for start, end, text in Glossary(terms).find(sentence)]


def listed(*terms):
    """Terms that are their own translations."""
    return {term: f"<{term}>" for term in terms}


def parts(terms, sentence):
    return [part for part, _ in found(listed(*terms), sentence)]


def test_glossary_finds_places_and_translations():
    terms = Glossary({"library": "도서관", "station": "역"})
    assert terms.find("The library, a station.") == [Term(4, 11, "도서관"), Term(15, 22, "역")]
    assert terms.find("") == []
    assert Glossary({}).find("The library") == []


def test_glossary_takes_the_longest_term():
    terms = ["art", "art library", "library station", "New York", "York Times"]
    assert parts(terms, "an art library station") == ["art library"]
    assert parts(terms, "an art  library") == ["art  library"]
    assert parts(terms, "an art, library") == ["art"]
    assert parts(terms, "New York Times") == ["New York"]
    assert parts(["a b c", "b"], "a b d") == ["b"]


@pytest.mark.parametrize(
    ("term", "sentence", "count"),
    [
        ("library", "library: the (library) library's Library", 4),
        ("library", "libraries librarys mylibrary library2 library_a", 0),
        ("art", "state-of-the-art art-house", 0),
        ("art", "the art -- and “art”, art.", 3),
        ("we", "we're we've we’ll", 0),
        ("hôtel", "l'hôtel ho\u0302tel l’hôtel", 3),
        ("don't", "don’t", 1),
        ("C++", "C++ and C++.", 2),
        ("C", "C++", 1),
        ("Windows 11", "Windows 11, Windows 11.5", 1),
        ("COVID-19", "COVID-19", 1),
        ("straße", "Straße", 1),
        ("हिन्दी", "हिन्दी में, हिन्दीभाषा", 1),
    ],
)
def test_glossary_finds_whole_words(term, sentence, count):
    assert len(parts([term], sentence)) == count


@pytest.mark.parametrize(
    ("term", "sentence", "count"),
    [
        ("도서관", "도서관 도서관에서는 도서관입니다. 도서관이 도서관들을 도서관(책)", 6),
        ("도서관", "도서관장 시도서관 도서관학과", 0),
        ("예술 도서관", "예술 도서관에서", 1),
        ("Python", "Python을 배운다", 1),
        ("K", "K팝", 0),
        ("팝", "K팝", 0),
        ("図書館", "東京図書館へ行く", 1),
        ("アート", "アートへ スマートアート デパート", 1),
        ("图书馆", "我在图书馆看书", 1),
        ("ห้องสมุด", "ฉันไปห้องสมุดกัน", 1),
    ],
)
def test_glossary_finds_words_of_other_scripts(term, sentence, count):
    assert len(parts([term], sentence)) == count
    assert len(parts([term], f"x {sentence}")) == count


def test_glossary_finds_korean_words_taken_apart():
    import unicodedata

    sentence = unicodedata.normalize("NFD", "큰 도서관에서")
    assert len(parts(["도서관"], sentence)) == 1


def test_glossary_reads_capitals_where_they_matter():
    assert parts(["US"], "US us Us") == ["US"]
    assert parts(["A"], "A a") == ["A"]
    assert parts(["iPhone"], "iPhone IPHONE iphone") == ["iPhone", "IPHONE"]
    assert parts(["library"], "library Library LIBRARY") == ["library", "Library", "LIBRARY"]
    assert parts(["New York"], "new york NEW YORK") == ["new york", "NEW YORK"]
    assert found({"Apple": "애플", "apple": "사과"}, "apple Apple,") == [
        ("apple Apple", "사과 애플")
    ]


def test_glossary_leaves_spans_whole():
    sentence = "<library id='library'>www.library.com library@a.com {library} #library report.pdf"
    assert parts(["library", "report", "com", "pdf", "id"], sentence) == []
    assert parts(["www.library.com"], "www.library.com") == ["www.library.com"]
    assert parts(["art library"], "art <b>library</b>") == []


def test_glossary_makes_one_term_of_a_korean_compound():
    terms = {"art": "예술", "library": "도서관", "station": "정거장"}
    assert found(terms, "art library station, art") == [
        ("art library station", "예술 도서관 정거장"),
        ("art", "예술"),
    ]
    assert found({"art": "Kunst", "library": "Bücherei"}, "art library") == [
        ("art", "Kunst"),
        ("library", "Bücherei"),
    ]


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
