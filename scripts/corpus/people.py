"""Subjects: who a sentence is about, and how English and Korean say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import hangul
import lexicon as lx
from draw import Draw, by_share
from english import third_person
from lexicon.names import genders

MALE = "father grandfather dad brother son uncle husband boy man".split()
FEMALE = "mother grandmother mom sister daughter aunt wife girl woman".split()


@dataclass(frozen=True)
class Subject:
    """A grammatical subject; `korean` is empty where Korean leaves it unsaid.

    Person "p" is the plural. Of an honoured subject (`honor`) Korean says the verb with -(으)시-.
    """

    english: str
    korean: str
    person: Literal["1", "2", "3", "p"]
    possessive: str = ""
    honor: bool = False

    @property
    def doer(self) -> str:
        """The subject of a clause inside the sentence (이/가); empty where it is unsaid."""
        return hangul.subject(self.korean) if self.korean else ""

    @property
    def gender(self) -> str:
        """The gender: "m", "f" or, when it is open, "mf"."""
        known = {"his": "m", "her": "f"}.get(self.possessive)
        return known or (genders(self.english) if self.person == "3" else "mf")

    @property
    def knows_own_wish(self) -> bool:
        """True of the speaker and the listener: only of them Korean says 고 싶다, "wants to"."""
        return self.person in "12" or self.english == "we"


def agree(verb: str, s: Subject) -> str:
    """Returns an English verb in the present as it agrees with the subject; "was" in the past."""
    if verb == "was":
        return "was" if s.person in "13" else "were"
    if verb == "be":
        return {"1": "am", "3": "is"}.get(s.person, "are")
    return third_person(verb) if s.person == "3" else verb


def owner(d: Draw, s: Subject) -> tuple[str, str]:
    """Returns whose a thing is: ("my", "내"), ("his", "그의"), ("my mother's", "우리 어머니의")."""
    english = s.possessive if s.english in ("I", "he", "she") else f"{s.english}'s"
    korean = d.own("내") if s.english == "I" else s.korean + "의"
    return english, korean


def me(d: Draw) -> Subject:
    """Returns the first person."""
    return Subject("I", d.own("나"), "1", "my")


def you(d: Draw) -> Subject:
    """Returns the listener, who in the polite register is honoured and not named."""
    return Subject("you", "" if d.polite else "너", "2", "your", honor=d.polite)


def he_or_she(d: Draw) -> Subject:
    """Returns he or she."""
    return d.pick([Subject("he", "그", "3", "his"), Subject("she", "그녀", "3", "her")])


def named(d: Draw) -> Subject:
    """Returns somebody by name."""
    roman, korean = d.name()
    return Subject(roman, d.called(roman, korean), "3")


def relative(d: Draw) -> Subject:
    """Returns a member of the family or another person."""
    english, korean = d.pick(lx.PEOPLE)
    name = d.own(korean.rstrip("+*"))
    honor = "+" in korean
    if "*" in korean:
        return Subject(english, name, "p", "their", honor)

    last = english.split()[-1]
    possessive = "his" if last in MALE else "her" if last in FEMALE else ""
    return Subject(english, name, "3", possessive, honor)


def group(d: Draw) -> Subject:
    """Returns we or they."""
    return d.pick([Subject("we", d.own("우리"), "p", "our"), Subject("they", "그들", "p", "their")])


ANYBODY = [(0.29, me), (0.42, he_or_she), (0.5, group), (0.77, named), (1.0, relative)]


def anybody(d: Draw) -> Subject:
    """Returns any subject but the listener."""
    return by_share(d.roll(), ANYBODY)(d)


def one_of(d: Draw, *makers: Callable[[Draw], Subject]) -> Subject:
    """Returns a subject by one of the functions; one named twice is drawn twice as often."""
    return d.pick(makers)(d)


def third(d: Draw) -> Subject:
    """Returns a third person."""
    return one_of(d, he_or_she, named, relative)


def asked(d: Draw) -> Subject:
    """Returns whom a question is about: mostly the listener."""
    if d.chance(0.65):
        return you(d)
    if d.polite or d.chance(0.6):
        return one_of(d, he_or_she, named)

    s = relative(d)
    while not s.english.startswith("my "):
        s = relative(d)
    theirs = s.korean.replace("우리 ", "너희 ", 1).replace("내 ", "네 ", 1)
    return Subject("your" + s.english[2:], theirs, s.person, s.possessive, s.honor)
