"""GPUs: those that TensorFlow cannot use are refused, and the others are not taken whole."""

from seq2seq.errors import InputError

_FIRST_WITHOUT_KERNELS = 10  # Blackwell: TensorFlow 2.21 has kernels up to compute capability 9


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
