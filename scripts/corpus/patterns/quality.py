"""Patterns of what things are like: "this book is interesting"."""

from __future__ import annotations

import lexicon as lx
from draw import NOTHING, Draw, Pair, Sentence, by_share
from people import Subject
from template import Template, question

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
