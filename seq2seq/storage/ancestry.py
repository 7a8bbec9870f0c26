"""What a model was made of: its pairs, and the models that it goes back to, in `ancestry.json`."""

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.manifest import MANIFEST
from seq2seq.storage.recording import write_recorded_text
from seq2seq.storage.regular import open_regular

_LARGEST = 1_000_000  # bytes of such a file


@dataclass(frozen=True, kw_only=True)
class Ancestor:
    """A model, or one that it was gone on from.

    Attributes:
        name: The name of its directory.
        date: The day that its training began, as YYYY-MM-DD; for a model of an older version, that
            of its weights.
        pairs: How many sentence pairs it was trained on; None for a model of an older version.
        mixed_pairs: How many old pairs there were to be learnt again beside these.
        manifest: The SHA-256 digest of its manifest at the time that it was gone on from; None for
            the model itself, and for one without a manifest.
    """

    name: str
    date: str
    pairs: int | None = None
    mixed_pairs: int = 0
    manifest: str | None = None


def read_ancestry(directory: ModelDirectory) -> list[Ancestor]:
    """The model, then the one that it was gone on from, then that one's, and so on.

    Of an older model, or one whose file cannot be read, only the first is known.
    """
    try:
        with open_regular(directory.ancestry_file) as file:
            entries = json.loads(file.read(_LARGEST))
        found = [_ancestor(entry) for entry in entries]
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        found = []
    return found or [Ancestor(name=_name(directory), date=_day(_written(directory)))]


def parent_ancestry(parent: ModelDirectory) -> list[Ancestor]:
    """The ancestry of a model that is gone on from, the first with the digest of its manifest."""
    first, *others = read_ancestry(parent)
    named = dataclasses.replace(first, name=_name(parent), manifest=_digest(parent))
    return [named, *others]


def record_ancestry(
    directory: ModelDirectory, *, pairs: int, mixed_pairs: int, before: Sequence[Ancestor]
) -> None:
    """Writes the ancestry of a new model into its directory.

    Args:
        directory: The model directory.
        pairs: How many sentence pairs it is trained on.
        mixed_pairs: How many old ones there are beside these.
        before: What `parent_ancestry` found of the model that is gone on from; empty without one.
    """
    own = Ancestor(
        name=_name(directory),
        date=_day(datetime.now(UTC).timestamp()),
        pairs=pairs,
        mixed_pairs=mixed_pairs,
    )
    entries = [_entry(ancestor) for ancestor in (own, *before)]
    text = json.dumps(entries, indent=1, ensure_ascii=False)
    write_recorded_text(directory.ancestry_file, text + "\n")


def _entry(ancestor: Ancestor) -> dict[str, Any]:
    """The ancestor as the file holds it."""
    return {
        name.replace("_", "-"): value
        for name, value in dataclasses.asdict(ancestor).items()
        if value not in (None, 0)
    }


def _ancestor(entry: dict[str, Any]) -> Ancestor:
    """The ancestor of an entry; what newer versions add is passed over."""
    pairs = entry.get("pairs")
    manifest = entry.get("manifest")
    return Ancestor(
        name=str(entry["name"]),
        date=str(entry["date"]),
        pairs=None if pairs is None else int(pairs),
        mixed_pairs=int(entry.get("mixed-pairs", 0)),
        manifest=None if manifest is None else str(manifest),
    )


def _name(directory: ModelDirectory) -> str:
    return directory.path.resolve().name


def _written(directory: ModelDirectory) -> float:
    """When the weights were written, in seconds since 1970."""
    return directory.weights_file.stat().st_mtime


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _digest(directory: ModelDirectory) -> str | None:
    try:
        with open_regular(directory.path / MANIFEST) as file:
            return hashlib.sha256(file.read(_LARGEST)).hexdigest()
    except (OSError, ValueError):
        return None
