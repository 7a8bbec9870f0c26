"""The manifest of a directory: what each file in it holds, so that a changed byte is found.

`manifest.json` lists the size and the SHA-256 digest of every file. It is checked before a file is
parsed. A directory without one, of an older version or made by hand, is read with a warning.

A process may be killed at any moment while it replaces a file. So the manifest lists the new
content first, beside the old one; then the file is replaced; then the old content is struck out.
Whatever the moment, the file is one that the manifest lists. `null` stands for a file that is not
there yet, or will soon be gone.
"""

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from seq2seq.storage.files import (
    is_temporary,
    naming_failure,
    open_regular,
    write_atomically,
    write_directory,
    write_text,
)
from seq2seq.storage.version import package_version

MANIFEST = "manifest.json"

_FORMAT = 1
_LARGEST = 1_000_000  # bytes of a manifest

_log = logging.getLogger(__name__)

Content = dict[str, Any] | None  # the size and the digest of a file; None if there is no file
Contents = dict[str, list[Content]]  # by its name; more than one while the file is replaced


def write_recorded(path: Path, write: Callable[[Path], object]) -> None:
    """As `write_atomically`, and records the file in the manifest of its directory.

    Raises:
        InputError: The disk is full, or the folder cannot be written to.
    """
    folder = path.parent

    def announce(temporary: Path) -> None:
        written.append(_content(temporary))
        _announce(path, written[0])

    written: list[Content] = []
    write_atomically(path, write, before=announce)

    listed = _known(folder)
    if written and listed.get(path.name) != written:
        _write(folder, {**listed, path.name: written})


def write_recorded_text(path: Path, text: str) -> None:
    """As `write_text`, and records the file in the manifest of its directory."""
    write_recorded(path, lambda temporary: temporary.write_text(text, "utf-8", newline="\n"))


def remove_recorded(path: Path) -> None:
    """Removes a file, and its line in the manifest of its directory.

    Raises:
        InputError: The disk is full, or the folder cannot be written to.
    """
    if path.name in _known(path.parent):
        _announce(path, None)
    with naming_failure(path):
        path.unlink()

    listed = _known(path.parent)
    if listed.pop(path.name, None):
        _write(path.parent, listed)


def _announce(path: Path, new: Content) -> None:
    """Lists what a file will hold, None if it will be gone, beside what it holds now."""
    listed = _known(path.parent)
    before = listed.get(path.name) or [_content(path) if path.is_file() else None]
    if new not in before:
        _write(path.parent, {**listed, path.name: [*before, new]})


def is_first_save(folder: Path) -> bool:
    """Whether a directory holds nothing but what is there while its first file is written.

    A process that was killed then leaves it so.

    Raises:
        OSError: The directory may not be read.
    """
    names = [name for name in os.listdir(folder) if not is_temporary(name)]
    if names != [MANIFEST]:
        return not names

    listed = _known(folder)
    return bool(listed) and all(None in contents for contents in listed.values())


def write_artefact(path: Path, write: Callable[[Path], object]) -> None:
    """As `write_directory`, with a manifest of all that `write` has put there.

    Raises:
        InputError: The disk is full, or the folder cannot be written to.
    """

    def write_all(place: Path) -> None:
        write(place)
        files = sorted(found for found in place.rglob("*") if found.is_file())
        listed = {found.relative_to(place).as_posix(): [_content(found)] for found in files}
        listed.pop(MANIFEST, None)
        _write(place, listed)

    write_directory(path, write_all)


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

    listed = _read(folder)
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
    found = {name: _content(folder / name) for name in names if (folder / name).exists()}
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


def _known(folder: Path) -> Contents:
    """What the manifest lists; nothing where there is none or a damaged one, which is replaced."""
    try:
        return _read(folder)
    except (OSError, ValueError):
        return {}


def _read(folder: Path) -> Contents:
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

    if found != _FORMAT:
        raise ValueError(f"{MANIFEST} is of format {found!r:.20}, not {_FORMAT}. Update seq2seq.")
    return listed


def _write(folder: Path, listed: Contents) -> None:
    manifest = {"format": _FORMAT, "seq2seq": package_version(), "files": listed}
    write_text(folder / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")


def _content(path: Path) -> Content:
    with path.open("rb") as file:
        return {"size": os.fstat(file.fileno()).st_size, "sha256": _digest(file)}


def _digest(file: Any) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()
