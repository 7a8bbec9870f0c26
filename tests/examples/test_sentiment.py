"""The sentiment of reviews: why a bag of words fails, what the models read, and the program."""

import random

import keras
import numpy as np
import pytest

import sentiment


def make_reviews(number):
    rng = random.Random(4)
    return [sentiment.make_review(rng) for _ in range(number)]


def parts(review):
    """The first opinion, the second one, and the ending."""
    but = review.words.index("but")
    end = len(review.words) - review.words_behind
    return review.words[:but], review.words[but + 1 : end], review.words[end:]


def is_positive(opinion):
    return (opinion[-1] in sentiment.GOOD) != ("not" in opinion)


def swapped(review):
    first, second, ending = parts(review)
    words = [*second, "but", *first, *ending]
    return sentiment.Review(words, is_positive(first), len(ending))


def test_the_opinion_after_but_decides():
    for review in make_reviews(100):
        first, second, _ = parts(review)
        assert review.is_positive == is_positive(second) != is_positive(first)


def test_bag_of_words_answers_half_of_all_reviews_and_their_opposites():
    keras.utils.set_random_seed(3)
    model = sentiment.BagOfWords()
    reviews = make_reviews(50)
    both = [sentiment.to_numbers(side) for side in (reviews, [*map(swapped, reviews)])]
    assert np.all(both[0].labels != both[1].labels)

    answers, opposite_answers = (model(side.words).numpy() for side in both)
    np.testing.assert_allclose(answers, opposite_answers, atol=1e-6)


def test_a_recurrent_reader_tells_a_review_from_its_opposite():
    keras.utils.set_random_seed(3)
    model = sentiment.Reader("gru", "last", units=8)
    review = min(make_reviews(50), key=lambda review: review.words_behind)

    words = sentiment.to_numbers([review, swapped(review)]).words
    answers = model(words).numpy()
    assert abs(answers[0] - answers[1]) > 1e-6


@pytest.mark.parametrize("answer_from", ["last", "mean"])
def test_padding_changes_no_answer(answer_from):
    keras.utils.set_random_seed(3)
    model = sentiment.Reader("rnn", answer_from, units=8)
    words = sentiment.to_numbers(make_reviews(20)).words
    short = int(np.argmin(np.count_nonzero(words, 1)))
    length = np.count_nonzero(words[short])
    assert length < words.shape[1]

    alone = model(words[short : short + 1, :length])
    np.testing.assert_allclose(model(words)[short], alone[0], rtol=1e-4, atol=1e-6)


def test_program_scores_every_model_and_draws(tmp_path, capsys):
    picture = tmp_path / "picture.svg"
    scores = sentiment.main(["--reviews", "64", "--epochs", "1", "--output", str(picture)])

    assert set(scores) == set(sentiment.MODELS)
    assert all(0 <= score <= 1 for score in scores.values())
    assert len(capsys.readouterr().out.splitlines()) == len(scores)
    assert "<svg" in picture.read_text(encoding="utf-8")
