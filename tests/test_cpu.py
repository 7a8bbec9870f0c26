"""Threads are divided only while there are none yet."""

import json
import os
import subprocess
import sys

import pytest

from seq2seq import cpu
from seq2seq.cpu import available_cores, split_cores

_SPLIT = """
import json, sys
from seq2seq.cpu import split_cores
parts = split_cores(*map(int, sys.argv[1:]))
import tensorflow as tf
intra = tf.config.threading.get_intra_op_parallelism_threads()
inter = tf.config.threading.get_inter_op_parallelism_threads()
print(json.dumps([parts, intra, inter]))
"""


def test_a_process_that_computes_already_keeps_its_threads():
    assert split_cores() == 1


@pytest.mark.parametrize(
    ("quota", "cores"), [("max 100000", 8), ("250000 100000", 2), ("50000 100000", 1)]
)
def test_a_container_has_the_cores_of_its_quota(monkeypatch, tmp_path, quota, cores):
    monkeypatch.setattr(cpu, "_QUOTA", tmp_path / "cpu.max")
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(8)), raising=False)
    cpu._QUOTA.write_text(quota + "\n")
    assert available_cores() == cores


@pytest.mark.skipif(available_cores() < 2, reason="one core cannot be divided")
@pytest.mark.parametrize("parts", [pytest.param(2, marks=pytest.mark.slow), None])
def test_a_new_process_divides_its_threads_between_the_parts(parts):
    arguments = [] if parts is None else [str(parts)]
    done = subprocess.run(
        [sys.executable, "-c", _SPLIT, *arguments], capture_output=True, text=True, check=True
    )
    cores = available_cores()
    assert json.loads(done.stdout) == [parts or cores, cores // (parts or cores), parts or cores]
