"""Patterns of time: the clock, the calendar, how long."""

from __future__ import annotations

import korean as ko
import lexicon as lx
from draw import Draw, Pair, Sentence, by_share
from english import third_person
from numerals import english_number, english_ordinal, native_number, sino_number
from people import agree, anybody, asked, me, owner
from template import Template, inquiry, question

MINUTES = [0, 0, 0, 10, 15, 20, 30, 30, 40, 45, 50, 5]

EVENTS = {
    "the meeting": "회의",
    "the movie": "영화",
    "the class": "수업",
    "the concert": "콘서트",
    "the party": "파티",
    "the test": "시험",
    "the game": "경기",
    "the bank": "은행",
    "the store": "가게",
    "school": "학교",
    "the library": "도서관",
    "the museum": "박물관",
}
# What opens and closes; the others start and end.
HOUSES = ("the bank", "the store", "the library", "the museum")

# English: its past, Korean, and the hours when one does it.
ROUTINE = {
    "get up": ("got up", "일어나다", (5, 9)),
    "go to bed": ("went to bed", "잠자리에 들다", (9, 12)),
    "eat breakfast": ("ate breakfast", "아침을 먹다", (6, 9)),
    "have lunch": ("had lunch", "점심을 먹다", (11, 12)),
    "come home": ("came home", "집에 오다", (4, 9)),
    "go to work": ("went to work", "출근하다", (7, 9)),
    "eat dinner": ("ate dinner", "저녁을 먹다", (5, 8)),
    "leave home": ("left home", "집에서 나가다", (6, 9)),
    "finish work": ("finished work", "일을 끝내다", (4, 8)),
}

EVENT_VERBS = [("start", "시작하다"), ("end", "끝나다")]
HOUSE_VERBS = [("open", "문을 열다"), ("close", "문을 닫다")]
EVENT_HOURS = {"open": (8, 11), "close": (4, 9), "start": (1, 11), "end": (1, 11)}

IT_IS = Template("it is {time}", "{time:이다}")
STARTS_AT = Template("{event} {verb} at {time}", "{event:은} {time}에 {verb}")
WHEN_STARTS = inquiry("what time does {event} {verb}", "{event:은} 몇 시에 {verb}")
WHEN_DO_YOU = question("what time {do} {s} {deed}", "{s:은} 몇 시에 {deed}")
DID_AT = Template("{s} {deed} at {time} {day}", "{s:은} {day} {time}에 {deed:past}")
DOES_AT = Template("{s} {deed} at {time}", "{s:은} {time}에 {deed}")


def clock(d: Draw, hours: tuple[int, int] = (1, 12)) -> Pair:
    """Returns a clock time between two hours: ("three forty", "세 시 사십 분")."""
    hour = d.number(*hours)
    minute = d.pick(MINUTES)
    english = english_number(hour)
    korean = f"{native_number(hour)} 시"
    if minute == 0:
        return f"{english} o'clock", korean
    if minute == 5:
        return f"{english} oh five", f"{korean} 오 분"

    minutes = "반" if minute == 30 else f"{sino_number(minute)} 분"
    return f"{english} {english_number(minute)}", f"{korean} {minutes}"


def clock_time(d: Draw) -> Sentence:
    """It is three o'clock. The meeting starts at two thirty. I get up at seven o'clock."""
    time = clock(d)
    roll = d.roll()
    if roll < 0.2:
        return IT_IS.fill(d, time=time)
    if roll < 0.55:
        return event_time(d, STARTS_AT if roll < 0.45 else WHEN_STARTS)
    return routine_time(d, roll)


def event_time(d: Draw, template: Template) -> Sentence:
    """The meeting starts at two thirty. What time does the bank open?"""
    event = d.pick(EVENTS)
    english, korean = d.pick(HOUSE_VERBS if event[0] in HOUSES else EVENT_VERBS)
    verb = ko.verb(korean)
    if template is WHEN_STARTS:
        return WHEN_STARTS.fill(d, event=event, verb=(english, verb))

    time = clock(d, EVENT_HOURS[english])
    return STARTS_AT.fill(d, event=event, verb=(third_person(english), verb), time=time)


def routine_time(d: Draw, roll: float) -> Sentence:
    """I get up at seven o'clock. What time do you get up? She got up at eight thirty yesterday."""
    s = anybody(d)
    base, (past, korean, hours) = d.pick(ROUTINE)
    time = clock(d, hours)
    verb = ko.verb(korean)
    if roll < 0.63:
        return WHEN_DO_YOU.fill(d, s=asked(d), deed=(base, verb))
    if roll < 0.8:
        day = d.pick({"yesterday": "어제", "today": "오늘", "": ""})
        return DID_AT.fill(d, s=s, deed=(past, verb), time=time, day=day)
    return DOES_AT.fill(d, s=s, deed=(agree(base, s), verb), time=time)


TODAY_IS = Template("today is {day}", "오늘은 {day:이다}")
TOMORROW_IS = Template("tomorrow is {day}", "내일은 {day:이다}")
YESTERDAY_WAS = Template("yesterday was {day}", "어제는 {day:이었다}")
TODAY_IS_DATE = Template("today is {date}", "오늘은 {date:이다}")
DAYS = [(0.12, TODAY_IS), (0.2, TOMORROW_IS), (0.26, YESTERDAY_WAS), (0.4, TODAY_IS_DATE)]

IS_ON_DAY = Template("{event} is on {day}", "{event:은} {day:이다}")
WHEN_IS = inquiry("when is {event}", "{event:은} {언제:이다}")
IS_ON_DATE = Template("{event} is on {date}", "{event:은} {date:이다}")
APPOINTMENTS = [(0.55, IS_ON_DAY), (0.6, WHEN_IS), (0.7, IS_ON_DATE)]

BIRTHDAY = Template("{owner} birthday is {date}", "{owner} 생일은 {date:이다}")
WHEN_IS_BIRTHDAY = question("when is {owner} birthday", "{owner} 생일은 {언제:이다}")


def calendar(d: Draw) -> Sentence:
    """Today is Monday. My birthday is March third. The test is on Friday."""
    day = d.pick(lx.DAYS)
    month, korean_month = d.pick(lx.MONTHS)
    number = d.number(1, 30)
    date = (f"{month} {english_ordinal(number)}", f"{korean_month} {sino_number(number)}일")

    roll = d.roll()
    if roll < 0.4:
        template = by_share(roll, DAYS)
        if template is TOMORROW_IS:
            d.pick([TOMORROW_IS])  # a choice among one still uses up a random bit
        return template.fill(d, day=day, date=date)

    event = d.pick(events(d))
    if roll < 0.7:
        return by_share(roll, APPOINTMENTS).fill(d, event=event, day=day, date=date)
    return birthday(d, date)


def events(d: Draw) -> dict[str, str]:
    """Returns what has a date."""
    return {
        "the test": "시험",
        "the meeting": "회의",
        "the party": "파티",
        "the concert": "콘서트",
        "the trip": "여행",
        "my appointment": d.own("내 예약"),
    }


def birthday(d: Draw, date: Pair) -> Sentence:
    """My birthday is March third. When is his birthday?"""
    s = anybody(d)
    if s.person == "p" or s.english.startswith(("the ", "that ")) or s.honor:
        return BIRTHDAY.fill(d, owner=owner(d, me(d)), date=date)
    template = WHEN_IS_BIRTHDAY if d.chance(0.15) else BIRTHDAY
    return template.fill(d, owner=owner(d, s), date=date)


# Unit, its Korean, and how Korean counts it.
UNITS = [
    ("hour", "시간", native_number),
    ("hour", "시간", native_number),
    ("minute", "분", sino_number),
    ("day", "일", sino_number),
    ("month", "달", native_number),
    ("year", "년", sino_number),
]
LENGTHS = {
    "hour": range(2, 10),
    "minute": range(10, 60, 10),
    "day": range(3, 11),
    "month": range(2, 10),
    "year": range(2, 11),
}

# What one does for some time: English, its past, Korean.
STUDIES = {
    "study Korean": ("studied Korean", "한국어를 공부하다"),
    "study English": ("studied English", "영어를 공부하다"),
    "work": ("worked", "일하다"),
}
PRACTICE = {"practice the piano": ("practiced the piano", "피아노를 연습하다")}
FOR_HOURS = {
    **STUDIES,
    "rest": ("rested", "쉬다"),
    "wait": ("waited", "기다리다"),
    **PRACTICE,
    "sleep": ("slept", "자다"),
    "read a book": ("read a book", "책을 읽다"),
    "run": ("ran", "달리다"),
    "swim": ("swam", "수영하다"),
    "walk": ("walked", "걷다"),
    "talk": ("talked", "이야기하다"),
    "watch television": ("watched television", "텔레비전을 보다"),
}
RESIDENCE = {
    "live in Seoul": ("lived in Seoul", "서울에 살다"),
    "live in Japan": ("lived in Japan", "일본에 살다"),
    "teach English": ("taught English", "영어를 가르치다"),
}
FOR_DAYS = {**STUDIES, **PRACTICE, "travel": ("traveled", "여행하다"), **RESIDENCE}
FOR_YEARS = {**STUDIES, **PRACTICE, **RESIDENCE}
LASTING = {
    "hour": FOR_HOURS,
    "minute": FOR_HOURS,
    "day": FOR_DAYS,
    "month": FOR_DAYS,
    "year": FOR_YEARS,
}

DID_FOR = Template("{s} {deed} for {span}", "{s:은} {span} 동안 {deed:past}")
WILL_DO_FOR = Template("{s} will {deed} for {span}", "{s:은} {span} 동안 {deed:future}")


def duration(d: Draw) -> Sentence:
    """I slept for eight hours. She lived in Seoul for two years. He will work for ten days."""
    unit, korean_unit, count = d.pick(UNITS)
    # A length of every unit is drawn and one is used: fewer draws would change every sentence after
    # this one.
    lengths = {name: d.pick(options) for name, options in LENGTHS.items()}
    number = lengths[unit]
    span = (f"{english_number(number)} {unit}s", f"{count(number)} {korean_unit}")

    base, (past, korean) = d.pick(LASTING[unit])
    s = anybody(d)
    verb = ko.verb(korean)
    if d.chance(0.3):
        return WILL_DO_FOR.fill(d, s=s, deed=(base, verb), span=span)
    return DID_FOR.fill(d, s=s, deed=(past, verb), span=span)
