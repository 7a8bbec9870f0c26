"""The `seq2seq` commands of a row, with its files in their places."""

import shlex
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from reproduction.rows import Corpus, Row
from seq2seq.errors import InputError
from seq2seq.storage.files import write_lines


@dataclass(frozen=True)
class Places:
    """Where things lie: downloaded corpora, runs, and the repository with the bundled corpus."""

    data: Path
    runs: Path
    repository: Path

    def files(self, corpus: Corpus, part: str) -> list[Path]:
        """The files of "train" or of a set."""
        if part == "train" and corpus.lines:
            return [self.runs / "corpora" / corpus.name / Path(name).name for name in corpus.train]
        return self.given_files(corpus, part)

    def given_files(self, corpus: Corpus, part: str) -> list[Path]:
        """As `files`, before any cut."""
        root = self.repository if corpus.bundled else self.data
        return [root / name for name in (corpus.train if part == "train" else corpus.sets[part])]


def train_command(row: Row, seed: int, places: Places, model: Path) -> list[str]:
    """The words of `seq2seq train …` after the first."""
    files = _pair(places.files(row.corpus, "train"), (), "--source", "--target")
    if not row.corpus.bundled:
        files += _pair(places.files(row.corpus, "dev"), ("--dev",), "--dev-source", "--dev-target")
    return ["train", *files, *shlex.split(row.options), "--seed", str(seed), "--output", str(model)]


def resume_command(model: Path) -> list[str]:
    """The words that continue the interrupted training of a model."""
    return ["train", "--resume", "--output", str(model)]


def evaluate_command(
    row: Row, part: str, places: Places, model: Path, translations: Path
) -> list[str]:
    """The words of `seq2seq evaluate …` after the first, for one of the row's sets."""
    files = _pair(places.files(row.corpus, part), (), "--source", "--target")
    options = [
        *shlex.split(row.search),
        "--tokenize",
        row.tokenize,
        "--output",
        str(translations),
        "--json",
    ]
    return ["evaluate", *files, "--model", str(model), *options]


def _pair(
    files: list[Path], tsv_option: tuple[str, ...], source_option: str, target_option: str
) -> list[str]:
    if len(files) == 2:
        return [source_option, str(files[0]), target_option, str(files[1])]
    return [*tsv_option, *map(str, files)] if files else []


def require_files(row: Row, places: Places) -> None:
    """Checks that the row's files are there, and only those: a row without a test set needs none.

    Raises:
        InputError: One is missing; the message says where to get it.
    """
    paths = [
        path
        for part in ("train", "dev", *row.scored)
        for path in places.given_files(row.corpus, part)
    ]

    if row.corpus.credits:
        paths.append(places.data / row.corpus.credits)
    for path in paths:
        if not path.is_file():
            raise InputError(
                f"Expected the corpus {row.corpus.name}. Received no file {path}. "
                f"{row.corpus.advice}"
            )


def cut_training_files(corpus: Corpus, places: Places) -> None:
    """Writes the first lines of the training files, where the corpus is to have no more."""
    for given, cut in zip(
        places.given_files(corpus, "train"), places.files(corpus, "train"), strict=True
    ):
        if given != cut:
            with given.open(encoding="utf-8", newline="\n") as lines:
                write_lines(cut, islice(lines, corpus.lines))
