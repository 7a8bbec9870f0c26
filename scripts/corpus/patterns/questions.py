"""Patterns of questions with a question word and a deed: where, when, why, what, who."""

from __future__ import annotations

import lexicon as lx
from clause import said
from deeds import PUT, RESTRICTED, choose, deed
from draw import NOTHING, Draw, Sentence, redrawn
from lexicon import Flag
from people import Subject, asked
from template import question
from times import TIMES, time_for

ASKED_FORMS = ["past", "past", "future", "going_to", "progressive", "want", "present"]
KOREAN_WORDS = {"where": "어디에서", "when": "언제", "why": "왜", "who with": "누구와"}

# What one can ask after: base past ing Korean
WHAT_VERBS = """
eat ate eating 먹다
drink drank drinking 마시다
read read reading 읽다
buy bought buying 사다
make made making 만들다
study studied studying 공부하다
write wrote writing 쓰다
watch watched watching 보다
learn learned learning 배우다
find found finding 찾다
draw drew drawing 그리다
do did doing 하다
cook cooked cooking 요리하다
lose lost losing 잃어버리다
order ordered ordering 주문하다
sell sold selling 팔다
"""
WHAT_ACTIONS = [
    lx.Action(base, past, ing, "", korean)
    for base, past, ing, korean in (row.split() for row in WHAT_VERBS.strip().splitlines())
]

WH = question("{word} {clause}", "{s:은} {word} {clause}")
WHO_WITH = question("who {clause} with", "{s:은} {word} {clause}")
WHAT = question("what {clause} {time}", "{s:은} {time} 뭘 {clause}")
WHO = question("{clause} {time}", "{time} 누가 {clause}")


@redrawn
def wh_question(d: Draw) -> Sentence | None:
    """Where, when, why, who with: "Where did you eat lunch?"."""
    s = asked(d)
    form = d.pick(ASKED_FORMS)
    word = d.pick(["where", "when", "why", "who with"])
    if form in ("progressive", "present") and word == "when":
        word = "where"
    if form == "present" and word == "why":
        form = "past"

    where = word == "where"
    what = choose(
        d,
        s,
        needs=Flag.HABIT if form == "present" else "",
        lacks=RESTRICTED if where else Flag.ONLY_PAST,
    )
    action = what.action
    if where and (action.base == "use" or not action.places):
        return None
    if word == "who with" and Flag.COMPANY not in action.flags:
        return None

    korean = "어디에" if where and action.base in PUT else KOREAN_WORDS[word]
    template = WHO_WITH if word == "who with" else WH
    return template.fill(d, s=s, word=(word, korean), clause=said(d, form, s, what, question=True))


@redrawn
def what_question(d: Draw) -> Sentence | None:
    """What did you eat yesterday?"""
    action = d.pick(WHAT_ACTIONS)
    s = asked(d)
    form = d.pick([*ASKED_FORMS, "must"])
    time = d.pick(TIMES[form]) if d.chance(0.7) and form != "present" else NOTHING
    if form != "past" and action.base in ("lose", "find"):
        return None

    clause = said(d, form, s, deed(d, action, s), question=True)
    return WHAT.fill(d, s=s, time=time, clause=clause)


def who_question(d: Draw) -> Sentence:
    """Who ate the cake?"""
    nobody = Subject("who", "누구", "3")
    what = choose(d, nobody, lacks=Flag.UNHONOURED)
    form = d.pick(["past", "past", "past", "future", "progressive", "want"])
    if Flag.ONLY_PAST in what.action.flags:
        form = "past"

    time = time_for(d, what.action, form) if d.chance(0.35) else NOTHING
    clause = said(d, form, nobody, what)
    return WHO.fill(d, time=time, clause=clause)
