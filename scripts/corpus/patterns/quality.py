"""Patterns of what things are like: the adjective after the noun, and before it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import korean as ko
import lexicon as lx
from deeds import SKIRTS
from draw import NOTHING, Draw, Pair, Sentence, by_share, redrawn
from people import Subject, anybody, you
from template import Template, inquiry, question

PREDICATE_ADJECTIVES = [name for name in lx.ADJECTIVES if name not in ("new", "old", "tall")]
COLOURS = ("red", "blue", "yellow", "white", "black")
# What is not said with "too" or "a little".
UNGRADED = (
    "beautiful delicious pretty cute famous important good interesting safe clean kind"
).split()
DEGREES = [
    ("very", "아주"),
    ("really", "정말"),
    ("too", "너무"),
    ("a little", "조금"),
    NOTHING,
    NOTHING,
]

OWNED_CATEGORIES = ("thing", "clothes", "shoes", "headwear", "reading")
OWNED_NOUNS = ("house", "room", "car", "school", "dog", "cat")
ONLY_ONE = ("weather", "sky", "sea", "sun", "moon", "wind")

IS_IT = question("{be} {s} {adjective}", "{s:은} {adjective}")
IS_NOT = Template("{s} {be} not {adjective}", "{s:은} {adjective:not}")
WAS = Template("{s} {was} {adjective}", "{s:은} {adjective:past}")
IS = Template("{s} {be} {degree} {adjective}", "{s:은} {degree} {adjective}")
QUALITIES = [(0.22, IS_IT), (0.4, IS_NOT), (0.55, WAS), (1.0, IS)]


def described(d: Draw) -> tuple[lx.Adjective, lx.Noun]:
    """Draws an adjective with a noun that it fits."""
    adjective = lx.ADJECTIVES[d.pick(PREDICATE_ADJECTIVES)]
    key = d.pick(adjective.nouns)
    d.tags.add(f"{adjective.english} {key}")
    return adjective, lx.NOUNS[key]


def pointed(d: Draw, noun: lx.Noun) -> Subject:
    """Returns the, this, that, my or your + noun, as a subject."""
    if noun.category == "study":
        return Subject(noun.english, noun.korean, "3")

    many = noun.kind == "plural"
    english, korean = d.pick(determiners(d, noun, many=many))
    if noun.english in ("house", "school"):
        korean = {"my": d.own("우리"), "your": "너희"}.get(english, korean)
    name = f"{korean} {noun.korean}" if korean else noun.korean
    return Subject(f"{english} {noun.english}", name, "p" if many else "3")


def determiners(d: Draw, noun: lx.Noun, *, many: bool) -> list[Pair]:
    """Returns the determiners that a noun can have."""
    own = [("my", d.own("내"))] + ([] if d.polite else [("your", "네")])
    if noun.english in ("friend", "neighbor"):
        return own
    if noun.english in ONLY_ONE:
        return [("the", "")]

    this, that = ("these", "those") if many else ("this", "that")
    shown = [("the", ""), (this, "이"), (that, "그")]
    owned = noun.category in OWNED_CATEGORIES or noun.english in OWNED_NOUNS
    return shown + own if owned else shown


def quality(d: Draw) -> Sentence:
    """This book is very interesting. Is the soup hot? The room is not big. The test was easy."""
    adjective, noun = described(d)
    s = pointed(d, noun)
    template = by_share(d.roll(), QUALITIES)
    degree = degree_of(d, adjective.english) if template is IS else NOTHING
    return template.fill(d, s=s, degree=degree, adjective=(adjective.english, adjective.korean))


def degree_of(d: Draw, adjective: str) -> Pair:
    """Draws how much of a quality something has."""
    degree = d.pick(DEGREES)
    ungraded = degree[0] in ("too", "a little") and adjective in UNGRADED
    return NOTHING if ungraded or adjective in COLOURS else degree


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
    """A noun with an adjective before it; together they are a noun again ("big house", 큰 집)."""

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
