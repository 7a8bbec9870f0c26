"""NumPy archives without pickles, which hold the numbers of a model or of a run.

NumPy is imported when an archive is opened: `seq2seq --help` reads this module too.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from seq2seq.storage.files import write_atomically

if TYPE_CHECKING:
    import numpy as np

# What a damaged archive raises. It is a RuntimeError where the damage makes the archive claim to be
# encrypted or compressed.
DAMAGED = (OSError, EOFError, KeyError, TypeError, ValueError, RuntimeError, zipfile.BadZipFile)


def open_archive(path: Path) -> np.lib.npyio.NpzFile:
    """Opens an archive, a context whose arrays are read when they are asked for.

    Raises:
        DAMAGED: The file is missing or damaged, or, when an array is read, has no such array.
    """
    import numpy as np

    return np.load(path, allow_pickle=False)


def save_archive(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Writes an archive, whole or not at all."""
    import numpy as np

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)

    write_atomically(path, write)
