"""What an exported model's directory notes for those who run it, besides the model."""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seq2seq.errors import InputError
from seq2seq.translation.confidence import Confidence
from seq2seq.translation.protection import Protector

NOTE = "seq2seq.toml"


@dataclass(frozen=True)
class Direction:
    """The languages of an exported model that was made of a model of several.

    Attributes:
        to: The one that it translates into.
        sources: Those that it has learnt to translate from.
        scripts: What the only source is written in, if letters tell it from `to`; none otherwise.
    """

    to: str
    sources: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Note:
    """How texts are prepared for a model.

    Attributes:
        split_sentences: Whether texts are translated sentence by sentence.
        protector: What the model cannot read; None of a model without placeholders.
        confidence: What to expect of its translations; None if that was not measured.
        direction: Its languages; None if they are not known.
        made_of: The digest of the model directory that it lies in; empty elsewhere.
    """

    split_sentences: bool = True
    protector: Protector | None = None
    confidence: Confidence | None = None
    direction: Direction | None = None
    made_of: str = ""

    def write(self, directory: Path) -> None:
        """Writes the note into the directory of an exported model."""
        values: dict[str, Any] = {"split-sentences": self.split_sentences}
        if self.protector:
            # Letters alone and signs: what controls text is never unknown.
            letters = sorted(filter(str.isprintable, self.protector.letters))
            values |= {
                "folds-case": self.protector.folds_case,
                "source-capitals": self.protector.capitals,
                "source-scripts": list(self.protector.scripts),
                "source-letters": "".join(letters),
            }
            if self.protector.tag:
                values["language-tag"] = self.protector.tag
        if self.direction:
            values |= {
                "to": self.direction.to,
                "from": list(self.direction.sources),
                "from-scripts": list(self.direction.scripts),
            }
        if self.confidence:
            values["confidence"] = self.confidence.as_list()
        if self.made_of:
            values["made-of"] = self.made_of
        # JSON's strings, numbers and lists of them are TOML's, too.
        lines = [
            f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items()
        ]
        (directory / NOTE).write_text("".join(lines), encoding="utf-8")

    @classmethod
    def read(cls, directory: Path) -> "Note":
        """Reads the note of a directory; there is none beside models of older versions.

        Raises:
            InputError: The note is damaged.
        """
        try:
            note = tomllib.loads((directory / NOTE).read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return cls()
        except (OSError, ValueError, RecursionError) as error:
            raise InputError(
                f"Expected TOML in {directory / NOTE}. Received: {error}. Export the model again."
            ) from error

        splits = note.get("split-sentences") is not False
        confidence = _confidence(note, directory)
        direction = _direction(note, directory)
        made_of = str(note.get("made-of", ""))
        letters = note.get("source-letters")
        scripts = note.get("source-scripts", [])
        if letters is None:
            return cls(splits, None, confidence, direction, made_of)
        tag = note.get("language-tag", "")
        if not _are_texts([letters, tag]) or not _are_texts(scripts):
            raise InputError(
                f"Expected letters and scripts as text in {directory / NOTE}. "
                "Received: other values. Export the model again."
            )
        folds_case = note.get("folds-case") is True
        capitals = note.get("source-capitals") is True
        protector = Protector(frozenset(letters), tuple(scripts), folds_case, tag, capitals)
        return cls(splits, protector, confidence, direction, made_of)


def _direction(note: dict[str, Any], directory: Path) -> Direction | None:
    """The languages in a note; None where there are none.

    Raises:
        InputError: They are no text.
    """
    if "to" not in note:
        return None
    lists = [note.get("from", []), note.get("from-scripts", [])]
    if not _are_texts([note["to"]]) or not all(map(_are_texts, lists)):
        raise InputError(
            f"Expected languages as text in {directory / NOTE}. Received: other values. "
            "Export the model again."
        )
    sources, scripts = map(tuple, lists)
    return Direction(note["to"], sources, scripts)


def _confidence(note: dict[str, Any], directory: Path) -> Confidence | None:
    """The curve in a note; None where there is none.

    Raises:
        InputError: It is damaged.
    """
    if "confidence" not in note:
        return None
    try:
        return Confidence.from_list(note["confidence"])
    except ValueError as error:
        raise InputError(
            f"Expected a curve of confidence in {directory / NOTE}. Received: other values. "
            "Export the model again."
        ) from error


def _are_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)
