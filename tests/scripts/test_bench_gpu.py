"""Laws of the script for machines with a GPU: what it asks, what it judges, and how it ends."""

import json
import time
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from benchmarks import gpu as bench_gpu

from contestants import text
from contestants.contest import SIZES
from contestants.turns import Failed
from on_gpu import graph, part
from on_gpu.answers import FAIL, NOT_SEEN, PASS

pytest_plugins = ["fixtures.determinism"]

LOOKED = {
    "gpus": 1,
    "findings": [{"name": "gpu", "value": "NVIDIA X", "advice": ""}],
    "answers": [],
}


@pytest.fixture
def few_pairs(monkeypatch):
    """Batches are made in this process, of few pairs."""

    def prepare(directory, sizes):
        directory.mkdir()
        text.prepare(directory, sizes, source=None, target=None)
        return directory

    monkeypatch.setattr(text, "_PAIRS", 60)
    monkeypatch.setattr(text, "_BATCHES", 20)
    monkeypatch.setattr(bench_gpu, "_prepared", prepare)


def asked(arguments, run, tmp_path):
    """The exit code and the report of the script."""
    path = tmp_path / "gpu.json"
    with pytest.raises(SystemExit) as end:
        bench_gpu.main([*arguments.split(), "--quick", "--json", str(path)], run)
    return int(end.value.code), json.loads(path.read_text())


def verdicts(report):
    return {answer["question"]: answer["verdict"] for answer in report["answers"]}


def verdict_of(report, number):
    """The one verdict on a trap."""
    (found,) = [
        verdict for question, verdict in verdicts(report).items() if f"({number})" in question
    ]
    return found


@pytest.mark.parametrize(
    ("cell", "attention", "layers"),
    [
        ("gru", "luong", 4),
        pytest.param("lstm", "luong", 4, marks=pytest.mark.slow),
        pytest.param("gru", "none", 4, marks=pytest.mark.slow),
        ("lstm", "bahdanau", 2),
        ("rnn", "luong", 0),
    ],
)
def test_step_on_a_gpu_calls_cudnn_without_mask_and_xla_and_nothing_raises(cell, attention, layers):
    nodes = graph.nodes_on_a_gpu(cell, attention)
    for kind in graph.CUDNN:
        assert sum(node.op == kind for node in nodes) == layers
    assert {answer.verdict for answer in graph.answers_about(nodes)} == {PASS}


def test_step_that_falls_into_the_traps_fails():
    @tf.function(jit_compile=True)
    def compiled(x):
        return x + 1

    @tf.function(input_signature=[tf.TensorSpec([3])])
    def step(x):
        tf.Assert(tf.reduce_all(x > 0), [x])
        return tf.math.unsorted_segment_sum(compiled(x), [0, 1, 0], 2)

    nodes = graph.nodes(step.get_concrete_function())
    assert [answer.verdict for answer in graph.answers_about(nodes)] == [FAIL] * 3


def run_here(name, request, sees_gpus):
    return part.run(name, request)


def expect_not_seen(report, **told):
    """On a processor nothing fails; each of these traps is not seen, and it is said what was."""
    found = {answer["question"]: answer for answer in report["answers"]}
    assert FAIL not in verdicts(report).values()
    for question, words in told.items():
        (answer,) = [
            answer for text, answer in found.items() if text.startswith(question.replace("_", " "))
        ]
        assert answer["verdict"] == NOT_SEEN
        assert answer["detail"].startswith("no GPU; on the processor") and words in answer["detail"]


def test_processor_alone_says_what_it_could_not_see(few_pairs, tmp_path, capsys):
    code, report = asked("--only curve", run_here, tmp_path)
    assert code == 0 and report["gpus"] == 0
    assert list(verdicts(report).values()).count(PASS) == 5  # of the graph
    expect_not_seen(report, losses="apart by 0.0e+00")
    printed = capsys.readouterr().out
    assert "tensorflow: 2." in printed and "pass           cuDNN runs every layer (1)" in printed


@pytest.mark.slow
def test_processor_alone_resumes_and_exports(determinism, tmp_path):
    code, report = asked("--only resume --only export", run_here, tmp_path)
    assert code == 0
    expect_not_seen(report, a_resumed_run="the same bits", an_export="no cuDNN in it")


@pytest.mark.parametrize(
    ("apart", "verdict"), [(0.0, PASS), (9e-4, PASS), (2e-3, FAIL), (float("nan"), FAIL)]
)
def test_losses_of_a_gpu_are_those_of_the_processor(few_pairs, tmp_path, apart, verdict):
    def run(name, request, sees_gpus):
        if name == "look":
            return LOOKED
        rounded = 1.0 if request["tf32"] else 0.0  # which may be far away
        return {"losses": [4.0, 2.0 * (1 + (apart + rounded) * sees_gpus)]}

    code, report = asked("--only curve", run, tmp_path)
    assert verdict_of(report, 6) == verdict and code == (verdict == FAIL)


@pytest.mark.parametrize(("apart", "verdict"), [(0.0, PASS), (1e-7, FAIL)])
def test_resumed_run_must_end_with_the_same_bits(tmp_path, apart, verdict):
    def run(name, request, sees_gpus):
        if name == "look":
            return LOOKED
        directory = Path(request["directory"])
        directory.mkdir(exist_ok=True)
        np.savez(directory / "weights.npz", kernel=[1.0 + apart * request["resume"]])
        return {}

    code, report = asked("--only resume", run, tmp_path)
    assert verdict_of(report, 13) == verdict and code == (verdict == FAIL)


@pytest.mark.parametrize(("cudnn", "verdict"), [([], PASS), (["CudnnRNNV3"], FAIL)])
def test_export_with_operations_of_a_gpu_fails(tmp_path, monkeypatch, cudnn, verdict):
    def run(name, request, sees_gpus):
        assert sees_gpus == (name != "load")
        return LOOKED if name == "look" else {"translations": ["a", "b"], "cudnn": cudnn}

    monkeypatch.setattr(bench_gpu, "resume", lambda task: leave_model(task.directory))
    code, report = asked("--only resume --only export", run, tmp_path)
    assert verdict_of(report, 3) == verdict and code == (verdict == FAIL)


def leave_model(directory):
    (directory / "model").mkdir()
    (directory / "model" / "weights.npz").touch()
    return []


def test_part_that_fails_or_takes_too_long_is_an_answer_of_its_own(
    few_pairs, tmp_path, monkeypatch
):
    monkeypatch.setitem(bench_gpu._MOST_SECONDS, "resume", 0.2)

    def run(name, request, sees_gpus):
        if name == "curve":
            raise Failed("InternalError: no kernel image")
        if name == "resume":
            time.sleep(60)
        return LOOKED

    code, report = asked("--only curve --only resume --only export", run, tmp_path)
    found = verdicts(report)
    assert (found["part curve"], found["part resume"]) == (FAIL, NOT_SEEN)
    assert verdict_of(report, 3) == NOT_SEEN and code == 1
    assert report["seconds"] < 30


def test_parts_that_no_time_is_left_for_are_not_seen(few_pairs, tmp_path):
    def run(name, request, sees_gpus):
        if name != "look":
            time.sleep(60)
        return LOOKED

    least = bench_gpu._LAST_SECONDS / 60 + 0.005  # minutes
    code, report = asked(f"--minutes {least} --only curve --only resume", run, tmp_path)
    found = verdicts(report)
    assert (found["part curve"], found["part resume"], code) == (NOT_SEEN, NOT_SEEN, 0)
    assert report["seconds"] < 30


def test_gpu_that_tensorflow_cannot_use_ends_the_questions(tmp_path):
    def run(name, request, sees_gpus):
        raise Failed("InputError: Expected a GPU of compute capability 6.0 to 9.0.")

    code, report = asked("", run, tmp_path)
    assert code == 1 and verdicts(report)["part look"] == FAIL and not report["speed"]


def test_speeds_are_measured_beside_pytorch_and_shown(few_pairs, tmp_path, monkeypatch, capsys):
    seen = []

    def take_turns(systems, directory, **how):
        (contest,) = {arguments[-1] for arguments in systems.values()}
        seen.append((json.loads(contest), how["sees_gpus"]))
        rounds = [{"tokens": 100 * len(seen), "seconds": 1.0, "peak_memory_mb": 321.0}]
        rounds[0]["peak_gpu_memory_mb"] = 54.0
        return {"ours": bench_gpu.Worker("ours", None, Path(), None, rounds)}

    monkeypatch.setattr(bench_gpu, "take_turns", take_turns)
    code, report = asked("--only speed", lambda *_: LOOKED, tmp_path)
    assert code == 0
    assert all(contest["on_gpu"] and sees for contest, sees in seen)
    wide = 4 * SIZES["tiny"].batch_tokens
    assert [
        (contest["cell"], contest["attention"], contest["sizes"]["batch_tokens"])
        for contest, _ in seen
    ] == [
        ("gru", "luong", wide // 4),
        ("lstm", "luong", wide // 4),
        ("gru", "bahdanau", wide // 4),
        ("gru", "bahdanau", wide),
    ]
    assert verdict_of(report, 15) == PASS
    line = capsys.readouterr().out.splitlines()[-6]
    assert line.split() == ["tiny", "gru", "luong", "float32", "100", "-", "-", "54", "-"]


@pytest.mark.parametrize(
    "arguments", ["--minutes 0", "--torch-python nowhere", "--json nowhere/gpu.json"]
)
def test_option_that_cannot_be_used_is_told_in_a_line(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        bench_gpu.main(arguments.split())
    assert end.value.code == 2
    assert arguments.split()[0] in capsys.readouterr().err.splitlines()[-1]
