"""Laws of the corpus generator: English and Korean morphology match the written forms."""

from __future__ import annotations

import random

import pytest

import hangul
import korean as ko
from clause import predicate
from draw import Draw
from english import article, plural, third_person
from numerals import english_number, english_ordinal, native_number, sino_number
from patterns.requests import called_out
from people import Subject


@pytest.mark.parametrize(
    ("kind", "closed", "rieul", "opened"),
    [
        ("은", "책은", "물은", "나무는"),
        ("이", "책이", "물이", "나무가"),
        ("을", "책을", "물을", "나무를"),
        ("과", "책과", "물과", "나무와"),
        ("으로", "책으로", "물로", "나무로"),
        ("이야", "책이야", "물이야", "나무야"),
        ("이에요", "책이에요", "물이에요", "나무예요"),
        ("이었어", "책이었어", "물이었어", "나무였어"),
        ("이라고", "책이라고", "물이라고", "나무라고"),
        ("이고", "책이고", "물이고", "나무고"),
        ("아", "책아", "물아", "나무야"),
    ],
)
def test_particle_agrees_with_the_last_syllable(
    kind: str, closed: str, rieul: str, opened: str
) -> None:
    assert [hangul.particle(word, kind) for word in ("책", "물", "나무")] == [closed, rieul, opened]


def test_subject_gives_the_pronouns_their_own_shapes() -> None:
    assert [hangul.subject(word) for word in ("나", "저", "너", "누구", "지우")] == [
        "내가",
        "제가",
        "네가",
        "누가",
        "지우가",
    ]


def test_compose_undoes_decompose_for_every_syllable() -> None:
    assert all(
        hangul.compose(*hangul.decompose(chr(code))) == chr(code)
        for code in range(0xAC00, 0xAC00 + 11172)
    )


def test_decompose_rejects_what_is_not_a_syllable() -> None:
    with pytest.raises(ValueError, match="one Hangul syllable"):
        hangul.decompose("a")


# dictionary form: present, present polite, past, future
CONJUGATIONS = {
    "먹다": ("먹어", "먹어요", "먹었어", "먹을 거야"),
    "가다": ("가", "가요", "갔어", "갈 거야"),
    "보다": ("봐", "봐요", "봤어", "볼 거야"),
    "마시다": ("마셔", "마셔요", "마셨어", "마실 거야"),
    "배우다": ("배워", "배워요", "배웠어", "배울 거야"),
    "쉬다": ("쉬어", "쉬어요", "쉬었어", "쉴 거야"),
    "보내다": ("보내", "보내요", "보냈어", "보낼 거야"),
    "되다": ("돼", "돼요", "됐어", "될 거야"),
    "공부하다": ("공부해", "공부해요", "공부했어", "공부할 거야"),
    "돕다": ("도와", "도와요", "도왔어", "도울 거야"),
    "춥다": ("추워", "추워요", "추웠어", "추울 거야"),
    "입다": ("입어", "입어요", "입었어", "입을 거야"),
    "듣다": ("들어", "들어요", "들었어", "들을 거야"),
    "닫다": ("닫아", "닫아요", "닫았어", "닫을 거야"),
    "짓다": ("지어", "지어요", "지었어", "지을 거야"),
    "낫다": ("나아", "나아요", "나았어", "나을 거야"),
    "웃다": ("웃어", "웃어요", "웃었어", "웃을 거야"),
    "모르다": ("몰라", "몰라요", "몰랐어", "모를 거야"),
    "부르다": ("불러", "불러요", "불렀어", "부를 거야"),
    "빨갛다": ("빨개", "빨개요", "빨갰어", "빨갈 거야"),
    "하얗다": ("하얘", "하얘요", "하얬어", "하얄 거야"),
    "살다": ("살아", "살아요", "살았어", "살 거야"),
    "만들다": ("만들어", "만들어요", "만들었어", "만들 거야"),
    "쓰다": ("써", "써요", "썼어", "쓸 거야"),
    "바쁘다": ("바빠", "바빠요", "바빴어", "바쁠 거야"),
    "슬프다": ("슬퍼", "슬퍼요", "슬펐어", "슬플 거야"),
}


@pytest.mark.parametrize("dictionary_form", CONJUGATIONS)
def test_conjugation_matches_the_written_forms(dictionary_form: str) -> None:
    v = ko.verb(dictionary_form)
    forms = (ko.present(v), ko.present(v, polite=True), ko.past(v), ko.future(v))
    assert forms == CONJUGATIONS[dictionary_form]


@pytest.mark.parametrize(
    ("dictionary_form", "descriptive", "present", "past"),
    [
        ("밥을 먹다", False, "밥을 안 먹어", "밥을 안 먹었어"),
        ("공부하다", False, "공부하지 않아", "공부하지 않았어"),
        ("춥다", True, "춥지 않아", "춥지 않았어"),
        ("알다", False, "몰라", "몰랐어"),
        ("집에 있다", False, "집에 없어", "집에 없었어"),
    ],
)
def test_negation_picks_the_natural_form(
    dictionary_form: str, descriptive: bool, present: str, past: str
) -> None:
    negated = ko.negative(ko.verb(dictionary_form, descriptive=descriptive))
    assert (ko.present(negated), ko.past(negated)) == (present, past)


def test_derivations_match_the_written_forms() -> None:
    eat = ko.verb("먹다")
    live = ko.verb("살다")
    listen = ko.verb("듣다")
    assert ko.present(ko.want(eat)) == "먹고 싶어"
    assert ko.present(ko.want(eat), polite=True) == "먹고 싶어요"
    assert ko.present(ko.want(eat, own=False)) == "먹고 싶어 해"
    assert ko.present(ko.progressive(eat)) == "먹고 있어"
    assert ko.present(ko.can(live)) == "살 수 있어"
    assert ko.present(ko.cannot(listen)) == "들을 수 없어"
    assert ko.present(ko.must(eat)) == "먹어야 해"
    assert ko.present(ko.need_not(eat)) == "먹지 않아도 돼"
    assert ko.past(ko.unable(ko.verb("잠을 자다"))) == "잠을 못 잤어"
    assert (ko.if_(live), ko.if_(listen), ko.when(live), ko.because(eat)) == (
        "살면",
        "들으면",
        "살 때",
        "먹어서",
    )
    assert (ko.request(eat), ko.request(listen, polite=True), ko.prohibit(eat)) == (
        "먹어",
        "들어 주세요",
        "먹지 마",
    )


def test_honorific_replaces_or_marks_the_verb() -> None:
    forms = [
        ko.present(ko.honorific(ko.verb(word)))
        for word in ("가다", "읽다", "살다", "먹다", "자다", "집에 있다")
    ]
    assert forms == ["가셔", "읽으셔", "사셔", "드셔", "주무셔", "집에 계셔"]
    assert ko.present(ko.honorific(ko.verb("가다")), polite=True) == "가세요"
    assert ko.past(ko.honorific(ko.verb("읽다")), polite=True) == "읽으셨어요"


def test_honorific_of_what_is_not_done_or_can_be_done_marks_the_right_verb() -> None:
    mother = Subject("my mother", "우리 어머니", "3", honor=True)
    forms = [
        ("present", True),
        ("could_not", False),
        ("want", True),
        ("must", True),
        ("must", False),
        ("can", False),
    ]
    said = [
        predicate(form, ko.verb("책을 읽다"), mother, negated=negated) for form, negated in forms
    ]
    assert said == [
        "책을 안 읽으셔",
        "책을 못 읽으셨어",
        "책을 읽고 싶어 하지 않으셔",
        "책을 읽지 않으셔도 돼",
        "책을 읽으셔야 해",
        "책을 읽으실 수 있어",
    ]


@pytest.mark.parametrize(
    ("polite", "called"),
    [(False, ["민준아", "지우야", "톰"]), (True, ["민준 씨", "지우 씨", "톰 씨"])],
)
def test_somebody_is_called_by_the_vocative(polite: bool, called: list[str]) -> None:
    d = Draw(random.Random(0), {}, polite=polite)
    names = (("Minjun", "민준"), ("Jiwoo", "지우"), ("Tom", "톰"))
    assert [called_out(d, roman, korean) for roman, korean in names] == called


def test_modifier_agrees_with_the_class() -> None:
    assert [ko.modifier(ko.verb(word)) for word in ("먹다", "살다", "듣다")] == [
        "먹는",
        "사는",
        "듣는",
    ]
    adjectives = ("크다", "작다", "춥다", "빨갛다", "달다", "맛있다")
    forms = [ko.modifier(ko.verb(word, descriptive=True)) for word in adjectives]
    assert forms == ["큰", "작은", "추운", "빨간", "단", "맛있는"]


def test_copula_agrees_with_the_noun() -> None:
    assert (
        ko.is_("유솔"),
        ko.is_("지우"),
        ko.is_("유솔", polite=True),
        ko.is_("지우", polite=True),
    ) == (
        "유솔이야",
        "지우야",
        "유솔이에요",
        "지우예요",
    )
    assert (ko.is_not("학생"), ko.is_not("의사", polite=True)) == (
        "학생이 아니야",
        "의사가 아니에요",
    )


def test_numbers_match_the_written_forms() -> None:
    assert [native_number(n) for n in (1, 3, 10, 20, 21, 35)] == [
        "한",
        "세",
        "열",
        "스무",
        "스물한",
        "서른다섯",
    ]
    assert [sino_number(n) for n in (1, 10, 25, 1500, 10000, 12000)] == [
        "일",
        "십",
        "이십오",
        "천오백",
        "만",
        "만 이천",
    ]


def test_english_morphology_matches_the_written_forms() -> None:
    nouns = ("book", "box", "story", "toy", "big mouse", "police officer")
    assert [plural(noun) for noun in nouns] == [
        "books",
        "boxes",
        "stories",
        "toys",
        "big mice",
        "police officers",
    ]
    assert [third_person(verb) for verb in ("go to bed", "wash", "study", "play", "have")] == [
        "goes to bed",
        "washes",
        "studies",
        "plays",
        "has",
    ]
    assert [article(noun) for noun in ("apple", "university", "hour", "pen")] == [
        "an apple",
        "a university",
        "an hour",
        "a pen",
    ]


def test_copula_honours_its_subject() -> None:
    forms = (ko.is_, ko.was, ko.is_not)
    assert [form("의사", honor=True) for form in forms] == ["의사셔", "의사셨어", "의사가 아니셔"]
    assert [form("학생", honor=True, polite=True) for form in forms] == [
        "학생이세요",
        "학생이셨어요",
        "학생이 아니세요",
    ]


@pytest.mark.parametrize(
    ("dictionary_form", "well"),
    [
        ("피아노를 치다", "피아노를 잘 쳐"),
        ("축구를 하다", "축구를 잘해"),
        ("수영하다", "수영을 잘해"),
        ("춤추다", "춤을 잘 춰"),
        ("차를 운전하다", "차를 잘 운전해"),
    ],
)
def test_well_stands_where_korean_wants_it(dictionary_form: str, well: str) -> None:
    assert ko.present(ko.well(ko.verb(dictionary_form))) == well


def test_english_numbers_match_the_written_forms() -> None:
    numbers = [english_number(n) for n in (7, 12, 20, 45, 300, 12_000)]
    assert numbers == [
        "seven",
        "twelve",
        "twenty",
        "forty-five",
        "three hundred",
        "twelve thousand",
    ]
    assert [english_ordinal(n) for n in (3, 20, 21, 30)] == [
        "third",
        "twentieth",
        "twenty-first",
        "thirtieth",
    ]
