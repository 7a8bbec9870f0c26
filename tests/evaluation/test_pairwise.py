"""All pairs at once have the chrF2 that sacreBLEU gives each."""

import random

import numpy as np
import pytest

from seq2seq.evaluation.pairwise import pairwise_chrf2
from seq2seq.evaluation.sentence_scores import sentence_chrf2

ODD = [
    "",
    " ",
    "a",
    "aaaa",
    "aa aa",
    "a b",
    "나는 유솔이야",
    "나는 유솔이야",
    "\u1102\u1161는 유솔",
    "🙂🙂",
]


def random_texts(count, seed):
    chance = random.Random(seed)
    return ["".join(chance.choices("ab ", k=chance.randint(0, 12))) for _ in range(count)]


@pytest.mark.parametrize(
    "texts", [ODD, random_texts(12, seed=1), ["one two three", "one too three"], ["a"], []]
)
def test_every_pair_has_the_chrf2_of_sacrebleu(texts):
    found = pairwise_chrf2(texts)
    assert found.shape == (len(texts), len(texts))
    for row, hypothesis in zip(found, texts, strict=True):
        expected = sentence_chrf2([hypothesis] * len(texts), texts)
        np.testing.assert_allclose(row, expected, atol=1e-9)
