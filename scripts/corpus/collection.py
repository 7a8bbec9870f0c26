"""Pairs with distinct English sides, each with one translation."""

from __future__ import annotations

import re

from draw import Pair

LONG_FORMS = {
    "can't": "cannot",
    "won't": "will not",
    "n't": " not",
    "i'm": "i am",
    "'re": " are",
    "'ll": " will",
    "let's": "lets",
}


def normalized(english: str) -> str:
    """Returns the key under which two English sentences count as the same.

    The key has no case, no punctuation and no contractions.
    """
    text = english.casefold()
    for short, full in LONG_FORMS.items():
        text = text.replace(short, full)
    text = re.sub(r"\b(it|he|she|this|that|what|where|who|there)'s\b", r"\1 is", text)
    return " ".join(re.sub(r"[^\w\s']", " ", text).split())


class Collection:
    """The English sentences taken so far, with their translations.

    Args:
        written: Hand-written pairs, which overrule what patterns draw.
    """

    def __init__(self, written: list[Pair]) -> None:
        self.korean_of: dict[str, str] = {}
        self.written: frozenset[str] = frozenset()
        for english, korean in written:
            self.accepts(english, korean)
        self.written = frozenset(self.korean_of)

    def accepts(self, english: str, korean: str) -> bool:
        """Takes a pair in unless its English side is known, and tells whether it did.

        Raises:
            ValueError: The patterns gave a sentence a second translation.
        """
        key = normalized(english)
        if key in self.written:
            return False

        translation = korean.rstrip(".?!")
        known = self.korean_of.get(key)
        if known is None:
            self.korean_of[key] = translation
            return True
        if known != translation:
            raise ValueError(
                f"Expected one translation of {english!r}. Received: {known!r} and {translation!r}."
            )
        return False
