"""Patterns of who and what somebody or something is."""

from __future__ import annotations

import korean as ko
import lexicon as lx
from clause import (
    Draw,
    Sentence,
    Subject,
    about,
    anybody,
    article,
    asked,
    be,
    he_or_she,
    join,
    me,
    named,
    relative,
    respectful,
)

THINGS = [
    key for key, noun in lx.NOUNS.items()
    if noun.kind == "count" and key not in ("sky", "sea", "sun", "moon") and noun.category in ("thing", "reading",
    "clothes", "headwear", "fruit", "snack", "animal", "vehicle", "nature")
]  # fmt: skip


COUNTABLE = [key for key, noun in lx.NOUNS.items() if noun.kind == "count"]


JOBS = [noun for noun in lx.NOUNS.values() if noun.category == "job"]


def being(d: Draw, s: Subject, korean: str, *, negated: bool = False, past: bool = False) -> str:
    """Returns the Korean copula after a noun, honouring the subject."""
    if s.honor and past:
        return (
            ko.particle(korean, "이었어")[:-2].removesuffix("이")
            + ("이셨어" if ko.final_consonant(korean) else "셨어")
            + ("요" if d.polite else "")
        )
    if s.honor:
        if negated:
            return ko.subject(korean) + (" 아니세요" if d.polite else " 아니셔")
        return (
            korean + ("이" if ko.final_consonant(korean) else "") + ("세요" if d.polite else "셔")
        )
    if past:
        return ko.was(korean, polite=d.polite)
    return ko.is_not(korean, polite=d.polite) if negated else ko.is_(korean, polite=d.polite)


def introduction(d: Draw) -> Sentence:
    """I am Yusol. My name is Yusol. Call me Yusol."""
    roman, hangul = d.name()
    i, mine = d.own("나"), d.own("내")
    isa = ko.is_(hangul, polite=d.polite)
    kind = d.rng.randrange(9)
    if kind <= 2:
        return Sentence(f"I am {roman}", f"{ko.topic(i)} {isa}")
    if kind == 3:
        return Sentence(f"my name is {roman}", f"{mine} 이름은 {isa}")
    if kind == 4:
        hello = "안녕하세요" if d.polite else "안녕"
        return Sentence(f"hello, I am {roman}", f"{hello}, {ko.topic(i)} {isa}")
    if kind == 5:
        hello = "안녕하세요" if d.polite else "안녕"
        return Sentence(f"hi, my name is {roman}", f"{hello}, {mine} 이름은 {isa}")
    if kind == 6:
        return Sentence(
            f"call me {roman}",
            ko.particle(hangul, "이라고") + (" 불러 주세요" if d.polite else " 불러 줘"),
            "command",
        )
    country, (korean, _) = d.pick(
        lx.COUNTRIES if d.chance(0.6) else {c: (k, "") for c, k in lx.CITIES.items()}
    )
    if kind == 7:
        end = "왔어요" if d.polite else "왔어"
        return (
            Sentence(f"I am {roman} from {country}", f"{ko.topic(i)} {korean}에서 온 {isa}")
            if d.chance(0.5)
            else Sentence(
                f"I am {roman} and I am from {country}",
                f"{ko.topic(i)} {ko.particle(hangul, '이고')} {korean}에서 {end}",
            )
        )
    job = d.pick(JOBS)
    noun = job.korean
    return Sentence(f"I am {roman} and I am {article(job.english)}",
                    f"{ko.topic(i)} {ko.particle(hangul, '이고')} {ko.is_(noun, polite=d.polite)}")  # fmt: skip


def naming(d: Draw) -> Sentence:
    """She is Seoyeon. This is Minjun. Who is Jiwoo? I am not Tom."""
    s = he_or_she(d)
    kind = d.rng.randrange(9)
    kin = relative(d)
    gendered = s if kind in (0, 7, 8) else kin if kind == 6 else None
    gender = (
        {"he": "m", "she": "f", "his": "m", "her": "f"}.get(gendered.possessive, "")
        if gendered
        else ""
    )
    roman, hangul = d.name(gender)
    called = d.called(roman, hangul)
    isa, isnt = ko.is_(called, polite=d.polite), ko.is_not(called, polite=d.polite)
    if kind == 0:
        return Sentence(f"{s.english} is {roman}", f"{about(s)} {isa}")
    if kind == 1:
        return Sentence(f"this is {roman}", f"이쪽은 {isa}")
    if kind == 2:
        return Sentence(
            f"who is {roman}",
            ko.subject(called) + (" 누구예요" if d.polite else " 누구야"),
            "question",
        )
    if kind == 3:
        return Sentence(f"is this {roman}", f"이쪽이 {isa}", "question")
    if kind == 4:
        s = me(d)
        own = ko.is_not(hangul if d.polite else called, polite=d.polite)
        return Sentence(f"I am not {roman}", f"{about(s)} {own}")
    if kind == 5:
        if d.polite:
            return Sentence(
                f"are you {roman}",
                ko.particle(hangul + " 씨", "이에요")
                .replace("예요", "세요")
                .replace("이에요", "이세요"),
                "question",
                personal=True,
            )
        return Sentence(f"are you {roman}", f"너는 {isa}", "question")
    if kind == 6:
        s = kin
        if s.person == "p" or s.english.startswith(("that", "this", "the ")) or not s.possessive:
            return naming(d)
        if s.honor:
            return Sentence(
                f"{s.english}'s name is {roman}",
                f"{s.korean} 성함은 {ko.is_(hangul, polite=d.polite)}",
            )
        return Sentence(
            f"{s.english}'s name is {roman}", f"{s.korean} 이름은 {ko.is_(hangul, polite=d.polite)}"
        )
    if kind == 7:
        return Sentence(f"{s.english} is not {roman}", f"{about(s)} {isnt}")
    return Sentence(
        f"{s.possessive} name is {roman}", f"{s.korean}의 이름은 {ko.is_(hangul, polite=d.polite)}"
    )


RELATIONS = {
    "friend": "내 친구", "best friend": "내 가장 친한 친구", "brother": "내 남동생", "sister": "내 여동생",
    "cousin": "내 사촌",
    "classmate": "내 반 친구", "neighbor": "내 이웃", "roommate": "내 룸메이트", "older brother": "우리 형",
    "older sister": "우리 누나",
    "son": "내 아들", "daughter": "내 딸",
}  # fmt: skip


def relation(d: Draw) -> Sentence:
    """Minjun is my friend. Is Minjun your brother? Where is Minjun? I like Minjun."""
    english, korean = d.pick(RELATIONS)
    if d.polite and english not in ("friend", "best friend", "classmate", "neighbor", "roommate"):
        return relation(d)
    gender = (
        "m"
        if english in ("brother", "older brother", "son")
        else "f"
        if english in ("sister", "older sister", "daughter")
        else ""
    )
    roman, hangul = d.name(gender)
    s = Subject(roman, d.called(roman, hangul), "3")
    kind = d.rng.randrange(8)
    own = d.own(korean)
    if kind <= 1:
        return Sentence(
            f"{s.english} is my {english}", f"{about(s)} {ko.is_(own, polite=d.polite)}"
        )
    if kind == 2:
        return Sentence(
            f"my {english} is {s.english}", f"{ko.topic(own)} {ko.is_(s.korean, polite=d.polite)}"
        )
    if kind == 3:
        return Sentence(
            f"{s.english} is not my {english}", f"{about(s)} {ko.is_not(own, polite=d.polite)}"
        )
    if kind == 4:
        tail = "어디에 있어요" if d.polite else "어디에 있어"
        return Sentence(f"where is {s.english}", f"{about(s)} {tail}", "question")
    i = me(d)
    verb, korean_verb = d.pick(
        {
            "like": "을 좋아하다",
            "know": "을 알다",
            "miss": "이 보고 싶다",
            "love": "을 사랑하다",
            "trust": "을 믿다",
        }
    )
    particle, _, rest = korean_verb.partition(" ")
    v = ko.verb(f"{ko.particle(s.korean, particle)} {rest}")
    if kind == 5:
        tail = ko.present(ko.honorific(v) if d.polite else v, polite=d.polite)
        return Sentence(
            f"do you {verb} {s.english}", join("" if d.polite else "너는", tail), "question"
        )
    if kind == 6:
        if verb == "miss":
            v = ko.verb(f"{ko.object_(s.korean)} 보고 싶어 하다")
        other = he_or_she(d)
        return Sentence(
            f"{other.english} {'misses' if verb == 'miss' else verb + 's'} {s.english}",
            f"{about(other)} {ko.present(v, polite=d.polite)}",
        )
    return Sentence(f"I {verb} {s.english}", f"{about(i)} {ko.present(v, polite=d.polite)}")


YOUNG_ONES = ("my brother", "my sister", "my older brother", "my older sister", "my son", "my daughter", "my friend",
              "my friends", "my cousin", "my roommate")  # fmt: skip


def occupation(d: Draw) -> Sentence:
    """I am a student. Is your brother a doctor? She was a nurse. He wants to be a singer."""
    job = d.pick(JOBS)
    kind = d.rng.randrange(10)
    s = anybody(d)
    if s.english in (
        "the doctor",
        "the student",
        "the students",
        "the children",
        "my teacher",
        "our teacher",
    ):
        return occupation(d)
    if "student" in job.english and s.english.startswith("my ") and s.english not in YOUNG_ONES:
        return occupation(d)
    many = s.person == "p"
    noun = lx.plural(job.english) if many else article(job.english)
    d.tags.add(f"be {job.english}" if s.person != "1" else "")
    if kind <= 3:
        return Sentence(f"{s.english} {be(s)} {noun}", f"{about(s)} {being(d, s, job.korean)}")
    if kind == 4:
        return Sentence(
            f"{s.english} {be(s)} not {noun}", f"{about(s)} {being(d, s, job.korean, negated=True)}"
        )
    if kind == 5:
        return Sentence(
            f"{s.english} {be(s, 'past')} {noun}",
            f"{about(s)} {being(d, s, job.korean, past=True)}",
        )
    if kind in (6, 7):
        s = asked(d)
        noun = lx.plural(job.english) if s.person == "p" else article(job.english)
        if s.english in (
            "the student",
            "the students",
            "the doctor",
            "the children",
            "my teacher",
            "our teacher",
        ):
            return occupation(d)
        return Sentence(
            f"{be(s)} {s.english} {noun}",
            join(about(s), being(d, s, job.korean)),
            "question",
            personal=True,
        )
    young = Subject(s.english, s.korean, s.person) if not s.honor else me(d)
    want = {"1": "want", "p": "want"}.get(young.person, "wants")
    noun = lx.plural(job.english) if young.person == "p" else article(job.english)
    own = young.person == "1" or young.english == "we"
    v = ko.want(ko.verb(ko.subject(job.korean) + " 되다"), own=own)
    if d.chance(0.4):
        v, english = ko.Verb(ko.subject(job.korean) + " 되"), f"{young.english} became {noun}"
        return Sentence(english, f"{about(young)} {ko.past(v, polite=d.polite)}")
    return Sentence(
        f"{young.english} {want} to become {noun}",
        f"{about(young)} {ko.present(v, polite=d.polite)}",
    )


def nationality(d: Draw) -> Sentence:
    """She is Canadian. Are you Korean? I am from Busan. Where are you from?"""
    ask = d.chance(0.3)
    s = asked(d) if ask else anybody(d)
    country, (korean, people) = d.pick(lx.COUNTRIES)
    if ask and d.chance(0.15):
        tail = ko.past(respectful(ko.verb("어디에서 오다"), s.honor), polite=d.polite)
        return Sentence(f"where {be(s)} {s.english} from", join(about(s), tail), "question")
    if d.chance(0.5):
        city = d.chance(0.35)
        english, source = d.pick(lx.CITIES) if city else (country, korean)
        tail = ko.past(respectful(ko.verb(f"{source}에서 오다"), s.honor), polite=d.polite)
        english = (
            f"{be(s)} {s.english} from {english}" if ask else f"{s.english} {be(s)} from {english}"
        )
        return Sentence(english, join(about(s), tail), "question" if ask else "statement")
    negated = not ask and d.chance(0.25)
    end = join(about(s), being(d, s, f"{korean} 사람", negated=negated))
    if ask:
        return Sentence(f"{be(s)} {s.english} {people}", end, "question")
    return Sentence(f"{s.english} {be(s)} {'not ' if negated else ''}{people}", end)


def identity(d: Draw) -> Sentence:
    """This is a book. Is that your bag? What is this? It is not a cat. Whose bag is this?"""
    key = d.pick([*THINGS, *COUNTABLE[:20]])
    noun = lx.NOUNS[key]
    english, korean = d.pick({"this": "이것", "that": "저것", "it": "그것"})
    roll = d.rng.random()
    mine, own = (
        d.pick([("my", d.own("내 ")), ("your", "네 "), ("his", "그의 "), ("her", "그녀의 ")])
        if not d.polite
        else d.pick([("my", "제 "), ("his", "그의 "), ("her", "그녀의 ")])
    )
    if roll < 0.3:
        return Sentence(
            f"{english} is {article(noun.english)}",
            f"{ko.topic(korean)} {ko.is_(noun.korean, polite=d.polite)}",
        )
    if roll < 0.42:
        return Sentence(
            f"is {english} {article(noun.english)}",
            f"{ko.topic(korean)} {ko.is_(noun.korean, polite=d.polite)}",
            "question",
        )
    if roll < 0.55:
        return Sentence(
            f"{english} is not {article(noun.english)}",
            f"{ko.topic(korean)} {ko.is_not(noun.korean, polite=d.polite)}",
        )
    if noun.category in ("nature", "fruit") or key in (
        "lion",
        "tiger",
        "bear",
        "elephant",
        "monkey",
        "frog",
        "butterfly",
        "mouse",
        "bus",
        "train",
        "taxi",
        "subway",
        "airplane",
        "ship",
    ):
        return identity(d)
    if roll < 0.7:
        return Sentence(
            f"{english} is {mine} {noun.english}",
            f"{ko.topic(korean)} {ko.is_(own + noun.korean, polite=d.polite)}",
        )
    if roll < 0.8:
        return Sentence(
            f"is {english} {mine} {noun.english}",
            f"{ko.topic(korean)} {ko.is_(own + noun.korean, polite=d.polite)}",
            "question",
        )
    s = named(d)
    if roll < 0.92:
        return Sentence(
            f"{english} is {s.english}'s {noun.english}",
            f"{ko.topic(korean)} {s.korean}의 {ko.is_(noun.korean, polite=d.polite)}",
        )
    return Sentence(
        f"whose {noun.english} is {english if english != 'it' else 'this'}",
        f"{ko.topic(korean if english != 'it' else '이것')} 누구의 {ko.is_(noun.korean, polite=d.polite)}",
        "question",
    )


def age(d: Draw) -> Sentence:
    """I am twenty years old. How old is your brother?"""
    ask = d.chance(0.2)
    s = asked(d) if ask else anybody(d)
    if s.person == "p":
        return age(d)
    if ask:
        end = (
            "연세가 어떻게 되세요"
            if s.honor and d.polite
            else "연세가 어떻게 되셔"
            if s.honor
            else "몇 살이에요"
            if d.polite
            else "몇 살이야"
        )
        if s.person == "2" and d.polite:
            end = "나이가 어떻게 되세요"
        return Sentence(
            f"how old {be(s)} {s.english}", join(about(s), end), "question", personal=True
        )
    young = s.english in ("my son", "my daughter", "the boy", "the girl", "the student")
    number = (
        d.rng.randint(7, 15)
        if young
        else d.rng.randint(40, 75)
        if s.honor
        else d.rng.randint(16, 42)
    )
    if s.english in ("my grandmother", "my grandfather"):
        number = d.rng.randint(65, 90)
    if s.english in ("my wife", "my husband", "my uncle", "my aunt", "that woman", "that man"):
        number = d.rng.randint(25, 55)
    korean = f"{ko.native_number(number)} 살"
    if s.honor:
        end = korean + ("이세요" if d.polite else "이셔")
        return Sentence(f"{s.english} is {lx.number_word(number)} years old", f"{about(s)} {end}")
    if d.chance(0.2):
        return Sentence(
            f"{s.english} {be(s, 'past')} {lx.number_word(number)} years old then",
            f"{about(s)} 그때 {ko.was(korean, polite=d.polite)}",
        )
    return Sentence(
        f"{s.english} {be(s)} {lx.number_word(number)} years old",
        f"{about(s)} {ko.is_(korean, polite=d.polite)}",
    )


# pattern, share of the corpus
IDENTITY_PATTERNS = [
    (introduction, 5.6),
    (naming, 3.4),
    (relation, 3.2),
    (occupation, 4.0),
    (nationality, 2.2),
    (identity, 3.0),
    (age, 1.6),
]
