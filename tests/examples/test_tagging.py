"""The tagger: what one direction cannot know, what padding must not change, and the program."""

import random

import keras
import numpy as np
import pytest

import tagging

# The second and third sentence begin like the first and differ behind the ambiguous word.
SAME_BEGINNING = [
    "often the light bag put the box there",
    "often the light put the box there",
    "often the light in the box put the bag there",
]


def to_words(texts):
    sentences = [tagging.Sentence(tuple(text.split()), ("NOUN",)) for text in texts]
    return tagging.to_numbers(sentences).words


def make_tagger(cell, bidirectional):
    keras.utils.set_random_seed(3)
    return tagging.Tagger(cell, bidirectional, units=8)


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_one_direction_gives_equal_beginnings_equal_scores(cell):
    words = to_words(SAME_BEGINNING)

    one_way = make_tagger(cell, False)(words).numpy()
    np.testing.assert_allclose(one_way[1:, :3], np.repeat(one_way[:1, :3], 2, 0), rtol=1e-5)

    both_ways = make_tagger(cell, True)(words).numpy()
    assert np.abs(both_ways[1:, 2] - both_ways[0, 2]).min() > 1e-6


def test_language_gives_both_classes_to_a_word_with_the_same_beginning():
    rng = random.Random(1)
    classes = {}
    for sentence in (tagging.make_sentence(rng) for _ in range(2000)):
        if sentence.words[2] == "light":
            classes.setdefault(sentence.words[:3], set()).add(sentence.tags[2])

    assert {"ADJECTIVE", "NOUN"} in classes.values()


def test_language_lets_the_first_word_decide_the_form_of_the_verb():
    rng = random.Random(1)
    for sentence in (tagging.make_sentence(rng) for _ in range(200)):
        form = "VERB-BASE" if sentence.words[0] in tagging.AUXILIARIES else "VERB-PAST"
        assert [tag for tag in sentence.tags if tag.startswith("VERB")] == [form]


def test_padding_changes_no_score():
    words = to_words(SAME_BEGINNING)
    tagger = make_tagger("lstm", True)

    alone = tagger(words[1:2, :7])
    np.testing.assert_allclose(tagger(words)[1:2, :7], alone, rtol=1e-5, atol=1e-6)


def test_program_scores_every_network_and_draws(tmp_path, capsys):
    picture = tmp_path / "picture.svg"
    scores = tagging.main(["--sentences", "64", "--epochs", "1", "--output", str(picture)])

    assert set(tagging.NETWORKS) < set(scores)
    assert all(0 <= share <= 1 for score in scores.values() for share in score.values())
    assert len(capsys.readouterr().out.splitlines()) == len(scores)
    assert "<svg" in picture.read_text(encoding="utf-8")
