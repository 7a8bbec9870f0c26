"""Patterns of where somebody or something is, and how far it is."""

from __future__ import annotations

import korean as ko
import lexicon as lx
from draw import Draw, Pair, Sentence, by_share
from patterns.quality import pointed
from people import anybody, asked
from template import Template, inquiry, question

PREPOSITIONS = {
    "under": "아래에",
    "on": "위에",
    "next to": "옆에",
    "in front of": "앞에",
    "behind": "뒤에",
}
FURNITURE = "desk table chair bed box piano computer television lamp refrigerator".split()
# What has room under it, and what has a flat top.
ROOMY = ("desk", "table", "chair", "bed", "box")
FLAT = ("piano", "refrigerator")

SMALL = (
    "book pen pencil bag umbrella phone cup key wallet ball clock hat cat camera dictionary map "
    "spoon toy doll gift notebook letter ticket eraser"
).split()
SITES = (
    "library hospital bank post_office restaurant cafe park station hotel market supermarket "
    "museum theater church bakery bookstore pharmacy police_station bus_stop gym zoo "
    "university school department_store flower_shop parking_lot playground"
).split()


def spot(d: Draw) -> Pair:
    """Returns a spot at a piece of furniture: ("under the table", "탁자 아래에")."""
    noun = lx.NOUNS[d.pick(FURNITURE)]
    if noun.english == "box" and d.chance(0.6):
        return "in the box", "상자 안에"

    unfit = []
    if noun.english not in ROOMY:
        unfit = ["under"] if noun.english in FLAT else ["under", "on"]
    english, korean = d.pick([item for item in PREPOSITIONS.items() if item[0] not in unfit])
    return f"{english} the {noun.english}", f"{noun.korean} {korean}"


IS_AT = Template("{s} {be} {where}", "{s:은} {where} {있다}")
IS_IT_AT = question("{be} {s} {where}", "{s:은} {where} {있다}")
IS_NOT_AT = Template("{s} {be} not {where}", "{s:은} {where} {없다}")
THERE_IS = Template("there is {noun:a} {where}", "{where} {noun:이} {있다}")
IS_THERE = question("is there {noun:a} {where}", "{where} {noun:이} {있다}")
WHAT_IS = question("what is {where}", "{where} 뭐가 {있다}")
THERE_ARE = Template(
    "there are {number} {noun:s} {where}", "{where} {noun:이} {number:native} {counter} {있다}"
)
LOCATIONS = [
    (0.3, IS_AT),
    (0.42, IS_IT_AT),
    (0.5, IS_NOT_AT),
    (0.66, THERE_IS),
    (0.76, IS_THERE),
    (0.86, WHAT_IS),
    (1.0, THERE_ARE),
]


def location(d: Draw) -> Sentence:
    """The cat is under the table. Is your bag on the desk? There are two books in the box."""
    key = d.pick(SMALL)
    noun = lx.NOUNS[key]
    where = spot(d)
    d.tags.add(f"{key} {where[0]}")

    template = by_share(d.roll(), LOCATIONS)
    if template in (IS_AT, IS_IT_AT, IS_NOT_AT):
        return template.fill(d, s=pointed(d, noun), where=where)
    number = d.number(2, 5) if template is THERE_ARE else 1
    return template.fill(d, noun=noun, number=number, counter=lx.counter(noun), where=where)


NEXT_TO = {
    "next to": "옆에",
    "in front of": "앞에",
    "behind": "뒤에",
    "near": "근처에",
    "across from": "맞은편에",
}
SOUGHT = "bathroom airport swimming_pool beach room subway_station".split()

WHERE_IS = inquiry("where is {it}", "{it:은} 어디에 {있다}")
IS_THERE_NEAR = inquiry("is there {site:a} near here", "이 근처에 {site:이} {있다}")
SITE_IS = Template("the {site} is {next} the {other}", "{site:은} {other} {next} {있다}")
IS_SITE = inquiry("is the {site} {next} the {other}", "{site:은} {other} {next} {있다}")
THERE_IS_SITE = Template("there is {site:a} {next} the {other}", "{other} {next} {site:이} {있다}")
NEIGHBOURS = [(0.75, SITE_IS), (0.88, IS_SITE), (1.0, THERE_IS_SITE)]


def whereabouts(d: Draw) -> Sentence:
    """Where is the station? The bank is next to the hotel. Is there a pharmacy near here?"""
    site = lx.NOUNS[d.pick(SITES)]
    roll = d.roll()
    if roll < 0.3:
        return WHERE_IS.fill(d, it=sought(d))
    if roll < 0.45:
        return IS_THERE_NEAR.fill(d, site=site)

    other = lx.NOUNS[d.pick([key for key in SITES if lx.NOUNS[key] != site])]
    next_to = d.pick(NEXT_TO)
    return by_share(roll, NEIGHBOURS).fill(d, site=site, next=next_to, other=other)


def sought(d: Draw) -> Pair:
    """Returns what one looks for: a site, or a small thing, which may be one's own."""
    key = d.pick([*SITES, *SMALL, *SOUGHT])
    noun = lx.NOUNS[key]
    the_noun = (f"the {noun.english}", noun.korean)
    if key not in SMALL and key != "room":
        return the_noun
    return d.pick([(f"my {noun.english}", d.own("내 " + noun.korean)), the_noun])


PRESENCES = {
    "at home": "집",
    "at school": "학교",
    "in the kitchen": "부엌",
    "in the garden": "정원",
    "at the library": "도서관",
    "in the hospital": "병원",
    "at the station": "역",
    "at the office": "사무실",
    "in the classroom": "교실",
    "in the park": "공원",
    "here": "여기",
    "there": "거기",
    "in Seoul": "서울",
    "in Busan": "부산",
    "at the airport": "공항",
    "at the bank": "은행",
    "in the living room": "거실",
    "at church": "교회",
    "at the market": "시장",
    "in Japan": "일본",
    "in America": "미국",
}
TIMES_PAST = {"yesterday": "어제", "last night": "어젯밤에", "this morning": "오늘 아침에"}
TIMES_NOW = {"now": "지금", "": ""}

# By whether it is asked, and whether it is past.
PRESENCE = {
    (False, False): Template("{s} {be} {denied} {where} {time}", "{s:은} {time} {where}에 {there}"),
    (False, True): Template(
        "{s} {was} {denied} {where} {time}", "{s:은} {time} {where}에 {there:past}"
    ),
    (True, False): question("{be} {s} {where} {time}", "{s:은} {time} {where}에 {there}"),
    (True, True): question("{was} {s} {where} {time}", "{s:은} {time} {where}에 {there:past}"),
}


def presence(d: Draw) -> Sentence:
    """My mother is at home. Is Minjun at school? She was not in the kitchen yesterday."""
    where = d.pick(PRESENCES)
    asks = d.chance(0.3)
    past = d.chance(0.3)
    s = asked(d) if asks else anybody(d)
    negated = not asks and d.chance(0.25)
    time = d.pick(TIMES_PAST if past else TIMES_NOW)

    there = ko.verb("있다")
    if negated:
        there = ko.Verb("안 계시", "honorific") if s.honor else ko.verb("없다")
    denied = ("not" if negated else "", "")
    return PRESENCE[asks, past].fill(
        d, s=s, denied=denied, where=where, time=time, there=("", there)
    )


WAYS = {
    "by bus": "버스로",
    "on foot": "걸어서",
    "by taxi": "택시로",
    "by car": "자동차로",
    "by subway": "지하철로",
}

HOW_LONG = inquiry(
    "how long does it take from the {site} to the {other}",
    "{site}에서 {other}까지 얼마나 {걸리다}",
)
IS_FAR = Template("the {other} is far from the {site}", "{other:은} {site}에서 {멀다}")
IS_CLOSE = Template("the {other} is close to the {site}", "{other:은} {site}에서 {가깝다}")
IT_TAKES = Template(
    "it takes {minutes} minutes from the {site} to the {other} {way}",
    "{site}에서 {other}까지 {way} {minutes:sino} 분 {걸리다}",
)


def distance(d: Draw) -> Sentence:
    """It takes ten minutes from the station to the hotel by bus. The bank is far from the park."""
    site, other = d.rng.sample(SITES, 2)
    slots = {"site": lx.NOUNS[site], "other": lx.NOUNS[other]}
    way = d.pick(WAYS)
    minutes = d.pick([5, 10, 15, 20, 30, 40])

    roll = d.roll()
    if roll < 0.25:
        return HOW_LONG.fill(d, **slots)
    if roll < 0.5:
        return (IS_FAR if d.chance(0.5) else IS_CLOSE).fill(d, **slots)
    return IT_TAKES.fill(d, **slots, way=way, minutes=minutes)
