"""Patterns of how many, how much, when and how long."""

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
    gender,
    join,
    respectful,
)
from identity import THINGS


def counter(noun: lx.Noun) -> str:
    """Returns the counter of a noun."""
    return lx.COUNTERS.get(noun.english) or lx.COUNTERS.get(noun.category, "개")


def having(d: Draw) -> Sentence:
    """I have three books. Do you have a pen? She does not have a car. How many ... do you have?"""
    key = d.pick(
        [
            k
            for k in THINGS
            if lx.NOUNS[k].category not in ("nature",)
            and k
            not in (
                "ship",
                "airplane",
                "train",
                "lion",
                "tiger",
                "bear",
                "elephant",
                "mouse",
                "passport",
                "monkey",
                "bus",
                "subway",
                "taxi",
                "butterfly",
                "frog",
                "story",
                "poem",
                "report",
                "email",
            )
        ]
    )
    noun = lx.NOUNS[key]
    d.tags.add(f"have {key}")
    family = d.chance(0.25)
    english, korean, unit = noun.english, noun.korean, counter(noun)
    if family:
        english, korean = d.pick(lx.FAMILY_NOUNS)
        unit = "명"
    roll = d.rng.random()
    s = anybody(d)
    have = "have" if s.person in "1p" else "has"
    if (korean in ("형", "누나") and gender(s) == "f") or (
        korean in ("치마", "원피스") and gender(s) == "m"
    ):
        return having(d)
    named_thing = ko.subject(korean)

    def owning(count: str = "", *, negated: bool = False, honor: bool = s.honor) -> str:
        stem = join(named_thing, count, "없" if negated else "있")
        v = ko.Verb(stem + "으시", "honorific") if honor else ko.Verb(stem)
        return ko.present(v, polite=d.polite)

    if roll < 0.4:
        number = d.rng.randint(2, 4 if family else 6)
        count = f"{ko.native_number(number)} {unit}"
        return Sentence(
            f"{s.english} {have} {lx.number_word(number)} {lx.plural(english)}",
            f"{about(s)} {owning(count)}",
        )
    if roll < 0.52:
        return Sentence(f"{s.english} {have} {article(english)}", f"{about(s)} {owning()}")
    if roll < 0.65:
        do = "does" if have == "has" else "do"
        return Sentence(
            f"{s.english} {do} not have {article(english)}", f"{about(s)} {owning(negated=True)}"
        )
    s = asked(d)
    if korean in ("형", "누나") and gender(s) == "f":
        return having(d)
    do = "does" if s.person == "3" else "do"
    if roll < 0.85:
        return Sentence(
            f"{do} {s.english} have {article(english)}",
            join(about(s), owning(honor=s.honor)),
            "question",
        )
    return Sentence(
        f"how many {lx.plural(english)} {do} {s.english} have",
        join(about(s), owning(f"몇 {unit}", honor=s.honor)),
        "question",
    )


CONTAINERS = {"a cup of coffee": "커피 한 잔", "two cups of coffee": "커피 두 잔", "a cup of tea": "차 한 잔",
              "a glass of water": "물 한 잔", "a glass of milk": "우유 한 잔", "a glass of juice": "주스 한 잔",
              "a bottle of water": "물 한 병", "two bottles of beer": "맥주 두 병", "a bottle of wine": "와인 한 병",
              "a bowl of rice": "밥 한 그릇", "two bowls of ramen": "라면 두 그릇", "a bowl of soup": "국 한 그릇",
              "a piece of cake": "케이크 한 조각", "two pieces of pizza": "피자 두 조각",
              "a bowl of bibimbap": "비빔밥 한 그릇"}  # fmt: skip


def amount(d: Draw) -> Sentence:
    """I bought five apples. Three apples, please. I drank two cups of coffee."""
    s = anybody(d)
    time = d.pick(["yesterday", "this morning", "last night", ""])
    korean_time = lx.PAST_TIMES.get(time, "")
    roll = d.rng.random()
    if roll < 0.3:
        english, korean = d.pick(CONTAINERS)
        drinks = korean.split()[0] in ("커피", "차", "물", "우유", "주스", "맥주", "와인")
        v = respectful(ko.verb(f"{ko.object_(korean)} {'마시다' if drinks else '먹다'}"), s.honor)
        return Sentence(
            join(s.english, "drank" if drinks else "ate", english, time),
            join(about(s), korean_time, ko.past(v, polite=d.polite)),
        )
    if d.polite and roll < 0.6:
        number = d.rng.randint(1, 9)
        key = d.pick(
            (
                "coffee tea ticket apple milk juice banana hamburger sandwich orange cola peach pen notebook cake rose"
            ).split()
        )
        noun = lx.NOUNS[key]
        words = (
            f"{lx.number_word(number)} {lx.plural(noun.english) if number > 1 else noun.english}"
        )
        return Sentence(
            f"{words}, please",
            f"{noun.korean} {ko.native_number(number)} {counter(noun)} 주세요",
            "ready",
        )
    key = d.pick(
        (
            "apple banana orange peach pear tomato egg potato carrot book notebook pencil pen ticket hat bag "
            "cookie mango sandwich hamburger watermelon umbrella cup plate rose flower"
        ).split()
    )
    noun = lx.NOUNS[key]
    number = d.rng.randint(2, 12)
    base = d.pick(
        ["bought", "ate"]
        if noun.category in ("fruit", "snack") and number < 5
        else ["bought", "need"]
    )
    count = f"{ko.native_number(number)} {counter(noun)}"
    if base == "need":
        needs = "need" if s.person in "1p" else "needs"
        v = respectful(
            ko.verb(f"{ko.subject(noun.korean)} {count} 필요하다", descriptive=True), s.honor
        )
        return Sentence(
            f"{s.english} {needs} {lx.number_word(number)} {lx.plural(noun.english)}",
            f"{about(s)} {ko.present(v, polite=d.polite)}",
        )
    v = respectful(
        ko.verb(f"{ko.object_(noun.korean)} {count} {'사다' if base == 'bought' else '먹다'}"),
        s.honor,
    )
    return Sentence(
        join(s.english, base, lx.number_word(number), lx.plural(noun.english), time),
        join(about(s), korean_time, ko.past(v, polite=d.polite)),
    )


def clock(d: Draw, hours: tuple[int, int] = (1, 12)) -> tuple[str, str]:
    """Returns a clock time between two hours: ("three forty", "세 시 사십 분")."""
    hour, minute = d.rng.randint(*hours), d.pick([0, 0, 0, 10, 15, 20, 30, 30, 40, 45, 50, 5])
    korean = f"{ko.native_number(hour)} 시"
    if minute == 0:
        return f"{lx.number_word(hour)} o'clock", korean
    if minute == 5:
        return f"{lx.number_word(hour)} oh five", f"{korean} 오 분"
    return f"{lx.number_word(hour)} {lx.number_word(minute)}", korean + (
        " 반" if minute == 30 else f" {ko.sino_number(minute)} 분"
    )


EVENTS = {"the meeting": "회의", "the movie": "영화", "the class": "수업", "the concert": "콘서트", "the party": "파티",
          "the test": "시험", "the game": "경기", "the bank": "은행", "the store": "가게", "school": "학교",
          "the library": "도서관", "the museum": "박물관"}  # fmt: skip


ROUTINE = {"get up": ("got up", "일어나다"), "go to bed": ("went to bed", "잠자리에 들다"),
           "eat breakfast": ("ate breakfast", "아침을 먹다"), "have lunch": ("had lunch", "점심을 먹다"),
           "come home": ("came home", "집에 오다"), "go to work": ("went to work", "출근하다"),
           "eat dinner": ("ate dinner", "저녁을 먹다"), "leave home": ("left home", "집에서 나가다"),
           "finish work": ("finished work", "일을 끝내다")}  # fmt: skip


ROUTINE_HOURS = {
    "get up": (5, 9),
    "go to bed": (9, 12),
    "eat breakfast": (6, 9),
    "have lunch": (11, 12),
    "come home": (4, 9),
    "go to work": (7, 9),
    "eat dinner": (5, 8),
    "leave home": (6, 9),
    "finish work": (4, 8),
}


def clock_time(d: Draw) -> Sentence:
    """It is three o'clock. The meeting starts at two thirty. I get up at seven o'clock."""
    english, korean = clock(d)
    roll = d.rng.random()
    if roll < 0.2:
        return Sentence(f"it is {english}", ko.is_(korean, polite=d.polite))
    if roll < 0.45:
        event, korean_event = d.pick(EVENTS)
        opens = korean_event in ("은행", "가게", "도서관", "박물관")
        verb, v = d.pick(
            [("opens", "문을 열다"), ("closes", "문을 닫다")]
            if opens
            else [("starts", "시작하다"), ("ends", "끝나다")]
        )
        english, korean = clock(d, {"opens": (8, 11), "closes": (4, 9)}.get(verb, (1, 11)))
        return Sentence(
            f"{event} {verb} at {english}",
            f"{ko.topic(korean_event)} {korean}에 {ko.present(ko.verb(v), polite=d.polite)}",
        )
    if roll < 0.55:
        event, korean_event = d.pick(EVENTS)
        opens = korean_event in ("은행", "가게", "도서관", "박물관")
        verb, v = d.pick(
            [("open", "문을 열다"), ("close", "문을 닫다")]
            if opens
            else [("start", "시작하다"), ("end", "끝나다")]
        )
        return Sentence(
            f"what time does {event} {verb}",
            f"{ko.topic(korean_event)} 몇 시에 {ko.present(ko.verb(v), polite=d.polite)}",
            "inquiry",
        )
    s = anybody(d)
    base, (past, dictionary) = d.pick(ROUTINE)
    english, korean = clock(d, ROUTINE_HOURS[base])
    v = respectful(ko.verb(dictionary), s.honor)
    if roll < 0.63:
        s = asked(d)
        v = respectful(ko.verb(dictionary), s.honor)
        do = "does" if s.person == "3" else "do"
        return Sentence(
            f"what time {do} {s.english} {base}",
            join(about(s), "몇 시에", ko.present(v, polite=d.polite)),
            "question",
        )
    if roll < 0.8:
        day = d.pick({"yesterday": "어제", "today": "오늘", "": ""})
        return Sentence(
            join(s.english, past, "at", english, day[0]),
            join(about(s), day[1], korean + "에", ko.past(v, polite=d.polite)),
        )
    first, _, rest = base.partition(" ")
    third_verb = {
        "get": "gets",
        "go": "goes",
        "eat": "eats",
        "have": "has",
        "come": "comes",
        "leave": "leaves",
        "finish": "finishes",
    }[first]
    base = f"{third_verb} {rest}" if s.person == "3" else base
    return Sentence(
        f"{s.english} {base} at {english}",
        f"{about(s)} {korean}에 {ko.present(v, polite=d.polite)}",
    )


def calendar(d: Draw) -> Sentence:
    """Today is Monday. My birthday is March third. The test is on Friday."""
    day, korean_day = d.pick(lx.DAYS)
    month, korean_month = d.pick(lx.MONTHS)
    number = d.rng.randint(1, 30)
    date, korean_date = (
        f"{month} {lx.ordinal(number)}",
        f"{korean_month} {ko.sino_number(number)}일",
    )
    roll = d.rng.random()
    if roll < 0.12:
        return Sentence(f"today is {day}", f"오늘은 {ko.is_(korean_day, polite=d.polite)}")
    if roll < 0.2:
        return Sentence(
            f"{d.pick(['tomorrow is'])} {day}", f"내일은 {ko.is_(korean_day, polite=d.polite)}"
        )
    if roll < 0.26:
        return Sentence(f"yesterday was {day}", f"어제는 {ko.was(korean_day, polite=d.polite)}")
    if roll < 0.4:
        return Sentence(f"today is {date}", f"오늘은 {ko.is_(korean_date, polite=d.polite)}")
    event, korean = d.pick(
        {
            "the test": "시험",
            "the meeting": "회의",
            "the party": "파티",
            "the concert": "콘서트",
            "the trip": "여행",
            "my appointment": d.own("내 예약"),
        }
    )
    if roll < 0.55:
        return Sentence(
            f"{event} is on {day}", f"{ko.topic(korean)} {ko.is_(korean_day, polite=d.polite)}"
        )
    if roll < 0.6:
        return Sentence(
            f"when is {event}",
            f"{ko.topic(korean)} {'언제예요' if d.polite else '언제야'}",
            "inquiry",
        )
    if roll < 0.7:
        return Sentence(
            f"{event} is on {date}", f"{ko.topic(korean)} {ko.is_(korean_date, polite=d.polite)}"
        )
    s = anybody(d)
    if s.person == "p" or s.english.startswith(("the ", "that ", "this ")) or s.honor:
        return Sentence(
            f"my birthday is {date}", f"{d.own('내 생일은')} {ko.is_(korean_date, polite=d.polite)}"
        )
    owner = s.possessive if s.english in ("I", "he", "she") else f"{s.english}'s"
    korean_owner = {"I": d.own("내")}.get(s.english, s.korean + "의")
    if d.chance(0.15):
        return Sentence(
            f"when is {owner} birthday",
            f"{korean_owner} 생일은 {'언제예요' if d.polite else '언제야'}",
            "question",
        )
    return Sentence(
        f"{owner} birthday is {date}",
        f"{korean_owner} 생일은 {ko.is_(korean_date, polite=d.polite)}",
    )


CHEAP = (
    "umbrella pen notebook bag wallet cup plate doll ball towel candle basket card dictionary toy vase pillow book "
    "novel magazine mirror"
).split()


def price(d: Draw) -> Sentence:
    """This hat is ten thousand won. How much is this bag?"""
    noun = lx.NOUNS[
        d.pick(
            [
                k
                for k in THINGS
                if lx.NOUNS[k].category in ("thing", "clothes", "headwear", "fruit", "snack")
                or k in ("book", "novel", "magazine", "newspaper")
            ]
        )
    ]
    which = d.pick([("this", "이"), ("that", "그")])
    if d.chance(0.35):
        ask = "얼마예요" if d.polite else "얼마야"
        return Sentence(
            f"how much is {which[0]} {noun.english}",
            f"{which[1]} {ko.topic(noun.korean)} {ask}",
            "inquiry",
        )
    if noun.english not in CHEAP and noun.category not in ("fruit", "snack", "clothes", "headwear"):
        return price(d)
    number = (
        d.pick([500, 1000, 1500, 2000, 3000])
        if noun.category in ("fruit", "snack")
        else d.pick([5000, 10000, 12000, 15000, 20000, 25000, 30000, 40000])
    )
    negated = d.chance(0.1)
    korean = ko.sino_number(number) + " 원"
    end = ko.is_not(korean, polite=d.polite) if negated else ko.is_(korean, polite=d.polite)
    return Sentence(
        f"{which[0]} {noun.english} is {'not ' if negated else ''}{lx.number_word(number)} won",
        f"{which[1]} {ko.topic(noun.korean)} {end}",
    )


def duration(d: Draw) -> Sentence:
    """I slept for eight hours. She has lived here for two years."""
    unit, korean_unit, native = d.pick(
        [
            ("hour", "시간", True),
            ("hour", "시간", True),
            ("minute", "분", False),
            ("day", "일", False),
            ("month", "달", True),
            ("year", "년", False),
        ]
    )
    number = {
        "hour": d.rng.randint(2, 9),
        "minute": d.pick([10, 20, 30, 40, 50]),
        "day": d.rng.randint(3, 10),
        "month": d.rng.randint(2, 9),
        "year": d.rng.randint(2, 10),
    }[unit]
    span = f"{lx.number_word(number)} {unit}s"
    korean = f"{(ko.native_number if native else ko.sino_number)(number)} {korean_unit} 동안"
    deeds = {"study Korean": ("studied Korean", "한국어를 공부하다"),
             "study English": ("studied English", "영어를 공부하다"), "work": ("worked", "일하다"),
             "rest": ("rested", "쉬다"), "wait": ("waited", "기다리다"),
             "practice the piano": ("practiced the piano", "피아노를 연습하다"),
             "travel": ("traveled", "여행하다")}  # fmt: skip
    if unit in ("hour", "minute"):
        deeds |= {"sleep": ("slept", "자다"), "read a book": ("read a book", "책을 읽다"), "run": ("ran", "달리다"),
                  "swim": ("swam", "수영하다"), "walk": ("walked", "걷다"), "talk": ("talked", "이야기하다"),
                  "watch television": ("watched television", "텔레비전을 보다")}  # fmt: skip
        deeds.pop("travel")
    else:
        deeds |= {
            "live in Seoul": ("lived in Seoul", "서울에 살다"),
            "live in Japan": ("lived in Japan", "일본에 살다"),
            "teach English": ("taught English", "영어를 가르치다"),
        }
        deeds.pop("wait")
        deeds.pop("rest")
        if unit == "year":
            deeds.pop("travel")
    base, (past, dictionary) = d.pick(deeds)
    s = anybody(d)
    v = respectful(ko.verb(dictionary), s.honor)
    if d.chance(0.3):
        return Sentence(
            f"{s.english} will {base} for {span}",
            f"{about(s)} {korean} {ko.future(v, polite=d.polite)}",
        )
    return Sentence(
        f"{s.english} {past} for {span}", f"{about(s)} {korean} {ko.past(v, polite=d.polite)}"
    )


# pattern, share of the corpus
MEASURE_PATTERNS = [
    (having, 3.2),
    (amount, 2.4),
    (clock_time, 2.6),
    (calendar, 2.0),
    (price, 1.5),
    (duration, 1.6),
]
