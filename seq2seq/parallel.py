"""How training uses the processor cores.

TensorFlow shares every operation out among all threads. The operations of a recurrent step are so small that the
threads spend more time waiting for each other than computing. Two halves of a batch, each on half of the threads, have
nothing to wait for until their gradients are added.
"""

import os

import tensorflow as tf

_PARTS = 2


def split_cores() -> int:
    """Divides the threads between parts of a batch, if TensorFlow has not started any yet.

    Returns:
        The number of parts that a batch should be cut into.
    """
    cores = os.cpu_count() or 1
    if cores < _PARTS or tf.config.list_physical_devices("GPU"):
        return 1
    try:
        tf.config.threading.set_intra_op_parallelism_threads(cores // _PARTS)
        tf.config.threading.set_inter_op_parallelism_threads(_PARTS)
    except RuntimeError:  # too late
        return 1
    return _PARTS
