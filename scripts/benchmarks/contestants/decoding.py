"""What decoding systems are given: the same model, and sentences in batches.

With each sentence comes the most tokens that its translation may have.

Run as a module it prepares them in a process of its own, so that the parent never loads TensorFlow.
"""

import dataclasses
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from contestants.contest import EOS_ID, PAD_ID, SIZES
from contestants.text import synthetic_lengths, synthetic_sentences

_SEED = 1
_SENTENCES = 2_048


@dataclass(frozen=True)
class Architecture:
    """The arguments of a `Seq2Seq` with one bidirectional encoder layer.

    With Bahdanau's recurrence it has one decoder layer.
    """

    source_vocabulary_size: int
    target_vocabulary_size: int
    shared_vocabulary: bool
    embedding_size: int
    units: int
    decoder_units: int
    cell: str
    attention: str
    decoder_layers: int = 1

    def make_model(self):
        """A `Seq2Seq` of this architecture with new weights."""
        from seq2seq.model.options import ModelOptions
        from seq2seq.model.seq2seq import Seq2Seq

        options = dataclasses.asdict(self)
        sizes = {
            name: options.pop(name) for name in ("source_vocabulary_size", "target_vocabulary_size")
        }

        return Seq2Seq(ModelOptions(**options), **sizes)

    @classmethod
    def of_size(cls, name: str, cell: str, attention: str) -> "Architecture":
        """That of a contest of this size; both sides have the same tokens."""
        sizes = SIZES[name]
        vocabulary = sizes.vocabulary_size, sizes.vocabulary_size, True
        return cls(
            *vocabulary, sizes.embedding_size, sizes.units, sizes.decoder_units, cell, attention
        )


@dataclass(frozen=True)
class Task:
    """How the sentences are decoded.

    Attributes:
        beam_size: Hypotheses kept per sentence; 1 is greedy search.
        batch_size: Sentences decoded at once.
        threads: Threads of all batches at once.
        model: The model directory that translates text, if there is one.
        at_once: Batches decoded at the same time.
        shortlist: The size of the shortlists that our search uses; 0 for the whole vocabulary.
        tflite: The TFLite export of the model, if that is to translate its text.
    """

    beam_size: int
    batch_size: int
    threads: int
    model: str | None = None
    at_once: int = 1
    shortlist: int = 0
    tflite: str | None = None


class Batch(NamedTuple):
    """Sentences that are decoded at once."""

    # (batch, source_length) int32, each sentence ending in EOS, PAD after it
    source_tokens: np.ndarray
    # (batch,) int32: the most tokens of each translation, EOS included
    limits: np.ndarray
    # The sentences as text; empty where there is none
    texts: list[str]


def prepare(
    directory: Path, architecture: Architecture | None, *, model: str | None, source: str | None
) -> None:
    """Writes a model and sentences.

    They are random ones of this architecture, or those of a model directory and a text file.
    """
    if model:
        architecture, network, sentences = _real(model, source)
    else:
        network, sentences = _random(architecture)
    from contestants.weights import pytorch_weights
    from seq2seq.storage.weights import save_weights

    Path(directory, "architecture.json").write_text(
        json.dumps(dataclasses.asdict(architecture)), encoding="utf-8"
    )
    save_weights(directory, network)
    np.savez(directory / "pytorch.npz", **pytorch_weights(network))
    source_tokens, limits, texts = sentences
    lengths = [len(tokens) for tokens in source_tokens]
    np.savez(
        directory / "sentences.npz",
        source_tokens=np.concatenate(source_tokens),
        lengths=lengths,
        limits=limits,
    )
    Path(directory, "texts.json").write_text(json.dumps(texts), encoding="utf-8")


def _random(architecture):
    """A model that never ends a sentence, and sentences as long as those of Multi30k.

    The targets there limit the translations.
    """
    import keras

    keras.utils.set_random_seed(_SEED)
    generator = np.random.default_rng(_SEED)
    lengths, limits = synthetic_lengths(_SENTENCES, generator).T
    lines = synthetic_sentences(lengths, architecture.source_vocabulary_size, generator)
    model = architecture.make_model()
    embeddings = model.decoder.embedding.embeddings.numpy()
    embeddings[EOS_ID] = 0  # its logit too: among random ones it is no large one
    model.decoder.embedding.embeddings.assign(embeddings)
    return model, ([np.array(line.split(), np.int32) for line in lines], limits, [])


def _real(model, source):
    """The model of a directory and the lines of a file, with the library's own limits."""
    import tensorflow as tf

    from seq2seq.data.lines import read_lines
    from seq2seq.errors import InputError
    from seq2seq.search.options import SearchOptions
    from seq2seq.translation.decoding import length_limits, truncate
    from seq2seq.translation.translator import Translator

    translator = Translator.load(model)
    configuration = translator.configuration.model
    layers = configuration.encoder_layers, configuration.decoder_layers
    several = layers[1] > 1 and configuration.attention == "bahdanau"
    if layers[0] > 1 or several or not configuration.bidirectional:
        raise InputError(
            "Expected a model of one bidirectional encoder layer, and with bahdanau of one decoder "
            f"layer, as PyTorch's is here. Received: {model}, "
            f"which has {layers[0]} and {layers[1]} with {configuration.attention}, "
            f"bidirectional = {configuration.bidirectional}. Give another model."
        )
    names = [field.name for field in dataclasses.fields(Architecture)][2:]
    vocabularies = (
        translator.source_tokenizer.vocabulary_size,
        translator.target_tokenizer.vocabulary_size,
    )
    architecture = Architecture(
        *vocabularies, **{name: getattr(configuration, name) for name in names}
    )
    texts = list(read_lines(source))
    if not texts:
        raise InputError(
            f"Expected sentences to translate. Received: {source}, which is empty. "
            "Give another file."
        )
    tokens = truncate(translator.source_tokenizer.tokenize(tf.constant(texts)))
    limits = length_limits(tokens.to_tensor(PAD_ID), SearchOptions())
    return architecture, translator.model, ([row.numpy() for row in tokens], limits.numpy(), texts)


def load_architecture(directory: Path) -> Architecture:
    """That of the model that `prepare` wrote."""
    return Architecture(
        **json.loads(Path(directory, "architecture.json").read_text(encoding="utf-8"))
    )


def load_batches(directory: Path, batch_size: int) -> list[Batch]:
    """The sentences that `prepare` wrote.

    Those of a batch are about as long, and the batches come in random order.
    """
    arrays = np.load(directory / "sentences.npz")
    lengths = arrays["lengths"]
    limits = arrays["limits"].astype(np.int32)
    sentences = np.split(arrays["source_tokens"], lengths.cumsum()[:-1])
    texts = json.loads(Path(directory, "texts.json").read_text(encoding="utf-8"))

    order = np.argsort(lengths, kind="stable")
    groups = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]

    batches = []
    for place in np.random.default_rng(_SEED).permutation(len(groups)):
        group = groups[place]
        source_tokens = np.full((len(group), lengths[group].max()), PAD_ID, np.int32)
        for row, index in enumerate(group):
            source_tokens[row, : lengths[index]] = sentences[index]
        batches.append(
            Batch(source_tokens, limits[group], [texts[index] for index in group] if texts else [])
        )

    return batches


def real_tokens(translations: Iterable) -> np.ndarray:
    """Which of the tokens of the best translations, side by side, are real and no padding.

    Returns:
        `(batch, length)`, boolean.
    """
    lengths = np.array([len(translation.best.pieces) for translation in translations])
    return np.arange(lengths.max())[np.newaxis] < lengths[:, np.newaxis]


def main(request: str) -> None:
    """Prepares what a JSON object of the arguments of `prepare` asks for."""
    fields = json.loads(request)
    architecture = fields["architecture"] and Architecture(**fields["architecture"])
    prepare(Path(fields["directory"]), architecture, model=fields["model"], source=fields["source"])


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    main(*sys.argv[1:])
