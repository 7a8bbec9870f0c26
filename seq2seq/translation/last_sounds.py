"""The last sound of a word as Koreans read it, from which the form of a particle follows.

Hangul shows it. Numbers, units and Latin words are read by rules:

- A number is read in Sino-Korean (10 is 십). A time ends in 시 or 분, a date in 일, an amount after
  the sign of a currency in the currency. A single digit after a Latin letter is read in English
  (MP3 is 엠피쓰리).
- A Latin word without a vowel, or of up to four capitals, is spelt (PDF is 피디에프). So are the
  capitals that end a word (MySQL).
- Any other Latin word ends as a loanword does: on l or le in ㄹ; on m, n, ng, me or ne in a
  consonant; on b, c, k, p or t in a consonant after a single short vowel (robot is 로봇), else in
  a vowel (point is 포인트), as all others do. English has no rule here, so that some words are read
  wrongly: set (세트), hub (허브), soup (수프).

Text in brackets at the end does not count, nor do closing quotes and tags: Korean orthography lets
a particle agree with the word before them. What has no known reading (한자, variables) has no last
sound.
"""

import re
import unicodedata
from enum import Enum


class Sound(Enum):
    """What a word ends in."""

    VOWEL = "vowel"
    LIEUL = "ㄹ"
    CONSONANT = "another consonant"


_TAG = r"</?[A-Za-z][^<>]*>"
_CLOSING = r"[\"'\u2019\u201d\u00bb)\]\u3009\u300b\u300d\u300f\u3011\uff09\uff02\uff07*_`~]"
CLOSINGS = f"(?:{_TAG}|{_CLOSING})"  # a mark or a tag between a word and its particle
_CLOSED = re.compile(f"{CLOSINGS}+$")
_BRACKETED = re.compile(
    r"(?<=[\w%\u2103]) ?(?:\([^()]*\)|\[[^\[\]]*\]|\uff08[^\uff08\uff09]*\uff09)$"
)
_VARIABLE = re.compile(
    r"\}$|;$|\$[A-Za-z_]\w*$|(?<!\d)%(?:\(\w+\)|\d+\$)?[-+#0]?\d*(?:\.\d+)?[A-Za-z]+$"
)

_UNIT_SOUNDS: dict[str, Sound] = dict.fromkeys(
    "kg mg g t min h \u338f \u338e".split(), Sound.CONSONANT
)
_UNIT_SOUNDS |= dict.fromkeys(["dB"], Sound.LIEUL)
_UNIT_SOUNDS |= dict.fromkeys(
    "km m cm mm nm \u339e \u339d \u339c km2 m2 km\u00b2 m\u00b2 m3 m\u00b3 \u33a2 \u33a1 ha "
    "% \u2030 + \u00b0 \u00b0C \u00b0F \u2103 \u2109 l L ml mL \u2113 \u3396 s px pt km/h m/s "
    "B kB KB MB GB TB Hz kHz MHz GHz W kW MW V A".split(),
    Sound.VOWEL,
)
_UNIT = re.compile(
    r"\d\s?(" + "|".join(sorted(map(re.escape, _UNIT_SOUNDS), key=len, reverse=True)) + ")$"
)

_TIME = re.compile(r"(?<![\d:])\d{1,2}:(\d\d)$")
_DATE = re.compile(r"(?<!\d)\d{4}[-./]\d{1,2}[-./]\d{1,2}$")
_NUMBER = re.compile(r"([$\u20ac\u00a3\u00a5\u20a9]?)\d+(?:[.,]\d+)*$")
_CURRENCIES = {
    "$": Sound.VOWEL,
    "\u20ac": Sound.VOWEL,
    "\u00a3": Sound.VOWEL,
    "\u00a5": Sound.CONSONANT,
    "\u20a9": Sound.CONSONANT,
}
_TRILLIONS = re.compile(r"[1-9]0{12,15}$")
_SINO_KOREAN = dict.fromkeys("036", Sound.CONSONANT) | dict.fromkeys("178", Sound.LIEUL)
_ENGLISH_DIGIT = re.compile(r"[A-Za-z](\d)$")
_ENGLISH_CONSONANT = "179"  # 원, 세븐, 나인

_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+$")
_LAST_CAPITALS = re.compile(r"[A-Z]{2,}$")
_VOWELS = "aeiouy"
_MOST_SPELT = 4  # letters of a word in capitals that is spelt though it has a vowel
_SPELT_LIEUL = "LR"  # 엘, 알
_SPELT_CONSONANT = "MN"  # 엠, 엔

_LOAN_LIEUL = re.compile(r"le?$")
_LOAN_CONSONANT = re.compile(r"(?:[mn]e?|ng|mb|ck|pp|ott|out|ook|(?:^|[^aeiouy])[aeiou][bckpt])$")


def last_sound(text: str) -> Sound | None:
    """What a text ends in as it is read; None where that is not known."""
    text = _without_brackets(text)
    if not text or _VARIABLE.search(text):
        return None

    for reading in (_unit, _numeral, _latin):
        sound = reading(text)
        if sound:
            return sound
    return _letter(text[-1])


def _without_brackets(text: str) -> str:
    """The text without brackets, closing marks and tags at its end; its last 100 letters."""
    text = text[-100:]
    while True:
        shorter = _BRACKETED.sub("", text) if _BRACKETED.search(text) else _CLOSED.sub("", text)
        if shorter == text:
            return text
        text = shorter


def _unit(text: str) -> Sound | None:
    found = _UNIT.search(text)
    return _UNIT_SOUNDS[found[1]] if found else None


def _numeral(text: str) -> Sound | None:
    """The last sound of a text that ends in digits."""
    if not text[-1].isascii() or not text[-1].isdigit():
        return None
    time = _TIME.search(text)
    if time:
        return Sound.VOWEL if time[1] == "00" else Sound.CONSONANT
    if _DATE.search(text):
        return Sound.LIEUL
    if _ENGLISH_DIGIT.search(text):
        return Sound.CONSONANT if text[-1] in _ENGLISH_CONSONANT else Sound.VOWEL

    number = _NUMBER.search(text)
    if number and number[1]:
        return _CURRENCIES[number[1]]
    if number and _TRILLIONS.search(number[0].replace(",", "")):
        return Sound.VOWEL
    return _SINO_KOREAN.get(text[-1], Sound.VOWEL)


def _latin(text: str) -> Sound | None:
    """The last sound of a text that ends in a Latin word."""
    found = _LATIN_WORD.search(text)
    if not found:
        return None
    word = found[0]
    letters = unicodedata.normalize("NFD", word)
    if unicodedata.combining(letters[-1]):  # café; an accent marks no consonant but ñ and the like
        plain = letters.rstrip("".join(set(filter(unicodedata.combining, letters))))
        return Sound.VOWEL if plain[-1].lower() in _VOWELS else _loan(plain.lower())

    capitals = _LAST_CAPITALS.search(word)
    is_short = len(word) <= _MOST_SPELT or not word.isupper()
    if len(word) == 1 or (capitals and is_short) or not set(word.lower()) & set(_VOWELS):
        return _spelt(word[-1].upper())
    return _loan("".join(filter(str.isascii, letters)).lower())


def _spelt(letter: str) -> Sound:
    if letter in _SPELT_LIEUL:
        return Sound.LIEUL
    return Sound.CONSONANT if letter in _SPELT_CONSONANT else Sound.VOWEL


def _loan(word: str) -> Sound:
    if _LOAN_LIEUL.search(word):
        return Sound.LIEUL
    return Sound.CONSONANT if _LOAN_CONSONANT.search(word) else Sound.VOWEL


def _letter(letter: str) -> Sound | None:
    """The last sound of a Hangul syllable, or of a letter whose name or sign ends in one."""
    if "\uac00" <= letter <= "\ud7a3":
        final = (ord(letter) - 0xAC00) % 28
        if final == 0:
            return Sound.VOWEL
        return Sound.LIEUL if final == 8 else Sound.CONSONANT
    if letter in "\u3093\u30f3":  # ん, ン
        return Sound.CONSONANT
    if "\u3041" <= letter <= "\u30fc":
        return Sound.VOWEL
    return _UNIT_SOUNDS.get(letter) if not letter.isalnum() else None
