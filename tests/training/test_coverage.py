"""What a vocabulary lacks of new pairs is counted and named, and swapped sides are noticed."""

import pytest

from fixtures.runs import Lines
from seq2seq.data.corpus import Corpus
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.training.coverage import tell_coverage

ENGLISH = ["the cat sits here", "a dog and the bird", "she likes warm bread"]
KOREAN = ["고양이가 여기 앉아", "개 한 마리와 새", "그녀는 따뜻한 빵을 좋아해"]


@pytest.fixture(scope="module")
def tokenizers():
    return (
        Tokenizer.train(ENGLISH, 60),
        Tokenizer.train(KOREAN, 60, keep_letters=True),
    )


def told(tokenizers, source, target, *, extends=False):
    display = Lines()
    tell_coverage(Corpus(source, target), tokenizers, display, extends=extends)
    return display.lines


def test_nothing_is_said_of_text_that_can_be_written(tokenizers):
    assert told(tokenizers, ENGLISH, KOREAN) == []
    assert told(tokenizers, ["The CAT"], ["고양이"]) == []  # the source reads them alike


def test_letters_and_words_that_are_lacking_are_counted_and_named_in_one_line(tokenizers):
    (line,) = told(tokenizers, ["the zzap", "a zebra zzap"], ["여기 뷁", "여기 뷁뛟"])
    assert line == (
        "The vocabulary lacks 4 letters of the new pairs (z, p, 뷁, 뛟), in 4 words, such as "
        "zzap, zebra, 뷁, 뷁뛟. --extend-vocabulary adds them."
    )
    (line,) = told(tokenizers, ["zz"], ["여기"], extends=True)
    assert "1 letter of the new pairs (z), in 1 word, such as zz. They are added." in line


def test_what_is_carried_over_as_it_is_lacks_nothing(tokenizers):
    assert told(tokenizers, ["the cat 12.5 https://zzz.org"], ["여기 12.5 https://zzz.org"]) == []


def test_swapped_sides_are_noticed(tokenizers):
    lines = told(tokenizers, KOREAN, ENGLISH)
    assert any("The two sides seem swapped" in line and "--columns 2,1" in line for line in lines)


def test_swapped_sides_of_languages_with_the_same_letters_are_noticed():
    german = ["die katze sitzt hier", "ein hund und der vogel", "sie mag warmes brot"]
    tokenizers = (
        Tokenizer.train(20 * ENGLISH, 90),
        Tokenizer.train(20 * german, 90, keep_letters=True),
    )
    assert not any("swapped" in line for line in told(tokenizers, ENGLISH, german))
    assert any("swapped" in line for line in told(tokenizers, german, ENGLISH))


def test_new_letters_alone_are_no_swapped_sides(tokenizers):
    lines = told(tokenizers, ["ж ф щ ы"], ["ж ф щ ы"])
    assert len(lines) == 1 and "swapped" not in lines[0]
