"""Patterns of what somebody or something is: jobs, nationalities, things, ages."""

from __future__ import annotations

import korean as ko
import lexicon as lx
from draw import Draw, Pair, Sentence, by_share, redrawn
from english import article, plural
from numerals import english_number, native_number
from people import Subject, anybody, asked, me, named
from template import Template, question

THING_CATEGORIES = "thing reading clothes headwear fruit snack animal vehicle nature".split()
SKY_AND_SEA = ("sky", "sea", "sun", "moon")
COUNTABLE = [key for key, noun in lx.NOUNS.items() if noun.kind == "count"]
THINGS = [
    key
    for key in COUNTABLE
    if key not in SKY_AND_SEA and lx.NOUNS[key].category in THING_CATEGORIES
]
JOBS = [noun for noun in lx.NOUNS.values() if noun.category == "job"]

# People who are named by what they do, and people who are young enough to study.
NAMED_BY_JOB = (
    "the doctor",
    "the student",
    "the students",
    "the children",
    "my teacher",
    "our teacher",
)
YOUNG_ONES = (
    "my brother",
    "my sister",
    "my older brother",
    "my older sister",
    "my son",
    "my daughter",
    "my friend",
    "my friends",
    "my cousin",
    "my roommate",
)

IS = Template("{s} {be} {job}", "{s:은} {job:이다}")
IS_NOT = Template("{s} {be} not {job}", "{s:은} {job:아니다}")
WAS = Template("{s} {was} {job}", "{s:은} {job:이었다}")
IS_IT = question("{be} {s} {job}", "{s:은} {job:이다}", personal=True)
WANTS = Template("{s} {want} to become {job}", "{s:은} {job:이} {wants}")
BECAME = Template("{s} became {job}", "{s:은} {job:이} {되다:past}")
OCCUPATIONS = [IS, IS, IS, IS, IS_NOT, WAS, IS_IT, IS_IT, WANTS, WANTS]


@redrawn
def occupation(d: Draw) -> Sentence | None:
    """I am a student. Is your brother a doctor? She was a nurse. He wants to become a singer."""
    job = d.pick(JOBS)
    template = d.pick(OCCUPATIONS)
    s = anybody(d)
    studies = "student" in job.english
    if s.english in NAMED_BY_JOB:
        return None
    if studies and s.english.startswith("my ") and s.english not in YOUNG_ONES:
        return None
    if s.person != "1":
        d.tags.add(f"be {job.english}")

    if template is IS_IT:
        s = asked(d)
        if s.english in NAMED_BY_JOB:
            return None
    if template is WANTS:
        s = me(d) if s.honor else s
        template = BECAME if d.chance(0.4) else WANTS

    wants = ko.want(ko.verb("되다"), own=s.person == "1" or s.english == "we")
    return template.fill(d, s=s, job=job_of(s, job), wants=("", wants))


def job_of(s: Subject, job: lx.Noun) -> Pair:
    """Returns the job of one or of many: ("a nurse", "간호사"), ("nurses", "간호사")."""
    english = plural(job.english) if s.person == "p" else article(job.english)
    return english, job.korean


WHERE_FROM = question("where {be} {s} from", "{s:은} 어디에서 {오다:past}")
IS_FROM = Template("{s} {be} from {place}", "{s:은} {place}에서 {오다:past}")
IS_IT_FROM = question("{be} {s} from {place}", IS_FROM.korean)
IS_NATIONAL = Template("{s} {be} {people}", "{s:은} {people:이다}")
IS_NOT_NATIONAL = Template("{s} {be} not {people}", "{s:은} {people:아니다}")
IS_IT_NATIONAL = question("{be} {s} {people}", IS_NATIONAL.korean)


def nationality(d: Draw) -> Sentence:
    """She is Canadian. Are you Korean? I am from Busan. Where are you from?"""
    asks = d.chance(0.3)
    s = asked(d) if asks else anybody(d)
    country, (korean, people) = d.pick(lx.COUNTRIES)
    if asks and d.chance(0.15):
        return WHERE_FROM.fill(d, s=s)

    if d.chance(0.5):
        place = d.pick(lx.CITIES) if d.chance(0.35) else (country, korean)
        return (IS_IT_FROM if asks else IS_FROM).fill(d, s=s, place=place)

    template = IS_NATIONAL
    if asks:
        template = IS_IT_NATIONAL
    elif d.chance(0.25):
        template = IS_NOT_NATIONAL
    return template.fill(d, s=s, people=(people, f"{korean} 사람"))


# What nobody owns.
UNOWNED_CATEGORIES = ("nature", "fruit")
UNOWNED = (
    "lion tiger bear elephant monkey frog butterfly mouse bus train taxi subway airplane ship"
).split()
DEMONSTRATIVES = {"this": "이것", "that": "저것", "it": "그것"}

THIS_IS = Template("{this} is {noun:a}", "{this:은} {noun:이다}")
IS_THIS = question("is {this} {noun:a}", "{this:은} {noun:이다}")
THIS_IS_NOT = Template("{this} is not {noun:a}", "{this:은} {noun:아니다}")
THIS_IS_MINE = Template("{this} is {mine}", "{this:은} {mine:이다}")
IS_THIS_MINE = question("is {this} {mine}", "{this:은} {mine:이다}")
THIS_IS_HERS = Template("{this} is {owner}'s {noun}", "{this:은} {owner}의 {noun:이다}")
WHOSE = question("whose {noun} is {this}", "{this:은} 누구의 {noun:이다}")
KINDS = [(0.3, THIS_IS), (0.42, IS_THIS), (0.55, THIS_IS_NOT)]
BELONGINGS = [(0.7, THIS_IS_MINE), (0.8, IS_THIS_MINE), (0.92, THIS_IS_HERS), (1.0, WHOSE)]


@redrawn
def identity(d: Draw) -> Sentence | None:
    """This is a book. Is that your bag? It is not a cat. Whose bag is this?"""
    # The first countable nouns stand in the list twice, and so are drawn twice as often.
    key = d.pick([*THINGS, *COUNTABLE[:20]])
    noun = lx.NOUNS[key]
    this = d.pick(DEMONSTRATIVES)
    roll = d.roll()
    whose = d.pick(possessives(d))
    if roll < 0.55:
        return by_share(roll, KINDS).fill(d, this=this, noun=noun)
    if noun.category in UNOWNED_CATEGORIES or key in UNOWNED:
        return None

    template = by_share(roll, BELONGINGS)
    owner = named(d) if template in (THIS_IS_HERS, WHOSE) else ""
    if template is WHOSE and this[0] == "it":
        this = ("this", "이것")
    mine = (f"{whose[0]} {noun.english}", f"{whose[1]} {noun.korean}")
    return template.fill(d, this=this, noun=noun, mine=mine, owner=owner)


def possessives(d: Draw) -> list[Pair]:
    """Returns my, your, his and her; the polite register does not say "your"."""
    your = [] if d.polite else [("your", "네")]
    return [("my", d.own("내")), *your, ("his", "그의"), ("her", "그녀의")]


# Ages, both ends included.
CHILDREN_AGES = (7, 15)
HONOURED_AGES = (40, 75)
OTHER_AGES = (16, 42)
CHILDREN = ("my son", "my daughter", "the boy", "the girl", "the student")
GROWN_UP_AGES = {
    "my grandmother": (65, 90),
    "my grandfather": (65, 90),
    "my wife": (25, 55),
    "my husband": (25, 55),
    "my uncle": (25, 55),
    "my aunt": (25, 55),
    "that woman": (25, 55),
    "that man": (25, 55),
}

IS_OLD = Template("{s} {be} {years} years old", "{s:은} {years:이다}")
WAS_OLD = Template("{s} {was} {years} years old then", "{s:은} 그때 {years:이었다}")
HOW_OLD = question("how old {be} {s}", "{s:은} 몇 {살:이다}", personal=True)
# Korean asks after the age of an honoured person with other words.
HOW_OLD_POLITELY = question(HOW_OLD.english, "{s:은} 나이가 어떻게 {되다}", personal=True)
HOW_OLD_ARE_ELDERS = question(HOW_OLD.english, "{s:은} 연세가 어떻게 {되다}", personal=True)


@redrawn
def age(d: Draw) -> Sentence | None:
    """I am twenty years old. How old is your brother? She was ten years old then."""
    asks = d.chance(0.2)
    s = asked(d) if asks else anybody(d)
    if s.person == "p":
        return None
    if asks and s.honor:
        return (HOW_OLD_POLITELY if s.person == "2" else HOW_OLD_ARE_ELDERS).fill(d, s=s)
    if asks:
        return HOW_OLD.fill(d, s=s)

    number = age_of(d, s)
    years = (english_number(number), f"{native_number(number)} 살")
    template = WAS_OLD if not s.honor and d.chance(0.2) else IS_OLD
    return template.fill(d, s=s, years=years)


def age_of(d: Draw, s: Subject) -> int:
    """Draws an age that suits a person."""
    ages = HONOURED_AGES if s.honor else OTHER_AGES
    number = d.number(*(CHILDREN_AGES if s.english in CHILDREN else ages))

    # Their age is drawn after a first number that is not used: with one draw less, every sentence
    # after this one would be another.
    if s.english in GROWN_UP_AGES:
        number = d.number(*GROWN_UP_AGES[s.english])
    return number
