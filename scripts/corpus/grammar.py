"""Patterns of one clause: tenses, questions, wishes, requests."""

from __future__ import annotations

import korean as ko
import lexicon as lx
from clause import (
    PUT,
    Draw,
    Sentence,
    Subject,
    about,
    anybody,
    asked,
    choose,
    companion,
    deed,
    english_clause,
    join,
    me,
    place,
    predicate,
)

SEASONAL = ("in summer", "in winter")


# times a denied habit can have, and those that do not go with what did not happen
CALM = (
    "in the morning",
    "in the evening",
    "in the afternoon",
    "on Sundays",
    "on Saturdays",
    "after lunch",
    "before dinner",
)
MOMENTS = ("an hour ago", "two days ago")


LONG = ("last summer", "last year", "last month", "next month", "next year")


DISTANT = ("last week", "last weekend", "two days ago", "last Sunday", "next week", "this weekend", "on Saturday",
           "on Monday", "on Friday",
           "once a week", "twice a week", "three times a week", "every weekend", "these days", "on Sundays",
           "on Saturdays", "every week")  # fmt: skip


NIGHT = (
    "every night",
    "last night",
    "tonight",
    "in the evening",
    "every evening",
    "yesterday evening",
    "this evening",
)


CLOSED_AT_NIGHT = (
    "at school",
    "at the university",
    "in the classroom",
    "at the bank",
    "at the market",
    "at the department store",
)


def time_for(d: Draw, action: lx.Action, form: str) -> tuple[str, str]:
    """Returns a time that suits the action; nothing when the draw does not."""
    time = d.pick(TIMES[form])
    unfit = (time[0] in LONG and "y" not in action.flags) or (
        time[0] in SEASONAL and "s" not in action.flags
    )
    toilet = action.base in ("brush", "wash") or action.tail == "a shower"
    unfit = unfit or (toilet and time[0] in DISTANT)
    unfit = unfit or (
        action.base == "wear" and time[0] in ("every night", "after lunch", "before dinner")
    )
    unfit = unfit or (
        form == "can" and time[0] == "tomorrow" and action.base in ("eat", "drink", "wash", "brush")
    )
    unfit = unfit or (time[0] == "these days" and "y" not in action.flags)
    if "n" in action.flags or ("v" in action.flags and form in ("want", "must")):
        return "", ""
    return time_for(d, action, form) if unfit else time


TIMES = {
    "present": lx.HABIT_TIMES, "past": lx.PAST_TIMES, "future": lx.FUTURE_TIMES, "going_to": lx.FUTURE_TIMES,
    "progressive": lx.NOW_TIMES, "want": {k: v for k, v in lx.FUTURE_TIMES.items() if k not in ("soon", "later")},
    "must": lx.FUTURE_TIMES, "could_not": lx.PAST_TIMES,
    "can": {"tomorrow": "내일", "today": "오늘", "": ""}, "progressive_past": {"then": "그때",
    "yesterday evening": "어제 저녁에"},
    "want_past": lx.PAST_TIMES,
}  # fmt: skip


def clause(
    d: Draw, form: str, s: Subject, *, negated: bool = False, question: bool = False
) -> tuple[str, str]:
    """Draws a clause with adjuncts and returns both languages."""
    flags = "h" if form == "present" else ""
    d.habit = form == "present"
    without = {"progressive": "v", "progressive_past": "v", "past": "", "could_not": "xn"}.get(
        form, "x"
    )
    what = choose(d, s, flags, without)
    if form.startswith("progressive") and what.action.base == "go":
        return clause(d, form, s, negated=negated, question=question)
    adverb, time = "", ("", "")
    if form == "present" and not negated and d.chance(0.35):
        adverb, often = d.pick(lx.FREQUENCY)
        time = (
            d.pick({k: v for k, v in lx.HABIT_TIMES.items() if k in CALM})
            if adverb == "usually"
            else time
        )
    else:
        often = ""
        time = time_for(d, what.action, form) if form == "present" or d.chance(0.75) else time
        if form == "present" and negated and time[0] not in (*CALM, *SEASONAL):
            time = d.pick(
                {
                    k: v
                    for k, v in lx.HABIT_TIMES.items()
                    if k in CALM[: 5 if what.action.base == "wear" else 7]
                }
            )
        time = (
            ("", "")
            if time[0] in MOMENTS and (negated or form in ("could_not", "want_past"))
            else time
        )
        time = ("", "") if negated and time[0] in ("soon", "later") else time
        time = ("", "") if s.honor and time[0] == "after school" else time
    meal = {"breakfast", "lunch", "dinner"} & set(what.tail.split())
    if meal and (
        time[0]
        not in (
            "every day",
            "every weekend",
            "yesterday",
            "tomorrow",
            "now",
            "this weekend",
            "last Sunday",
        )
    ):
        time = (
            ("", "")
            if form != "present" or adverb in ("often", "always", "sometimes")
            else ("on Sundays", "일요일마다")
        )
    room = 1 if time[0] or adverb else 2
    where = place(d, what, s) if d.chance(0.42) and room else ("", "")
    if time[0] in NIGHT and where[0] in CLOSED_AT_NIGHT:
        where = ("", "")
    whom = ("", "")
    if "w" in what.action.flags and not where[0] and d.chance(0.3):
        whom = companion(d, s)
    english = english_clause(form, s, what, negated=negated, question=question, adverb=adverb)
    korean = join(often, time[1], whom[1], where[1])
    tail = predicate(form, what.verb, s, negated=negated, polite=d.polite)
    return join(english, whom[0], where[0], time[0]), join(about(s), korean, tail)


def statement(form: str, negated: bool = False):
    """Makes the pattern of statements in one form."""

    def pattern(d: Draw) -> Sentence:
        return Sentence(*clause(d, form, anybody(d), negated=negated))

    return pattern


def question(form: str):
    """Makes the pattern of yes/no questions in one form."""

    def pattern(d: Draw) -> Sentence:
        return Sentence(*clause(d, form, asked(d), question=True), kind="question")

    return pattern


def wh_question(d: Draw) -> Sentence:
    """Where, when, why, how often, who with: "Where did you eat lunch?"."""
    s, form = (
        asked(d),
        d.pick(["past", "past", "future", "going_to", "progressive", "want", "present"]),
    )
    word = d.pick(["where", "when", "why", "who with"])
    if form in ("progressive", "present") and word == "when":
        word = "where"
    if form == "present" and word == "why":
        form = "past"
    what = choose(d, s, "h" if form == "present" else "", "xk" if word == "where" else "x")
    if (
        (word == "where" and what.action.base == "use")
        or (word == "where" and not what.action.places)
        or (word == "who with" and "w" not in what.action.flags)
    ):
        return wh_question(d)
    asks = {"where": "어디에서", "when": "언제", "why": "왜", "who with": "누구와"}[word]
    asks = "어디에" if word == "where" and what.action.base in PUT else asks
    english = english_clause(form, s, what, question=True)
    english = f"who {english} with" if word == "who with" else f"{word} {english}"
    return Sentence(
        english, join(about(s), asks, predicate(form, what.verb, s, polite=d.polite)), "question"
    )


WHAT_VERBS = (
    "eat ate eating 먹다, drink drank drinking 마시다, read read reading 읽다, "
    "buy bought buying 사다, make made making 만들다, "
    "study studied studying 공부하다, write wrote writing 쓰다, "
    "watch watched watching 보다, learn learned learning 배우다, "
    "find found finding 찾다, draw drew drawing 그리다, do did doing 하다, "
    "cook cooked cooking 요리하다, lose lost losing 잃어버리다, "
    "order ordered ordering 주문하다, sell sold selling 팔다"
)


def what_question(d: Draw) -> Sentence:
    """What did you eat yesterday?"""
    base, past_form, ing, korean = d.pick(WHAT_VERBS.split(", ")).split()
    s, form = (
        asked(d),
        d.pick(["past", "past", "future", "going_to", "progressive", "want", "present", "must"]),
    )
    action = lx.Action(base, past_form, ing, "", korean, (), (), "")
    what = deed(d, action, s)
    time = d.pick(TIMES[form]) if d.chance(0.7) and form != "present" else ("", "")
    if form != "past" and base in ("lose", "find"):
        return what_question(d)
    english = f"what {english_clause(form, s, what, question=True)}"
    tail = predicate(form, what.verb, s, polite=d.polite)
    return Sentence(join(english, time[0]), join(about(s), time[1], "뭘", tail), "question")


def who_question(d: Draw) -> Sentence:
    """Who ate the cake?"""
    nobody = Subject("who", "누구", "3", "")
    what = choose(d, nobody, "", "k")
    form = d.pick(["past", "past", "past", "future", "progressive", "want"])
    if "x" in what.action.flags:
        form = "past"
    verb = {"past": what.action.past, "future": f"will {what.action.base}", "progressive": f"is {what.action.ing}",
            "want": f"wants to {what.action.base}"}[form]  # fmt: skip
    time = time_for(d, what.action, form) if d.chance(0.35) else ("", "")
    korean = join(time[1], "누가", predicate(form, what.verb, nobody, polite=d.polite))
    return Sentence(join("who", what.english(verb), time[0]), korean, "question")


def state(d: Draw) -> Sentence:
    """Likes, needs, knows: statements and questions, also negated."""
    ask = d.chance(0.3)
    s = asked(d) if ask else anybody(d)
    what = deed(d, d.pick([lx.STATES[0], *lx.STATES]), s)
    negated = not ask and d.chance(0.3) and what.action.base != "hate"
    form = (
        "past"
        if what.action.base in ("need", "remember", "understand", "like") and d.chance(0.15)
        else "present"
    )
    english = english_clause(form, s, what, negated=negated, question=ask)
    korean = join(about(s), predicate(form, what.verb, s, negated=negated, polite=d.polite))
    return Sentence(english, korean, "question" if ask else "statement")


# what is done for the one who asks: -아/어 주세요; other requests are -(으)세요
FAVOURS = "open close clean wash cook make sing bake order fix bring send paint write draw throw plant".split()


# what nobody is told not to do
WELCOME = "help brush wash study memorize rest exercise practice do clean".split()


def command(d: Draw) -> Sentence:
    """Open the window. Please open the window. Don't open the window."""
    s = Subject("you", "", "2", "your")
    what = choose(d, s, "c")
    where = place(d, what, s) if d.chance(0.3) else ("", "")
    if d.chance(0.3) and what.action.base not in WELCOME and what.action.tail != "a shower":
        korean = join(where[1], ko.prohibit(what.verb, polite=d.polite))
        return Sentence(join("do not", what.english(what.action.base), where[0]), korean, "command")
    time = (
        d.pick({"now": "지금", "tomorrow": "내일", "later": "나중에"})
        if d.chance(0.3)
        else ("", "")
    )
    if what.action.base in (
        "study",
        "exercise",
        "practice",
        "brush",
        "clean",
        "memorize",
        "wash",
    ) and d.chance(0.4):
        time = ("every day", "매일")
    favour = what.action.base in FAVOURS and "{my}" not in what.action.tail
    asks = ko.request(what.verb, polite=d.polite)
    if d.polite and not favour:
        asks = ko.present(ko.honorific(what.verb), polite=True)
    korean = join(time[1], where[1], asks)
    return Sentence(join(what.english(what.action.base), where[0], time[0]), korean, "command")


def suggestion(d: Draw) -> Sentence:
    """Let's eat lunch together. Shall we take a walk?"""
    s = Subject("we", "우리", "p", "our")
    what = choose(d, s, "l", "xk" if d.chance(0.7) else "x")
    time = time_for(d, what.action, "future") if d.chance(0.5) else ("", "")
    together = ("together", "같이") if d.chance(0.35) and "w" in what.action.flags else ("", "")
    meal = {"breakfast", "lunch", "dinner"} & set(what.tail.split())
    time = (
        ("", "")
        if meal and time[0] not in ("tomorrow", "this weekend", "next week", "on Saturday")
        else time
    )
    where = place(d, what, s) if d.chance(0.3) and not together[0] else ("", "")
    kind = d.rng.random()
    if kind >= 0.85 and not d.polite:
        time, together = (("", "") if time[0] in ("soon", "later") else time), ("", "")
    adjuncts = join(time[1], where[1], together[1])
    english = join(what.english(what.action.base), together[0], where[0], time[0])
    if d.polite or kind < 0.35:
        asks = ko.with_eu(what.verb, "ㄹ까") + ("요" if d.polite else "")
        return Sentence("shall we " + english, join(adjuncts, asks), "question")
    if kind < 0.85 or what.action.base in ("do", "study", "practice", "exercise", "clean", "wash"):
        return Sentence("let's " + english, join(adjuncts, what.verb.stem + "자"))
    return Sentence("let's not " + english, join(adjuncts, what.verb.stem + "지 말자"))


def permission(d: Draw) -> Sentence:
    """May I open the window? You may use my phone."""
    s = me(d)
    what = choose(d, s, "c")
    time = (
        d.pick({"now": "지금", "tomorrow": "내일", "here": "여기에서"})
        if d.chance(0.45)
        else ("", "")
    )
    if time[0] == "tomorrow" and what.action.base in (
        "wash",
        "brush",
        "eat",
        "drink",
        "open",
        "close",
        "ask",
        "sleep",
    ):
        time = ("", "")
    if time[0] == "here" and what.action.base in (
        "bring",
        "send",
        "borrow",
        "take",
        "travel",
        "go",
        "brush",
    ):
        time = ("", "")
    korean = join(time[1], ko.present(ko.may(what.verb), polite=d.polite))
    return Sentence(
        join(d.pick(["may I", "can I"]), what.english(what.action.base), time[0]), korean, "inquiry"
    )


# pattern, share of the corpus
CLAUSE_PATTERNS = [
    (statement("present"), 4.6),
    (statement("past"), 5.4),
    (statement("progressive"), 3.2),
    (statement("future"), 2.6),
    (statement("going_to"), 1.8),
    (statement("want"), 2.6),
    (statement("can"), 1.4),
    (statement("must"), 2.2),
    (statement("could_not"), 1.4),
    (statement("progressive_past"), 0.9),
    (statement("want_past"), 0.5),
    (statement("present", True), 1.7),
    (statement("past", True), 1.8),
    (statement("progressive", True), 0.6),
    (statement("future", True), 0.9),
    (statement("want", True), 0.9),
    (statement("can", True), 0.9),
    (statement("must", True), 0.9),
    (question("present"), 1.5),
    (question("past"), 2.2),
    (question("progressive"), 1.4),
    (question("future"), 0.9),
    (question("want"), 1.2),
    (question("can"), 1.1),
    (question("must"), 0.6),
    (wh_question, 3.2),
    (what_question, 2.2),
    (who_question, 1.8),
    (state, 4.2),
    (command, 4.0),
    (suggestion, 2.8),
    (permission, 1.4),
]
