"""What the machine has, and what the graph of a training step consists of."""

import dataclasses
import importlib.util

import tensorflow as tf

from on_gpu import graph
from on_gpu.answers import NOT_SEEN, PASS, Answer, judged, seen_on_a_gpu
from seq2seq.diagnosis.devices import look_at_devices
from seq2seq.diagnosis.finding import Finding
from seq2seq.diagnosis.packages import look_at_packages
from seq2seq.quiet import load_tensorflow

_SHOWN = ("python", "tensorflow", "keras")


def run(request: dict) -> dict:
    """The findings of `seq2seq doctor` on devices and versions, and the answers."""
    load_tensorflow()  # refuses a GPU without kernels
    devices = list(look_at_devices())
    packages = [each for each in look_at_packages() if each.name in _SHOWN]
    build = tf.sysconfig.get_build_info()
    made = Finding(
        "made for",
        f"CUDA {build.get('cuda_version', '-')}, cuDNN {build.get('cudnn_version', '-')}",
    )
    gpus = tf.config.list_physical_devices("GPU")

    answers = [*_of_devices(devices, gpus), *graph.answers()]
    return {
        "gpus": len(gpus),
        "findings": [dataclasses.asdict(each) for each in (*packages, made, *devices)],
        "answers": [dataclasses.asdict(each) for each in answers],
    }


def _of_devices(devices: list[Finding], gpus: list) -> list[Answer]:
    found = [each for each in devices if each.name == "gpu"]
    kernels = judged(
        "a GPU that TensorFlow has kernels for (8, 9, 10, 11)",
        not any(each.advice for each in found),
        "; ".join(f"{each.value} {each.advice}".strip() for each in found),
    )
    if not gpus and kernels.verdict == PASS:  # no fault either: there is no driver
        kernels = dataclasses.replace(kernels, verdict=NOT_SEEN)

    cudnn = next(each for each in devices if each.name == "cudnn")
    told = f"{cudnn.value} {cudnn.advice}".strip()
    if importlib.util.find_spec("torch"):
        told += "; PyTorch is in the same environment, which may bring another one"
    growth = [tf.config.experimental.get_memory_growth(gpu) for gpu in gpus]
    return [
        kernels,
        seen_on_a_gpu(judged("cuDNN is new enough (7)", not cudnn.advice, told), bool(gpus)),
        seen_on_a_gpu(
            judged("memory grows as it is needed (12)", all(growth), f"growth {growth}"),
            bool(gpus),
        ),
    ]
