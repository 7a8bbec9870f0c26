"""The configuration of a training run, and the flat TOML file that keeps it."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from seq2seq.errors import InputError, expect_path, shown
from seq2seq.model.options import ModelOptions
from seq2seq.storage.files import write_text
from seq2seq.storage.options import (
    GROUP_OF,
    GROUPS,
    CorpusOptions,
    OpenModelOptions,
    TrainingOptions,
    kebab,
    names_of,
    typed,
)
from seq2seq.storage.version import is_newer, package_version

_VERSION = "seq2seq-version"  # the package that wrote the file; none in files before 0.2.0
_OLD_NAMES = {"guidance": "guided-alignment"}  # in files before 0.2.0

T = TypeVar("T")


@dataclass(frozen=True)
class Configuration:
    """Everything that determines a run, in three groups of options.

    All options together have distinct names, those of `seq2seq train`, so that files and the
    command line need no groups: `from_options` and `options` translate. What is None is chosen from
    the corpus when the run starts (see `training.presets.resolve`), and the stored file holds the
    choice.
    """

    corpus: CorpusOptions = field(default_factory=CorpusOptions)
    model: OpenModelOptions = field(default_factory=OpenModelOptions)
    training: TrainingOptions = field(default_factory=TrainingOptions)

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> "Configuration":
        """The configuration of flat options, such as `{"units": 256, "epochs": 3}`.

        Raises:
            InputError: An option is unknown, or its value of the wrong type or out of its range.
        """
        if not isinstance(options, Mapping):
            raise InputError(
                "Expected options of seq2seq train by their names. "
                f'Received: {shown(options)}. Give a dictionary, such as {{"units": 256}}.'
            )

        for name in options:
            if name not in GROUP_OF:
                raise InputError(
                    f"Expected options of seq2seq train. Received: {shown(name)}. "
                    "See seq2seq train --help."
                )

        checked = {name: typed(name, value) for name, value in options.items()}
        groups = {}
        for name, group in GROUPS.items():
            given = checked.keys() & set(names_of(group))
            groups[name] = group(**{option: checked[option] for option in given})

        return cls(**groups)

    def options(self) -> dict[str, Any]:
        """All options by their flat names, in the order of the file."""
        flat = {}
        for group in (self.corpus, self.model, self.training):
            flat |= {name: getattr(group, name) for name in names_of(type(group))}

        return flat

    def replace(self, **options: Any) -> "Configuration":
        """The configuration with other values for some of its flat options.

        Raises:
            InputError: As `from_options`.
        """
        return self.from_options({**self.options(), **options})

    def model_options(self) -> ModelOptions:
        """The options that `Seq2Seq` takes.

        A decoder whose width is open is as wide as the memory; open vocabularies are not shared.

        Raises:
            ValueError: One of the others is still open.
        """
        options = self.model

        return ModelOptions(
            cell=options.cell,
            attention=options.attention,
            units=chosen(options.units, "units"),
            decoder_units=options.decoder_units,
            embedding_size=chosen(options.embedding_size, "embedding-size"),
            encoder_layers=chosen(options.encoder_layers, "encoder-layers"),
            decoder_layers=chosen(options.decoder_layers, "decoder-layers"),
            bidirectional=options.bidirectional,
            dropout=chosen(options.dropout, "dropout"),
            shared_vocabulary=bool(options.shared_vocabulary),
        )

    def save(self, path: str | Path) -> None:
        """Writes a TOML file that `load` and `seq2seq train --config` take; None is left out."""
        lines = [f"{_VERSION} = {json.dumps(package_version())}\n"]
        for name, value in self.options().items():
            if value not in (None, ()):
                # JSON's strings, numbers, booleans and lists of strings are TOML's too.
                lines.append(f"{kebab(name)} = {json.dumps(value, ensure_ascii=False)}\n")

        write_text(path, "".join(lines))

    @classmethod
    def load(cls, path: str | Path) -> "Configuration":
        """Reads a TOML file of options.

        Raises:
            InputError: The file is missing or no TOML, holds an unknown option or a value that the
                option does not take, or is of a newer version that knows more.
        """
        table, version = _read(path)
        try:
            return cls.from_options(_options_of(table, path))
        except InputError as error:
            _expect_known_version(version, path, error)
            raise


def chosen(value: T | None, option: str) -> T:
    """The value of an option that `training.presets.resolve` has chosen, or that was given.

    Raises:
        ValueError: The option is still open.
    """
    if value is None:
        raise ValueError(
            f"Expected a configuration without open options. Received: {option} is open. "
            "Fill it in, as training.presets.resolve does."
        )
    return value


def load_options(path: str | Path) -> dict[str, Any]:
    """Reads the options set in a TOML file, as `Configuration.from_options` takes them.

    Raises:
        InputError: The file is missing or no TOML, holds an unknown option or a value of the wrong
            type, or is of a newer version that knows more.
    """
    table, version = _read(path)
    try:
        return _options_of(table, path)
    except InputError as error:
        _expect_known_version(version, path, error)
        raise


def read_toml(path: Path) -> dict[str, Any]:
    """Reads a TOML file, with or without a byte-order mark.

    Raises:
        OSError, ValueError: It cannot be read, or is no TOML.
    """
    text = path.read_text(encoding="utf-8-sig")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("Too many brackets in each other") from error


def _read(path: str | Path) -> tuple[dict[str, Any], str]:
    """The options of a file by their names there, and the version that wrote it.

    The version is "" in a file that names none.
    """
    expect_path(path, "a TOML file of training options")
    try:
        table = read_toml(Path(path))
    except (OSError, ValueError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or error
        raise InputError(
            f"Expected a TOML file of training options. Received: {path}: {reason}. "
            "The config.toml of a model is one."
        ) from error

    version = "".join(filter(str.isprintable, str(table.pop(_VERSION, ""))))
    return {_OLD_NAMES.get(name, name): value for name, value in table.items()}, version


def _options_of(table: Mapping[str, Any], path: str | Path) -> dict[str, Any]:
    """The options of a file by their names in Python, with the types that they have there."""
    names = {kebab(name): name for name in GROUP_OF}
    options = {}
    for option, value in table.items():
        if option not in names:
            raise InputError(
                f"Expected options of seq2seq train in {path}. Received: {option!r}. "
                "See seq2seq train --help."
            )
        options[names[option]] = typed(names[option], value, f" in {path}")

    return options


def _expect_known_version(version: str, path: str | Path, error: InputError) -> None:
    """Names the versions, where a file with something unknown is of a newer one."""
    if is_newer(version):
        raise InputError(
            f"Expected a file of seq2seq {package_version()} or older. Received: {path}, written "
            f"by seq2seq {version}, with something that only it knows. Update seq2seq."
        ) from error
