"""Patterns of giving, showing, sending and lending."""

from __future__ import annotations

import korean as ko
import lexicon as lx
from clause import said
from deeds import deed, many_or_one
from draw import NOTHING, Draw, Pair, Sentence, redrawn
from hangul import object_
from people import he_or_she, me, named, one_of, relative, you
from template import Template
from times import TIMES

# Base, past, -ing, Korean, and the humble Korean of what one gives to an honoured person.
VERBS = [
    ("give", "gave", "giving", "주다", "드리다"),
    ("show", "showed", "showing", "보여 주다", "보여 드리다"),
    ("send", "sent", "sending", "보내다", "보내 드리다"),
    ("buy", "bought", "buying", "사 주다", "사 드리다"),
]
GIFTS = (
    "book flower gift letter card picture hat bag pen cake chocolate doll watch ticket "
    "umbrella money apple camera guitar toy"
).split()
UNGIVEN = {
    "buy": ("letter", "money", "picture"),
    "show": ("cake", "chocolate", "umbrella", "money", "pen"),
    "send": ("umbrella", "pen", "cake"),
}

GIVES = Template("{clause} {time}", "{s:은} {time} {clause}")


@redrawn
def giving(d: Draw) -> Sentence | None:
    """I gave my mother a flower. Minjun sent me a letter."""
    s = one_of(d, me, me, named, he_or_she)
    to_me = s.person != "1" and d.chance(0.5)
    receiver = me(d) if to_me else one_of(d, named, relative, relative)
    if receiver.english == s.english:
        return None

    base, past, ing, plain, humble = d.pick(VERBS)
    gifts = [key for key in GIFTS if key in lx.NOUNS and key not in UNGIVEN.get(base, ())]
    noun = lx.NOUNS[d.pick(gifts)]
    d.tags.add(f"{base} {noun.key}")

    whom = "me" if to_me else receiver.english
    to_whom = receiver.korean + ("께" if receiver.honor else "에게")
    korean = f"{to_whom} {object_(noun.korean)} {humble if receiver.honor else plain}"
    action = lx.Action(base, past, ing, f"{whom} {many_or_one(noun, many=False)}", korean)

    form = d.pick(["past", "past", "future", "want", "going_to"])
    time = d.pick(TIMES[form]) if d.chance(0.35) else NOTHING
    return GIVES.fill(d, s=s, clause=said(d, form, s, deed(d, action, s)), time=time)


# "menu" and "salt" are not in the lexicon; the pattern draws again when it draws one of them.
WANTED = (
    "pen book water ticket map key phone umbrella bag cup menu salt towel blanket camera "
    "letter picture notebook dictionary card money"
).split()
FAVOURS = {"give": "주다", "show": "보여 주다", "lend": "빌려주다"}
UNSHOWN = ("water", "money")
UNLENT = ("water", "letter", "ticket", "card", "picture")

FAVOUR = Template("{verb} me {thing}", "{나}에게 {thing:을} {verb}", "command")


@redrawn
def asking_favour(d: Draw) -> Sentence | None:
    """Give me the pen. Show me that book. Please lend me this umbrella."""
    key = d.pick(WANTED)
    if key not in lx.NOUNS:
        return None
    noun = lx.NOUNS[key]
    thing = d.pick(pointed_at(noun)) if noun.kind == "count" else (noun.english, noun.korean)

    base, korean = d.pick(FAVOURS)
    if (base == "show" and key in UNSHOWN) or (base == "lend" and key in UNLENT):
        return None
    d.tags.add(f"{base} {key}")
    return FAVOUR.fill(d, s=you(d), verb=(base, ko.verb(korean)), thing=thing)


def pointed_at(noun: lx.Noun) -> list[Pair]:
    """Returns the, that and this + noun."""
    return [
        (f"the {noun.english}", noun.korean),
        (f"that {noun.english}", f"그 {noun.korean}"),
        (f"this {noun.english}", f"이 {noun.korean}"),
    ]
