"""The manifest of a directory: what each file in it holds, so that a changed byte is found.

`manifest.json` lists the size and the SHA-256 digest of every file. It is checked before a file is
parsed. A directory without one, of an older version or made by hand, is read with a warning.

Several contents are listed for a file that is being replaced; see `recording`. `null` stands for a
file that is not there yet, or will soon be gone.
"""

import hashlib
import json
import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from seq2seq.storage.regular import open_regular

MANIFEST = "manifest.json"

FORMAT = 1
_LARGEST = 1_000_000  # bytes of a manifest

_log = logging.getLogger(__name__)

Content = dict[str, Any] | None  # the size and the digest of a file; None if there is no file
Contents = dict[str, list[Content]]  # by its name; more than one while the file is replaced


def written_by(folder: Path) -> str | None:
    """The version of seq2seq that wrote the manifest of a directory; None if that is not told."""
    try:
        with open_regular(folder / MANIFEST) as file:
            version = json.loads(file.read(_LARGEST))["seq2seq"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return "".join(filter(str.isprintable, str(version)))[:20]


def expect_unchanged(folder: Path, names: Iterable[str] | None = None) -> None:
    """Refuses a directory in which a file is not what the manifest says.

    Without a manifest, or without a line for a file, a warning is logged.

    Args:
        folder: The directory.
        names: The files that will be read, where they are there; all in the manifest by default.

    Raises:
        OSError, ValueError: A file is missing, damaged or changed.
    """
    if not os.path.lexists(folder / MANIFEST):
        _log.warning("%s has no %s: whether its files are whole is not known.", folder, MANIFEST)
        return

    listed = read_manifest(folder)
    for name in listed if names is None else names:
        if name in listed:
            _expect_listed(folder, name, listed[name])
        elif os.path.lexists(folder / name):
            _log.warning(
                "%s is not listed in %s: whether it is whole is not known.", folder / name, MANIFEST
            )


def joint_digest(folder: Path, names: Iterable[str]) -> str:
    """The SHA-256 digest of several files of a directory: of their names and what they hold.

    Args:
        folder: The directory.
        names: The names of files; those that are not there are left out.

    Raises:
        OSError: A file cannot be read.
    """
    found = {name: content_of(folder / name) for name in names if (folder / name).exists()}
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()


def _expect_listed(folder: Path, name: str, contents: list[Content]) -> None:
    if None in contents and not os.path.lexists(folder / name):
        return

    with open_regular(folder / name) as file:
        size = os.fstat(file.fileno()).st_size
        fitting = [content for content in contents if content and content["size"] == size]
        if fitting and _digest(file) in [content["sha256"] for content in fitting]:
            return

    raise ValueError(
        f"{name} has changed since {MANIFEST} was written. "
        f"If you changed it yourself, remove {MANIFEST}."
    )


def read_manifest(folder: Path) -> Contents:
    """Reads the manifest.

    Raises:
        OSError, ValueError: It is missing, damaged, or of a newer format.
    """
    with open_regular(folder / MANIFEST) as file:
        text = file.read(_LARGEST + 1)
    if len(text) > _LARGEST:
        raise ValueError(f"{MANIFEST} is too large to be one.")

    try:
        manifest = json.loads(text)
        found = manifest["format"]
        listed = {
            str(name): [
                content and {"size": int(content["size"]), "sha256": str(content["sha256"])}
                for content in contents
            ]
            for name, contents in manifest["files"].items()
        }
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(
            f"{MANIFEST} is damaged. If the other files are whole, remove it."
        ) from error

    if found != FORMAT:
        raise ValueError(f"{MANIFEST} is of format {found!r:.20}, not {FORMAT}. Update seq2seq.")
    return listed


def content_of(path: Path) -> Content:
    """What a manifest lists of a file: its size and its digest.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return {"size": os.fstat(file.fileno()).st_size, "sha256": _digest(file)}


def _digest(file: Any) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()
