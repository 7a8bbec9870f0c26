"""The configuration of a training run: its options, the presets by corpus size, and the TOML file that keeps it."""

import dataclasses
import json
import math
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from seq2seq.data.corpus import Corpus
from seq2seq.data.stream import CorpusStream
from seq2seq.errors import InputError
from seq2seq.storage.files import write_text

CHOICES = {
    "cell": ("gru", "lstm", "rnn"),
    "attention": ("none", "luong", "bahdanau"),
    "precision": ("auto", "float32", "bfloat16", "float16"),
}
LOWEST = {  # of the whole numbers
    "units": 1,
    "decoder_units": 1,
    "embedding_size": 1,
    "encoder_layers": 1,
    "decoder_layers": 1,
    "vocabulary_size": 8,
    "batch_tokens": 1,
    "epochs": 1,
    "patience": 1,
    "keep": 0,
    "seed": 0,
}
_POSITIVE, _SHARES = (
    ("learning_rate", "clip_norm", "time_limit"),
    ("dropout", "label_smoothing", "guided_alignment"),
)

CHANGEABLE = ("time_limit", "patience", "keep")  # by a resumed run

VOCABULARY = ("vocabulary_size", "shared_vocabulary")  # what follows from `vocabulary_from`

CONFIGURATION = "config.toml"  # its name in a model directory
TOKENIZERS = ("source.model", "target.model")  # the SentencePiece models there

_SAMPLE = 10_000  # sentences whose letters are compared
_SMALLEST_VOCABULARY = 500


@dataclass(frozen=True)
class Configuration:
    """Everything that determines a run; the names are those of the `seq2seq train` options.

    What is None is chosen when the run starts, from the corpus (see `resolved`), and the stored file holds the choice.

    Raises:
        InputError: A value is none of the choices or out of its range.
    """

    # The corpus.
    corpus: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    dev: str | None = None
    dev_source: str | None = None
    dev_target: str | None = None
    # The model.
    preset: str = "auto"
    cell: str = "gru"
    attention: str = "luong"
    units: int | None = None
    decoder_units: int | None = None
    embedding_size: int | None = None
    encoder_layers: int | None = None
    decoder_layers: int | None = None
    bidirectional: bool = True
    dropout: float | None = None
    vocabulary_size: int | None = None
    shared_vocabulary: bool | None = None
    vocabulary_from: str | None = None
    # The training.
    batch_tokens: int | None = None
    learning_rate: float | None = None
    clip_norm: float = 1.0
    label_smoothing: float | None = None
    guided_alignment: float | None = None
    epochs: int | None = None
    time_limit: float | None = None
    patience: int = 10
    keep: int = 0
    precision: str = "auto"
    seed: int = 1

    def __post_init__(self):
        choices = {**CHOICES, "preset": ("auto", *PRESETS)}
        expected = {
            name: (f"one of {', '.join(known)}", known.__contains__)
            for name, known in choices.items()
        }
        expected |= {name: (f"at least {low}", low.__le__) for name, low in LOWEST.items()}
        expected |= {name: ("a number above 0", lambda v: 0 < v < math.inf) for name in _POSITIVE}
        expected |= {name: ("at least 0 and below 1", lambda v: 0 <= v < 1) for name in _SHARES}
        for name, (wanted, holds) in expected.items():
            value = getattr(self, name)
            if value is not None and not holds(value):
                raise InputError(f"Expected {_option(name)} to be {wanted}. Received: {value!r}.")
        if self.bidirectional and (self.units or 0) % 2:
            raise InputError(
                f"Expected an even number of units, half for each direction of the encoder. Received: {self.units}. "
                "Give another, or --no-bidirectional."
            )

    def resolved(self, corpus: Corpus | CorpusStream) -> "Configuration":
        """Fills in what was left open, from the preset and from the two languages of the corpus.

        A decoder whose width is left open is as wide as the memory if that was given. The languages share a vocabulary
        where they share letters. A vocabulary has at most a third as many pieces as its text has words: more would be
        whole words, rare ones seen too seldom to be learnt and new ones never spelt. But it has room for every
        character and some more. Of a stream, its sample is looked at. With `vocabulary_from`, size and sharing are
        those of that model.
        """
        if self.vocabulary_from and None in (self.vocabulary_size, self.shared_vocabulary):
            lender = model_configuration(self.vocabulary_from)
            borrowed = {
                name: getattr(lender, name) for name in VOCABULARY if getattr(self, name) is None
            }
            return dataclasses.replace(self, **borrowed).resolved(corpus)
        preset = choose_preset(len(corpus)) if self.preset == "auto" else self.preset
        open_names = [
            item.name for item in dataclasses.fields(Preset) if getattr(self, item.name) is None
        ]
        chosen = {name: getattr(PRESETS[preset], name) for name in open_names}
        if "decoder_units" in chosen and self.units:
            chosen["decoder_units"] = self.units
        shared = (
            share_letters(corpus.sample)
            if self.shared_vocabulary is None
            else self.shared_vocabulary
        )
        if "vocabulary_size" in chosen:
            sample = corpus.sample
            texts = [[*sample.source, *sample.target]] if shared else [sample.source, sample.target]
            words = min(_count_words(text) for text in texts)
            characters = max(len(set().union(*text)) for text in texts)
            fitting = min(chosen["vocabulary_size"], max(words // 3, _SMALLEST_VOCABULARY))
            chosen["vocabulary_size"] = max(fitting, characters + characters // 4)
        return dataclasses.replace(self, preset=preset, **{**chosen, "shared_vocabulary": shared})

    def save(self, path: str | Path) -> None:
        """Writes a TOML file that `load` and `seq2seq train --config` take; None is left out."""
        values = {
            name: value
            for name, value in dataclasses.asdict(self).items()
            if value not in (None, ())
        }
        # JSON's strings, numbers, booleans and lists of strings are TOML's too.
        lines = [
            f"{_option(name)} = {json.dumps(value, ensure_ascii=False)}\n"
            for name, value in values.items()
        ]
        write_text(path, "".join(lines))

    @classmethod
    def load(cls, path: str | Path) -> "Configuration":
        """Reads a TOML file of options.

        Raises:
            InputError: The file is missing or no TOML, or holds an unknown option or a value of the wrong type.
        """
        return cls(**load_options(path))


def model_configuration(directory: str | Path) -> Configuration:
    """The configuration in a model directory.

    Raises:
        InputError: It is no model directory.
    """
    path = Path(directory) / CONFIGURATION
    if not path.is_file():
        raise InputError(
            f"Expected a model directory. Received: {directory}, which has no {CONFIGURATION}. "
            "Train a model with seq2seq train, or give the directory of one, not of what was exported."
        )
    return Configuration.load(path)


def load_options(path: str | Path) -> dict:
    """Reads the options set in a TOML file, as the keyword arguments of a `Configuration`."""
    try:
        options = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"Expected a TOML file of training options. Received: {path}: {error}."
        ) from error
    return {
        _field(option, path).name: _checked(option, value, path)
        for option, value in options.items()
    }


@dataclass(frozen=True)
class Preset:
    """Sizes and regularisation that suit a corpus size."""

    vocabulary_size: int
    units: int
    decoder_units: int
    embedding_size: int
    encoder_layers: int
    decoder_layers: int
    dropout: float
    label_smoothing: float
    guided_alignment: float
    batch_tokens: int
    learning_rate: float
    epochs: int


PRESETS = {
    "tiny": Preset(2000, 256, 128, 128, 1, 2, 0.3, 0.1, 0.33, 512, 3e-3, 60),
    "small": Preset(8000, 256, 256, 256, 1, 2, 0.3, 0.1, 0.0, 1024, 2e-3, 30),
    "base": Preset(8000, 512, 256, 256, 1, 2, 0.3, 0.1, 0.0, 1024, 2e-3, 16),
    "large": Preset(16000, 1024, 1024, 512, 2, 2, 0.2, 0.1, 0.0, 8192, 1e-3, 10),
}
_UP_TO = {"tiny": 5_000, "small": 50_000, "base": 300_000}


def choose_preset(pairs: int) -> str:
    """The name of the preset for a number of training pairs."""
    return next((name for name, limit in _UP_TO.items() if pairs <= limit), "large")


def preset_ranges() -> str:
    """Which numbers of training pairs the presets are for, in words."""
    return (
        ", ".join(f"{name} up to {limit:,} pairs" for name, limit in _UP_TO.items())
        + ", large beyond"
    )


def share_letters(corpus: Corpus) -> bool:
    """Whether the two languages are written alike: over half of each side's letters are letters of the other's."""
    sides = [
        Counter(filter(str.isalpha, "".join(side[:_SAMPLE])))
        for side in (corpus.source, corpus.target)
    ]
    totals = [sum(counts.values()) or 1 for counts in sides]
    common = sides[0].keys() & sides[1].keys()
    shares = [
        sum(counts[letter] for letter in common) / total
        for counts, total in zip(sides, totals, strict=True)
    ]
    return min(shares) > 0.5


def _count_words(sentences: list[str]) -> int:
    """The number of different words, case and punctuation aside."""
    return len({word for sentence in sentences for word in re.findall(r"\w+", sentence.casefold())})


def _option(name: str) -> str:
    return name.replace("_", "-")


def _field(option: str, path) -> dataclasses.Field:
    fields = {_option(item.name): item for item in dataclasses.fields(Configuration)}
    if option not in fields:
        raise InputError(
            f"Expected options of seq2seq train in {path}. Received: {option!r}. See seq2seq train --help."
        )
    return fields[option]


def _checked(option: str, value, path):
    """The value, if it has the option's type; TOML's arrays become tuples, its integers may stand for floats."""
    kind = _field(option, path).type
    accepted = {
        tuple[str, ...]: (
            "an array of strings",
            lambda v: isinstance(v, list) and all(isinstance(i, str) for i in v),
        ),
        str: ("a string", lambda v: isinstance(v, str)),
        bool: ("true or false", lambda v: isinstance(v, bool)),
        int: ("a whole number", lambda v: isinstance(v, int) and not isinstance(v, bool)),
        float: ("a number", lambda v: isinstance(v, int | float) and not isinstance(v, bool)),
    }
    wanted = next(known for known in accepted if kind in (known, known | None))
    words, holds = accepted[wanted]
    if not holds(value):
        raise InputError(f"Expected {option} in {path} to be {words}. Received: {value!r}.")
    return tuple(value) if wanted == tuple[str, ...] else value
