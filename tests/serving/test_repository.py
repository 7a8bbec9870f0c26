"""Versions come and go and no request is lost; the process starts and ends as it should."""

import gc
import importlib
import json
import re
import shutil
import signal
import subprocess
import sys
import threading
import weakref

import pytest
import tensorflow as tf

from fixtures.commands import fails, letter_strings
from fixtures.serving import Client, Shouting, copy_version, running, start, until, written
from seq2seq.errors import InputError
from seq2seq.exports.trial import expect_survival
from seq2seq.serving import repository, retired, trial
from seq2seq.serving.repository import Repository, ServedModel
from seq2seq.serving.server import listen
from seq2seq.storage.manifest import MANIFEST
from seq2seq.translation.translator import Translator

pytest_plugins = ["fixtures.commands", "fixtures.serving"]

PREDICT = "/v1/models/reverse:predict"
START = "import sys\nfrom pathlib import Path"


@pytest.fixture(autouse=True)
def untried(monkeypatch):
    """Versions are not tried, but where a test says so: each trial imports TensorFlow anew."""
    monkeypatch.setattr(trial, "expect_survival", lambda *_, **__: None)


@pytest.fixture
def tried(untried, monkeypatch):
    """`tried(program)` tries versions with a program of the test."""

    def use(program):
        monkeypatch.setattr(trial, "expect_survival", expect_survival)
        monkeypatch.setattr(trial, "_SAVED_MODEL", program)

    return use


class Slow(Shouting):
    """Takes some 50 ms for a batch, so that requests are under way when something happens."""

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="text")])
    def translate(self, text):
        counted = tf.while_loop(lambda n: n < 5000, lambda n: n + 1, [0])
        with tf.control_dependencies(counted):
            loud = tf.strings.upper(text)
        return {"translation": loud, "score": tf.zeros(tf.shape(text))}


@pytest.fixture(scope="module")
def slow(tmp_path_factory):
    """A SavedModel that loads at once and takes its time then."""
    return written(Slow(), tmp_path_factory.mktemp("slow") / "model")


def version(client):
    return json.loads(client.get("/models"))[0]["version"]


def test_new_version_takes_over_under_load_and_no_request_is_lost(slow, tmp_path):
    texts = letter_strings(20, seed=31)
    expected = [text.upper() for text in texts]
    directory = tmp_path / "versions"
    copy_version(slow, directory, 1)
    wrong = []
    asked = [0] * 8
    stop = threading.Event()

    def keep_asking(client, place):
        while not stop.is_set():
            status, text = client.ask("POST", PREDICT, {"instances": texts})
            asked[place] += 1
            if (
                status != 200
                or [row["translation"] for row in json.loads(text)["predictions"]] != expected
            ):
                wrong.append(text)

    with running({"reverse": directory}) as client:
        clients = [Client(client.port) for _ in asked]
        threads = [
            threading.Thread(target=keep_asking, args=(c, place)) for place, c in enumerate(clients)
        ]
        for thread in threads:
            thread.start()
        until(lambda: min(asked) > 1)
        copy_version(slow, directory, 2)
        until(lambda: version(client) == 2)
        before = sum(asked)
        until(lambda: sum(asked) > before + 16)
        stop.set()
        for thread in threads:
            thread.join()
        states = json.loads(client.get("/v1/models/reverse"))["model_version_status"]
        assert [(state["version"], state["state"]) for state in states] == [
            ("2", "AVAILABLE"),
            ("1", "END"),
        ]
        assert "Received: 1" in client.refused(
            "/v1/models/reverse/versions/1:predict", {}, status=404
        )
    assert not wrong


def test_replaced_version_leaves_memory(shouting, tmp_path):
    directory = tmp_path / "versions"
    copy_version(shouting, directory, 1)
    model = ServedModel("reverse", directory)
    first = weakref.ref(model.version().loaded)
    copy_version(shouting, directory, 2)
    model.refresh()
    gc.collect()
    assert model.version().number == 2 and first() is None


class Cyclic:
    """A version whose parts refer to each other, as those of a large SavedModel do."""

    def __init__(self, model, number, directory):
        self.number = number
        self.signatures = {"serving_default": Parts()}


class Parts:
    def __init__(self):
        self.itself = self


def test_replaced_version_leaves_memory_after_the_last_request_that_holds_it(
    shouting, tmp_path, monkeypatch
):
    monkeypatch.setitem(repository._LOADERS, repository.GRAPH, Cyclic)
    returned = []
    monkeypatch.setattr(retired, "_return_memory", lambda: returned.append(True))
    directory = tmp_path / "versions"
    copy_version(shouting, directory, 1)
    model = ServedModel("reverse", directory)
    held = model.version()
    parts = weakref.ref(held.signatures["serving_default"])
    copy_version(shouting, directory, 2)
    model.refresh()
    model.refresh()
    assert model.version().number == 2 and parts() is held.signatures["serving_default"]
    assert not returned

    gc.disable()  # which would find it sooner or later
    try:
        del held
        for _ in range(3):
            model.refresh()
        assert parts() is None and returned == [True]
    finally:
        gc.enable()


def test_half_written_version_is_passed_over_until_it_is_whole(shouting, tmp_path, caplog):
    caplog.set_level("INFO", logger="seq2seq.serving")
    directory = tmp_path / "versions"
    second = tmp_path / "versions" / "2"
    copy_version(shouting, directory, 1)
    model = ServedModel("reverse", directory)
    second.mkdir()
    for _ in range(3):
        model.refresh()
    (second / "saved_model.pb").write_bytes((shouting / "saved_model.pb").read_bytes()[:1000])
    for _ in range(3):
        model.refresh()
    assert model.version().number == 1
    warnings = [record.message for record in caplog.records if record.levelname == "WARNING"]
    warnings = [message for message in warnings if message.startswith("Version 2 of reverse")]
    assert len(warnings) == 1 and warnings[0].startswith("Version 2 of reverse is not whole")
    assert model.states(2)[0]["status"]["error_message"]
    shutil.copytree(shouting, second, dirs_exist_ok=True)
    model.refresh()
    assert model.version().number == 2


def test_broken_newest_version_at_the_start_leaves_the_one_before(shouting, tmp_path):
    directory = tmp_path / "versions"
    copy_version(shouting, directory, 1)
    (directory / "2").mkdir()
    (directory / "notes").mkdir()
    assert ServedModel("reverse", directory).version().number == 1


def test_version_that_ends_its_process_is_never_served(shouting, tmp_path, tried):
    tried("os.kill(os.getpid(), signal.SIGSEGV)")
    directory = tmp_path / "versions"
    copy_version(shouting, directory, 1)
    model = ServedModel("reverse", directory)  # as its manifest lists it, and nothing is served yet
    second = copy_version(shouting, directory, 2)
    model.refresh()
    assert model.version().number == 1
    assert "(signal 11)" in model.states(2)[0]["status"]["error_message"]

    (second / MANIFEST).unlink()
    assert ServedModel("reverse", directory).version().number == 1
    shutil.rmtree(directory / "1")
    with pytest.raises(InputError, match="Version 2: .*ends the process which loads it"):
        ServedModel("reverse", directory)


def test_trial_loads_a_version_as_the_server_does(shouting, tmp_path):
    """First a whole one, then one that is not."""
    copy = shutil.copytree(shouting, tmp_path / "copy")
    (copy / "saved_model.pb").unlink()
    then = "\nprint('loaded')\nsys.argv[1] = sys.argv[2]\n"
    program = START + trial._SAVED_MODEL + then + trial._SAVED_MODEL

    command = [sys.executable, "-c", program, shouting, copy]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "loaded\n"), done.stderr
    assert re.search("has changed|No such file", done.stderr)


def test_end_of_the_server_ends_a_trial(shouting, tmp_path, tried):
    tried("import time; time.sleep(1000)")
    directory = tmp_path / "versions"
    copy_version(shouting, directory, 1)
    repository = Repository({"reverse": directory}, poll_seconds=0.02)
    copy_version(shouting, directory, 2)
    model = repository.model()
    until(lambda: [state for state in model.states() if state["state"] == "LOADING"])
    repository.close()
    assert model.version().number == 1


def test_version_that_changes_while_it_is_tried_is_not_loaded(shouting, tmp_path, monkeypatch):
    directory = tmp_path / "versions"
    copy_version(shouting, directory, 1)
    model = ServedModel("reverse", directory)
    second = copy_version(shouting, directory, 2)
    monkeypatch.setattr(trial, "expect_survival", lambda *_, **__: (second / "new").touch())
    model.refresh()
    assert "still changing" in model.states(2)[0]["status"]["error_message"]
    monkeypatch.undo()
    monkeypatch.setattr(trial, "expect_survival", lambda *_, **__: None)
    model.refresh()
    assert model.version().number == 2


def test_removing_the_newest_version_goes_back_to_the_one_before(shouting, tmp_path):
    directory = tmp_path / "versions"
    copy_version(shouting, directory, 1)
    newest = copy_version(shouting, directory, 2)
    model = ServedModel("reverse", directory)
    shutil.rmtree(newest)
    model.refresh()
    assert model.version().number == 1
    shutil.rmtree(directory)
    model.refresh()
    assert model.version().number == 1  # better than none


def test_directory_without_a_model_is_refused(tmp_path):
    (tmp_path / "1").mkdir()
    with pytest.raises(
        InputError, match="Expected an exported model.*no saved_model.pb or model.tflite yet"
    ):
        Repository({"x": tmp_path})


# The command.


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_the_server_after_the_requests_it_has_begun(slow, number):
    server, client, _ = start("--model", f"mine={slow}")
    sentences = [" ".join("bcdefghij" * 4)] * 600
    results = []
    asking = threading.Thread(
        target=lambda: results.append(client.ask("POST", "/translate", {"text": sentences}))
    )
    asking.start()
    until(lambda: "seq2seq_batch_rows_count" in Client(client.port).get("/metrics"))  # it has begun
    server.send_signal(number)
    output, errors = server.communicate(timeout=60)
    asking.join()
    assert (server.returncode, output, errors) == (0, "", "")
    status, text = results[0]
    assert status == 200 and len(json.loads(text)["sentences"]) == 600


def test_model_directory_is_exported_and_named_after_itself(untrained):
    directory = untrained(1)
    server, client, lines = start("--model", directory)
    try:
        assert "is a model directory: exporting it" in lines[0]
        assert json.loads(client.get("/models"))[0]["name"] == directory.name
        answer = client.post("/translate", {"text": "b c d"})
        expected = Translator.load(directory).translate(["b c d"])
        assert answer["sentences"][0]["translations"][0]["text"] == expected[0]
    finally:
        server.terminate()
        _, more = server.communicate(timeout=60)
    # Once: exporting gives the root logger a handler, which wrote it again.
    assert "".join([*lines, more]).count("http://") == 1


@pytest.fixture
def here(monkeypatch):
    """`seq2seq serve` changes neither the log nor the memory of the process of the tests."""
    command = importlib.import_module("seq2seq.cli.serve")
    monkeypatch.setattr(command, "_log_to_standard_error", lambda: None)
    monkeypatch.setattr(gc, "freeze", lambda: None)


@pytest.mark.usefixtures("here")
def test_wrong_models_are_one_clear_line(shouting, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "Expected a directory" in fails("serve", "--model", tmp_path / "nothing")
    assert "different names" in fails(
        "serve", "--model", f"a={shouting}", "--model", f"a={shouting}"
    )
    message = fails("serve", "--model", tmp_path / "empty", "--port", "0")
    assert "Expected an exported model" in message


@pytest.mark.usefixtures("here")
def test_address_in_use_is_one_clear_line(shouting):
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        message = fails("serve", "--model", shouting, "--port", port)
    assert "Expected to listen on 127.0.0.1" in message
