"""How many processor cores there are, and how training and translation use them.

TensorFlow shares every operation out among all threads. The operations of a recurrent step are so small that the
threads spend more time waiting for each other than computing. In training, two halves of a batch, each on half of the
threads, have nothing to wait for until their gradients are added; batches that are translated have nothing at all.
"""

import os
from pathlib import Path

_QUOTA = Path(
    "/sys/fs/cgroup/cpu.max"
)  # microseconds of processor time, and in how many, of a container
_SMALLEST_PART = 8  # rows; fewer are faster together than shared out among threads


def available_cores() -> int:
    """How many cores this process may keep busy: those it is bound to, or fewer by the quota of its container."""
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    quota, _, period = _QUOTA.read_text().partition(" ") if _QUOTA.is_file() else ("max", "", "")
    return cores if quota == "max" else max(1, min(cores, int(quota) // int(period)))


def split_cores(parts: int | None = None) -> int:
    """Divides the threads between parts of the work, if TensorFlow has not started any yet.

    Args:
        parts: One for each core by default.

    Returns:
        The number of parts that the work should be cut into.
    """
    import tensorflow as tf  # here, because what only counts cores needs no TensorFlow

    cores = available_cores()
    parts = parts or cores
    if cores < parts or tf.config.list_physical_devices("GPU"):
        return 1
    try:
        tf.config.threading.set_intra_op_parallelism_threads(cores // parts)
        tf.config.threading.set_inter_op_parallelism_threads(parts)
    except RuntimeError:  # too late
        return 1
    return parts


def rows_each(rows: int, threads: int, *, most: int) -> int:
    """How many of the rows that wait each idle thread takes, so that all have work and none a batch of a few."""
    return min(most, max(_SMALLEST_PART, -(-rows // threads)))
