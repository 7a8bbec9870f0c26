"""Part-of-speech tagging: a tag for every word. Many to many, aligned.

    python examples/tagging.py

A recurrent network reads a sentence word by word. Here it answers after every word, so that input
and output have the same length. Many English words belong to several classes, and the words around
them decide:

    the LIGHT bag, the LIGHT fell    adjective or noun: the next word decides
    often the man PUT it there       past: the first word decides, however long ago it was
    did the man PUT it there         base form: the same

A network that reads in one direction cannot know the first kind. The second has to be remembered,
over up to twenty words. The program trains a vanilla RNN and an LSTM, in one direction and in two,
and draws how many words of each kind they get right after every epoch, on sentences they have not
seen. Both directions are needed. But to remember one bit is still easy, for a vanilla RNN too: a
memory that is too much for it is in `sentiment.py`.
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

PADDING = 0  # the number of the word, and of the tag, behind the end of a sentence

NETWORKS = {
    "RNN, one direction": ("rnn", False),
    "LSTM, one direction": ("lstm", False),
    "RNN, two directions": ("rnn", True),
    "LSTM, two directions": ("lstm", True),
}

# The language. A word in two lists is one of the first hard kind, an unchanging verb of the second.
ARTICLES = "the a".split()
NOUNS = "bag box boat house river street garden light cold dark mean".split()
ADJECTIVES = "red old small light cold dark mean".split()
ADVERBS = "quickly often never there here".split()
PREPOSITIONS = "in near behind with under".split()
AUXILIARIES = "did will can must".split()
UNCHANGING_VERBS = "put cut hit shut set let".split()  # the past has the form of the base
CHANGING_VERBS = {"take": "took", "see": "saw", "sell": "sold", "find": "found"}

WORDS = sorted(
    {*ARTICLES, *NOUNS, *ADJECTIVES, *ADVERBS, *PREPOSITIONS, *AUXILIARIES, *UNCHANGING_VERBS}
    | {*CHANGING_VERBS.keys(), *CHANGING_VERBS.values()}
)
TAGS = "ADJECTIVE ADVERB ARTICLE AUXILIARY NOUN PREPOSITION VERB-BASE VERB-PAST".split()


class Sentence(NamedTuple):
    """The words of a sentence, and the class of each."""

    words: tuple[str, ...]
    tags: tuple[str, ...]


def make_sentence(rng: random.Random) -> Sentence:
    """A statement in the past, or a question whose first word puts its verb into the base form."""
    is_question = rng.random() < 0.5
    first = (
        (rng.choice(AUXILIARIES), "AUXILIARY") if is_question else (rng.choice(ADVERBS), "ADVERB")
    )

    subject = make_noun_phrase(rng)
    for _ in range(rng.randrange(5)):
        subject += [(rng.choice(PREPOSITIONS), "PREPOSITION"), *make_noun_phrase(rng)]

    base, past = rng.choice(
        [*zip(UNCHANGING_VERBS, UNCHANGING_VERBS, strict=True), *CHANGING_VERBS.items()]
    )
    verb = (base, "VERB-BASE") if is_question else (past, "VERB-PAST")
    last = (rng.choice(ADVERBS), "ADVERB")

    return Sentence(*zip(first, *subject, verb, *make_noun_phrase(rng), last, strict=True))


def make_noun_phrase(rng: random.Random) -> list[tuple[str, str]]:
    """An article, perhaps an adjective, and a noun, such as "the light bag"."""
    adjectives = [(rng.choice(ADJECTIVES), "ADJECTIVE")] if rng.random() < 0.5 else []

    return [(rng.choice(ARTICLES), "ARTICLE"), *adjectives, (rng.choice(NOUNS), "NOUN")]


class Numbers(NamedTuple):
    """Sentences as arrays `(sentences, length)`, padded on the right with `PADDING`."""

    words: np.ndarray
    tags: np.ndarray


def to_numbers(sentences: list[Sentence]) -> Numbers:
    """Numbers words and tags, from 1."""
    length = max(len(sentence.words) for sentence in sentences)
    words = np.full((len(sentences), length), PADDING)
    tags = np.full((len(sentences), length), PADDING)

    for row, sentence in enumerate(sentences):
        words[row, : len(sentence.words)] = [1 + WORDS.index(word) for word in sentence.words]
        tags[row, : len(sentence.tags)] = [1 + TAGS.index(tag) for tag in sentence.tags]

    return Numbers(words, tags)


class Tagger(keras.Model):
    """Embedding, one recurrent layer, and one matrix that turns every output into a tag.

    Args:
        cell: "rnn", "lstm" or "gru".
        bidirectional: Whether a second layer reads the sentence from its end; each of the two then
            has half of the units.
        units: Width of the outputs of the recurrent layer.
    """

    def __init__(self, cell: str, bidirectional: bool, units: int = 64):
        super().__init__()
        embedding = keras.layers.Embedding(1 + len(WORDS), 16)
        self.encoder = Encoder(embedding, units, cell=cell, bidirectional=bidirectional)
        self.to_tags = Dense(1 + len(TAGS))

    def call(self, words: tf.Tensor, training: bool = False) -> tf.Tensor:
        """The score of every tag for every word, `(sentences, length, tags)`."""
        outputs, _ = self.encoder(words, words != PADDING, training=training)

        return self.to_tags(outputs)


def train(
    cell: str, bidirectional: bool, data: Numbers, test: Numbers, *, epochs: int
) -> list[dict[str, float]]:
    """Trains a tagger; returns what it gets right after each epoch, see `accuracies`."""
    keras.utils.set_random_seed(1)
    tagger = Tagger(cell, bidirectional)
    tagger.compile(
        # Clipped, because the gradient of a vanilla RNN may explode.
        optimizer=keras.optimizers.Adam(0.003, global_clipnorm=1.0),
        # The mean over real words: the weights below are 0 at padding.
        loss=keras.losses.SparseCategoricalCrossentropy(
            from_logits=True, reduction="mean_with_sample_weight"
        ),
    )
    is_word = (data.words != PADDING).astype("float32")

    curve = []
    for _ in range(epochs):
        tagger.fit(data.words, data.tags, sample_weight=is_word, batch_size=64, verbose=0)
        tags = tagger.predict(test.words, batch_size=256, verbose=0).argmax(-1)
        curve.append(accuracies(tags, test))

    return curve


def accuracies(tags: np.ndarray, test: Numbers) -> dict[str, float]:
    """The share of right tags: of all words, and of the two hard kinds."""
    is_right = tags == test.tags
    kinds = {
        "all words": test.words != PADDING,
        "next word decides": is_one_of(set(NOUNS) & set(ADJECTIVES), test.words),
        "first word decides": is_one_of(set(UNCHANGING_VERBS), test.words),
    }

    return {kind: float(is_right[which].mean()) for kind, which in kinds.items()}


def is_one_of(chosen: set[str], words: np.ndarray) -> np.ndarray:
    """Where the words are among the chosen ones."""
    return np.isin(words, [1 + WORDS.index(word) for word in chosen])


def most_frequent_tags(data: Numbers, test: Numbers) -> np.ndarray:
    """The baseline: every word gets the tag that it has most often, whatever is around it."""
    counts = np.zeros((1 + len(WORDS), 1 + len(TAGS)))
    np.add.at(counts, (data.words, data.tags), 1)

    return counts.argmax(1)[test.words]


def draw(curves: dict[str, list[dict[str, float]]], path: str) -> None:
    """Draws the accuracy of all networks over the epochs, one part for each kind of word."""
    kinds = list(next(iter(curves.values()))[0])
    figure, parts = plt.subplots(1, len(kinds), figsize=(11, 4), sharey=True, layout="constrained")

    for axes, kind in zip(parts, kinds, strict=True):
        for name, curve in curves.items():
            style = "-" if "two" in name else "--"
            color = "tab:orange" if "LSTM" in name else "tab:blue"
            shares = [point[kind] for point in curve]
            axes.plot(range(1, 1 + len(curve)), shares, style, color=color, label=name)
        axes.set_title(kind)
        axes.set_xlabel("epoch")
        axes.grid(alpha=0.3)

    parts[0].set_ylabel("share of right tags")
    parts[-1].legend(loc="lower right")
    figure.savefig(path)
    plt.close(figure)


def main(arguments: list[str] | None = None) -> dict[str, dict[str, float]]:
    """Trains the four taggers, draws their accuracy and prints the scores."""
    parser = argparse.ArgumentParser(description="Part-of-speech tagging.")
    parser.add_argument("--sentences", type=int, default=2000, help="to learn from (default: 2000)")
    parser.add_argument("--epochs", type=int, default=10, help="passes over them (default: 10)")
    parser.add_argument(
        "--output", default="tagging.svg", help="the picture (default: tagging.svg)"
    )
    options = parser.parse_args(arguments)

    rng = random.Random(1)
    data = to_numbers([make_sentence(rng) for _ in range(options.sentences)])
    test = to_numbers([make_sentence(rng) for _ in range(500)])

    curves = {
        name: train(cell, bidirectional, data, test, epochs=options.epochs)
        for name, (cell, bidirectional) in NETWORKS.items()
    }
    draw(curves, options.output)

    scores = {"each word's most frequent tag": accuracies(most_frequent_tags(data, test), test)}
    scores |= {name: curve[-1] for name, curve in curves.items()}
    for name, score in scores.items():
        print(f"{name:<30}", *(f"{kind} {share:.1%}" for kind, share in score.items()), sep="  ")

    return scores


if __name__ == "__main__":
    main()
