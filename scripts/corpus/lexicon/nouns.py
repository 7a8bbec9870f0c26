"""Nouns: what they are called, how they are counted, what kind of thing they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lexicon.tables import pairs, rows


@dataclass(frozen=True)
class Noun:
    """A noun: English singular (or plural-only) form, Korean form, category and kind.

    A mass noun ("water") has no plural and no article; a plural one ("shoes") has no singular.
    """

    english: str
    korean: str
    category: str
    kind: Literal["count", "mass", "plural"]

    @property
    def key(self) -> str:
        """The key in NOUNS: the English word, spaces as underscores."""
        return self.english.replace(" ", "_")


# Category: English=Korean. A "!" after the English marks a mass noun, a "+" one that is only used
# in the plural.
NOUN_TABLE = """
fruit: apple=사과, banana=바나나, orange=오렌지, peach=복숭아, pear=배, strawberry=딸기,
    watermelon=수박, tomato=토마토, tangerine=귤, mango=망고
dish: rice!=밥, bread!=빵, kimchi!=김치, pizza!=피자, soup!=국, meat!=고기, fish!=생선,
    chicken!=닭고기, ramen!=라면, bulgogi!=불고기, bibimbap!=비빔밥, salad!=샐러드, pasta!=파스타,
    gimbap!=김밥, tofu!=두부
snack: cake=케이크, chocolate!=초콜릿, candy!=사탕, ice cream!=아이스크림, sandwich=샌드위치,
    hamburger=햄버거, cookie=쿠키, egg=달걀, potato=감자, carrot=당근
meal: breakfast!=아침, lunch!=점심, dinner!=저녁
drink: coffee!=커피, tea!=차, green tea!=녹차, milk!=우유, water!=물, juice!=주스,
    orange juice!=오렌지 주스, cola!=콜라, beer!=맥주, wine!=와인
reading: book=책, newspaper=신문, letter=편지, novel=소설, comic book=만화책, magazine=잡지,
    poem=시, story=이야기, textbook=교과서, report=보고서, email=이메일, diary=일기
media: movie=영화, drama=드라마, picture=사진, song=노래, game=게임, video=동영상
thing: pen=펜, pencil=연필, notebook=공책, bag=가방, umbrella=우산, phone=전화기, computer=컴퓨터,
    camera=카메라, clock=시계, chair=의자, desk=책상, table=탁자, bed=침대, cup=컵, plate=접시,
    key=열쇠, wallet=지갑, box=상자, gift=선물, ticket=표, map=지도, dictionary=사전, mirror=거울,
    doll=인형, ball=공, knife=칼, spoon=숟가락, television=텔레비전, lamp=램프, towel=수건,
    candle=촛불, basket=바구니, card=카드, passport=여권, guitar=기타, piano=피아노,
    violin=바이올린, laptop=노트북, eraser=지우개, ruler=자, blanket=이불, pillow=베개,
    toy=장난감, bottle=병, vase=꽃병, suitcase=여행 가방, refrigerator=냉장고, fan=선풍기,
    toothbrush=칫솔, soap!=비누, medicine!=약, money!=돈, paper!=종이
clothes: shirt=셔츠, coat=코트, skirt=치마, dress=원피스, sweater=스웨터, jacket=재킷,
    pants+=바지, uniform=교복, hanbok=한복
shoes: shoes+=신발, sneakers+=운동화, socks+=양말, boots+=부츠
headwear: hat=모자, glasses+=안경
vehicle: car=자동차, bus=버스, train=기차, bicycle=자전거, taxi=택시, subway=지하철,
    airplane=비행기, ship=배
animal: dog=강아지, cat=고양이, bird=새, rabbit=토끼, horse=말, cow=소, pig=돼지, bear=곰,
    tiger=호랑이, lion=사자, monkey=원숭이, elephant=코끼리, mouse=쥐, duck=오리, sheep=양,
    frog=개구리, turtle=거북이, butterfly=나비
nature: flower=꽃, tree=나무, river=강, mountain=산, sea=바다, sky=하늘, star=별, moon=달, sun=해,
    cloud=구름, rose=장미, forest=숲, lake=호수, wind!=바람, snow!=눈, rain!=비, leaf=나뭇잎,
    stone=돌
building: school=학교, house=집, library=도서관, hospital=병원, bank=은행, post office=우체국,
    restaurant=식당, cafe=카페, park=공원, station=역, airport=공항, hotel=호텔, market=시장,
    supermarket=슈퍼마켓, museum=박물관, theater=극장, church=교회, company=회사, office=사무실,
    classroom=교실, bakery=빵집, bookstore=서점, pharmacy=약국, police station=경찰서,
    bus stop=버스 정류장, gym=체육관, swimming pool=수영장, zoo=동물원, university=대학교,
    kitchen=부엌, room=방, bathroom=화장실, living room=거실, garden=정원, street=거리,
    beach=해변, village=마을, city=도시, playground=놀이터, department store=백화점,
    subway station=지하철역, flower shop=꽃집, parking lot=주차장, bridge=다리, door=문,
    window=창문
job: student=학생, teacher=선생님, doctor=의사, nurse=간호사, police officer=경찰관,
    firefighter=소방관, cook=요리사, singer=가수, actor=배우, artist=화가, writer=작가,
    engineer=엔지니어, lawyer=변호사, farmer=농부, driver=운전사, soldier=군인, reporter=기자,
    scientist=과학자, designer=디자이너, pilot=조종사, dentist=치과 의사, office worker=회사원,
    high school student=고등학생, college student=대학생, programmer=프로그래머, musician=음악가,
    photographer=사진사, translator=번역가, professor=교수, businessman=사업가, dancer=무용수,
    baseball player=야구 선수, soccer player=축구 선수
study: Korean!=한국어, English!=영어, Japanese!=일본어, Chinese!=중국어, French!=프랑스어,
    Spanish!=스페인어, math!=수학, history!=역사, science!=과학, music!=음악, art!=미술,
    German!=독일어
sport: soccer!=축구, baseball!=야구, basketball!=농구, tennis!=테니스, volleyball!=배구,
    badminton!=배드민턴, golf!=골프, table tennis!=탁구
talk: news!=뉴스, radio=라디오, question=질문, name=이름, homework!=숙제, test=시험, problem=문제,
    word=단어, sentence=문장, answer=답, plan=계획, dream=꿈, idea=생각, class=수업, meeting=회의,
    party=파티, trip=여행, concert=콘서트, job=직업, language=언어, hobby=취미, birthday=생일,
    weather!=날씨, food!=음식, color=색, season=계절, subject=과목, animal=동물, place=장소,
    friend=친구, person=사람, child=아이, baby=아기, man=남자, woman=여자, boy=소년, girl=소녀,
    neighbor=이웃, voice=목소리, face=얼굴, hair!=머리카락, eye=눈, hand=손, country=나라,
    fruit!=과일, sport=운동, secret=비밀, mistake=실수, promise=약속, appointment=예약,
    vegetable=채소, clothes+=옷, dishes+=설거지, room key=방 열쇠
"""

# The counter of a noun or of a category: Korean counts "three apples" as 사과 세 개, with a word
# for what is counted. Other nouns take 개.
COUNTERS = pairs("""
reading=권, animal=마리, clothes=벌, shoes=켤레, job=명, fruit=개, drink=잔, vehicle=대,
letter=통, email=통, newspaper=장, story=개, picture=장, ticket=장, map=장, card=장, flower=송이,
rose=송이, tree=그루, pencil=자루, pen=자루, notebook=권, dictionary=권, camera=대, computer=대,
television=대, laptop=대, piano=대, friend=명, child=명, person=명, man=명, woman=명, boy=명,
girl=명, bottle=병, poem=편, movie=편, song=곡, report=개, diary=권, phone=대, violin=대,
guitar=대, house=채, bus=대, fan=대, refrigerator=대, towel=장
""")


def parse_nouns(table: str) -> dict[str, Noun]:
    """Reads a table of nouns; a later noun takes the place of an earlier one of the same key."""
    nouns = {}
    for row in rows(table):
        category, entries = row.split(": ")
        for english, korean in pairs(entries).items():
            noun = Noun(english.rstrip("!+"), korean, category, kind_of(english))
            nouns[noun.key] = noun
    return nouns


def kind_of(marked: str) -> Literal["count", "mass", "plural"]:
    """Returns the kind of a noun by its mark."""
    if marked.endswith("!"):
        return "mass"
    return "plural" if marked.endswith("+") else "count"


NOUNS = parse_nouns(NOUN_TABLE)


def counter(noun: Noun) -> str:
    """Returns the counter of a noun: 권 of books, 마리 of animals."""
    return COUNTERS.get(noun.english) or COUNTERS.get(noun.category, "개")


def expand(keys: str) -> tuple[str, ...]:
    """Replaces "@category" by the keys of that category; drops words that are not nouns here."""
    found: list[str] = []
    for key in keys.split():
        if key.startswith("@"):
            found += [name for name, noun in NOUNS.items() if noun.category == key[1:]]
        elif key in NOUNS:
            found.append(key)
    return tuple(found)
