"""A language model: the next word, or the next character, of one long text.

    python examples/language_model.py
    python examples/language_model.py --unit character --truncate-steps 100 --temperature 0.3

A text of fifty thousand words is one sequence of fifty thousand steps. Backpropagation through time
(BPTT) would keep every step in memory until it comes back from the end, for one single update of
the weights. Truncated BPTT cuts the text into blocks of N steps:

- the state goes on forward, from the end of one block to the beginning of the next;
- the gradient stops at the border: no block learns what an earlier one should have remembered.

It needs the memory of N steps, however long the text is: `truncated_memory.py` measures it. The
price: what lies more than N steps apart is learnt badly. In the stories below, a colour comes back
after some twenty words. The program trains with several N, draws how the loss falls, and prints the
perplexity on new stories, and how often the right colour comes back. Then the best network writes
stories of its own.
"""

import argparse
import random
import re
from collections.abc import Iterator
from typing import NamedTuple

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from seq2seq.model.cells import recurrent_layer
from seq2seq.model.dense import Dense

HEROES = {"Mina": "she", "Sora": "she", "Anna": "she", "Juho": "he", "Tom": "he", "Peter": "he"}
COLORS = "red blue green white black yellow".split()
THINGS = "kite ball boat hat bag drum".split()
PLACES = "park river garden school beach market".split()
MOODS = "happy tired hungry proud quiet".split()


def make_text(rng: random.Random, stories: int) -> str:
    """One long text of short stories."""
    return "".join(make_story(rng) for _ in range(stories))


def make_story(rng: random.Random) -> str:
    """Three sentences about the same person, colour and thing."""
    name, pronoun = rng.choice([*HEROES.items()])
    color, thing = rng.choice(COLORS), rng.choice(THINGS)
    place, mood = rng.choice(PLACES), rng.choice(MOODS)

    return (
        f"{name} had a {color} {thing}. "
        f"One day {pronoun} was {mood} and went to the {place}. "
        f"{name} came home with the {color} {thing}.\n"
    )


def split(text: str, unit: str) -> list[str]:
    """The text as characters, or as words with the space before them; joined, they are the text."""
    return list(text) if unit == "character" else re.findall(r" ?\w+|\W", text)


def find_colors(text: list[str]) -> np.ndarray:
    """Where in the symbols the colour of each story begins to come back."""
    places = [match.end() for match in re.finditer("home with the ", "".join(text))]
    ends = np.cumsum([len(symbol) for symbol in text])

    return np.searchsorted(ends, places, side="right")


class LanguageModel(keras.Model):
    """Embedding, one recurrent layer, and one matrix to the scores of the next symbol.

    Args:
        symbols: How many different symbols there are.
        cell: "rnn", "lstm" or "gru".
        units: Width of the state.
    """

    def __init__(self, symbols: int, *, cell: str = "lstm", units: int = 128):
        super().__init__()
        self.embedding = keras.layers.Embedding(symbols, 32)
        self.recurrent = recurrent_layer(cell, units, name="recurrent")
        self.to_symbols = Dense(symbols)

    def call(
        self, symbols: tf.Tensor, state: list[tf.Tensor], training: bool = False
    ) -> tuple[tf.Tensor, list[tf.Tensor]]:
        """Scores `(batch, length, symbols)`, and the state behind the last symbol."""
        vectors = self.embedding(symbols)
        outputs, *state = self.recurrent(vectors, initial_state=state, training=training)

        return self.to_symbols(outputs), state

    def first_state(self, batch: int) -> list[tf.Tensor]:
        """The state before anything is read: zeros; two parts in an LSTM, else one."""
        return [tf.zeros([batch, self.recurrent.units]) for _ in self.recurrent.state_names]


def block_loss(
    model: LanguageModel, symbols: tf.Tensor, following: tf.Tensor, state: list[tf.Tensor]
) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """The loss of one block in nats per symbol, and the state behind it.

    Args:
        model: The network.
        symbols: `(batch, steps)`.
        following: The symbol after each of them.
        state: The state behind the block before. No gradient goes back into it.
    """
    state = [tf.stop_gradient(part) for part in state]  # the border: all of truncated BPTT

    scores, state = model(symbols, state, training=True)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=following, logits=scores)

    return tf.reduce_mean(losses), state


def block_gradients(
    model: LanguageModel, symbols: tf.Tensor, following: tf.Tensor, state: list[tf.Tensor]
) -> tuple[tf.Tensor, list[tf.Tensor], list[tf.Tensor]]:
    """The loss of one block, its gradients, and the state behind it."""
    with tf.GradientTape() as tape:
        loss, state = block_loss(model, symbols, following, state)
    gradients = tape.gradient(loss, [weight.value for weight in model.trainable_weights])

    return loss, [tf.convert_to_tensor(gradient) for gradient in gradients], state


def blocks(streams: np.ndarray, steps: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Cuts streams `(batch, length)` into blocks of so many steps, each with what follows."""
    last = streams.shape[1] - 1
    for start in range(0, last, steps):
        end = min(start + steps, last)
        yield streams[:, start:end], streams[:, start + 1 : end + 1]


def train(
    streams: np.ndarray, symbols: int, *, steps: int, epochs: int
) -> tuple[LanguageModel, list[float]]:
    """Trains a network; returns it, and the mean loss of each pass over the text."""
    keras.utils.set_random_seed(1)
    model = LanguageModel(symbols)
    model(streams[:, :1], model.first_state(len(streams)))  # makes the weights
    optimizer = keras.optimizers.Adam(0.005, global_clipnorm=1.0)
    optimizer.build(model.trainable_weights)

    @tf.function(reduce_retracing=True)
    def learn(symbols, following, state):
        loss, gradients, state = block_gradients(model, symbols, following, state)
        optimizer.apply(gradients, model.trainable_weights)
        return loss, state

    curve = []
    for _ in range(epochs):
        state = model.first_state(len(streams))
        losses = []
        for block, following in blocks(streams, steps):
            loss, state = learn(block, following, state)  # forward, the state goes on
            losses.append(float(loss))
        curve.append(float(np.mean(losses)))

    return model, curve


class Score(NamedTuple):
    """How well a network knows new stories."""

    perplexity: float  # e to the loss: among how many symbols it hesitates, on average
    colors: float  # the share of colours that come back right


def score(model: LanguageModel, stream: np.ndarray, colors: np.ndarray) -> Score:
    """Scores a network on a text `(length,)`, of which `colors` are places to look at."""
    scores, _ = model(stream[np.newaxis, :-1], model.first_state(1))
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=stream[1:], logits=scores[0])

    expected = np.argmax(scores[0], axis=-1)[colors - 1]  # what the symbol before lets expect
    is_right = expected == stream[colors]

    return Score(float(tf.exp(tf.reduce_mean(losses))), float(np.mean(is_right)))


def write(model: LanguageModel, *, start: int, length: int, temperature: float) -> list[int]:
    """Lets the network write: each symbol that it draws is what it reads next.

    The scores are divided by the temperature. Below 1 the likely becomes likelier, above 1 all
    symbols become more alike; towards 0 only the likeliest is left.
    """
    rng = np.random.default_rng(1)
    state = model.first_state(1)
    written = [start]

    for _ in range(length):
        scores, state = model(np.array([written[-1:]]), state)
        probabilities = tf.nn.softmax(scores[0, 0] / temperature).numpy().astype("float64")
        written.append(int(rng.choice(len(probabilities), p=probabilities / probabilities.sum())))

    return written[1:]


def draw(curves: dict[int, list[float]], path: str) -> None:
    """Draws how the loss falls, one line for each length of a block."""
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    for steps, curve in curves.items():
        axes.plot(range(1, 1 + len(curve)), curve, marker=".", label=f"N = {steps}")

    axes.set_title("Truncated BPTT: the gradient goes back N steps at most")
    axes.set_xlabel("pass over the text")
    axes.set_ylabel("loss, nats per symbol")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path)
    plt.close(figure)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options of the program."""
    parser = argparse.ArgumentParser(description="A language model by truncated BPTT.")
    parser.add_argument("--unit", choices=["character", "word"], default="word")
    parser.add_argument(
        "--truncate-steps",
        metavar="N",
        type=int,
        nargs="+",
        default=[2, 8, 32],
        help="lengths of a block to compare (default: 2 8 32)",
    )
    parser.add_argument("--stories", type=int, default=2000, help="of the text (default: 2000)")
    parser.add_argument("--epochs", type=int, default=8, help="passes over it (default: 8)")
    parser.add_argument("--temperature", type=float, default=0.5, help="(default: 0.5)")
    parser.add_argument("--output", default="language_model.svg", help="the picture")

    options = parser.parse_args(arguments)
    if min(options.truncate_steps) < 1:
        parser.error("--truncate-steps is at least 1.")
    if options.temperature <= 0:
        parser.error("--temperature is above 0.")

    return options


def main(arguments: list[str] | None = None) -> dict[int, Score]:
    """Trains with each length of a block, draws the losses, prints scores and stories."""
    options = parse(arguments)
    rng = random.Random(1)
    text = split(make_text(rng, options.stories), options.unit)
    new_text = split(make_text(rng, 200), options.unit)

    symbols = sorted({*text, *new_text})
    numbers = {symbol: number for number, symbol in enumerate(symbols)}
    # The text is read in 32 places at once: 32 streams, each a long piece of it.
    length = len(text) // 32
    streams = np.array([numbers[symbol] for symbol in text[: 32 * length]]).reshape(32, length)
    new_stream = np.array([numbers[symbol] for symbol in new_text])

    models, curves, scores = {}, {}, {}
    for steps in options.truncate_steps:
        model, curve = train(streams, len(symbols), steps=steps, epochs=options.epochs)
        models[steps], curves[steps] = model, curve
        scores[steps] = score(model, new_stream, find_colors(new_text))
        found = f"perplexity {scores[steps].perplexity:.3f}, colours {scores[steps].colors:.1%}"
        print(f"N = {steps:<4} {found}", flush=True)

    draw(curves, options.output)
    best = models[min(scores, key=lambda steps: scores[steps].perplexity)]
    written = write(
        best, start=numbers["\n"], length=3 * len(new_text) // 200, temperature=options.temperature
    )
    print(f"\nAt temperature {options.temperature}:")
    print("".join(symbols[number] for number in written))

    return scores


if __name__ == "__main__":
    main()
