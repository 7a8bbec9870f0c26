"""Writing files together with their lines in the manifest of their directory.

A process may be killed at any moment while it replaces a file. So the manifest lists the new
content first, beside the old one; then the file is replaced; then the old content is struck out.
Whatever the moment, the file is one that the manifest lists.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

from seq2seq.storage.files import (
    is_temporary,
    naming_failure,
    write_atomically,
    write_directory,
    write_text,
)
from seq2seq.storage.manifest import FORMAT, MANIFEST, Content, Contents, content_of, read_manifest
from seq2seq.storage.version import package_version


def write_recorded(path: Path, write: Callable[[Path], object]) -> None:
    """As `write_atomically`, and records the file in the manifest of its directory.

    Raises:
        InputError: The disk is full, or the folder cannot be written to.
    """
    folder = path.parent

    def announce(temporary: Path) -> None:
        written.append(content_of(temporary))
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
        listed = {found.relative_to(place).as_posix(): [content_of(found)] for found in files}
        listed.pop(MANIFEST, None)
        _write(place, listed)

    write_directory(path, write_all)


def _announce(path: Path, new: Content) -> None:
    """Lists what a file will hold, None if it will be gone, beside what it holds now."""
    listed = _known(path.parent)
    before = listed.get(path.name) or [content_of(path) if path.is_file() else None]
    if new not in before:
        _write(path.parent, {**listed, path.name: [*before, new]})


def _known(folder: Path) -> Contents:
    """What the manifest lists; nothing where there is none or a damaged one, which is replaced."""
    try:
        return read_manifest(folder)
    except (OSError, ValueError):
        return {}


def _write(folder: Path, listed: Contents) -> None:
    manifest = {"format": FORMAT, "seq2seq": package_version(), "files": listed}
    write_text(folder / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
