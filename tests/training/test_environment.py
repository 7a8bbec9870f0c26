"""A model directory tells what its run was computed with, a line for each beginning."""

import json

import numpy
import pytest

from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.version import package_version
from seq2seq.training.environment import record_environment


def entries(directory):
    return json.loads(directory.environment_file.read_text())


def test_cores_precision_versions_and_processor_are_kept_for_each_start(tmp_path, monkeypatch):
    directory = ModelDirectory(tmp_path)
    record_environment(directory, step=0, precision="float32", micro_batches=2)
    monkeypatch.setattr("seq2seq.training.environment.available_cores", lambda: 64)
    record_environment(directory, step=7, precision="float32", micro_batches=2)
    first, second = entries(directory)
    assert (first["step"], first["precision"], first["micro-batches"]) == (0, "float32", 2)
    assert first["versions"]["seq2seq"] == package_version()
    assert first["versions"]["numpy"] == numpy.__version__
    assert first["processor"]
    assert (second["step"], second["cores"]) == (7, 64)
    assert {**second, "step": 0, "cores": first["cores"]} == first


@pytest.mark.parametrize("content", [b"", b"\xff", b"{}", b"[" * 100_000])
def test_damaged_list_is_begun_anew(tmp_path, content):
    directory = ModelDirectory(tmp_path)
    directory.environment_file.write_bytes(content)
    record_environment(directory, step=0, precision="float32", micro_batches=1)
    assert len(entries(directory)) == 1
