"""Patterns with a name: introductions, who somebody is, whose friend somebody is."""

from __future__ import annotations

import korean as ko
import lexicon as lx
from deeds import fill_object
from draw import Draw, Pair, Sentence, redrawn
from english import third_person
from patterns.identity import JOBS
from people import Subject, he_or_she, owner, relative, you
from template import Template, question

I_AM = Template("I am {name}", "{나:은} {name:이다}")
MY_NAME = Template("my name is {name}", "{내} 이름은 {name:이다}")
HELLO_I_AM = Template("hello, I am {name}", "{hello}, {나:은} {name:이다}")
HI_MY_NAME = Template("hi, my name is {name}", "{hello}, {내} 이름은 {name:이다}")
CALL_ME = Template("call me {name}", "{name:이라고} {call}", "command")
I_AM_FROM = Template("I am {name} from {place}", "{나:은} {place}에서 온 {name:이다}")
I_AM_AND_FROM = Template(
    "I am {name} and I am from {place}", "{나:은} {name:이고} {place}에서 {오다:past}"
)
I_AM_AND_DO = Template("I am {name} and I am {job:a}", "{나:은} {name:이고} {job:이다}")
INTRODUCTIONS = [
    I_AM,
    I_AM,
    I_AM,
    MY_NAME,
    HELLO_I_AM,
    HI_MY_NAME,
    CALL_ME,
    I_AM_FROM,
    I_AM_AND_DO,
]


def introduction(d: Draw) -> Sentence:
    """I am Yusol. My name is Yusol. Call me Yusol. I am Yusol from Canada."""
    name = d.name()
    template = d.pick(INTRODUCTIONS)
    hello = "안녕하세요" if d.polite else "안녕"
    call = "불러 주세요" if d.polite else "불러 줘"
    if template not in (I_AM_FROM, I_AM_AND_DO):
        return template.fill(d, name=name, hello=hello, call=call)

    place = home(d)
    if template is I_AM_FROM:
        template = I_AM_FROM if d.chance(0.5) else I_AM_AND_FROM
        return template.fill(d, name=name, place=place)
    return I_AM_AND_DO.fill(d, name=name, job=d.pick(JOBS))


def home(d: Draw) -> Pair:
    """Returns a country, or less often a city, that one comes from."""
    if not d.chance(0.6):
        return d.pick(lx.CITIES)
    country, (korean, _) = d.pick(lx.COUNTRIES)
    return country, korean


SHE_IS = Template("{s} {be} {name}", "{s:은} {name:이다}")
THIS_IS = Template("this is {name}", "이쪽은 {name:이다}")
WHO_IS = question("who is {name}", "{name:이} {누구:이다}")
IS_THIS = question("is this {name}", "이쪽이 {name:이다}")
I_AM_NOT = Template("I am not {name}", "{나:은} {name:아니다}")
ARE_YOU = question("are you {name}", "너는 {name:이다}")
ARE_YOU_POLITELY = question("are you {name}", "{name} {씨:이다}", personal=True)
THEIR_NAME = Template("{person}'s name is {name}", "{person} 이름은 {name:이다}")
THEIR_NAME_HONOURED = Template(THEIR_NAME.english, "{person} 성함은 {name:이다}")
SHE_IS_NOT = Template("{s} {be} not {name}", "{s:은} {name:아니다}")
HER_NAME = Template("{owner} name is {name}", "{owner} 이름은 {name:이다}")
NAMINGS = [
    SHE_IS,
    THIS_IS,
    WHO_IS,
    IS_THIS,
    I_AM_NOT,
    ARE_YOU,
    THEIR_NAME,
    SHE_IS_NOT,
    HER_NAME,
]


@redrawn
def naming(d: Draw) -> Sentence | None:
    """She is Seoyeon. This is Minjun. Who is Jiwoo? I am not Tom. My friend's name is Yuna."""
    pronoun = he_or_she(d)
    template = d.pick(NAMINGS)
    kin = relative(d)
    s = kin if template is THEIR_NAME else pronoun
    of_a_gender = template in (SHE_IS, SHE_IS_NOT, HER_NAME, THEIR_NAME)
    name = d.name(known_gender(s) if of_a_gender else "")
    called = (name[0], d.called(*name))

    if template is ARE_YOU and d.polite:
        return ARE_YOU_POLITELY.fill(d, s=you(d), name=name)
    if template is I_AM_NOT:
        return I_AM_NOT.fill(d, name=name if d.polite else called)
    if template is HER_NAME:
        return HER_NAME.fill(d, owner=owner(d, s), name=name)
    if template is not THEIR_NAME:
        return template.fill(d, s=s, name=called)

    unclear = s.person == "p" or s.english.startswith(("that", "the "))
    if unclear or not s.possessive:
        return None
    return (THEIR_NAME_HONOURED if s.honor else THEIR_NAME).fill(d, person=s, name=name)


def known_gender(s: Subject) -> str:
    """Returns the gender that a name must suit: "m", "f", or "" where it is open."""
    return {"his": "m", "her": "f"}.get(s.possessive, "")


# What somebody is to me: Korean, and the gender that it implies.
RELATIONS = {
    "friend": ("내 친구", ""),
    "best friend": ("내 가장 친한 친구", ""),
    "brother": ("내 남동생", "m"),
    "sister": ("내 여동생", "f"),
    "cousin": ("내 사촌", ""),
    "classmate": ("내 반 친구", ""),
    "neighbor": ("내 이웃", ""),
    "roommate": ("내 룸메이트", ""),
    "older brother": ("우리 형", "m"),
    "older sister": ("우리 누나", "f"),
    "son": ("내 아들", "m"),
    "daughter": ("내 딸", "f"),
}
OUTSIDE_THE_FAMILY = ("friend", "best friend", "classmate", "neighbor", "roommate")

# A slot names the particle that the loved one takes.
AFFECTIONS = {
    "like": "{을} 좋아하다",
    "know": "{을} 알다",
    "miss": "{이} 보고 싶다",
    "love": "{을} 사랑하다",
    "trust": "{을} 믿다",
}

IS_MY = Template("{name} is my {relation}", "{name:은} {relation:이다}")
MY_IS = Template("my {relation} is {name}", "{relation:은} {name:이다}")
IS_NOT_MY = Template("{name} is not my {relation}", "{name:은} {relation:아니다}")
WHERE_IS = question("where is {name}", "{name:은} 어디에 {있다}")
DO_YOU_LOVE = question("do you {verb} {name}", "{s:은} {feels}")
SHE_LOVES = Template("{s} {verb} {name}", "{s:은} {feels}")
I_LOVE = Template("I {verb} {name}", "{나:은} {feels}")
RELATED = [IS_MY, IS_MY, MY_IS, IS_NOT_MY, WHERE_IS, DO_YOU_LOVE, SHE_LOVES, I_LOVE]


@redrawn
def relation(d: Draw) -> Sentence | None:
    """Minjun is my friend. Where is Minjun? Do you like Minjun? She misses Minjun."""
    english, (korean, gender) = d.pick(RELATIONS)
    if d.polite and english not in OUTSIDE_THE_FAMILY:
        return None

    roman, hangul = d.name(gender)
    name = (roman, d.called(roman, hangul))
    template = d.pick(RELATED)
    if template in (DO_YOU_LOVE, SHE_LOVES, I_LOVE):
        return affection(d, template, name)
    return template.fill(d, name=name, relation=(english, d.own(korean)))


def affection(d: Draw, template: Template, name: Pair) -> Sentence:
    """Do you like Minjun? She misses Minjun. I trust Minjun."""
    verb, pattern = d.pick(AFFECTIONS)
    feels = ko.verb(fill_object(pattern, name[1]))
    if template is I_LOVE:
        return I_LOVE.fill(d, verb=verb, name=name, feels=("", feels))
    if template is DO_YOU_LOVE:
        return DO_YOU_LOVE.fill(d, s=you(d), verb=verb, name=name, feels=("", feels))

    # "Misses" is "wants to see", which Korean says of a third person in another way.
    if verb == "miss":
        feels = ko.want(ko.verb(fill_object("{을} 보다", name[1])), own=False)
    s = he_or_she(d)
    return SHE_LOVES.fill(d, s=s, verb=third_person(verb), name=name, feels=("", feels))
