"""Sentences with literals are read in two ways, and one of the translations is chosen."""

import random
import string

import numpy as np
import pytest

from seq2seq.data.placeholders import PLACEHOLDERS
from seq2seq.translation.keeping import kept
from seq2seq.translation.protection import Protector
from seq2seq.translation.readings import (
    MARGIN,
    Read,
    questions,
    read_sentences,
    second_is_taken,
    second_readings,
)
from seq2seq.translation.restoration import restore
from seq2seq.translation.result import Hypothesis, Translation

PROTECTOR = Protector(
    frozenset(string.ascii_lowercase + ".,!?'\"-()▁" + "".join(PLACEHOLDERS)),
    ("LATIN",),
    folds_case=True,
)
WORDS = ["one", "two", "it's", "and,", "end.", "(so)", "東京", "🐈", "<b>bold</b>"]
LITERALS = ["12,345", "{name}", "%d", "https://example.org/a?b=1", "09:45", "#love"]


def pieces_of(text):
    """Words, and each placeholder behind a space of its own, as a tokenizer has them."""
    words = text.split()
    pieces = []
    for word in words:
        piece = "▁"
        for letter in word:
            if letter in PLACEHOLDERS:
                pieces += [piece, letter] if piece else [letter]
                piece = ""
            else:
                piece += letter
        pieces += [piece] if piece else []
    return [*pieces, "</s>"]


def read_of(protected, text=None):
    """A reading of which a search found a text, or all that was read."""
    text = " ".join(protected.text.split()) if text is None else text
    pieces = pieces_of(text)
    source_pieces = pieces_of(protected.text)
    attention = np.eye(len(pieces), len(source_pieces))
    found = Translation(protected.text, [Hypothesis(text, -1.0, pieces)], source_pieces, cut=False)
    return Read(protected, found, lambda rank: attention)


def random_sentence(chance):
    parts = chance.choices(WORDS, k=chance.randint(0, 6))
    for literal in chance.sample(LITERALS, chance.randint(1, 3)):
        parts.insert(chance.randint(0, len(parts)), literal)
    return " ".join(["see", *parts]) + chance.choice(["", ".", "!"])


def test_second_reading_is_the_sentence_without_its_literals_and_gives_them_back():
    chance = random.Random(1)
    for _ in range(150):
        sentence = random_sentence(chance)
        first = PROTECTOR.protect(sentence)
        second = PROTECTOR.without_literals(first)
        assert second is not None and second.shown == sentence
        assert not any(literal in second.text for literal in LITERALS)
        assert {one.placeholder for one in second.apart}.isdisjoint(second.text)

        read = read_of(second)
        translation = kept(second, read.found, read.attend)
        assert translation.source == sentence
        assert not set(translation.text) & set(PLACEHOLDERS)
        for literal in [*LITERALS, "東京", "🐈", "<b>", "</b>"]:
            assert translation.text.count(literal) == sentence.count(literal), translation.text
        assert translation.copied == first.copied


@pytest.mark.parametrize(
    "sentence",
    [
        "I see it.",
        "I live in 東京",  # a word
        "It is 5km away",
        "It costs $5 now",
        "It is 10:00에 now",
        "12 {name}",  # no letters are left
        "see " + " ".join(map(str, range(100, 120))),  # more than there are placeholders
    ],
)
def test_literals_that_are_part_of_a_word_are_not_left_out(sentence):
    assert PROTECTOR.without_literals(PROTECTOR.protect(sentence)) is None


def test_terms_of_a_glossary_are_not_left_out():
    first = PROTECTOR.protect("see the station 12", [(8, 15, "정거장")])
    assert PROTECTOR.without_literals(first) is None


def test_what_is_asked_has_the_same_words_in_both_readings():
    chance = random.Random(2)
    for _ in range(100):
        first = PROTECTOR.protect(random_sentence(chance))
        second = PROTECTOR.without_literals(first)
        asked = questions(read_of(first), read_of(second))
        assert [one.reading for one in asked] == [first, first, second, second]

        out = {one.placeholder for one in second.apart}
        for with_them, without in ((asked[0], asked[2]), (asked[1], asked[3])):
            words = "".join(piece for piece in with_them.pieces if piece not in out)
            assert words.replace("▁", "") == "".join(without.pieces).replace("▁", "")
            assert sum(piece in out for piece in with_them.pieces) == len(second.apart)
            assert out.isdisjoint(without.pieces) and "</s>" not in with_them.pieces


def test_placeholder_is_asked_for_where_the_literal_is_put():
    first = PROTECTOR.protect("see www.cat.org now and 12 cats.")
    second = PROTECTOR.without_literals(first)
    read = read_of(second)
    shown = restore(
        second, read.found.text, read.found.best.pieces, read.found.source_pieces, read.attend(0)
    )
    asked = "".join(questions(read_of(first), read)[1].pieces).replace("▁", " ").strip()
    for one in second.apart:
        asked = asked.replace(one.placeholder, one.written)
    assert asked == shown.text


@pytest.mark.parametrize("loss, is_taken", [(1.9 * MARGIN, True), (2.1 * MARGIN, False)])
def test_second_one_is_taken_until_it_is_worse_by_the_margin(loss, is_taken):
    first = PROTECTOR.protect("see 12 dogs")
    second = PROTECTOR.without_literals(first)
    asked = questions(read_of(first), read_of(second))
    values = [[-1.0] * len(one.pieces) for one in asked]
    values[3] = [value - loss for value in values[3]]
    for of_question, one in zip(values, asked, strict=True):
        for place, piece in enumerate(one.pieces):
            if piece in PLACEHOLDERS:
                of_question[place] = -100.0  # which does not count
    assert second_is_taken(asked, values) is is_taken


def test_sentences_keep_their_order_and_only_those_with_literals_are_read_twice():
    sentences = ["see it", "see 12 dogs", "dogs", "see {name} and 東京", "12", ""]
    protected = [PROTECTOR.protect(sentence) for sentence in sentences]
    searched = []

    def read(readings, places):
        searched.append([sentences[place] for place in places])
        return [read_of(one) for one in readings]

    def score(asked):
        return [
            [-1.0 - (number % 4 == 3 and "12" not in one.reading.shown)] * len(one.pieces)
            for number, one in enumerate(asked)
        ]

    found = read_sentences(PROTECTOR, protected, read, score)
    assert searched == [sentences, ["see 12 dogs", "see {name} and 東京"]]
    assert [one.protected.shown for one in found] == sentences
    assert [bool(one.protected.apart) for one in found] == [False, True] + [False] * 4
    assert read_sentences(None, protected, read, score)[1].protected is protected[1]


def test_what_was_not_found_is_not_chosen():
    first = PROTECTOR.protect("see 12 dogs")
    second = PROTECTOR.without_literals(first)
    nothing = Read(second, Translation(second.text, [], [], cut=False), {}.get)
    assert questions(read_of(first), nothing) == []

    def read(readings, places):
        return [read_of(one) if one is first else nothing for one in readings]

    (found,) = read_sentences(PROTECTOR, [first], read, score=None)  # there is nothing to ask
    assert found.protected is first


def test_prefix_is_of_the_reading_with_placeholders():
    protected = PROTECTOR.protect("see 12 dogs", prefix="a")
    assert second_readings(PROTECTOR, [protected]) == {}
