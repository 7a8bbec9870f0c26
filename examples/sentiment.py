"""The sentiment of a review: one answer for a whole sequence. Many to one.

    python examples/sentiment.py

The reviews are made by a grammar in which the order of the words matters:

    the room was dirty but the food was not bad and we stayed for a week      positive
    the food was not bad but the room was dirty and we stayed for a week      negative

"Not" turns around what follows it. What counts is what is said after "but". What comes at the end
says nothing, and the verdict has to survive it. These two reviews have the same words: a bag of
words, which knows no order, cannot tell them apart, nor any other review from its opposite.

A recurrent network ends with one state. It can answer from this last state alone, which has to
carry the verdict to the end, or from the mean of all states, where the way from the verdict to the
answer is short. The program compares both, for a vanilla RNN and a GRU, with a bag of words.
"""

import argparse
import random
from typing import NamedTuple

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from seq2seq.model.dense import Dense
from seq2seq.model.encoder import Encoder

PADDING = 0  # the number of a word behind the end of a review

# The language.
THINGS = "food room staff pool view music".split()
GOOD = "good clean friendly lovely great".split()
BAD = "bad dirty rude awful poor".split()
ENDINGS = [
    "and we stayed for a week",
    "and it rained on monday",
    "and we went there with my sister",
    "and the bus was on time",
    "and my brother paid for it",
]
LONGEST_ENDING = 5  # how many of them follow a verdict, at most

WORDS = sorted({*THINGS, *GOOD, *BAD, *" ".join(ENDINGS).split(), "the", "was", "not", "but"})

MODELS = {
    "bag of words": None,
    "RNN, last state": ("rnn", "last"),
    "RNN, mean of states": ("rnn", "mean"),
    "GRU, last state": ("gru", "last"),
    "GRU, mean of states": ("gru", "mean"),
}


class Review(NamedTuple):
    """A review, whether it is positive, and how many words stand behind its verdict."""

    words: list[str]
    is_positive: bool
    words_behind: int


def make_review(rng: random.Random) -> Review:
    """Two opinions, the second of which counts, and an ending that says nothing."""
    is_positive = rng.random() < 0.5
    first, second = rng.sample(THINGS, 2)
    ending = " ".join(rng.choice(ENDINGS) for _ in range(rng.randint(0, LONGEST_ENDING))).split()

    verdict = make_opinion(rng, second, is_positive)
    words = [*make_opinion(rng, first, not is_positive), "but", *verdict]
    return Review([*words, *ending], is_positive, len(ending))


def make_opinion(rng: random.Random, thing: str, is_positive: bool) -> list[str]:
    """Such as "the food was good", or "the food was not bad"."""
    is_negated = rng.random() < 0.5
    adjective = rng.choice(GOOD if is_positive != is_negated else BAD)

    return ["the", thing, "was", *(["not"] if is_negated else []), adjective]


class Numbers(NamedTuple):
    """Reviews as arrays."""

    words: np.ndarray  # (reviews, length), padded on the right
    labels: np.ndarray  # (reviews,), 1 where positive
    words_behind: np.ndarray  # (reviews,)


def to_numbers(reviews: list[Review]) -> Numbers:
    """Numbers the words, from 1."""
    length = max(len(review.words) for review in reviews)
    words = np.full((len(reviews), length), PADDING)
    for row, review in enumerate(reviews):
        words[row, : len(review.words)] = [1 + WORDS.index(word) for word in review.words]

    return Numbers(
        words,
        np.array([float(review.is_positive) for review in reviews]),
        np.array([review.words_behind for review in reviews]),
    )


class BagOfWords(keras.Model):
    """The sum of one weight for each word: the order is lost."""

    def __init__(self):
        super().__init__()
        self.weight = keras.layers.Embedding(1 + len(WORDS), 1)

    def call(self, words: tf.Tensor) -> tf.Tensor:
        """How positive each review is; below 0 it is negative."""
        is_word = tf.cast(words != PADDING, tf.float32)

        return tf.reduce_sum(self.weight(words)[:, :, 0] * is_word, 1)


class Reader(keras.Model):
    """Embedding, one recurrent layer, and one sum of what it answers from.

    Args:
        cell: "rnn", "lstm" or "gru".
        answer_from: "last" for the state after the last word, "mean" for the mean of all states.
        units: Width of the state.
    """

    def __init__(self, cell: str, answer_from: str, units: int = 48):
        super().__init__()
        embedding = keras.layers.Embedding(1 + len(WORDS), 16)
        self.encoder = Encoder(embedding, units, cell=cell, bidirectional=False)
        self.answer_from = answer_from
        self.answer = Dense(1)

    def call(self, words: tf.Tensor, training: bool = False) -> tf.Tensor:
        """How positive each review is; below 0 it is negative."""
        is_word = words != PADDING
        states, last_state = self.encoder(words, is_word, training=training)

        if self.answer_from == "last":
            summary = last_state  # of the last word, not of the padding behind it
        else:
            weights = tf.cast(is_word, tf.float32)[:, :, tf.newaxis]
            summary = tf.reduce_sum(states * weights, 1) / tf.reduce_sum(weights, 1)

        return self.answer(summary)[:, 0]


def train(model: keras.Model, data: Numbers, test: Numbers, *, epochs: int) -> list[np.ndarray]:
    """Trains a model; returns, after each epoch, which reviews of the test it gets right."""
    model.compile(
        optimizer=keras.optimizers.Adam(0.005, global_clipnorm=1.0),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
    )

    curve = []
    for _ in range(epochs):
        model.fit(data.words, data.labels, batch_size=32, verbose=0)
        answers = model.predict(test.words, batch_size=256, verbose=0)
        curve.append((answers > 0) == (test.labels > 0))

    return curve


def draw(curves: dict[str, list[np.ndarray]], test: Numbers, path: str) -> None:
    """Draws the accuracy over the epochs, and by the number of words behind the verdict."""
    figure, (over_epochs, by_distance) = plt.subplots(
        1, 2, figsize=(10, 4), sharey=True, layout="constrained"
    )
    borders = np.arange(0, test.words_behind.max() + 1, 6)
    groups = np.digitize(test.words_behind, borders) - 1

    for name, curve in curves.items():
        style = "--" if "last" in name else "-"
        color = "tab:orange" if "GRU" in name else "tab:blue" if "RNN" in name else "tab:gray"
        shares = [is_right.mean() for is_right in curve]
        over_epochs.plot(range(1, 1 + len(curve)), shares, style, color=color, label=name)
        shares = [curve[-1][groups == group].mean() for group in range(len(borders))]
        by_distance.plot(borders, shares, style, color=color, marker=".")

    over_epochs.set_xlabel("epoch")
    over_epochs.set_ylabel("share of right answers")
    by_distance.set_title("after the last epoch")
    by_distance.set_xlabel("words behind the verdict")
    by_distance.legend(*over_epochs.get_legend_handles_labels(), loc="center")  # there is room
    for axes in (over_epochs, by_distance):
        axes.grid(alpha=0.3)
    figure.savefig(path)
    plt.close(figure)


def main(arguments: list[str] | None = None) -> dict[str, float]:
    """Trains the five models, draws their accuracy and prints the scores."""
    parser = argparse.ArgumentParser(description="The sentiment of reviews.")
    parser.add_argument("--reviews", type=int, default=2000, help="to learn from (default: 2000)")
    parser.add_argument("--epochs", type=int, default=15, help="passes over them (default: 15)")
    parser.add_argument("--output", default="sentiment.svg", help="the picture")
    options = parser.parse_args(arguments)

    rng = random.Random(1)
    data = to_numbers([make_review(rng) for _ in range(options.reviews)])
    test = to_numbers([make_review(rng) for _ in range(1000)])

    curves = {}
    scores = {}
    for name, choice in MODELS.items():
        keras.utils.set_random_seed(1)
        model = BagOfWords() if choice is None else Reader(*choice)
        curves[name] = train(model, data, test, epochs=options.epochs)
        scores[name] = float(curves[name][-1].mean())
        print(f"{name:<22} {scores[name]:.1%}", flush=True)

    draw(curves, test, options.output)

    return scores


if __name__ == "__main__":
    main()
