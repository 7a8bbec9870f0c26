"""Answers to questions about a machine, and the table that shows them."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

PASS = "pass"
FAIL = "fail"
NOT_SEEN = "not seen here"

_WIDTH = 80
_INDENT = " " * (len(NOT_SEEN) + 2)


@dataclass(frozen=True)
class Answer:
    """What was found of one trap.

    Attributes:
        question: What was asked.
        verdict: `PASS`, `FAIL` or `NOT_SEEN`.
        detail: What was seen, or why nothing was.
    """

    question: str
    verdict: str
    detail: str


def judged(question: str, holds: bool, detail: str) -> Answer:
    """An answer that is seen."""
    return Answer(question, PASS if holds else FAIL, detail)


def seen_on_a_gpu(answer: Answer, has_gpu: bool) -> Answer:
    """The answer, which a processor alone cannot give."""
    if has_gpu:
        return answer
    return Answer(answer.question, NOT_SEEN, f"no GPU; on the processor: {answer.detail}")


def print_answers(answers: Sequence[Answer]) -> None:
    """Prints each with what was seen under it."""
    for answer in answers:
        print(f"{answer.verdict:<{len(_INDENT)}}{answer.question}")
        for line in textwrap.wrap(answer.detail, _WIDTH - len(_INDENT), break_on_hyphens=False):
            print(_INDENT + line)
