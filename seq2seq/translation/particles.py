"""Korean particles after a word that was put into a text.

Many particles have two forms, one after a consonant and one after a vowel: 도서관을, 학교를. The
model wrote the particle without seeing the word, so it may be the wrong one.

A particle is changed where it stands directly after the word, or after quotes, brackets and tags
that close there, and where no more letters follow than such particles have (으로부터, 이라고는).
Otherwise its letters begin another word: 나무, 은행, 가게. Both forms together, 을(를), become the
one that fits.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from seq2seq.translation.last_sounds import CLOSINGS, Sound, last_sound


class _Pair(NamedTuple):
    """The two forms of a particle, and what may follow either before the word ends."""

    after_consonant: str
    after_vowel: str
    more: str = ""


_PAIRS = (
    _Pair("을", "를"),
    _Pair("은", "는", "요|커녕"),
    _Pair("이", "가"),
    _Pair("과", "와", "의|는|도|만|만의|만은|같이|함께"),
    _Pair(
        "으로",
        "로",
        "는|도|만|만은|의|서|서는|서도|서의|써|써는|부터|부터는|부터의|까지|까지도|밖에|요",
    ),
    _Pair("이나", "나", "마"),
    _Pair(
        "이라",
        "라",
        "고|고는|고도|고만|고요|고서|는|도|도요|면|면서|서|서요|야|며|던|던가|던지|든가|든지|기보다|기보다는|니",
    ),
    _Pair("이란", "란"),
    _Pair("이랑", "랑", "은|도|만"),
    _Pair("이든", "든", "지|가|지간에"),
    _Pair("이며", "며"),
    _Pair("이여", "여"),
    _Pair("이야", "야", "말로"),
    _Pair("이에요", "예요"),
    _Pair("이어서", "여서"),
    _Pair("이어도", "여도"),
    _Pair("이었", "였", ".*"),
    _Pair("아", "야"),
)
_COPULAS = (
    "다",
    "지만",
    "니까",
    "네요",
    "군요",
    "죠",
    "지요",
)  # 이 is left out after a vowel alone
HANGUL = "[\uac00-\ud7a3]"  # a letter


def _notations(pair: _Pair) -> list[str]:
    """The ways to write both forms of a particle at once: 을(를), 를/을, (으)로."""
    either = ((pair.after_consonant, pair.after_vowel), (pair.after_vowel, pair.after_consonant))
    notations = [f"{one}({other})" for one, other in either]
    notations += [f"{one}/{other}" for one, other in either]
    if pair.after_consonant.endswith(pair.after_vowel):
        more = pair.after_consonant.removesuffix(pair.after_vowel)
        notations.append(f"({more}){pair.after_vowel}")
    return notations


def _alternatives(pair: _Pair) -> str:
    """A pattern of both forms of a particle, at the end of a word."""
    more = f"(?:{pair.more})?" if pair.more else ""
    return f"(?:{pair.after_consonant}|{pair.after_vowel})(?={more}(?!{HANGUL}))"


_PAIR_OF = {form: pair for pair in _PAIRS for form in (*pair[:2], *_notations(pair))}
_BOTH = "|".join(re.escape(both) for pair in _PAIRS for both in _notations(pair))
_ONE = "|".join(map(_alternatives, _PAIRS))
_COPULA = f"(?:{'|'.join(_COPULAS)})(?!{HANGUL})"
_PARTICLE = re.compile(f"{CLOSINGS}*(?:(?P<particle>{_BOTH}|{_ONE})|(?P<copula>{_COPULA}))")

_CASES = (
    "은|는|이|가|을|를|의|도|만|요|에|에서|에게|에게서|한테|한테서|께|께서|와|과|하고|랑|이랑|로|으로|서|써|"
    "부터|까지|처럼|같이|만큼|보다|마다|밖에|조차|마저|대로|뿐|커녕|이나|나|이든|든|이든지|든지|이라도|라도|이란|란|며|이며"
)
_VERBS = (
    "이다|다|이야|야|이고|이지만|지만|이자|인|인데|인지|일|임|입니다|입니까|이에요|예요|이네요|네요|이죠|죠|이니까|니까|"
    "이?라고|이?라는|이?라면|이?라서|이었.*|였.*"
)
_AFTER_NOUN = re.compile(f"들?(?:{_CASES})*(?:{_VERBS})?")

_LOOKED_AT = 200  # letters before a particle
_DIGIT = re.compile(r"\d$")
_NUMBERED = re.compile(f"{HANGUL}\\d+$")


def agreeing(before: str, after: str) -> str:
    """Makes the particle at the beginning of a text agree with the word before it.

    Args:
        before: The text up to the end of the word.
        after: The text after the word.

    Returns:
        `after`, the same where it begins with no particle, or where the sound of the word is not
        known.
    """
    found = _PARTICLE.match(after)
    if not found or _is_unit(before, found["particle"]):
        return after
    sound = last_sound(before)
    if sound is None:
        return after

    if found["copula"]:
        start = found.start("copula")
        return after if sound is Sound.VOWEL else f"{after[:start]}이{after[start:]}"
    start, end = found.span("particle")
    return after[:start] + _fitting(found["particle"], sound, after[end:]) + after[end:]


def with_particles(between: Sequence[str], words: Sequence[str]) -> str:
    """A text with words put in, the particles after these agreeing.

    Args:
        between: What stands before each word, and after the last.
        words: The words.
    """
    parts = [between[0]]
    before = between[0]
    for word, following in zip(words, between[1:], strict=True):
        before = (before + word)[-_LOOKED_AT:]
        following = agreeing(before, following)
        before += following
        parts += [word, following]
    return "".join(parts)


def _is_unit(before: str, particle: str | None) -> bool:
    """Whether what looks like a particle counts: 10여 명, 제5과, 종로3가."""
    if particle == "여":
        return bool(_DIGIT.search(before))
    return particle in ("과", "가") and bool(_NUMBERED.search(before))


def _fitting(particle: str, sound: Sound, after: str) -> str:
    """The form of a particle that comes after a sound."""
    if particle == "야" and sound is not Sound.VOWEL:
        return "아" if after.startswith((",", "\uff0c")) else "이야"  # a call, or a statement

    pair = _PAIR_OF[particle]
    is_open = sound is Sound.VOWEL or (sound is Sound.LIEUL and pair.after_vowel == "로")
    return pair.after_vowel if is_open else pair.after_consonant


def follow_noun(letters: str) -> bool:
    """Whether the Hangul letters directly after a noun are its particles and no part of a word."""
    return bool(_AFTER_NOUN.fullmatch(letters))
