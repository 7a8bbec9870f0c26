"""Patterns of what one means to do, does well and thinks of doing."""

from __future__ import annotations

import korean as ko
from clause import (
    Draw,
    Sentence,
    Subject,
    about,
    anybody,
    choose,
    he_or_she,
    join,
    me,
    named,
    third_form,
)
from grammar import time_for

DECIDED = (
    "learn study buy sell travel raise exercise go meet teach rest order write read cook play make plant work take bake"
).split()
STARTED = "learn study read write cook play run exercise work draw practice sing dance teach make memorize clean bake".split()
PROMISED = "help clean buy fix send bring study practice call do cook make meet bake teach".split()
FORGOT = "bring send close wash brush call buy clean do study write practice order fix".split()


def intention(d: Draw) -> Sentence:
    """I am planning to ..., I decided to ..., I promised to ..., I started to ..., I forgot to ...."""
    s = d.pick([me, me, he_or_she, named])(d)
    plan = "plans to" if s.person == "3" else "plan to"
    english, bases = d.pick(
        {
            plan: DECIDED,
            "decided to": DECIDED,
            "started to": STARTED,
            "promised to": PROMISED,
            "forgot to": FORGOT,
        }
    )
    what = choose(d, s, "", "x")
    while what.action.base not in bases or (english == "started to" and what.action.base == "go"):
        what = choose(d, s, "", "x")
    v = what.verb
    tail = {
        plan: ko.present(ko.Verb(ko.with_eu(v, "려고 하")), polite=d.polite),
        "decided to": ko.past(ko.Verb(v.stem + "기로 하"), polite=d.polite),
        "started to": ko.past(ko.Verb(v.stem + "기 시작하"), polite=d.polite),
        "promised to": ko.past(ko.Verb(v.stem + "기로 약속하"), polite=d.polite),
        "forgot to": ko.past(ko.Verb(ko.modifier(v) + " 것을 잊어버리"), polite=d.polite),
    }[english]
    time = time_for(d, what.action, "future") if english == plan and d.chance(0.5) else ("", "")
    return Sentence(
        join(s.english, english, what.english(what.action.base), time[0]),
        join(about(s), time[1], tail),
    )


def well(v: ko.Verb) -> ko.Verb:
    """Returns the verb with 잘: 피아노를 잘 치다, 축구를 잘하다, 수영을 잘하다, 춤을 잘 추다."""
    head, _, last = v.stem.rpartition(" ")
    if last in ("하", "운전하"):
        return ko.Verb(head + (" 잘하" if last == "하" else " 잘 " + last))
    if last == "춤추":
        return ko.Verb("춤을 잘 추")
    if last.endswith("하"):
        return ko.Verb(ko.object_(last[:-1]) + " 잘하")
    return ko.Verb(join(head, "잘 " + last), v.irregular)


def skill(d: Draw) -> Sentence:
    """Good at, like to, know how to."""
    s = anybody(d)
    d.habit = True
    what = choose(d, s, "b", "k")
    v, base, ing = what.verb, what.english(what.action.base), what.english(what.action.ing)
    one = s.person == "3"
    thing = ko.modifier(v) + " 것을"
    kind = d.rng.randrange(4)
    if kind == 0 or (kind == 2 and base == "run"):
        verb = ko.verb(thing + " 좋아하다")
        english = f"{s.english} {'likes' if one else 'like'} to {base}"
    elif kind == 1:
        verb = ko.verb(thing + " 즐기다")
        english = f"{s.english} {'enjoys' if one else 'enjoy'} {ing}"
    elif kind == 2:
        verb = ko.Verb(ko.with_eu(v, "ㄹ 줄 알"))
        english = f"{s.english} {'knows' if one else 'know'} how to {base}"
    else:
        verb = well(v)
        base_form = what.action.base if not one else third_form(what.action.base)
        english = f"{s.english} {what.english(base_form)} well"
    if s.honor:
        verb = ko.honorific(verb)
    return Sentence(english, join(about(s), ko.present(verb, polite=d.polite)))


HARD = "learn study teach cook make bake draw play swim dance sing drive ride speak memorize write practice raise".split()
AMUSING = "read watch study learn play sing dance swim run exercise cook make bake ride draw travel clean do go".split()
WORTHY = "study learn exercise practice read work rest sleep".split()
OPINIONS = {"fun": ("재미있다", AMUSING), "boring": ("지루하다", AMUSING), "easy": ("쉽다", HARD),
            "difficult": ("어렵다", HARD), "important": ("중요하다", WORTHY)}  # fmt: skip


def opinion(d: Draw) -> Sentence:
    """Swimming is fun. It is difficult to learn Korean."""
    s = Subject("you", "", "2", "")
    d.habit = True
    english, (korean, bases) = d.pick(OPINIONS)
    what = choose(d, s, "", "xk")
    while what.action.base not in bases:
        what = choose(d, s, "", "xk")
    v = ko.verb(korean, descriptive=True)
    thing = ko.topic(ko.modifier(what.verb) + " 것")
    negated, ask = d.chance(0.2) and english != "important", d.chance(0.2)
    tail = ko.present(ko.negative(v) if negated and not ask else v, polite=d.polite)
    ing = what.english(what.action.ing)
    if ask:
        return Sentence(f"is {ing} {english}", f"{thing} {tail}", "question")
    if d.chance(0.4) and english != "fun" and not negated:
        return Sentence(f"it is {english} to {what.english(what.action.base)}", f"{thing} {tail}")
    return Sentence(f"{ing} is {'not ' if negated else ''}{english}", f"{thing} {tail}")


# pattern, share of the corpus
DOING_PATTERNS = [
    (intention, 1.8),
    (skill, 2.2),
    (opinion, 1.8),
]
