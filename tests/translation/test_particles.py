"""Korean particles that agree with the word before them, and the sounds that words end in."""

import time

import pytest

from seq2seq.translation.last_sounds import Sound, last_sound
from seq2seq.translation.particles import agreeing, follow_noun

PAIRS = [
    ("을", "를"),
    ("은", "는"),
    ("이", "가"),
    ("과", "와"),
    ("과는", "와는"),
    ("으로", "로"),
    ("으로부터", "로부터"),
    ("으로서는", "로서는"),
    ("으로의", "로의"),
    ("이나", "나"),
    ("이나마", "나마"),
    ("이라", "라"),
    ("이라고", "라고"),
    ("이라고는", "라고는"),
    ("이라는", "라는"),
    ("이라도", "라도"),
    ("이란", "란"),
    ("이랑", "랑"),
    ("이랑은", "랑은"),
    ("이든", "든"),
    ("이든지", "든지"),
    ("이며", "며"),
    ("이여", "여"),
    ("이야말로", "야말로"),
    ("이에요", "예요"),
    ("이었습니다", "였습니다"),
    ("이어서", "여서"),
    ("은커녕", "는커녕"),
]
FOLLOWING = ["", " 보았다", ".", ", 그리고", "!", '"', ")", "\n", " 가게"]

CONSONANTS = (
    "도서관 책 유솔이란사람 10 3 6 0 20 100 3,000 12.10 IBM M N 10:30 5kg 3t robot book Facebook "
    "station game iPhone Chrome Slack laptop music HTTPS://A.COM https://example.com a@b.com F1 "
    "세계보건기구(협)관 『책』 (관) <b>책</b> '책' ¥10 ₩5,000 パン"
).split()
LIEULS = "서울 1 7 8 21 1,008 L R VR SQL MySQL HTML Google hotel style 2024-05-01 3dB".split()
VOWELS = (
    "학교 2 4 5 9 12 3.5 PDF A USB iOS NASA MP3 A4 10% 5km 3m² 20℃ $10 €3 10:00 point Mark café "
    "library server Windows YouTube Twitter https://x.org/a.pdf 세계보건기구(WHO) 도서(관) さくら "
    "1,000,000,000,000"
).split()
UNKNOWN = ["", "漢字", "{name}", "%d", "%(count)s", "${x}", "$name", "{{ 책 }}", "&amp;", "😀", "…"]


def test_last_sound_is_that_of_what_is_read():
    assert {word: last_sound(word) for word in CONSONANTS} == dict.fromkeys(
        CONSONANTS, Sound.CONSONANT
    )
    assert {word: last_sound(word) for word in LIEULS} == dict.fromkeys(LIEULS, Sound.LIEUL)
    assert {word: last_sound(word) for word in VOWELS} == dict.fromkeys(VOWELS, Sound.VOWEL)
    assert {word: last_sound(word) for word in UNKNOWN} == dict.fromkeys(UNKNOWN)


@pytest.mark.parametrize(("consonant", "vowel"), PAIRS)
def test_agreeing_writes_the_form_that_fits(consonant, vowel):
    for following in FOLLOWING:
        for form in (consonant, vowel):
            assert agreeing("도서관", form + following).startswith(consonant + following)
            assert agreeing("나는 학교", form + following).startswith(vowel + following)


def test_agreeing_writes_ro_after_lieul():
    assert agreeing("서울", "으로 간다") == "로 간다"
    assert agreeing("서울", "으로부터") == "로부터"
    assert agreeing("서울", "를") == "을"
    assert agreeing("7", "으로") == "로"


@pytest.mark.parametrize(
    ("both", "consonant", "vowel"),
    [
        ("을(를)", "을", "를"),
        ("를(을)", "을", "를"),
        ("을/를", "을", "를"),
        ("은(는)", "은", "는"),
        ("이(가)", "이", "가"),
        ("와(과)", "과", "와"),
        ("(으)로", "으로", "로"),
        ("(으)로부터", "으로부터", "로부터"),
        ("(이)나", "이나", "나"),
        ("(이)라고", "이라고", "라고"),
        ("아(야)", "아", "야"),
    ],
)
def test_agreeing_makes_one_form_of_both(both, consonant, vowel):
    assert agreeing("도서관", both + " 하다") == consonant + " 하다"
    assert agreeing("학교", both + " 하다") == vowel + " 하다"
    assert agreeing("{name}", both + " 하다") == both + " 하다"


@pytest.mark.parametrize(
    ("word", "after"),
    [
        ("책", " 이 다음"),
        ("학교", "은행에서"),
        ("도서관", "가게"),
        ("도서관", "나무"),
        ("학교", "과일"),
        ("가정", "로봇을"),
        ("학교", "이야기"),
        ("학교", "이상한"),
        ("학교", "을지로"),
        ("신", "나라"),
        ("신", "라면을"),
        ("신", "라디오"),
        ("도서관", "에서는"),
        ("학교", "까지"),
        ("10", "여 명"),
        ("3", "가지"),
        ("종로3", "가 "),
        ("제5", "과 "),
        ("漢字", "를"),
        ("{name}", "을"),
        ("도서관", ""),
        ("도서관", " 를"),
    ],
)
def test_agreeing_leaves_other_words_alone(word, after):
    assert agreeing(word, after) == after


def test_agreeing_looks_past_what_closes():
    assert agreeing("“도서관", "”를 봐") == "”을 봐"
    assert agreeing("<b>도서관", "</b>를 봐") == "</b>을 봐"
    assert agreeing("도서관", '</i>)"와') == '</i>)"과'


def test_agreeing_tells_a_call_from_a_statement():
    assert agreeing("유솔", "야, 안녕") == "아, 안녕"
    assert agreeing("나는 유솔", "야.") == "이야."
    assert agreeing("나는 유솔", "이야!") == "이야!"
    assert agreeing("나는 민지", "이야.") == "야."


def test_agreeing_writes_i_before_endings_after_a_consonant():
    assert agreeing("도서관", "다.") == "이다."
    assert agreeing("학교", "이다.") == "이다."
    assert agreeing("학교", "다.") == "다."


def test_agreeing_takes_linear_time():
    started = time.perf_counter()
    agreeing("<" * 100_000 + "(" * 100_000, "<a" * 100_000)
    agreeing("[" * 100_000 + ")" * 100_000, ")" * 100_000 + "이")
    assert time.perf_counter() - started < 2


def test_follow_noun_knows_particles_from_words():
    particles = "은 이 에서는 에게도 들이 으로부터 까지만".split()
    particles += "입니다 이었다 였습니다 이에요 이라고 이야 야".split()
    assert [letters for letters in particles if not follow_noun(letters)] == []
    assert [letters for letters in ("장", "장에서", "이야기", "가게") if follow_noun(letters)] == []
