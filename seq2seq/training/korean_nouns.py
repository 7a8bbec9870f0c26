"""The nouns among the words of a Korean text, which seldom stand there without a particle."""

import re
from collections.abc import Collection

from seq2seq.translation.last_sounds import Sound, last_sound
from seq2seq.translation.particles import HANGUL, follow_noun

_HANGUL = re.compile(HANGUL)
# What only a verb or an adjective has behind its stem. After a consonant, 는 is such an ending.
_VERB = re.compile("어|아|었|았|고|지|게|자|습")
_VERB_AFTER_CONSONANT = re.compile(f"{_VERB.pattern}|는|네|니")


def korean_nouns(words: Collection[str]) -> set[str]:
    """The beginnings of words that have particles behind them and never an ending of a verb.

    So 빵 is a noun where 빵을 is a word, but 먹 is none where 먹은 and 먹어 are.

    Args:
        words: The different words of a text, without punctuation; those of other scripts have no
            particles.
    """
    found = set()
    verbs = set()
    for word in filter(_HANGUL.search, words):
        for end in range(1, len(word)):
            stem, rest = word[:end], word[end:]
            if rest != "야" and follow_noun(rest):  # 야 ends 먹어야, too
                found.add(stem)
            if _ending_of(stem).match(rest):
                verbs.add(stem)

    return found - verbs


def _ending_of(stem: str) -> re.Pattern[str]:
    """What a verb of this stem would have behind it."""
    return _VERB if last_sound(stem) is Sound.VOWEL else _VERB_AFTER_CONSONANT
