"""The models by name and version: which versions exist, which is loaded, when that changes."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from seq2seq.errors import InputError
from seq2seq.exports.tflite_translator import MODEL
from seq2seq.serving.refusal import Refusal
from seq2seq.serving.retired import Retired
from seq2seq.serving.saved_model import GRAPH, SavedModelVersion
from seq2seq.serving.tflite_model import TFLiteVersion
from seq2seq.serving.trial import expect_safe
from seq2seq.serving.version import Version

POLL_SECONDS = 1.0

_Loader = Callable[[str, int, Path], Version]
_LOADERS: dict[str, _Loader] = {GRAPH: SavedModelVersion, MODEL: TFLiteVersion}  # by its file

_log = logging.getLogger(__name__)


class ServedModel:
    """The directory of a model, of which the newest whole version is served.

    The directory is an exported model, or has one in each of its numbered directories.

    Args:
        name: The name in the paths of the API.
        directory: The directory.
        stopping: Ends the trial of a version once it is set.

    Attributes:
        current: The version that is served.

    Raises:
        InputError: No version is whole.
    """

    def __init__(
        self, name: str, directory: str | Path, *, stopping: threading.Event | None = None
    ):
        self.name = name
        self.directory = Path(directory)
        self._stopping = stopping or threading.Event()
        self.current: Version | None = None
        self._retired = Retired()
        # The state and the error of each version.
        self._states: dict[int, tuple[str, str]] = {}
        # The files that each version had when it could not be loaded.
        self._refused: dict[int, tuple] = {}

        self.refresh()
        if self.current is None:
            raise InputError(
                "Expected an exported model, or numbered directories of them. "
                f"Received: {directory}.{self._errors()} Make one with seq2seq export."
            )

    def refresh(self) -> None:
        """Loads the highest version that is whole, unless it is the one that is served.

        Versions that were replaced leave the memory once no request holds them.
        """
        self._retired.release()
        versions = self._versions()
        for number in sorted(versions, reverse=True):
            if self.current and number == self.current.number:
                return
            loaded = self._load(number, versions[number])
            if loaded:
                self._replace(loaded)
                return

    def version(self, number: int | None = None) -> Version:
        """The loaded version.

        Args:
            number: The version that the client asks for; None for the loaded one.

        Raises:
            Refusal: Another version is loaded, or none.
        """
        version = self.current
        if version is None:
            raise Refusal(
                503, f"Expected {self.name} to be loaded. Received: it is not yet. Try again later."
            )
        if number is not None and version.number != number:
            raise Refusal(
                404,
                f"Expected a version of {self.name} that is loaded: {version.number}. "
                f"Received: {number}. Leave the version out for the newest.",
            )
        return version

    def states(self, number: int | None = None) -> list[dict[str, Any]]:
        """The versions seen so far, newest first, in TensorFlow Serving's words.

        Raises:
            Refusal: The version that is asked for has not been seen.
        """
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

    def _errors(self) -> str:
        """Why versions could not be loaded, as sentences."""
        return "".join(
            f" Version {number}: {error}." for number, (_, error) in self._states.items() if error
        )

    def _versions(self) -> dict[int, Path]:
        if _loader(self.directory):
            return {1: self.directory}
        if not self.directory.is_dir():
            return {}

        return {
            int(path.name): path
            for path in self.directory.iterdir()
            if path.name.isdecimal() and path.is_dir()
        }

    def _replace(self, loaded: Version) -> None:
        previous = self.current  # requests that run hold it until they end
        self.current = loaded
        self._states[loaded.number] = ("AVAILABLE", "")
        _log.info("Serving %s, version %d.", self.name, loaded.number)

        if previous:
            self._states[previous.number] = ("END", "")
            self._retired.add(previous)
            del previous
            self._retired.release()

    def _load(self, number: int, directory: Path) -> Version | None:
        """Loads a version; None if it is not whole.

        It warns once of such a version, and tries again only when a file has changed.
        """
        content = _content(directory)
        if self._refused.get(number) == content:
            return None

        is_known = number in self._refused
        self._states[number] = ("LOADING", "")
        try:
            loader = _loader(directory)
            if not loader:
                raise FileNotFoundError(f"no {' or '.join(_LOADERS)} yet")
            expect_safe(directory, serves=self.current is not None, stopping=self._stopping)
            if _content(directory) != content:
                raise FileNotFoundError("its files are still changing")
            return loader(self.name, number, directory)
        except Exception as error:  # TensorFlow raises many kinds for a SavedModel that is damaged
            reason = " ".join(str(error).split())[:200].rstrip(".")
            self._states[number] = ("END", reason)
            self._refused[number] = content
            if not is_known:
                _log.warning(
                    "Version %d of %s is not whole, waiting for it: %s", number, self.name, reason
                )
            return None


def _loader(directory: Path) -> _Loader | None:
    """The class that loads the kind of model in a directory; None if there is no model."""
    for file, loader in _LOADERS.items():
        if (directory / file).is_file():
            return loader
    return None


def _content(directory: Path) -> tuple:
    """A value that changes whenever a file in the directory does."""
    try:
        files = [path for path in directory.rglob("*") if path.is_file()]
        states = [(path, path.stat()) for path in files]
    except OSError:  # a file was removed in the meantime
        return (time.monotonic(),)

    return tuple(sorted((str(path), state.st_size, state.st_mtime_ns) for path, state in states))


class Repository:
    """All models of a server, and a thread that looks for new versions.

    Args:
        directories: Each model's directory.
        poll_seconds: Time between two looks.

    Attributes:
        models: The models by name.

    Raises:
        InputError: A directory has no whole model.
    """

    def __init__(self, directories: dict[str, Path], *, poll_seconds: float = POLL_SECONDS):
        self._stopping = threading.Event()
        self.models = {
            name: ServedModel(name, directory, stopping=self._stopping)
            for name, directory in directories.items()
        }
        self._poll_seconds = poll_seconds
        self._thread = threading.Thread(target=self._watch, name="versions", daemon=True)
        self._thread.start()

    def model(self, name: str | None = None) -> ServedModel:
        """The model of this name; the first one without a name.

        Raises:
            Refusal: No model has this name.
        """
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

    def _watch(self) -> None:
        while not self._stopping.wait(self._poll_seconds):
            for model in self.models.values():
                try:
                    model.refresh()
                except OSError as error:
                    _log.warning("%s cannot be read: %s", model.directory, error)
