"""Korean verb stems: their irregular classes, and how endings attach to them.

A verb is a stem plus its irregular class; Korean adjectives conjugate like verbs. Endings attach in
three ways: to the bare stem (먹고), to the 아/어 form (먹어서), or with 으 after a consonant
(먹으면).
"""

from __future__ import annotations

from dataclasses import dataclass

from hangul import compose, decompose, final_consonant, with_tail

# Stems whose last consonant changes before a vowel, by that consonant: 춥다, but 추워.
IRREGULAR_STEMS = {
    "ㅂ": (
        "춥 덥 돕 눕 굽 맵 쉽 어렵 무겁 가볍 귀엽 아름답 고맙 반갑 가깝 무섭 즐겁 외롭 두껍 어둡 "
        "차갑 뜨겁 시끄럽 더럽 새롭 싱겁 줍 부럽 그립 부드럽 미끄럽 자랑스럽 곱 답 스럽 롭"
    ).split(),
    "ㄷ": "듣 걷 묻 싣 깨닫".split(),
    "ㅅ": "낫 짓 붓 젓 잇".split(),
    "ㅎ": "빨갛 파랗 노랗 하얗 까맣 그렇 이렇 어떻".split(),
}
REGULAR_EU_STEMS = ("따르", "치르", "들르")
OH_BEFORE_BIEUP = ("돕", "곱")
BRIGHT_VOWELS = "ㅏㅗ"

# A vowel at the end of a stem merges with the 어 that follows: 보 + 아 = 봐.
MERGED_VOWELS = {"ㅗ": "ㅘ", "ㅜ": "ㅝ", "ㅣ": "ㅕ", "ㅚ": "ㅙ"}


@dataclass(frozen=True)
class Verb:
    """A verb or adjective: stem without 다, irregular class, and whether it describes (adjective).

    The class is "ㅂ", "ㄷ", "ㅅ", "ㅎ", "르", "honorific" (a stem in 시) or "" (regular).
    """

    stem: str
    irregular: str = ""
    descriptive: bool = False


def verb(dictionary_form: str, *, descriptive: bool = False) -> Verb:
    """Builds a verb from its dictionary form, with earlier words carried along: 밥을 먹다."""
    if not dictionary_form.endswith("다"):
        raise ValueError(f"Expected a dictionary form ending in 다. Received: {dictionary_form!r}.")
    stem = dictionary_form[:-1]
    return Verb(stem, irregular_class(stem), descriptive)


def irregular_class(stem: str) -> str:
    """Returns the irregular class of a stem."""
    word = stem.split(" ")[-1]
    for name, stems in IRREGULAR_STEMS.items():
        for known in stems:
            if word == known or (len(known) > 1 and word.endswith(known)):
                return name

    if len(word) > 1 and word.endswith("르") and not word.endswith(REGULAR_EU_STEMS):
        return "르"
    return ""


def split_stem(v: Verb) -> tuple[str, str]:
    """Returns the words before the verb, with a space after them, and the stem of the verb."""
    head, gap, word = v.stem.rpartition(" ")
    return head + gap, word


def infinitive(v: Verb) -> str:
    """Returns the 아/어 form, to which most endings attach: 먹어, 가, 해, 몰라, 도와, 파래."""
    stem = v.stem
    _, vowel, tail = decompose(stem[-1])
    if stem.endswith("하"):
        return stem[:-1] + "해"

    suffix = "아" if vowel in "ㅏㅑㅗ" else "어"
    match v.irregular:
        case "ㅂ":
            return with_tail(stem, "") + ("와" if stem.endswith(OH_BEFORE_BIEUP) else "워")
        case "ㄷ":
            return with_tail(stem, "ㄹ") + suffix
        case "ㅅ":
            return with_tail(stem, "") + suffix
        case "ㅎ":
            return infinitive_of_hieuh(stem)
        case "르":
            return infinitive_of_reu(stem)
    return stem + suffix if tail else contract(stem)


def infinitive_of_hieuh(stem: str) -> str:
    """Returns the 아/어 form of a colour and its like: 파랗 becomes 파래, 하얗 becomes 하얘."""
    lead, vowel, _ = decompose(stem[-1])
    return stem[:-1] + compose(lead, "ㅒ" if vowel == "ㅑ" else "ㅐ")


def infinitive_of_reu(stem: str) -> str:
    """Returns the 아/어 form of a stem in 르, which doubles the ㄹ: 모르 becomes 몰라."""
    before = stem[:-1]
    _, vowel, _ = decompose(before[-1])
    return with_tail(before, "ㄹ") + ("라" if vowel in BRIGHT_VOWELS else "러")


def contract(stem: str) -> str:
    """Returns a regular stem that ends in a vowel contracted with 아/어: 보 becomes 봐, 쓰 써."""
    lead, vowel, _ = decompose(stem[-1])
    if vowel in MERGED_VOWELS:
        return stem[:-1] + compose(lead, MERGED_VOWELS[vowel])

    if vowel == "ㅡ":
        before = stem[-2:-1]
        bright = before.strip() != "" and decompose(before)[1] in BRIGHT_VOWELS
        return stem[:-1] + compose(lead, "ㅏ" if bright else "ㅓ")
    return stem if vowel in "ㅏㅓㅕㅐㅔ" else stem + "어"


def with_eu(v: Verb, ending: str) -> str:
    """Attaches an ending that takes 으 after a consonant: "면", "시", "러", "려고".

    An ending that begins with the letter ㄴ, ㄹ or ㅂ becomes the tail of the syllable before.
    """
    stem = eu_stem(v, ending)
    if ending[0] in "ㄹㄴㅂ":
        return with_tail(stem, ending[0]) + ending[1:]
    return stem + ending


def eu_stem(v: Verb, ending: str) -> str:
    """Returns the stem that an ending of the (으) family attaches to."""
    stem = v.stem
    match v.irregular:
        case "ㅂ":
            return with_tail(stem, "") + "우"
        case "ㄷ":
            return with_tail(stem, "ㄹ") + "으"
        case "ㅅ":
            return with_tail(stem, "") + "으"
        case "ㅎ":
            return with_tail(stem, "")

    tail = final_consonant(stem)
    if tail == "ㄹ":
        return with_tail(stem, "") if ending[0] in "ㄹㄴㅂ시" else stem
    return stem + "으" if tail else stem
