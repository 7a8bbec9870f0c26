"""The rows of the results and their corpora, read from `scripts/experiments/rows.toml`."""

import shlex
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seq2seq.errors import InputError

GROUPS = ("results", "base", "attention", "ablation", "low-resource")


@dataclass(frozen=True)
class Corpus:
    """Files by name, not yet by place: one TSV file, or one of sources and one of targets.

    Attributes:
        name: As rows call it.
        train: What is learnt; empty for the bundled corpus, which `seq2seq train` finds by itself.
        sets: What can be scored, by name; "dev" is among them.
        advice: Where to get it.
        lines: The first lines of `train` that are learnt, or None for all.
        credits: A file whose second column credits line by line the authors of train's and then of
            dev's pairs.
    """

    name: str
    train: tuple[str, ...]
    sets: dict[str, tuple[str, ...]]
    advice: str
    lines: int | None = None
    credits: str | None = None

    @property
    def bundled(self) -> bool:
        return not self.train


@dataclass(frozen=True)
class Row:
    """A model to be trained and scored; `scripts/experiments/rows.toml` says what each field is."""

    name: str
    group: str
    corpus: Corpus
    options: str = ""
    search: str = ""
    scored: tuple[str, ...] = ("dev",)
    tokenize: str = "13a"
    seeds: tuple[int, ...] = (1, 2)
    examples: int = 0

    def __post_init__(self) -> None:
        _expect(self.group in GROUPS, self, f"a group of {', '.join(GROUPS)}", self.group)
        _expect(
            set(self.scored) <= self.corpus.sets.keys(), self, "sets of its corpus", self.scored
        )

        if self.group != "results":
            _expect(set(self.scored) == {"dev"}, self, 'to be scored on "dev" alone', self.scored)
            _expect(
                not self.corpus.bundled,
                self,
                "another corpus, as training on it scores its tests",
                "bundled",
            )

    @property
    def training(self) -> dict:
        """What determines its weights, the seed aside."""
        return {"corpus": self.corpus.name, "options": shlex.split(self.options)}

    @property
    def identity(self) -> dict:
        """What determines its result, the seed aside."""
        scores = {
            "search": shlex.split(self.search),
            "scored": list(self.scored),
            "tokenize": self.tokenize,
        }
        return {**self.training, **scores, "examples": self.examples}


def load_rows(path: str | Path) -> dict[str, Row]:
    """The rows by name, in the order of the file.

    Raises:
        InputError: The file cannot be read, a row is incomplete or breaks a rule, or two have one
            name.
    """
    try:
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        corpora = {name: _corpus(name, **entry) for name, entry in content["corpus"].items()}
        rows = [_row(corpora, **entry) for entry in content["row"]]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError, KeyError) as error:
        raise InputError(
            f"Expected rows and their corpora in {path}. Received: {error}."
        ) from error

    named = {row.name: row for row in rows}
    for row in rows:
        _expect(named[row.name] is row, row, "a name of its own", row.name)

    return named


def _corpus(name: str, *, train: list[str], sets: dict[str, list[str]], **others: Any) -> Corpus:
    tuples = {part: tuple(files) for part, files in sets.items()}
    return Corpus(name, tuple(train), tuples, **others)


def _row(corpora: dict[str, Corpus], *, corpus: str, **others: Any) -> Row:
    lists = {name: tuple(value) for name, value in others.items() if isinstance(value, list)}
    return Row(corpus=corpora[corpus], **{**others, **lists})


def _expect(holds: bool, row: Row, wanted: str, received: object) -> None:
    if not holds:
        raise InputError(f"Expected of the row {row.name} {wanted}. Received: {received!r}.")
