"""What a run was computed with: the same options on other hardware give slightly other weights."""

import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import tensorflow as tf

from seq2seq.cpu import available_cores
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.recording import write_recorded_text

_PACKAGES = ("seq2seq", "tensorflow", "tensorflow-text", "keras", "numpy", "sentencepiece")
_PROCESSORS = Path("/proc/cpuinfo")


def record_environment(
    directory: ModelDirectory, *, step: int, precision: str, micro_batches: int
) -> None:
    """Adds what this process computes with to the list in the model directory.

    The list has an entry for the beginning of the run, and one for each time that it was resumed.

    Args:
        directory: The model directory.
        step: The steps that were done before.
        precision: The type of matrix products.
        micro_batches: How many parts a batch is cut into.
    """
    gpus = tf.config.list_physical_devices("GPU")
    details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
    entry = {
        "step": step,
        "cores": available_cores(),
        "micro-batches": micro_batches,
        "gpus": len(gpus),
        "gpu-names": [known.get("device_name", "unknown") for known in details],
        "precision": precision,
        "processor": _processor(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {package: version(package) for package in _PACKAGES},
    }
    entries = [*_entries(directory.environment_file), entry]
    write_recorded_text(directory.environment_file, json.dumps(entries, indent=2) + "\n")


def _entries(path: Path) -> list[Any]:
    """The entries so far; none where the file is missing or damaged."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return []
    return entries if isinstance(entries, list) else []


def _processor() -> str:
    """The processor's name, as the system gives it."""
    try:
        lines = _PROCESSORS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
