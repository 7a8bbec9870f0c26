"""Patterns of a noun with an adjective before it: "this is a big house", "I bought a red hat"."""

from __future__ import annotations

from dataclasses import dataclass, replace

import korean as ko
import lexicon as lx
from deeds import SKIRTS
from draw import NOTHING, Draw, Sentence, redrawn
from people import Subject, anybody, you
from template import Template, inquiry

# What can be new or old.
AGEING = (
    "bag coat car phone computer house book shoes hat camera bicycle desk clock chair dictionary"
).split()
KOREAN_AGES = {"new": "새", "old": "오래된"}

THING_CATEGORIES = "thing clothes shoes headwear reading snack fruit animal vehicle".split()
PLACE_NOUNS = ["river", "sea", "mountain", "lake", "forest", "place"] + [
    key
    for key, noun in lx.NOUNS.items()
    if noun.category == "building" and key not in ("house", "bridge", "door", "window")
]
PETS = "dog cat rabbit bird horse cow pig duck".split()
UNIQUE = ("sky", "moon", "sun", "sea", "wind", "star")
SEEN_FROM_AFAR = ("sky", "moon", "sea")
UNLOVED = (
    "bad dirty boring noisy dangerous narrow dark slow difficult heavy expensive strange strong"
).split()
# What one sees at a glance.
VISIBLE = (
    "big small new old pretty cute beautiful red blue yellow white black strange dirty cheap "
    "expensive long tall"
).split()
UNSOLD = "letter email report diary poem story passport".split()

THIS_PERSON = Template("this is {thing:a}", "{person:은} {thing:이다}")
THIS_PLACE = Template("this is {thing:a}", "여기는 {thing:이다}")
THIS_THING = Template("this is {thing:a}", "이것은 {thing:이다}")
THESE_THINGS = Template("these are {thing:a}", "이것은 {thing:이다}")
LIKES = Template("{s} {like} {thing:s}", "{s:은} {thing:을} {좋아하다}")
LIKES_THE = Template("{s} {like} the {thing}", LIKES.korean)
BOUGHT = Template("{s} bought {thing:a} {time}", "{s:은} {time} {thing:을} {사다:past}")
DO_YOU_HAVE = inquiry("do you have {thing:a}", "{s:은} {thing:이} {있다:own}")
HAS = Template("{s} {have} {thing:a}", "{s:은} {thing:이} {있다:own}")
SAW = Template("{s} saw {thing:a} {time}", "{s:은} {time} {thing:을} {보다:past}")

TIMES = {
    BOUGHT: {"yesterday": "어제", "last week": "지난주에", "": ""},
    SAW: {"yesterday": "어제", "this morning": "오늘 아침에", "": ""},
}


@dataclass(frozen=True)
class Described:
    """A noun with an adjective before it; together they are a noun again ("big house", 큰 집).

    Attributes:
        adjective: The adjective in English.
        key: The key of the noun alone.
        whole: Both together.
    """

    adjective: str
    key: str
    whole: lx.Noun

    @property
    def category(self) -> str:
        """The category of the noun."""
        return self.whole.category

    @property
    def loved(self) -> bool:
        """True unless nobody would want or like it."""
        return self.adjective not in UNLOVED


def drawn_description(d: Draw) -> Described:
    """Draws an adjective and a noun after it."""
    english = d.pick([name for name in lx.ADJECTIVES if name != "tall"])
    adjective = lx.ADJECTIVES[english]
    key = d.pick(AGEING if english in KOREAN_AGES else adjective.nouns)
    d.tags.add(f"{english} {key}")

    noun = lx.NOUNS[key]
    which = KOREAN_AGES.get(english) or ko.modifier(adjective.korean)
    whole = replace(noun, english=f"{english} {noun.english}", korean=f"{which} {noun.korean}")
    return Described(english, key, whole)


@redrawn
def attributive(d: Draw) -> Sentence | None:
    """This is a big house. I like red roses. I bought a red hat. Do you have a cheap bag?"""
    it = drawn_description(d)
    template = d.pick([THIS_THING, LIKES, BOUGHT, DO_YOU_HAVE, HAS, SAW])
    if template is THIS_THING:
        return shown(d, it)
    if template is LIKES and it.loved and it.category != "study":
        return liked(d, it)
    if it.category not in THING_CATEGORIES:
        return None

    s = anybody(d)
    if not fits(template, it, s):
        return None
    if template is BOUGHT and it.category == "animal":
        template = SAW
    if template is SAW and it.adjective not in VISIBLE:
        return None

    time = d.pick(TIMES[template]) if template in TIMES else NOTHING
    return template.fill(d, s=you(d) if template is DO_YOU_HAVE else s, thing=it.whole, time=time)


def fits(template: Template, it: Described, s: Subject) -> bool:
    """Tells whether somebody buys, has or sees such a thing."""
    if it.key in UNSOLD or (it.key in SKIRTS and s.gender == "m"):
        return False
    if template is SAW:
        return True
    # LIKES comes here with what nobody likes, after somebody was drawn in vain: not to draw them
    # would change every sentence after this one.
    if template is LIKES or not it.loved:
        return False

    wild = it.category == "animal" and it.key not in PETS
    eaten = it.category in ("fruit", "snack")
    return template is BOUGHT or not (wild or eaten)


def shown(d: Draw, it: Described) -> Sentence | None:
    """This is a big house. None of what one does not point at."""
    if it.category == "job":
        return THIS_PERSON.fill(d, person="이분" if d.polite else "이 사람", thing=it.whole)
    if it.key in PLACE_NOUNS:
        return THIS_PLACE.fill(d, thing=it.whole)
    if it.category in ("talk", "study") or it.key in UNIQUE:
        return None
    return (THESE_THINGS if it.whole.kind == "plural" else THIS_THING).fill(d, thing=it.whole)


def liked(d: Draw, it: Described) -> Sentence | None:
    """I like red roses. She likes the blue sky."""
    s = anybody(d)
    if it.key in SKIRTS and s.gender == "m":
        return None
    return (LIKES_THE if it.key in SEEN_FROM_AFAR else LIKES).fill(d, s=s, thing=it.whole)
