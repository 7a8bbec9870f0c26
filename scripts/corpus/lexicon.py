# ruff: noqa: E501  (tables of short entries; a Hangul letter counts as two columns)
"""The hand-made English-Korean lexicon of the corpus generator: nouns, actions, adjectives, people, places, names.

The tables are text so that they can be read and edited as lists. Nouns are `english=korean`; a "!" after the English
marks a mass noun, a "+" one that is only used in the plural. Nouns that carry an unusual plural are in PLURALS.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Noun:
    """A noun: English singular (or plural-only) form, Korean form, category, kind ("count", "mass" or "plural")."""

    english: str
    korean: str
    category: str
    kind: str


@dataclass(frozen=True)
class Action:
    """A verb phrase: English base, past and -ing, an English tail and a Korean pattern with an object slot.

    `objects` are the nouns that fit the slot, `places` where it is done. `flags`: h a habit, w done with others, t takes
    time, l fit for let's, c fit for a command, b a skill, x only said of the past, k not of an honoured subject,
    y goes with months and years, q everyday business, i done indoors, o outdoors, s goes with the seasons,
    v over in a moment, n goes with no time.
    """

    base: str
    past: str
    ing: str
    tail: str
    korean: str
    objects: tuple[str, ...]
    places: tuple[str, ...]
    flags: str


@dataclass(frozen=True)
class Adjective:
    """An adjective, the Korean dictionary form and the nouns or categories it describes."""

    english: str
    korean: str
    nouns: tuple[str, ...]


NOUN_TABLE = {
    "fruit": "apple=사과, banana=바나나, orange=오렌지, peach=복숭아, pear=배, strawberry=딸기, watermelon=수박, tomato=토마토, "
    "tangerine=귤, mango=망고",
    "dish": "rice!=밥, bread!=빵, kimchi!=김치, pizza!=피자, soup!=국, meat!=고기, fish!=생선, chicken!=닭고기, ramen!=라면, "
    "bulgogi!=불고기, bibimbap!=비빔밥, salad!=샐러드, pasta!=파스타, gimbap!=김밥, tofu!=두부",
    "snack": "cake=케이크, chocolate!=초콜릿, candy!=사탕, ice cream!=아이스크림, sandwich=샌드위치, hamburger=햄버거, cookie=쿠키, "
    "egg=달걀, potato=감자, carrot=당근",
    "meal": "breakfast!=아침, lunch!=점심, dinner!=저녁",
    "drink": "coffee!=커피, tea!=차, green tea!=녹차, milk!=우유, water!=물, juice!=주스, orange juice!=오렌지 주스, cola!=콜라, "
    "beer!=맥주, wine!=와인",
    "reading": "book=책, newspaper=신문, letter=편지, novel=소설, comic book=만화책, magazine=잡지, poem=시, story=이야기, "
    "textbook=교과서, report=보고서, email=이메일, diary=일기",
    "media": "movie=영화, drama=드라마, picture=사진, song=노래, game=게임, video=동영상",
    "thing": "pen=펜, pencil=연필, notebook=공책, bag=가방, umbrella=우산, phone=전화기, computer=컴퓨터, camera=카메라, clock=시계, "
    "chair=의자, desk=책상, table=탁자, bed=침대, cup=컵, plate=접시, key=열쇠, wallet=지갑, box=상자, gift=선물, ticket=표, "
    "map=지도, dictionary=사전, mirror=거울, doll=인형, ball=공, knife=칼, spoon=숟가락, television=텔레비전, lamp=램프, "
    "towel=수건, candle=촛불, basket=바구니, card=카드, passport=여권, guitar=기타, piano=피아노, violin=바이올린, "
    "laptop=노트북, eraser=지우개, ruler=자, blanket=이불, pillow=베개, toy=장난감, bottle=병, vase=꽃병, suitcase=여행 가방, "
    "refrigerator=냉장고, fan=선풍기, toothbrush=칫솔, soap!=비누, medicine!=약, money!=돈, paper!=종이",
    "clothes": "shirt=셔츠, coat=코트, skirt=치마, dress=원피스, sweater=스웨터, jacket=재킷, pants+=바지, uniform=교복, hanbok=한복",
    "shoes": "shoes+=신발, sneakers+=운동화, socks+=양말, boots+=부츠",
    "headwear": "hat=모자, glasses+=안경",
    "vehicle": "car=자동차, bus=버스, train=기차, bicycle=자전거, taxi=택시, subway=지하철, airplane=비행기, ship=배",
    "animal": "dog=강아지, cat=고양이, bird=새, rabbit=토끼, horse=말, cow=소, pig=돼지, bear=곰, tiger=호랑이, lion=사자, monkey=원숭이, "
    "elephant=코끼리, mouse=쥐, duck=오리, sheep=양, frog=개구리, turtle=거북이, butterfly=나비",
    "nature": "flower=꽃, tree=나무, river=강, mountain=산, sea=바다, sky=하늘, star=별, moon=달, sun=해, cloud=구름, rose=장미, "
    "forest=숲, lake=호수, wind!=바람, snow!=눈, rain!=비, leaf=나뭇잎, stone=돌",
    "building": "school=학교, house=집, library=도서관, hospital=병원, bank=은행, post office=우체국, restaurant=식당, cafe=카페, "
    "park=공원, station=역, airport=공항, hotel=호텔, market=시장, supermarket=슈퍼마켓, museum=박물관, theater=극장, "
    "church=교회, company=회사, office=사무실, classroom=교실, bakery=빵집, bookstore=서점, pharmacy=약국, police station=경찰서, "
    "bus stop=버스 정류장, gym=체육관, swimming pool=수영장, zoo=동물원, university=대학교, kitchen=부엌, room=방, "
    "bathroom=화장실, living room=거실, garden=정원, street=거리, beach=해변, village=마을, city=도시, playground=놀이터, "
    "department store=백화점, subway station=지하철역, flower shop=꽃집, parking lot=주차장, bridge=다리, door=문, window=창문",
    "job": "student=학생, teacher=선생님, doctor=의사, nurse=간호사, police officer=경찰관, firefighter=소방관, cook=요리사, "
    "singer=가수, actor=배우, artist=화가, writer=작가, engineer=엔지니어, lawyer=변호사, farmer=농부, driver=운전사, "
    "soldier=군인, reporter=기자, scientist=과학자, designer=디자이너, pilot=조종사, dentist=치과 의사, office worker=회사원, "
    "high school student=고등학생, college student=대학생, programmer=프로그래머, musician=음악가, photographer=사진사, "
    "translator=번역가, professor=교수, businessman=사업가, dancer=무용수, baseball player=야구 선수, soccer player=축구 선수",
    "study": "Korean!=한국어, English!=영어, Japanese!=일본어, Chinese!=중국어, French!=프랑스어, Spanish!=스페인어, math!=수학, "
    "history!=역사, science!=과학, music!=음악, art!=미술, German!=독일어",
    "sport": "soccer!=축구, baseball!=야구, basketball!=농구, tennis!=테니스, volleyball!=배구, badminton!=배드민턴, golf!=골프, "
    "table tennis!=탁구",
    "talk": "news!=뉴스, radio=라디오, question=질문, name=이름, homework!=숙제, test=시험, problem=문제, word=단어, sentence=문장, "
    "answer=답, plan=계획, dream=꿈, idea=생각, class=수업, meeting=회의, party=파티, trip=여행, concert=콘서트, job=직업, "
    "language=언어, hobby=취미, birthday=생일, weather!=날씨, food!=음식, color=색, season=계절, subject=과목, animal=동물, "
    "place=장소, friend=친구, person=사람, child=아이, baby=아기, man=남자, woman=여자, boy=소년, girl=소녀, neighbor=이웃, "
    "voice=목소리, face=얼굴, hair!=머리카락, eye=눈, hand=손, country=나라, fruit!=과일, sport=운동, secret=비밀, mistake=실수, "
    "promise=약속, appointment=예약, vegetable=채소, clothes+=옷, dishes+=설거지, room key=방 열쇠",
}

PLURALS = {
    "tomato": "tomatoes", "potato": "potatoes", "peach": "peaches", "strawberry": "strawberries", "mango": "mangoes",
    "sandwich": "sandwiches", "story": "stories", "dictionary": "dictionaries", "diary": "diaries", "box": "boxes",
    "bus": "buses", "mouse": "mice", "sheep": "sheep", "butterfly": "butterflies", "leaf": "leaves",
    "child": "children", "person": "people", "man": "men", "woman": "women", "country": "countries",
    "city": "cities", "class": "classes", "party": "parties", "dress": "dresses", "toothbrush": "toothbrushes",
    "church": "churches", "university": "universities", "company": "companies", "library": "libraries",
    "hobby": "hobbies", "baby": "babies", "knife": "knives", "fish": "fish", "glass": "glasses",
    "pharmacy": "pharmacies", "bakery": "bakeries", "policeman": "policemen", "businessman": "businessmen",
    "hanbok": "hanbok", "actress": "actresses", "beach": "beaches", "bus stop": "bus stops", "family": "families", "piece": "pieces",
}  # fmt: skip

COUNTERS = {
    "reading": "권", "animal": "마리", "clothes": "벌", "shoes": "켤레", "job": "명", "fruit": "개", "drink": "잔",
    "vehicle": "대", "letter": "통", "email": "통", "newspaper": "장", "story": "개", "picture": "장", "ticket": "장",
    "map": "장", "card": "장", "flower": "송이", "rose": "송이", "tree": "그루", "pencil": "자루", "pen": "자루",
    "notebook": "권", "dictionary": "권", "camera": "대", "computer": "대", "television": "대", "laptop": "대",
    "piano": "대", "friend": "명", "child": "명", "person": "명", "man": "명", "woman": "명", "boy": "명", "girl": "명",
    "bottle": "병", "poem": "편", "movie": "편", "song": "곡", "report": "개", "diary": "권",
    "phone": "대", "violin": "대", "guitar": "대", "house": "채", "bus": "대", "fan": "대", "refrigerator": "대", "towel": "장",
}  # fmt: skip

# base past ing | English tail | Korean | objects | places | flags
ACTION_TABLE = """
eat ate eating|{}|{을} 먹다|@fruit @snack|home park|hwtlcq
eat ate eating|{}|{을} 먹다|@dish|home restaurant|hwtlcq
eat ate eating|{}|{을} 먹다|@meal|home restaurant cafe school|hwtlc
drink drank drinking|{}|{을} 마시다|@drink|home cafe|hwtlcq
read read reading|{}|{을} 읽다|@reading|home library cafe school room|hwtlcyqi
write wrote writing|{}|{을} 쓰다|letter report email diary poem story|home library cafe room|htlcqi
watch watched watching|{}|{을} 보다|movie drama television video news|home living_room|hwtlcqi
listen listened listening|to {}|{을} 듣다|music radio song|home cafe room park|hwtlcqi
study studied studying|{}|{을} 공부하다|@study|home library school cafe room|hwtlcyqi
learn learned learning|{}|{을} 배우다|@study piano guitar violin|school university|hwtly
teach taught teaching|{}|{을} 가르치다|@study|school university|hty
play played playing|{}|{을} 하다|@sport|park school gym playground|hwtlcbyqos
play played playing|games|게임을 하다||home room|hwtlcbqi
play played playing|the {}|{을} 치다|piano guitar|home school|hwtlcbqi
play played playing|the violin|바이올린을 켜다||home school room|hwtlb
sing sang singing|{}|{을} 부르다|song|home school party|hwtlcb
sing sang singing||노래하다||home park|hwtb
dance danced dancing||춤추다||home party school|hwtlcb
swim swam swimming||수영하다||swimming_pool beach sea|hwtlcbyqos
run ran running||달리다||park playground|hwtlcbqos
exercise exercised exercising||운동하다||gym park home|hwtlcyqos
sleep slept sleeping||자다||home hotel room|tci
rest rested resting||쉬다||home hotel park|hwtlcqi
work worked working||일하다||company office hospital home bank restaurant|hwtlcyq
cook cooked cooking|{}|{을} 요리하다|fish chicken meat pasta|home kitchen|hwtlcqi
make made making|{}|{을} 만들다|cake cookie kimchi soup gimbap salad doll sandwich|home kitchen|hwtlcqi
buy bought buying|{}|{을} 사다|@fruit @snack @clothes @shoes hat umbrella book bag ticket gift flower bread milk fish camera computer bicycle car dictionary notebook pencil|market department_store supermarket|wlcyq
sell sold selling|{}|{을} 팔다|fruit flower fish vegetable clothes bread book|market|hy
wear wore wearing|{}|{을} 입다|@clothes|-|hv
wear wore wearing|{}|{을} 쓰다|@headwear|-|hv
wear wore wearing|{}|{을} 신다|@shoes|-|hv
find found finding|{}|{을} 찾다|key wallet phone bag glasses book passport ticket umbrella|home room classroom|xv
lose lost losing|{}|{을} 잃어버리다|key wallet phone bag umbrella passport ticket camera|station park airport bus_stop market|xyv
open opened opening|{}|{을} 열다|door window box bag bottle|-|clkv
close closed closing|{}|{을} 닫다|door window box|-|clkv
clean cleaned cleaning|{}|{을} 청소하다|room house kitchen bathroom classroom living_room office|-|hwtlckqi
wash washed washing|the dishes|설거지를 하다||home kitchen|hwtlcqi
wash washed washing|{my} hands|손을 씻다||bathroom kitchen|hc
wash washed washing|{my} face|얼굴을 씻다||bathroom home|hc
brush brushed brushing|{my} teeth|이를 닦다||bathroom home|hc
take took taking|a shower|샤워하다||home hotel|hcq
take took taking|a walk|산책하다||park beach garden|hwtlcqos
take took taking|pictures|사진을 찍다||park beach zoo museum|hwtlcbyqo
take took taking|{}|{을} 타다|bus train taxi subway|-|hwlc
ride rode riding|{}|{을} 타다|bicycle horse|park beach|hwtlcbyos
drive drove driving|{}|{을} 운전하다|car|-|htb
draw drew drawing|{}|{을} 그리다|flower tree dog cat house bird|park room|hwtlcb
draw drew drawing|{}|{을} 그리다|mountain sea|-|hwtlcb
meet met meeting|{my} friend|친구를 만나다||cafe park station school restaurant|hkyq
help helped helping|{my} mother|어머니를 도와드리다||home kitchen|hckq
help helped helping|{my} friend|친구를 도와주다||school library|hckq
wait waited waiting|for {}|{을} 기다리다|bus train taxi|-|tck
wait waited waiting|for {my} friend|친구를 기다리다||park station cafe|hckq
call called calling|{my} friend|친구에게 전화하다||home office|hckqi
talk talked talking|about {}|{}에 대해 이야기하다|weather movie trip plan dream food school music sport soccer history|cafe school home|hwtlc
think thought thinking|about {}|{}에 대해 생각하다|plan trip problem question dream|-|htlc
ask asked asking|a question|질문을 하다||school classroom|c
do did doing|{my} homework|숙제를 하다||home library school room|hwtlcqi
take took taking|a test|시험을 보다||school university|
go went going|shopping|쇼핑하러 가다||-|hwlckyo
go went going|hiking|등산하러 가다||-|hwlckyos
go went going|fishing|낚시하러 가다||-|hwlckyos
go went going|camping|캠핑하러 가다||-|hwlckyos
cry cried crying||울다||room home|tx
laugh laughed laughing||웃다||classroom|tx
use used using|{}|{을} 쓰다|computer phone dictionary pencil pen camera map laptop|home school office library|hc
fix fixed fixing|{}|{을} 고치다|computer bicycle car clock chair camera television radio|home office|cy
bring brought bringing|{}|{을} 가져오다|umbrella camera bag notebook water chair map dictionary book|-|ckv
sit sat sitting|down|앉다||-|lckvn
travel traveled traveling|by {}|{으로} 여행하다|train car bus airplane ship bicycle|-|hwlkys
raise raised raising|{}|{을} 키우다|dog cat rabbit bird horse cow pig duck|home|kn
bake baked baking|{}|{을} 굽다|bread cake cookie|home kitchen bakery|hwtlcb
order ordered ordering|{}|{을} 주문하다|pizza coffee chicken hamburger pasta juice cake salad|restaurant cafe|lcv
borrow borrowed borrowing|{}|{을} 빌리다|book umbrella bicycle pen dictionary camera car novel|-|cv
send sent sending|{}|{을} 보내다|letter gift picture card|post_office|hc
send sent sending|{}|{을} 보내다|email|-|hc
memorize memorized memorizing|{}|{을} 외우다|word sentence song poem|school library home|hwlc
plant planted planting|{}|{을} 심다|tree flower rose carrot potato|garden park|wlcy
catch caught catching|{}|{을} 잡다|ball butterfly frog|park|vn
catch caught catching|fish|물고기를 잡다||river|
break broke breaking|{}|{을} 깨뜨리다|cup plate window bottle mirror vase|home kitchen|xv
wash washed washing|{}|{을} 씻다|apple strawberry cup plate spoon tomato|kitchen|c
draw drew drawing|a picture|그림을 그리다||school home park|hwtlcb
speak spoke speaking|{}|{을} 하다|Korean English Japanese Chinese French Spanish German|school home|b
practice practiced practicing|{}|{을} 연습하다|piano guitar violin soccer Korean English tennis|school home|hwtlcyq
paint painted painting|{}|{을} 칠하다|door wall chair desk house|-|lck
throw threw throwing|{}|{을} 던지다|ball stone|park river|ckvn
hide hid hiding|{}|{을} 숨기다|gift money letter diary candy chocolate key|room|ckv
"""

# Stative verbs: base past | Korean | objects
STATE_TABLE = """
like liked|{을} 좋아하다|@fruit @dish @snack @drink @sport @animal @study @nature book movie drama song game school picture novel concert party car train trip
hate hated|{을} 싫어하다|carrot fish milk soup test homework rain snow meeting winter summer mouse math coffee beer egg meat
need needed|{이} 필요하다|umbrella pen pencil key book computer map dictionary money medicine time water ticket passport bag chair towel coat blanket friend rest help
know knew|{을} 알다|answer song word name secret story
remember remembered|{을} 기억하다|name song story promise word question
understand understood|{을} 이해하다|question sentence problem story word plan
"""

# adjective | comparative | Korean | nouns it describes
ADJECTIVE_TABLE = """
big|bigger|크다|house room bag dog tree box car city school elephant hotel table watermelon airport bear fish
small|smaller|작다|house room bag dog bird box car cat mouse cup village window garden doll
new|newer|새롭다|-
old|older|오래되다|-
expensive|more expensive|비싸다|car computer camera bag coat guitar piano watermelon ticket clock hotel shoes fish violin dress meat
cheap|cheaper|싸다|pen notebook ticket hat umbrella banana shirt bread restaurant bag shoes chair potato
good|better|좋다|book movie song camera weather idea plan restaurant computer school dictionary place guitar answer voice
bad|worse|나쁘다|weather idea movie answer plan dream
pretty|prettier|예쁘다|flower dress doll rose skirt hat butterfly garden picture cup card voice bird vase hanbok
cute|cuter|귀엽다|dog cat rabbit baby doll bird duck bear child pig
beautiful|more beautiful|아름답다|mountain sea river lake song forest garden sky city voice beach star moon island flower
delicious|more delicious|맛있다|@dish apple strawberry cake peach watermelon hamburger sandwich cookie mango food
interesting|more interesting|재미있다|book movie story novel drama game comic_book class subject trip history
boring|more boring|지루하다|book movie class meeting novel drama game story concert
difficult|more difficult|어렵다|test question homework sentence math problem word Korean English textbook science Chinese
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
clean|cleaner|깨끗하다|room kitchen bathroom river house hotel street water classroom towel beach office
dirty|dirtier|더럽다|room shirt shoes street car kitchen window towel socks
quiet|quieter|조용하다|library room cafe park village street office neighbor forest
noisy|noisier|시끄럽다|restaurant street market classroom bus_stop neighbor playground
famous|more famous|유명하다|singer actor writer museum restaurant artist song novel university city movie painting
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

# how a person can be or feel: english | Korean | kind (v = verb of state said in the past: "tired" stays plain)
PERSON_ADJECTIVES = """
happy=행복하다, sad=슬프다, tired=피곤하다, busy=바쁘다, sick=아프다, hungry=배고프다, thirsty=목마르다, kind=친절하다, lazy=게으르다,
healthy=건강하다, lonely=외롭다, honest=솔직하다, smart=똑똑하다, diligent=부지런하다, funny=재미있다, strong=힘이 세다, brave=용감하다,
shy=수줍음이 많다, tall=키가 크다, short=키가 작다, sleepy=졸리다, bored=심심하다, worried=걱정되다, rich=부유하다, poor=가난하다, full=배부르다,
quiet=조용하다, famous=유명하다, nervous=긴장되다, cold=춥다, hot=덥다, okay=괜찮다, free=한가하다, polite=예의 바르다, curious=호기심이 많다
"""
FEELINGS = "happy sad tired busy sick hungry thirsty lonely sleepy bored worried full nervous cold hot okay free".split()
TRAITS = "kind lazy healthy honest smart diligent funny strong brave shy tall short rich quiet polite curious famous".split()

PEOPLE_TABLE = """
my mother=우리 어머니+, my father=우리 아버지+, my grandmother=우리 할머니+, my grandfather=우리 할아버지+, my mom=우리 엄마,
my dad=우리 아빠, my brother=내 남동생, my sister=내 여동생, my older brother=우리 형, my older sister=우리 누나, my son=내 아들,
my daughter=내 딸, my friend=내 친구, my uncle=우리 삼촌, my aunt=우리 이모, my cousin=내 사촌, my wife=내 아내, my husband=내 남편,
my teacher=우리 선생님+, my roommate=내 룸메이트, my neighbor=내 이웃, our teacher=우리 선생님+, his brother=그의 남동생,
her sister=그녀의 여동생, the doctor=의사 선생님+, the student=그 학생, that woman=저 여자, that man=저 남자,
the children=아이들*, my parents=우리 부모님+*, my friends=내 친구들*, the students=학생들*, the boy=그 소년, the girl=그 소녀
"""
FAMILY_NOUNS = {"brother": "남동생", "sister": "여동생", "older brother": "형", "older sister": "누나", "son": "아들",
                "daughter": "딸", "cousin": "사촌", "uncle": "삼촌", "aunt": "이모"}  # fmt: skip

PLACES = {
    "home": ("at home", "집"), "sea": ("in the sea", "바다"), "river": ("at the river", "강"), "school": ("at school", "학교"),
    "company": ("at the company", "회사"), "party": ("at the party", "파티"), "kitchen": ("in the kitchen", "부엌"),
    "bathroom": ("in the bathroom", "화장실"), "living_room": ("in the living room", "거실"), "room": ("in {my} room", "방"),
    "garden": ("in the garden", "정원"), "park": ("in the park", "공원"), "classroom": ("in the classroom", "교실"),
}  # fmt: skip

CITIES = {
    "Seoul": "서울", "Busan": "부산", "Jeju": "제주", "Incheon": "인천", "Daegu": "대구", "Tokyo": "도쿄", "Paris": "파리", "London": "런던",
    "New York": "뉴욕", "Beijing": "베이징", "Berlin": "베를린", "Rome": "로마", "Sydney": "시드니",
}  # fmt: skip

# country | Korean | adjective of nationality
COUNTRIES = {
    "Korea": ("한국", "Korean"), "Japan": ("일본", "Japanese"), "China": ("중국", "Chinese"),
    "America": ("미국", "American"), "Canada": ("캐나다", "Canadian"), "France": ("프랑스", "French"),
    "Germany": ("독일", "German"), "England": ("영국", "English"), "Spain": ("스페인", "Spanish"),
    "Italy": ("이탈리아", "Italian"), "Russia": ("러시아", "Russian"), "India": ("인도", "Indian"),
    "Vietnam": ("베트남", "Vietnamese"), "Thailand": ("태국", "Thai"), "Mexico": ("멕시코", "Mexican"),
    "Brazil": ("브라질", "Brazilian"), "Australia": ("호주", "Australian"),
}  # fmt: skip

PAST_TIMES = {
    "yesterday": "어제", "last night": "어젯밤에", "last week": "지난주에", "last weekend": "지난 주말에", "this morning": "오늘 아침에",
    "last year": "작년에", "last month": "지난달에", "two days ago": "이틀 전에", "an hour ago": "한 시간 전에", "last summer": "지난여름에",
    "yesterday morning": "어제 아침에", "last Sunday": "지난 일요일에", "yesterday evening": "어제 저녁에",
}  # fmt: skip
FUTURE_TIMES = {
    "tomorrow": "내일", "next week": "다음 주에", "this weekend": "이번 주말에", "tonight": "오늘 밤에", "this afternoon": "오늘 오후에",
    "tomorrow morning": "내일 아침에", "next month": "다음 달에", "this evening": "오늘 저녁에", "on Saturday": "토요일에",
    "on Monday": "월요일에", "next year": "내년에", "later": "나중에", "soon": "곧", "after school": "방과 후에", "on Friday": "금요일에",
}  # fmt: skip
HABIT_TIMES = {
    "every day": "매일", "every morning": "매일 아침", "every evening": "매일 저녁", "every weekend": "주말마다", "every night": "매일 밤",
    "in the morning": "아침에", "in the evening": "저녁에", "in the afternoon": "오후에", "on Sundays": "일요일마다",
    "on Saturdays": "토요일마다", "once a week": "일주일에 한 번", "twice a week": "일주일에 두 번", "every week": "매주",
    "three times a week": "일주일에 세 번", "after lunch": "점심을 먹은 후에", "before dinner": "저녁을 먹기 전에", "in summer": "여름에",
    "in winter": "겨울에",
}  # fmt: skip
FREQUENCY = {"often": "자주", "always": "항상", "usually": "보통", "sometimes": "가끔"}
NOW_TIMES = {"now": "지금", "right now": "바로 지금", "": "", "these days": "요즘"}
DAYS = {"Monday": "월요일", "Tuesday": "화요일", "Wednesday": "수요일", "Thursday": "목요일", "Friday": "금요일", "Saturday": "토요일",
        "Sunday": "일요일"}  # fmt: skip
MONTHS = {"January": "일월", "February": "이월", "March": "삼월", "April": "사월", "May": "오월", "June": "유월", "July": "칠월",
          "August": "팔월", "September": "구월", "October": "시월", "November": "십일월", "December": "십이월"}  # fmt: skip
SEASONS = {"spring": "봄", "summer": "여름", "fall": "가을", "winter": "겨울"}
NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS_WORDS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()

# body part | Korean
BODY = {"head": "머리", "stomach": "배", "leg": "다리", "arm": "팔", "back": "허리", "tooth": "이", "throat": "목", "hand": "손",
        "foot": "발", "knee": "무릎", "shoulder": "어깨", "finger": "손가락", "ear": "귀"}  # fmt: skip
SURNAMES = {"Kim": "김", "Lee": "이", "Park": "박", "Choi": "최", "Kang": "강", "Cho": "조", "Jang": "장", "Lim": "임",
            "Shin": "신", "Oh": "오", "Kwon": "권", "Hwang": "황"}  # fmt: skip
WESTERN_NAMES = {"Tom": "톰", "Emma": "에마", "John": "존", "Mary": "메리", "Peter": "피터", "Anna": "안나", "Lisa": "리사",
                 "David": "데이비드", "Sarah": "세라", "Paul": "폴", "Linda": "린다", "Kevin": "케빈", "Lucy": "루시", "Henry": "헨리",
                 "Susan": "수전", "Mike": "마이크"}  # fmt: skip

# Given names: first and second syllables, each with its one romanisation.
SYLLABLES = {
    "Min": "민", "Seo": "서", "Ji": "지", "Ha": "하", "Jun": "준", "Do": "도", "Ye": "예", "Yu": "유", "Su": "수", "Ju": "주", "Hyun": "현",
    "Seung": "승", "Tae": "태", "Jae": "재", "Sang": "상", "Young": "영", "Kyung": "경", "Eun": "은", "Chae": "채", "Na": "나",
    "Da": "다", "So": "소", "Bo": "보", "Ga": "가", "Gun": "건", "Dong": "동", "Sung": "성", "Jin": "진", "Chan": "찬", "Hye": "혜",
    "Hyo": "효", "Mi": "미", "Sun": "선", "Woo": "우", "In": "인", "Yun": "윤", "Si": "시", "Ra": "라", "Ah": "아", "Gyu": "규",
    "Seok": "석", "Ho": "호", "Hun": "훈", "Hwan": "환", "Wook": "욱", "Bin": "빈", "Yul": "율", "Rin": "린", "Hee": "희", "Won": "원",
    "Jung": "정", "Jong": "종", "Cheol": "철", "Nam": "남", "Ri": "리", "Byul": "별", "Bom": "봄", "Sol": "솔", "Han": "한", "Sae": "새",
    "Rae": "래", "Ro": "로", "Ram": "람", "Reum": "름", "Gi": "기", "Dan": "단", "Hong": "홍", "Woong": "웅", "Pil": "필",
    "Sik": "식", "Yong": "용", "Yeol": "열", "Kwang": "광", "Hwa": "화", "Myung": "명", "On": "온", "Seul": "슬", "Geun": "근",
    "Byung": "병", "Rang": "랑", "Bi": "비", "Dam": "담", "Il": "일", "Sook": "숙", "Ok": "옥", "Ja": "자", "Chang": "창", "Hak": "학",
    "Yeon": "연", "Lim": "림", "Wan": "완", "Hyuk": "혁", "Sub": "섭", "Se": "세", "Rok": "록", "Cho": "초",
}  # fmt: skip
BOY_FIRST = "Min Seo Ji Do Ju Jun Hyun Seung Tae Jae Sang Young Dong Sung Chan Gun Woo Si Yu In Jin Kyung Jung Jong Chang Kwang Myung Ha Byung Se Gi Ye".split()
BOY_SECOND = "Jun Woo Ho Hun Hyun Min Seok Hwan Wook Bin Gyu Jin Won Su Sung Sik Yong Cheol Chan Young Han Geun Yul Hyuk Wan Sub Gi Woong Rok Yun".split()
GIRL_FIRST = "Seo Ji Ha Ye Yu Su Min Chae Na Da So Hye Hyo Mi Sun Eun Ju Yun Ah Ga Bo Young Kyung Jung Se".split()
GIRL_SECOND = "Yeon Eun Ah Na Hee Rin Yun Young Jin Ju In Bin Sol Won Mi Ri Kyung Sun Byul Bom Hyun Min Sook Yul Dam On Seul Lim Ra Ram Ji Seo".split()
ONE_SYLLABLE = "Sol Bom Byul Yul Jun Min Jin Hun Bin Chan Won Eun".split()
BANNED = (
    "예수 건기 소인 가주 기진 주준 유우 보인 지온 건인 상준수 가진 하별수 명인 시조 서수 도수 기우 하우 경우 서우수 도하수 진우수 유선 예선 수선 민수민 진선 나랑 소랑 보봄 가아 정리 수선 경주 미담 나온 단선 영원 지주 시선 시연수 상담 소담 나담 다담 보담 가담 정담 여담 선담 주담 하담 수담 은온 하온 보온 나람 가람 다람 미람 보람 서온 정온 주온 시록 기록 도록 상록 주록 서록 미숙 정숙 지록 성록 경록 종록 다솔 미솔 보솔 혜솔 미슬 가슬 나슬 보슬 정슬 가봄 나봄 미봄 가별 나별 보별 정별 영별 경별 선별 선봄 소봄 소별 정봄 영봄 경봄 효봄 효별 혜봄 주봄 주별 세봄 세별 영린 정린 선린 경린 미린 보린 유린 병섭 시섭 지섭수 유섭 하섭 서섭 세섭 세혁수 하기 주기 서기 상기 종기 유기 지기 경기 정기 장기 영기 성기 창기 광기 명기 병기 우기 준기수 인기 진기 재기 태기 도완 영완 "
    "소주 지진 하수 주인 미인 보수 다수 소수 선수 가수 하인 주민 서민 상인 성인 재수 인민 승인 시민 도민 도인 시인 주석 보석 유인 여인 가난 "
    "소나 기린 인하 상하 하온 수온 다리 소리 미리 보리 가리 나리 유리 자리 혜성 동석 시신 기름 다름 가람 지병 시기 도기 세기 기필 도용 재난 "
    "미용 소화 미화 유화 가화 다슬 연하 초나 초아 초인 초란 화나 화옥 지식 주식 도식 시식 세식 유식 상식 재한 기한 시한 유한 무한 중성 상성 유성 "
    "지성 기성 도하 시세 수림 유림 지옥 가옥 하옥 다인 선율 기준 시준 창준 보온 기온 소온 미온 나라 지라 가라 하라 수라 새라 "
    "혜라 다라 미라 주라 예라 효라 서라 은라 소원 지환 유환 상환 기환 수란 선영 기수 동하 세수 시영 유영 수영 인영 재영 서영수 주원인 병환 병욱병 "
    "병원 창고 창건 성병 병기 병한 병일 기일 시일 도일 하일 유일 세일 주일 지일 상일 종일 동일 정일 경일 명일 서일 인일 진일 진건 "
    "시간 세민 재민 유민 하민 서식 인식 진식 정식 종식 형식 상처 기규 창립 상영 종영 경영 도영수 주연 조연 가연 소연기 하연 수은 "
    "민란 단나 단아 단영 단리 단미 단옥 단숙 화미 화주 화인 화리 화연 화영 새주 새미 새숙 새옥 새경 새영 새현 새빈 새민 새라 새화 새율 새선 "
    "새윤 새희 새은 새연 새원 새인 가미 가선 가숙 가옥 가비 초숙 초옥 초빈 초율 초경 초선 초민 초윤 초주 초미 초리 초영 초화 초림 초래 초라 초람 초담 나래 "
    "미래 도래 소래 가래 세나 세미 세리 세주 세화 나화 나옥 나숙 다숙 다옥 다화 나선 나경 나인 나원 보선 보숙 보옥 보화 보민 보주 "
    "미선 선미 민수수 수수 인인 나나 미미 하하 지지 보보"
).split()
# second syllables that only go with some first ones
CHOOSY = {
    "Ra": "Yu Bo So Ah Se", "Ah": "Seo Ji Yu Su Min Chae Yun Sun Kyung Jung Young Hyo", "Mi": "Young Kyung Sun So Yu Ah Bo Na",
    "Rin": "Ye Ha Chae Seo So Hye Ah Su", "Yul": "Ha Seo So Ji Eun Do Min", "Dam": "Ye Hye Seo", "On": "Da Si Ji Ye", "Ri": "Yu Na Ye Hye Chae",
    "Na": "Yu Mi Ye Ha Seo Yun Ji Han Su Da Se", "Ram": "Ah Bo Ye", "Sook": "Mi Hyo Young Kyung Jung", "Bom": "Sae Da Ye Yu Eun Seo",
    "Byul": "Eun Han Sae Da Ye Ha Yu", "Seul": "Ye Eun Da Min", "Won": "Ji Ye Seo Chae Hye Hyo Ha Su Do Si Tae Sung Chan Jung Kyung Jae",
    "Lim": "Ye Hye Yu Chae Seo Ha", "Sol": "Yu Ye Han Eun Min Ji Ha", "Ji": "Min Su Ye Yun Eun Hyun Young", "Seo": "Min Yun Eun Hyun Ji Ye", "Rok": "Sang Young Dong Seung",
}  # fmt: skip
HELD_OUT_NAMES = 90
TRAIN_NAMES = 530
NAMES_BY_SYLLABLE = 8


def parse_nouns() -> dict[str, Noun]:
    """Reads NOUN_TABLE; keys are the English words, spaces as underscores."""
    kinds = {"!": "mass", "+": "plural"}
    nouns = {}
    for category, table in NOUN_TABLE.items():
        for entry in table.split(", "):
            english, korean = entry.split("=")
            kind = kinds.get(english[-1], "count")
            english = english.rstrip("!+")
            nouns[english.replace(" ", "_")] = Noun(english, korean, category, kind)
    return nouns


NOUNS = parse_nouns()


def expand(keys: str) -> tuple[str, ...]:
    """Replaces "@category" by the keys of that category; drops words that are not in the lexicon."""
    found: list[str] = []
    for key in keys.split():
        if key.startswith("@"):
            found += [name for name, noun in NOUNS.items() if noun.category == key[1:]]
        elif key in NOUNS:
            found.append(key)
    return tuple(found)


def parse_actions() -> list[Action]:
    """Reads ACTION_TABLE."""
    actions = []
    for line in ACTION_TABLE.strip().splitlines():
        forms, tail, korean, objects, places, flags = line.split("|")
        base, past, ing = forms.split()
        where = tuple(places.split()) if places != "-" else ()
        actions.append(Action(base, past, ing, tail, korean, expand(objects), where, flags))
    return actions


def parse_states() -> list[Action]:
    """Reads STATE_TABLE."""
    states = []
    for line in STATE_TABLE.strip().splitlines():
        forms, korean, objects = line.split("|")
        base, past = forms.split()
        states.append(Action(base, past, "", "{}", korean, expand(objects), (), "s"))
    return states


def parse_adjectives() -> dict[str, tuple[Adjective, str]]:
    """Reads ADJECTIVE_TABLE: English to the adjective and its comparative."""
    rows = [line.split("|") for line in ADJECTIVE_TABLE.strip().splitlines()]
    return {row[0]: (Adjective(row[0], row[2], expand(row[3])), row[1]) for row in rows}


def parse_pairs(table: str) -> dict[str, str]:
    """Reads a table of `english=korean` entries."""
    entries = table.replace("\n", " ").split(",")
    return dict(tuple(entry.strip().split("=")) for entry in entries)


ACTIONS = parse_actions()
STATES = parse_states()
ADJECTIVES = parse_adjectives()
PERSON = parse_pairs(PERSON_ADJECTIVES)
PEOPLE = parse_pairs(PEOPLE_TABLE)


def plural(english: str) -> str:
    """Returns the English plural."""
    if english in PLURALS:
        return PLURALS[english]
    head, _, last = english.rpartition(" ")
    if last in PLURALS:
        return (head + " " if head else "") + PLURALS[last]
    if english.endswith("y") and english[-2] not in "aeiou":
        return english[:-1] + "ies"
    return english + ("es" if english.endswith(("s", "x", "sh", "ch")) else "s")


def number_word(number: int) -> str:
    """Returns the English number word, 1 to 99,999."""
    if number < 20:
        return NUMBER_WORDS[number]
    if number < 100:
        rest = number % 10
        return TENS_WORDS[number // 10] + ("-" + NUMBER_WORDS[rest] if rest else "")
    for value, unit in ((1000, "thousand"), (100, "hundred")):
        if number >= value:
            rest = number % value
            return f"{number_word(number // value)} {unit}" + (
                " " + number_word(rest) if rest else ""
            )
    raise ValueError(f"Expected a number below 100,000. Received: {number}.")


def ordinal(number: int) -> str:
    """Returns the English ordinal, 1 to 39."""
    if number <= 20:
        return ORDINALS[number]
    return "thirtieth" if number == 30 else f"{TENS_WORDS[number // 10]}-{ORDINALS[number % 10]}"


def segmentations(name: str) -> int:
    """Counts the ways a romanised name splits into one or two syllables of the inventory."""
    known = {roman.lower() for roman in SYLLABLES}
    word = name.lower()
    return (word in known) + sum(
        word[:cut] in known and word[cut:] in known for cut in range(1, len(word))
    )


def given_names() -> dict[str, str]:
    """Returns every acceptable given name: romanised to Hangul."""
    names: dict[str, str] = {}
    for firsts, seconds in ((BOY_FIRST, BOY_SECOND), (GIRL_FIRST, GIRL_SECOND)):
        for first in firsts:
            for second in seconds:
                roman = first + second.lower()
                korean = SYLLABLES[first] + SYLLABLES[second]
                allowed = second not in CHOOSY or first in CHOOSY[second].split()
                if (
                    first != second
                    and allowed
                    and korean not in BANNED
                    and segmentations(roman) == 1
                ):
                    names[roman] = korean
    return names


def genders(roman: str) -> str:
    """Returns "m", "f" or "mf": whom a given name suits."""
    if roman in WESTERN_NAMES:
        return (
            "f"
            if roman in ("Emma", "Mary", "Anna", "Lisa", "Sarah", "Linda", "Lucy", "Susan")
            else "m"
        )
    boy = any(roman == first + second.lower() for first in BOY_FIRST for second in BOY_SECOND)
    girl = any(roman == first + second.lower() for first in GIRL_FIRST for second in GIRL_SECOND)
    return ("m" if boy else "") + ("f" if girl else "") or "mf"
