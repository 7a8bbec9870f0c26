"""English morphology: articles, plurals, the third person singular."""

from __future__ import annotations

IRREGULAR_PLURALS = {
    "businessman": "businessmen",
    "child": "children",
    "fish": "fish",
    "hanbok": "hanbok",
    "knife": "knives",
    "leaf": "leaves",
    "man": "men",
    "mango": "mangoes",
    "mouse": "mice",
    "person": "people",
    "potato": "potatoes",
    "sheep": "sheep",
    "tomato": "tomatoes",
    "woman": "women",
}
IRREGULAR_THIRD_PERSONS = {"have": "has", "do": "does", "go": "goes", "be": "is"}


def plural(noun: str) -> str:
    """Returns the plural of a noun, whose last word changes: books, boxes, big mice."""
    head, gap, last = noun.rpartition(" ")
    if last in IRREGULAR_PLURALS:
        return head + gap + IRREGULAR_PLURALS[last]
    if ends_in_consonant_and_y(noun):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "sh", "ch")) else "s")


def third_person(verb: str) -> str:
    """Returns the third person singular, where the first word changes: washes, goes to bed."""
    first, gap, rest = verb.partition(" ")
    if first in IRREGULAR_THIRD_PERSONS:
        return IRREGULAR_THIRD_PERSONS[first] + gap + rest
    if ends_in_consonant_and_y(first):
        return first[:-1] + "ies" + gap + rest
    sibilant = first.endswith(("s", "x", "sh", "ch", "o", "z"))
    return first + ("es" if sibilant else "s") + gap + rest


def ends_in_consonant_and_y(word: str) -> bool:
    """Tells whether a word ends like "story", not like "toy"."""
    return word.endswith("y") and word[-2] not in "aeiou"


def article(noun: str) -> str:
    """Returns the noun with "a" or "an", by its first sound: a university, an hour."""
    vowel = noun[0].lower() in "aeiou" and not noun.startswith(("uni", "one", "Eur"))
    return ("an " if vowel or noun.startswith("hour") else "a ") + noun


def capital(text: str) -> str:
    """Returns the text with its first letter in upper case."""
    return text[0].upper() + text[1:]
