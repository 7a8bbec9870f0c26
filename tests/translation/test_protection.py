"""What a translation keeps letter for letter, whatever a search does with its placeholders."""

import dataclasses
import random
import re
import string
import time
from collections import Counter

import numpy as np
import pytest

from seq2seq.data.directions import untagged
from seq2seq.data.placeholders import PLACEHOLDERS
from seq2seq.data.spans import Kind, find_spans
from seq2seq.ids import LANGUAGE_TAGS
from seq2seq.translation.protection import Protector
from seq2seq.translation.restoration import needs_attention, restore

LETTERS = frozenset(string.ascii_lowercase + ".,!?'\"-()▁" + "".join(PLACEHOLDERS))
PROTECTOR = Protector(LETTERS, ("LATIN",), folds_case=True)

WORDS = ["one", "two", "Seoul", "it's", "and,", "end.", "(so)"]
LITERALS = ["12,345", "{name}", "%d", "https://example.org/a?b=1", "09:45", "東京", "Ω", "&amp;"]
TARGET = ["나는", "너를", "본다", "das", "Haus", ".", "?", "사과를"]


def pieces_of(text):
    """Words, and each placeholder apart, as a tokenizer has them."""
    words = re.sub("([\ufde0-\ufdef])", "\0\\1\0", " ".join(text.split()))
    pieces = ("▁" + words).replace(" ", "\0▁").split("\0")
    return [*filter(None, pieces), "</s>"]


def translated(sentence, target=None, attention=None, **options):
    """The text for a sentence of which the model writes `target`, or all that it reads."""
    protected = PROTECTOR.protect(sentence, **options)
    if protected.own is not None:
        return protected.own
    text = " ".join(protected.text.split()) if target is None else target
    return restore(protected, text, pieces_of(text), pieces_of(protected.text), attention).text


def random_sentence(chance, most=12):
    """Words, literals, emoji and nested tags, as text."""
    parts = []
    opened = []
    for _ in range(chance.randint(1, most)):
        kind = chance.random()
        if kind < 0.4:
            parts.append(chance.choice(WORDS) + " ")
        elif kind < 0.6:
            parts.append(chance.choice(LITERALS) + " ")
        elif kind < 0.7:
            parts.append(chance.choice(["🐈", "<br/>", "👩‍👩‍👧"]))
        elif kind < 0.85 or not opened:
            opened.append(chance.choice("bi"))
            parts.append(f"<{opened[-1]}>")
        else:
            parts.append(f"</{opened.pop()}>")
        parts.append(chance.choice([" ", ""]))
    parts += [f"</{name}>" for name in reversed(opened)]
    return "".join(parts)


def random_target(chance, protected):
    """A translation by a search that loses, doubles, moves and invents placeholders."""
    words = [
        literal.placeholder
        for literal in protected.literals
        for _ in range(chance.choice([0, 1, 1, 1, 2]))
    ]
    words += chance.choices(TARGET, k=chance.randint(0, 8))
    if chance.random() < 0.2:
        words.append(chance.choice(PLACEHOLDERS))
    chance.shuffle(words)
    return " ".join(words)


def literals_of(text):
    return Counter(text[start:end] for start, end, kind in find_spans(text) if kind is Kind.LITERAL)


def names_are_nested(tags):
    opened = []
    for tag in tags:
        name = tag.strip("</>")
        if not tag.startswith("</"):
            opened.append(name)
        elif not opened or opened.pop() != name:
            return False
    return not opened


@pytest.mark.parametrize("has_attention", [True, False])
def test_what_is_kept_stands_in_every_translation_as_often_as_in_the_sentence(has_attention):
    chance = random.Random(1)
    numbers = np.random.default_rng(1)
    for _ in range(1500):
        sentence = random_sentence(chance)
        protected = PROTECTOR.protect(sentence)
        if protected.own is not None:
            assert protected.own == sentence.strip()
            continue

        text = random_target(chance, protected)
        pieces = pieces_of(text)
        source_pieces = pieces_of(protected.text)
        attention = numbers.random((len(pieces), len(source_pieces))) if has_attention else None
        found = restore(protected, text, pieces, source_pieces, attention)

        for part in LITERALS:
            assert found.text.count(part) == sentence.count(part), (sentence, text, found.text)
        for mark in ("🐈", "👩‍👩‍👧", "<br/>", "<b>", "</b>", "<i>", "</i>"):
            assert found.text.count(mark) == sentence.count(mark), (sentence, text, found.text)
        assert not set(found.text) & set(PLACEHOLDERS)
        assert names_are_nested(re.findall(r"</?[bi]>", found.text)), (sentence, found.text)
        for word in filter(str.isalpha, TARGET):
            assert found.text.count(word) == text.count(word)
        assert len(found.pieces) == len(pieces)
        missing = Counter(literal.placeholder for literal in protected.literals) - Counter(text)
        assert len(found.lost) == missing.total()
        if found.lost:
            assert needs_attention(protected, text)


def test_more_literals_than_placeholders_are_kept_in_order():
    sentence = "a " + " ".join(map(str, range(100, 150))) + " b"
    assert translated(sentence) == sentence
    found = translated(sentence, "b a")
    assert re.findall(r"\d+", found) == re.findall(r"\d+", sentence)


@pytest.mark.parametrize(
    "text", ["I live here.", "  two  spaces ", "", " ", "it's (so) one-two!", "A b"]
)
def test_text_without_anything_to_keep_is_the_same_object(text):
    protected = PROTECTOR.protect(text)
    assert protected.text is text and protected.is_plain


@pytest.mark.parametrize("text", ["12345", "...", "?!", "東京", "<b>12</b>", "🐈", "Ω 12, 東京 …"])
def test_sentence_without_letters_is_its_own_translation(text):
    assert PROTECTOR.protect(f" {text} ").own == text


@pytest.mark.parametrize(
    "sentence, read, literals",
    [
        ("I live in 東京.", "I live in \ufde0.", ["東京"]),
        ("Über and José Núñez", "\ufde0 and \ufde1", ["Über", "José Núñez"]),
        ("Melanie in Москва Сити", "Melanie in \ufde0", ["Москва Сити"]),
        ("ｆｕｌｌ ﬁsh", "ｆｕｌｌ ﬁsh", []),  # read as letters that are known
        ("Is it 5 €?", "Is it \ufde0 \ufde1?", ["5", "€"]),
        ("“so” — it’s", '"so" - it\'s', []),
        ("so‽", "so ", []),
        ("cafe\u0301", "\ufde0", ["cafe\u0301"]),
    ],
)
def test_what_the_vocabulary_lacks_is_a_literal_or_read_as_something_alike(
    sentence, read, literals
):
    protected = PROTECTOR.protect(sentence)
    assert [literal.text for literal in protected.literals] == literals
    assert protected.text == read or protected.own == sentence


def test_words_of_scripts_without_spaces_are_not_copied_for_one_unknown_letter():
    protector = Protector(frozenset("私は学生です。▁" + "".join(PLACEHOLDERS)))
    protected = protector.protect("私は鷲の学生です。")
    assert protected.text == "私は\ufde0学生です。"
    assert protected.copied == ["鷲の"]


def test_copied_words_are_named_and_other_literals_are_not():
    assert PROTECTOR.protect("I see 12 cats in 東京 <b>now</b>").copied == ["東京"]


@pytest.mark.parametrize(
    "sentence, target, expected",
    [
        ("I AM YUSOL", "ich bin yusol", "ICH BIN YUSOL"),
        ("HELLO", "hallo", "HALLO"),
        ("SEE {name} IN 東京", "sieh \ufde0 in \ufde1", "SIEH {name} IN 東京"),
        ("OK", "ok", "ok"),
        ("NASA is so", "die nasa", "die nasa"),
        ("I", "ich", "ich"),
    ],
)
def test_capitals_give_capitals(sentence, target, expected):
    assert translated(sentence, target) == expected


def test_capitals_say_nothing_where_the_corpus_has_them_as_a_rule():
    protector = Protector(LETTERS, folds_case=True, capitals=True)
    assert not protector.protect("I AM YUSOL").capitals


def test_capitals_stay_small_where_the_vocabulary_has_both():
    protected = Protector(LETTERS | frozenset(string.ascii_uppercase)).protect("I AM HERE")
    assert not protected.capitals and protected.is_plain


@pytest.mark.parametrize(
    "sentence, target, expected",
    [
        ("🐈 one two", "zwei eins", "🐈 zwei eins"),
        ("one two 🐈🐈", "zwei eins", "zwei eins 🐈🐈"),
        ("<b>one two</b>", "zwei eins", "<b>zwei eins</b>"),
        ("one two 🐈!", "eins zwei !", "eins zwei 🐈 !"),
        ("<b>one</b> two", "eins zwei", "<b>eins</b> zwei"),
        ("one <b>two</b>", "eins zwei", "eins <b>zwei</b>"),
        ("one<br>two", "eins zwei", "eins<br> zwei"),
        ("one</b> two <i>three", "eins zwei drei", "eins</b> zwei <i>drei"),
        ("one <a></a> two", "eins zwei", "eins <a></a> zwei"),
        ("a 5 b", "", "5"),
    ],
)
def test_marks_stand_where_they_stood_among_words_in_the_same_order(sentence, target, expected):
    assert translated(sentence, target) == expected


def test_tags_follow_their_words_by_attention():
    # "very" is the first word of the translation, "am" and "I" come last.
    attention = np.zeros((4, 5))
    attention[[0, 1, 2, 3], [2, 3, 0, 4]] = 1
    found = translated("I am <b>very</b> happy", "sehr froh ich", attention)
    assert found == "<b>sehr</b> froh ich"

    attention[:2] = attention[[1, 0]]
    found = translated("<i>I am</i> <b>very</b> happy", "froh sehr ich", attention)
    assert found == "froh <b>sehr</b> <i>ich</i>"


def test_lost_literal_is_put_beside_the_word_that_attends_to_it():
    attention = np.zeros((4, 6))  # I have ▁ 12 books </s>
    attention[[0, 1, 2, 3], [4, 3, 0, 5]] = 1
    assert translated("I have 12 books", "Bücher viele ich", attention) == "Bücher 12 viele ich"

    attention[1] = [0, 1, 0, 0, 0, 0]  # no word attends to it: it comes after the word before it
    assert translated("I have 12 books", "Bücher habe ich", attention) == "Bücher habe 12 ich"


@pytest.mark.parametrize(
    "sentence, target, expected",
    [
        ("5 one 14", "\ufde0\ufde1x", "5 14 x"),
        ("5km one", "\ufde0km", "5km"),
        ("one 5 one", "\ufde0명 제\ufde0", "5명 제"),
        ("see www.one.org", "x\ufde0y", "x www.one.org y"),
        ("%d%d one", "\ufde0\ufde1", "%d%d"),
    ],
)
def test_literals_are_not_changed_by_what_is_next_to_them(sentence, target, expected):
    assert translated(sentence, target) == expected


def test_terms_are_written_in_their_place():
    sentence = "one deep learning model of 12"
    terms = [(4, 17, "딥러닝")]
    protected = PROTECTOR.protect(sentence, terms)
    assert protected.text == "one \ufde0 model of \ufde1"
    assert protected.copied == []
    text = "\ufde1의 \ufde0 모델"
    assert restore(protected, text, pieces_of(text), []).text == "12의 딥러닝 모델"


def test_term_may_hold_literals_but_no_tag_and_no_part_of_a_literal():
    sentence = "buy MP3 player <b>at example.org</b> now"
    start = sentence.index("MP3")
    whole = PROTECTOR.protect(sentence, [(start, start + len("MP3 player"), "재생기")])
    assert [literal.written for literal in whole.literals] == ["재생기", "example.org"]

    for part in ("player <b>at", "org</b> now", "org"):
        start = sentence.index(part)
        left = PROTECTOR.protect(sentence, [(start, start + len(part), "x")])
        assert [literal.written for literal in left.literals] == ["MP3", "example.org"]


def test_prefix_has_the_placeholders_of_its_sentence():
    protected = PROTECTOR.protect("I have 12 books in 東京", prefix="12 Bücher, 120")
    assert protected.prefix == "\ufde0 Bücher, 120"
    assert protected.own is None
    assert PROTECTOR.protect("12", prefix="Es ist 12").prefix == "Es ist \ufde0"


def test_pair_has_placeholders_for_what_is_on_both_sides():
    source, target, shown = PROTECTOR.protect_pair("I see 12 of 15", "15 sehe ich, zwölf")
    assert (source, target) == ("I see 12 of \ufde0", "\ufde0 sehe ich, zwölf")
    assert shown == {"\ufde0": "15"}
    assert PROTECTOR.protect_pair("a b", "c") == ("a b", "c", {})


def test_models_without_placeholders_or_letters_have_no_protector():
    pieces = ["<unk>", *PLACEHOLDERS, "a"]
    assert Protector.of(pieces, pieces) is not None
    assert Protector.of(pieces, ["a"]) is None
    assert Protector.of(["a"], pieces) is None
    assert Protector.of(["1", "▁2", *PLACEHOLDERS], pieces) is None


@pytest.mark.parametrize(
    "part",
    [
        "<b>a</b> ",
        "<b>",
        "</b>",
        "<b><i>a",
        "12 ",
        "東京 ",
        "é",
        "🐈 a",
        "<a href='",
        "A ",
        "“x ",
        "{",
    ],
)
def test_time_is_proportional_to_the_length(part):
    def seconds(count):
        sentence = "a " + part * count
        start = time.perf_counter()
        protected = PROTECTOR.protect(sentence)
        if protected.own is None:
            text = " ".join(protected.text.split()[:250])
            restore(protected, text, pieces_of(text), pieces_of(text))
        return time.perf_counter() - start

    seconds(100)
    assert seconds(8000) < 40 * seconds(800) + 0.5


@pytest.mark.parametrize("seed", range(40))
def test_tag_stands_before_what_is_read_and_changes_nothing_else(seed):
    sentence = random_sentence(random.Random(seed))
    tag = LANGUAGE_TAGS[1]
    plain = PROTECTOR.protect(sentence)
    behind = dataclasses.replace(PROTECTOR, tag=tag).protect(sentence)
    assert (behind.own, behind.before, behind.after) == (plain.own, plain.before, plain.after)
    if not plain.text.strip():
        assert behind == plain
        return

    assert untagged(behind.text) == (tag, plain.text)
    shift = len(behind.text) - len(plain.text)
    for one, other in zip(
        [*plain.literals, *plain.marks], [*behind.literals, *behind.marks], strict=True
    ):
        assert other == one._replace(place=one.place + shift)
    for literal in behind.literals:
        assert behind.text[literal.place] == literal.placeholder

    text = " ".join(plain.text.split())
    found = [
        restore(one, text, pieces_of(text), pieces_of(one.text), attention_of(one, text)).text
        for one in (plain, behind)
    ]
    assert found[0] == found[1]


def attention_of(protected, text):
    """Each word attends to itself, past the tag if there is one."""
    words = pieces_of(text)
    read = pieces_of(protected.text)
    attention = np.zeros((len(words), len(read)))
    attention[np.arange(len(words)), np.arange(len(read) - len(words), len(read))] = 1
    return attention
