"""The manifest of a shard: what it was made of, and what was made.

It is written last, so a shard without one is not done. A shard is valid if its manifest is whole,
says what the job says, and names the digest of the output and of the input that are there.
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seq2seq.storage.files import write_text
from seq2seq.storage.regular import open_regular

_LARGEST = 1_000_000  # bytes
_BLOCK = 1 << 20  # bytes


class Damaged(ValueError):
    """A manifest or an output is not as it was written."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a shard was made of, and what was made.

    Attributes:
        shard: Its number, from 0.
        shards: How many there are.
        first: The number of its first line in the whole input, from 0.
        lines: How many lines of input it has.
        input_sha256: The digest of its lines as the model was given them, each with a line feed.
        output_sha256: The digest of the file of translations.
        model_sha256: The digest of each model, in their order.
        options: What else the translations depend on.
        seq2seq: The version that wrote it.
    """

    shard: int
    shards: int
    first: int
    lines: int
    input_sha256: str
    output_sha256: str
    model_sha256: list[str]
    options: dict[str, Any]
    seq2seq: str

    @classmethod
    def read(cls, path: Path) -> "Manifest | None":
        """Reads a manifest; None if there is none.

        Raises:
            Damaged: It was not written to its end, or changed.
        """
        if not path.exists():
            return None

        try:
            with open_regular(path) as file:
                fields = json.loads(file.read(_LARGEST))
            manifest = cls(**fields)
            manifest._expect_types()
        except (OSError, ValueError, TypeError, RecursionError) as error:
            raise Damaged(f"{path} is no whole manifest") from error
        return manifest

    def write(self, path: Path) -> None:
        """Writes the manifest, whole or not at all.

        Raises:
            InputError: The disk is full, or the folder cannot be written to.
        """
        text = json.dumps(dataclasses.asdict(self), indent=1, ensure_ascii=False)
        write_text(path, text + "\n")

    def _expect_types(self) -> None:
        for field, kinds in _TYPES.items():
            if not isinstance(getattr(self, field), kinds):
                raise TypeError(field)


_TYPES = {
    "shard": int,
    "shards": int,
    "first": int,
    "lines": int,
    "input_sha256": str,
    "output_sha256": str,
    "model_sha256": list,
    "options": dict,
    "seq2seq": str,
}


class TextDigest:
    """The SHA-256 digest of texts that pass by."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self.count = 0  # texts so far

    def over(self, texts: Iterable[str], *, end: str = "") -> Iterator[str]:
        """Passes texts on; the digest is of each with `end` behind it."""
        for text in texts:
            self._sha256.update((text + end).encode())
            self.count += 1
            yield text

    def value(self) -> str:
        """The digest of what has passed, in hexadecimal."""
        return self._sha256.hexdigest()


def file_blocks(path: Path, sha256: str) -> Iterator[bytes]:
    """Yields the content of a file.

    Raises:
        Damaged: At its end, if it is not what the digest says; at once, if there is no file.
    """
    found = hashlib.sha256()
    try:
        with open_regular(path) as file:
            while block := file.read(_BLOCK):
                found.update(block)
                yield block
    except OSError as error:
        raise Damaged(f"{path} cannot be read ({error.strerror})") from error

    if found.hexdigest() != sha256:
        raise Damaged(f"{path} has changed since it was written")
