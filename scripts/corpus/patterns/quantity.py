"""Patterns of how many and how much: having, buying, prices."""

from __future__ import annotations

import lexicon as lx
from draw import Draw, Pair, Sentence, by_share, redrawn
from english import plural
from numerals import english_number, sino_number
from patterns.identity import THINGS
from people import anybody, asked
from template import Template, inquiry, question

# Things that nobody has, or that one does not count.
NOT_HAD = (
    "ship airplane train lion tiger bear elephant mouse passport monkey bus subway taxi butterfly "
    "frog story poem report email"
).split()
HAD = [key for key in THINGS if lx.NOUNS[key].category != "nature" and key not in NOT_HAD]
# 형 and 누나 are a man's older brother and sister; a woman has other words for hers.
OF_MEN = ("older brother", "older sister")
OF_WOMEN = ("skirt", "dress")

HAS_SOME = Template(
    "{s} {have} {number} {thing:s}", "{s:은} {thing:이} {number:native} {counter} {있다:own}"
)
HAS = Template("{s} {have} {thing:a}", "{s:은} {thing:이} {있다:own}")
HAS_NOT = Template("{s} {do} not have {thing:a}", "{s:은} {thing:이} {없다:own}")
HAS_IT = question("{do} {s} have {thing:a}", HAS.korean)
HOW_MANY = question("how many {thing:s} {do} {s} have", "{s:은} {thing:이} 몇 {counter} {있다:own}")
HAVINGS = [(0.4, HAS_SOME), (0.52, HAS), (0.65, HAS_NOT), (0.85, HAS_IT), (1.0, HOW_MANY)]


@redrawn
def having(d: Draw) -> Sentence | None:
    """I have three books. Do you have a pen? She does not have a car. How many ... do you have?"""
    noun = lx.NOUNS[d.pick(HAD)]
    d.tags.add(f"have {noun.key}")
    family = d.chance(0.25)
    thing: Pair = d.pick(lx.FAMILY_NOUNS) if family else (noun.english, noun.korean)

    template = by_share(d.roll(), HAVINGS)
    s = anybody(d)
    if thing[0] in OF_WOMEN and s.gender == "m":
        return None
    if thing[0] in OF_MEN and s.gender == "f":
        return None

    number = d.number(2, 4 if family else 6) if template is HAS_SOME else 0
    if template.kind == "question":
        s = asked(d)
        if thing[0] in OF_MEN and s.gender == "f":
            return None
    counter = "명" if family else lx.counter(noun)
    return template.fill(d, s=s, thing=thing, number=number, counter=counter)


DRINKS = {
    "a cup of coffee": "커피 한 잔",
    "two cups of coffee": "커피 두 잔",
    "a cup of tea": "차 한 잔",
    "a glass of water": "물 한 잔",
    "a glass of milk": "우유 한 잔",
    "a glass of juice": "주스 한 잔",
    "a bottle of water": "물 한 병",
    "two bottles of beer": "맥주 두 병",
    "a bottle of wine": "와인 한 병",
}
DISHES = {
    "a bowl of rice": "밥 한 그릇",
    "two bowls of ramen": "라면 두 그릇",
    "a bowl of soup": "국 한 그릇",
    "a piece of cake": "케이크 한 조각",
    "two pieces of pizza": "피자 두 조각",
    "a bowl of bibimbap": "비빔밥 한 그릇",
}
ORDERED = (
    "coffee tea ticket apple milk juice banana hamburger sandwich orange cola peach pen notebook "
    "cake rose"
).split()
COUNTED = (
    "apple banana orange peach pear tomato egg potato carrot book notebook pencil pen ticket "
    "hat bag cookie mango sandwich hamburger watermelon umbrella cup plate rose flower"
).split()
FOOD = ("fruit", "snack")

DRANK = Template("{s} drank {amount} {time}", "{s:은} {time} {amount:을} {마시다:past}")
ATE = Template("{s} ate {amount} {time}", "{s:은} {time} {amount:을} {먹다:past}")
ORDER = Template("{number} {things}, please", "{things} {number:native} {counter} 주세요", "ready")
NEEDS = Template(
    "{s} {need} {number} {things}", "{s:은} {things:이} {number:native} {counter} {필요하다}"
)
BOUGHT = Template(
    "{s} bought {number} {things} {time}",
    "{s:은} {time} {things:을} {number:native} {counter} {사다:past}",
)
ATE_SOME = Template(
    "{s} ate {number} {things} {time}",
    "{s:은} {time} {things:을} {number:native} {counter} {먹다:past}",
)


def amount(d: Draw) -> Sentence:
    """I bought five apples. Three apples, please. I drank two cups of coffee."""
    s = anybody(d)
    english = d.pick(["yesterday", "this morning", "last night", ""])
    time = (english, lx.PAST_TIMES.get(english, ""))

    roll = d.roll()
    if roll < 0.3:
        drunk_or_eaten = d.pick(DRINKS | DISHES)
        template = DRANK if drunk_or_eaten[0] in DRINKS else ATE
        return template.fill(d, s=s, amount=drunk_or_eaten, time=time)
    if d.polite and roll < 0.6:
        return order(d)

    noun = lx.NOUNS[d.pick(COUNTED)]
    number = d.number(2, 12)
    edible = noun.category in FOOD and number < 5
    template = d.pick([BOUGHT, ATE_SOME] if edible else [BOUGHT, NEEDS])
    things = (plural(noun.english), noun.korean)
    return template.fill(d, s=s, number=number, things=things, counter=lx.counter(noun), time=time)


def order(d: Draw) -> Sentence:
    """Two coffees, please."""
    number = d.number(1, 9)
    noun = lx.NOUNS[d.pick(ORDERED)]
    english = plural(noun.english) if number > 1 else noun.english
    return ORDER.fill(d, number=number, things=(english, noun.korean), counter=lx.counter(noun))


PRICED_CATEGORIES = ("thing", "clothes", "headwear", "fruit", "snack")
PRICED = [
    key
    for key in THINGS
    if lx.NOUNS[key].category in PRICED_CATEGORIES
    or key in ("book", "novel", "magazine", "newspaper")
]
# Things that cost no more than the highest price here.
CHEAP = (
    "umbrella pen notebook bag wallet cup plate doll ball towel candle basket card dictionary toy "
    "vase pillow book novel magazine mirror"
).split()
CHEAP_CATEGORIES = ("fruit", "snack", "clothes", "headwear")
FOOD_PRICES = [500, 1000, 1500, 2000, 3000]
PRICES = [5000, 10000, 12000, 15000, 20000, 25000, 30000, 40000]

HOW_MUCH = inquiry("how much is {this} {noun}", "{this} {noun:은} {얼마:이다}")
COSTS = Template("{this} {noun} is {price} won", "{this} {noun:은} {price:이다}")
COSTS_NOT = Template("{this} {noun} is not {price} won", "{this} {noun:은} {price:아니다}")


@redrawn
def price(d: Draw) -> Sentence | None:
    """This hat is ten thousand won. How much is this bag?"""
    noun = lx.NOUNS[d.pick(PRICED)]
    this = d.pick([("this", "이"), ("that", "그")])
    if d.chance(0.35):
        return HOW_MUCH.fill(d, this=this, noun=noun)
    if noun.key not in CHEAP and noun.category not in CHEAP_CATEGORIES:
        return None

    number = d.pick(FOOD_PRICES if noun.category in FOOD else PRICES)
    template = COSTS_NOT if d.chance(0.1) else COSTS
    won = (english_number(number), sino_number(number) + " 원")
    return template.fill(d, this=this, noun=noun, price=won)
