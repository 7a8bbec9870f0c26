"""Patterns of two clauses: and, before, if, because, I think that, the book that."""

from __future__ import annotations

import korean as ko
import lexicon as lx
from clause import said
from deeds import RESTRICTED, Deed, choose, place
from draw import NOTHING, Draw, Sentence, join, redrawn
from lexicon import Flag
from people import Subject, he_or_she, me, named, one_of, relative, third
from template import Template
from times import time_for

AND = Template("{s} {first} and {second} {time}", "{s:은} {time} {first_and} {second:past}")
AFTER = Template("{s} {second} after {doing}", "{s:은} {first_done} 후에 {second:past}")
BEFORE = Template("{s} {second} before {doing}", "{s:은} {first_to_do} 전에 {second:past}")
WILL_AFTER = Template("{s} will {do} after {doing}", "{s:은} {first_done} 후에 {second:future}")
BUT_NOT = Template("{s} {first} but {other} did not", "{s:은} {first_but} {other:은} {did_not}")
SEQUENCES = [AND, AFTER, BEFORE, WILL_AFTER, BUT_NOT]


@redrawn
def sequence(d: Draw) -> Sentence | None:
    """I ate lunch and read a book. I read a book after eating lunch. I worked but he did not."""
    s = one_of(d, me, me, he_or_she, named, relative)
    first = choose(d, s, needs=Flag.EVERYDAY)
    second = choose(d, s, needs=Flag.EVERYDAY)
    if first.action == second.action or first.verb == second.verb:
        return None

    template = d.pick(SEQUENCES)
    time = time_for(d, lx.ACTIONS[0], "past") if d.chance(0.35) else NOTHING
    other = third(d) if template is BUT_NOT else s
    if template is BUT_NOT and other.english == s.english:
        return None

    v = ko.respectful(first.verb, s.honor)
    return template.fill(
        d,
        s=s,
        first=first.past,
        doing=first.ing,
        first_and=ko.and_(v),
        first_but=ko.past_but(v),
        first_done=ko.modifier(v, "past"),
        first_to_do=v.stem + "기",
        second=(second.past, second.verb),
        do=second.base,
        time=time,
        other=other,
        did_not=("안 그러셨어" if other.honor else "안 그랬어") + ("요" if d.polite else ""),
    )


RESTS = ("rest", "sleep")

# Condition or reason: Korean, and what one then does: a deed with a flag, or of one of some verbs.
Circumstances = dict[str, tuple[str, Flag | tuple[str, ...]]]

WEATHER_IF: Circumstances = {
    "it rains": ("비가 오다", Flag.INDOORS),
    "it snows": ("눈이 오다", Flag.INDOORS),
    "the weather is good": ("날씨가 좋다", Flag.OUTDOORS),
    "it is cold": ("춥다", Flag.INDOORS),
    "the weather is bad": ("날씨가 나쁘다", Flag.INDOORS),
    "the weather is nice": ("날씨가 좋다", Flag.OUTDOORS),
}
SELF_IF: Circumstances = {
    "I have time": ("시간이 있다", Flag.EVERYDAY),
    "I have money": ("돈이 있다", ("buy",)),
    "I am tired": ("피곤하다", RESTS),
    "I am bored": ("심심하다", Flag.INDOORS),
    "I am sick": ("아프다", RESTS),
    "I am hungry": ("배고프다", ("eat",)),
    "I am free": ("한가하다", Flag.EVERYDAY),
}
WEATHER_BECAUSE: Circumstances = {
    "it rained": ("비가 오다", Flag.INDOORS),
    "it was cold": ("춥다", Flag.INDOORS),
    "it was hot": ("덥다", ("swim",)),
    "it snowed": ("눈이 오다", Flag.INDOORS),
    "the weather was good": ("날씨가 좋다", Flag.OUTDOORS),
    "the weather was nice": ("날씨가 좋다", Flag.OUTDOORS),
}
SELF_BECAUSE: Circumstances = {
    "was tired": ("피곤하다", Flag.EVERYDAY),
    "was busy": ("바쁘다", Flag.EVERYDAY),
    "was sick": ("아프다", Flag.EVERYDAY),
    "was sleepy": ("졸리다", Flag.EVERYDAY),
    "was bored": ("심심하다", Flag.INDOORS),
    "was hungry": ("배고프다", ("eat",)),
    "was happy": ("행복하다", ("sing",)),
    "did not have time": ("시간이 없다", Flag.EVERYDAY),
    "did not have money": ("돈이 없다", ("buy",)),
    "was thirsty": ("목마르다", ("drink",)),
}
WET_OR_COLD = ("it rained", "it snowed", "it was cold")
# For these reasons one could not do something; for the others one did.
HINDRANCES = (
    "was tired",
    "was busy",
    "was sick",
    "was sleepy",
    "did not have time",
    "did not have money",
)

IF_FIRST = Template("{link} {condition}, {clause} {where}", "{condition} {s:은} {where} {clause}")
IF_LAST = Template("{clause} {where} {link} {condition}", IF_FIRST.korean)
BECAUSE_FIRST = Template("because {reason}, {clause}", "{s:은} {reason} {clause}")
BECAUSE_LAST = Template("{clause} because {reason}", BECAUSE_FIRST.korean)


@redrawn
def fitting(
    d: Draw, s: Subject, wanted: Flag | tuple[str, ...], *, habit: bool = False
) -> Deed | None:
    """Returns a deed with a flag, or of one of some verbs."""
    if isinstance(wanted, Flag):
        return choose(d, s, needs=wanted, lacks=RESTRICTED, habit=habit)
    what = choose(d, s, lacks=RESTRICTED, habit=habit)
    return what if what.action.base in wanted else None


def condition(d: Draw) -> Sentence:
    """If it rains, I will read a book at home. When I have time, I swim."""
    s = one_of(d, me, me, me, he_or_she, named)
    of_weather = d.chance(0.5) or s.person != "1"
    english, (korean, wanted) = d.pick(WEATHER_IF if of_weather else SELF_IF)
    habit = d.chance(0.4)

    what = fitting(d, s, wanted, habit=habit)
    where = place(d, what, s) if d.chance(0.35) else NOTHING
    if wanted == Flag.INDOORS and "park" in where[0]:
        where = NOTHING

    v = ko.verb(korean, descriptive=True)
    habit = habit and Flag.HABIT in what.action.flags
    template = IF_LAST if not d.polite and d.chance(0.4) else IF_FIRST
    return template.fill(
        d,
        s=s,
        link="when" if habit else "if",
        condition=(english, ko.when(v) if habit else ko.if_(v)),
        clause=said(d, "present" if habit else "future", s, what),
        where=where,
    )


@redrawn
def reason(d: Draw) -> Sentence | None:
    """I could not study because I was tired. Because it was cold, he read a book."""
    s = one_of(d, me, me, he_or_she, named)
    of_weather = d.chance(0.4)
    english, (korean, wanted) = d.pick(WEATHER_BECAUSE if of_weather else SELF_BECAUSE)
    if not of_weather and s.english not in ("I", "he", "she"):
        return None

    wet = english in WET_OR_COLD and d.chance(0.5)
    hindered = wet or english in HINDRANCES
    what = fitting(d, s, Flag.OUTDOORS if wet else wanted)
    if (hindered or english == "was bored") and what.action.base in RESTS:
        return None

    template = BECAUSE_FIRST if d.chance(0.3) else BECAUSE_LAST
    why = english if of_weather else f"{s.english} {english}"
    return template.fill(
        d,
        s=s,
        reason=(why, ko.because(ko.verb(korean, descriptive=True))),
        clause=said(d, "could_not" if hindered else "past", s, what),
    )


SEEMS = Template("I think {clause} {time}", "{who:은} {time} {clause} 것 {같다}")


def seeming(d: Draw) -> Sentence:
    """I think Minjun likes coffee. I think he will come."""
    who = third(d)
    form = d.pick(["present", "past", "future"])
    habit = form == "present"
    what = choose(d, who, needs=Flag.HABIT, lacks=RESTRICTED, habit=habit)

    # The chance is drawn in the present as well, where there always is a time.
    time = time_for(d, what.action, form) if d.chance(0.6) or form == "present" else NOTHING
    if what.is_meal:
        time = ("every day", "매일") if form == "present" else NOTHING

    english = said(d, form, who, what)[0]
    korean = ko.modifier(ko.respectful(what.verb, who.honor), form)
    return SEEMS.fill(d, who=who, clause=(english, korean), time=time)


MADE_VERBS = ("buy", "make", "read", "write", "borrow", "draw", "order", "watch")
# What is no single thing that one has made or bought.
FIXED = {"television", "news", "sea", "mountain", "tree", "house"}
MADE_ACTIONS = [
    action
    for action in lx.ACTIONS
    if action.base in MADE_VERBS and not FIXED.issuperset(action.objects)
]

THIS_IS = Template("this is the {thing}", "이것은 {thing:이다}")
THESE_ARE = Template("these are the {thing}", "이것은 {thing:이다}")
LIKES = Template("{s} {like} the {thing}", "{s:은} {thing:을} {좋아하다}")


@redrawn
def relative_clause(d: Draw) -> Sentence | None:
    """This is the book that I bought yesterday. She likes the cake I made."""
    s = one_of(d, me, me, named, he_or_she)
    action = d.pick(MADE_ACTIONS)
    key = d.pick([key for key in action.objects if key not in FIXED])
    noun = lx.NOUNS[key]
    d.tags.add(f"{action.base} {key}")

    v = ko.verb(action.korean.split(" ")[-1])
    time = time_for(d, action, "past") if d.chance(0.5) else NOTHING
    that = "that" if d.chance(0.5) else ""
    english = join(noun.english, that, s.english, action.past, time[0])
    thing = (english, join(s.doer, time[1], ko.modifier(v, "past"), noun.korean))

    if noun.kind == "plural":
        return THESE_ARE.fill(d, thing=thing)
    if d.chance(0.5):
        return THIS_IS.fill(d, thing=thing)
    who = third(d)
    if who.english == s.english or noun.category == "clothes":
        return None
    return LIKES.fill(d, s=who, thing=thing)
