"""Times `seq2seq serve` over HTTP, one client and many.

    pip install ".[serve]"
    seq2seq export saved_models/en-de-served --model saved_models/en-de
    python scripts/benchmarks/serving.py --model saved_models/en-de-served --source test.en

The server is a process of its own, on this machine, and the clients share the processors with it.
Each client keeps one connection and asks for one sentence at a time, in TensorFlow Serving's REST
API: it waits for the answer before it asks for the next. All choose at random among the same
sentences. What a sentence is answered among others must be what it is answered alone: other
answers, and requests that fail, are counted as wrong, and make the script end with status 1.
"""

import argparse
import contextlib
import http.client
import json
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from contestants.figures import PERCENTILES, latency, shown_latency
from contestants.turns import say, warn_of_load

SIGNATURES = {"greedy": "serving_default", "beam": "beam"}


def main(arguments: list[str] | None = None) -> None:
    """Measures what the options choose, and prints a table or JSON."""
    options = parse(arguments)
    sentences = random.Random(1).sample(options.source, min(options.sentences, len(options.source)))
    warn_of_load()

    results = []
    with server(options.model) as port:
        for search in options.search:
            alone = Client(port, search)
            alone.expected = {sentence: alone.ask(sentence) for sentence in sentences}
            for count in options.clients:
                say(f"{search}, clients: {count}")
                clients = [Client(port, search, alone.expected, seed) for seed in range(count)]
                results.append(measure(clients, options.seconds))

    if options.json:
        print(json.dumps({"results": results}, indent=2))
    else:
        print_table(results)

    if any(result["wrong"] for result in results):
        sys.exit("Some answers were not those that the same sentences get alone.")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options, with their defaults filled in."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--model", metavar="DIR", required=True, help="an exported model, or a model directory"
    )
    parser.add_argument(
        "--source", metavar="FILE", type=Path, required=True, help="sentences, one a line"
    )
    parser.add_argument(
        "--sentences",
        type=int,
        default=200,
        help="how many of them, chosen at random (default: 200)",
    )
    parser.add_argument(
        "--clients", action="append", type=int, metavar="N", help="may be repeated; default: 1, 64"
    )
    parser.add_argument("--search", action="append", choices=SIGNATURES, help="default: both")
    parser.add_argument(
        "--seconds", type=float, default=20.0, help="length of a measurement (default: 20)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    options = parser.parse_args(arguments)
    options.clients = options.clients or [1, 64]
    options.search = options.search or list(SIGNATURES)

    try:
        options.source = options.source.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        parser.error(f"--source is a text file. Received: {error}")
    if not options.source:
        parser.error("--source is a file of sentences. Received an empty one.")

    if min(options.sentences, *options.clients) < 1:
        parser.error("--sentences and --clients are at least 1.")

    return options


@contextlib.contextmanager
def server(model: str) -> Iterator[int]:
    """The port of a `seq2seq serve` that ends with the block."""
    command = [sys.executable, "-m", "seq2seq", "serve", "--model", f"model={model}", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        port, _ = port_of(process)
        # Without a reader, the server would wait for one.
        threading.Thread(target=process.stderr.read, daemon=True).start()
        wait_until_ready(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def port_of(process: subprocess.Popen) -> tuple[int, list[str]]:
    """The port of a `seq2seq serve` that has begun to listen, and what it has written until then.

    The script ends where the server does.
    """
    lines = []
    for line in process.stderr:
        lines.append(line.strip())
        address = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if address:
            return int(address[1]), lines
    sys.exit(f"The server did not start: {lines[-1] if lines else 'no message'}")


def wait_until_ready(port: int) -> None:
    """Returns when all models are loaded."""
    while True:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)


@dataclass
class Client:
    """A thread with a connection of its own.

    Attributes:
        port: The server's.
        search: "greedy" or "beam".
        expected: The answer of each sentence.
        seed: Of the order of the sentences.
        seconds: How long each answer took.
        wrong: How many were others, or did not come.
    """

    port: int
    search: str
    expected: dict[str, str] = field(default_factory=dict)
    seed: int = 0
    seconds: list[float] = field(default_factory=list)
    wrong: int = 0

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def ask(self, sentence: str) -> str:
        """The best translation."""
        body = json.dumps({"signature_name": SIGNATURES[self.search], "instances": [sentence]})
        self._connection.request(
            "POST", "/v1/models/model:predict", body, {"Content-Type": "application/json"}
        )

        response = self._connection.getresponse()
        text = response.read()
        if response.status != 200:
            raise http.client.HTTPException(
                f"The server answered {response.status}: {text.decode()}"
            )

        translation = json.loads(text)["predictions"][0]["translation"]
        return translation if isinstance(translation, str) else translation[0]

    def work(self, end: float) -> None:
        """Asks until then."""
        chance = random.Random(self.seed)
        sentences = list(self.expected)
        while time.perf_counter() < end:
            sentence = chance.choice(sentences)
            began = time.perf_counter()
            try:
                self.wrong += self.ask(sentence) != self.expected[sentence]
                self.seconds.append(time.perf_counter() - began)
            except (OSError, http.client.HTTPException, ValueError, LookupError):
                self.wrong += 1
                self._connection.close()


def measure(clients: list[Client], seconds: float) -> dict:
    """Lets all clients ask for so long; the figures by name."""
    began = time.perf_counter()
    threads = [threading.Thread(target=client.work, args=(began + seconds,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    passed = time.perf_counter() - began

    answered = [taken for client in clients for taken in client.seconds]

    return {
        "search": clients[0].search,
        "clients": len(clients),
        "sentences_per_second": len(answered) / passed,
        "latency_ms": latency(answered),
        "answers": len(answered),
        "wrong": sum(client.wrong for client in clients),
    }


def print_table(results: list[dict]) -> None:
    """Prints one line a measurement."""
    columns = "{:7} {:>7} {:>11} {:>22} {:>8} {:>6}"
    print(
        "Sentences per second; latencies of a request in ms: "
        f"percentiles {', '.join(map(str, PERCENTILES))}."
    )
    print(columns.format("search", "clients", "sentences/s", "latency", "answers", "wrong"))

    for result in results:
        figures = f"{result['sentences_per_second']:,.1f}", shown_latency(result["latency_ms"])
        print(
            columns.format(
                result["search"], result["clients"], *figures, result["answers"], result["wrong"]
            )
        )


if __name__ == "__main__":
    main()
