"""What the server needs of TensorFlow and uvicorn beyond their public interfaces."""

import importlib
import inspect

import tensorflow as tf

from fixtures.interfaces import expect_interface


def test_saved_model_proto_reads_the_signatures_of_a_saved_model(tmp_path):
    module = tf.Module()
    module.double = tf.function(
        lambda numbers: {"doubled": 2 * numbers},
        input_signature=[tf.TensorSpec([None], tf.float32, "numbers")],
    )
    tf.saved_model.save(module, str(tmp_path), signatures={"double": module.double})

    interface = "tensorflow.core.protobuf.saved_model_pb2.SavedModel"
    try:
        protobuf = importlib.import_module("tensorflow.core.protobuf.saved_model_pb2")
    except ImportError:
        protobuf = None
    expect_interface(hasattr(protobuf, "SavedModel"), "tensorflow", interface)

    saved = protobuf.SavedModel()
    saved.ParseFromString((tmp_path / "saved_model.pb").read_bytes())
    signatures = saved.meta_graphs[0].signature_def
    expect_interface("numbers" in signatures["double"].inputs, "tensorflow", interface)


def test_connection_of_uvicorn_has_what_ours_adds_limits_to():
    implementation = importlib.import_module("uvicorn.protocols.http.h11_impl")
    code = inspect.getsource(implementation)
    for name in ("connections", "cycle", "loop", "timeout_keep_alive_task", "transport"):
        expect_interface(f"self.{name} = " in code or f"self.{name}: " in code, "uvicorn", name)
    for name in ("more_body", "response_complete"):
        expect_interface(f"self.{name} = " in code, "uvicorn", name)
    for name in ("connection_made", "connection_lost", "data_received", "shutdown"):
        expect_interface(hasattr(implementation.H11Protocol, name), "uvicorn", name)
    for name in ("pause_writing", "resume_writing"):
        expect_interface(hasattr(implementation.H11Protocol, name), "uvicorn", name)
