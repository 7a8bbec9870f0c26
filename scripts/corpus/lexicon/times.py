"""When and how often: adverbs of time by the tense they go with, days, months, seasons."""

from __future__ import annotations

from lexicon.tables import pairs

PAST_TIMES = pairs("""
yesterday=어제, last night=어젯밤에, last week=지난주에, last weekend=지난 주말에,
this morning=오늘 아침에, last year=작년에, last month=지난달에, two days ago=이틀 전에,
an hour ago=한 시간 전에, last summer=지난여름에, yesterday morning=어제 아침에,
last Sunday=지난 일요일에, yesterday evening=어제 저녁에
""")

FUTURE_TIMES = pairs("""
tomorrow=내일, next week=다음 주에, this weekend=이번 주말에, tonight=오늘 밤에,
this afternoon=오늘 오후에, tomorrow morning=내일 아침에, next month=다음 달에,
this evening=오늘 저녁에, on Saturday=토요일에, on Monday=월요일에, next year=내년에,
later=나중에, soon=곧, after school=방과 후에, on Friday=금요일에
""")

HABIT_TIMES = pairs("""
every day=매일, every morning=매일 아침, every evening=매일 저녁, every weekend=주말마다,
every night=매일 밤, in the morning=아침에, in the evening=저녁에, in the afternoon=오후에,
on Sundays=일요일마다, on Saturdays=토요일마다, once a week=일주일에 한 번,
twice a week=일주일에 두 번, every week=매주, three times a week=일주일에 세 번,
after lunch=점심을 먹은 후에, before dinner=저녁을 먹기 전에, in summer=여름에, in winter=겨울에
""")

FREQUENCY = {"often": "자주", "always": "항상", "usually": "보통", "sometimes": "가끔"}
NOW_TIMES = {"now": "지금", "right now": "바로 지금", "": "", "these days": "요즘"}
SEASONS = {"spring": "봄", "summer": "여름", "fall": "가을", "winter": "겨울"}

DAYS = pairs("""
Monday=월요일, Tuesday=화요일, Wednesday=수요일, Thursday=목요일, Friday=금요일, Saturday=토요일,
Sunday=일요일
""")

MONTHS = pairs("""
January=일월, February=이월, March=삼월, April=사월, May=오월, June=유월, July=칠월, August=팔월,
September=구월, October=시월, November=십일월, December=십이월
""")
