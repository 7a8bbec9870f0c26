"""Korean conjugation.

The derivations (`honorific`, `negative`, `want`, ...) return verbs again, so they nest. The endings
(`present`, `past`, `future`, ...) return the text of a finished predicate in one of two registers:
casual (먹어) or polite (먹어요).
"""

from __future__ import annotations

from dataclasses import replace

from hangul import final_consonant, object_, particle, subject, with_tail
from stems import Verb, infinitive, split_stem, verb, with_eu

# Verbs that have another word for honour, or for the contrary.
HONORIFIC_STEMS = {
    "먹": "드시",
    "마시": "드시",
    "자": "주무시",
    "있": "계시",
    "말하": "말씀하시",
    "아프": "편찮으시",
}
CONTRARY_STEMS = {"있": "없", "알": "모르", "맛있": "맛없", "재미있": "재미없"}

HUMBLE = {"나": "저", "내": "제", "우리": "저희"}


def present(v: Verb, *, polite: bool = False) -> str:
    """Returns the present: 먹어, 먹어요; of an honorific stem 가셔, 가세요."""
    if polite and v.irregular == "honorific":
        return v.stem[:-1] + "세요"
    return infinitive(v) + ("요" if polite else "")


def past(v: Verb, *, polite: bool = False) -> str:
    """Returns the past: 먹었어, 먹었어요."""
    return past_stem(v) + "어" + ("요" if polite else "")


def past_stem(v: Verb) -> str:
    """Returns the stem of the past: 먹었."""
    return with_tail(infinitive(v), "ㅆ")


def future(v: Verb, *, polite: bool = False) -> str:
    """Returns the future: 먹을 거야, 먹을 거예요."""
    return with_eu(v, "ㄹ 거") + ("예요" if polite else "야")


def shall(v: Verb, *, polite: bool = False) -> str:
    """Returns "shall we" or "will it, I wonder": 먹을까, 먹을까요."""
    return with_eu(v, "ㄹ까") + ("요" if polite else "")


def and_(v: Verb) -> str:
    """Returns the form before a second clause with "and": 먹고."""
    return v.stem + "고"


def past_but(v: Verb) -> str:
    """Returns the past before a second clause with "but": 먹었지만."""
    return past_stem(v) + "지만"


def because(v: Verb) -> str:
    """Returns the form of a reason: 먹어서."""
    return infinitive(v) + "서"


def if_(v: Verb) -> str:
    """Returns the form of a condition: 먹으면."""
    return with_eu(v, "면")


def when(v: Verb) -> str:
    """Returns the form of a time: 먹을 때."""
    return with_eu(v, "ㄹ 때")


def modifier(v: Verb, tense: str = "present") -> str:
    """Returns the form before a noun: 먹는, 먹은, 먹을; 큰; 재미있는."""
    if tense == "future":
        return with_eu(v, "ㄹ")
    if tense == "past" or (v.descriptive and not v.stem.endswith(("있", "없"))):
        return with_eu(v, "ㄴ")

    stem = with_tail(v.stem, "") if final_consonant(v.stem) == "ㄹ" else v.stem
    return stem + "는"


def honorific(v: Verb) -> Verb:
    """Returns the verb that honours its subject: 가시다, 읽으시다, 드시다, 주무시다, 계시다."""
    if v.irregular == "honorific":
        return v

    head, word = split_stem(v)
    stem = head + HONORIFIC_STEMS[word] if word in HONORIFIC_STEMS else with_eu(v, "시")
    return Verb(stem, "honorific", v.descriptive)


def negative(v: Verb) -> Verb:
    """Negates a verb.

    Plain verbs take 안 before them; adjectives and verbs in 하다 -지 않다; 있다 and 알다 have their
    own word.
    """
    head, word = split_stem(v)
    if word in CONTRARY_STEMS:
        return replace(verb(head + CONTRARY_STEMS[word] + "다"), descriptive=v.descriptive)
    if v.irregular == "honorific" and word == "계시":
        return replace(v, stem=head + "안 계시")
    if v.descriptive or word.endswith("하") or v.irregular == "honorific":
        return Verb(v.stem + "지 않", "", v.descriptive)
    return replace(v, stem=head + "안 " + word)


def long_negative(v: Verb) -> Verb:
    """Negates any verb with -지 않다."""
    return Verb(v.stem + "지 않")


def unable(v: Verb) -> Verb:
    """Returns "could not": 못 before the verb; -지 못하다 of verbs in 하다 and honorific ones."""
    head, word = split_stem(v)
    if word.endswith("하") or v.irregular == "honorific":
        return Verb(v.stem + "지 못하")
    return replace(v, stem=head + "못 " + word)


def progressive(v: Verb, *, honor: bool = False) -> Verb:
    """Returns "is doing": -고 있다, or -고 계시다 of an honoured subject."""
    return Verb(v.stem + "고 계시", "honorific") if honor else Verb(v.stem + "고 있")


def want(v: Verb, *, own: bool = True, honor: bool = False) -> Verb:
    """Returns "wants to": -고 싶다 of oneself and the listener, -고 싶어 하다 of a third person."""
    if own and honor:
        return Verb(v.stem + "고 싶으시", "honorific")
    if own:
        return Verb(v.stem + "고 싶", "", descriptive=True)
    if honor:
        return Verb(v.stem + "고 싶어 하시", "honorific")
    return Verb(v.stem + "고 싶어 하")


def can(v: Verb, *, honor: bool = False) -> Verb:
    """Returns "can": -(으)ㄹ 수 있다."""
    return Verb(with_eu(respectful(v, honor), "ㄹ 수 있"))


def cannot(v: Verb, *, honor: bool = False) -> Verb:
    """Returns "cannot": -(으)ㄹ 수 없다."""
    return Verb(with_eu(respectful(v, honor), "ㄹ 수 없"))


def must(v: Verb, *, honor: bool = False) -> Verb:
    """Returns "has to": -아야/어야 하다."""
    return Verb(infinitive(respectful(v, honor)) + "야 하")


def need_not(v: Verb, *, honor: bool = False) -> Verb:
    """Returns "does not have to": -지 않아도 되다; of an honoured subject -지 않으셔도 되다."""
    return Verb(infinitive(respectful(long_negative(v), honor)) + "도 되")


def may(v: Verb) -> Verb:
    """Returns "may": -아도/어도 되다."""
    return Verb(infinitive(v) + "도 되")


def respectful(v: Verb, honor: bool) -> Verb:
    """Returns the honorific verb when the subject is honoured."""
    return honorific(v) if honor else v


def owning(v: Verb, honor: bool) -> Verb:
    """Returns the verb of what somebody has: 있다, 없다; of an honoured subject 있으시다, 없으시다.

    It is not 계시다, which says where an honoured person is.
    """
    return Verb(with_eu(v, "시"), "honorific") if honor else v


def request(v: Verb, *, polite: bool = False) -> str:
    """Returns the command (읽어) or the polite request (읽어 주세요)."""
    return infinitive(v) + (" 주세요" if polite else "")


def prohibit(v: Verb, *, polite: bool = False) -> str:
    """Returns "do not": -지 마, -지 마세요."""
    return v.stem + "지 마" + ("세요" if polite else "")


def is_(noun: str, *, polite: bool = False, honor: bool = False) -> str:
    """Returns "is" after a noun: 의사야, 의사예요; of an honoured subject 의사셔, 의사세요."""
    if honor:
        return honoured_copula(noun) + ("세요" if polite else "셔")
    return particle(noun, "이에요" if polite else "이야")


def was(noun: str, *, polite: bool = False, honor: bool = False) -> str:
    """Returns "was" after a noun: 의사였어, 의사였어요; of an honoured subject 의사셨어(요)."""
    casual = honoured_copula(noun) + "셨어" if honor else particle(noun, "이었어")
    return casual + ("요" if polite else "")


def is_not(noun: str, *, polite: bool = False, honor: bool = False) -> str:
    """Returns "is not" after a noun: 아니야, 아니에요; of an honoured subject 아니셔, 아니세요."""
    if honor:
        return subject(noun) + (" 아니세요" if polite else " 아니셔")
    return subject(noun) + (" 아니에요" if polite else " 아니야")


def honoured_copula(noun: str) -> str:
    """Returns the noun as the honorific copula attaches to it: 학생이, 의사."""
    return noun + ("이" if final_consonant(noun) else "")


def humble(word: str) -> str:
    """Puts a first-person word into the polite register: 나, 내 and 우리 become 저, 제 and 저희."""
    head, gap, rest = word.partition(" ")
    return HUMBLE.get(head, head) + gap + rest


def well(v: Verb) -> Verb:
    """Returns the verb with 잘, "well": 피아노를 잘 치다, 축구를 잘하다, 춤을 잘 추다."""
    head, last = split_stem(v)
    if last == "하":
        return Verb(head + "잘하")
    if last == "춤추":
        return Verb("춤을 잘 추")
    if last.endswith("하") and last != "운전하":
        return Verb(object_(last[:-1]) + " 잘하")
    return Verb(head + "잘 " + last, v.irregular)
