"""Patterns of what one means to do, does well and thinks of doing."""

from __future__ import annotations

from collections.abc import Container

import korean as ko
from deeds import RESTRICTED, Deed, choose
from draw import NOTHING, Draw, Sentence, redrawn
from lexicon import Flag
from people import Subject, agree, anybody, he_or_she, me, named, one_of
from template import Template, question
from times import time_for

DECIDED = (
    "learn study buy sell travel raise exercise go meet teach rest order write read cook play make "
    "plant work take bake"
).split()
STARTED = (
    "learn study read write cook play run exercise work draw practice sing dance teach make "
    "memorize clean bake"
).split()
PROMISED = "help clean buy fix send bring study practice call do cook make meet bake teach".split()
FORGOT = "bring send close wash brush call buy clean do study write practice order fix".split()

INTENTION = Template("{s} {means} {deed} {time}", "{s:은} {time} {deed}")


def intention(d: Draw) -> Sentence:
    """I plan to ..., I decided to ..., I started to ..., I promised to ..., I forgot to ...."""
    s = one_of(d, me, me, he_or_she, named)
    plan = agree("plan", s) + " to"
    bases = {
        plan: DECIDED,
        "decided to": DECIDED,
        "started to": STARTED,
        "promised to": PROMISED,
        "forgot to": FORGOT,
    }
    means, wanted = d.pick(bases)
    what = choose_among(d, s, wanted)
    deed = (what.base, korean_intention(d, means, what.verb))

    time = time_for(d, what.action, "future") if means == plan and d.chance(0.5) else NOTHING
    return INTENTION.fill(d, s=s, means=means, deed=deed, time=time)


def korean_intention(d: Draw, means: str, v: ko.Verb) -> str:
    """Returns in Korean that one plans, decided, started, promised or forgot to do something."""
    match means:
        case "decided to":
            return ko.past(ko.Verb(v.stem + "기로 하"), polite=d.polite)
        case "started to":
            return ko.past(ko.Verb(v.stem + "기 시작하"), polite=d.polite)
        case "promised to":
            return ko.past(ko.Verb(v.stem + "기로 약속하"), polite=d.polite)
        case "forgot to":
            return ko.past(ko.Verb(ko.modifier(v) + " 것을 잊어버리"), polite=d.polite)
    return ko.present(ko.Verb(ko.with_eu(v, "려고 하")), polite=d.polite)


@redrawn
def choose_among(
    d: Draw,
    s: Subject,
    bases: Container[str],
    *,
    lacks: str = Flag.ONLY_PAST,
    habit: bool = False,
) -> Deed | None:
    """Returns a deed whose verb is one of some."""
    what = choose(d, s, lacks=lacks, habit=habit)
    return what if what.action.base in bases else None


LIKES = Template("{s} {like} to {base}", "{s:은} {doing:을} {좋아하다}")
ENJOYS = Template("{s} {enjoy} {ing}", "{s:은} {doing:을} {즐기다}")
KNOWS_HOW = Template("{s} {know} how to {base}", "{s:은} {able}")
DOES_WELL = Template("{s} {finite} well", "{s:은} {well}")
SKILLS = [LIKES, ENJOYS, KNOWS_HOW, DOES_WELL]


def skill(d: Draw) -> Sentence:
    """She likes to swim. I enjoy swimming. Do you know how to swim? He swims well."""
    s = anybody(d)
    what = choose(d, s, needs=Flag.SKILL, lacks=Flag.UNHONOURED, habit=True)
    v = what.verb

    template = d.pick(SKILLS)
    if template is KNOWS_HOW and what.base == "run":
        template = LIKES
    return template.fill(
        d,
        s=s,
        base=what.base,
        ing=what.ing,
        finite=what.english(agree(what.action.base, s)),
        doing=ko.modifier(v) + " 것",
        able=("", ko.Verb(ko.with_eu(v, "ㄹ 줄 알"))),
        well=("", ko.well(v)),
    )


HARD = (
    "learn study teach cook make bake draw play swim dance sing drive ride speak memorize write "
    "practice raise"
).split()
AMUSING = (
    "read watch study learn play sing dance swim run exercise cook make bake ride draw travel "
    "clean do go"
).split()
WORTHY = "study learn exercise practice read work rest sleep".split()
OPINIONS = {
    "fun": ("재미있다", AMUSING),
    "boring": ("지루하다", AMUSING),
    "easy": ("쉽다", HARD),
    "difficult": ("어렵다", HARD),
    "important": ("중요하다", WORTHY),
}

IS_IT = question("is {ing} {opinion}", "{doing:은} {opinion}")
IT_IS_TO = Template("it is {opinion} to {base}", "{doing:은} {opinion}")
DOING_IS = Template("{ing} is {opinion}", "{doing:은} {opinion}")
DOING_IS_NOT = Template("{ing} is not {opinion}", "{doing:은} {opinion:not}")


def opinion(d: Draw) -> Sentence:
    """Swimming is fun. It is difficult to learn Korean. Is reading books boring?"""
    anyone = Subject("you", "", "2")
    english, (korean, bases) = d.pick(OPINIONS)
    what = choose_among(d, anyone, bases, lacks=RESTRICTED, habit=True)

    template = opinion_template(d, english)
    return template.fill(
        d,
        base=what.base,
        ing=what.ing,
        doing=ko.modifier(what.verb) + " 것",
        opinion=(english, ko.verb(korean, descriptive=True)),
    )


def opinion_template(d: Draw, english: str) -> Template:
    """Draws whether an opinion is asked, denied or stated."""
    negated = d.chance(0.2) and english != "important"
    if d.chance(0.2):
        return IS_IT
    if d.chance(0.4) and english != "fun" and not negated:
        return IT_IS_TO
    return DOING_IS_NOT if negated else DOING_IS
