"""The scripts of a corpus, and the words of a text in other ones."""

import pytest

from seq2seq.data.scripts import kept_spans, usual_scripts


def texts_of(text, scripts):
    return [text[start:end] for start, end, _ in kept_spans(text, scripts)]


@pytest.mark.parametrize(
    "word",
    [
        "東京",
        "Москва",
        "กรุงเทพ",
        "น้ำ",
        "दिल्ली",
        "می\u200cرود",
        "Melanie Frye",
        "O'Neill",
        "J. K. Poe",
    ],
)
def test_a_word_of_another_script_is_whole(word):
    assert texts_of(f"나는 {word}에 산다", ("HANGUL",)) == [word]


def test_words_of_usual_scripts_are_left_to_the_model():
    assert texts_of("나는 thesis를 12번 썼다", ("HANGUL", "LATIN")) == ["12"]
    assert texts_of("나는 東京에", ()) == []


def test_a_number_in_a_foreign_name_is_a_part_of_it():
    assert texts_of("그는 Windows 11을 3번", ("HANGUL",)) == ["Windows 11", "3"]


def test_a_script_of_few_letters_is_not_usual():
    lines = ["나는 학생이야"] * 99 + ["I am"]

    assert usual_scripts(lines) == ("HANGUL",)
    assert usual_scripts(["나는 student"]) == ("LATIN", "HANGUL")
    assert usual_scripts(["12 !"]) == ()
