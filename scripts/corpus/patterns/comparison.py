"""Patterns that compare: taller than, faster than, the biggest."""

from __future__ import annotations

import korean as ko
import lexicon as lx
from draw import Draw, Sentence, redrawn
from patterns.quality import COLOURS, described
from people import anybody, third
from template import Template

# What has more of a quality than what follows it.
RANKS = {
    "big": "elephant bear dog cat mouse, city village, car box, house room, bus car, table cup",
    "small": "mouse cat dog bear elephant, room house, village city, cup table, doll dog",
    "fast": "airplane train bus bicycle, car bicycle, horse rabbit turtle, subway bus",
    "slow": "turtle rabbit horse, bus train, ship train",
    "expensive": "car computer camera bag, piano violin guitar, coat dress",
    "cheap": "pen notebook bag chair, banana watermelon, potato bread, shirt coat",
    "heavy": "bed desk chair bag book, suitcase laptop, computer book, table box",
    "light": "umbrella bag suitcase, laptop computer, jacket coat",
    "long": "river bridge, street bridge, story letter sentence, train car, dress skirt",
    "short": "poem letter story, skirt dress, sentence poem",
    "thick": "dictionary textbook book notebook, coat sweater shirt, blanket shirt",
    "thin": "paper notebook book, shirt blanket, magazine textbook",
    "hot": "tea water, soup water, coffee milk",
    "dangerous": "tiger bear, river street, sea river",
    "wide": "park garden, street room, sea river, beach playground",
    "safe": "airplane car, village city, beach street",
    "tall": "mountain tree",
    "bright": "moon star, living_room kitchen",
    "soft": "pillow towel, cake bread, tofu bread",
}
# Where it is a matter of taste which of two has more.
TASTES = (
    "delicious spicy sweet cute pretty beautiful interesting boring kind difficult quiet noisy "
    "famous clean"
).split()

# English | the Korean noun that has the quality, and the adjective
TRAITS = {
    "taller": ("키가", "크다"),
    "kinder": ("", "친절하다"),
    "busier": ("", "바쁘다"),
    "smarter": ("", "똑똑하다"),
    "stronger": ("힘이", "세다"),
    "shorter": ("키가", "작다"),
    "funnier": ("", "재미있다"),
    "more diligent": ("", "부지런하다"),
    "quieter": ("", "조용하다"),
}

PERSON_THAN = Template("{s} {be} {trait} than {other}", "{s:은} {other}보다 {head} 더 {trait}")
THIS_THAN_THAT = Template(
    "this {noun} is {adjective} than that {noun}", "이 {noun:은} 그 {noun}보다 더 {adjective}"
)
THE_MOST = Template("this {noun} is the {adjective}", "이 {noun:이} 제일 {adjective}")
THAN = Template(
    "{the} {noun} is {adjective} than {the} {other}", "{noun:은} {other}보다 더 {adjective}"
)


@redrawn
def comparison(d: Draw) -> Sentence | None:
    """The train is faster than the bus. Minjun is taller than Tom. This bag is the biggest."""
    return compared_people(d) if d.chance(0.35) else compared_things(d)


def compared_people(d: Draw) -> Sentence | None:
    """Minjun is taller than Tom."""
    english, (head, korean) = d.pick(TRAITS)
    s = anybody(d)
    other = third(d)
    if s.english == other.english:
        return None

    object_form = {"he": "him", "she": "her"}.get(other.english, other.english)
    trait = (english, ko.verb(korean, descriptive=True))
    return PERSON_THAN.fill(d, s=s, other=(object_form, other.korean), head=head, trait=trait)


def compared_things(d: Draw) -> Sentence | None:
    """The train is faster than the bus. This bag is bigger than that bag, or the biggest."""
    adjective, noun = described(d)
    others = lesser(adjective, noun)
    if noun.kind == "plural" or noun.english == "friend" or adjective.english in COLOURS:
        return None

    roll = d.roll()
    more = (adjective.comparative, adjective.korean)
    if roll < 0.25 and noun.kind == "count":
        return THIS_THAN_THAT.fill(d, noun=noun, adjective=more)
    if roll < 0.45 and noun.kind == "count":
        return THE_MOST.fill(d, noun=noun, adjective=(superlative(adjective), adjective.korean))
    if not others:
        return None

    other = d.pick(others)
    d.tags.add(f"{adjective.english} {other.key}")
    in_general = noun.category in ("study", "dish", "snack") and noun.kind == "mass"
    return THAN.fill(d, the="" if in_general else "the", noun=noun, adjective=more, other=other)


def lesser(adjective: lx.Adjective, noun: lx.Noun) -> list[lx.Noun]:
    """Returns what has less of a quality than a noun: what follows it in its rank.

    Where it is a matter of taste, anything of the same category may have less.
    """
    if adjective.english in TASTES:
        others = [lx.NOUNS[key] for key in adjective.nouns]
        others = [other for other in others if other.category == noun.category != "talk"]
        return [other for other in others if other != noun and other.kind == noun.kind]

    found = []
    for rank in RANKS.get(adjective.english, "").split(", "):
        keys = rank.split()
        if noun.key in keys:
            found += [lx.NOUNS[key] for key in keys[keys.index(noun.key) + 1 :]]
    return [other for other in found if other.kind == noun.kind]


def superlative(adjective: lx.Adjective) -> str:
    """Returns the superlative: biggest, best, most beautiful."""
    comparative = adjective.comparative
    if comparative in ("better", "worse"):
        return {"better": "best", "worse": "worst"}[comparative]
    if comparative.startswith("more "):
        return "most " + adjective.english
    return comparative.removesuffix("er") + "est"
