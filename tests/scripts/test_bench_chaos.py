"""Laws of the harness of mishaps: what holds passes, and whatever does not hold is a fault."""

import contextlib
import json
import random
import shutil
import subprocess
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path

import pytest
from benchmarks import chaos

from mishaps import clients, kills, memory, mutations, parsers, requests, soak, texts, watcher
from mishaps.changing import changed
from mishaps.hostile import KINDS, hostile_texts
from mishaps.models import Models
from mishaps.mutation_worker import _change
from mishaps.row import Row
from seq2seq.errors import InputError

pytest_plugins = ["fixtures.commands"]


def test_changed_content_is_another_one_and_depends_on_the_seed_alone():
    for content in (b"", b"a", b"aaaa", bytes(range(256))):
        for seed in range(50):
            first, second = (changed(content, random.Random(seed)) for _ in range(2))
            assert first == second != content


def test_hostile_texts_are_lines_of_every_kind_and_plane():
    drawn = list(islice(hostile_texts(1), 2000))
    assert drawn == list(islice(hostile_texts(1), 2000))
    assert {kind for kind, _ in drawn} == set(KINDS)
    letters = "".join(text for _, text in drawn)
    assert "\n" not in letters and letters.encode()
    assert {ord(letter) >> 16 for letter in letters} == set(range(17))


def test_files_that_nobody_reads_are_changed_seldom():
    whole = {"read": b"a" * 50, "unread": b"b" * 50}
    names = Counter(_change(whole, ("read",), 1, number)[0] for number in range(500))
    assert names["read"] > 10 * names["unread"] > 0


# The parts.


def test_changed_files_of_a_model_are_refused_or_change_nothing(untrained, tmp_path):
    copy = shutil.copytree(untrained(1), tmp_path / "copy")
    row = mutations._row("directory", "listed", copy, 30, 1)
    assert not row.faults
    assert row.figures["refused"] + row.figures["same answers"] == 30
    assert row.figures["refused"] > 15


def test_killed_run_ends_as_one_that_nothing_disturbs(tmp_path, monkeypatch):
    simple = "--cell rnn --attention none --epochs 1".split()
    monkeypatch.setattr(kills, "TRAINING", [*kills.TRAINING, *simple])
    with contextlib.closing(kills.Worker()) as worker:
        trainings = kills.Trainings(tmp_path, worker)
        whole = trainings.train(tmp_path / "whole")
        assert whole["status"] == 0, whole["said"]
        expected = kills.weights(tmp_path / "whole")
        mishaps = [{"kill_at": whole["steps"] // 2}]
        row = kills.disturbed("in a save", trainings, mishaps, expected)
    assert row.figures == {"mishaps": 1, "runs": 1} and not row.faults


SAID = """#9\tNEW    cov: 40 ft: 50
 === Uncaught Python exception: ===
ValueError: no number
=================
stat::number_of_executed_units: 7
"""


def test_input_that_a_parser_fails_at_is_a_fault_and_named(tmp_path, monkeypatch):
    def fail(*_, **__):
        folder = tmp_path / "parsers-csv"
        folder.mkdir()
        (folder / "broken-crash-1").write_bytes(b"a;b")
        return subprocess.CompletedProcess([], 77, stderr=SAID.encode())

    monkeypatch.setattr(parsers.subprocess, "run", fail)
    row = parsers._row(tmp_path / "parsers-csv", "csv", runs=10, seed=1)

    assert (row.figures["inputs"], row.figures["branches"]) == (7, 40)
    [fault] = row.faults
    assert "ValueError: no number" in fault and "b'a;b'" in fault


def test_every_parser_has_a_sample_to_begin_with():
    samples = (Path(parsers.__file__).parent / "samples").iterdir()
    assert sorted(path.suffix[1:] for path in samples) == sorted(parsers.PARSERS)


@pytest.mark.parametrize("form", ["srt", "glossary"])
def test_inputs_are_bred_and_read(tmp_path, form):
    pytest.importorskip("atheris")
    row = parsers._row(tmp_path, form, runs=200, seed=1)
    assert row.figures["inputs"] == 200 and row.figures["kept"] > 3 and not row.faults


def test_without_atheris_the_row_says_what_it_needs(tmp_path, monkeypatch):
    monkeypatch.setattr(parsers.importlib.util, "find_spec", lambda _: None)
    [row] = parsers.measure(tmp_path, runs=1, seed=1)
    assert "pip install atheris" in row.not_run


def test_rows_are_printed_and_written(monkeypatch, tmp_path, capsys):
    row = Row("memory", "one", {"MB": 1.0, "times": 5})
    monkeypatch.setattr(memory, "measure", lambda *_, **__: iter([row]))
    report = tmp_path / "chaos.json"
    assert chaos.main(["--part", "memory", "--json", str(report)]) == 0
    found = json.loads(report.read_text())
    assert found["seed"] == 1 and found["processor"] and found["rows"] == [row.as_dict()]
    assert "faults 0   MB 1   times 5" in capsys.readouterr().out


def test_broken_promise_is_shown_and_ends_with_an_error(monkeypatch, tmp_path, capsys):
    rows = [Row("memory", "one", {"MB": 1.0}), Row("memory", "two", faults=["it grew"] * 30)]
    monkeypatch.setattr(memory, "measure", lambda *_, **__: iter(rows))
    report = tmp_path / "chaos.json"
    assert chaos.main(["--part", "memory", "--json", str(report)]) == 1
    shown = capsys.readouterr()
    assert "faults 30" in shown.out and shown.err.count("it grew") == 20
    assert json.loads(report.read_text())["rows"][1]["fault_count"] == 30


@pytest.mark.parametrize("arguments", [["--kills", "0"], ["--minutes", "-1"], ["--part", "rain"]])
def test_options_that_mean_nothing_are_refused(arguments):
    with pytest.raises(SystemExit):
        chaos.parse(arguments)


@pytest.mark.parametrize(
    ("listed", "outcome", "faults"),
    [
        (True, "refused", 0),
        (True, "equal", 0),
        (True, "different", 1),
        (False, "different", 0),
        (False, "crashed", 1),
        (True, "hung", 1),
        (True, "raised", 1),
        (True, "too large", 1),
    ],
)
def test_outcome_of_a_change_is_a_fault_or_is_none(monkeypatch, tmp_path, listed, outcome, faults):
    if listed:
        (tmp_path / mutations.MANIFEST).touch()
    answer = {"number": 0, "file": "a", "outcome": outcome, "detail": "why", "seconds": 0.1}
    monkeypatch.setattr(mutations, "WORKER", ["-c", f"print({json.dumps(answer)!r})"])
    row = mutations._row("directory", "name", tmp_path, 1, 1)
    assert len(row.faults) == faults and all("why" in fault for fault in row.faults)


def test_worker_that_says_less_than_it_should_ends_the_harness(monkeypatch, tmp_path):
    monkeypatch.setattr(mutations, "WORKER", ["-c", "pass"])
    with pytest.raises(SystemExit, match="worker for name"):
        mutations._row("directory", "name", tmp_path, 1, 1)


class Disturbed:
    """Runs of which each leaves what the test says, without training."""

    def __init__(self, folder, left, status=0, said=""):
        self.folder = folder
        self.left = left
        self.answer = {"status": status, "said": said}

    def train(self, place, **_):
        place.mkdir(exist_ok=True)
        for name, content in self.left.items():
            (place / name).write_bytes(content)
        return self.answer


def archive(tmp_path, value):
    import numpy as np

    np.savez(tmp_path / "archive.npz", a=np.full(3, value))
    return (tmp_path / "archive.npz").read_bytes()


@pytest.mark.parametrize(
    ("left", "fault"),
    [
        ({}, None),
        ({"weights.npz": b"cut"}, "unreadable"),
        ({".config.toml.seq2seq-abcdefgh": b""}, "left over"),
    ],
)
def test_what_a_killed_run_leaves_is_looked_at(tmp_path, left, fault):
    whole = {"weights.npz": archive(tmp_path, 1)}
    trainings = Disturbed(tmp_path, whole | left)
    place = tmp_path / "run"
    if fault == "unreadable":
        trainings.train(place)
        assert "unreadable" in kills.unreadable(place)[0]
        return
    found = kills.finish(trainings, place, {"a": archive_bytes(1)})
    assert [line.split(": ")[1] for line in found] == ([fault] if fault else [])


def archive_bytes(value):
    import numpy as np

    return np.full(3, value).tobytes()


def test_other_weights_and_tracebacks_are_faults(tmp_path):
    trainings = Disturbed(tmp_path, {"weights.npz": archive(tmp_path, 2)})
    assert kills.finish(trainings, tmp_path / "run", {"a": archive_bytes(1)}) == [
        "run: other weights"
    ]
    assert kills.unclear("x", {"status": 1, "said": "Traceback: no"})
    assert not kills.unclear("x", {"status": 1, "said": "Error: Expected"})


def echo(some):
    if any("\ud800" in text for text in some):
        raise InputError("Expected text.")
    return list(some)


@pytest.mark.parametrize(
    ("translate", "fault"),
    [
        (echo, None),
        (lambda some: echo(some)[: 1 if len(some) == 1 else -1], "answers of a line"),
        (lambda some: [f"{text}\n" for text in echo(some)], "answers of a line"),
        (list, "is taken for text"),
    ],
)
def test_lost_answers_and_halves_of_pairs_are_faults(monkeypatch, translate, fault):
    monkeypatch.setattr(texts, "SHORT", 10)
    monkeypatch.setattr(texts, "LONG", 1000)
    monkeypatch.setattr(texts, "SLOWER", 1e9)
    row = texts._row("library", translate, ["a", "b", "c"], refuses=True)
    assert row.figures["texts"] == 3
    assert [fault for _ in row.faults] == [fault] * len(row.faults)
    assert bool(row.faults) == bool(fault)
    assert all(fault in found for found in row.faults)


def test_time_that_grows_with_the_square_of_a_line_is_a_fault(monkeypatch):
    clock = iter(range(10**9))
    monkeypatch.setattr(texts, "SHORT", 10)
    monkeypatch.setattr(texts, "LONG", 100)
    monkeypatch.setattr(texts, "SLOWER", 0.01)
    monkeypatch.setattr(texts.time, "process_time", lambda: float(next(clock)))
    faults = []
    texts._long_lines(list, faults)
    assert len(faults) == len(texts.LETTERS) and "µs a character" in faults[0]


def test_memory_that_grows_is_a_fault(monkeypatch):
    for samples, faults in (([100] * 50, 0), ([100] * 10 + [110] * 40, 1)):
        monkeypatch.setattr(memory, "WORKER", ["-c", f"print({samples})"])
        row = memory._row("calls", ["translate", "model", 50])
        assert len(row.faults) == faults and row.figures["times"] == 50


def test_requests_are_not_run_without_schemathesis(monkeypatch, tmp_path):
    monkeypatch.setattr(requests.importlib.util, "find_spec", lambda name: None)
    (row,) = requests.measure(Models(tmp_path), tmp_path, count=1, seed=1)
    assert "schemathesis" in row.not_run and "not run" in str(row)


# Clients of a server that is not one of ours.


class Answering(BaseHTTPRequestHandler):
    """Answers with what the test has put into the server."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.reply(200, b"ok")

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.reply(*self.server.answer)

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def answer(text, version=1, count=1):
    sentences = [{"translations": [{"text": text}]}] * count
    return json.dumps({"version": version, "sentences": sentences}).encode()


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (200, "right", None),
        (200, "wrong", "wrong, version 1"),
        (500, "right", "status 500"),
        (503, "right", None),
        (200, None, "lost"),
    ],
)
def test_clients_that_wait_count_wrong_and_lost_answers(server, status, body, fault):
    found = clients.Found()
    expected = {"SavedModel": {"a": "right"}}
    client = clients.Client(server.server_port, ["a"], expected, found, threading.Event(), seed=3)
    for count in (1, 4):
        server.answer = (status, answer(body, count=count) if body else b"no JSON")
        client._chance.randint = lambda *_, count=count: count
        client.wait()
    assert len(found.faults) == (2 if fault else 0)
    assert all(line.startswith(fault) for line in found.faults)


def test_hostile_requests_must_be_refused(server):
    found = clients.Found()
    client = clients.Client(server.server_port, ["a"], {}, found, threading.Event(), seed=1)
    client._chance.choice = lambda _: clients._post(b"{}")
    for status in (400, 413, 200, 500):
        server.answer = (status, b"{}")
        client.attack()
    assert found.counts["hostile"] == 4 and len(found.faults) == 2


def test_watcher_tells_how_long_a_healthy_answer_takes(server):
    with soak.watched(server.server_port) as lines:
        time.sleep(6 * watcher.PAUSE)
    row = soak._health(lines)
    assert row.figures["questions"] >= 1 and row.figures["p99 ms"] > 0 and not row.faults


def test_health_that_is_late_is_counted_and_that_does_not_come_is_a_fault():
    row = soak._health(["0.01", "0.2", "ConnectionRefusedError: no", "status 503"])
    assert (row.figures["questions"], row.figures["slow"]) == (4, 1) and len(row.faults) == 2


def test_damaged_versions_differ_from_whole_ones(tmp_path):
    for kind, graph in (("saved", "saved_model.pb"), ("lite", "model.tflite")):
        (tmp_path / kind).mkdir()
        for name in (graph, mutations.MANIFEST):
            (tmp_path / kind / name).write_bytes(b"whole" * 2000)
    models = Models(tmp_path, None, tmp_path / "saved", tmp_path / "lite")
    (tmp_path / "work").mkdir()
    versions = soak.Versions(models, tmp_path / "work", random.Random(1))
    assert [versions.add() for _ in range(4)] == [1, 2, 3, 4]
    assert sorted(path.name for path in versions.directory.iterdir()) == ["3", "4"]
    for _ in range(12):
        place = versions.directory / str(versions.add_damaged())
        graph = "saved_model.pb" if versions.newest % 2 else "model.tflite"
        path = place / graph
        assert not path.exists() or path.read_bytes() != b"whole" * 2000


def test_memory_of_a_server_is_compared_after_its_first_minute():
    flat = [(float(second), 100 if second < 60 else 200, "TFLite") for second in range(300)]
    assert not soak._memory(flat).faults
    grown = [(float(second), 200 if second < 150 else 300, "TFLite") for second in range(300)]
    assert soak._memory(grown).faults


def test_memory_of_a_server_is_compared_within_a_kind_of_version():
    mixed = [(float(second), 200, "TFLite") for second in range(200)]
    mixed += [(float(second), 300, "SavedModel") for second in range(150, 300)]
    row = soak._memory(mixed)
    assert not row.faults and row.figures["growth %"] == 0

    mixed += [(float(second), 250, "TFLite") for second in range(300, 400)]
    (fault,) = soak._memory(mixed).faults
    assert "TFLite" in fault

    apart = [(float(second), 200, "TFLite") for second in range(200)]
    apart += [(float(second), 200, "SavedModel") for second in range(200, 400)]
    assert "no kind" in soak._memory(apart).faults[0]
