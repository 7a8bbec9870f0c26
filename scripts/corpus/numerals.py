"""Numbers in words: English ones, and the two Korean series.

Korean counts things and hours with native numbers (세 개, 세 시). Dates, minutes, prices and years
take Sino-Korean ones, which came from Chinese (삼 분, 삼천 원).
"""

from __future__ import annotations

ENGLISH = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
ENGLISH_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
ENGLISH_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()

# Native numbers in the short form that stands before a counter: 한 개, not 하나 개.
NATIVE = ["", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉"]
NATIVE_TENS = ["", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"]
SINO = ["", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"]


def english_number(number: int) -> str:
    """Returns the English number word, 0 to 99,999: seven, twenty-five, ten thousand."""
    if number < 20:
        return ENGLISH[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return ENGLISH_TENS[tens] + ("-" + ENGLISH[ones] if ones else "")

    for value, unit in ((1000, "thousand"), (100, "hundred")):
        if number >= value:
            head, rest = divmod(number, value)
            tail = " " + english_number(rest) if rest else ""
            return f"{english_number(head)} {unit}{tail}"
    raise ValueError(f"Expected a number below 100,000. Received: {number}.")


def english_ordinal(number: int) -> str:
    """Returns the English ordinal, 1 to 39: third, twenty-first, thirtieth."""
    if number <= 20:
        return ENGLISH_ORDINALS[number]
    if number == 30:
        return "thirtieth"
    return f"{ENGLISH_TENS[number // 10]}-{ENGLISH_ORDINALS[number % 10]}"


def native_number(number: int) -> str:
    """Returns the native Korean number before a counter, 1 to 99: 한, 두, 열, 스무, 스물한."""
    if not 1 <= number <= 99:
        raise ValueError(f"Expected a number from 1 to 99. Received: {number}.")
    return "스무" if number == 20 else NATIVE_TENS[number // 10] + NATIVE[number % 10]


def sino_number(number: int) -> str:
    """Returns the Sino-Korean number, 1 to 99,999: 십, 이십오, 천오백, 만 이천."""
    if not 1 <= number <= 99_999:
        raise ValueError(f"Expected a number from 1 to 99,999. Received: {number}.")

    ten_thousands, rest = divmod(number, 10_000)
    parts = [below_ten_thousand(rest)] if rest else []
    if ten_thousands:
        head = "" if ten_thousands == 1 else SINO[ten_thousands]
        parts.insert(0, head + "만")
    return " ".join(parts)


def below_ten_thousand(number: int) -> str:
    """Returns the Sino-Korean number, 1 to 9,999, with no "one" before a unit (백, not 일백)."""
    text = ""
    for value, unit in ((1000, "천"), (100, "백"), (10, "십"), (1, "")):
        digit = number // value % 10
        if digit:
            text += ("" if digit == 1 and unit else SINO[digit]) + unit
    return text
