"""The last steps of a sentence: contraction, polite cue, capital letter, final punctuation.

English does not say how politely to speak. A sentence of the polite register therefore carries a
cue in English: "sir", "please", "excuse me", or who is addressed.
"""

from __future__ import annotations

import re

import lexicon as lx
from draw import Draw, Pair, Sentence
from english import capital

BARE_SHARE = 0.13  # of sentences without final punctuation

CONTRACTIONS = {
    "I am": "I'm",
    "you are": "you're",
    "we are": "we're",
    "they are": "they're",
    "he is": "he's",
    "she is": "she's",
    "it is": "it's",
    "do not": "don't",
    "does not": "doesn't",
    "did not": "didn't",
    "is not": "isn't",
    "was not": "wasn't",
    "were not": "weren't",
    "are not": "aren't",
    "cannot": "can't",
    "will not": "won't",
    "could not": "couldn't",
    "I will": "I'll",
    "we will": "we'll",
    "he will": "he'll",
    "she will": "she'll",
    "there is": "there's",
    "what is": "what's",
    "where is": "where's",
    "who is": "who's",
    "I have never": "I've never",
}

TEACHER = "선생님"  # also what one calls any adult politely
TITLES = ["Mr.", "Ms.", "Mrs."]
GENTLEFOLK = [("sir", TEACHER), ("ma'am", TEACHER)]
ADDRESSEES = [
    ("sir", TEACHER),
    *GENTLEFOLK,
    ("teacher", TEACHER),
    ("doctor", "의사 선생님"),
    ("professor", "교수님"),
]


def finish(sentence: Sentence, d: Draw) -> Pair:
    """Turns a drawn sentence into a pair of the corpus."""
    english = contracted(sentence.english, d)
    korean = sentence.korean
    if d.polite:
        english, korean = cued(Sentence(english, korean, sentence.kind, sentence.personal), d)

    asks = sentence.kind in ("question", "inquiry")
    bare = d.chance(BARE_SHARE * (0.4 if asks else 1.2))
    mark = "" if bare else "?" if asks else "."
    return capital(english) + mark, korean + mark


def contracted(english: str, d: Draw) -> str:
    """Contracts the first entry of CONTRACTIONS that the sentence has, in two sentences of five."""
    if not d.chance(0.4):
        return english

    for full, short in CONTRACTIONS.items():
        shortened = re.sub(rf"\b{full}\b", short, english, count=1)
        if shortened != english:
            return shortened
    return english


def cued(sentence: Sentence, d: Draw) -> Pair:
    """Adds the polite cue to a sentence of the polite register."""
    english = sentence.english
    korean = sentence.korean
    if sentence.kind == "ready":
        return english, korean
    if sentence.kind == "command":
        please_first = d.chance(0.75) or english.startswith("do not")
        return f"please {english}" if please_first else f"{english}, please", korean
    if sentence.kind == "inquiry" and d.chance(0.65):
        return f"excuse me, {english}", f"실례지만, {korean}"
    return addressed(sentence, d)


def addressed(sentence: Sentence, d: Draw) -> Pair:
    """Says to whom a sentence is said: at its end or its beginning, in Korean at its beginning."""
    english = sentence.english
    korean = sentence.korean
    who, korean_who = addressee(d, sentence.personal)
    who_first = d.chance(0.3) and not who.startswith("Mr")

    hello, comma, rest = english.partition(",")
    if comma and hello in ("hello", "hi"):
        greeting = korean.replace("안녕하세요", f"안녕하세요, {korean_who}", 1)
        return f"{hello}, {who},{rest}", greeting
    if who_first:
        return f"{who}, {english}", f"{korean_who}, {korean}"
    return f"{english}, {who}", f"{korean_who}, {korean}"


def addressee(d: Draw, personal: bool) -> Pair:
    """Returns whom a polite sentence is addressed to; a personal one not by a profession."""
    if d.chance(0.3):
        english, korean = d.pick(lx.SURNAMES)
        return f"{d.pick(TITLES)} {english}", f"{korean} {TEACHER}"
    return d.pick(GENTLEFOLK if personal else ADDRESSEES)
