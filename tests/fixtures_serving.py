"""What the tests of the server share: one in a thread, over the exported model of the reverse task, and a client."""

import contextlib
import http.client
import json
import shutil
import threading
import time
from pathlib import Path

import pytest
import tensorflow as tf
import uvicorn

from seq2seq.serving.application import make_application
from seq2seq.serving.batching import Batcher
from seq2seq.serving.limits import Limits
from seq2seq.serving.metrics import Metrics
from seq2seq.serving.repository import Repository


class Client:
    """Asks a server on this machine."""

    def __init__(self, port: int):
        self.port = port

    def ask(self, method, path, body=None, **headers):
        """Status and body; a body that is not bytes is sent as JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        if body is not None and not isinstance(body, bytes):
            body, headers = json.dumps(body).encode(), {"Content-Type": "application/json", **headers}
        with contextlib.closing(connection):
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            self.headers = response.headers
            return response.status, response.read().decode()

    def get(self, path):
        status, text = self.ask("GET", path)
        assert status == 200, text
        return text

    def post(self, path, body):
        status, text = self.ask("POST", path, body)
        assert status == 200, text
        return json.loads(text)

    def refused(self, path, body, *, status=400, method="POST", **headers):
        """The message of a request that must be refused in TensorFlow Serving's shape."""
        received, text = self.ask(method, path, body, **headers)
        assert received == status, text
        answer = json.loads(text)
        assert list(answer) == ["error"]
        return answer["error"]


@contextlib.contextmanager
def running(directories, *, limits=None, delay=0.005, max_batch_size=64):
    """A server over these models, on a free port."""
    repository, metrics = Repository(directories, poll_seconds=0.05), Metrics()
    batcher = Batcher(max_batch_size=max_batch_size, delay=delay, metrics=metrics)
    application = make_application(repository, batcher, metrics, limits)
    server = uvicorn.Server(uvicorn.Config(application, port=0, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    try:
        yield Client(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()
        repository.close()
        batcher.close()


def until(condition, seconds=60):
    """Waits for a condition and returns what it gave."""
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return result


def copy_version(model: Path, directory: Path, number: int) -> Path:
    """Puts a SavedModel into a directory of versions as one move."""
    directory.mkdir(exist_ok=True)
    hidden = shutil.copytree(model, directory.parent / f"copy-{number}")
    return hidden.rename(directory / str(number))


class Shouting(tf.Module):
    """Greedy translation into capitals, and nothing else."""

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="text")])
    def translate(self, text):
        return {"translation": tf.strings.upper(text), "score": tf.zeros(tf.shape(text))}


@pytest.fixture(scope="session")
def shouting(tmp_path_factory) -> Path:
    """A SavedModel that loads at once."""
    module, directory = Shouting(), tmp_path_factory.mktemp("shouting") / "model"
    tf.saved_model.save(module, str(directory), {"serving_default": module.translate})
    return directory


@pytest.fixture(scope="session")
def client(exported):
    """A client of a server over the exported model, `reverse`, whose limits are small."""
    with running({"reverse": exported}, limits=Limits(body=20_000, sentences=300, characters=200)) as client:
        yield client
