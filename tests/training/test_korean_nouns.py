"""A Korean noun is known by its particles, a verb by its endings."""

import pytest

from seq2seq.training.korean_nouns import korean_nouns


@pytest.mark.parametrize(
    ("words", "noun"),
    [
        (["빵을"], "빵"),
        (["커피를", "커피는"], "커피"),
        (["학교에서"], "학교"),
        (["친구들과"], "친구들"),
        (["도서관은", "도서관이었어"], "도서관"),
    ],
)
def test_what_particles_stand_behind_is_a_noun(words, noun):
    assert noun in korean_nouns(words)


@pytest.mark.parametrize(
    ("words", "stem"),
    [
        (["먹은", "먹어"], "먹"),
        (["읽을", "읽는"], "읽"),
        (["마시는", "마시고"], "마시"),
        (["걷는", "걷지"], "걷"),
        (["먹어야"], "먹어"),
    ],
)
def test_stem_of_a_verb_is_none(words, stem):
    assert stem not in korean_nouns(words)


def test_other_scripts_have_none():
    assert not korean_nouns(["Bahnhof", "stations", "12", ""])
