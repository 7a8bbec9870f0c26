"""Verbs with what they are done to, where, and when it makes sense to say so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lexicon.nouns import expand
from lexicon.tables import rows


class Flag(StrEnum):
    """What makes sense to say of an action; the table below has the letters."""

    HABIT = "h"
    COMPANY = "w"  # done with others
    LETS = "l"  # fit for "let's"
    COMMAND = "c"  # fit for a command
    SKILL = "b"
    ONLY_PAST = "x"  # only said of the past
    UNHONOURED = "k"  # not said of an honoured subject
    MONTHS = "y"  # goes with months and years
    EVERYDAY = "q"  # everyday business
    INDOORS = "i"
    OUTDOORS = "o"
    SEASONAL = "s"  # goes with the seasons
    MOMENTARY = "v"  # over in a moment
    TIMELESS = "n"  # goes with no time


@dataclass(frozen=True)
class Action:
    """A verb phrase: English base, past and -ing, an English tail and a Korean pattern.

    Tail and pattern have a slot for the object; the Korean slot names the particle that the object
    takes ("{을} 먹다"). `objects` are the nouns that fit the slot, `places` where the action is
    done, `flags` the letters of its flags.
    """

    base: str
    past: str
    ing: str
    tail: str
    korean: str
    objects: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    flags: str = ""


# base past ing | English tail | Korean | objects | places | flags
ACTION_TABLE = """
eat ate eating|{}|{을} 먹다|@fruit @snack|home park|hwlcq
eat ate eating|{}|{을} 먹다|@dish|home restaurant|hwlcq
eat ate eating|{}|{을} 먹다|@meal|home restaurant cafe school|hwlc
drink drank drinking|{}|{을} 마시다|@drink|home cafe|hwlcq
read read reading|{}|{을} 읽다|@reading|home library cafe school room|hwlcyqi
write wrote writing|{}|{을} 쓰다|letter report email diary poem story|home library cafe
  room|hlcqi
watch watched watching|{}|{을} 보다|movie drama television video news|home living_room|hwlcqi
listen listened listening|to {}|{을} 듣다|music radio song|home cafe room park|hwlcqi
study studied studying|{}|{을} 공부하다|@study|home library school cafe room|hwlcyqi
learn learned learning|{}|{을} 배우다|@study piano guitar violin|school university|hwly
teach taught teaching|{}|{을} 가르치다|@study|school university|hy
play played playing|{}|{을} 하다|@sport|park school gym playground|hwlcbyqos
play played playing|games|게임을 하다||home room|hwlcbqi
play played playing|the {}|{을} 치다|piano guitar|home school|hwlcbqi
play played playing|the violin|바이올린을 켜다||home school room|hwlb
sing sang singing|{}|{을} 부르다|song|home school party|hwlcb
sing sang singing||노래하다||home park|hwb
dance danced dancing||춤추다||home party school|hwlcb
swim swam swimming||수영하다||swimming_pool beach sea|hwlcbyqos
run ran running||달리다||park playground|hwlcbqos
exercise exercised exercising||운동하다||gym park home|hwlcyqos
sleep slept sleeping||자다||home hotel room|ci
rest rested resting||쉬다||home hotel park|hwlcqi
work worked working||일하다||company office hospital home bank restaurant|hwlcyq
cook cooked cooking|{}|{을} 요리하다|fish chicken meat pasta|home kitchen|hwlcqi
make made making|{}|{을} 만들다|cake cookie kimchi soup gimbap salad doll sandwich|home
  kitchen|hwlcqi
buy bought buying|{}|{을} 사다|@fruit @snack @clothes @shoes hat umbrella book bag ticket gift
  flower bread milk fish camera computer bicycle car dictionary notebook pencil|market
  department_store supermarket|wlcyq
sell sold selling|{}|{을} 팔다|fruit flower fish vegetable clothes bread book|market|hy
wear wore wearing|{}|{을} 입다|@clothes|-|hv
wear wore wearing|{}|{을} 쓰다|@headwear|-|hv
wear wore wearing|{}|{을} 신다|@shoes|-|hv
find found finding|{}|{을} 찾다|key wallet phone bag glasses book passport ticket umbrella|home
  room classroom|xv
lose lost losing|{}|{을} 잃어버리다|key wallet phone bag umbrella passport ticket camera|station
  park airport bus_stop market|xyv
open opened opening|{}|{을} 열다|door window box bag bottle|-|clkv
close closed closing|{}|{을} 닫다|door window box|-|clkv
clean cleaned cleaning|{}|{을} 청소하다|room house kitchen bathroom classroom living_room
  office|-|hwlckqi
wash washed washing|the dishes|설거지를 하다||home kitchen|hwlcqi
wash washed washing|{my} hands|손을 씻다||bathroom kitchen|hc
wash washed washing|{my} face|얼굴을 씻다||bathroom home|hc
brush brushed brushing|{my} teeth|이를 닦다||bathroom home|hc
take took taking|a shower|샤워하다||home hotel|hcq
take took taking|a walk|산책하다||park beach garden|hwlcqos
take took taking|pictures|사진을 찍다||park beach zoo museum|hwlcbyqo
take took taking|{}|{을} 타다|bus train taxi subway|-|hwlc
ride rode riding|{}|{을} 타다|bicycle horse|park beach|hwlcbyos
drive drove driving|{}|{을} 운전하다|car|-|hb
draw drew drawing|{}|{을} 그리다|flower tree dog cat house bird|park room|hwlcb
draw drew drawing|{}|{을} 그리다|mountain sea|-|hwlcb
meet met meeting|{my} friend|친구를 만나다||cafe park station school restaurant|hkyq
help helped helping|{my} mother|어머니를 도와드리다||home kitchen|hckq
help helped helping|{my} friend|친구를 도와주다||school library|hckq
wait waited waiting|for {}|{을} 기다리다|bus train taxi|-|ck
wait waited waiting|for {my} friend|친구를 기다리다||park station cafe|hckq
call called calling|{my} friend|친구에게 전화하다||home office|hckqi
talk talked talking|about {}|{}에 대해 이야기하다|weather movie trip plan dream food school music
  sport soccer history|cafe school home|hwlc
think thought thinking|about {}|{}에 대해 생각하다|plan trip problem question dream|-|hlc
ask asked asking|a question|질문을 하다||school classroom|c
do did doing|{my} homework|숙제를 하다||home library school room|hwlcqi
take took taking|a test|시험을 보다||school university|
go went going|shopping|쇼핑하러 가다||-|hwlckyo
go went going|hiking|등산하러 가다||-|hwlckyos
go went going|fishing|낚시하러 가다||-|hwlckyos
go went going|camping|캠핑하러 가다||-|hwlckyos
cry cried crying||울다||room home|x
laugh laughed laughing||웃다||classroom|x
use used using|{}|{을} 쓰다|computer phone dictionary pencil pen camera map laptop|home school
  office library|hc
fix fixed fixing|{}|{을} 고치다|computer bicycle car clock chair camera television radio|home
  office|cy
bring brought bringing|{}|{을} 가져오다|umbrella camera bag notebook water chair map dictionary
  book|-|ckv
sit sat sitting|down|앉다||-|lckvn
travel traveled traveling|by {}|{으로} 여행하다|train car bus airplane ship bicycle|-|hwlkys
raise raised raising|{}|{을} 키우다|dog cat rabbit bird horse cow pig duck|home|kn
bake baked baking|{}|{을} 굽다|bread cake cookie|home kitchen bakery|hwlcb
order ordered ordering|{}|{을} 주문하다|pizza coffee chicken hamburger pasta juice cake
  salad|restaurant cafe|lcv
borrow borrowed borrowing|{}|{을} 빌리다|book umbrella bicycle pen dictionary camera car
  novel|-|cv
send sent sending|{}|{을} 보내다|letter gift picture card|post_office|hc
send sent sending|{}|{을} 보내다|email|-|hc
memorize memorized memorizing|{}|{을} 외우다|word sentence song poem|school library home|hwlc
plant planted planting|{}|{을} 심다|tree flower rose carrot potato|garden park|wlcy
catch caught catching|{}|{을} 잡다|ball butterfly frog|park|vn
catch caught catching|fish|물고기를 잡다||river|
break broke breaking|{}|{을} 깨뜨리다|cup plate window bottle mirror vase|home kitchen|xv
wash washed washing|{}|{을} 씻다|apple strawberry cup plate spoon tomato|kitchen|c
draw drew drawing|a picture|그림을 그리다||school home park|hwlcb
speak spoke speaking|{}|{을} 하다|Korean English Japanese Chinese French Spanish German|school
  home|b
practice practiced practicing|{}|{을} 연습하다|piano guitar violin soccer Korean English
  tennis|school home|hwlcyq
paint painted painting|{}|{을} 칠하다|door wall chair desk house|-|lck
throw threw throwing|{}|{을} 던지다|ball stone|park river|ckvn
hide hid hiding|{}|{을} 숨기다|gift money letter diary candy chocolate key|room|ckv
"""

# Verbs of state: base past | Korean | objects
STATE_TABLE = """
like liked|{을} 좋아하다|@fruit @dish @snack @drink @sport @animal @study @nature book movie drama
  song game school picture novel concert party car train trip
hate hated|{을} 싫어하다|carrot fish milk soup test homework rain snow meeting winter summer mouse
  math coffee beer egg meat
need needed|{이} 필요하다|umbrella pen pencil key book computer map dictionary money medicine time
  water ticket passport bag chair towel coat blanket friend rest help
know knew|{을} 알다|answer song word name secret story
remember remembered|{을} 기억하다|name song story promise word question
understand understood|{을} 이해하다|question sentence problem story word plan
"""


def parse_actions(table: str) -> list[Action]:
    """Reads the table of actions."""
    actions = []
    for row in rows(table):
        forms, tail, korean, objects, places, flags = row.split("|")
        base, past, ing = forms.split()
        where = tuple(places.split()) if places != "-" else ()
        actions.append(Action(base, past, ing, tail, korean, expand(objects), where, flags))
    return actions


def parse_states(table: str) -> list[Action]:
    """Reads the table of verbs of state, which have no -ing form."""
    states = []
    for row in rows(table):
        forms, korean, objects = row.split("|")
        base, past = forms.split()
        states.append(Action(base, past, "", "{}", korean, expand(objects)))
    return states


ACTIONS = parse_actions(ACTION_TABLE)
STATES = parse_states(STATE_TABLE)
