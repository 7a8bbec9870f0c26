"""Laws of the corpus generator: templates fill their slots, patterns draw what makes sense."""

from __future__ import annotations

import random
import re

import pytest

from draw import Draw, by_share, redrawn
from finish import finish
from lexicon import NOUNS
from patterns import PATTERNS
from people import Subject, me, you
from template import Template, question

NAMES = {"Minjun": "민준", "Jiwoo": "지우", "Seoyeon": "서연"}


@pytest.mark.parametrize(
    ("polite", "korean"), [(False, "나는 책이 있어"), (True, "저는 책이 있어요")]
)
def test_template_puts_its_own_words_into_the_register(polite: bool, korean: str) -> None:
    d = Draw(random.Random(0), {}, polite=polite)
    has = Template("{s} {have} {thing:a}", "{s:은} {thing:이} {있다}")
    said = has.fill(d, s=me(d), thing=NOUNS["book"])
    assert (said.english, said.korean) == ("I have a book", korean)


def test_template_agrees_with_its_subject_and_honours_it() -> None:
    d = Draw(random.Random(0), {})
    mother = Subject("my mother", "우리 어머니", "3", honor=True)
    is_busy = Template("{s} {be} busy", "{s:은} {바쁘다}")
    is_a = Template("{s} {be} {job:a}", "{s:은} {job:이다}")
    said = [is_busy.fill(d, s=mother), is_a.fill(d, s=mother, job=NOUNS["nurse"])]
    assert [(each.english, each.korean) for each in said] == [
        ("my mother is busy", "우리 어머니는 바쁘셔"),
        ("my mother is a nurse", "우리 어머니는 간호사셔"),
    ]


def test_template_closes_the_gap_of_an_empty_slot() -> None:
    d = Draw(random.Random(0), {}, polite=True)
    asks = question("{do} {s} swim {time}", "{s:은} {time} {수영하다}")
    said = asks.fill(d, s=you(d), time="")
    assert (said.english, said.korean, said.kind) == ("do you swim", "수영하세요", "question")


def test_template_rejects_a_slot_that_is_neither_drawn_nor_a_verb() -> None:
    d = Draw(random.Random(0), {})
    with pytest.raises(ValueError, match="Received: 'tiem'"):
        Template("{s} {be} here {tiem}", "").fill(d, s=me(d), time="now")


def test_patterns_draw_the_same_from_the_same_seed() -> None:
    for pattern, _ in PATTERNS:
        one, two = (pattern(Draw(random.Random(7), NAMES)) for _ in range(2))
        assert one == two


def test_polite_sentences_carry_a_cue() -> None:
    cue = re.compile(
        r"\b(sir|ma'am|teacher|doctor|professor|please|excuse me|M(r|s|rs)\.)", re.IGNORECASE
    )
    for pattern, _ in PATTERNS:
        d = Draw(random.Random(7), NAMES, polite=True)
        english, _ = finish(pattern(d), d)
        assert cue.search(english), english


def test_by_share_takes_the_first_bound_above_the_roll() -> None:
    table = [(0.3, "a"), (0.5, "b"), (1.0, "c")]
    assert [by_share(roll, table) for roll in (0.0, 0.3, 0.49, 0.99)] == ["a", "b", "b", "c"]


def test_redrawn_draws_until_something_fits() -> None:
    rolls = iter([None, None, "fits"])
    assert redrawn(lambda: next(rolls))() == "fits"
