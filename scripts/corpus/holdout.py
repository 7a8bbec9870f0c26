"""What is kept out of training: some given names, and some combinations of known words."""

from __future__ import annotations

import random
import zlib
from collections import Counter

from lexicon.names import ONE_SYLLABLE, SYLLABLES, given_names

HELD_OUT_NAMES = 90
TRAIN_NAMES = 530
NAMES_BY_SYLLABLE = 8

COMMON_NAMES = (
    "Yusol Minjun Seoyeon Jiwoo Jimin Minji Sumin Yuna Hyunwoo Junho Jihun Seojun Doyun Hayun "
    "Yejin Eunji Suji Jihyun Jiwon Chaewon Dohyun Minseo Sujin Youngho Yejun Seohyun Taehyun "
    "Hyejin Dabin Jaehyun"
).split()


def split_names(rng: random.Random) -> tuple[dict[str, str], dict[str, str]]:
    """Returns the names of training, and the held-out ones, all of whose syllables are in those."""
    every = given_names()
    romans = sorted(every)
    rng.shuffle(romans)
    romans = [*COMMON_NAMES, *(roman for roman in romans if roman not in COMMON_NAMES)]

    first = spelling_names(romans, every)
    others = [roman for roman in romans if roman not in first]
    held = others[-HELD_OUT_NAMES:]
    train = dict.fromkeys([*ONE_SYLLABLE, *COMMON_NAMES, *first, *others[:-HELD_OUT_NAMES]])

    known = {roman: every.get(roman) or SYLLABLES[roman] for roman in list(train)[:TRAIN_NAMES]}
    return known, {roman: every[roman] for roman in held}


def spelling_names(romans: list[str], every: dict[str, str]) -> list[str]:
    """Returns the names that training needs so that it shows each syllable in several names."""
    seen: Counter[str] = Counter()
    found = []
    for roman in romans:
        if min(seen[syllable] for syllable in every[roman]) < NAMES_BY_SYLLABLE:
            found.append(roman)
            seen.update(every[roman])
    return found


def is_name(tag: str) -> bool:
    """Tells whether a tag is that of a given name; the others are word combinations."""
    return tag.startswith("name:")


def held_out(tag: str) -> bool:
    """Tells whether a word combination is held out: one in thirteen is, by its spelling."""
    return not is_name(tag) and zlib.crc32(tag.encode()) % 13 == 0
