"""Two readings of a sentence with literals, and the choice between their translations.

A placeholder is a word to a model: "at 10:30" needs one. But a link that only stands beside the
words costs them: the model has seldom seen one there. So a sentence is read a second time without
its literals, which are then put beside the translations of the words around, as emoji are. Each
reading tells how probable it finds the words of both translations. The second translation is taken
where both together do not find it clearly worse.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

import numpy as np

from seq2seq.data.placeholders import PLACEHOLDERS
from seq2seq.ids import EOS_PIECE, SPACE
from seq2seq.translation.protected import Protected
from seq2seq.translation.protection import Protector
from seq2seq.translation.restoration import needs_attention, restore
from seq2seq.translation.result import Translation

# How much worse the second one may be, in log-probability per piece. On Multi30k's dev set,
# literals beside the words cost these 0.6 BLEU (1.0 without a margin), and translations with
# literals in the place of words lose 0.3 (1.4 with twice the margin).
MARGIN = 0.1

_LEAST = 1e-30  # probability whose logarithm is taken
_PLACEHOLDERS = frozenset(PLACEHOLDERS)


class Read(NamedTuple):
    """A reading of a sentence, and what a search found for it.

    Attributes:
        protected: The reading.
        found: What was found.
        attend: Gives the attention of a hypothesis by its rank, as `keeping.kept` needs it.
    """

    protected: Protected
    found: Translation
    attend: Callable[[int], np.ndarray | None]


class Question(NamedTuple):
    """A translation in pieces, EOS left out, whose probability a reading is asked for."""

    reading: Protected
    pieces: list[str]


def read_sentences(
    protector: Protector | None,
    sentences: Sequence[Protected],
    read: Callable[[Sequence[Protected], Sequence[int]], Sequence[Read]],
    score: Callable[[Sequence[Question]], Sequence[Sequence[float]]],
) -> list[Read]:
    """Reads sentences, those with literals that stand alone in both ways, and chooses.

    Args:
        protector: What makes the second readings; None makes none.
        sentences: The sentences with placeholders.
        read: Searches for translations of readings, given the sentences' places, too.
        score: Tells the log-probabilities of the pieces of each question.
    """
    first = list(read(sentences, range(len(sentences))))
    seconds = second_readings(protector, sentences)
    if not seconds:
        return first

    again = dict(zip(seconds, read([*seconds.values()], [*seconds]), strict=True))
    asked = {place: questions(first[place], other) for place, other in again.items()}
    all_of_them = [*chain.from_iterable(asked.values())]
    for place in taken(asked, score(all_of_them) if all_of_them else []):
        first[place] = again[place]
    return first


def second_readings(
    protector: Protector | None, sentences: Sequence[Protected]
) -> dict[int, Protected]:
    """The second readings of the sentences that have one, by their places."""
    found: dict[int, Protected] = {}
    for place, sentence in enumerate(sentences):
        if protector and sentence.literals and sentence.own is None and not sentence.prefix:
            second = protector.without_literals(sentence)
            if second:
                found[place] = second
    return found


def questions(first: Read, second: Read) -> list[Question]:
    """What to ask to choose between two readings of a sentence; nothing if one gave no words.

    Args:
        first: The sentence with placeholders.
        second: The sentence without its literals, see `Protector.without_literals`.

    Returns:
        Both translations as the first reading has them, then both as the second has them.
    """
    if not first.found.hypotheses or not second.found.hypotheses:
        return []

    best = second.found.best
    apart = {literal.placeholder for literal in second.protected.apart}
    shown = _with_placeholders(second.protected, apart)
    attention = best.attention
    if attention is None and needs_attention(shown, best.text):
        attention = second.attend(0)
    text = restore(shown, best.text, best.pieces, second.found.source_pieces, attention).text

    pieces = _without_end(first.found.best.pieces)
    pieces_without = _without_end(best.pieces)
    asked = [
        Question(first.protected, pieces),
        Question(first.protected, _inserted(pieces_without, text, apart)),
        Question(second.protected, _left_out(pieces, apart)),
        Question(second.protected, pieces_without),
    ]
    return asked if all(question.pieces for question in asked) else []


def log_probabilities(probabilities: np.ndarray, question: Question) -> list[float]:
    """The log-probabilities of the pieces of a question.

    Args:
        probabilities: What the signature `prefix` tells of them, `(length,)`, and more behind.
        question: The question.
    """
    of_pieces = probabilities[: len(question.pieces)]
    return np.log(np.maximum(of_pieces, _LEAST)).tolist()


def taken(asked: Mapping[int, Sequence[Question]], answers: Sequence[Sequence[float]]) -> list[int]:
    """The places of the sentences whose second reading is taken.

    Args:
        asked: What `questions` returns for each sentence, by its place.
        answers: The log-probabilities of the pieces of all questions, in the same order.
    """
    left = iter(answers)
    return [
        place
        for place, some in asked.items()
        if some and second_is_taken(some, [next(left) for _ in some])
    ]


def second_is_taken(
    asked: Sequence[Question], log_probabilities: Sequence[Sequence[float]]
) -> bool:
    """Whether both readings together find the translation of the second one no worse, by `MARGIN`.

    Args:
        asked: What `questions` returns.
        log_probabilities: Those of the pieces of each.
    """
    first, inserted, left_out, second = (
        _mean(question.pieces, values)
        for question, values in zip(asked, log_probabilities, strict=True)
    )
    return (inserted + second) / 2 > (first + left_out) / 2 - MARGIN


def _with_placeholders(second: Protected, apart: set[str]) -> Protected:
    """A reading whose translation shows placeholders for literals, and no other marks."""
    return replace(
        second,
        literals=tuple(one._replace(written=one.placeholder) for one in second.literals),
        marks=tuple(mark for mark in second.marks if mark.text in apart),
        before="".join(letter for letter in second.before if letter in apart),
        after="".join(letter for letter in second.after if letter in apart),
        capitals=False,
        apart=(),
    )


def _mean(pieces: Sequence[str], log_probabilities: Sequence[float]) -> float:
    """The mean of the log-probabilities of words, placeholders left out."""
    values = [
        value
        for piece, value in zip(pieces, log_probabilities, strict=True)
        if piece not in _PLACEHOLDERS
    ]
    return sum(values) / max(len(values), 1)


def _without_end(pieces: Sequence[str]) -> list[str]:
    return [piece for piece in pieces if piece != EOS_PIECE]


def _left_out(pieces: Sequence[str], placeholders: set[str]) -> list[str]:
    """Pieces without some placeholders and the spaces before these."""
    left: list[str] = []
    for piece in pieces:
        if piece not in placeholders:
            left.append(piece)
        elif left[-1:] == [SPACE]:
            left.pop()
    return left


def _inserted(pieces: Sequence[str], text: str, placeholders: set[str]) -> list[str]:
    """Pieces with placeholders where a text has them that is otherwise the same, spaces apart."""
    ends = np.cumsum([len(piece.replace(SPACE, "")) for piece in pieces])
    at: dict[int, list[str]] = {}
    done = 0
    for letter in text:
        if letter in placeholders:
            at.setdefault(int(np.searchsorted(ends, done, side="left")) + (done > 0), []).append(
                letter
            )
        elif not letter.isspace():
            done += 1

    whole: list[str] = []
    for place in range(len(pieces) + 1):
        for placeholder in at.get(place, []):
            whole += [SPACE, placeholder]
        whole += pieces[place : place + 1]
    return whole
