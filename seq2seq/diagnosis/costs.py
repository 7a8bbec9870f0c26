"""What a corpus will cost: time, memory and disk of preparing, training and decoding.

The model is small. Time is proportional to the work, by rates that were measured on one core;
memory is a base, a share for the weights and a share for a batch; neither depends on the number of
pairs. docs/scaling.md tells how each number was measured. A forecast is right within a factor of
two, on an idle machine whose cores are like those.
"""

from dataclasses import dataclass

from seq2seq.model.options import ModelOptions
from seq2seq.training.presets import PRESETS, Preset, choose_preset

TOKENS_OF_A_SENTENCE = 20  # on each side, the end included

# Per core and second with two cores at work, in float32, on what docs/scaling.md names.
TRAINED_TOKENS = {"tiny": 7584.0, "small": 3804.0, "base": 3001.0, "large": 591.0}
DECODED_SENTENCES = {"tiny": 312.0, "small": 106.0, "base": 99.5, "large": 21.5}  # beam 5
# Nobody has measured a GPU: one is taken for as many cores.
ASSUMED_CORES_OF_A_GPU = 40

_COUNTED_PAIRS = 40_000.0  # per second: reading them and counting their tokens
_VOCABULARY_PAIRS = 200_000  # at most: more are a sample
_VOCABULARY_SECONDS = 4e-4  # for a pair

_MEBIBYTE = 1 << 20
_BASE = 800 * _MEBIBYTE  # TensorFlow itself
_COPIES_IN_TRAINING = 6  # of the weights, 4 bytes each: gradients, Adam's moments, the best so far
_COPIES_OF_LOGITS = 4  # of a batch: logits, probabilities, gradients
_BYTES_OF_A_PAIR = 130  # of text, both sides


@dataclass(frozen=True)
class Cost:
    """What a step costs.

    Attributes:
        step: "preparing", "training" or "decoding".
        seconds: How long it takes.
        memory: Bytes of the largest process.
        disk: Bytes that it writes.
        detail: What the numbers are of.
    """

    step: str
    seconds: float
    memory: int
    disk: int
    detail: str


def forecast(
    pairs: int, *, cores: int, gpus: int = 0, name: str | None = None, speed: float = 1.0
) -> list[Cost]:
    """What a corpus will cost.

    Args:
        pairs: Sentence pairs to train on; as many sentences to translate.
        cores: Cores of the machine.
        gpus: GPUs, each of which stands for `ASSUMED_CORES_OF_A_GPU`.
        name: The preset; by default that of a corpus of this size.
        speed: How fast a core is, in those that were measured.
    """
    name = name or choose_preset(pairs)
    preset = PRESETS[name]
    workers = speed * (gpus * ASSUMED_CORES_OF_A_GPU or cores)
    weights = 4 * count_weights(preset)
    vocabulary = min(pairs, _VOCABULARY_PAIRS) * _VOCABULARY_SECONDS
    logits = 4 * preset.batch_tokens * preset.vocabulary_size

    trained = pairs * TOKENS_OF_A_SENTENCE * preset.epochs
    return [
        Cost(
            "preparing",
            (pairs / _COUNTED_PAIRS + vocabulary) / speed,
            _BASE,
            pairs * _BYTES_OF_A_PAIR,
            "the vocabulary; disk is the corpus itself",
        ),
        Cost(
            "training",
            trained / (TRAINED_TOKENS[name] * workers),
            _BASE + _COPIES_IN_TRAINING * weights + _COPIES_OF_LOGITS * logits,
            4 * weights,
            f"preset {name}, {preset.epochs} epochs",
        ),
        Cost(
            "decoding",
            pairs / (DECODED_SENTENCES[name] * workers),
            _BASE + 2 * weights,
            pairs * _BYTES_OF_A_PAIR // 2,
            f"{pairs:,} sentences, beam 5",
        ),
    ]


def count_weights(preset: Preset) -> int:
    """The weights of a preset's model, biases and attention left out, with two vocabularies."""
    return sizes_of(preset).fewest_weights(preset.vocabulary_size, preset.vocabulary_size)


def sizes_of(preset: Preset) -> ModelOptions:
    """The options of a preset's model."""
    return ModelOptions(
        units=preset.units,
        decoder_units=preset.decoder_units,
        embedding_size=preset.embedding_size,
        encoder_layers=preset.encoder_layers,
        decoder_layers=preset.decoder_layers,
        dropout=preset.dropout,
    )
