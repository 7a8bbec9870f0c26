"""Patterns of commands, suggestions and requests, and of calling somebody by name."""

from __future__ import annotations

import korean as ko
from deeds import RESTRICTED, Deed, choose, place
from draw import NOTHING, Draw, Sentence, redrawn
from hangul import particle
from lexicon import Flag
from lexicon.names import WESTERN_NAMES
from patterns.feelings import feeling
from patterns.questions import wh_question
from patterns.statements import yes_no_question
from people import Subject, me
from template import Template, inquiry, question
from times import time_for

# What is done for the one who asks: Korean says -아/어 주세요, of other requests -(으)세요.
FAVOURS = (
    "open close clean wash cook make sing bake order fix bring send paint write draw throw plant"
).split()
# What nobody is told not to do.
WELCOME = "help brush wash study memorize rest exercise practice do clean".split()
# What one may be told to do every day.
DAILY = "study exercise practice brush clean memorize wash".split()
# What nobody suggests to leave.
DUTIES = "do study practice exercise clean wash".split()
SUGGESTED_MEAL_TIMES = ("tomorrow", "this weekend", "next week", "on Saturday")
# What nobody asks permission to do tomorrow, or here.
NOT_TOMORROW = "wash brush eat drink open close ask sleep".split()
NOT_HERE = "bring send borrow take travel go brush".split()

COMMAND = Template("{deed} {where} {time}", "{time} {where} {deed}", "command")
PROHIBITION = Template("do not {deed} {where}", "{where} {deed}", "command")
SHALL_WE = question(
    "shall we {deed} {together} {where} {time}", "{time} {where} {together} {deed:shall}"
)
LETS = Template("let's {deed} {together} {where} {time}", "{time} {where} {together} {lets}")
LETS_NOT = Template("let's not {deed} {where} {time}", "{time} {where} {lets_not}")
MAY_I = inquiry("{may_i} {deed} {time}", "{time} {deed}")


def command(d: Draw) -> Sentence:
    """Open the window. Please open the window. Do not open the window."""
    listener = Subject("you", "", "2", "your")
    what = choose(d, listener, needs=Flag.COMMAND)
    base = what.action.base
    where = place(d, what, listener) if d.chance(0.3) else NOTHING

    if d.chance(0.3) and base not in WELCOME and what.action.tail != "a shower":
        prohibited = (what.base, ko.prohibit(what.verb, polite=d.polite))
        return PROHIBITION.fill(d, deed=prohibited, where=where)

    times = {"now": "지금", "tomorrow": "내일", "later": "나중에"}
    time = d.pick(times) if d.chance(0.3) else NOTHING
    if base in DAILY and d.chance(0.4):
        time = ("every day", "매일")
    return COMMAND.fill(d, deed=(what.base, requested(d, what)), where=where, time=time)


def requested(d: Draw, what: Deed) -> str:
    """Returns a deed as Korean asks for it."""
    favour = what.action.base in FAVOURS and "{my}" not in what.action.tail
    if d.polite and not favour:
        return ko.present(ko.honorific(what.verb), polite=True)
    return ko.request(what.verb, polite=d.polite)


def suggestion(d: Draw) -> Sentence:
    """Let's eat lunch together. Shall we take a walk? Let's not go shopping."""
    we = Subject("we", "우리", "p", "our")
    what = choose(d, we, needs=Flag.LETS, lacks=RESTRICTED if d.chance(0.7) else Flag.ONLY_PAST)
    time = time_for(d, what.action, "future") if d.chance(0.5) else NOTHING
    together = d.chance(0.35) and Flag.COMPANY in what.action.flags
    if what.is_meal and time[0] not in SUGGESTED_MEAL_TIMES:
        time = NOTHING
    where = place(d, what, we) if d.chance(0.3) and not together else NOTHING

    roll = d.roll()
    if roll >= 0.85 and not d.polite:
        time = NOTHING if time[0] in ("soon", "later") else time
        together = False

    stem = what.verb.stem
    template = suggestion_template(d, roll, what.action.base)
    return template.fill(
        d,
        deed=(what.base, what.verb),
        lets=stem + "자",
        lets_not=stem + "지 말자",
        together=("together", "같이") if together else NOTHING,
        where=where,
        time=time,
    )


def suggestion_template(d: Draw, roll: float, base: str) -> Template:
    """Returns how a suggestion is said; the polite register only asks."""
    if d.polite or roll < 0.35:
        return SHALL_WE
    return LETS if roll < 0.85 or base in DUTIES else LETS_NOT


def permission(d: Draw) -> Sentence:
    """May I open the window? Can I use the phone now?"""
    what = choose(d, me(d), needs=Flag.COMMAND)
    base = what.action.base
    times = {"now": "지금", "tomorrow": "내일", "here": "여기에서"}
    time = d.pick(times) if d.chance(0.45) else NOTHING

    unfit = {"tomorrow": NOT_TOMORROW, "here": NOT_HERE}.get(time[0], ())
    if base in unfit:
        time = NOTHING
    may_i = d.pick(["may I", "can I"])
    return MAY_I.fill(d, may_i=may_i, deed=(what.base, ko.may(what.verb)), time=time)


# What one says to somebody after their name.
SAID = [
    command,
    command,
    command,
    suggestion,
    wh_question,
    feeling,
    yes_no_question("past"),
    yes_no_question("want"),
    yes_no_question("progressive"),
]


@redrawn
def calling(d: Draw) -> Sentence | None:
    """Minjun, open the window. Jiwoo, are you busy? Seoyeon, please sit down."""
    roman, hangul = d.name()
    said = command(d) if d.polite else d.pick(SAID)(d)
    if roman in said.english or not speaks_to_listener(said):
        return None

    please = "please " if d.polite else ""
    return Sentence(
        f"{roman}, {please}{said.english}",
        f"{called_out(d, roman, hangul)}, {said.korean}",
        "ready" if d.polite else said.kind,
    )


def speaks_to_listener(said: Sentence) -> bool:
    """Tells whether a sentence is one that is said to somebody: about both of us, or about you."""
    together = said.english.startswith(("I ", "let's", "shall we"))
    return said.kind == "command" or said.korean.startswith("너는 ") or together


def called_out(d: Draw, roman: str, hangul: str) -> str:
    """Returns a given name as one calls out to its bearer: 민준아, 지우야; politely 민준 씨.

    A Western name stays as it is.
    """
    if d.polite:
        return hangul + " 씨"
    return hangul if roman in WESTERN_NAMES else particle(hangul, "아")
