"""Exposure bias: what a mistake costs a decoder that reads its own output.

    python examples/course/exposure_bias.py --model saved_models/en-ko

In training a decoder reads the reference, whatever it would have said itself: teacher forcing. When
it translates there is no reference, and it reads its own last piece. So it reads mistakes, which it
has never seen in training. The program predicts the pieces of reference translations in both ways,
and counts how often the likeliest piece is not the reference's.

A piece counts as wrong where it stands at another place than in the reference, too. So the second
way is bound to be worse after the first mistake; how much worse is what the picture shows.
"""

import argparse

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from seq2seq import Translator
from seq2seq.data.bundled import bundled_file
from seq2seq.data.corpus import read_tsv
from seq2seq.data.teacher_forcing import teacher_forced
from seq2seq.ids import BOS_ID, PAD_ID
from seq2seq.model.seq2seq import Seq2Seq

PAIRS = 200
FEWEST = 20  # references that reach a place, for it to be drawn


def read_reference(model: Seq2Seq, sources: tf.Tensor, labels: tf.Tensor) -> np.ndarray:
    """The likeliest piece at each place, where the decoder reads the reference before it."""
    return np.argmax(model(teacher_forced(sources, labels)), -1)


def read_own_output(model: Seq2Seq, sources: tf.Tensor, labels: tf.Tensor) -> np.ndarray:
    """The likeliest piece at each place, where the decoder reads its own before it."""
    state, source = model.encode(sources)
    tokens = tf.fill(tf.shape(sources)[:1], BOS_ID)
    read = []

    for _ in range(labels.shape[1]):
        logits, state = model.step(tokens, state, source)
        tokens = tf.argmax(logits, -1, output_type=tf.int32)
        read.append(tokens)

    return np.stack(read, 1)


def share(wrong: np.ndarray, of: np.ndarray) -> float:
    """The share of wrong pieces among some of them."""
    return float(wrong[of].mean()) if of.any() else 0.0


def draw(shares: dict[str, list[float]], path: str) -> None:
    """Draws the share of wrong pieces at each place."""
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")

    for name, values in shares.items():
        axes.plot(1 + np.arange(len(values)), values, marker=".", label=name)

    axes.set(xlabel="place in the translation", ylabel="share of wrong pieces", ylim=(0, None))
    axes.legend(title="the decoder reads")
    figure.savefig(path)
    plt.close(figure)


def main(arguments: list[str] | None = None) -> dict[str, float]:
    """Counts and draws the mistakes, and prints how many follow a mistake."""
    parser = argparse.ArgumentParser(description="What a mistake costs a decoder.")
    parser.add_argument("--model", default="saved_models/en-ko", help="a model directory")
    parser.add_argument("--output", default="exposure_bias.svg", help="the picture")
    options = parser.parse_args(arguments)

    translator = Translator.load(options.model)
    pairs = read_tsv(bundled_file("test-unseen"))
    sources = translator.source_tokenizer.tokenize(tf.constant(pairs.source[:PAIRS])).to_tensor()
    labels = translator.target_tokenizer.tokenize(tf.constant(pairs.target[:PAIRS])).to_tensor()
    is_piece = labels.numpy() != PAD_ID
    drawn = is_piece.sum(0) >= min(FEWEST, len(is_piece))

    scores = {}
    by_place = {}
    ways = {"the reference": read_reference, "its own output": read_own_output}
    for name, predict in ways.items():
        wrong = predict(translator.model, sources, labels) != labels.numpy()
        follows = is_piece[:, 1:] & wrong[:, :-1]
        by_place[name] = [share(wrong[:, [t]], is_piece[:, [t]]) for t in np.flatnonzero(drawn)]
        scores[f"{name}: wrong"] = share(wrong, is_piece)
        scores[f"{name}: wrong after a mistake"] = share(wrong[:, 1:], follows)

    for name, score in scores.items():
        print(f"{name:<40} {score:6.1%}")
    draw(by_place, options.output)

    return scores


if __name__ == "__main__":
    main()
