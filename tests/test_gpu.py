"""GPUs as TensorFlow describes them; no machine of the tests has one."""

import os

import pytest
import tensorflow as tf

from seq2seq.errors import InputError
from seq2seq.gpu import deterministically, prepare_gpus

pytest_plugins = ["fixtures.determinism"]

BUFFERS = "CUBLAS_WORKSPACE_CONFIG"


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


def test_determinism_is_only_where_it_is_asked_for(determinism):
    with deterministically(False):
        assert not determinism() and BUFFERS not in os.environ
    with deterministically(True):
        assert determinism() and os.environ[BUFFERS].count(":") == 2  # of one size


def test_buffers_that_the_user_has_chosen_stay(determinism, monkeypatch):
    monkeypatch.setenv(BUFFERS, ":16:8")
    with deterministically(True):
        assert os.environ[BUFFERS] == ":16:8"


def test_gpu_that_has_computed_is_no_longer_made_deterministic(gpu, determinism, monkeypatch):
    gpu((9, 0))

    def refuse(gpu, grows):
        raise RuntimeError("Physical devices cannot be modified after being initialized")

    monkeypatch.setattr(tf.config.experimental, "set_memory_growth", refuse)
    message = "before anything is computed on a GPU.*Train in a new process"
    with pytest.raises(InputError, match=message), deterministically(True):
        pass
    assert not determinism() and BUFFERS not in os.environ
    monkeypatch.setenv(BUFFERS, ":4096:8")  # as the message advises
    with deterministically(True):
        assert determinism()


def test_memory_of_a_gpu_that_is_made_deterministic_still_grows(gpu, determinism):
    device, growing = gpu((9, 0))
    with deterministically(True):
        assert growing[-1] == (device, True)


def test_operation_without_a_deterministic_kernel_is_named(determinism):
    reason = "Determinism is not yet supported in GPU implementation of Bincount."
    message = f"^Expected operations with a deterministic kernel. Received: {reason} Leave"
    with pytest.raises(InputError, match=message), deterministically(True):
        raise tf.errors.UnimplementedError(None, None, reason)


def test_another_missing_kernel_is_no_matter_of_determinism(determinism):
    with pytest.raises(tf.errors.UnimplementedError), deterministically(True):
        raise tf.errors.UnimplementedError(None, None, "DNN library is not found.")
