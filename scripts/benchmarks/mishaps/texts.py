"""Hostile texts through everything that reads texts: none lost, none that takes long.

Of each text there is one answer, in its place, whatever the text is made of. What is no text at all
(half a surrogate pair, bytes that are not UTF-8) is refused on a line. A line of a megabyte takes
no more time for each of its characters than one of ten kilobytes.
"""

import http.client
import io
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr
from itertools import islice

from mishaps.hostile import hostile_texts
from mishaps.models import Models
from mishaps.process import memory, seq2seq, server
from mishaps.row import Row

AT_ONCE = 500  # texts
CONTROLS = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} - set("\n\t\r")
LETTERS = ("a", "한", "ab ", "é1 ", "\u0300", "<", "。")  # that long lines are made of
SHORT, LONG = 10_000, 1_000_000  # characters of long lines
SLOWER = 5.0  # times as long as a character of a shorter line; in a quadratic time, a hundred
HALF = "a \ud800 b"
MOST_CHARACTERS = 4000  # of a sentence that the server takes

Translate = Callable[[Sequence[str]], list[str]]


def measure(models: Models, *, count: int, seed: int, forms: Sequence[str]) -> Iterator[Row]:
    """Gives so many texts to each of these forms: library, command, saved-model, tflite, server."""
    texts = [text for _, text in islice(hostile_texts(seed), count)]
    rows = {
        "library": _library,
        "command": _command,
        "saved-model": _saved_model,
        "tflite": _tflite,
        "server": _server,
    }
    for form in forms:
        yield rows[form](models, texts)


def _library(models: Models, texts: list[str]) -> Row:
    from seq2seq.quiet import load_tensorflow

    load_tensorflow()
    from seq2seq.translation.translator import Translator

    translator = Translator.load(models.directory)
    translate: Translate = lambda some: translator.translate(some, beam_size=1)  # noqa: E731
    return _row("library", translate, texts, refuses=True)


def _tflite(models: Models, texts: list[str]) -> Row:
    from seq2seq.exports.tflite_translator import TFLiteTranslator

    return _row("tflite", TFLiteTranslator.load(models.tflite).translate, texts, refuses=True)


def _saved_model(models: Models, texts: list[str]) -> Row:
    """The graph itself; it takes bytes, and so has no half pairs."""
    import numpy as np
    import tensorflow as tf
    import tensorflow_text  # noqa: F401

    loaded = tf.saved_model.load(str(models.saved_model))
    signature = loaded.signatures["serving_default"]

    def translate(some: Sequence[str]) -> list[str]:
        outputs = signature(text=tf.constant(np.array([text.encode() for text in some], object)))
        return [text.decode() for text in outputs["translation"].numpy()]

    return _row("saved-model", translate, texts, refuses=False)


def _row(form: str, translate: Translate, texts: list[str], *, refuses: bool) -> Row:
    """What a function makes of the texts, of long lines, and of what is no text."""
    from seq2seq.errors import InputError

    faults = []
    shown = io.StringIO()
    with redirect_stderr(shown):
        translate(["a b"])
        began = time.process_time()
        for start in range(0, len(texts), AT_ONCE):
            some = texts[start : start + AT_ONCE]
            faults += _wrong_count(form, start, some, translate(some))
        seconds = time.process_time() - began
        figures = {
            "texts": len(texts),
            "µs a character": 1e6 * seconds / sum(map(len, texts)),
            **_long_lines(translate, faults),
        }

        if refuses:
            try:
                translate([HALF])
                faults.append(f"{form}: half a surrogate pair is taken for text")
            except InputError as error:
                if "\n" in str(error):
                    faults.append(f"{form}: {error!r}")
    if raw := CONTROLS & set(shown.getvalue()):
        faults.append(f"{form}: the terminal gets {raw}")
    return Row("texts", form, {**figures, "memory MB": memory() / 2**10}, faults)


def _wrong_count(form: str, start: int, texts: list[str], answers: list[str]) -> list[str]:
    if len(answers) == len(texts) and not any("\n" in answer for answer in answers):
        return []
    return [f"{form}, texts from {start}: {len(texts)} texts, {len(answers)} answers of a line"]


def _long_lines(translate: Translate, faults: list[str]) -> dict[str, float]:
    """Microseconds a character of the slowest long line; what is too slow is a fault."""
    slowest = 0.0
    for letters in LETTERS:
        each = []
        for length in (SHORT, LONG):
            line = letters * (length // len(letters))
            began = time.process_time()
            translate([line])
            each.append(1e6 * (time.process_time() - began) / length)
        slowest = max(slowest, each[1])
        if each[1] > SLOWER * each[0]:
            faults.append(
                f"a line of {letters!r}: {each[0]:.3g} µs a character, then {each[1]:.3g}"
            )
    return {"µs a character of 1 MB": slowest}


def _command(models: Models, texts: list[str]) -> Row:
    """All texts as lines of a file, and bytes that are no text."""
    faults = []
    arguments = ("translate", "--model", models.directory, "--beam-size", "1")
    lines = "".join(f"{text}\n" for text in texts).encode()
    began = time.monotonic()
    done = seq2seq(*arguments, "-", input=lines)
    seconds = time.monotonic() - began
    answers = done.stdout.decode().removesuffix("\n").split("\n")
    if done.returncode or len(answers) != len(texts):
        faults.append(f"status {done.returncode}, {len(texts)} lines, {len(answers)} answers")
    if raw := CONTROLS & set(done.stderr.decode()):
        faults.append(f"the terminal gets {raw}")

    refused = seq2seq(*arguments, "-", input=b"a b\n\xff\xfe\n")
    said = refused.stderr.decode()
    if refused.returncode != 1 or "Traceback" in said or "Error: Expected" not in said:
        faults.append(f"bytes that are not UTF-8: status {refused.returncode}, {said[-200:]}")
    return Row("texts", "command", {"texts": len(texts), "seconds": seconds}, faults)


def _server(models: Models, texts: list[str]) -> Row:
    """Requests of many texts each, and what the server must refuse."""
    faults = []
    with server(f"model={models.saved_model}") as (port, process):
        began = time.monotonic()
        for start in range(0, len(texts), AT_ONCE):
            some = [text[:MOST_CHARACTERS] for text in texts[start : start + AT_ONCE]]
            status, answer = _post(port, {"text": some, "search": "greedy"})
            sentences = answer.get("sentences", [])
            sources = [sentence["source"] for sentence in sentences]
            if status != 200 or len(sources) != len(some):
                faults.append(
                    f"from {start}: {status}, {len(sources)} of {len(some)} {answer}"[:300]
                )
        seconds = time.monotonic() - began

        for wrong, expected in (({"text": HALF}, 400), ({"text": "a" * LONG}, 413)):
            status, answer = _post(port, wrong)
            if status != expected or list(answer) != ["error"]:
                faults.append(f"expected {expected}: {status} {answer}"[:300])
        figures = {"texts": len(texts), "seconds": seconds}
        return Row("texts", "server", figures | {"memory MB": memory(process.pid) / 2**10}, faults)


def _post(port: int, body: dict) -> tuple[int, dict]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    headers = {"Content-Type": "application/json"}
    connection.request("POST", "/translate", json.dumps(body), headers)
    response = connection.getresponse()
    return response.status, json.loads(response.read())
