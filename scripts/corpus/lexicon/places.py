"""Places that are not plain nouns: with a preposition of their own, cities, countries."""

from __future__ import annotations

from lexicon.tables import pairs, triples

# place=English with its preposition=Korean
PLACES = triples("""
home=at home=집, sea=in the sea=바다, river=at the river=강, school=at school=학교,
company=at the company=회사, party=at the party=파티, kitchen=in the kitchen=부엌,
bathroom=in the bathroom=화장실, living_room=in the living room=거실, room=in {my} room=방,
garden=in the garden=정원, park=in the park=공원, classroom=in the classroom=교실
""")

CITIES = pairs("""
Seoul=서울, Busan=부산, Jeju=제주, Incheon=인천, Daegu=대구, Tokyo=도쿄, Paris=파리, London=런던,
New York=뉴욕, Beijing=베이징, Berlin=베를린, Rome=로마, Sydney=시드니
""")

# country=Korean=its people in English
COUNTRIES = triples("""
Korea=한국=Korean, Japan=일본=Japanese, China=중국=Chinese, America=미국=American,
Canada=캐나다=Canadian, France=프랑스=French, Germany=독일=German, England=영국=English,
Spain=스페인=Spanish, Italy=이탈리아=Italian, Russia=러시아=Russian, India=인도=Indian,
Vietnam=베트남=Vietnamese, Thailand=태국=Thai, Mexico=멕시코=Mexican, Brazil=브라질=Brazilian,
Australia=호주=Australian
""")
