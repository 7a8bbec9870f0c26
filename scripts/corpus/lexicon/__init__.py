"""The hand-made English-Korean lexicon of the corpus generator."""

from lexicon.actions import ACTIONS, STATES, Action, Flag
from lexicon.adjectives import ADJECTIVES, FEELINGS, PERSON, TRAITS, Adjective
from lexicon.names import SURNAMES
from lexicon.nouns import NOUNS, Noun, counter
from lexicon.people import BODY, FAMILY_NOUNS, PEOPLE
from lexicon.places import CITIES, COUNTRIES, PLACES
from lexicon.times import (
    DAYS,
    FREQUENCY,
    FUTURE_TIMES,
    HABIT_TIMES,
    MONTHS,
    NOW_TIMES,
    PAST_TIMES,
    SEASONS,
)

__all__ = [
    "ACTIONS",
    "ADJECTIVES",
    "BODY",
    "CITIES",
    "COUNTRIES",
    "DAYS",
    "FAMILY_NOUNS",
    "FEELINGS",
    "FREQUENCY",
    "FUTURE_TIMES",
    "HABIT_TIMES",
    "MONTHS",
    "NOUNS",
    "NOW_TIMES",
    "PAST_TIMES",
    "PEOPLE",
    "PERSON",
    "PLACES",
    "SEASONS",
    "STATES",
    "SURNAMES",
    "TRAITS",
    "Action",
    "Adjective",
    "Flag",
    "Noun",
    "counter",
]
