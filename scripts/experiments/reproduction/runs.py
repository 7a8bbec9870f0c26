"""A row with a seed: what is done of it, and doing the rest."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from reproduction.commands import (
    Places,
    cut_training_files,
    evaluate_command,
    resume_command,
    train_command,
)
from reproduction.process import run_command
from reproduction.provenance import checkout, processor
from reproduction.rows import Row
from seq2seq.data.corpus import PairFiles, read_corpus
from seq2seq.errors import InputError
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.files import write_text

RESULT = "result.json"
TRAINING = "training.json"
LOG = "log.txt"
_METRICS = ("bleu", "chrf2", "ter")
_CURVE = ("epoch", "seconds", "bleu")  # of the history, which has more

Runner = Callable[[list[str], Path, Path | None], int]  # as run_command


@dataclass(frozen=True)
class Run:
    """A row with a seed.

    Attributes:
        row: The row.
        seed: The seed.
        owner: The name of the row whose training it shares; its own where it is the first of them.
        places: Where everything lies.
        kept: The folder of results that are kept, with those of earlier machines, where its own is
            of no interest.
    """

    row: Row
    seed: int
    owner: str
    places: Places
    kept: Path | None = None

    @property
    def folder(self) -> Path:
        """Where its scores and translations are, and its result unless it is kept elsewhere."""
        return self.places.runs / f"{self.row.name}-{self.seed}"

    @property
    def result_file(self) -> Path:
        return self.kept / f"{self.folder.name}.json" if self.kept else self.folder / RESULT

    @property
    def training_folder(self) -> Path:
        return self.places.runs / f"{self.owner}-{self.seed}"

    @property
    def model(self) -> Path:
        return self.training_folder / "model"

    def result(self) -> dict | None:
        """What was found; None if nothing was, or if the row has changed since."""
        result = _read(self.result_file)
        return result if result and result["row"] == self.row.identity else None

    def state(self) -> str:
        """One of: done, trained, interrupted, missing."""
        return "done" if self.result() else self.training_state()

    def training_state(self) -> str:
        """One of: trained, interrupted, missing.

        A run keeps what it resumes from until its end.
        """
        directory = ModelDirectory(self.model)
        if directory.is_interrupted():
            return "interrupted"
        return "trained" if directory.is_trained() else "missing"

    def commands(self, places: Places) -> list[list[str]]:
        """The words of its training and of its scores, with everything in these places."""
        run = replace(self, places=places)
        train = train_command(run.row, run.seed, places, run.model)
        return [train, *(run._evaluation(part) for part in run.row.scored)]

    def complete(self, runner: Runner = run_command) -> None:
        """Trains and scores what is missing, and writes the result.

        Raises:
            InputError: A command failed, or the training there was begun as another one.
        """
        for folder in (self.folder, self.training_folder):
            folder.mkdir(parents=True, exist_ok=True)

        training = self._train(runner)
        scores = {part: self._score(part, runner) for part in self.row.scored}

        curve = self._curve()
        result = {
            "row": self.row.identity,
            "seed": self.seed,
            "starts": training["starts"],
            "seconds": curve[-1]["seconds"],
            "scores": scores,
            "curve": curve,
            "examples": self._examples(),
        }

        _write(self.result_file, result)

    def keep_in(self, folder: Path) -> "Run":
        """Copies its result, if there is one, to a folder of kept results.

        Returns:
            The run as it is kept there.
        """
        kept = replace(self, kept=folder)
        result = self.result()
        if result:
            folder.mkdir(exist_ok=True)
            _write(kept.result_file, result)
        return kept

    def _train(self, runner: Runner) -> dict:
        """Begins the training, or continues it, unless it has ended; returns its record."""
        path = self.training_folder / TRAINING
        wanted = {**self.row.training, "seed": self.seed}
        record = _read(path) or {"training": wanted, "starts": []}
        if record["training"] != wanted:
            raise InputError(
                f"Expected in {self.training_folder} the training of {wanted}. "
                f"Received: {record['training']}. "
                "Move that folder away to train anew."
            )

        state = self.training_state()
        if state == "trained":
            return record

        resumes = state == "interrupted"
        record["starts"].append({"resumed": resumes, **checkout(), "processor": processor()})
        _write(path, record)

        cut_training_files(self.row.corpus, self.places)
        words = resume_command(self.model) if resumes else self.commands(self.places)[0]
        self._call(runner, words, self.training_folder / LOG)
        return record

    def _score(self, part: str, runner: Runner) -> dict:
        report = self.folder / f"{part}.json"
        self._call(runner, self._evaluation(part), self.folder / LOG, report)
        scores = next(iter(_read(report)["results"].values()))
        return {metric: scores[metric] for metric in _METRICS}

    def _evaluation(self, part: str) -> list[str]:
        return evaluate_command(self.row, part, self.places, self.model, self._translations(part))

    def _translations(self, part: str) -> Path:
        return self.folder / f"{part}.txt"

    def _call(
        self, runner: Runner, words: list[str], log: Path, output: Path | None = None
    ) -> None:
        code = runner(words, log, output)
        if code:
            raise InputError(
                f"Expected seq2seq {words[0]} to succeed. Received: exit code {code}. See {log}."
            )

    def _curve(self) -> list[dict[str, float]]:
        """A row for each validation."""
        with ModelDirectory(self.model).history_file.open(encoding="utf-8", newline="") as file:
            return [{name: float(row[name]) for name in _CURVE} for row in csv.DictReader(file)]

    def _examples(self) -> list[list[str]]:
        """Source, reference, translation and credit of sentences from all over the dev set."""
        if not self.row.examples:
            return []
        dev = read_corpus([PairFiles(*self.places.files(self.row.corpus, "dev"))])

        translations = self._translations("dev").read_text(encoding="utf-8").splitlines()
        credits = _credits(self.row.corpus, self.places)
        every = max(1, len(dev) // self.row.examples)
        sentences = list(zip(dev.source, dev.target, translations, strict=True))
        examples = sentences[::every][: self.row.examples]

        return [[*example, credits.get(example[:2], "")] for example in examples]


def shared_runs(rows: dict[str, Row], places: Places, seeds: list[int] | None = None) -> list[Run]:
    """All runs, the first seed of every row before any second; `seeds` replaces the rows' own."""
    owners: dict[str, str] = {}
    for row in rows.values():
        owners.setdefault(json.dumps(row.training), row.name)
    runs = [
        Run(row, seed, owners[json.dumps(row.training)], places)
        for row in rows.values()
        for seed in dict.fromkeys(seeds or row.seeds)
    ]
    return sorted(runs, key=lambda run: run.seed)


def _credits(corpus, places):
    """Whom to name for a pair, by source and target."""
    if not corpus.credits:
        return {}
    pairs = [
        line for part in ("train", "dev") for line in _lines(places.given_files(corpus, part)[0])
    ]
    credits = [line.partition("\t")[2] for line in _lines(places.data / corpus.credits)]
    return {
        tuple(pair.split("\t")[:2]): credit for pair, credit in zip(pairs, credits, strict=True)
    }


def _lines(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="\n") as file:
        return [line.rstrip("\r\n") for line in file]


def _read(path: Path) -> dict | None:
    """The content of a JSON file, or None where there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise InputError(f"Expected JSON in {path}. Received: {error}. Remove the file.") from error


def _write(path: Path, content: dict) -> None:
    """Writes JSON, a line for each entry."""
    entries = [
        f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in content.items()
    ]
    write_text(path, "{\n" + ",\n".join(entries) + "\n}\n")
