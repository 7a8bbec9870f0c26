"""Which adverb of time a clause can have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import lexicon as lx
from draw import NOTHING, Draw, Pair, redrawn
from lexicon import Flag


def without(times: Mapping[str, str], *dropped: str) -> dict[str, str]:
    """Returns the times that are not dropped."""
    return {english: korean for english, korean in times.items() if english not in dropped}


def only(times: Mapping[str, str], kept: Iterable[str]) -> dict[str, str]:
    """Returns the times that are kept, in their own order."""
    return {english: korean for english, korean in times.items() if english in kept}


# The times that go with a form of the clause.
TIMES: dict[str, dict[str, str]] = {
    "present": lx.HABIT_TIMES,
    "past": lx.PAST_TIMES,
    "future": lx.FUTURE_TIMES,
    "going_to": lx.FUTURE_TIMES,
    "progressive": lx.NOW_TIMES,
    "want": without(lx.FUTURE_TIMES, "soon", "later"),
    "must": lx.FUTURE_TIMES,
    "could_not": lx.PAST_TIMES,
    "can": {"tomorrow": "내일", "today": "오늘", "": ""},
    "progressive_past": {"then": "그때", "yesterday evening": "어제 저녁에"},
    "want_past": lx.PAST_TIMES,
}

SEASONAL = ("in summer", "in winter")
# Times that a habit one does not have can still have.
CALM_NOT_AT_MEALS = (
    "in the morning",
    "in the evening",
    "in the afternoon",
    "on Sundays",
    "on Saturdays",
)
CALM = (*CALM_NOT_AT_MEALS, "after lunch", "before dinner")
# Times that do not go with what did not happen.
MOMENTS = ("an hour ago", "two days ago")
LONG = ("last summer", "last year", "last month", "next month", "next year")
# Times that are too far or too rare for washing and brushing one's teeth.
DISTANT = (
    "last week",
    "last weekend",
    "two days ago",
    "last Sunday",
    "next week",
    "this weekend",
    "on Saturday",
    "on Monday",
    "on Friday",
    "once a week",
    "twice a week",
    "three times a week",
    "every weekend",
    "these days",
    "on Sundays",
    "on Saturdays",
    "every week",
)
# Times when nobody is at school, at the bank or at the market.
NIGHT = (
    "every night",
    "last night",
    "tonight",
    "in the evening",
    "every evening",
    "yesterday evening",
    "this evening",
)


@redrawn
def time_for(d: Draw, action: lx.Action, form: str) -> Pair | None:
    """Returns a time that suits the action; nothing when the action takes none."""
    time = d.pick(TIMES[form])
    momentary = Flag.MOMENTARY in action.flags
    if Flag.TIMELESS in action.flags or (momentary and form in ("want", "must")):
        return NOTHING
    return time if suits(time[0], action, form) else None


def suits(time: str, action: lx.Action, form: str) -> bool:
    """Tells whether one can say that an action is done at a time."""
    if time in (*LONG, "these days") and Flag.MONTHS not in action.flags:
        return False
    if time in SEASONAL and Flag.SEASONAL not in action.flags:
        return False
    if action.base in ("brush", "wash") or action.tail == "a shower":
        if time in DISTANT:
            return False
    if action.base == "wear" and time in ("every night", "after lunch", "before dinner"):
        return False

    soon_done = action.base in ("eat", "drink", "wash", "brush")
    return not (form == "can" and time == "tomorrow" and soon_done)
