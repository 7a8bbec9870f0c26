"""The language of a text by its letters: the majority decides, and what is kept does not count."""

import pytest

from seq2seq.data.letters import Letters, main_scripts

EN_KO = Letters.of([["LATIN"], ["HANGUL"]])
EN_JA = Letters.of([["LATIN"], ["HIRAGANA", "CJK"]])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I am Yusol", 0),
        ("나는 유솔이야", 1),
        ("ＡＢＣ", 0),  # letters of another width
        ("저는 OK 라고 말했습니다", 1),  # more syllables than Latin letters
        ("TensorFlow와 Keras", 0),
        ("보세요 https://example.org/a/long/path", 1),
        ("<strong>가</strong> user@example.org", 1),
        ("가 {name} %(count)d 12", 1),
        ("a 가", None),
        ("12:30 → 🙂", None),
        ("Привет", None),
        ("", None),
    ],
)
def test_most_letters_tell_the_language(text, language):
    assert EN_KO.language([text]) == language


def test_syllabaries_and_characters_are_of_one_language():
    assert EN_JA.language(["東京タワーへ"]) == 1 and EN_JA.language(["東京 Tokyo to"]) == 0


def test_texts_that_belong_together_are_told_as_one():
    assert EN_KO.language(["I am a student.", "나는", "12"]) == 0
    assert EN_KO.language([]) is None


@pytest.mark.parametrize(
    "scripts", [[["LATIN"], ["LATIN"]], [["HIRAGANA", "CJK"], ["CJK"]], [["LATIN"], []], [[], []]]
)
def test_languages_that_share_a_script_or_have_none_known_are_not_told_apart(scripts):
    assert Letters.of(scripts) is None


def test_script_of_foreign_words_alone_is_none_of_the_language():
    assert main_scripts(["나는 학생이야"] * 9 + ["나는 API를 쓴다"]) == ("HANGUL",)
    assert set(main_scripts(["私は学生です。"])) == {"HIRAGANA", "CJK"}
    assert main_scripts([]) == ()
