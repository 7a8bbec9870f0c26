"""What a model directory tells of its model, read from its files without TensorFlow."""

import csv
import dataclasses
import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seq2seq.data.vocabulary import Vocabulary
from seq2seq.storage.archive import read_headers
from seq2seq.storage.configuration import Configuration
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.manifest import written_by
from seq2seq.translation.calibration import Calibration

_ANCESTRY = "ancestry.json"  # older models have none
_METRICS = ("bleu", "chrf2", "ter")


@dataclass(frozen=True)
class TestScore:
    """A score at the end of training.

    Attributes:
        test: The name of the test set.
        sentences: How many it has; None in files of older versions.
        name: The metric as sacreBLEU writes it.
        value: The score.
        signature: How it was computed.
    """

    test: str
    sentences: int | None
    name: str
    value: float
    signature: str


@dataclass(frozen=True)
class Description:
    """What is known of a trained model.

    Attributes:
        path: The model directory.
        version: The version of seq2seq that wrote it; None of a directory without a manifest.
        interrupted: Whether its training can be resumed.
        configuration: The options of its run.
        source: The pieces that it reads.
        target: The pieces that it writes.
        weights: How many weights it has; None before the first validation.
        scores: Those at the end of training; none where it was not scored.
        best: The row of the best validation in the history; None without one.
        calibration: What confidence in its translations is worth; None where that is not known.
        environment: What it was computed with at last: cores, precision, versions.
        ancestry: The model, and those that it was gone on from, with dates and numbers of pairs.
        size: Bytes of its files.
        files: How many files there are.
    """

    path: Path
    version: str | None
    interrupted: bool
    configuration: Configuration
    source: Vocabulary
    target: Vocabulary
    weights: int | None
    scores: Sequence[TestScore]
    best: Mapping[str, float] | None
    calibration: Calibration | None
    environment: Mapping[str, Any]
    ancestry: Sequence[Mapping[str, Any]]
    size: int
    files: int

    @property
    def pairs(self) -> int | None:
        """How many pairs it was trained on; None where that is not written down."""
        return self.ancestry[0].get("pairs") if self.ancestry else None

    def as_dict(self) -> dict[str, Any]:
        """Returns everything as JSON-ready values."""
        kept = self.calibration
        return {
            "kind": "model directory",
            "path": str(self.path),
            "version": self.version,
            "interrupted": self.interrupted,
            "options": self.configuration.options(),
            "source": dataclasses.asdict(self.source),
            "target": dataclasses.asdict(self.target),
            "weights": self.weights,
            "pairs": self.pairs,
            "scores": [dataclasses.asdict(score) for score in self.scores],
            "best_validation": self.best and dict(self.best),
            "confidence": kept
            and {
                "sentences": kept.sentences,
                "correlation": kept.correlation,
                "error": round(kept.error, 2),
            },
            "environment": dict(self.environment),
            "ancestry": [dict(one) for one in self.ancestry],
            "bytes": self.size,
            "files": self.files,
        }


def describe(directory: str | os.PathLike[str]) -> Description:
    """Reads what a model directory tells of its model.

    Raises:
        InputError: It is no model directory, or a file in it is missing, damaged or changed.
    """
    place = ModelDirectory(directory)
    configuration = place.read_configuration()
    place.expect_unchanged()
    with place.naming_damage():
        files = [path for path in place.path.rglob("*") if path.is_file()]
        return Description(
            path=place.path,
            version=written_by(place.path),
            interrupted=place.is_interrupted(),
            configuration=configuration,
            source=Vocabulary.read(place.source_tokenizer_file),
            target=Vocabulary.read(place.target_tokenizer_file),
            weights=_weights(place),
            scores=_scores(place.metrics_file),
            best=_best(place.history_file),
            calibration=Calibration.load(place),
            environment=_environment(place.environment_file),
            ancestry=_ancestry(place.path / _ANCESTRY),
            size=sum(path.stat().st_size for path in files),
            files=len(files),
        )


def _weights(place: ModelDirectory) -> int | None:
    if not place.is_trained():
        return None
    headers = read_headers(place.weights_file).values()
    return sum(math.prod(size or 0 for size in header.shape) for header in headers)


def _scores(path: Path) -> list[TestScore]:
    """The scores of a file, none where there is no file.

    Raises:
        ValueError, LookupError, TypeError: It is damaged.
    """
    scores = []
    for test, found in _json(path, {}).items():
        for metric in _METRICS:
            score = found[metric]
            scores.append(
                TestScore(
                    test,
                    found.get("sentences"),
                    str(score["name"]),
                    float(score["value"]),
                    str(score["signature"]),
                )
            )
    return scores


def _best(path: Path) -> dict[str, float] | None:
    """The row of the best validation: the largest mean of BLEU and chrF2."""
    if not path.exists():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    return max(rows, key=lambda row: row["bleu"] + row["chrf2"], default=None)


def _environment(path: Path) -> dict[str, Any]:
    entries = _json(path, [])
    return dict(entries[-1]) if entries else {}


def _ancestry(path: Path) -> list[dict[str, Any]]:
    return [dict(entry) for entry in _json(path, [])]


def _json(path: Path, missing: Any) -> Any:
    """The content of a JSON file of the same kind as `missing`, which stands for no file.

    Raises:
        ValueError: It is damaged.
    """
    if not path.exists():
        return missing
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path.name} is no JSON") from error
    if not isinstance(content, type(missing)):
        raise ValueError(f"{path.name} holds something else than expected")
    return content
