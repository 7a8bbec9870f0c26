"""Patterns of going, living and having been somewhere."""

from __future__ import annotations

import korean as ko
import lexicon as lx
from clause import said
from deeds import RESTRICTED, Deed, choose, companion, deed, many_or_one
from draw import NOTHING, Draw, Pair, Sentence, redrawn
from hangul import object_
from people import Subject, anybody, asked, he_or_she, me, named, one_of, you
from template import Template, question
from times import TIMES

TRANSPORT = {
    "by bus": "버스로",
    "by train": "기차로",
    "by car": "자동차로",
    "by subway": "지하철로",
    "by taxi": "택시로",
    "by bicycle": "자전거로",
    "on foot": "걸어서",
}
# Times too close for a journey.
SHORTLY = (
    "an hour ago",
    "this morning",
    "this afternoon",
    "this evening",
    "tonight",
    "after school",
    "later",
    "last night",
    "yesterday evening",
    "yesterday morning",
)
DESTINATIONS = (
    "school library hospital bank post_office restaurant cafe park station airport hotel "
    "market supermarket museum theater church company office bakery bookstore pharmacy gym "
    "swimming_pool zoo university beach department_store"
).split()
WITHOUT_ARTICLE = ("school", "church")
# Verbs of motion: base, past, -ing, Korean.
GO = ("go", "went", "going", "가다")
COME = ("come", "came", "coming", "오다")
LIVE = ("live", "lived", "living", "살다")


def moving(d: Draw, s: Subject, verb: tuple[str, str, str, str], where: Pair) -> Deed:
    """Returns the deed of moving or living somewhere: ("go to school", "학교에 가다")."""
    base, past, ing, korean = verb
    action = lx.Action(base, past, ing, where[0], f"{where[1]} {korean}".strip())
    return deed(d, action, s)


def destination(d: Draw) -> Pair:
    """Returns where to: ("to the station", "역에")."""
    roll = d.roll()
    if roll < 0.12:
        return "home", "집에"
    if roll < 0.3:
        english, korean = d.pick(lx.CITIES)
        return f"to {english}", korean + "에"
    if roll < 0.4:
        english, (korean, _) = d.pick(lx.COUNTRIES)
        return f"to {english}", korean + "에"

    noun = lx.NOUNS[d.pick(DESTINATIONS)]
    the = "" if noun.english in WITHOUT_ARTICLE else "the "
    return f"to {the}{noun.english}", noun.korean + "에"


def is_far(where: Pair) -> bool:
    """Tells whether a destination is a city or a country."""
    name = where[0].removeprefix("to ")
    return name in lx.CITIES or name in lx.COUNTRIES


def city_or_country(d: Draw, share_of_cities: float) -> Pair:
    """Returns a city or a country."""
    if d.chance(share_of_cities):
        return d.pick(lx.CITIES)
    country, (korean, _) = d.pick(lx.COUNTRIES)
    return country, korean


# One does not go there to do something: one is there.
AT_HOME = ("kitchen", "room", "living_room", "bathroom", "classroom")

PURPOSE = Template("{clause} {time}", "{s:은} {time} {clause}")


@redrawn
def purpose(d: Draw) -> Sentence | None:
    """I went to the library to read a book."""
    s = anybody(d)
    what = choose(d, s, lacks=RESTRICTED)
    sites = [lx.NOUNS[key] for key in what.action.places if key in lx.NOUNS and key not in AT_HOME]
    sites = [noun for noun in sites if noun.category == "building"]
    if not sites or what.action.tail == "a shower":
        return None

    noun = d.pick(sites)
    form = d.pick(["past", "past", "future", "going_to", "want"])
    site = "school" if noun.english == "school" else f"the {noun.english}"
    korean = f"{ko.with_eu(what.verb, '러')} {noun.korean}에"
    go = moving(d, s, GO, (f"to {site} to {what.base}", korean))

    time = d.pick(TIMES[form]) if d.chance(0.4) else NOTHING
    return PURPOSE.fill(d, s=s, clause=said(d, form, s, go), time=time)


MOVEMENT_FORMS = [
    "past",
    "past",
    "future",
    "going_to",
    "want",
    "must",
    "present",
    "could_not",
    "can",
]
MOVES = Template("{clause} {whom} {means} {time}", "{s:은} {time} {whom} {means} {clause}")
MOVES_QUESTION = question(MOVES.english, MOVES.korean)


def movement(d: Draw) -> Sentence:
    """I go to school by bus. Are you going to go to the bank? He could not come to Korea."""
    asks = d.chance(0.25)
    s = asked(d) if asks else anybody(d)
    verb = d.pick([GO, GO, GO, COME])
    where = destination(d)
    if verb is COME and ((where[0] != "home" and d.chance(0.5)) or is_far(where)):
        where = ("to Korea", "한국에")

    far = is_far(where)
    form = d.pick(MOVEMENT_FORMS)
    if (form == "present" and far) or (form == "could_not" and asks):
        form = "past"
    means = d.pick(TRANSPORT) if not far and d.chance(0.35) else NOTHING
    time = d.pick(TIMES[form]) if d.chance(0.5) and not means[0] else NOTHING
    if far and time[0] in SHORTLY:
        time = NOTHING
    negated = not asks and form != "could_not" and d.chance(0.15)
    whom = companion(d, s) if d.chance(0.15) and not means[0] else NOTHING

    clause = said(d, form, s, moving(d, s, verb, where), negated=negated, question=asks)
    template = MOVES_QUESTION if asks else MOVES
    return template.fill(d, s=s, clause=clause, whom=whom, means=means, time=time)


WHERE_TO = question("where {clause} {time}", "{s:은} {time} 어디에 {clause}")
HOW_TO = question("{word} {clause}", "{s:은} {word} {clause}")


def going_where(d: Draw) -> Sentence:
    """Where did he go yesterday? How do you go to school? Why did she go to Japan?"""
    s = asked(d)
    if d.chance(0.5):
        form = d.pick(["past", "future", "want", "going_to"])
        time = d.pick(TIMES[form]) if d.chance(0.7) else NOTHING
        clause = said(d, form, s, moving(d, s, GO, NOTHING), question=True)
        return WHERE_TO.fill(d, s=s, clause=clause, time=time)

    where = destination(d)
    form = d.pick(["past", "future", "present"])
    word = d.pick([("how", "어떻게"), ("when", "언제"), ("why", "왜")])
    clause = said(d, form, s, moving(d, s, GO, where), question=True)
    return HOW_TO.fill(d, s=s, word=word, clause=clause)


LIVES = Template("{clause}", "{s:은} {clause}")
DOES_LIVE = question(LIVES.english, LIVES.korean)


def residence(d: Draw) -> Sentence:
    """I live in Seoul. Where do you live? He lives near the station."""
    s = asked(d) if d.chance(0.3) else anybody(d)
    asks = s.person == "2"
    if asks and d.chance(0.15):
        clause = said(d, "present", s, moving(d, s, LIVE, NOTHING), question=True)
        return WHERE_TO.fill(d, s=s, clause=clause, time=NOTHING)

    if d.chance(0.6):
        english, korean = city_or_country(d, 0.6)
        where = (f"in {english}", f"{korean}에")
    else:
        noun = lx.NOUNS[d.pick(DESTINATIONS)]
        where = (f"near the {noun.english}", f"{noun.korean} 근처에")

    form = d.pick(["present", "present", "past", "want", "progressive"])
    clause = said(d, form, s, moving(d, s, LIVE, where), question=asks)
    return (DOES_LIVE if asks else LIVES).fill(d, s=s, clause=clause)


# What one may have done once: base, participle, Korean.
EXPERIENCES = [
    ("eat", "eaten", "먹다"),
    ("read", "read", "읽다"),
    ("ride", "ridden", "타다"),
    ("drink", "drunk", "마시다"),
]

# Korean: "there is an occasion on which I have been to Busan".
HAVE_YOU = question("have you ever {done}", "{s:은} {done} 적이 {있다:own}")
HAS = Template("{s} {have} {done}", "{s:은} {done} 적이 {있다:own}")
HAS_NEVER = Template("{s} {have} never {done}", "{s:은} {done} 적이 {없다:own}")


def have_been(d: Draw) -> Sentence:
    """Have you ever been to Busan? I have been to Japan. She has never ridden a horse."""
    s = you(d) if d.chance(0.5) else one_of(d, me, named, he_or_she)
    if d.chance(0.6):
        english, korean = city_or_country(d, 0.5)
        done = f"been to {english}"
        v = ko.verb(f"{korean}에 가다")
    else:
        done, v = experience(d)

    once = ko.modifier(ko.verb(ko.infinitive(v) + " 보다"), "past")
    template = HAVE_YOU
    if s.person != "2":
        template = HAS_NEVER if d.chance(0.4) else HAS
    return template.fill(d, s=s, done=(done, once))


def experience(d: Draw) -> tuple[str, ko.Verb]:
    """Returns what one has done: ("eaten apples", 사과를 먹다)."""
    base, participle, korean = d.pick(EXPERIENCES)
    actions = [action for action in lx.ACTIONS if action.base == base]
    action = d.pick([action for action in actions if "lunch" not in action.objects])
    noun = lx.NOUNS[d.pick(action.objects)]

    this = "이 " if base == "read" else ""
    v = ko.verb(f"{object_(this + noun.korean)} {korean}")
    if base == "read":
        return f"read this {noun.english}", v
    return f"{participle} {many_or_one(noun, many=base != 'ride')}", v
