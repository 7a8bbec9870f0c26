"""What TensorFlow computes with: GPUs, cuDNN, the precision that training chooses."""

import ctypes
import shutil
from collections.abc import Iterator
from typing import Any

from seq2seq.diagnosis.finding import Finding
from seq2seq.quiet import load_tensorflow

_CUDNN = "libcudnn.so.9"
_OLDEST_CUDNN = (9, 3)  # what TensorFlow 2.21's packages were made with
_NEWEST_CAPABILITY = (9, 0)  # for which they hold code
_INSTALL = 'pip install "tensorflow[and-cuda]"'


def look_at_devices() -> Iterator[Finding]:
    """Loads TensorFlow, and looks at what it computes with."""
    try:
        load_tensorflow()
        import tensorflow as tf

        gpus = tf.config.list_physical_devices("GPU")
    except Exception as error:  # whatever a broken installation raises
        reason = " ".join(str(error).split())[:200]
        yield Finding("devices", f"TensorFlow cannot be loaded: {reason}", _AGAIN, broken=True)
        return

    from seq2seq.model.precision import fastest_precision

    details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
    yield from map(_gpu, details) if gpus else [_no_gpu()]
    yield _cudnn(bool(gpus))
    yield Finding("precision", f"{fastest_precision()}, which --precision auto chooses")


_AGAIN = "Install it again: pip install --force-reinstall tensorflow tensorflow-text."


def _gpu(details: dict[str, Any]) -> Finding:
    name = details.get("device_name", "unknown")
    capability = details.get("compute_capability", (0, 0))
    value = f"{name}, compute capability {'.'.join(map(str, capability))}"
    if capability > _NEWEST_CAPABILITY:
        advice = "TensorFlow 2.21 has no code for it. Hide it: CUDA_VISIBLE_DEVICES=-1."
        return Finding("gpu", value, advice)
    return Finding("gpu", value)


def _no_gpu() -> Finding:
    if shutil.which("nvidia-smi"):
        return Finding("gpu", "there is a driver, but TensorFlow sees no GPU", f"{_INSTALL}.")
    return Finding("gpu", "none: training and translation run on the processor")


def _cudnn(has_gpu: bool) -> Finding:
    """Whether GRU and LSTM run in cuDNN, and if not, why."""
    if not has_gpu:
        return Finding("cudnn", "not in use: there is no GPU")

    found = _cudnn_version()
    if found is None:
        return Finding("cudnn", f"not in use: {_CUDNN} is not found", f"{_INSTALL}.")

    value = ".".join(map(str, found))
    if found < _OLDEST_CUDNN:
        oldest = ".".join(map(str, _OLDEST_CUDNN))
        advice = f"TensorFlow needs {oldest} or newer. Keep PyTorch in another environment."
        return Finding("cudnn", f"{value}, too old", advice)
    return Finding("cudnn", f"{value}, for GRU and LSTM")


def _cudnn_version() -> tuple[int, int, int] | None:
    """The version of the library that would be loaded; None if there is none."""
    try:
        number = int(ctypes.CDLL(_CUDNN).cudnnGetVersion())
    except (OSError, AttributeError):
        return None
    return number // 10_000, number // 100 % 100, number % 100
