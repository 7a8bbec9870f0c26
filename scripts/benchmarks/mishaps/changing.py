"""Changes of files: bits flipped, pieces cut out, pieces that change places, pieces put in."""

import random


def changed(content: bytes, chance: random.Random) -> bytes:
    """The content with a change of a random kind; it is another one."""
    result = bytearray(content)
    while result == content:
        if not result:
            return chance.randbytes(16)
        chance.choice([_flip, _flip, _cut, _swap, _grow])(result, chance)
    return bytes(result)


def _flip(content: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice([1, 1, 1, 8])):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def _cut(content: bytearray, chance: random.Random) -> None:
    first = chance.randrange(len(content))
    del content[first : chance.choice([len(content), first + chance.randint(1, 16)])]


def _swap(content: bytearray, chance: random.Random) -> None:
    size = chance.randint(1, max(1, len(content) // 4))
    one, other = (chance.randrange(len(content)) for _ in range(2))
    content[one : one + size], content[other : other + size] = (
        content[other : other + size],
        content[one : one + size],
    )


def _grow(content: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(content) + 1)
    content[place:place] = chance.choice(
        [
            chance.randbytes(chance.randint(1, 64)),
            content[: chance.randint(1, len(content))],
            b"9" * chance.randint(1, 30),
            b"[" * 5000,
            b"\xed\xa0\x80",
            b"\xef\xbb\xbf",
        ]
    )
