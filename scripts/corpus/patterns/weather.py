"""Patterns of the weather: how it is, was and will be, rain and snow."""

from __future__ import annotations

import korean as ko
import lexicon as lx
from draw import NOTHING, Draw, Sentence, redrawn
from template import Template, question
from times import without

KINDS = {
    "cold": "춥다",
    "hot": "덥다",
    "warm": "따뜻하다",
    "cool": "시원하다",
    "cloudy": "흐리다",
    "sunny": "화창하다",
    "humid": "습하다",
}
# When and where the weather is; Korean says it as the topic ("as for today").
SETTINGS = {
    "today": "오늘은",
    "here": "여기는",
    "outside": "밖은",
    "in Seoul": "서울은",
    "in Busan": "부산은",
    "in winter": "겨울에는",
    "in summer": "여름에는",
    "in spring": "봄에는",
    "in fall": "가을에는",
    "these days": "요즘은",
    "now": "지금은",
    "in Jeju": "제주는",
    "in the morning": "아침에는",
    "in London": "런던은",
    "at night": "밤에는",
    "in the kitchen": "부엌은",
    "in the classroom": "교실은",
}
# Where and when the sky can be cloudy or sunny.
UNDER_THE_SKY = (
    "today",
    "here",
    "in Seoul",
    "in Busan",
    "now",
    "outside",
    "in Jeju",
    "in London",
    "in the morning",
)
CONTRADICTIONS = (("in summer", "cold"), ("in winter", "hot"), ("in winter", "warm"))
PAST_SETTINGS = {
    "yesterday": "어제는",
    "last week": "지난주는",
    "last night": "어젯밤은",
    "this morning": "오늘 아침은",
}
FUTURE_SETTINGS = {"tomorrow": "내일은", "this weekend": "이번 주말은", "tonight": "오늘 밤은"}

IT_IS = Template("it is {degree} {weather} {time}", "{time} {degree} {weather}")
IT_IS_NOT = Template("it is not {weather} {time}", "{time} {weather:not}")
IT_WAS = Template("it was {weather} {time}", "{time} {weather:past}")
IT_WILL_BE = Template("it will be {weather} {time}", "{time} {weather:future}")
WILL_IT_BE = question("will it be {weather} {time}", "{time} {weather:shall}")


@redrawn
def weather(d: Draw) -> Sentence | None:
    """It is cold today. Will it be hot tomorrow? It snowed last night."""
    english, korean = d.pick(KINDS)
    kind = (english, ko.verb(korean, descriptive=True))

    roll = d.roll()
    if roll < 0.4:
        return weather_now(d, kind)
    if roll < 0.5:
        return IT_WAS.fill(d, weather=kind, time=d.pick(PAST_SETTINGS))
    if roll < 0.6:
        time = d.pick(FUTURE_SETTINGS)
        template = WILL_IT_BE if d.chance(0.5) else IT_WILL_BE
        return template.fill(d, weather=kind, time=time)
    return precipitation(d)


def weather_now(d: Draw, kind: tuple[str, ko.Verb]) -> Sentence | None:
    """It is cold today. It is not warm in London. None where the weather never is like that."""
    english, _ = kind
    time = d.pick(SETTINGS)
    if english in ("cloudy", "sunny") and time[0] not in UNDER_THE_SKY:
        return None
    if (time[0], english) in CONTRADICTIONS:
        return None

    degree = d.pick([NOTHING, ("very", "아주"), ("not", "")])
    if degree[0] == "not":
        return IT_IS_NOT.fill(d, weather=kind, time=time)
    return IT_IS.fill(d, weather=kind, degree=degree, time=time)


# Korean rain and snow come.
FALLS = {"rain": "비가", "snow": "눈이"}
REGIONS = [("in Seoul", "서울에"), ("in Busan", "부산에"), ("here", "여기에"), NOTHING, NOTHING]
FORECAST_TIMES = without(lx.FUTURE_TIMES, "next year", "after school", "later", "next month")

IT_FELL = Template(
    "it {rain}ed {degree} {where} {time}", "{time} {where} {rain} {degree} {오다:past}"
)
IT_WILL_FALL = Template(
    "it will {rain} {degree} {where} {time}", "{time} {where} {rain} {degree} {오다:future}"
)
IT_IS_FALLING = Template("it is {rain}ing {where} {time}", "{time} {where} {rain} {오고 있다}")
IT_OFTEN_FALLS = Template("it often {rain}s {where}", "{where} {rain} 자주 {오다}")
IT_FALLS = Template("it {rain}s {degree} {where} {time}", "{time} {where} {rain} {degree} {오다}")


def precipitation(d: Draw) -> Sentence:
    """It snowed last night. Will it rain tomorrow? It is raining outside. It often rains here."""
    rain = d.pick(FALLS)
    template = d.pick([IT_FELL, IT_WILL_FALL, IT_IS_FALLING, IT_FALLS])
    degree = d.pick([NOTHING, ("a lot", "많이")])
    where = d.pick(REGIONS)

    if template is IT_FELL:
        time = d.pick(lx.PAST_TIMES)
    elif template is IT_WILL_FALL:
        time = d.pick(FORECAST_TIMES)
    elif template is IT_IS_FALLING:
        time = d.pick({"now": "지금", "outside": "밖에", "": ""})
        where = NOTHING if time[0] == "outside" else where
    else:
        seasons = {"in summer": "여름에"} if rain[0] == "rain" else {}
        time = d.pick(seasons | {"in winter": "겨울에", "often": ""})
        template = IT_OFTEN_FALLS if time[0] == "often" else IT_FALLS
    return template.fill(d, rain=rain, degree=degree, where=where, time=time)
