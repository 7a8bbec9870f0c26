"""Korean given names with one romanisation for each syllable, surnames and Western names."""

from __future__ import annotations

from functools import cache

from lexicon.tables import pairs, words

SURNAMES = pairs("""
Kim=김, Lee=이, Park=박, Choi=최, Kang=강, Cho=조, Jang=장, Lim=임, Shin=신, Oh=오, Kwon=권,
Hwang=황
""")

WESTERN_NAMES = pairs("""
Tom=톰, Emma=에마, John=존, Mary=메리, Peter=피터, Anna=안나, Lisa=리사, David=데이비드,
Sarah=세라, Paul=폴, Linda=린다, Kevin=케빈, Lucy=루시, Henry=헨리, Susan=수전, Mike=마이크
""")
WESTERN_WOMEN = words("""
Emma Mary Anna Lisa Sarah Linda Lucy Susan
""")

# Given names have one or two of these syllables.
SYLLABLES = pairs("""
Min=민, Seo=서, Ji=지, Ha=하, Jun=준, Do=도, Ye=예, Yu=유, Su=수, Ju=주, Hyun=현, Seung=승,
Tae=태, Jae=재, Sang=상, Young=영, Kyung=경, Eun=은, Chae=채, Na=나, Da=다, So=소, Bo=보, Ga=가,
Gun=건, Dong=동, Sung=성, Jin=진, Chan=찬, Hye=혜, Hyo=효, Mi=미, Sun=선, Woo=우, In=인, Yun=윤,
Si=시, Ra=라, Ah=아, Gyu=규, Seok=석, Ho=호, Hun=훈, Hwan=환, Wook=욱, Bin=빈, Yul=율, Rin=린,
Hee=희, Won=원, Jung=정, Jong=종, Cheol=철, Nam=남, Ri=리, Byul=별, Bom=봄, Sol=솔, Han=한,
Sae=새, Rae=래, Ro=로, Ram=람, Reum=름, Gi=기, Dan=단, Hong=홍, Woong=웅, Pil=필, Sik=식, Yong=용,
Yeol=열, Kwang=광, Hwa=화, Myung=명, On=온, Seul=슬, Geun=근, Byung=병, Rang=랑, Bi=비, Dam=담,
Il=일, Sook=숙, Ok=옥, Ja=자, Chang=창, Hak=학, Yeon=연, Lim=림, Wan=완, Hyuk=혁, Sub=섭, Se=세,
Rok=록, Cho=초
""")

# First and second syllables of boys' and of girls' names.
BOY_FIRST = words("""
Min Seo Ji Do Ju Jun Hyun Seung Tae Jae Sang Young Dong Sung Chan Gun Woo Si Yu In Jin Kyung Jung
Jong Chang Kwang Myung Ha Byung Se Gi Ye
""")
BOY_SECOND = words("""
Jun Woo Ho Hun Hyun Min Seok Hwan Wook Bin Gyu Jin Won Su Sung Sik Yong Cheol Chan Young Han Geun
Yul Hyuk Wan Sub Gi Woong Rok Yun
""")
GIRL_FIRST = words("""
Seo Ji Ha Ye Yu Su Min Chae Na Da So Hye Hyo Mi Sun Eun Ju Yun Ah Ga Bo Young Kyung Jung Se
""")
GIRL_SECOND = words("""
Yeon Eun Ah Na Hee Rin Yun Young Jin Ju In Bin Sol Won Mi Ri Kyung Sun Byul Bom Hyun Min Sook Yul
Dam On Seul Lim Ra Ram Ji Seo
""")
ONE_SYLLABLE = words("""
Sol Bom Byul Yul Jun Min Jin Hun Bin Chan Won Eun
""")

# Pairs of syllables that are no name: mostly words of Korean.
BANNED = frozenset(
    words("""
예수 건기 소인 가주 기진 주준 유우 보인 지온 건인 상준수 가진 하별수 명인 시조 서수 도수 기우 하우
경우 서우수 도하수 진우수 유선 예선 수선 민수민 진선 나랑 소랑 보봄 가아 정리 경주 미담 나온 단선
영원 지주 시선 시연수 상담 소담 나담 다담 보담 가담 정담 여담 선담 주담 하담 수담 은온 하온 보온
나람 가람 다람 미람 보람 서온 정온 주온 시록 기록 도록 상록 주록 서록 미숙 정숙 지록 성록 경록
종록 다솔 미솔 보솔 혜솔 미슬 가슬 나슬 보슬 정슬 가봄 나봄 미봄 가별 나별 보별 정별 영별 경별
선별 선봄 소봄 소별 정봄 영봄 경봄 효봄 효별 혜봄 주봄 주별 세봄 세별 영린 정린 선린 경린 미린
보린 유린 병섭 시섭 지섭수 유섭 하섭 서섭 세섭 세혁수 하기 주기 서기 상기 종기 유기 지기 경기 정기
장기 영기 성기 창기 광기 명기 병기 우기 준기수 인기 진기 재기 태기 도완 영완 소주 지진 하수 주인
미인 보수 다수 소수 선수 가수 하인 주민 서민 상인 성인 재수 인민 승인 시민 도민 도인 시인 주석
보석 유인 여인 가난 소나 기린 인하 상하 수온 다리 소리 미리 보리 가리 나리 유리 자리 혜성 동석
시신 기름 다름 지병 시기 도기 세기 기필 도용 재난 미용 소화 미화 유화 가화 다슬 연하 초나 초아
초인 초란 화나 화옥 지식 주식 도식 시식 세식 유식 상식 재한 기한 시한 유한 무한 중성 상성 유성
지성 기성 도하 시세 수림 유림 지옥 가옥 하옥 다인 선율 기준 시준 창준 기온 소온 미온 나라 지라
가라 하라 수라 새라 혜라 다라 미라 주라 예라 효라 서라 은라 소원 지환 유환 상환 기환 수란 선영
기수 동하 세수 시영 유영 수영 인영 재영 서영수 주원인 병환 병욱병 병원 창고 창건 성병 병한 병일
기일 시일 도일 하일 유일 세일 주일 지일 상일 종일 동일 정일 경일 명일 서일 인일 진일 진건 시간
세민 재민 유민 하민 서식 인식 진식 정식 종식 형식 상처 기규 창립 상영 종영 경영 도영수 주연 조연
가연 소연기 하연 수은 민란 단나 단아 단영 단리 단미 단옥 단숙 화미 화주 화인 화리 화연 화영 새주
새미 새숙 새옥 새경 새영 새현 새빈 새민 새화 새율 새선 새윤 새희 새은 새연 새원 새인 가미 가선
가숙 가비 초숙 초옥 초빈 초율 초경 초선 초민 초윤 초주 초미 초리 초영 초화 초림 초래 초라 초람
초담 나래 미래 도래 소래 가래 세나 세미 세리 세주 세화 나화 나옥 나숙 다숙 다옥 다화 나선 나경
나인 나원 보선 보숙 보옥 보화 보민 보주 미선 선미 민수수 수수 인인 나나 미미 하하 지지 보보
""")
)

# Second syllables that only go with some first ones.
CHOOSY = pairs("""
Ra=Yu Bo So Ah Se, Ah=Seo Ji Yu Su Min Chae Yun Sun Kyung Jung Young Hyo,
Mi=Young Kyung Sun So Yu Ah Bo Na, Rin=Ye Ha Chae Seo So Hye Ah Su, Yul=Ha Seo So Ji Eun Do Min,
Dam=Ye Hye Seo, On=Da Si Ji Ye, Ri=Yu Na Ye Hye Chae, Na=Yu Mi Ye Ha Seo Yun Ji Han Su Da Se,
Ram=Ah Bo Ye, Sook=Mi Hyo Young Kyung Jung, Bom=Sae Da Ye Yu Eun Seo,
Byul=Eun Han Sae Da Ye Ha Yu, Seul=Ye Eun Da Min,
Won=Ji Ye Seo Chae Hye Hyo Ha Su Do Si Tae Sung Chan Jung Kyung Jae, Lim=Ye Hye Yu Chae Seo Ha,
Sol=Yu Ye Han Eun Min Ji Ha, Ji=Min Su Ye Yun Eun Hyun Young, Seo=Min Yun Eun Hyun Ji Ye,
Rok=Sang Young Dong Seung
""")


def segmentations(name: str) -> int:
    """Counts the ways a romanised name splits into one or two of the syllables."""
    known = {roman.lower() for roman in SYLLABLES}
    word = name.lower()

    pairs_found = sum(word[:cut] in known and word[cut:] in known for cut in range(1, len(word)))
    return (word in known) + pairs_found


def given_names() -> dict[str, str]:
    """Returns every acceptable given name of two syllables: romanised to Hangul."""
    names: dict[str, str] = {}
    for firsts, seconds in ((BOY_FIRST, BOY_SECOND), (GIRL_FIRST, GIRL_SECOND)):
        for first in firsts:
            for second in seconds:
                if acceptable(first, second):
                    names[first + second.lower()] = SYLLABLES[first] + SYLLABLES[second]
    return names


def acceptable(first: str, second: str) -> bool:
    """Tells whether two syllables make a name that is no other word and has one reading."""
    if first == second or SYLLABLES[first] + SYLLABLES[second] in BANNED:
        return False
    if second in CHOOSY and first not in CHOOSY[second].split():
        return False
    return segmentations(first + second.lower()) == 1


@cache
def genders(roman: str) -> str:
    """Returns "m", "f" or "mf": whom a given name suits."""
    if roman in WESTERN_NAMES:
        return "f" if roman in WESTERN_WOMEN else "m"

    boy = any(roman == first + second.lower() for first in BOY_FIRST for second in BOY_SECOND)
    girl = any(roman == first + second.lower() for first in GIRL_FIRST for second in GIRL_SECOND)
    return ("m" if boy else "") + ("f" if girl else "") or "mf"
