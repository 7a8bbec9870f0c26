"""Hangul arithmetic: syllables to letters and back, and particles that agree with the last letter.

A Hangul syllable is a lead consonant, a vowel and perhaps a tail consonant; Unicode lays out all
11,172 of them in that order. A Korean noun carries its role in a particle at its end: 은 marks the
topic ("as for ..."), 이 the subject, 을 the object, 으로 the means.
"""

from __future__ import annotations

LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
TAILS = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]

# The shapes of a particle or copula: after a consonant, after a vowel.
PARTICLES = {
    "은": ("은", "는"),
    "이": ("이", "가"),
    "을": ("을", "를"),
    "과": ("과", "와"),
    "으로": ("으로", "로"),
    "이야": ("이야", "야"),
    "이에요": ("이에요", "예요"),
    "이었어": ("이었어", "였어"),
    "이라고": ("이라고", "라고"),
    "이고": ("이고", "고"),
    "아": ("아", "야"),
}
# Pronouns that do not take 이 like a noun.
SUBJECT_PRONOUNS = {"나": "내가", "저": "제가", "너": "네가", "누구": "누가"}


def decompose(syllable: str) -> tuple[str, str, str]:
    """Splits one Hangul syllable into lead, vowel and tail ("" when open)."""
    index = ord(syllable) - 0xAC00
    if not 0 <= index < 11172:
        raise ValueError(f"Expected one Hangul syllable. Received: {syllable!r}.")
    return LEADS[index // 588], VOWELS[index % 588 // 28], TAILS[index % 28]


def compose(lead: str, vowel: str, tail: str = "") -> str:
    """Joins lead, vowel and tail into one syllable."""
    return chr(0xAC00 + LEADS.index(lead) * 588 + VOWELS.index(vowel) * 28 + TAILS.index(tail))


def final_consonant(word: str) -> str:
    """Returns the tail of the last syllable; "" for an open syllable."""
    return decompose(word[-1])[2]


def with_tail(word: str, tail: str) -> str:
    """Replaces the tail of the last syllable."""
    lead, vowel, _ = decompose(word[-1])
    return word[:-1] + compose(lead, vowel, tail)


def particle(word: str, kind: str) -> str:
    """Returns the word with the particle in the shape that its last syllable asks for."""
    after_consonant, after_vowel = PARTICLES[kind]
    tail = final_consonant(word)

    open_ended = tail in ("", "ㄹ") if kind == "으로" else tail == ""
    return word + (after_vowel if open_ended else after_consonant)


def subject(word: str) -> str:
    """Returns the word as the subject: 책이, 나무가, and the pronouns in their own shapes."""
    return SUBJECT_PRONOUNS.get(word) or particle(word, "이")


def object_(word: str) -> str:
    """Returns the word as the object: 책을, 나무를."""
    return particle(word, "을")


def together(word: str) -> str:
    """Returns the word with "and" or "with": 책과, 나무와."""
    return particle(word, "과")
