"""What no interface can use is one line that says so, before anything is written."""

import math
from pathlib import Path

import numpy as np
import pytest

import seq2seq
from seq2seq.data.corpus import Corpus
from seq2seq.data.pairs import as_corpus
from seq2seq.errors import InputError, shown
from seq2seq.search.options import SearchOptions
from seq2seq.storage.configuration import Configuration
from seq2seq.storage.directory import expect_room
from seq2seq.translation.texts import checked_texts

HUGE = 10**400


def refuses(call, match):
    """The call raises an `InputError` of one line of UTF-8 that is not endless."""
    with pytest.raises(InputError, match=match) as error:
        call()
    message = str(error.value)
    assert "\n" not in message and "Received" in message and len(message) < 900
    message.encode()


def test_values_are_shown_on_one_line_that_ends():
    assert shown("a\nb\u2028\ud800") == "'a\\nb\\u2028\\ud800'"
    assert len(shown("x" * 100_000)) < 300
    assert "\n" not in shown(np.zeros((40, 40)))


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([("a\ud800", "b")], "that UTF-8 can hold.*at place 0"),
        ([("a", "b"), ("a", "b\udcff")], "that UTF-8 can hold.*at place 1"),
        (b"pairs.tsv", "Received: bytes"),
        ("a\0b.tsv", "Expected the path of a text file"),
        ("", "Expected"),
        (Corpus([], []), "Received: none"),
        (Corpus([None], ["a"]), "Expected text on both sides.*None"),
        (Corpus([" "], ["a"]), "Expected text on both sides"),
        (Corpus(["a"], ["\ud800"]), "that UTF-8 can hold"),
    ],
)
def test_pairs_that_no_model_can_learn_are_refused(pairs, message):
    refuses(lambda: as_corpus(pairs), message)


def test_corpus_with_targets_beside_it_is_refused():
    corpus = Corpus(["a"], ["b"])
    refuses(lambda: as_corpus(corpus, ["c"]), "Received: Corpus and list")
    refuses(lambda: as_corpus(b"ab", b"cd"), "Received: bytes and bytes")


def test_pairs_in_memory_are_those_of_a_file(tmp_path):
    pairs = [(" \u1112\u1161\u11ab ", "e\u0301")]  # Hangul and Latin letters, decomposed
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"{source}\t{target}\n" for source, target in pairs), encoding="utf-8")
    assert as_corpus(pairs) == as_corpus(path)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"beam_size": 10**9}, "beam-size to be .* at most 1,000"),
        ({"beam_size": 10**30}, "beam-size"),
        ({"n_best": 10**30, "top_k": 2}, "n-best"),
        ({"n_best": 10**5, "top_k": 2}, "n-best to be .* at most 10,000"),
        ({"min_length": 10**6}, "min-length to be .* at most 10,000"),
        ({"max_length": 10**9}, "max-length to be .* at most 10,000"),
        ({"beam_size": 10**5000}, "beam-size to be .* Received: a value of type int"),
        ({"no_repeat_ngram": 10**15}, "no-repeat-ngram"),
        ({"top_k": 2**31}, "top-k"),
        ({"shortlist": 10**30}, "shortlist"),
        ({"length_penalty": HUGE}, "length-penalty"),
        ({"length_penalty": 1e300}, "length-penalty"),
        ({"coverage_penalty": math.inf}, "coverage-penalty"),
        ({"temperature": 1e-300}, "temperature"),
        ({"temperature": HUGE}, "temperature"),
        ({"temperature": math.nan}, "temperature"),
        ({"prefix": "\ud800"}, "prefix to be text that UTF-8 can hold"),
        ({"beam_size": "x" * 100_000}, "beam-size"),
        ({5: 5}, "Received: 5"),
        ({None: 5}, "Received: None"),
        ({"x" * 100_000: 5}, "Received: 'xxx"),
        (None, "by their names. Received: None"),
        ([], "by their names"),
        (5, "by their names"),
    ],
)
def test_search_options_that_no_search_can_have_are_refused(options, message):
    refuses(lambda: SearchOptions.from_options(options), message)


def test_numbers_of_numpy_are_numbers():
    found = SearchOptions(beam_size=np.int64(3), length_penalty=np.float32(0.5))
    assert found == SearchOptions(beam_size=3, length_penalty=0.5)
    assert type(found.beam_size) is int and type(found.length_penalty) is float

    found = Configuration.from_options(
        {"units": np.int64(8), "learning_rate": np.float32(0.5), "vocabulary_from": Path("a")}
    )
    plain = {"units": 8, "learning_rate": 0.5, "vocabulary_from": "a"}
    assert found == Configuration.from_options(plain)
    assert type(found.model.units) is int


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"units": 10**30}, "units to be at least 1 and at most 65,536"),
        ({"encoder_layers": 10**7}, "encoder-layers"),
        ({"vocabulary_size": 10**30}, "vocabulary-size"),
        ({"learning_rate": HUGE}, "learning-rate to be a number above 0"),
        ({"clip_norm": HUGE}, "clip-norm"),
        ({"time_limit": HUGE}, "time-limit"),
        ({"dev": ""}, "dev to be a path"),
        ({"vocabulary_from": ""}, "vocabulary-from to be a path"),
        ({"corpus": ["a", "b\0"]}, "corpus to be a path"),
        ({"source": ["b\udcff"]}, "source to be a path"),
        ({"cell": "x" * 100_000}, "cell to be one of"),
        (None, "by their names"),
        ([], "by their names"),
    ],
)
def test_options_that_no_run_can_have_are_refused(options, message):
    refuses(lambda: Configuration.from_options(options), message)


@pytest.mark.parametrize("path", [None, 5, True, b"x", "", "a\0b", "a\udcff"])
def test_what_is_no_path_is_refused_by_every_function(path):
    pairs = [("a", "b")]
    refuses(lambda: seq2seq.train(pairs, output=path), "a directory for the model")
    refuses(lambda: seq2seq.export("model", path), "a directory for the export")
    refuses(lambda: Configuration.load(path), "Expected the path of a TOML file")
    refuses(lambda: seq2seq.TFLiteTranslator.load(path), "Expected the path of an exported TFLite")
    refuses(lambda: seq2seq.Translator.load(path), "Expected the path of a model directory")
    if path is not None:
        refuses(lambda: seq2seq.train(pairs, output="new", config=path), "a TOML file of options")


def test_place_whose_name_is_too_long_is_refused(tmp_path):
    refuses(lambda: expect_room(tmp_path / ("x" * 300), mark="x"), "too long")


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("b c", "one string. Put it in brackets"),
        (b"b c", "Expected sentences as text"),
        (None, "Received: None"),
        (5, "Received: 5"),
        (np.array("b c"), "Received: array"),
        (["b", None], "Received: None at place 1"),
        ([b"b"], "at place 0"),
        ([["b"]], "at place 0"),
        ([math.nan], "Received: nan at place 0"),
        (["\ud800"], "that UTF-8 can hold"),
    ],
)
def test_what_is_no_list_of_sentences_is_refused(texts, message):
    refuses(lambda: list(checked_texts(texts)), message)


def test_sentences_of_any_iterable_pass_as_they_are():
    texts = ["", "1\0\n\t2", "가나"]
    for form in (texts, tuple(texts), iter(texts), np.array(texts), dict.fromkeys(texts)):
        assert list(checked_texts(form)) == texts
