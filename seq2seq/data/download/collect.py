"""Downloads a corpus: loads its files, takes the pairs out, and writes down whose they are."""

import contextlib
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from seq2seq.data.corpus import PairFiles
from seq2seq.data.download.catalogue import Collection, Part
from seq2seq.data.download.fetch import Tell, fetch
from seq2seq.data.skipped_lines import SkippedLines
from seq2seq.errors import InputError

MOST_BYTES = 16 << 30  # that a member of an archive may unpack to
_DAMAGE = (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, KeyError)

Progress = Callable[[str], Tell]
"""Makes what shows the progress of the file of a name."""


def load_part(
    part: Part, folder: Path, progress: Progress
) -> tuple[list[PairFiles], dict[str, str]]:
    """Loads a part of a corpus into a folder, unpacked, unless it is there.

    Returns:
        The files with its pairs, and the SHA-256 of what each address gave.

    Raises:
        InputError: A file cannot be loaded, is another than the known one, or is damaged.
    """
    loaded = []
    checksums = {}
    for place, url in enumerate(part.files):
        path = folder / url.rpartition("/")[2]
        checksum = part.checksums[place] if part.checksums else ""
        checksums[url] = fetch(url, path, checksum=checksum, tell=progress(path.name))
        loaded.append(path)

    if part.members:
        loaded = [_unpacked(loaded[0], member) for member in part.members]
    if len(loaded) == 2:
        return [PairFiles(loaded[0], loaded[1])], checksums
    return [PairFiles(loaded[0], columns=part.columns)], checksums


def pair_lines(files: list[PairFiles], skipped: list[SkippedLines]) -> Iterator[str]:
    """Yields the pairs as lines of a TSV file."""
    for one in files:
        for source, target in one.pairs(skipped):
            yield f"{source}\t{target}\n"


def attribution(collection: Collection, checksums: dict[str, str]) -> str:
    """Returns the text that says whose a corpus is, where it came from and what was loaded."""
    lines = [
        f"{collection.name} ({collection.languages})",
        f"Licence: {collection.licence}",
        f"Attribution: {collection.attribution}",
        "Loaded:",
        *(f"  {url}  SHA-256 {checksum}" for url, checksum in checksums.items()),
    ]
    return "".join(line + "\n" for line in lines)


def _unpacked(archive: Path, member: str) -> Path:
    """Takes one file out of an archive, bounded in size, under its own name alone."""
    path = archive.with_name(member)
    if path.exists():
        return path

    partial = path.with_name(path.name + ".part")
    try:
        with _member(archive, member) as stream, partial.open("wb") as file:
            shutil.copyfileobj(stream, file)
    except _DAMAGE as error:
        partial.unlink(missing_ok=True)
        raise InputError(
            f"Expected an archive with {member}. Received: {archive}, which is damaged or has it "
            f"not: {error}. Remove it and load it again."
        ) from error
    partial.replace(path)
    return path


@contextlib.contextmanager
def _member(archive: Path, member: str) -> Iterator[IO[bytes]]:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as packed:
            _expect_small(packed.getinfo(member).file_size, archive)
            with packed.open(member) as stream:
                yield stream
        return

    with tarfile.open(archive) as packed:
        entry = next((one for one in packed if one.name.rpartition("/")[2] == member), None)
        if entry is None:
            raise KeyError(member)
        _expect_small(entry.size, archive)
        stream = packed.extractfile(entry)
        if stream is None:
            raise KeyError(member)
        with stream:
            yield stream


def _expect_small(size: int, archive: Path) -> None:
    if size > MOST_BYTES:
        raise InputError(
            f"Expected text of at most {MOST_BYTES >> 30} GiB. Received: {archive}, which holds "
            f"{size:,} bytes. Unpack it by hand."
        )
