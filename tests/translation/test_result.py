"""Laws of what a translator says: the keys that commands print stay, and the best comes first."""

import json
import math

import numpy as np
import pytest

from seq2seq.translation.result import Hypothesis, PairScore, Translation


def hypothesis(text, *, attention=None, end="</s>"):
    return Hypothesis(text, -0.5, [*text.split(), end], attention)


def test_translation_as_json_has_an_element_for_each_hypothesis():
    attention = np.array([[0.123456, 0.876544]], np.float32)
    best = hypothesis("a b", attention=attention)
    other = hypothesis("c", attention=attention)
    translation = Translation("x", [best, other], ["x", "</s>"], cut=True)
    assert list(translation.as_dict().items()) == [
        ("source", "x"),
        ("translations", ["a b", "c"]),
        ("scores", [-0.5, -0.5]),
        ("source_tokens", ["x", "</s>"]),
        ("tokens", [["a", "b", "</s>"], ["c", "</s>"]]),
        ("attention", [[[0.1235, 0.8765]]] * 2),
        ("cut", True),
        ("copied", []),
        ("restored", []),
    ]
    assert json.loads(json.dumps(translation.as_dict())) == translation.as_dict()


def test_translation_without_attention_says_so_in_json():
    assert Translation("x", [hypothesis("a")], []).as_dict()["attention"] is None


def test_best_is_the_first_hypothesis():
    translation = Translation("x", [hypothesis("a"), hypothesis("b")], [])
    assert translation.best == hypothesis("a") and translation.text == "a"


def test_translation_without_hypotheses_is_empty():
    nothing = Translation("x", [], [])
    assert (nothing.text, nothing.best.score, nothing.best.pieces) == ("", -math.inf, [])


@pytest.mark.parametrize(("pieces", "ended"), [([], True), (["a"], False), (["a", "</s>"], True)])
def test_hypothesis_has_ended_with_eos_or_is_empty(pieces, ended):
    assert Hypothesis("a", 0.0, pieces).ended == ended


def test_hypotheses_are_compared_without_attention():
    attention = np.ones((2, 2))
    assert hypothesis("a", attention=attention) == hypothesis("a")
    assert hypothesis("a") != hypothesis("b")


def test_score_of_a_pair_is_the_sum_of_its_pieces():
    score = PairScore("x", "a", ["a", "</s>"], [-0.25, -0.5])
    assert list(score.as_dict().items()) == [
        ("source", "x"),
        ("target", "a"),
        ("tokens", ["a", "</s>"]),
        ("log_probabilities", [-0.25, -0.5]),
        ("log_probability", -0.75),
    ]
