"""Texts of several sentences: where they are divided, and what is made of the translations."""

import itertools
import random
import time

import numpy as np
import pytest

from fixtures.commands import letter_strings
from seq2seq.errors import InputError
from seq2seq.storage.configuration import Configuration
from seq2seq.translation.result import Hypothesis, Translation
from seq2seq.translation.sentences import (
    Numbered,
    best_combinations,
    divide,
    joined,
    several_are_usual,
    translate_divided,
)

pytest_plugins = ["fixtures.commands"]

LETTERS = [
    *"aB .!?。？“”\"'()\n\r\t1,é́가\ud800\x00",
    "Mr.",
    "e.g.",
    "3.14",
    "...",
    "😀",
    "\n\n",
    "ß. ",
]

DIVIDED = [  # sentences with | where they are divided
    "Mr. Kim is a teacher. |He is kind.",
    "Hello, Ms. Hwang. |How are you?",
    "It is 3.14. |That is pi.",
    "See https://example.com/a.b?c=d. |It works!",
    'He said: "Go. Now." |Then he left.',
    '"What?" he said.',
    "Well... I don't know. |Maybe.",
    "J. R. R. Tolkien wrote it. |I read it.",
    "1. Wash. |2. Rinse. |3. Dry.",
    "Hello.World is one.",
    "What?! |No way!! |Really?",
    "  Spaces before.  |Two   between.\n|And after. ",
    "Chapter one\n\n|It was late.",
    "나는 학생이다. |너는 선생님이다. |뭐라고? |그래!",
    "Das ist z.B. ein Satz. |Er kommt am 3. Mai. |Dr. Kim auch.",
    "我是学生。|你是老师！|好。",
    "私は学生です。|「はい。そうです。」と言った。|終わり。",
    "ผมเป็นนักเรียน คุณเป็นครู",
    "Привет. |Как дела?",
    "No. 5 is alive.",
    "No. |I do not know.",
    "See art. 5 of the law.",
    "Please repeat after me. |I wore my uniform. |Give it to me. |Sumin will come.",
    "People admire a work of art. |Girl with earrings stands outside. |He is ill. |Tom is not.",
    "We met in May. |Tom came. |It is ok. |All is well. |Ein Mann rasiert seinen Bart. |Ein Kind.",
    "We met on 5 Oct. |It rained. |In Oct. 2024 it did not.",
    "She lives in Washington DC. |She came in Sept. |Then she left.",
    "Bring pens, paper, etc. |Then wait.",
    "Er kam am 5. Okt. an. |Sie kam am 12. Dez. |Dann schneite es.",
    "...",
    "",
    "   ",
]


@pytest.mark.parametrize("text", DIVIDED)
def test_text_is_divided_where_sentences_end(text):
    divided = divide(text.replace("|", ""))
    assert len(divided.sentences) == text.count("|") + 1
    if "|" in text:
        assert divided.sentences == [part.strip() for part in text.split("|")]


def test_no_character_of_any_text_is_lost_or_doubled():
    generator = random.Random(1)
    for _ in range(3000):
        text = "".join(generator.choices(LETTERS, k=generator.randrange(40)))
        divided = divide(text)
        assert divided.text == text
        assert len(divided.gaps) == len(divided.sentences) + 1
        if len(divided.sentences) > 1:
            assert all(sentence == sentence.strip() != "" for sentence in divided.sentences)
            assert divided.join(divided.sentences) in text or "。" in text or "？" in text


@pytest.mark.parametrize(
    "pattern", ["Mr. Kim is kind. He smiles. ", "我是学生。", "“Hi. ", "a", "A b. “"]
)
def test_time_is_linear_in_the_length_of_a_text(pattern):
    def seconds(length):
        began = time.process_time()
        assert divide((pattern * length)[:length]).text == (pattern * length)[:length]
        return time.process_time() - began

    assert seconds(200_000) < 10 * max(seconds(50_000), 0.05)


@pytest.mark.parametrize("length", [10, 1000, 3000])
def test_sentences_of_any_length_are_found_wherever_they_stand(length):
    sentence = "A" + " word" * (length // 5) + "."
    assert divide(" ".join([sentence] * 9)).sentences == [sentence] * 9


def test_translations_are_joined_by_what_stood_between_the_sentences():
    assert divide("Hi there.  How are you?\nFine. ").join(["A", "B", "C"]) == "A  B\nC"
    assert divide("我是学生。你是老师。").join(["I.", "You."]) == "I. You."
    assert divide("我是学生。你是老师。").join(["나。", "너。"]) == "나。너。"


def test_best_combinations_are_those_of_brute_force():
    generator = np.random.default_rng(1)
    for _ in range(50):
        scores = [sorted(generator.normal(size=generator.integers(1, 5)))[::-1] for _ in range(3)]
        sums = sorted(map(sum, itertools.product(*scores)))[::-1]
        found = best_combinations(scores, 7)
        taken = [sum(one[rank] for one, rank in zip(scores, ranks, strict=True)) for ranks in found]
        np.testing.assert_allclose(taken, sums[:7])
        assert len(set(map(tuple, found))) == len(found)


def numbers(source, *scores, rows=2):
    """A translation with attention whose pieces are as many as the rows."""
    pieces = source.split() + ["</s>"]
    weights = np.full((rows, len(pieces)), 1 / len(pieces))
    found = [
        Hypothesis(f"{source}{rank}", score, ["p"] * rows, weights)
        for rank, score in enumerate(scores)
    ]
    return Translation(source, found, pieces)


def test_translation_of_a_text_is_made_of_those_of_its_sentences():
    text = divide("One is here. Two are there, too.")
    parts = [numbers(text.sentences[0], -1.0, -3.0), numbers(text.sentences[1], -1.0, -2.0, rows=3)]
    result = joined(text, parts, n_best=3)
    assert result.source == "One is here. Two are there, too."
    assert [one.score for one in result.hypotheses] == [-2.0, -3.0, -4.0]
    assert result.text == "One is here.0 Two are there, too.0"
    assert result.source_pieces == parts[0].source_pieces + parts[1].source_pieces
    assert len(result.best.pieces) == 5
    attention = result.best.attention
    assert attention.shape == (5, len(result.source_pieces))
    np.testing.assert_allclose(attention.sum(1), 1)
    np.testing.assert_array_equal(attention[:2, 4:], 0)


def test_sentence_without_a_translation_counts_as_an_empty_one():
    text = divide("One is here. Two are there.")
    parts = [numbers(text.sentences[0], -1.0), Translation(text.sentences[1], [], ["x"], cut=True)]
    result = joined(text, parts, n_best=2)
    assert [one.text for one in result.hypotheses] == ["One is here.0 "]
    assert result.cut


def test_lines_are_read_when_they_are_needed_and_none_is_dropped():
    def translate(sentences):
        for _, text in sentences:
            yield Translation(text, [Hypothesis(text.upper(), 0.0, [])], [])

    lines = ["One. Two.", "", "Three", "Four? Five! Six."]
    read = []
    source = (Numbered(place, read.append(line) or line) for place, line in enumerate(lines))
    results = translate_divided(source, translate, n_best=1)
    assert next(results).text == "ONE. TWO."
    assert read == lines[:1]
    assert [result.text for result in results] == [line.upper() for line in lines[1:]]


def test_single_sentences_are_translated_as_without_splitting(reverse_translator):
    texts = [*letter_strings(20, seed=3), "", " b c ", "가"]
    for options in ({}, {"n_best": 4}, {"top_k": 5, "n_best": 3}):
        split = reverse_translator.stream(texts, split_sentences=True, **options)
        together = reverse_translator.stream(texts, split_sentences=False, **options)
        assert list(split) == list(together)


def test_text_has_the_translations_of_its_sentences_joined(reverse_translator):
    sentences = ["X b c d!", "Y e f!", "X b c d!"]
    alone = reverse_translator.translate(sentences)
    (result,) = reverse_translator.stream([" ".join(sentences)], attention=True)
    assert result.text == " ".join(alone)
    assert result.best.attention.shape == (len(result.best.pieces), len(result.source_pieces))
    lines = ["h i", " ".join(sentences), "", "b"]
    assert reverse_translator.translate(lines)[1] == " ".join(alone)
    assert len(reverse_translator.translate(lines)) == len(lines)


def test_draws_of_a_line_do_not_depend_on_the_sentences_before_it(reverse_translator):
    first = list(reverse_translator.stream(["X b! Y c!", "d e f"], temperature=2.0))
    other = list(reverse_translator.stream(["g", "d e f"], temperature=2.0))
    assert first[1] == other[1]


def test_text_with_a_prefix_is_translated_as_a_whole(reverse_translator):
    text = ["X b c! Y d e!"]
    whole = list(reverse_translator.stream(text, prefix="e", split_sentences=False))
    assert list(reverse_translator.stream(text, prefix="e")) == whole


def test_models_whose_corpus_has_several_sentences_in_a_line_do_not_split(reverse_translator):
    text = "X b c! Y d e!"
    configuration = reverse_translator.configuration
    other = reverse_translator.anew()
    other.configuration = configuration.replace(split_sentences=False)
    assert list(other.stream([text])) == list(other.stream([text], split_sentences=False))
    assert other.translate(text, split_sentences=True) == reverse_translator.translate(text)


def test_wrong_choice_is_refused(reverse_translator):
    with pytest.raises(InputError, match="split_sentences"):
        reverse_translator.stream(["b"], split_sentences="no")


def test_several_are_usual_above_a_tenth_of_the_lines():
    assert not several_are_usual(["One. Two."] + ["One."] * 9)
    assert several_are_usual(["One. Two."] * 2 + ["One."] * 9)
    assert not several_are_usual([])


def test_choice_is_stored_under_the_name_of_the_option(tmp_path):
    Configuration.from_options({"split_sentences": False}).save(tmp_path / "config.toml")
    assert "split-sentences = false\n" in (tmp_path / "config.toml").read_text()
    assert Configuration.load(tmp_path / "config.toml").model.split_sentences is False
    assert Configuration().model.split_sentences is None


def test_n_best_names_a_text_once_and_is_filled_up(reverse_translator):
    for result in reverse_translator.stream(letter_strings(30, seed=8), n_best=3, beam_size=8):
        texts = [found.text for found in result.hypotheses]
        assert len(set(texts)) == len(texts) <= 3
