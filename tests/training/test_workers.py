"""Several processes train as one would, and one that dies loses nothing."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from fixtures.commands import error_line, fails
from fixtures.runs import CORPUS, DEV, arrays, history
from fixtures.steps import FEW, KINDS, batches, model_of
from seq2seq.errors import InputError
from seq2seq.exports.own_tflite import find_own_tflite
from seq2seq.storage.directory import RUN_STATE, WEIGHTS, ModelDirectory
from seq2seq.training.cluster import Place, place_of
from seq2seq.training.launch import count_devices
from seq2seq.training.workers import join_workers

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
OPTIONS = (
    "--preset tiny --units 8 --embedding-size 8 --encoder-layers 1 --decoder-layers 1 --epochs 2 "
    "--dropout 0 --guided-alignment 0 --batch-tokens 64 --precision float32 --vocabulary-size 42"
).split()


def config(addresses, index, kind="worker"):
    return json.dumps({"cluster": {"worker": addresses}, "task": {"type": kind, "index": index}})


def free_addresses(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [f"127.0.0.1:{one.getsockname()[1]}" for one in sockets]


def environment(**variables):
    path = os.pathsep.join([str(ROOT), str(TESTS)])
    return os.environ | {"PYTHONPATH": path, "TF_CPP_MIN_LOG_LEVEL": "3"} | variables


@pytest.mark.parametrize("kinds", [FEW, pytest.param(KINDS, marks=pytest.mark.slow)], ids=len)
def test_two_workers_take_the_step_of_one_for_every_cell_and_attention(kinds, tmp_path):
    """In processes that know nothing of each other's batches; by default not in all their pairs."""
    addresses = free_addresses(2)
    worker = TESTS / "fixtures" / "worker.py"
    words = ["-".join(kind) for kind in kinds]
    processes = [
        subprocess.Popen(
            [sys.executable, worker, tmp_path / f"{rank}.npz", *words],
            env=environment(TF_CONFIG=config(addresses, rank)),
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]
    for process in processes:
        _, messages = process.communicate()
        assert not process.returncode, messages

    first, second = (np.load(tmp_path / f"{rank}.npz") for rank in range(2))
    assert first["gathered"].tolist() == [b"", b"text"]
    for name in first:
        np.testing.assert_array_equal(first[name], second[name], err_msg=name)

    for kind in kinds:
        model = model_of(kind)
        logs = [model.train_step(batch) for batch in batches()]
        for place, log in enumerate(logs):
            for name, value in log.items():
                if name == "tokens" and place == len(logs) - 1:
                    continue  # both workers take its only sentence
                key = "/".join([*kind, str(place), name])
                np.testing.assert_allclose(first[key], value, rtol=1e-4, err_msg=key)
        for place, weight in enumerate(model.trainable_variables):
            key = "/".join([*kind, "weight", str(place)])
            np.testing.assert_allclose(first[key], weight, atol=1e-4, err_msg=key)


def test_shares_of_a_batch_are_its_rows_once_each():
    alone = join_workers()
    for batch in batches():
        rows = len(batch["labels"])
        for count in range(1, 6):
            shares = [
                type(alone)(rank, count, alone.strategy).share(batch)["source_tokens"]
                for rank in range(count)
            ]
            if rows < count:  # each takes all
                assert all(len(share) == rows for share in shares)
                continue
            assert all(len(share) for share in shares)
            np.testing.assert_array_equal(tf.concat(shares, 0), batch["source_tokens"])


@pytest.fixture(scope="module")
def corpora(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpora")
    for name, corpus in (("pairs.tsv", CORPUS), ("dev.tsv", DEV)):
        pairs = zip(corpus.source, corpus.target, strict=True)
        (folder / name).write_text("".join(f"{source}\t{target}\n" for source, target in pairs))
    return folder


def start(folder, output, *more):
    command = [sys.executable, "-m", "seq2seq", "train", "pairs.tsv", "--dev", "dev.tsv"]
    return subprocess.Popen(
        [*command, "--output", output, *OPTIONS, *more],
        cwd=folder,
        env=environment(TF_CONFIG=""),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def children_of(process):
    found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(number) for number in found]


def is_training(folder, output):
    return (folder / output / RUN_STATE).exists()


def test_a_worker_that_dies_ends_the_run_which_resumes_as_one_process_would_have_ended(corpora):
    """Without dropout, two workers do what one process does, but for the order of its sums."""
    alone = start(corpora, "alone")
    run = start(corpora, "together", "--devices", "2")
    while not is_training(corpora, "together"):
        assert run.poll() is None, run.stderr.read()
        time.sleep(0.05)
    time.sleep(0.5)
    for child in children_of(run):
        os.kill(child, signal.SIGKILL)

    _, messages = run.communicate(timeout=300)
    assert run.returncode == 1
    last = messages.strip().splitlines()[-1]
    assert "Expected 2 workers to the end" in last and "--resume" in last
    assert "Traceback" not in messages

    resumed = start(corpora, "together", "--devices", "2", "--resume")
    for process in (alone, resumed):
        _, messages = process.communicate(timeout=300)
        assert not process.returncode, messages
    weights, expected = arrays(corpora / "together" / WEIGHTS), arrays(corpora / "alone" / WEIGHTS)
    assert weights.keys() == expected.keys()
    for name in expected:
        np.testing.assert_allclose(weights[name], expected[name], atol=1e-3, err_msg=name)

    assert find_own_tflite(ModelDirectory(corpora / "together"), text_bytes=1)

    validated, expected = history(corpora / "together"), history(corpora / "alone")
    assert len(validated) == len(expected) > 0
    for row, other in zip(validated, expected, strict=True):
        for name in ("step", "dev_loss", "bleu", "chrf2"):
            assert float(row[name]) == pytest.approx(float(other[name]), rel=0.01), name


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", Place()),
        ("{}", Place()),
        (config(["a:1", "b:2"], 1), Place(1, ("a:1", "b:2"))),
        (
            '{"cluster": {"chief": ["c:1"], "worker": ["a:1"]}, '
            '"task": {"type": "worker", "index": 0}}',
            Place(1, ("c:1", "a:1")),
        ),
    ],
)
def test_place_is_that_of_the_cluster(text, place):
    assert place_of({"TF_CONFIG": text}) == place


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        '{"cluster": {"worker": "a:1"}}',
        '{"cluster": {"worker": ["a:1", "b:2"]}}',
        config(["a:1", "b:2"], 2),
        config(["a:1", "b:2"], -1),
        config(["a:1", "b:2"], 0, kind="ps"),
        "[" * 100_000,
    ],
)
def test_another_cluster_is_refused(text):
    with pytest.raises(InputError, match="Expected TF_CONFIG such as") as caught:
        place_of({"TF_CONFIG": text})
    assert "\n" not in str(caught.value)


def test_more_devices_than_there_are_is_refused(corpora, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    output = fails("train", corpora / "pairs.tsv", "--output", "many", "--devices", 1000)
    assert "Expected at most" in error_line(output) and "--devices 1000" in error_line(output)


def test_devices_beside_a_cluster_are_refused(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    monkeypatch.setenv("TF_CONFIG", config(["a:1", "b:2"], 0))
    with pytest.raises(InputError, match="either --devices or TF_CONFIG"):
        count_devices(2)
    assert count_devices(1) == 1


def test_all_devices_are_the_gpus_or_one(monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    for visible, count in {"": 1, "-1": 1, "0": 1, "2,5": 2}.items():
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
        assert count_devices("all") == count


def test_slurm_script_names_a_worker_for_each_task(tmp_path):
    """With a `srun` that runs two tasks on each of two hosts."""
    programs = {
        "scontrol": "echo host1; echo host2",
        "srun": 'shift 2; for SLURM_PROCID in 0 1 2 3; do export SLURM_PROCID; "$@"; done',
        "seq2seq": 'echo "$TF_CONFIG" >> "$OUTPUT"; echo "$@" >> "$OUTPUT.arguments"',
    }
    for name, text in programs.items():
        program = tmp_path / name
        program.write_text(f"#!/usr/bin/env bash\n{text}\n")
        program.chmod(0o755)

    output = tmp_path / "found"
    slurm = {"SLURM_NTASKS": "4", "SLURM_NNODES": "2", "SLURM_JOB_NODELIST": "host[1-2]"}
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    command = [ROOT / "deploy" / "slurm" / "train.sh", "my pairs.tsv", "--output", "m"]
    subprocess.run(
        command, env=os.environ | slurm | {"PATH": path, "OUTPUT": str(output)}, check=True
    )

    addresses = ("host1:12000", "host1:12001", "host2:12000", "host2:12001")
    places = [place_of({"TF_CONFIG": line}) for line in output.read_text().splitlines()]
    assert places == [Place(rank, addresses) for rank in range(4)]
    arguments = Path(f"{output}.arguments").read_text().splitlines()
    assert set(arguments) == {"train my pairs.tsv --output m"}
