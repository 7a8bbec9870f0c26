"""What an exported model's directory tells of it, read from its files without TensorFlow."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seq2seq.errors import InputError, expect_path
from seq2seq.exports.note import NOTE, Note
from seq2seq.exports.whole import expect_whole
from seq2seq.storage.manifest import written_by

# Each kind by the file that it is known by.
KINDS = {"saved_model.pb": "SavedModel", "model.tflite": "TFLite model"}


@dataclass(frozen=True)
class ExportDescription:
    """What is known of an exported model.

    Attributes:
        path: Its directory.
        kind: "SavedModel" or "TFLite model".
        version: The version of seq2seq that wrote it; None of other programs and older versions.
        note: How texts are prepared for it.
        has_note: Whether that is written down, as `seq2seq export` does.
        size: Bytes of its files.
        files: How many files there are.
    """

    path: Path
    kind: str
    version: str | None
    note: Note
    has_note: bool
    size: int
    files: int

    def as_dict(self) -> dict[str, Any]:
        """Returns everything as JSON-ready values."""
        protector = self.note.protector
        return {
            "kind": self.kind,
            "path": str(self.path),
            "version": self.version,
            "source": {"scripts": list(protector.scripts) if protector else []},
            "split_sentences": self.note.split_sentences,
            "keeps": protector is not None,
            "confidence": self.note.confidence is not None,
            "bytes": self.size,
            "files": self.files,
        }


def kind_of(directory: str | os.PathLike[str]) -> str | None:
    """The kind of exported model in a directory; None if there is none."""
    expect_path(directory, "a model")
    found = (kind for file, kind in KINDS.items() if (Path(directory) / file).is_file())
    return next(found, None)


def describe_export(directory: str | os.PathLike[str]) -> ExportDescription:
    """Reads what the directory of an exported model tells of it.

    Raises:
        InputError: There is none, or a file of it is missing, damaged or changed.
    """
    kind = kind_of(directory)
    path = Path(directory)
    if kind is None:
        fault = "holds none" if path.is_dir() else "is no directory"
        raise InputError(
            f"Expected a model directory or an exported model. Received: {path}, which {fault}. "
            "Give a directory that seq2seq train or seq2seq export made."
        )

    expect_whole(path)
    files = [file for file in path.rglob("*") if file.is_file()]
    return ExportDescription(
        path=path,
        kind=kind,
        version=written_by(path),
        note=Note.read(path),
        has_note=(path / NOTE).is_file(),
        size=sum(file.stat().st_size for file in files),
        files=len(files),
    )
