"""What things and people are like."""

from __future__ import annotations

from dataclasses import dataclass

import korean as ko
from lexicon.nouns import expand
from lexicon.tables import pairs, rows, words


@dataclass(frozen=True)
class Adjective:
    """An adjective of things: English, its comparative, Korean, and the nouns it describes.

    Korean adjectives are verbs: 크다 means "to be big".
    """

    english: str
    comparative: str
    korean: ko.Verb
    nouns: tuple[str, ...]


# adjective | comparative | Korean | nouns it describes
ADJECTIVE_TABLE = """
big|bigger|크다|house room bag dog tree box car city school elephant hotel table watermelon
  airport bear fish
small|smaller|작다|house room bag dog bird box car cat mouse cup village window garden doll
new|newer|새롭다|-
old|older|오래되다|-
expensive|more expensive|비싸다|car computer camera bag coat guitar piano watermelon ticket clock
  hotel shoes fish violin dress meat
cheap|cheaper|싸다|pen notebook ticket hat umbrella banana shirt bread restaurant bag shoes chair
  potato
good|better|좋다|book movie song camera weather idea plan restaurant computer school dictionary
  place guitar answer voice
bad|worse|나쁘다|weather idea movie answer plan dream
pretty|prettier|예쁘다|flower dress doll rose skirt hat butterfly garden picture cup card voice
  bird vase hanbok
cute|cuter|귀엽다|dog cat rabbit baby doll bird duck bear child pig
beautiful|more beautiful|아름답다|mountain sea river lake song forest garden sky city voice beach
  star moon island flower
delicious|more delicious|맛있다|@dish apple strawberry cake peach watermelon hamburger sandwich
  cookie mango food
interesting|more interesting|재미있다|book movie story novel drama game comic_book class subject
  trip history
boring|more boring|지루하다|book movie class meeting novel drama game story concert
difficult|more difficult|어렵다|test question homework sentence math problem word Korean English
  textbook science Chinese
easy|easier|쉽다|test question homework sentence problem textbook game word English song
long|longer|길다|river bridge letter story movie dress train sentence skirt pencil street
short|shorter|짧다|story letter pencil sentence skirt poem answer hair
heavy|heavier|무겁다|bag box desk suitcase computer stone bed book table watermelon
light|lighter|가볍다|bag box suitcase chair coat laptop umbrella jacket
hot|hotter|뜨겁다|soup coffee tea water
cold|colder|차갑다|water milk juice cola beer wind
spicy|spicier|맵다|kimchi ramen soup food chicken
fast|faster|빠르다|train car airplane horse bus rabbit bicycle computer taxi subway
slow|slower|느리다|bus train turtle computer ship elephant
clean|cleaner|깨끗하다|room kitchen bathroom river house hotel street water classroom towel beach
  office
dirty|dirtier|더럽다|room shirt shoes street car kitchen window towel socks
quiet|quieter|조용하다|library room cafe park village street office neighbor forest
noisy|noisier|시끄럽다|restaurant street market classroom bus_stop neighbor playground
famous|more famous|유명하다|singer actor writer museum restaurant artist song novel university
  city movie painting
kind|kinder|친절하다|nurse neighbor friend driver police_officer dentist
tall|taller|높다|mountain tree
wide|wider|넓다|room street river park sea kitchen playground beach parking_lot garden
narrow|narrower|좁다|room street kitchen bridge bathroom office
red|redder|빨갛다|apple rose umbrella hat dress car bag socks pencil coat
blue|bluer|파랗다|sky sea shirt umbrella pants bag car pen hat butterfly
yellow|yellower|노랗다|banana flower umbrella skirt butterfly hat ball bus
white|whiter|하얗다|rabbit shirt cat cloud cup horse coat sneakers
black|blacker|까맣다|cat dog bag coat shoes umbrella pants hat car
warm|warmer|따뜻하다|coat blanket soup tea bread room water sweater
sweet|sweeter|달다|cake candy chocolate strawberry watermelon juice mango peach tangerine
safe|safer|안전하다|street city bridge car village beach airplane
dangerous|more dangerous|위험하다|street river knife bridge game sea tiger bear
important|more important|중요하다|meeting test promise question letter problem name plan email key
bright|brighter|밝다|room moon star lamp office living_room kitchen
dark|darker|어둡다|room street forest sky parking_lot
strong|stronger|강하다|wind soldier tiger bear lion horse
soft|softer|부드럽다|bread towel blanket sweater cake pillow tofu
strange|stranger|이상하다|dream story question voice person picture idea
thick|thicker|두껍다|book coat dictionary blanket sweater textbook magazine
thin|thinner|얇다|book notebook blanket shirt paper laptop
"""

# How a person can be or feel.
PERSON = pairs("""
happy=행복하다, sad=슬프다, tired=피곤하다, busy=바쁘다, sick=아프다, hungry=배고프다,
thirsty=목마르다, kind=친절하다, lazy=게으르다, healthy=건강하다, lonely=외롭다, honest=솔직하다,
smart=똑똑하다, diligent=부지런하다, funny=재미있다, strong=힘이 세다, brave=용감하다,
shy=수줍음이 많다, tall=키가 크다, short=키가 작다, sleepy=졸리다, bored=심심하다,
worried=걱정되다, rich=부유하다, poor=가난하다, full=배부르다, quiet=조용하다, famous=유명하다,
nervous=긴장되다, cold=춥다, hot=덥다, okay=괜찮다, free=한가하다, polite=예의 바르다,
curious=호기심이 많다
""")
FEELINGS = words("""
happy sad tired busy sick hungry thirsty lonely sleepy bored worried full nervous cold hot okay
free
""")
TRAITS = words("""
kind lazy healthy honest smart diligent funny strong brave shy tall short rich quiet polite
curious famous
""")


def parse_adjectives(table: str) -> dict[str, Adjective]:
    """Reads the table of adjectives; keys are the English words."""
    adjectives = {}
    for row in rows(table):
        english, comparative, korean, nouns = row.split("|")
        verb = ko.verb(korean, descriptive=True)
        adjectives[english] = Adjective(english, comparative, verb, expand(nouns))
    return adjectives


ADJECTIVES = parse_adjectives(ADJECTIVE_TABLE)
