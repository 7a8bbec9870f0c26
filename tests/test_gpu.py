"""GPUs as TensorFlow describes them; no machine of the tests has one."""

import pytest
import tensorflow as tf

from seq2seq.errors import InputError
from seq2seq.gpu import prepare_gpus


@pytest.fixture
def gpu(monkeypatch):
    """`gpu(capability)` lets TensorFlow name a GPU; it returns the GPU, and those that may grow."""

    def found(capability):
        device = tf.config.PhysicalDevice("/physical_device:GPU:0", "GPU")
        details = {"device_name": "NVIDIA X", "compute_capability": capability}
        growing = []
        experimental = tf.config.experimental
        monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [device])
        monkeypatch.setattr(experimental, "get_device_details", lambda gpu: details)
        monkeypatch.setattr(
            experimental, "set_memory_growth", lambda gpu, grows: growing.append((gpu, grows))
        )
        return device, growing

    return found


@pytest.mark.parametrize("capability", [(6, 0), (8, 9), (9, 0)])
def test_memory_of_a_gpu_grows(gpu, capability):
    device, growing = gpu(capability)
    prepare_gpus()
    assert growing == [(device, True)]


@pytest.mark.parametrize("capability", [(10, 0), (12, 0)])
def test_gpu_without_kernels_is_refused_before_it_is_used(gpu, capability):
    _, growing = gpu(capability)
    with pytest.raises(InputError, match="compute capability 6.0 to 9.0. Received: NVIDIA X"):
        prepare_gpus()
    assert not growing


def test_machine_without_a_gpu_is_left_alone():
    prepare_gpus()
