"""Models by name and version: which directories there are, which of them is loaded, and when that changes."""

import gc
import logging
import threading
import time
from pathlib import Path

from seq2seq.errors import InputError
from seq2seq.exports.tflite_translator import MODEL
from seq2seq.serving.refusal import Refusal
from seq2seq.serving.saved_model import GRAPH, Version
from seq2seq.serving.tflite_model import TFLiteVersion

POLL_SECONDS = 1.0
_KINDS = {GRAPH: Version, MODEL: TFLiteVersion}  # by the file that a directory is known by

_log = logging.getLogger(__name__)


class ServedModel:
    """A directory that is an exported model, or has one in each of its numbered directories: the highest is served.

    Args:
        name: The name in the paths of the API.
        directory: The directory.

    Raises:
        InputError: There is no whole model.
    """

    def __init__(self, name: str, directory: str | Path):
        self.name, self.directory = name, Path(directory)
        self.current: Version | TFLiteVersion | None = None
        self._states: dict[int, tuple[str, str]] = {}  # version: state and error
        self._refused: dict[
            int, tuple
        ] = {}  # version: what its directory held when it could not be loaded
        self.refresh()
        if self.current is None:
            errors = "".join(
                f" Version {number}: {error}."
                for number, (_, error) in self._states.items()
                if error
            )
            raise InputError(
                f"Expected an exported model, or numbered directories of them. Received: {directory}.{errors} "
                "Make one with seq2seq export."
            )

    def refresh(self) -> None:
        """Loads the highest version that is whole, unless it is loaded, and lets go of the one before."""
        versions = self._versions()
        for number in sorted(versions, reverse=True):
            if self.current and number == self.current.number:
                return
            if loaded := self._load(number, versions[number]):
                previous, self.current = (
                    self.current,
                    loaded,
                )  # requests that run still hold the previous one
                self._states[number] = ("AVAILABLE", "")
                _log.info("Serving %s, version %d.", self.name, number)
                if previous:
                    self._states[previous.number] = ("END", "")
                    del previous
                    gc.collect()  # a loaded model has cycles
                return

    def version(self, number: int | None = None) -> Version:
        """The loaded version, which must be this one if a number is given."""
        version = self.current
        if number is not None and version.number != number:
            raise Refusal(
                404,
                f"Expected a version of {self.name} that is loaded: {version.number}. Received: {number}. "
                "Leave the version out for the newest.",
            )
        return version

    def states(self, number: int | None = None) -> list[dict]:
        """The versions seen so far, newest first, in TensorFlow Serving's words."""
        states = dict(self._states)
        if number is not None and number not in states:
            raise Refusal(
                404, f"Expected a version of {self.name}: {sorted(states)}. Received: {number}."
            )
        return [
            {
                "version": str(version),
                "state": state,
                "status": {"error_code": "UNKNOWN" if error else "OK", "error_message": error},
            }
            for version, (state, error) in sorted(states.items(), reverse=True)
            if number in (None, version)
        ]

    def _versions(self) -> dict[int, Path]:
        if _kind(self.directory):
            return {1: self.directory}
        if not self.directory.is_dir():
            return {}
        return {
            int(path.name): path
            for path in self.directory.iterdir()
            if path.name.isdecimal() and path.is_dir()
        }

    def _load(self, number, directory):
        """The version; None where it is not whole, which is said once for as long as its files stay as they are."""
        content = _content(directory)
        if self._refused.get(number) == content:
            return None
        known = number in self._refused
        self._states[number] = ("LOADING", "")
        try:
            if not (kind := _kind(directory)):
                raise FileNotFoundError(f"no {' or '.join(_KINDS)} yet")
            return kind(self.name, number, directory)
        except (
            Exception
        ) as error:  # TensorFlow has no one kind of error for a directory that is not whole
            reason = " ".join(str(error).split())[:200].rstrip(".")
            self._states[number], self._refused[number] = ("END", reason), content
            if not known:
                _log.warning(
                    "Version %d of %s is not whole, waiting for it: %s", number, self.name, reason
                )
            return None


def _kind(directory):
    """What loads the model in a directory; None if there is none."""
    return next((kind for file, kind in _KINDS.items() if (directory / file).is_file()), None)


def _content(directory):
    """Changes whenever a file in the directory does."""
    try:
        files = [path for path in directory.rglob("*") if path.is_file()]
        return tuple(
            sorted((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files)
        )
    except OSError:  # a file went while we looked
        return (time.monotonic(),)


class Repository:
    """All models of a server, looked after by a thread.

    Args:
        directories: Each model's directory.
        poll_seconds: Time between two looks for new versions.

    Raises:
        InputError: A directory has no whole model.
    """

    def __init__(self, directories: dict[str, Path], *, poll_seconds: float = POLL_SECONDS):
        self.models = {
            name: ServedModel(name, directory) for name, directory in directories.items()
        }
        self._stopping = threading.Event()
        self._poll_seconds = poll_seconds
        self._thread = threading.Thread(target=self._watch, name="versions", daemon=True)
        self._thread.start()

    def model(self, name: str | None = None) -> ServedModel:
        """The model of this name; the only one, or the first, without a name."""
        if name is None:
            return next(iter(self.models.values()))
        if name not in self.models:
            raise Refusal(
                404, f"Expected one of the models {', '.join(self.models)}. Received: {name}."
            )
        return self.models[name]

    def close(self) -> None:
        """Ends the thread; what is loaded stays."""
        self._stopping.set()
        self._thread.join()

    def _watch(self):
        while not self._stopping.wait(self._poll_seconds):
            for model in self.models.values():
                try:
                    model.refresh()
                except OSError as error:
                    _log.warning("%s cannot be read: %s", model.directory, error)
