"""Patterns of two clauses: and, before, if, because, I think that, the book that."""

from __future__ import annotations

import korean as ko
import lexicon as lx
from clause import (
    Deed,
    Draw,
    Sentence,
    Subject,
    about,
    choose,
    doer,
    english_clause,
    he_or_she,
    join,
    me,
    named,
    place,
    predicate,
    relative,
    third,
)
from grammar import time_for


def sequence(d: Draw) -> Sentence:
    """I ate lunch and read a book. After I ..., before ...."""
    s = d.pick([me, me, he_or_she, named, relative])(d)
    first, second = choose(d, s, "q", "x"), choose(d, s, "q", "x")
    if first.action == second.action or first.verb == second.verb:
        return sequence(d)
    hv = ko.honorific(first.verb) if s.honor else first.verb
    end = predicate("past", second.verb, s, polite=d.polite)
    end_future = predicate("future", second.verb, s, polite=d.polite)
    one, two = first.english(first.action.past), second.english(second.action.past)
    kind = d.rng.randrange(5)
    time = time_for(d, lx.ACTIONS[0], "past") if d.chance(0.35) else ("", "")
    if kind == 0:
        return Sentence(
            join(s.english, one, "and", two, time[0]), join(about(s), time[1], ko.and_(hv), end)
        )
    if kind == 1:
        english = join(s.english, two, "after", first.english(first.action.ing))
        return Sentence(english, join(about(s), ko.modifier(hv, "past"), "후에", end))
    if kind == 2:
        english = join(s.english, two, "before", first.english(first.action.ing))
        return Sentence(english, join(about(s), hv.stem + "기 전에", end))
    if kind == 3:
        english = join(
            s.english,
            "will",
            second.english(second.action.base),
            "after",
            first.english(first.action.ing),
        )
        return Sentence(english, join(about(s), ko.modifier(hv, "past"), "후에", end_future))
    other = third(d)
    english = join(s.english, one, "but", other.english, "did not")
    if other.english == s.english:
        return sequence(d)
    negative = "안 그러셨어" if other.honor else "안 그랬어"
    return Sentence(
        english,
        join(about(s), ko.past_but(hv), about(other), negative + ("요" if d.polite else "")),
    )


# English condition | Korean | flags of what one then does
WEATHER_IF = {
    "it rains": ("비가 오다", "i"), "it snows": ("눈이 오다", "i"), "the weather is good": ("날씨가 좋다", "o"),
    "it is cold": ("춥다", "i"),
    "the weather is bad": ("날씨가 나쁘다", "i"), "the weather is nice": ("날씨가 좋다", "o"),
}  # fmt: skip


SELF_IF = {
    "have time": ("시간이 있다", "q"), "have money": ("돈이 있다", "buy"), "am tired": ("피곤하다", "rest"),
    "am bored": ("심심하다", "i"),
    "am sick": ("아프다", "rest"), "am hungry": ("배고프다", "eat"), "am free": ("한가하다", "q"),
}  # fmt: skip


WEATHER_BECAUSE = {
    "it rained": ("비가 오다", "i"), "it was cold": ("춥다", "i"), "it was hot": ("덥다", "swim"),
    "it snowed": ("눈이 오다", "i"),
    "the weather was good": ("날씨가 좋다", "o"), "the weather was nice": ("날씨가 좋다", "o"),
}  # fmt: skip


SELF_BECAUSE = {
    "was tired": ("피곤하다", "q"), "was busy": ("바쁘다", "q"), "was sick": ("아프다", "q"),
    "was sleepy": ("졸리다", "q"),
    "was bored": ("심심하다", "i"), "was hungry": ("배고프다", "eat"), "was happy": ("행복하다", "sing"),
    "did not have time": ("시간이 없다", "q"),
    "did not have money": ("돈이 없다", "buy"), "was thirsty": ("목마르다", "drink"),
}  # fmt: skip


UNFIT = (
    "was tired",
    "was busy",
    "was sick",
    "was sleepy",
    "did not have time",
    "did not have money",
)


def fitting(d: Draw, s: Subject, wanted: str) -> Deed:
    """Returns a deed with a flag (one letter) or of a verb (longer)."""
    what = choose(d, s, wanted if len(wanted) == 1 else "", "xk")
    rests = (
        what.action.base in ("rest", "sleep") if wanted == "rest" else what.action.base == wanted
    )
    return what if len(wanted) == 1 or rests else fitting(d, s, wanted)


def condition(d: Draw) -> Sentence:
    """If it rains, I will read a book at home. When I have time, I ...."""
    s = d.pick([me, me, me, he_or_she, named])(d)
    weather = d.chance(0.5) or s.person != "1"
    english_if, (korean_if, flag) = d.pick(WEATHER_IF if weather else SELF_IF)
    english_if = english_if if weather else f"I {english_if}"
    d.habit = d.chance(0.4)
    what = fitting(d, s, flag)
    where = place(d, what, s) if d.chance(0.35) else ("", "")
    if flag == "i" and "park" in where[0]:
        where = ("", "")
    v = ko.verb(korean_if, descriptive=True)
    future = not d.habit or "h" not in what.action.flags
    form, joined, word = ("future", ko.if_(v), "if") if future else ("present", ko.when(v), "when")
    done = join(english_clause(form, s, what), where[0])
    korean = join(joined, about(s), where[1], predicate(form, what.verb, s, polite=d.polite))
    if not d.polite and d.chance(0.4):
        return Sentence(f"{done} {word} {english_if}", korean)
    return Sentence(f"{word} {english_if}, {done}", korean)


def reason(d: Draw) -> Sentence:
    """I could not study because I was tired."""
    s = d.pick([me, me, he_or_she, named])(d)
    weather = d.chance(0.4)
    english_why, (korean_why, flag) = d.pick(WEATHER_BECAUSE if weather else SELF_BECAUSE)
    pronoun = s.english if s.person == "1" or s.english in ("he", "she") else ""
    if not weather and not pronoun:
        return reason(d)
    wet = english_why in ("it rained", "it snowed", "it was cold") and d.chance(0.5)
    form = "could_not" if english_why in UNFIT or wet else "past"
    what = fitting(d, s, "o" if wet else flag)
    if (form == "could_not" or english_why == "was bored") and what.action.base in (
        "rest",
        "sleep",
    ):
        return reason(d)
    why = english_why if weather else f"{pronoun} {english_why}"
    v = ko.verb(korean_why, descriptive=True)
    english = english_clause(form, s, what)
    korean = join(about(s), ko.because(v), predicate(form, what.verb, s, polite=d.polite))
    if d.chance(0.3):
        return Sentence(f"because {why}, {english}", korean)
    return Sentence(f"{english} because {why}", korean)


def seeming(d: Draw) -> Sentence:
    """I think Minjun likes coffee. I know that ..."""
    s = third(d)
    form = d.pick(["present", "past", "future"])
    d.habit = form == "present"
    what = choose(d, s, "h", "xk")
    v = ko.honorific(what.verb) if s.honor else what.verb
    body = {
        "present": ko.modifier(v),
        "past": ko.modifier(v, "past"),
        "future": ko.modifier(v, "future"),
    }[form]
    time = time_for(d, what.action, form) if d.chance(0.6) or form == "present" else ("", "")
    if {"breakfast", "lunch", "dinner"} & set(what.tail.split()):
        time = ("every day", "매일") if form == "present" else ("", "")
    english = join("I think", english_clause(form, s, what), time[0])
    return Sentence(english, join(about(s), time[1], body, "것 같아" + ("요" if d.polite else "")))


def relative_clause(d: Draw) -> Sentence:
    """This is the book that I bought yesterday."""
    s = d.pick([me, me, named, he_or_she])(d)
    verbs = {
        "buy": "bought",
        "make": "made",
        "read": "read",
        "write": "wrote",
        "borrow": "borrowed",
        "draw": "drew",
        "order": "ordered",
        "watch": "watched",
    }
    fixed = {"television", "news", "sea", "mountain", "tree", "house"}
    action = d.pick([a for a in lx.ACTIONS if a.base in verbs and set(a.objects) - fixed])
    key = d.pick([k for k in action.objects if k not in fixed])
    noun = lx.NOUNS[key]
    d.tags.add(f"{action.base} {key}")
    v = ko.verb(action.korean.split(" ")[-1])
    time = time_for(d, action, "past") if d.chance(0.5) else ("", "")
    phrase = join(doer(s), time[1], ko.modifier(v, "past"), noun.korean)
    english = join(noun.english, "that" if d.chance(0.5) else "", s.english, action.past, time[0])
    if noun.kind == "plural":
        return Sentence(f"these are the {english}", f"이것은 {ko.is_(phrase, polite=d.polite)}")
    if d.chance(0.5):
        return Sentence(f"this is the {english}", f"이것은 {ko.is_(phrase, polite=d.polite)}")
    like = "을 좋아해" if d.polite is False else "을 좋아해요"
    who = third(d)
    if who.english == s.english or noun.category in ("clothes",):
        return relative_clause(d)
    if who.honor:
        like = "을 좋아하셔" if not d.polite else "을 좋아하세요"
    likes = "like" if who.person == "p" else "likes"
    return Sentence(
        f"{who.english} {likes} the {english}", f"{about(who)} {ko.object_(phrase)}{like[1:]}"
    )


# pattern, share of the corpus
JOINED_PATTERNS = [
    (sequence, 2.6),
    (condition, 2.0),
    (reason, 1.8),
    (seeming, 1.2),
    (relative_clause, 1.4),
]
