"""Deeds: an action with its object, place and company chosen."""

from __future__ import annotations

from dataclasses import dataclass

import korean as ko
import lexicon as lx
from draw import NOTHING, Draw, Pair
from english import article, plural
from hangul import particle, together
from lexicon import Flag
from people import Subject

# The flags of deeds that cannot be said of every time and of every subject.
RESTRICTED = Flag.ONLY_PAST + Flag.UNHONOURED

# Verbs whose object is known to both speakers ("open the window").
DEFINITE = (
    "open close clean find lose fix paint wash break hide remember understand know wait catch "
    "throw memorize"
).split()
# Verbs whose object is plural when they are a habit ("reads books").
IN_GENERAL = (
    "eat read write watch buy draw sing make bake plant memorize cook drink borrow send listen"
).split()
OWNED = ("thing", "clothes", "shoes", "headwear")
INSTRUMENTS = ("piano", "guitar", "violin")

YOUNG = (
    "the boy",
    "the girl",
    "the children",
    "my son",
    "my daughter",
    "your son",
    "your daughter",
)
GROWN_UP_VERBS = ("drive", "work", "teach", "sell", "fix", "raise")
GROWN_UP_NOUNS = ("beer", "wine", "report", "car", "coffee")
SKIRTS = ("skirt", "dress")

# Verbs whose place is where the thing ends up, and takes another particle: 정원에 심다.
PUT = ("plant", "hide")


@dataclass(frozen=True)
class Deed:
    """An action with its object chosen: an English tail, a Korean verb that carries its object."""

    action: lx.Action
    tail: str
    verb: ko.Verb

    def english(self, verb: str) -> str:
        """Returns an English verb form followed by the tail."""
        return f"{verb} {self.tail}".strip()

    @property
    def base(self) -> str:
        """The English base form with the tail: "read a book"."""
        return self.english(self.action.base)

    @property
    def past(self) -> str:
        """The English past with the tail."""
        return self.english(self.action.past)

    @property
    def ing(self) -> str:
        """The English -ing form with the tail."""
        return self.english(self.action.ing)

    @property
    def is_meal(self) -> bool:
        """True of having breakfast, lunch or dinner, which have their own time of day."""
        return not {"breakfast", "lunch", "dinner"}.isdisjoint(self.tail.split())


def choose(
    d: Draw,
    subject: Subject,
    *,
    needs: str = "",
    lacks: str = Flag.ONLY_PAST,
    habit: bool = False,
) -> Deed:
    """Returns a deed that the subject can do.

    Args:
        needs: Flags that the action must have.
        lacks: Flags that it must not have.
        habit: Whether it is said as a habit, with its object in general ("reads books").
    """
    while True:
        action = d.pick(lx.ACTIONS)
        wanted = all(flag in action.flags for flag in needs)
        unwanted = any(flag in action.flags for flag in lacks)
        if wanted and not unwanted and suits(action, subject):
            return deed(d, action, subject, habit=habit)


def suits(action: lx.Action, subject: Subject) -> bool:
    """Tells whether a subject may do an action."""
    personal = "{my}" in action.tail or Flag.UNHONOURED in action.flags
    if personal and (not subject.possessive or subject.honor):
        return False
    return not (subject.english in YOUNG and action.base in GROWN_UP_VERBS)


def deed(d: Draw, action: lx.Action, subject: Subject, *, habit: bool = False) -> Deed:
    """Chooses the object of an action."""
    tail = action.tail.replace("{my}", subject.possessive or "their")
    if not action.objects:
        return Deed(action, tail, ko.verb(action.korean))

    key = d.pick(fitting_objects(action, subject))
    if len(action.objects) > 3:
        d.tags.add(f"{action.base} {key}")

    noun = lx.NOUNS[key]
    fixed = fixed_object(action, key, noun, many=subject.person == "p", habit=habit)
    english, korean = (fixed, noun.korean) if fixed else open_object(d, action, noun, subject)
    return Deed(action, tail.replace("{}", english), ko.verb(fill_object(action.korean, korean)))


def fitting_objects(action: lx.Action, subject: Subject) -> list[str]:
    """Returns the objects that an action may have when this subject does it."""
    unfit = []
    if subject.english in YOUNG:
        unfit += GROWN_UP_NOUNS
    if subject.gender == "m":
        unfit += SKIRTS
    return [key for key in action.objects if key not in unfit]


def fixed_object(action: lx.Action, key: str, noun: lx.Noun, *, many: bool, habit: bool) -> str:
    """Returns the English object of a verb that leaves no choice of article; "" of the others."""
    base = action.base
    the_noun = f"the {noun.english}"
    if base in ("like", "hate"):
        return ""

    if key == "news":
        return the_noun
    if action.tail.startswith(("the {", "by {")) or (base, key) == ("watch", "television"):
        return noun.english
    if base == "take":
        return "a taxi" if key == "taxi" else the_noun

    if base in ("wear", "ride") and habit:
        return many_or_one(noun, many=many)
    if base in ("learn", "practice") and key in INSTRUMENTS:
        return the_noun
    if base == "sell" or (habit and base in IN_GENERAL and key != "radio"):
        return "the sea" if key == "sea" else many_or_one(noun, many=True)
    if base == "talk" or (base, key) == ("listen", "radio"):
        bare = noun.english if noun.kind == "mass" else the_noun
        return {"weather": "the weather", "sport": "sports"}.get(key, bare)
    return ""


def open_object(d: Draw, action: lx.Action, noun: lx.Noun, subject: Subject) -> Pair:
    """Draws the determiner of an object that leaves a choice."""
    base = action.base
    if base in ("like", "hate"):
        return determined(d, noun, generic=True)

    definite = base in DEFINITE
    mine = subject.person == "1" and (definite or base in ("wear", "bring", "use"))
    return determined(d, noun, definite=definite, mine=mine)


def determined(
    d: Draw, noun: lx.Noun, *, definite: bool = False, generic: bool = False, mine: bool = False
) -> Pair:
    """Returns a noun with a determiner: a, the, my, this, that, these; or bare."""
    shown = noun.english
    bare = many_or_one(noun, many=generic)
    this = (f"this {shown}", f"이 {noun.korean}")
    that = (f"that {shown}", f"그 {noun.korean}")

    roll = d.roll()
    if noun.category in ("study", "sport", "meal") or (noun.kind == "mass" and not definite):
        return this if noun.category == "dish" and roll <= 0.15 else (shown, noun.korean)
    if generic and roll < 0.7:
        return bare, noun.korean
    if mine and noun.category in OWNED and roll < 0.5:
        return f"my {shown}", d.own("내 " + noun.korean)
    if not definite and not generic and roll < 0.62:
        return bare, noun.korean
    if noun.kind == "mass" or roll < 0.78:
        return f"the {shown}", noun.korean
    if noun.kind == "plural":
        return f"these {shown}", f"이 {noun.korean}"
    return d.pick([this, that])


def many_or_one(noun: lx.Noun, *, many: bool) -> str:
    """Returns a countable noun in the plural or with an article; any other noun as it is."""
    if noun.kind != "count":
        return noun.english
    return plural(noun.english) if many else article(noun.english)


def fill_object(pattern: str, noun: str) -> str:
    """Puts a noun into a pattern whose slot names its particle: "{을} 먹다"; "{}" takes none."""
    before, _, rest = pattern.partition("{")
    kind, _, after = rest.partition("}")
    return before + (particle(noun, kind) if kind else noun) + after


def place(d: Draw, done: Deed, s: Subject) -> Pair:
    """Returns where the deed is done: ("at the library", "도서관에서")."""
    options = [key for key in done.action.places if key != "room" or s.possessive]
    if not options:
        return NOTHING

    key = d.pick(options)
    at = "에" if done.action.base in PUT else "에서"
    if key in lx.PLACES:
        english, korean = lx.PLACES[key]
        return english.replace("{my}", s.possessive), korean + at

    noun = lx.NOUNS[key]
    return f"at the {noun.english}", noun.korean + at


def companion(d: Draw, s: Subject) -> Pair:
    """Returns with whom a deed is done: ("with Minjun", "민준이와")."""
    if d.chance(0.5):
        roman, hangul = d.name()
        return (
            NOTHING if roman == s.english else (f"with {roman}", together(d.called(roman, hangul)))
        )

    options = {"with a friend": "친구", "with friends": "친구들", "with the children": "아이들"}
    if s.person == "1":
        options |= {
            "with my family": d.own("우리 가족"),
            "with my sister": d.own("내 여동생"),
            "with my friend": d.own("내 친구"),
            "with my brother": d.own("내 남동생"),
            "with my parents": d.own("우리 부모님"),
        }
    english, korean = d.pick(options)
    return english, together(korean)
