"""Patterns of where somebody or something is."""

from __future__ import annotations

import korean as ko
import lexicon as lx
from clause import (
    Draw,
    Sentence,
    about,
    anybody,
    article,
    asked,
    be,
    join,
)
from measure import counter
from quality import pointed

WHERE_PREPOSITIONS = {
    "under": "아래에",
    "on": "위에",
    "next to": "옆에",
    "in front of": "앞에",
    "behind": "뒤에",
}


FURNITURE = "desk table chair bed box piano computer television lamp refrigerator".split()


SMALL = (
    "book pen pencil bag umbrella phone cup key wallet ball clock hat cat camera dictionary map spoon toy doll "
    "gift notebook letter ticket eraser"
).split()


SITES = (
    "library hospital bank post_office restaurant cafe park station hotel market supermarket museum theater church "
    "bakery bookstore pharmacy police_station bus_stop gym zoo university school department_store flower_shop "
    "parking_lot playground"
).split()


def spot(d: Draw) -> tuple[str, str]:
    """Returns a spot at furniture: ("under the table", "탁자 아래에")."""
    noun = lx.NOUNS[d.pick(FURNITURE)]
    if noun.english == "box" and d.chance(0.6):
        return "in the box", "상자 안에"
    options = WHERE_PREPOSITIONS if noun.english in ("desk", "table", "chair", "bed", "box") else {
        k: v for k, v in WHERE_PREPOSITIONS.items() if k not in ("under",) and (k != "on" or noun.english in ("piano",
    "refrigerator"))}  # fmt: skip
    english, korean = d.pick(options)
    return f"{english} the {noun.english}", f"{noun.korean} {korean}"


def location(d: Draw) -> Sentence:
    """The cat is under the table. Is your bag on the desk? There are two books in the box."""
    key = d.pick(SMALL)
    noun = lx.NOUNS[key]
    where = spot(d)
    d.tags.add(f"{key} {where[0]}")
    roll = d.rng.random()
    exists = ko.present(ko.verb("있다"), polite=d.polite)
    missing = ko.present(ko.verb("없다"), polite=d.polite)
    if roll < 0.3:
        who, korean, _ = pointed(d, noun)
        return Sentence(f"{who} is {where[0]}", f"{ko.topic(korean)} {where[1]} {exists}")
    if roll < 0.42:
        who, korean, _ = pointed(d, noun)
        return Sentence(
            f"is {who} {where[0]}", f"{ko.topic(korean)} {where[1]} {exists}", "question"
        )
    if roll < 0.5:
        who, korean, _ = pointed(d, noun)
        return Sentence(f"{who} is not {where[0]}", f"{ko.topic(korean)} {where[1]} {missing}")
    if roll < 0.66:
        return Sentence(
            f"there is {article(noun.english)} {where[0]}",
            f"{where[1]} {ko.subject(noun.korean)} {exists}",
        )
    if roll < 0.76:
        return Sentence(
            f"is there {article(noun.english)} {where[0]}",
            f"{where[1]} {ko.subject(noun.korean)} {exists}",
            "question",
        )
    if roll < 0.86:
        return Sentence(f"what is {where[0]}", f"{where[1]} 뭐가 {exists}", "question")
    number = d.rng.randint(2, 5)
    count = f"{ko.native_number(number)} {counter(noun)}"
    return Sentence(
        f"there are {lx.number_word(number)} {lx.plural(noun.english)} {where[0]}",
        f"{where[1]} {ko.subject(noun.korean)} {count} {exists}",
    )


def whereabouts(d: Draw) -> Sentence:
    """Where is the station? The bank is next to the hotel. Is there a pharmacy near here?"""
    noun = lx.NOUNS[d.pick(SITES)]
    exists = ko.present(ko.verb("있다"), polite=d.polite)
    roll = d.rng.random()
    if roll < 0.3:
        key = d.pick(
            [
                *SITES,
                *SMALL,
                "bathroom",
                "airport",
                "swimming_pool",
                "beach",
                "room",
                "subway_station",
            ]
        )
        thing = lx.NOUNS[key]
        own = key in SMALL or key == "room"
        who, korean, _ = (
            d.pick(
                [
                    (f"my {thing.english}", d.own("내 " + thing.korean), False),
                    (f"the {thing.english}", thing.korean, False),
                ]
            )
            if own
            else (f"the {thing.english}", thing.korean, False)
        )
        return Sentence(f"where is {who}", f"{ko.topic(korean)} 어디에 {exists}", "inquiry")
    if roll < 0.45:
        return Sentence(
            f"is there {article(noun.english)} near here",
            f"이 근처에 {ko.subject(noun.korean)} {exists}",
            "inquiry",
        )
    other = lx.NOUNS[d.pick([s for s in SITES if lx.NOUNS[s] != noun])]
    english, korean = d.pick(
        {
            "next to": "옆에",
            "in front of": "앞에",
            "behind": "뒤에",
            "near": "근처에",
            "across from": "맞은편에",
        }
    )
    if roll < 0.75:
        return Sentence(
            f"the {noun.english} is {english} the {other.english}",
            f"{ko.topic(noun.korean)} {other.korean} {korean} {exists}",
        )
    if roll < 0.88:
        return Sentence(
            f"is the {noun.english} {english} the {other.english}",
            f"{ko.topic(noun.korean)} {other.korean} {korean} {exists}",
            "inquiry",
        )
    return Sentence(
        f"there is {article(noun.english)} {english} the {other.english}",
        f"{other.korean} {korean} {ko.subject(noun.korean)} {exists}",
    )


def presence(d: Draw) -> Sentence:
    """My mother is at home. Is Minjun at school?"""
    places = {"at home": "집", "at school": "학교", "in the kitchen": "부엌", "in the garden": "정원",
              "at the library": "도서관", "in the hospital": "병원", "at the station": "역", "at the office": "사무실",
              "in the classroom": "교실", "in the park": "공원", "here": "여기", "there": "거기", "in Seoul": "서울",
              "in Busan": "부산", "at the airport": "공항", "at the bank": "은행", "in the living room": "거실",
              "at church": "교회", "at the market": "시장", "in Japan": "일본", "in America": "미국"}  # fmt: skip
    english, korean = d.pick(places)
    ask, past = d.chance(0.3), d.chance(0.3)
    s = asked(d) if ask else anybody(d)
    negated = not ask and d.chance(0.25)
    time = (
        d.pick({"yesterday": "어제", "last night": "어젯밤에", "this morning": "오늘 아침에"})
        if past
        else d.pick({"now": "지금", "": ""})
    )
    v = ko.verb(f"{korean}에 있다")
    end = ko.honorific(v) if s.honor else v
    if negated:
        end = (
            ko.Verb(f"{korean}에 안 계시", "honorific") if s.honor else ko.verb(f"{korean}에 없다")
        )
    tail = (ko.past if past else ko.present)(end, polite=d.polite)
    verb = be(s, "past" if past else "present")
    if ask:
        return Sentence(
            join(verb, s.english, english, time[0]), join(about(s), time[1], tail), "question"
        )
    return Sentence(
        join(s.english, verb, "not" if negated else "", english, time[0]),
        join(about(s), time[1], tail),
    )


def distance(d: Draw) -> Sentence:
    """It takes ten minutes from the station to the hotel by bus."""
    one, two = d.rng.sample(SITES, 2)
    a, b = lx.NOUNS[one], lx.NOUNS[two]
    by, korean_by = d.pick(
        {
            "by bus": "버스로",
            "on foot": "걸어서",
            "by taxi": "택시로",
            "by car": "자동차로",
            "by subway": "지하철로",
        }
    )
    minutes = d.pick([5, 10, 15, 20, 30, 40])
    korean = f"{a.korean}에서 {b.korean}까지"
    roll = d.rng.random()
    if roll < 0.25:
        end = "얼마나 걸려요" if d.polite else "얼마나 걸려"
        return Sentence(
            f"how long does it take from the {a.english} to the {b.english}",
            f"{korean} {end}",
            "inquiry",
        )
    if roll < 0.5:
        end = ko.present(
            ko.verb("멀다" if d.chance(0.5) else "가깝다", descriptive=True), polite=d.polite
        )
        far = "far from" if "멀" in end else "close to"
        particle = "에서" if "멀" in end else "에서"
        return Sentence(
            f"the {b.english} is {far} the {a.english}",
            f"{ko.topic(b.korean)} {a.korean}{particle} {end}",
        )
    end = "걸려요" if d.polite else "걸려"
    return Sentence(
        f"it takes {lx.number_word(minutes)} minutes from the {a.english} to the {b.english} {by}",
        f"{korean} {korean_by} {ko.sino_number(minutes)} 분 {end}",
    )


# pattern, share of the corpus
LOCATION_PATTERNS = [
    (location, 3.0),
    (whereabouts, 3.0),
    (presence, 2.2),
    (distance, 0.9),
]
