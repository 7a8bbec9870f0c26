"""The text of a comparison: sentence pairs, real or drawn, and the batches that all train on.

Run as a module it prepares them in a process of its own, so that the parent never loads TensorFlow.
"""

import dataclasses
import json
import os
import sys
from itertools import islice
from pathlib import Path

import numpy as np

from contestants.contest import EOS_ID, PAD_ID, Sizes, TextFacts

_SEED = 1
_PAIRS = 20_000
_BATCHES = 2_000
_FIRST_ID = 4

# Multi30k en–de in 8,000 joint pieces: the logarithms of the lengths are nearly normal.
_MEAN = (2.706, 2.729)
_DEVIATION = (0.298, 0.335)
_CORRELATION = 0.838
_SHORTEST = 3
_LONGEST = 56


def synthetic_lengths(pairs: int, generator: np.random.Generator) -> np.ndarray:
    """Numbers of source and target tokens, `(pairs, 2)`, EOS included, as in Multi30k."""
    covariance = [[1, _CORRELATION], [_CORRELATION, 1]]
    normal = generator.multivariate_normal([0, 0], covariance, size=pairs)
    lengths = np.exp(normal * _DEVIATION + _MEAN).round().astype(np.int64)
    return lengths.clip(_SHORTEST, _LONGEST)


def synthetic_sentences(
    lengths: np.ndarray, vocabulary_size: int, generator: np.random.Generator
) -> list[str]:
    """Sentences of these lengths: ids with Zipf's frequencies, as text, each ending in EOS."""
    frequencies = 1 / np.arange(1, vocabulary_size - _FIRST_ID + 1)
    ids = np.arange(_FIRST_ID, vocabulary_size)
    tokens = generator.choice(ids, size=lengths.sum(), p=frequencies / frequencies.sum())
    tokens[lengths.cumsum() - 1] = EOS_ID
    return [" ".join(map(str, sentence)) for sentence in np.split(tokens, lengths.cumsum()[:-1])]


class Ids:
    """A tokenizer of sentences that are written as ids."""

    def tokenize(self, sentences):
        import tensorflow as tf

        return tf.strings.to_number(tf.strings.split(sentences), tf.int32)


def prepare(directory: Path, sizes: Sizes, *, source: str | None, target: str | None) -> None:
    """Writes `pairs.tsv`, `batches.npz` and `facts.json`."""
    sides, *vocabulary = (
        _real_sentences(source, target, sizes) if source else _synthetic_sentences(sizes)
    )

    lines = (f"{source}\t{target}\n" for source, target in zip(*sides, strict=True))
    Path(directory, "pairs.tsv").write_text("".join(lines), encoding="utf-8")

    with training_batches(directory, sizes).dataset() as dataset:
        batches = [
            (batch["source_tokens"], batch["labels"])
            for batch in islice(dataset.as_numpy_iterator(), _BATCHES)
        ]

    sides = {"step_tokens": np.array([np.count_nonzero(labels) for _, labels in batches])}
    for name, arrays in zip(("source", "labels"), zip(*batches, strict=True), strict=True):
        sides[name] = np.concatenate([array.ravel() for array in arrays])
        sides[f"{name}_shapes"] = np.array([array.shape for array in arrays])
    np.savez(directory / "batches.npz", **sides)

    facts = dataclasses.asdict(count_facts(batches, *vocabulary))
    Path(directory, "facts.json").write_text(json.dumps(facts), encoding="utf-8")


def count_facts(
    batches: list[tuple[np.ndarray, np.ndarray]], vocabulary_size: int, target_vocabulary_size: int
) -> TextFacts:
    """Counts real tokens and padding of these pairs of source tokens and labels."""
    lengths = np.concatenate(
        [np.stack([(side != PAD_ID).sum(1) for side in batch], 1) for batch in batches]
    )

    positions = sum(side.size for batch in batches for side in batch)
    source_tokens, target_tokens = lengths.sum(0).tolist()

    return TextFacts(
        source_per_target=source_tokens / target_tokens,
        sentences_per_target=len(lengths) / target_tokens,
        pairs_per_target=int(lengths.prod(1).sum()) / target_tokens,
        padding_share=1 - (source_tokens + target_tokens) / positions,
        vocabulary_size=vocabulary_size,
        target_vocabulary_size=target_vocabulary_size,
    )


def training_batches(directory: Path, sizes: Sizes):
    """The library's own stream of batches over the pairs that `prepare` wrote."""
    from seq2seq.data.batches import TrainingBatches
    from seq2seq.data.corpus import read_tsv

    return TrainingBatches(
        read_tsv(directory / "pairs.tsv"),
        Ids(),
        Ids(),
        max_length=sizes.batch_tokens,
        batch_tokens=sizes.batch_tokens,
        seed=_SEED,
    )


def load_facts(directory: Path) -> TextFacts:
    """The counts that `prepare` wrote."""
    return TextFacts(**json.loads(Path(directory, "facts.json").read_text(encoding="utf-8")))


def load_step_tokens(directory: Path) -> np.ndarray:
    """The number of real target tokens of each of the batches, `(batches,)`."""
    return np.load(directory / "batches.npz")["step_tokens"]


def load_batches(directory: Path) -> list[tuple[np.ndarray, np.ndarray]]:
    """The first batches in the order of training: source tokens and labels, `(batch, length)`."""
    arrays = np.load(directory / "batches.npz")
    source_tokens = _shaped(arrays["source"], arrays["source_shapes"])
    labels = _shaped(arrays["labels"], arrays["labels_shapes"])

    return list(zip(source_tokens, labels, strict=True))


def _shaped(flat: np.ndarray, shapes: np.ndarray) -> list[np.ndarray]:
    """Undoes the flattening of arrays of these shapes."""
    parts = np.split(flat, shapes.prod(1).cumsum()[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


def _synthetic_sentences(sizes: Sizes) -> tuple[list[list[str]], int, int]:
    generator = np.random.default_rng(_SEED)
    lengths = synthetic_lengths(_PAIRS, generator)
    sides = [synthetic_sentences(side, sizes.vocabulary_size, generator) for side in lengths.T]
    return sides, sizes.vocabulary_size, sizes.vocabulary_size


def _real_sentences(source: str, target: str, sizes: Sizes) -> tuple[list[list[str]], int, int]:
    import tensorflow as tf

    from seq2seq.data.corpus import read_parallel
    from seq2seq.data.token_pairs import tokenize_pairs
    from seq2seq.data.tokenizer import Tokenizer
    from seq2seq.training.vocabulary import MAX_TRAINING_LENGTH

    corpus = read_parallel(source, target)
    tokenizers = Tokenizer.train_joint(corpus.source, corpus.target, sizes.vocabulary_size)
    pairs = tokenize_pairs(corpus, *tokenizers, max_length=MAX_TRAINING_LENGTH)

    texts = (
        tf.strings.reduce_join(tf.strings.as_string(side), -1, separator=" ")
        for side in (pairs.source, pairs.target)
    )
    sides = [[sentence.decode() for sentence in side.numpy()] for side in texts]
    return sides, *(tokenizer.vocabulary_size for tokenizer in tokenizers)


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    request = json.loads(sys.argv[1])
    prepare(
        Path(request["directory"]),
        Sizes(**request["sizes"]),
        source=request["source"],
        target=request["target"],
    )
