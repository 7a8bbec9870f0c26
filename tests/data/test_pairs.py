"""Pairs come in the forms that programs hold them in; what has none of these is named."""

import unicodedata

import pytest

from seq2seq.data.corpus import Corpus
from seq2seq.data.pairs import as_corpus
from seq2seq.errors import InputError

SOURCES = ["a b", "c"]
TARGETS = ["b a", "c c"]


@pytest.fixture
def files(tmp_path):
    tsv = tmp_path / "pairs.tsv"
    source = tmp_path / "pairs.en"
    target = tmp_path / "pairs.ko"
    tsv.write_text("a b\tb a\nc\tc c\n")
    source.write_text("a b\nc\n")
    target.write_text("b a\nc c\n")
    return tsv, source, target


def test_every_form_of_the_same_pairs_gives_the_same_corpus(files):
    tsv, source, target = files
    pairs = list(zip(SOURCES, TARGETS, strict=True))

    for given in (
        (tsv,),
        (str(tsv),),
        ([tsv],),
        (source, target),
        (str(source), target),
        (pairs,),
        (tuple(pairs),),
        (iter(pairs),),
        ([list(pair) for pair in pairs],),
        (SOURCES, TARGETS),
        (tuple(SOURCES), iter(TARGETS)),
        (Corpus(SOURCES, TARGETS),),
    ):
        corpus = as_corpus(*given)
        assert (corpus.source, corpus.target) == (SOURCES, TARGETS)


def test_whitespace_around_a_sentence_is_stripped_as_in_a_file():
    assert as_corpus([(" a ", "\tb\n")]).source == ["a"]


def test_several_files_are_one_corpus(files):
    assert as_corpus([files[0], files[0]]).source == SOURCES * 2


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((7,), "Expected a TSV file .* Received: int"),
        (([],), "Expected sentence pairs. Received: none"),
        (([("a", "b"), ("c",)],), r"Received: \('c',\) at place 1 of the list"),
        (([("a", "b", "c")],), r"Received: \('a', 'b', 'c'\) at place 0"),
        (([("a", 5)],), r"Received: \('a', 5\) at place 0"),
        (([("a", " ")],), "Expected text on both sides of a pair. Received: .* at place 0"),
        ((["a", "b"],), "Expected TSV files. Received: 'a', which is no file. .* second list"),
        ((["a"], ["b", "c"]), "as many targets as sources. Received: 1 sources and 2 targets"),
        ((["a"], "b.txt"), "Expected two text files, or two lists"),
        (("nothere.tsv",), "nothere.tsv"),
    ],
)
def test_what_is_no_pair_is_named_in_one_line(given, message):
    with pytest.raises(InputError, match=message) as error:
        as_corpus(*given)
    assert "\n" not in str(error.value)


def test_pairs_in_memory_are_read_as_from_a_file():
    corpus = as_corpus([(unicodedata.normalize("NFD", "Ångström"), " 나\t는 ")])
    assert (corpus.source, corpus.target) == (["Ångström"], ["나 는"])
