"""Patterns of calling somebody by name: 민준아, 지우야; 민준 씨 in the polite register."""

from __future__ import annotations

import korean as ko
import lexicon as lx
from clause import Draw, Sentence
from grammar import command, question, suggestion, wh_question
from quality import feeling

SAID = [
    command,
    command,
    command,
    suggestion,
    wh_question,
    feeling,
    question("past"),
    question("want"),
    question("progressive"),
]


def called_out(d: Draw, roman: str, hangul: str) -> str:
    """Returns a given name as one calls out to its bearer; a Western one stays as it is."""
    if d.polite:
        return hangul + " 씨"
    return hangul if roman in lx.WESTERN_NAMES else ko.particle(hangul, "아")


def calling(d: Draw) -> Sentence:
    """Minjun, open the window. Jiwoo, are you busy? Seoyeon, please sit down."""
    roman, hangul = d.name()
    said = command(d) if d.polite else d.pick(SAID)(d)
    spoken = (
        said.kind == "command"
        or said.korean.startswith("너는 ")
        or said.english.startswith(("I ", "let's", "shall we"))
    )
    if roman in said.english or not spoken:
        return calling(d)
    please = "please " if d.polite else ""
    kind = "ready" if d.polite else said.kind
    return Sentence(
        f"{roman}, {please}{said.english}", f"{called_out(d, roman, hangul)}, {said.korean}", kind
    )


# pattern, share of the corpus
CALLING_PATTERNS = [(calling, 1.8)]
