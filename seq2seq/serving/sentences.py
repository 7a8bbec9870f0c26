"""Answers for texts of several sentences, made of the answers for each."""

from collections.abc import Sequence

import numpy as np

from seq2seq.ids import MAX_SOURCE_LENGTH
from seq2seq.serving.translation import Hypothesis, Sentence
from seq2seq.translation.confidence import joined_confidence
from seq2seq.translation.sentences import Divided, best_combinations, blocks

VALUES_PER_SENTENCE = 16  # that take as long to write as a sentence without its values

_NONE = Hypothesis(text="", score=0.0, pieces=None, probabilities=None, attention=None)


def joined_answer(divided: Divided, answers: Sequence[Sentence], n_best: int | None) -> Sentence:
    """Makes the answer for a text, as `translation.sentences.joined` makes a translation.

    Attention, whose size is the square of the text's, is left out where a text has more pieces than
    a sentence may have.

    Args:
        divided: The text.
        answers: One for each of its sentences.
        n_best: Most translations; None stands for as many as a sentence has.
    """
    if len(answers) == 1:
        return answers[0]

    choices = [answer.translations or [_NONE] for answer in answers]
    count = n_best or max(map(len, choices))
    widths = [len(answer.source_pieces or []) for answer in answers]

    translations: dict[str, Hypothesis] = {}
    for ranks in best_combinations([[one.score for one in found] for found in choices], count):
        chosen = [found[rank] for found, rank in zip(choices, ranks, strict=True)]
        text = divided.join([one.text for one in chosen])
        translations.setdefault(text, _joined_hypothesis(text, chosen, widths))

    is_detailed = answers[0].source_pieces is not None
    return Sentence(
        source=divided.text,
        translations=list(translations.values()),
        cut=True if any(answer.cut for answer in answers) else None,
        copied=[word for answer in answers for word in answer.copied or []] or None,
        restored=[part for answer in answers for part in answer.restored or []] or None,
        confidence=joined_confidence(
            (answer.confidence, answer.translations[0].text if answer.translations else "")
            for answer in answers
        ),
        source_pieces=[piece for answer in answers for piece in answer.source_pieces or []]
        if is_detailed
        else None,
        alternatives=None,
    )


def _joined_hypothesis(
    text: str, chosen: Sequence[Hypothesis], widths: Sequence[int]
) -> Hypothesis:
    """One translation of a text, of one for each sentence; `widths` are their sources' pieces."""
    made = Hypothesis(
        text=text,
        score=round(sum(one.score for one in chosen), 6),
        pieces=None,
        probabilities=None,
        attention=None,
    )
    if any(one.pieces is not None for one in chosen):
        made.pieces = [piece for one in chosen for piece in one.pieces or []]
    if any(one.probabilities is not None for one in chosen):
        made.probabilities = [share for one in chosen for share in one.probabilities or []]

    if sum(widths) <= MAX_SOURCE_LENGTH:
        arrays = [np.array(one.attention) if one.attention else None for one in chosen]
        attention = blocks(arrays, [len(one.pieces or []) for one in chosen], widths)
        made.attention = None if attention is None else attention.tolist()
    return made


def values_of(answer: Sentence) -> int:
    """About how many values the JSON of an answer has."""
    width = len(answer.source_pieces or ())
    pieces = sum(len(one.pieces or ()) for one in answer.translations)
    return VALUES_PER_SENTENCE + pieces * (1 + width)
