"""Texts that nobody means to translate, by kinds; a text of each is a line."""

import random
from collections.abc import Callable, Iterator

PLANES = 17
LONGEST = 200  # characters of most texts
FEEDS = "\n"  # what ends a line, and so is in none
BIDIRECTIONAL = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"
BREAKS = "\u2028\u2029\x85\x0b\x0c\x1c\x1d\x1e"  # which some take for the end of a line
JOINERS = "\u200b\u200c\u200d\ufeff\u00ad\u2060\ufe0f\U000e0041\U000e007f"
MARKS = "\u0300\u0301\u0327\u0e31\u093f\u20dd\u1ab0\u0336"
MEANT = (  # for something else than reading
    "<script>alert(1)</script>",
    "'; DROP TABLE sentences; --",
    "%s%n%x{0}${PATH}$(reboot)`reboot`",
    "../../etc/passwd\x00.txt",
    "\x1b]0;owned\x07\x1b[2J\x1b[31m",
    "=cmd|' /C calc'!A0",
    "<unk> <s> </s> <pad> ⟨1⟩ {0} %1$s",
    "NaN -Infinity 1e999 0x7fffffff 99999999999999999999",
    "http://[::1]:80/%00 mailto:a@b ftp://",
)


def hostile_texts(seed: int) -> Iterator[tuple[str, str]]:
    """Kinds and texts without end, always the same ones of a seed."""
    chance = random.Random(seed)
    while True:
        kind = chance.choice(list(KINDS))
        text = KINDS[kind](chance)
        yield kind, "".join(letter for letter in text if letter not in FEEDS)


def _letters(chance: random.Random, choose: Callable[[], str]) -> str:
    return "".join(choose() for _ in range(chance.randint(1, LONGEST)))


def _planes(chance: random.Random) -> str:
    plane = chance.randrange(PLANES) << 16
    return _letters(chance, lambda: _letter(chance, plane, plane + 0x10000))


def _letter(chance: random.Random, first: int, last: int) -> str:
    """A character, of any kind but half a surrogate pair."""
    while 0xD800 <= (code := chance.randrange(first, last)) < 0xE000:
        pass
    return chr(code)


def _controls(chance: random.Random) -> str:
    return _letters(chance, lambda: chr(chance.choice([*range(0x21), *range(0x7F, 0xA0)])))


def _among(letters: str) -> Callable[[random.Random], str]:
    """Letters of a kind among plain ones."""
    return lambda chance: _letters(chance, lambda: chance.choice([*letters, *"abc דה12."]))


def _repeated(chance: random.Random) -> str:
    return _letter(chance, 0x21, 0x3000) * chance.randint(1, LONGEST)


def _meant(chance: random.Random) -> str:
    return " ".join(chance.choices(MEANT, k=chance.randint(1, 4)))


def _spaces(chance: random.Random) -> str:
    return _letters(chance, lambda: chance.choice(" \t\r\u00a0\u2003\u3000\u1680"))


KINDS: dict[str, Callable[[random.Random], str]] = {
    "planes": _planes,
    "controls": _controls,
    "bidirectional": _among(BIDIRECTIONAL),
    "breaks": _among(BREAKS),
    "joiners": _among(JOINERS),
    "marks": _among(MARKS),
    "repeated": _repeated,
    "meant": _meant,
    "spaces": _spaces,
}
