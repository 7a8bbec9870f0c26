"""Patterns of going, living, giving and having been somewhere."""

from __future__ import annotations

import korean as ko
import lexicon as lx
from clause import (
    Draw,
    Sentence,
    about,
    anybody,
    asked,
    choose,
    companion,
    deed,
    english_clause,
    fill,
    he_or_she,
    join,
    me,
    named,
    predicate,
    relative,
    you,
)
from grammar import TIMES

TRANSPORT = {"by bus": "버스로", "by train": "기차로", "by car": "자동차로", "by subway": "지하철로",
             "by taxi": "택시로", "by bicycle": "자전거로", "on foot": "걸어서"}  # fmt: skip


# times too close for a journey
SHORTLY = ("an hour ago", "this morning", "this afternoon", "this evening", "tonight", "after school", "later",
           "last night",
           "yesterday evening", "yesterday morning")  # fmt: skip


MOVES = {"go": ("went", "going", "가다"), "come": ("came", "coming", "오다")}


DESTINATIONS = (
    "school library hospital bank post_office restaurant cafe park station airport hotel market supermarket museum "
    "theater church company office bakery bookstore pharmacy gym swimming_pool zoo university beach department_store"
).split()


def purpose(d: Draw) -> Sentence:
    """I went to the library to read a book."""
    s = anybody(d)
    what = choose(d, s, "", "xk")
    at_home = ("kitchen", "room", "living_room", "bathroom", "classroom")
    places = [lx.NOUNS[p] for p in what.action.places if p in lx.NOUNS and p not in at_home]
    options = [
        noun for noun in places if noun.category == "building" and what.action.tail != "a shower"
    ]
    if not options:
        return purpose(d)
    noun = d.pick(options)
    form = d.pick(["past", "past", "future", "going_to", "want"])
    target = "school" if noun.english == "school" else f"the {noun.english}"
    tail = f"to {target} to {what.english(what.action.base)}"
    go = deed(
        d,
        lx.Action(
            "go",
            "went",
            "going",
            tail,
            f"{ko.with_eu(what.verb, '러')} {noun.korean}에 가다",
            (),
            (),
            "",
        ),
        s,
    )
    time = d.pick(TIMES[form]) if d.chance(0.4) else ("", "")
    english = join(english_clause(form, s, go), time[0])
    return Sentence(english, join(about(s), time[1], predicate(form, go.verb, s, polite=d.polite)))


def destination(d: Draw) -> tuple[str, str]:
    """Returns where to: ("to the station", "역에")."""
    roll = d.rng.random()
    if roll < 0.12:
        return "home", "집에"
    if roll < 0.3:
        english, korean = d.pick(lx.CITIES)
        return f"to {english}", korean + "에"
    if roll < 0.4:
        english, (korean, _) = d.pick(lx.COUNTRIES)
        return f"to {english}", korean + "에"
    noun = lx.NOUNS[d.pick(DESTINATIONS)]
    if noun.english in ("school", "church"):
        return f"to {noun.english}", noun.korean + "에"
    return f"to the {noun.english}", noun.korean + "에"


def movement(d: Draw) -> Sentence:
    """I go to school by bus every day. Are you going to the bank?"""
    ask = d.chance(0.25)
    s = asked(d) if ask else anybody(d)
    base = d.pick(["go", "go", "go", "come"])
    past_form, ing, korean = MOVES[base]
    where = destination(d)
    if base == "come" and (where[0] != "home" and d.chance(0.5)):
        where = ("to Korea", "한국에")
    if base == "come" and where[0][3:] in (*lx.CITIES, *lx.COUNTRIES):
        where = ("to Korea", "한국에")
    far = where[0][3:] in (*lx.CITIES, *lx.COUNTRIES)
    form = d.pick(
        ["past", "past", "future", "going_to", "want", "must", "present", "could_not", "can"]
    )
    if form == "present" and far:
        form = "past"
    if form == "could_not" and ask:
        form = "past"
    means = d.pick(TRANSPORT) if not far and d.chance(0.35) else ("", "")
    time = d.pick(TIMES[form]) if d.chance(0.5) and not means[0] else ("", "")
    time = ("", "") if far and time[0] in SHORTLY else time
    negated = not ask and form not in ("could_not",) and d.chance(0.15)
    whom = companion(d, s) if d.chance(0.15) and not means[0] else ("", "")
    action = lx.Action(base, past_form, ing, where[0], f"{where[1]} {korean}", (), (), "")
    what = deed(d, action, s)
    english = join(
        english_clause(form, s, what, negated=negated, question=ask), whom[0], means[0], time[0]
    )
    tail = predicate(form, what.verb, s, negated=negated, polite=d.polite)
    return Sentence(
        english,
        join(about(s), time[1], whom[1], means[1], tail),
        "question" if ask else "statement",
    )


def going_where(d: Draw) -> Sentence:
    """Where are you going? Where did he go yesterday? How do you go to school?"""
    s = asked(d)
    go = ("go", "went", "going")
    if d.chance(0.5):
        form = d.pick(["past", "future", "want", "going_to"])
        time = d.pick(TIMES[form]) if d.chance(0.7) else ("", "")
        what = deed(d, lx.Action(*go, "", "가다", (), (), ""), s)
        english = join("where", english_clause(form, s, what, question=True), time[0])
        return Sentence(
            english,
            join(about(s), time[1], "어디에", predicate(form, what.verb, s, polite=d.polite)),
            "question",
        )
    where = destination(d)
    form = d.pick(["past", "future", "present"])
    what = deed(d, lx.Action(*go, where[0], f"{where[1]} 가다", (), (), ""), s)
    word, asks = d.pick([("how", "어떻게"), ("when", "언제"), ("why", "왜")])
    english = join(word, english_clause(form, s, what, question=True))
    return Sentence(
        english, join(about(s), asks, predicate(form, what.verb, s, polite=d.polite)), "question"
    )


UNGIVEN = {
    "buy": ("letter", "money", "picture"),
    "show": ("cake", "chocolate", "umbrella", "money", "pen"),
    "send": ("umbrella", "pen", "cake"),
}
GIFTS = (
    "book flower gift letter card picture hat bag pen cake chocolate doll watch ticket umbrella money apple camera "
    "guitar toy"
).split()


def giving(d: Draw) -> Sentence:
    """I gave my mother a flower. Minjun sent me a letter."""
    s = d.pick([me, me, named, he_or_she])(d)
    receiver = (
        me(d) if s.person != "1" and d.chance(0.5) else d.pick([named, relative, relative])(d)
    )
    if (
        receiver.person == s.person == "1"
        or receiver.english == s.english
        or receiver.korean in ("의사", "아기")
    ):
        return giving(d)
    base, past_form, ing, plain, humble = d.pick([("give", "gave", "giving", "주다", "드리다"),
    ("show", "showed", "showing", "보여 주다", "보여 드리다"),
                                             ("send", "sent", "sending", "보내다", "보내 드리다"),
                                             ("buy", "bought", "buying", "사 주다", "사 드리다")])  # fmt: skip
    key = d.pick([g for g in GIFTS if g in lx.NOUNS and g not in UNGIVEN.get(base, ())])
    d.tags.add(f"{base} {key}")
    noun = lx.NOUNS[key]
    shown = (
        noun.english
        if noun.kind == "mass"
        else ("an " if noun.english[0] in "aeiou" else "a ") + noun.english
    )
    who = "me" if receiver.person == "1" else receiver.english
    korean_who = receiver.korean + ("께" if receiver.honor else "에게")
    action = lx.Action(
        base,
        past_form,
        ing,
        f"{who} {shown}",
        f"{korean_who} {fill('{을}', noun.korean)} {humble if receiver.honor else plain}",
        (),
        (),
        "",
    )
    what = deed(d, action, s)
    form = d.pick(["past", "past", "future", "want", "going_to"])
    time = d.pick(TIMES[form]) if d.chance(0.35) else ("", "")
    korean = join(about(s), time[1], predicate(form, what.verb, s, polite=d.polite))
    return Sentence(join(english_clause(form, s, what), time[0]), korean)


UNLENT = ("water", "letter", "ticket", "card", "picture")


def asking_favour(d: Draw) -> Sentence:
    """Give me the pen. Show me your passport."""
    key = d.pick(
        (
            "pen book water ticket map key phone umbrella bag cup menu salt towel blanket camera letter picture "
            "notebook dictionary card money"
        ).split()
    )
    if key not in lx.NOUNS:
        return asking_favour(d)
    noun = lx.NOUNS[key]
    shown, korean = (noun.english, noun.korean)
    if noun.kind == "count":
        shown, korean = d.pick(
            [
                (f"the {shown}", korean),
                (f"that {shown}", f"그 {korean}"),
                (f"this {shown}", f"이 {korean}"),
            ]
        )
    base, verb = d.pick({"give": "주다", "show": "보여 주다", "lend": "빌려주다"})
    tail = ko.present(ko.verb(verb)) if not d.polite else verb[:-1] + "세요"
    if (base == "show" and key in ("water", "money")) or (base == "lend" and key in UNLENT):
        return asking_favour(d)
    d.tags.add(f"{base} {key}")
    return Sentence(
        f"{base} me {shown}", f"{d.own('나') + '에게'} {ko.object_(korean)} {tail}", "command"
    )


def residence(d: Draw) -> Sentence:
    """I live in Seoul. Where do you live? He lives near the station with Minjun."""
    s = asked(d) if d.chance(0.3) else anybody(d)
    live = ("live", "lived", "living")
    if s.person == "2" and d.chance(0.15):
        what = deed(d, lx.Action(*live, "", "살다", (), (), ""), s)
        return Sentence(
            "where " + english_clause("present", s, what, question=True),
            join(about(s), "어디에", predicate("present", what.verb, s, polite=d.polite)),
            "question",
        )
    if d.chance(0.6):
        english, korean = (
            d.pick(lx.CITIES)
            if d.chance(0.6)
            else (lambda c: (c[0], c[1][0]))(d.pick(lx.COUNTRIES))
        )
        english, korean = f"in {english}", f"{korean}에"
    else:
        noun = lx.NOUNS[d.pick(DESTINATIONS)]
        english, korean = f"near the {noun.english}", f"{noun.korean} 근처에"
    what = deed(d, lx.Action(*live, english, f"{korean} 살다", (), (), ""), s)
    form = d.pick(["present", "present", "past", "want", "progressive"])
    tail = predicate(form, what.verb, s, polite=d.polite)
    ask = s.person == "2"
    return Sentence(
        english_clause(form, s, what, question=ask),
        join(about(s), tail),
        "question" if ask else "statement",
    )


def recently_been(d: Draw) -> Sentence:
    """Have you ever been to Busan? I have been to Japan. Have you ever eaten kimchi?"""
    s = you(d) if d.chance(0.5) else d.pick([me, named, he_or_she])(d)
    if d.chance(0.6):
        english, korean = (
            d.pick(lx.CITIES)
            if d.chance(0.5)
            else (lambda c: (c[0], c[1][0]))(d.pick(lx.COUNTRIES))
        )
        done, v = f"been to {english}", ko.verb(f"{korean}에 가다")
    else:
        base, participle, past_korean = d.pick(
            [
                ("eat", "eaten", "먹다"),
                ("read", "read", "읽다"),
                ("ride", "ridden", "타다"),
                ("drink", "drunk", "마시다"),
            ]
        )
        action = d.pick(
            [
                a
                for a in lx.ACTIONS
                if a.base == base and "meal" not in str(a.objects) and "lunch" not in a.objects
            ]
        )
        noun = lx.NOUNS[d.pick(action.objects)]
        shown = (
            noun.english
            if noun.kind == "mass"
            else lx.plural(noun.english)
            if base != "ride"
            else f"a {noun.english}"
        )
        if base == "read":
            shown = f"this {noun.english}"
        korean = ("이 " if base == "read" else "") + noun.korean
        done, v = f"{participle} {shown}", ko.verb(f"{ko.object_(korean)} {past_korean}")
    v = ko.verb(ko.infinitive(v) + " 보다")
    have = "has" if s.person == "3" else "have"
    experience = ko.Verb(
        ko.modifier(v, "past") + " 적이 " + ("있으시" if s.honor else "있"),
        "honorific" if s.honor else "",
    )
    tail = ko.present(experience, polite=d.polite)
    if s.person == "2":
        return Sentence(f"{have} you ever {done}", join(about(s), tail), "question")
    if d.chance(0.4):
        never = ko.present(ko.Verb(ko.modifier(v, "past") + " 적이 없"), polite=d.polite)
        return Sentence(f"{s.english} {have} never {done}", join(about(s), never))
    return Sentence(f"{s.english} {have} {done}", join(about(s), tail))


# pattern, share of the corpus
GOING_PATTERNS = [
    (purpose, 1.8),
    (movement, 4.0),
    (going_where, 1.5),
    (giving, 1.8),
    (asking_favour, 0.8),
    (residence, 1.4),
    (recently_been, 1.0),
]
