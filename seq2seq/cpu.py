"""How many processor cores there are, and how training and translation use them.

TensorFlow shares every operation out among all threads. The operations of a recurrent step are so
small that the threads spend more time waiting for each other than computing. In training, two
halves of a batch, each on half of the threads, have nothing to wait for until their gradients are
added; batches that are translated have nothing at all.
"""

import os
from pathlib import Path

# The quota of a container: microseconds of processor time, and in how many microseconds.
_QUOTA = Path("/sys/fs/cgroup/cpu.max")
_SMALLEST_PART = 8  # rows; fewer are faster together than shared out among threads


def available_cores() -> int:
    """Returns how many cores this process may keep busy.

    These are the cores it is bound to, or fewer if its container has a smaller quota.
    """
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1

    if not _QUOTA.is_file():
        return cores

    quota, _, period = _QUOTA.read_text().partition(" ")
    if quota == "max":
        return cores

    return max(1, min(cores, int(quota) // int(period)))


def split_cores(parts: int | None = None) -> int:
    """Divides the threads between parts of the work, if TensorFlow has not started any yet.

    Args:
        parts: How many parts; one for each core by default.

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
    except RuntimeError:  # TensorFlow has started its threads already
        return 1

    return parts


def rows_each(rows: int, threads: int, *, most: int) -> int:
    """Returns how many of the waiting rows an idle thread should take.

    All threads then have work, and none has a batch of only a few rows.

    Args:
        rows: Rows that wait.
        threads: Threads that are idle.
        most: Most rows of a batch.
    """
    return min(most, max(_SMALLEST_PART, -(-rows // threads)))
