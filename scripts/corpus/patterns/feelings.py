"""Patterns of people: how they feel, what they are like, what they like best, what hurts."""

from __future__ import annotations

import korean as ko
import lexicon as lx
from draw import NOTHING, Draw, Pair, Sentence, join, redrawn
from people import Subject, anybody, asked, he_or_she, me, named, one_of, owner, relative, you
from template import Template, question

# What Korean only says of oneself, or asks the listener.
INWARD = ("nervous", "worried", "cold", "hot")
# What one can be for weeks.
LASTING = ("busy", "tired", "happy", "sad", "lonely", "worried", "bored", "nervous")
# What nobody asks the reason of.
NEVER_WHY = ("okay", "free", "full")

DEGREES = [("very", "아주"), ("really", "정말"), ("so", "너무"), *[NOTHING] * 5]
PAST_TIMES = {"yesterday": "어제", "this morning": "오늘 아침에", "last night": "어젯밤에"}

# By tense, and by what is done with the feeling. `head` is the Korean noun that some qualities need
# before them (키가 크다, "to be tall": the height is big).
FEELINGS = {
    ("present", "asked"): question(
        "{why} {be} {s} {feeling} {time}", "{s:은} {time} {why} {head} {feeling}"
    ),
    ("present", "denied"): Template(
        "{s} {be} not {feeling} {time}", "{s:은} {time} {head} {feeling:not}"
    ),
    ("present", "said"): Template(
        "{s} {be} {degree} {feeling} {time}", "{s:은} {time} {head} {degree} {feeling}"
    ),
    ("past", "asked"): question(
        "{why} {was} {s} {feeling} {time}", "{s:은} {time} {why} {head} {feeling:past}"
    ),
    ("past", "denied"): Template(
        "{s} {was} not {feeling} {time}", "{s:은} {time} {head} {feeling:not past}"
    ),
    ("past", "said"): Template(
        "{s} {was} {degree} {feeling} {time}", "{s:은} {time} {head} {degree} {feeling:past}"
    ),
}


@redrawn
def feeling(d: Draw) -> Sentence | None:
    """I am tired. Are you hungry? She was not happy yesterday. Why are you sad?"""
    asks = d.chance(0.3)
    s = asked(d) if asks else anybody(d)
    trait = d.chance(0.35) and s.person != "1"
    english = d.pick(lx.TRAITS if trait else lx.FEELINGS)
    if english in INWARD and s.person not in "12":
        return None

    tense, time = ("present", NOTHING) if trait else time_of_feeling(d, english)
    degree = NOTHING if asks else d.pick(DEGREES)
    if english == "okay":
        degree = NOTHING

    mood = "asked" if asks else "said"
    if not asks and not degree[0] and d.chance(0.25):
        mood = "denied"
    why = asks and d.chance(0.2) and not trait and english not in NEVER_WHY
    head, verb = split_head(lx.PERSON[english])
    return FEELINGS[tense, mood].fill(
        d,
        s=s,
        feeling=(english, ko.verb(verb, descriptive=True)),
        head=head,
        degree=degree,
        time=time,
        why=("why", "왜") if why else NOTHING,
    )


def time_of_feeling(d: Draw, english: str) -> tuple[str, Pair]:
    """Draws the tense of a feeling, and perhaps a time."""
    lasting = english in LASTING
    if d.chance(0.3):
        return "past", d.pick(PAST_TIMES | ({"last week": "지난주에"} if lasting else {}))
    if d.chance(0.3):
        times = {"today": "오늘", "now": "지금"}
        return "present", d.pick(times | ({"these days": "요즘"} if lasting else {}))
    return "present", NOTHING


def split_head(korean: str) -> tuple[str, str]:
    """Splits the subject off a quality that has one: 키가 크다 into 키가 and 크다."""
    head, _, last = korean.rpartition(" ")
    return (head, last) if head.endswith(("이", "가")) else ("", korean)


FAVORITES = {
    "food": ("음식", "dish"),
    "fruit": ("과일", "fruit"),
    "sport": ("운동", "sport"),
    "subject": ("과목", "study"),
    "animal": ("동물", "animal"),
    "drink": ("음료수", "drink"),
}
HOBBIES = {
    "swimming": "수영",
    "reading": "독서",
    "cooking": "요리",
    "hiking": "등산",
    "fishing": "낚시",
    "dancing": "춤",
    "travel": "여행",
    "photography": "사진 찍기",
    "soccer": "축구",
    "tennis": "테니스",
    "playing the piano": "피아노 치기",
    "watching movies": "영화 보기",
    "camping": "캠핑",
    "drawing": "그림 그리기",
    "listening to music": "음악 듣기",
    "baseball": "야구",
    "singing": "노래 부르기",
    "playing games": "게임 하기",
}

YOUR_HOBBY = question("what is your hobby", "네 취미는 {뭐:이다}")
HOBBY = Template("{owner} hobby is {hobby}", "{owner} 취미는 {hobby:이다}")
YOUR_FAVORITE = question("what is your favorite {topic}", "{likes_best} {topic:은} {뭐:이다}")
FAVORITE_SEASON = Template(
    "{owner} favorite season is {season}", "{likes_best} 계절은 {season:이다}"
)
FAVORITE = Template("{owner} favorite {topic} is {noun}", "{likes_best} {topic:은} {noun:이다}")
FAVORITE_ANIMAL = Template(FAVORITE.english.replace("{noun}", "the {noun}"), FAVORITE.korean)


@redrawn
def favorite(d: Draw) -> Sentence | None:
    """My favorite food is kimchi. What is your favorite sport? Her hobby is swimming."""
    s = one_of(d, me, me, he_or_she, named, relative)
    whose = owner(d, s)
    if s.person == "p":
        return None
    if d.chance(0.45):
        hobby = d.pick(HOBBIES)
        asks = d.chance(0.06) and not d.polite
        return YOUR_HOBBY.fill(d) if asks else HOBBY.fill(d, owner=whose, hobby=hobby)

    english, (korean, category) = d.pick(FAVORITES)
    topic = (english, korean)
    if d.chance(0.1):
        return YOUR_FAVORITE.fill(d, topic=topic, likes_best=likes_best(you(d)))
    if d.chance(0.25):
        season = d.pick(lx.SEASONS)
        return FAVORITE_SEASON.fill(d, owner=whose, likes_best=likes_best(s), season=season)

    nouns = [noun for noun in lx.NOUNS.values() if noun.category == category]
    noun = d.pick([noun for noun in nouns if noun.english != "bread"])
    if category == "fruit":
        return None
    template = FAVORITE_ANIMAL if category == "animal" else FAVORITE
    return template.fill(d, owner=whose, likes_best=likes_best(s), topic=topic, noun=noun)


def likes_best(s: Subject) -> str:
    """Returns "that somebody likes best", which Korean says before the noun: 내가 제일 좋아하는."""
    v = ko.respectful(ko.verb("제일 좋아하다"), s.honor)
    return join(s.doer, ko.modifier(v))


ILLNESSES = {
    "a cold": "감기에 걸렸다",
    "a fever": "열이 있다",
    "a cough": "기침을 하다",
    "a headache": "두통이 있다",
    "a toothache": "치통이 있다",
    "a stomachache": "배가 아프다",
}
PAINFUL_TIMES = [("today", "오늘"), ("now", "지금"), NOTHING, NOTHING]
PAST_PAINFUL_TIMES = [
    ("yesterday", "어제"),
    ("last night", "어젯밤에"),
    ("this morning", "오늘 아침에"),
]

ILL = Template("{s} {have} {illness}", "{s:은} {illness}")
DOES_IT_HURT = question("does your {part} hurt", "{you:은} {part:이} {hurts}")
HURTS = Template(
    "{owner} {part} hurts {degree} {time}", "{s:은} {time} {part:이} {degree} {아프다}"
)
HURT = Template(
    "{owner} {part} hurt {degree} {time}", "{s:은} {time} {part:이} {degree} {아프다:past}"
)


def health(d: Draw) -> Sentence:
    """My head hurts. Does your stomach hurt? My leg hurt yesterday. She has a cold."""
    part = d.pick(lx.BODY)
    s = one_of(d, me, me, he_or_she, relative, named)
    roll = d.roll()
    if s.honor or s.person == "p":
        s = me(d)
    if roll < 0.3:
        illness, korean = d.pick(ILLNESSES)
        return ILL.fill(d, s=s, illness=(illness, ko.verb(korean)))

    degree = d.pick([NOTHING, ("a lot", "많이"), ("a little", "조금")])
    if roll < 0.45:
        # 아프시다, not 편찮으시다: the part of the body is honoured, not the person.
        hurts = "아프세요" if d.polite else "아파"
        return DOES_IT_HURT.fill(d, you=("", you(d).korean), part=part, hurts=hurts)

    template = HURT if roll < 0.7 else HURTS
    time = d.pick(PAST_PAINFUL_TIMES if template is HURT else PAINFUL_TIMES)
    return template.fill(d, s=s, owner=owner(d, s), part=part, degree=degree, time=time)
