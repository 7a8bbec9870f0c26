"""Hangul arithmetic, particles and conjugation: the Korean side of the corpus generator.

A verb is a stem plus its irregular class. The derivations (`honorific`, `negative`, `want`, ...) return verbs again, so
they nest; the endings (`present`, `past`, `future`, ...) return the text of a finished predicate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
TAILS = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]

# Particle pairs: (after a consonant, after a vowel). Look-ups accept either member.
PARTICLES = {
    "은": ("은", "는"),
    "이": ("이", "가"),
    "을": ("을", "를"),
    "과": ("과", "와"),
    "으로": ("으로", "로"),
    "이야": ("이야", "야"),
    "이에요": ("이에요", "예요"),
    "이었어": ("이었어", "였어"),
    "이었어요": ("이었어요", "였어요"),
    "이라고": ("이라고", "라고"),
    "이면": ("이면", "면"),
    "이고": ("이고", "고"),
    "이지만": ("이지만", "지만"),
    "이라서": ("이라서", "라서"),
    "일": ("일", "ㄹ"),
    "아": ("아", "야"),
    "나": ("이나", "나"),
}

IRREGULAR_STEMS = {
    "ㅂ": "춥 덥 돕 눕 굽 맵 쉽 어렵 무겁 가볍 귀엽 아름답 고맙 반갑 가깝 무섭 즐겁 외롭 두껍 어둡 차갑 뜨겁 시끄럽 "
    "더럽 새롭 싱겁 줍 부럽 그립 부드럽 미끄럽 자랑스럽 곱 답 스럽 롭",
    "ㄷ": "듣 걷 묻 싣 깨닫",
    "ㅅ": "낫 짓 붓 젓 잇",
    "ㅎ": "빨갛 파랗 노랗 하얗 까맣 그렇 이렇 어떻",
}
REGULAR_EU_STEMS = ("따르", "치르", "들르")
OH_BEFORE_BIEUP = ("돕", "곱")


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
    """Returns the word with the particle in the shape its last syllable asks for."""
    after_consonant, after_vowel = PARTICLES[kind]
    tail = final_consonant(word)
    closed = tail not in ("", "ㄹ") if kind == "으로" else tail != ""
    if kind == "일" and not closed:
        return with_tail(word, "ㄹ")
    return word + (after_consonant if closed else after_vowel)


def topic(word: str) -> str:
    """Returns the word as the topic (은/는)."""
    return particle(word, "은")


def subject(word: str) -> str:
    """Returns the word as the subject (이/가), with the pronouns' own shapes."""
    special = {"나": "내가", "저": "제가", "너": "네가", "누구": "누가"}
    return special.get(word) or particle(word, "이")


def object_(word: str) -> str:
    """Returns the word as the object (을/를)."""
    return particle(word, "을")


def together(word: str) -> str:
    """Returns the word with 와/과."""
    return particle(word, "과")


def by(word: str) -> str:
    """Returns the word with (으)로."""
    return particle(word, "으로")


@dataclass(frozen=True)
class Verb:
    """A verb or adjective: stem without 다, irregular class, and whether it describes (adjective)."""

    stem: str
    irregular: str = ""
    descriptive: bool = False


def irregular_class(stem: str) -> str:
    """Returns the irregular class of a stem: "ㅂ", "ㄷ", "ㅅ", "ㅎ", "르" or ""."""
    word = stem.split(" ")[-1]
    for name, stems in IRREGULAR_STEMS.items():
        if any(
            word == known or (len(known) > 1 and word.endswith(known)) for known in stems.split()
        ):
            return name
    if word.endswith(("스럽", "롭")):
        return "ㅂ"
    if len(word) > 1 and word.endswith("르") and not word.endswith(REGULAR_EU_STEMS):
        return "르"
    return ""


def verb(dictionary_form: str, *, descriptive: bool = False) -> Verb:
    """Builds a verb from its dictionary form ("먹다"); earlier words are carried along ("밥을 먹다")."""
    if not dictionary_form.endswith("다"):
        raise ValueError(f"Expected a dictionary form ending in 다. Received: {dictionary_form!r}.")
    stem = dictionary_form[:-1]
    return Verb(stem, irregular_class(stem), descriptive)


def infinitive(v: Verb) -> str:
    """Returns the 아/어 form: 먹어, 가, 마셔, 해, 몰라, 도와, 들어, 나아, 파래."""
    stem = v.stem
    lead, vowel, tail = decompose(stem[-1])
    if stem.endswith("하"):
        return stem[:-1] + "해"
    if v.irregular == "ㅂ":
        return with_tail(stem, "") + ("와" if stem.endswith(OH_BEFORE_BIEUP) else "워")
    if v.irregular == "ㅎ":
        return stem[:-1] + compose(lead, {"ㅑ": "ㅒ"}.get(vowel, "ㅐ"))
    if v.irregular == "르":
        before = stem[:-1]
        return with_tail(before, "ㄹ") + ("라" if decompose(before[-1])[1] in "ㅏㅗ" else "러")
    suffix = "아" if vowel in "ㅏㅑㅗ" else "어"
    if v.irregular == "ㄷ":
        return with_tail(stem, "ㄹ") + suffix
    if v.irregular == "ㅅ":
        return with_tail(stem, "") + suffix
    if tail:
        return stem + suffix
    return contract(stem)


def contract(stem: str) -> str:
    """Returns an open regular stem contracted with 아/어."""
    lead, vowel, _ = decompose(stem[-1])
    merged = {"ㅗ": "ㅘ", "ㅜ": "ㅝ", "ㅣ": "ㅕ", "ㅚ": "ㅙ"}
    if vowel in merged:
        return stem[:-1] + compose(lead, merged[vowel])
    if vowel == "ㅡ":
        bright = len(stem) > 1 and stem[-2] != " " and decompose(stem[-2])[1] in "ㅏㅗ"
        return stem[:-1] + compose(lead, "ㅏ" if bright else "ㅓ")
    return stem if vowel in "ㅏㅓㅕㅐㅔ" else stem + "어"


def with_eu(v: Verb, ending: str) -> str:
    """Attaches an ending of the (으) family: "면", "시", "러", "려고", or one whose first letter is ㄴ or ㄹ."""
    stem = v.stem
    tail = final_consonant(stem)
    if v.irregular == "ㅂ":
        stem = with_tail(stem, "") + "우"
    elif v.irregular == "ㄷ":
        stem = with_tail(stem, "ㄹ") + "으"
    elif v.irregular == "ㅅ":
        stem = with_tail(stem, "") + "으"
    elif v.irregular == "ㅎ":
        stem = with_tail(stem, "")
    elif tail == "ㄹ":
        stem = with_tail(stem, "") if ending[0] in "ㄹㄴㅂ시" else stem
    elif tail:
        stem += "으"
    if ending[0] in "ㄹㄴㅂ":
        return with_tail(stem, ending[0]) + ending[1:]
    return stem + ending


def present(v: Verb, *, polite: bool = False) -> str:
    """Returns the present: 먹어, 먹어요; an honorific stem gives 가셔, 가세요."""
    if polite and v.stem.endswith("시") and v.irregular == "honorific":
        return v.stem[:-1] + "세요"
    return infinitive(v) + ("요" if polite else "")


def past(v: Verb, *, polite: bool = False) -> str:
    """Returns the past: 먹었어, 먹었어요."""
    return with_tail(infinitive(v), "ㅆ") + "어" + ("요" if polite else "")


def future(v: Verb, *, polite: bool = False) -> str:
    """Returns the future: 먹을 거야, 먹을 거예요."""
    return with_eu(v, "ㄹ 거") + ("예요" if polite else "야")


def and_(v: Verb) -> str:
    """Returns the -고 form."""
    return v.stem + "고"


def but(v: Verb) -> str:
    """Returns the -지만 form."""
    return v.stem + "지만"


def past_but(v: Verb) -> str:
    """Returns the past -지만 form: 먹었지만."""
    return with_tail(infinitive(v), "ㅆ") + "지만"


def because(v: Verb) -> str:
    """Returns the -아서/어서 form."""
    return infinitive(v) + "서"


def if_(v: Verb) -> str:
    """Returns the -(으)면 form."""
    return with_eu(v, "면")


def when(v: Verb) -> str:
    """Returns the -(으)ㄹ 때 form."""
    return with_eu(v, "ㄹ 때")


def modifier(v: Verb, tense: str = "present") -> str:
    """Returns the form before a noun: 먹는, 먹은, 먹을; 큰; 재미있는."""
    if tense == "future":
        return with_eu(v, "ㄹ")
    if tense == "past":
        return with_eu(v, "ㄴ")
    if v.descriptive and not v.stem.endswith(("있", "없")):
        return with_eu(v, "ㄴ")
    stem = with_tail(v.stem, "") if final_consonant(v.stem) == "ㄹ" else v.stem
    return stem + "는"


HONORIFIC_STEMS = {
    "먹": "드시", "마시": "드시", "자": "주무시", "있": "계시", "말하": "말씀하시", "아프": "편찮으시",
}  # fmt: skip


def honorific(v: Verb) -> Verb:
    """Returns the subject-honorific verb: 가시다, 읽으시다, 드시다, 주무시다, 계시다."""
    head, _, word = v.stem.rpartition(" ")
    gap = head + " " if head else ""
    if word in HONORIFIC_STEMS:
        return Verb(gap + HONORIFIC_STEMS[word], "honorific", v.descriptive)
    return Verb(with_eu(v, "시"), "honorific", v.descriptive)


def negative(v: Verb) -> Verb:
    """Negates: 안 + verb for plain verbs, -지 않다 for adjectives and verbs in 하다; 있다, 알다 have their own word."""
    head, _, word = v.stem.rpartition(" ")
    gap = head + " " if head else ""
    own = {"있": "없", "알": "모르", "맛있": "맛없", "재미있": "재미없"}
    if word in own:
        return replace(verb(gap + own[word] + "다"), descriptive=v.descriptive)
    if v.irregular == "honorific" and word == "계시":
        return replace(v, stem=gap + "안 계시")
    if v.descriptive or word.endswith("하") or v.irregular == "honorific":
        return Verb(v.stem + "지 않", "", v.descriptive)
    return replace(v, stem=gap + "안 " + word)


def unable(v: Verb) -> Verb:
    """Returns 못 + verb, or -지 못하다 for verbs in 하다 and honorific ones."""
    head, _, word = v.stem.rpartition(" ")
    if word.endswith("하") or v.irregular == "honorific":
        return Verb(v.stem + "지 못하")
    return replace(v, stem=(head + " " if head else "") + "못 " + word)


def progressive(v: Verb, *, honor: bool = False) -> Verb:
    """Returns -고 있다, or -고 계시다 of an honoured subject."""
    return Verb(v.stem + "고 계시", "honorific") if honor else Verb(v.stem + "고 있")


def want(v: Verb, *, own: bool = True, honor: bool = False) -> Verb:
    """Returns -고 싶다 (of oneself, or asked of the listener) or -고 싶어 하다 (of a third person)."""
    if own:
        return (
            Verb(v.stem + "고 싶으시", "honorific") if honor else Verb(v.stem + "고 싶", "", True)
        )
    return Verb(v.stem + "고 싶어 하시", "honorific") if honor else Verb(v.stem + "고 싶어 하")


def can(v: Verb, *, honor: bool = False) -> Verb:
    """Returns -(으)ㄹ 수 있다."""
    return Verb(with_eu(honorific(v) if honor else v, "ㄹ 수 있"))


def cannot(v: Verb, *, honor: bool = False) -> Verb:
    """Returns -(으)ㄹ 수 없다."""
    return Verb(with_eu(honorific(v) if honor else v, "ㄹ 수 없"))


def must(v: Verb, *, honor: bool = False) -> Verb:
    """Returns -아야/어야 하다."""
    return Verb(infinitive(honorific(v) if honor else v) + "야 하")


def need_not(v: Verb, *, honor: bool = False) -> Verb:
    """Returns -지 않아도 되다, or -지 않으셔도 되다 of an honoured subject."""
    denied = Verb(v.stem + "지 않")
    return Verb(infinitive(honorific(denied) if honor else denied) + "도 되")


def may(v: Verb) -> Verb:
    """Returns -아도/어도 되다."""
    return Verb(infinitive(v) + "도 되")


def request(v: Verb, *, polite: bool = False) -> str:
    """Returns the command (읽어) or the polite request (읽어 주세요)."""
    return infinitive(v) + (" 주세요" if polite else "")


def prohibit(v: Verb, *, polite: bool = False) -> str:
    """Returns -지 마 or -지 마세요."""
    return v.stem + "지 마" + ("세요" if polite else "")


def is_(noun: str, *, polite: bool = False) -> str:
    """Returns noun + 이야/야 or 이에요/예요."""
    return particle(noun, "이에요" if polite else "이야")


def was(noun: str, *, polite: bool = False) -> str:
    """Returns noun + 이었어/였어(요)."""
    return particle(noun, "이었어요" if polite else "이었어")


def is_not(noun: str, *, polite: bool = False) -> str:
    """Returns noun + 이/가 아니야 or 아니에요."""
    return particle(noun, "이") + (" 아니에요" if polite else " 아니야")


NATIVE_ONES = ["", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉"]
NATIVE_SHORT = ["", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉"]
NATIVE_TENS = ["", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"]
SINO = ["", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"]


def native_number(number: int) -> str:
    """Returns the native number before a counter, 1 to 99: 한, 두, 열, 스무, 스물한."""
    if not 1 <= number <= 99:
        raise ValueError(f"Expected a number from 1 to 99. Received: {number}.")
    return "스무" if number == 20 else NATIVE_TENS[number // 10] + NATIVE_SHORT[number % 10]


def sino_number(number: int) -> str:
    """Returns the Sino-Korean number, 1 to 99,999: 십, 이십오, 천오백, 만 이천."""
    if not 1 <= number <= 99_999:
        raise ValueError(f"Expected a number from 1 to 99,999. Received: {number}.")
    parts = []
    if number >= 10_000:
        head = number // 10_000
        parts.append("만" if head == 1 else SINO[head] + "만")
    rest = number % 10_000
    text = ""
    for value, unit in ((1000, "천"), (100, "백"), (10, "십"), (1, "")):
        digit = rest // value % 10
        if digit:
            text += ("" if digit == 1 and unit else SINO[digit]) + unit
    return " ".join(parts + [text] if text else parts)
