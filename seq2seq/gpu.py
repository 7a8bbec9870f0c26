"""GPUs: those that TensorFlow cannot use are refused, and the others are not taken whole.

Threads of a GPU add up in the order in which they come. Where the same bits are asked for every
time, they are given an order.
"""

import contextlib
import os
from collections.abc import Iterator

from seq2seq.errors import InputError

_FIRST_WITHOUT_KERNELS = 10  # Blackwell: TensorFlow 2.21 has kernels up to compute capability 9

# With buffers of two sizes, cuBLAS takes the larger one if it is free, and each has a kernel of its
# own. cuDNN multiplies the matrices of a GRU and an LSTM with it.
_BUFFERS = "CUBLAS_WORKSPACE_CONFIG"
_BUFFERS_OF_ONE_SIZE = ":4096:8"


def prepare_gpus() -> None:
    """Lets TensorFlow take the memory of a GPU as it needs it, instead of all at once.

    It must be called before anything is computed. Afterwards it changes nothing.

    Raises:
        InputError: TensorFlow has no kernels for a GPU; it would end the process without a word.
    """
    import tensorflow as tf  # here, because what only looks for a path needs no TensorFlow

    for gpu in tf.config.list_physical_devices("GPU"):
        details = tf.config.experimental.get_device_details(gpu)
        capability = details.get("compute_capability", (0, 0))
        if capability[0] >= _FIRST_WITHOUT_KERNELS:
            raise InputError(
                "Expected a GPU of compute capability 6.0 to 9.0. "
                f"Received: {details.get('device_name', gpu.name)}, which has "
                f"{'.'.join(map(str, capability))}; TensorFlow {tf.__version__} cannot compute on "
                "it. Set CUDA_VISIBLE_DEVICES to another GPU, or to -1 for the processor."
            )
        try:
            tf.config.experimental.set_memory_growth(gpu, True)
        except (RuntimeError, ValueError):  # something was computed; a virtual device
            return


@contextlib.contextmanager
def deterministically(asked: bool) -> Iterator[None]:
    """Has the block compute the same bits every time on the same hardware, if that is asked for.

    The process computes so until it ends, because TensorFlow has no way back. Products in
    TensorFloat-32 are rounded, but alike every time, and stay.

    Args:
        asked: Whether it is asked for.

    Raises:
        InputError: A GPU has computed already, so cuBLAS has chosen its buffers; or the block
            computes something that has no deterministic kernel.
    """
    if not asked:
        yield
        return

    import tensorflow as tf

    if _BUFFERS not in os.environ:
        _expect_idle_gpus()
        os.environ[_BUFFERS] = _BUFFERS_OF_ONE_SIZE
    tf.config.experimental.enable_op_determinism()

    try:
        yield
    except tf.errors.UnimplementedError as error:
        reason = " ".join(error.message.split())[:200]
        if "determinis" not in reason.lower():
            raise
        raise InputError(
            f"Expected operations with a deterministic kernel. Received: {reason} "
            "Leave --deterministic out, or hide the GPU with CUDA_VISIBLE_DEVICES=-1."
        ) from error


def _expect_idle_gpus() -> None:
    """Refuses GPUs that this process has begun to use.

    Raises:
        InputError: It has computed on one.
    """
    import tensorflow as tf

    for gpu in tf.config.list_physical_devices("GPU"):
        try:  # what can be changed only until the first computation
            tf.config.experimental.set_memory_growth(gpu, False)
            tf.config.experimental.set_memory_growth(gpu, True)
        except RuntimeError as error:
            raise InputError(
                "Expected --deterministic before anything is computed on a GPU. Received: a "
                "process that has begun to. Train in a new process, or set "
                f"{_BUFFERS}={_BUFFERS_OF_ONE_SIZE} before it starts."
            ) from error
        except ValueError:  # a virtual device
            return
