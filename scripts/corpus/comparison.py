"""Patterns that compare: taller than, faster than, the biggest."""

from __future__ import annotations

import korean as ko
import lexicon as lx
from clause import Draw, Sentence, about, anybody, be, join, respectful, third
from quality import described

# what has more of a quality than what follows it
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
TASTES = ("delicious", "spicy", "sweet", "cute", "pretty", "beautiful", "interesting", "boring", "kind", "difficult",
          "quiet", "noisy",
          "famous", "clean")  # fmt: skip


def lesser(english: str, noun: lx.Noun) -> list[lx.Noun]:
    """Returns the nouns that another may be compared with: those after it in its rank; of tastes any of its kind."""
    keys = {other.english: key for key, other in lx.NOUNS.items()}
    if english in TASTES:
        options = [lx.NOUNS[key] for key in lx.ADJECTIVES[english][0].nouns]
        return [
            other
            for other in options
            if other.category == noun.category != "talk" and other != noun
        ]
    ranks = [rank.split() for rank in RANKS.get(english, "").split(", ")]
    found = [
        rank[rank.index(keys[noun.english]) + 1 :] for rank in ranks if keys[noun.english] in rank
    ]
    return [lx.NOUNS[key] for rest in found for key in rest]


def comparison(d: Draw) -> Sentence:
    """The train is faster than the bus. Minjun is taller than Tom. Which is bigger?"""
    if d.chance(0.35):
        traits = {"taller": ("키가", "크다"), "kinder": ("", "친절하다"), "busier": ("", "바쁘다"),
                  "smarter": ("", "똑똑하다"), "stronger": ("힘이", "세다"), "shorter": ("키가", "작다"),
                  "funnier": ("", "재미있다"), "more diligent": ("", "부지런하다"),
                  "quieter": ("", "조용하다")}  # fmt: skip
        english, (head, korean) = d.pick(traits)
        s, other = anybody(d), third(d)
        if s.english == other.english or "this child" in (s.english, other.english):
            return comparison(d)
        other_english = {"he": "him", "she": "her"}.get(other.english, other.english)
        end = ko.present(respectful(ko.verb(korean, descriptive=True), s.honor), polite=d.polite)
        return Sentence(
            f"{s.english} {be(s)} {english} than {other_english}",
            join(about(s), f"{other.korean}보다", head, "더", end),
        )
    english, comparative, v, noun = described(d)
    others = [o for o in lesser(english, noun) if o.kind == noun.kind]
    if (
        noun.kind == "plural"
        or noun.english == "friend"
        or english in ("red", "blue", "yellow", "white", "black")
    ):
        return comparison(d)
    end = ko.present(v, polite=d.polite)
    roll = d.rng.random()
    if roll < 0.25 and noun.kind == "count" and noun.korean:
        return Sentence(
            f"this {noun.english} is {comparative} than that {noun.english}",
            f"이 {ko.topic(noun.korean)} 그 {noun.korean}보다 더 {end}",
        )
    if roll < 0.45 and noun.kind == "count":
        best = {"better": "best", "worse": "worst"}.get(
            comparative,
            comparative[:-2] + "est"
            if comparative.endswith("er") and "more" not in comparative
            else "most " + english,
        )
        return Sentence(
            f"this {noun.english} is the {best}", f"이 {ko.subject(noun.korean)} 제일 {end}"
        )
    if not others:
        return comparison(d)
    other = d.pick(others)
    d.tags.add(f"{english} {other.english.replace(' ', '_')}")
    the = "" if noun.category in ("study", "dish", "snack") and noun.kind == "mass" else "the "
    return Sentence(
        f"{the}{noun.english} is {comparative} than {the}{other.english}",
        f"{ko.topic(noun.korean)} {other.korean}보다 더 {end}",
    )


# pattern, share of the corpus
COMPARISON_PATTERNS = [(comparison, 3.2)]
