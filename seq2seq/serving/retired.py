"""Versions that were replaced, until the system has their memory back."""

import ctypes
import gc
import weakref

from seq2seq.serving.version import Version


class Retired:
    """The versions that were replaced and may still be in memory.

    Requests that run hold their version until they end, and what TensorFlow has loaded has cycles:
    after the last of these requests, it stays until the garbage collector looks. That looks seldom
    where few objects are new, and a version of many megabytes is few objects. So a server had a
    version more in memory than it served, and room for that one beside each that it loaded.
    """

    def __init__(self) -> None:
        self._held: list[weakref.ref] = []

    def add(self, version: Version) -> None:
        """Notes a version that is no longer served."""
        self._held += [weakref.ref(part) for part in (version, *version.signatures.values())]

    def release(self) -> None:
        """Frees what no request holds; to be called now and then.

        It takes some ten milliseconds while there is something to free, and otherwise none.
        """
        if not self._held:
            return

        is_held = any(reference() is not None for reference in self._held)
        gc.collect()
        if not is_held:  # before the collection, which has found all of it then
            self._held = []
            _return_memory()


def _return_memory() -> None:
    """Gives the system back what was freed; without glibc, that is left to the allocator.

    glibc keeps it for each of its arenas, which threads use in turn: where one has room, another
    takes new memory.
    """
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return
    trim(0)
