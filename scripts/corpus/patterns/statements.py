"""Patterns of one clause: statements and yes/no questions in every form."""

from __future__ import annotations

from collections.abc import Callable

import lexicon as lx
from clause import english_clause, predicate, said
from deeds import Deed, choose, companion, deed, place
from draw import NOTHING, Draw, Pair, Sentence, redrawn
from lexicon import Flag
from people import Subject, anybody, asked
from template import Template, question
from times import CALM, CALM_NOT_AT_MEALS, MOMENTS, NIGHT, SEASONAL, only, time_for

# The flags of deeds that one does not say in a form; in the other forms, what is only past.
UNFIT_FLAGS = {
    "progressive": Flag.MOMENTARY,
    "progressive_past": Flag.MOMENTARY,
    "past": "",
    "could_not": Flag.ONLY_PAST + Flag.TIMELESS,
}

# Times that do not say at what hour one eats.
MEAL_TIMES = (
    "every day",
    "every weekend",
    "yesterday",
    "tomorrow",
    "now",
    "this weekend",
    "last Sunday",
)
CLOSED_AT_NIGHT = (
    "at school",
    "at the university",
    "in the classroom",
    "at the bank",
    "at the market",
    "at the department store",
)

# The clause has the subject in English and the predicate in Korean.
CLAUSE = Template("{clause} {whom} {where} {time}", "{s:은} {often} {time} {whom} {where} {clause}")
CLAUSE_QUESTION = question(CLAUSE.english, CLAUSE.korean)
STATE = Template("{clause}", "{s:은} {clause}")
STATE_QUESTION = question(STATE.english, STATE.korean)


def statement(form: str, *, negated: bool = False) -> Callable[[Draw], Sentence]:
    """Makes the pattern of statements in one form: "I eat lunch at school every day."."""

    def pattern(d: Draw) -> Sentence:
        return clause(d, form, anybody(d), CLAUSE, negated=negated)

    return pattern


def yes_no_question(form: str) -> Callable[[Draw], Sentence]:
    """Makes the pattern of yes/no questions in one form: "Did you eat lunch yesterday?"."""

    def pattern(d: Draw) -> Sentence:
        return clause(d, form, asked(d), CLAUSE_QUESTION)

    return pattern


def clause(
    d: Draw, form: str, s: Subject, template: Template, *, negated: bool = False
) -> Sentence:
    """Draws a clause about a subject, with time, place and company."""
    what = choose_for(d, form, s)

    often = NOTHING
    if form == "present" and not negated and d.chance(0.35):
        often = d.pick(lx.FREQUENCY)
        time = d.pick(only(lx.HABIT_TIMES, CALM)) if often[0] == "usually" else NOTHING
    else:
        time = time_of(d, form, s, what, negated=negated)
    if what.is_meal and time[0] not in MEAL_TIMES:
        no_time = form != "present" or often[0] in ("often", "always", "sometimes")
        time = NOTHING if no_time else ("on Sundays", "일요일마다")

    where, whom = surroundings(d, s, what, time)
    asks = template.kind == "question"
    english = english_clause(form, s, what, negated=negated, question=asks, adverb=often[0])
    korean = predicate(form, what.verb, s, negated=negated, polite=d.polite)
    return template.fill(
        d, s=s, clause=(english, korean), often=often, time=time, where=where, whom=whom
    )


@redrawn
def choose_for(d: Draw, form: str, s: Subject) -> Deed | None:
    """Returns a deed that can be said in a form; "is going fishing" would be the future."""
    habit = form == "present"
    what = choose(
        d,
        s,
        needs=Flag.HABIT if habit else "",
        lacks=UNFIT_FLAGS.get(form, Flag.ONLY_PAST),
        habit=habit,
    )
    return None if form.startswith("progressive") and what.action.base == "go" else what


def time_of(d: Draw, form: str, s: Subject, what: Deed, *, negated: bool) -> Pair:
    """Draws the time of a clause; often there is none."""
    if form != "present" and not d.chance(0.75):
        return NOTHING

    time = time_for(d, what.action, form)
    if form == "present" and negated and time[0] not in (*CALM, *SEASONAL):
        calm = CALM_NOT_AT_MEALS if what.action.base == "wear" else CALM
        time = d.pick(only(lx.HABIT_TIMES, calm))

    never_then = time[0] in MOMENTS and (negated or form in ("could_not", "want_past"))
    not_soon = negated and time[0] in ("soon", "later")
    too_old = s.honor and time[0] == "after school"
    return NOTHING if never_then or not_soon or too_old else time


def surroundings(d: Draw, s: Subject, what: Deed, time: Pair) -> tuple[Pair, Pair]:
    """Draws where and with whom a deed is done."""
    where = place(d, what, s) if d.chance(0.42) else NOTHING
    if time[0] in NIGHT and where[0] in CLOSED_AT_NIGHT:
        where = NOTHING

    accompanied = Flag.COMPANY in what.action.flags and not where[0] and d.chance(0.3)
    return where, companion(d, s) if accompanied else NOTHING


def state(d: Draw) -> Sentence:
    """I like coffee. Do you know the answer? She does not need a pen."""
    asks = d.chance(0.3)
    s = asked(d) if asks else anybody(d)
    # The first, to like, is drawn twice as often.
    what = deed(d, d.pick([lx.STATES[0], *lx.STATES]), s)
    base = what.action.base

    negated = not asks and d.chance(0.3) and base != "hate"
    past = base in ("need", "remember", "understand", "like") and d.chance(0.15)
    clause = said(d, "past" if past else "present", s, what, negated=negated, question=asks)
    return (STATE_QUESTION if asks else STATE).fill(d, s=s, clause=clause)
