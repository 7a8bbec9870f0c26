"""Patterns of what somebody or something is like: feelings, qualities, weather, tastes, health."""

from __future__ import annotations

import korean as ko
import lexicon as lx
from clause import (
    SKIRTS,
    Draw,
    Sentence,
    about,
    anybody,
    article,
    asked,
    be,
    doer,
    gender,
    he_or_she,
    join,
    me,
    named,
    relative,
    respectful,
    you,
)

# what Korean only says of oneself, or asks the listener
INWARD = ("nervous", "worried", "cold", "hot")
LASTING = ("busy", "tired", "happy", "sad", "lonely", "worried", "bored", "nervous")


def feeling(d: Draw) -> Sentence:
    """I am tired. Are you hungry? She was not happy yesterday. Why are you sad?"""
    ask = d.chance(0.3)
    s = asked(d) if ask else anybody(d)
    trait = d.chance(0.35) and s.person != "1"
    english = d.pick(lx.TRAITS if trait else lx.FEELINGS)
    if english in INWARD and s.person not in "12":
        return feeling(d)
    v = respectful(ko.verb(lx.PERSON[english], descriptive=True), s.honor)
    past = not trait and d.chance(0.3)
    lasting = english in LASTING
    if past:
        times = {"yesterday": "어제", "this morning": "오늘 아침에", "last night": "어젯밤에"}
        time = d.pick(times | ({"last week": "지난주에"} if lasting else {}))
    elif not trait and d.chance(0.3):
        time = d.pick(
            {"today": "오늘", "now": "지금"} | ({"these days": "요즘"} if lasting else {})
        )
    else:
        time = ("", "")
    plain = english
    english = (
        d.pick(["very ", "really ", "so ", "", "", "", "", ""]) + english if not ask else english
    )
    if english.endswith(" okay"):
        english = "okay"
    degree = {"very": "아주", "really": "정말", "so": "너무"}.get(english.split()[0], "")
    verb = be(s, "past" if past else "present")
    negated = not ask and not degree and d.chance(0.25)
    if negated:
        v = respectful(ko.negative(ko.verb(lx.PERSON[plain], descriptive=True)), s.honor)
    end = (ko.past if past else ko.present)(v, polite=d.polite)
    head, _, last = end.rpartition(" ")
    if degree and head.endswith(("이", "가")):
        degree, end = "", f"{head} {degree} {last}"
    korean = join(about(s), time[1], degree, end)
    if ask:
        why = d.chance(0.2) and not trait and english not in ("okay", "free", "full")
        korean = join(about(s), time[1], "왜" if why else "", end)
        return Sentence(
            join("why" if why else "", verb, s.english, english, time[0]), korean, "question"
        )
    return Sentence(join(s.english, verb, "not" if negated else "", english, time[0]), korean)


PREDICATE_ADJECTIVES = [name for name in lx.ADJECTIVES if name not in ("new", "old", "tall")]


def described(d: Draw) -> tuple[str, str, ko.Verb, lx.Noun]:
    """Draws an adjective with a noun it fits: (English, comparative, Korean verb, noun)."""
    english = d.pick(PREDICATE_ADJECTIVES)
    adjective, comparative = lx.ADJECTIVES[english]
    key = d.pick(adjective.nouns)
    d.tags.add(f"{english} {key}")
    return english, comparative, ko.verb(adjective.korean, descriptive=True), lx.NOUNS[key]


def pointed(d: Draw, noun: lx.Noun) -> tuple[str, str, bool]:
    """Returns the, this, that, my + noun; True when the English is plural."""
    plural = noun.kind == "plural"
    options = [
        ("the", ""),
        ("these" if plural else "this", "이 "),
        ("those" if plural else "that", "그 "),
    ]
    if noun.category in ("thing", "clothes", "shoes", "headwear", "reading") or noun.english in (
        "house",
        "room",
        "car",
        "school",
        "dog",
        "cat",
    ):
        options.append(("my", d.own("내 ")))
        if not d.polite:
            options.append(("your", "네 "))
    if noun.category == "study":
        return noun.english, noun.korean, plural
    if noun.english in ("friend", "neighbor"):
        options = [("my", d.own("내 ")), *([] if d.polite else [("your", "네 ")])]
    if noun.english in ("weather", "sky", "sea", "sun", "moon", "wind"):
        options = options[:1]
    english, korean = d.pick(options)
    if noun.english in ("house", "school") and english in ("my", "your"):
        korean = d.own("우리 ") if english == "my" else "너희 "
    return f"{english} {noun.english}", korean + noun.korean, plural


def quality(d: Draw) -> Sentence:
    """This book is very interesting. Is the soup hot? The room is not big."""
    english, _, v, noun = described(d)
    who, korean, plural = pointed(d, noun)
    verb = "are" if plural else "is"
    roll = d.rng.random()
    if roll < 0.22:
        return Sentence(
            f"{verb} {who} {english}",
            f"{ko.topic(korean)} {ko.present(v, polite=d.polite)}",
            "question",
        )
    if roll < 0.4:
        return Sentence(
            f"{who} {verb} not {english}",
            f"{ko.topic(korean)} {ko.present(ko.negative(v), polite=d.polite)}",
        )
    if roll < 0.55:
        was = "were" if plural else "was"
        return Sentence(
            f"{who} {was} {english}", f"{ko.topic(korean)} {ko.past(v, polite=d.polite)}"
        )
    degree = d.pick(
        [
            ("very", "아주"),
            ("really", "정말"),
            ("too", "너무"),
            ("a little", "조금"),
            ("", ""),
            ("", ""),
        ]
    )
    whole = ("beautiful", "delicious", "pretty", "cute", "famous", "important", "good", "interesting", "safe", "clean",
             "kind")  # fmt: skip
    colour = english in ("red", "blue", "yellow", "white", "black")
    if colour or degree[0] in ("too", "a little") and english in whole:
        degree = ("", "")
    end = ko.present(v, polite=d.polite)
    return Sentence(join(who, verb, degree[0], english), join(ko.topic(korean), degree[1], end))


UNIQUE = ("sky", "moon", "sun", "sea", "wind", "star")
PLACE_NOUNS = ("river", "sea", "mountain", "lake", "forest", "place") + tuple(
    key
    for key, noun in lx.NOUNS.items()
    if noun.category == "building" and key not in ("house", "bridge", "door", "window")
)
PETS = ("dog", "cat", "rabbit", "bird", "horse", "cow", "pig", "duck")
SEEN = (
    "big small new old pretty cute beautiful red blue yellow white black strange dirty cheap expensive long tall"
).split()


def attributive(d: Draw) -> Sentence:
    """This is a big house. I bought a red hat. Do you have a cheap bag?"""
    adjectives = [name for name in lx.ADJECTIVES if name != "tall"]
    english = d.pick(adjectives)
    if english in ("new", "old"):
        key = d.pick(
            "bag coat car phone computer house book shoes hat camera bicycle desk clock chair dictionary".split()
        )
        which = "새" if english == "new" else "오래된"
    else:
        adjective, _ = lx.ADJECTIVES[english]
        key = d.pick(adjective.nouns)
        which = ko.modifier(ko.verb(adjective.korean, descriptive=True))
    noun = lx.NOUNS[key]
    d.tags.add(f"{english} {key}")
    phrase = f"{which} {noun.korean}"
    shown = (
        f"{english} {noun.english}"
        if noun.kind != "count"
        else article(f"{english} {noun.english}")
    )
    thing = noun.category in (
        "thing",
        "clothes",
        "shoes",
        "headwear",
        "reading",
        "snack",
        "fruit",
        "animal",
        "vehicle",
    )
    kind = d.rng.randrange(6)
    plural = noun.kind == "plural"
    if kind == 0 and noun.category == "job":
        return Sentence(
            f"this is {shown}",
            f"{'이분은' if d.polite else '이 사람은'} {ko.is_(phrase, polite=d.polite)}",
        )
    if kind == 0 and key in PLACE_NOUNS:
        return Sentence(f"this is {shown}", f"여기는 {ko.is_(phrase, polite=d.polite)}")
    if kind == 0 and noun.category not in ("talk", "study") and key not in UNIQUE:
        return Sentence(
            f"{'these are' if plural else 'this is'} {shown}",
            f"이것은 {ko.is_(phrase, polite=d.polite)}",
        )
    unloved = (
        "bad",
        "dirty",
        "boring",
        "noisy",
        "dangerous",
        "narrow",
        "dark",
        "slow",
        "difficult",
        "heavy",
        "expensive",
        "strange",
        "strong",
    )
    if kind == 1 and english not in unloved and noun.category != "study":
        many = (
            f"the {shown.split(' ', 1)[1]}"
            if key in ("sky", "moon", "sea")
            else shown
            if noun.kind != "count"
            else f"{english} {lx.plural(noun.english)}"
        )
        s = anybody(d)
        if key in SKIRTS and gender(s) == "m":
            return attributive(d)
        like = "like" if s.person in "1p" else "likes"
        v = respectful(ko.verb(f"{ko.object_(phrase)} 좋아하다"), s.honor)
        return Sentence(
            f"{s.english} {like} {many}", f"{about(s)} {ko.present(v, polite=d.polite)}"
        )
    if not thing:
        return attributive(d)
    s = anybody(d)
    if key in SKIRTS and gender(s) == "m":
        return attributive(d)
    v_table = {
        "buy": ("bought", "buying", "사다"),
        "have": ("had", "having", "있다"),
        "want": ("wanted", "", "갖고 싶다"),
        "see": ("saw", "", "보다"),
    }
    unsold = ("letter", "email", "report", "diary", "poem", "story", "passport", "suitcase key")
    if kind in (3, 4) and (
        noun.category in ("fruit", "snack") or (noun.category == "animal" and key not in PETS)
    ):
        return attributive(d)
    if kind in (0, 1) or (kind < 5 and english in unloved) or noun.english in unsold:
        return attributive(d)
    if kind == 2 and noun.category != "animal":
        v = respectful(ko.verb(f"{ko.object_(phrase)} {v_table['buy'][2]}"), s.honor)
        time = d.pick({"yesterday": "어제", "last week": "지난주에", "": ""})
        return Sentence(
            join(s.english, "bought", shown, time[0]),
            join(about(s), time[1], ko.past(v, polite=d.polite)),
        )
    if kind == 3:
        asks = you(d)
        end = (
            ko.Verb(f"{ko.subject(phrase)} 있으시", "honorific")
            if d.polite
            else ko.verb(f"{ko.subject(phrase)} 있다")
        )
        return Sentence(
            f"do you have {shown}", join(about(asks), ko.present(end, polite=d.polite)), "inquiry"
        )
    if kind == 4:
        end = (
            ko.Verb(f"{ko.subject(phrase)} 있으시", "honorific")
            if s.honor
            else ko.verb(f"{ko.subject(phrase)} 있다")
        )
        return Sentence(
            f"{s.english} {'have' if s.person in '1p' else 'has'} {shown}",
            f"{about(s)} {ko.present(end, polite=d.polite)}",
        )
    if english not in SEEN:
        return attributive(d)
    v = respectful(ko.verb(f"{ko.object_(phrase)} 보다"), s.honor)
    time = d.pick({"yesterday": "어제", "this morning": "오늘 아침에", "": ""})
    return Sentence(
        join(s.english, "saw", shown, time[0]), join(about(s), time[1], ko.past(v, polite=d.polite))
    )


WEATHER = {
    "cold": "춥다",
    "hot": "덥다",
    "warm": "따뜻하다",
    "cool": "시원하다",
    "cloudy": "흐리다",
    "sunny": "화창하다",
    "humid": "습하다",
}


WEATHER_TIMES = {"today": "오늘은", "here": "여기는", "outside": "밖은", "in Seoul": "서울은", "in Busan": "부산은",
                 "in winter": "겨울에는", "in summer": "여름에는", "in spring": "봄에는", "in fall": "가을에는",
                 "these days": "요즘은", "now": "지금은", "in Jeju": "제주는", "in the morning": "아침에는",
                 "in London": "런던은", "at night": "밤에는", "in the kitchen": "부엌은",
                 "in the classroom": "교실은"}  # fmt: skip


def weather(d: Draw) -> Sentence:
    """It is cold today. Will it rain tomorrow? It snowed last night."""
    english, korean = d.pick(WEATHER)
    v = ko.verb(korean, descriptive=True)
    roll = d.rng.random()
    if roll < 0.4:
        time = d.pick(WEATHER_TIMES)
        if english in ("cloudy", "sunny") and time[0] not in (
            "today",
            "here",
            "in Seoul",
            "in Busan",
            "now",
            "outside",
            "in Jeju",
            "in London",
            "in the morning",
        ):
            return weather(d)
        out = korean if time[0] not in ("in summer",) else korean
        if (time[0], english) in (
            ("in summer", "cold"),
            ("in winter", "hot"),
            ("in winter", "warm"),
        ) or out == "":
            return weather(d)
        degree = d.pick([("", ""), ("very", "아주"), ("not", "")])
        v = ko.negative(v) if degree[0] == "not" else v
        return Sentence(
            join("it is", degree[0], english, time[0]),
            join(time[1], degree[1], ko.present(v, polite=d.polite)),
        )
    if roll < 0.5:
        time = d.pick(
            {
                "yesterday": "어제는",
                "last week": "지난주는",
                "last night": "어젯밤은",
                "this morning": "오늘 아침은",
            }
        )
        return Sentence(f"it was {english} {time[0]}", f"{time[1]} {ko.past(v, polite=d.polite)}")
    if roll < 0.6:
        time = d.pick({"tomorrow": "내일은", "this weekend": "이번 주말은", "tonight": "오늘 밤은"})
        if d.chance(0.5):
            return Sentence(
                f"will it be {english} {time[0]}",
                f"{time[1]} {ko.with_eu(v, 'ㄹ까')}{'요' if d.polite else ''}",
                "question",
            )
        return Sentence(
            f"it will be {english} {time[0]}", f"{time[1]} {ko.future(v, polite=d.polite)}"
        )
    verb, korean = d.pick({"rain": "비가", "snow": "눈이"})
    past, ing = verb + "ed", verb + "ing"
    form = d.rng.randrange(4)
    degree = d.pick([("", ""), ("a lot", "많이")])
    where = d.pick(
        [("in Seoul", "서울에"), ("in Busan", "부산에"), ("here", "여기에"), ("", ""), ("", "")]
    )
    if form == 0:
        time = d.pick(lx.PAST_TIMES)
        return Sentence(
            join("it", past, degree[0], where[0], time[0]),
            join(time[1], where[1], korean, degree[1], ko.past(ko.verb("오다"), polite=d.polite)),
        )
    if form == 1:
        time = d.pick(
            {
                k: v
                for k, v in lx.FUTURE_TIMES.items()
                if k not in ("next year", "after school", "later", "next month")
            }
        )
        return Sentence(
            join("it will", verb, degree[0], where[0], time[0]),
            join(time[1], where[1], korean, degree[1], ko.future(ko.verb("오다"), polite=d.polite)),
        )
    if form == 2:
        time = d.pick({"now": "지금", "outside": "밖에", "": ""})
        where = ("", "") if time[0] == "outside" else where
        return Sentence(
            join("it is", ing, where[0], time[0]),
            join(time[1], where[1], f"{korean} {'오고 있어요' if d.polite else '오고 있어'}"),
        )
    seasons = {"in summer": "여름에"} if verb == "rain" else {}
    time = d.pick(seasons | {"in winter": "겨울에", "often": "자주"})
    if time[0] == "often":
        return Sentence(
            join("it often", verb + "s", where[0]),
            join(where[1], korean, "자주", ko.present(ko.verb("오다"), polite=d.polite)),
        )
    return Sentence(
        join("it", verb + "s", degree[0], where[0], time[0]),
        join(time[1], where[1], korean, degree[1], ko.present(ko.verb("오다"), polite=d.polite)),
    )


FAVORITES = {"food": ("음식", "dish"), "fruit": ("과일", "fruit"), "sport": ("운동", "sport"),
             "subject": ("과목", "study"), "animal": ("동물", "animal"), "drink": ("음료수", "drink")}  # fmt: skip


HOBBIES = {"swimming": "수영", "reading": "독서", "cooking": "요리", "hiking": "등산", "fishing": "낚시",
           "dancing": "춤", "travel": "여행", "photography": "사진 찍기", "soccer": "축구", "tennis": "테니스",
           "playing the piano": "피아노 치기", "watching movies": "영화 보기", "camping": "캠핑",
           "drawing": "그림 그리기", "listening to music": "음악 듣기", "baseball": "야구", "singing": "노래 부르기",
           "playing games": "게임 하기"}  # fmt: skip


def favorite(d: Draw) -> Sentence:
    """My favorite food is kimchi. What is your hobby? Her hobby is swimming."""
    s = d.pick([me, me, he_or_she, named, relative])(d)
    owner = s.possessive if s.english in ("I", "he", "she") else f"{s.english}'s"
    korean_owner = {"I": d.own("내")}.get(s.english, s.korean + "의")
    if s.person == "p":
        return favorite(d)
    if d.chance(0.45):
        english, korean = d.pick(HOBBIES)
        if d.chance(0.06) and not d.polite:
            return Sentence("what is your hobby", "네 취미는 뭐야", "question")
        return Sentence(
            f"{owner} hobby is {english}",
            f"{korean_owner} 취미는 {ko.is_(korean, polite=d.polite)}",
        )
    topic, (korean, category) = d.pick(FAVORITES)
    like = ko.modifier(respectful(ko.verb("제일 좋아하다"), s.honor))
    if d.chance(0.1):
        ask = you(d)
        like = ko.modifier(respectful(ko.verb("제일 좋아하다"), ask.honor))
        return Sentence(
            f"what is your favorite {topic}",
            join(doer(ask), like, f"{ko.topic(korean)} {'뭐예요' if d.polite else '뭐야'}"),
            "question",
        )
    if d.chance(0.25):
        season, korean_season = d.pick(lx.SEASONS)
        return Sentence(
            f"{owner} favorite season is {season}",
            f"{join(doer(s), like)} 계절은 {ko.is_(korean_season, polite=d.polite)}",
        )
    noun = d.pick([n for n in lx.NOUNS.values() if n.category == category and n.english != "bread"])
    shown = (
        lx.plural(noun.english)
        if category in ("fruit",)
        else f"the {noun.english}"
        if category == "animal"
        else noun.english
    )
    verb = "are" if category == "fruit" else "is"
    if category == "fruit":
        return favorite(d)
    return Sentence(
        f"{owner} favorite {topic} {verb} {shown}",
        f"{join(doer(s), like)} {ko.topic(korean)} {ko.is_(noun.korean, polite=d.polite)}",
    )


def health(d: Draw) -> Sentence:
    """My head hurts. Does your stomach hurt? My leg hurt yesterday. She has a cold."""
    english, korean = d.pick(lx.BODY)
    s = d.pick([me, me, he_or_she, relative, named])(d)
    roll = d.rng.random()
    if s.honor or s.person == "p":
        s = me(d)
    if roll < 0.3:
        illness, korean_ill = d.pick({"a cold": "감기에 걸렸다", "a fever": "열이 있다", "a cough": "기침을 하다",
                                      "a headache": "두통이 있다", "a toothache": "치통이 있다",
                                      "a stomachache": "배가 아프다"})  # fmt: skip
        end = ko.present(ko.verb(korean_ill))
        return Sentence(
            f"{s.english} {'have' if s.person == '1' else 'has'} {illness}",
            f"{about(s)} {end}{'요' if d.polite else ''}",
        )
    degree = d.pick([("", ""), ("a lot", "많이"), ("a little", "조금")])
    if roll < 0.45:
        who = "" if d.polite else "너는 "
        end = "아프세요" if d.polite else "아파"
        return Sentence(f"does your {english} hurt", f"{who}{ko.subject(korean)} {end}", "question")
    owner = s.possessive if s.english in ("I", "he", "she") else f"{s.english}'s"
    time = (
        d.pick({"yesterday": "어제", "last night": "어젯밤에", "this morning": "오늘 아침에"})
        if roll < 0.7
        else d.pick({"today": "오늘", "now": "지금", "": "", " ": ""})
    )
    v = ko.verb("아프다", descriptive=True)
    end = (ko.past if roll < 0.7 else ko.present)(v, polite=d.polite)
    hurt = "hurt" if roll < 0.7 else "hurts"
    return Sentence(
        join(owner, english, hurt, degree[0], time[0].strip()),
        join(about(s), time[1], ko.subject(korean), degree[1], end),
    )


# pattern, share of the corpus
QUALITY_PATTERNS = [
    (feeling, 4.2),
    (quality, 4.4),
    (attributive, 3.6),
    (weather, 2.4),
    (favorite, 1.6),
    (health, 1.3),
]
