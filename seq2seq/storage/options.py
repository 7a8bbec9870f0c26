"""The options of a training run in groups, and which values each takes."""

import dataclasses
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, NamedTuple, get_type_hints

from seq2seq.errors import InputError, is_path, shown
from seq2seq.model.options import ATTENTION_NAMES, CELL_NAMES
from seq2seq.storage.languages import Languages

PRESET_NAMES = ("tiny", "small", "base", "large")  # their values are in `training.presets`

CHOICES = {
    "direction": ("forward", "both"),
    "preset": ("auto", *PRESET_NAMES),
    "cell": CELL_NAMES,
    "attention": ATTENTION_NAMES,
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

_HIGHEST = {  # of the whole numbers that memory limits
    "units": 65_536,
    "decoder_units": 65_536,
    "embedding_size": 65_536,
    "encoder_layers": 100,
    "decoder_layers": 100,
    "vocabulary_size": 10_000_000,
}

CHANGEABLE = ("time_limit", "patience", "keep", "split_sentences")  # by a resumed run
VOCABULARY = ("vocabulary_size", "shared_vocabulary")  # what follows from `vocabulary_from`

_POSITIVE = ("learning_rate", "clip_norm", "time_limit")
_PATHS = (
    *("corpus", "source", "target", "dev", "dev_source", "dev_target", "mix"),
    *("vocabulary_from", "from_model"),
)
_SHARES = ("dropout", "label_smoothing", "guided_alignment", "placeholder_share", "mix_share")


class _Range(NamedTuple):
    """The values that an option may take, in words and as a test."""

    words: str
    holds: Callable[[Any], bool]


def _ranges() -> dict[str, _Range]:
    """The range of each option that has one."""
    ranges = {}
    for name, known in CHOICES.items():
        ranges[name] = _Range(f"one of {', '.join(known)}", known.__contains__)

    for name, lowest in LOWEST.items():
        ranges[name] = _at_least(lowest, _HIGHEST.get(name))

    for name in _POSITIVE:
        ranges[name] = _Range("a number above 0", lambda value: 0 < value <= sys.float_info.max)

    for name in _SHARES:
        ranges[name] = _Range("at least 0 and below 1", lambda value: 0 <= value < 1)

    for name in _PATHS:
        ranges[name] = _Range("a path of UTF-8 text", _are_paths)

    return ranges


def _at_least(lowest: int, highest: int | None) -> _Range:
    if highest is None:
        return _Range(f"at least {lowest}", lowest.__le__)
    return _Range(
        f"at least {lowest} and at most {highest:,}", lambda value: lowest <= value <= highest
    )


def _are_paths(value: str | tuple[str, ...]) -> bool:
    return all(map(is_path, (value,) if isinstance(value, str) else value))


_RANGES = _ranges()


@dataclass(frozen=True)
class CorpusOptions:
    """The files of the sentence pairs; the bundled corpus where none is named.

    Attributes:
        corpus: Files of training pairs, with both sides in each.
        source: Source sentences of more training pairs, one per line.
        target: Their translations, line by line.
        dev: A file of the pairs that validation scores.
        dev_source: Source sentences to validate on, instead of `dev`.
        dev_target: Their translations.
        columns: The columns of `corpus`, `dev` and `mix` that are source and target, where these
            are tables of more than two; see `data.formats.columns`.
        mix: Files of pairs that `from_model` has learnt, to be learnt again beside the new ones.
        mix_share: Share of the batches that are of `mix`.
        languages: The two languages of the pairs, such as "en,ko", for a model that is told which
            one to translate into; of several corpora, those of each.
        direction: "both" if the pairs are learnt from source to target and back.
        language_scripts: What each of the languages is written in, as `data.letters` names it, in
            the order in which `languages` names them first. It is found in the corpus.

    Raises:
        InputError: What should be a path is empty, or no file has such a name, or the languages
            cannot be used; see `Languages.of`.
    """

    corpus: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    dev: str | None = None
    dev_source: str | None = None
    dev_target: str | None = None
    columns: tuple[str, ...] = ()
    mix: tuple[str, ...] = ()
    mix_share: float = 0.5
    languages: tuple[str, ...] = ()
    direction: str = "forward"
    language_scripts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _expect_in_range(self)
        _ = self.spoken

    @property
    def spoken(self) -> Languages:
        """The languages that the options name, and the directions in which they are learnt."""
        return Languages.of(self.languages, self.direction, self.language_scripts)


@dataclass(frozen=True)
class OpenModelOptions:
    """The options of the model and of its vocabularies. What is None is still open.

    `ModelOptions` explains the options that are not named below. Once all of them are chosen,
    `Configuration.model_options` makes a `ModelOptions`.

    Attributes:
        preset: Which preset fills in what is open: "auto" goes by the size of the corpus.
        vocabulary_size: Number of pieces of each vocabulary, at most.
        shared_vocabulary: Whether both languages have one vocabulary.
        vocabulary_from: The model directory that lends its vocabularies, instead of new ones.
        from_model: The model directory whose weights the run begins with, its parent. Its
            vocabularies and sizes are the run's, too.
        extend_vocabulary: Whether the parent's vocabularies get pieces of the new corpus. The size
            of the vocabulary is then exceeded by them.
        split_sentences: Whether texts of several sentences are translated sentence by sentence. It
            is found in the corpus; None, in files of older versions, means that they are.
        source_scripts: The scripts that are usual in the source text, as `data.scripts` names
            them; words in others are copied. They are found in the corpus.
        source_capitals: Whether most source sentences are in capitals. If they are not, a sentence
            in capitals is answered in capitals. It is found in the corpus; None, in files of older
            versions, means that they are not.

    Raises:
        InputError: A value is out of its range, or the units do not divide into two directions.
    """

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
    from_model: str | None = None
    extend_vocabulary: bool = False
    split_sentences: bool | None = None
    source_scripts: tuple[str, ...] = ()
    source_capitals: bool | None = None

    def __post_init__(self) -> None:
        _expect_in_range(self)
        if self.bidirectional and (self.units or 0) % 2:
            raise InputError(
                "Expected an even number of units, half for each direction of the encoder. "
                f"Received: {self.units}. Give another, or --no-bidirectional."
            )


@dataclass(frozen=True)
class TrainingOptions:
    """How the model is trained. What is None is still open; a time limit of None is no limit.

    Attributes:
        batch_tokens: Tokens of a batch, on either side.
        learning_rate: Its peak.
        clip_norm: Limit of the gradient's norm.
        label_smoothing: Share of the probability that is spread over all words.
        guided_alignment: Share of the run in which a word alignment guides attention.
        placeholder_share: Share of the pairs in which placeholders stand for words; see
            `training.masking`.
        epochs: Passes over the corpus, at most.
        time_limit: Minutes, at most.
        patience: Validations without a better score after which the run stops.
        keep: Number of the last validations whose models are kept.
        tokenize: The sacreBLEU tokenizer of BLEU; "auto" goes by the letters of the dev set.
        precision: The type of matrix products; see `model.precision`.
        seed: The seed of everything random.
        deterministic: Whether a GPU adds up in the same order every time; see `gpu`.

    Raises:
        InputError: A value is out of its range.
    """

    batch_tokens: int | None = None
    learning_rate: float | None = None
    clip_norm: float = 1.0
    label_smoothing: float | None = None
    guided_alignment: float | None = None
    placeholder_share: float = 0.15
    epochs: int | None = None
    time_limit: float | None = None
    patience: int = 10
    keep: int = 0
    tokenize: str = "auto"
    precision: str = "auto"
    seed: int = 1
    deterministic: bool = False

    def __post_init__(self) -> None:
        _expect_in_range(self)


GROUPS = {"corpus": CorpusOptions, "model": OpenModelOptions, "training": TrainingOptions}


def names_of(group: type) -> list[str]:
    """The names of the options in a group, in the order of the file."""
    return [item.name for item in dataclasses.fields(group)]


GROUP_OF = {name: group for group in GROUPS.values() for name in names_of(group)}


def _expect_in_range(group: CorpusOptions | OpenModelOptions | TrainingOptions) -> None:
    """Refuses a group with a value out of its range.

    Raises:
        InputError: A value is out of the range of its option.
    """
    for name in names_of(type(group)):
        value = getattr(group, name)
        if value is None or name not in _RANGES:
            continue
        if not _RANGES[name].holds(value):
            raise InputError(
                f"Expected {kebab(name)} to be {_RANGES[name].words}. Received: {shown(value)}."
            )


def typed(name: str, value: Any, place: str = "") -> Any:
    """The value, if it has the option's type; arrays become tuples, integers may stand for floats.

    A number of NumPy becomes one of Python, and a `pathlib.Path` becomes text.

    Args:
        name: The option's name in Python.
        value: The value; None stands for an option left open.
        place: Where it was found, as the message names it.

    Raises:
        InputError: The value is of another type.
    """
    given = value
    value = _plain(value)
    kind = get_type_hints(GROUP_OF[name])[name]
    if value is None and kind == kind | None:
        return None

    wanted = next(known for known in _TYPES if kind in (known, known | None))
    if not _TYPES[wanted].holds(value):
        raise InputError(
            f"Expected {kebab(name)}{place} to be {_TYPES[wanted].words}. Received: {shown(given)}."
        )
    return value


def _plain(value: Any) -> Any:
    """The value as the file holds it: NumPy's numbers as Python's, paths as text, no lists."""
    if isinstance(value, list | tuple):
        return tuple(_plain(item) for item in value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) else value


def _is_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: dict[Any, _Range] = {
    tuple[str, ...]: _Range("an array of strings", _is_texts),
    str: _Range("a string", lambda value: isinstance(value, str)),
    bool: _Range("true or false", lambda value: isinstance(value, bool)),
    int: _Range("a whole number", lambda value: _is_number(value) and isinstance(value, int)),
    float: _Range("a number", _is_number),
}


def kebab(name: str) -> str:
    """The name of an option as files and the command line write it."""
    return name.replace("_", "-")
