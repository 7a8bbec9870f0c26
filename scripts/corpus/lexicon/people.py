"""People who are spoken of without a name, and their bodies."""

from __future__ import annotations

from lexicon.tables import pairs

# A "+" after the Korean marks who is honoured, a "*" who is more than one.
PEOPLE = pairs("""
my mother=우리 어머니+, my father=우리 아버지+, my grandmother=우리 할머니+,
my grandfather=우리 할아버지+, my mom=우리 엄마, my dad=우리 아빠, my brother=내 남동생,
my sister=내 여동생, my older brother=우리 형, my older sister=우리 누나, my son=내 아들,
my daughter=내 딸, my friend=내 친구, my uncle=우리 삼촌, my aunt=우리 이모, my cousin=내 사촌,
my wife=내 아내, my husband=내 남편, my teacher=우리 선생님+, my roommate=내 룸메이트,
my neighbor=내 이웃, our teacher=우리 선생님+, his brother=그의 남동생, her sister=그녀의 여동생,
the doctor=의사 선생님+, the student=그 학생, that woman=저 여자, that man=저 남자,
the children=아이들*, my parents=우리 부모님+*, my friends=내 친구들*, the students=학생들*,
the boy=그 소년, the girl=그 소녀
""")

FAMILY_NOUNS = pairs("""
brother=남동생, sister=여동생, older brother=형, older sister=누나, son=아들, daughter=딸,
cousin=사촌, uncle=삼촌, aunt=이모
""")

BODY = pairs("""
head=머리, stomach=배, leg=다리, arm=팔, back=허리, tooth=이, throat=목, hand=손, foot=발,
knee=무릎, shoulder=어깨, finger=손가락, ear=귀
""")
