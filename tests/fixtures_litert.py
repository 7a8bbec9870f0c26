"""Opens a TFLite model again and again, asks it the same questions, and counts answers other than a new one's.

A process of its own, without TensorFlow: LiteRT errs where memory that it has given back is what it gets next, which a
process that has little else in its memory makes likely.

python fixtures_litert.py MODEL ROUNDS again|longest|raw SIGNATURE...

again: by `TFLiteModel`; longest: by LiteRT, the longest sentence first; raw: by LiteRT alone, to see how it errs.
"""

import itertools
import sys

import numpy as np

from seq2seq.ids import EOS_ID, MAX_SOURCE_LENGTH
from seq2seq.litert import PREFIX, TFLiteModel

SOURCES = [[3], [7, 3], [4, 7, 5, 9, 3], [5, 4, 8, 10, 6, 3], [6, 6, 6, 3], [*[4, 9, 1] * 12, 3]]
PREFIXES = [[], [5], [5, 8]]


def array(tokens):
    return np.array(tokens, np.int32).reshape(1, -1)


def open_model(model, way, signatures):
    """A function of a signature and its inputs."""
    if way == "again":
        return TFLiteModel(model).run
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=model)

    def run(signature, *inputs):
        return interpreter.get_signature_runner(signature)(
            **dict(zip(("source_tokens", "prefix"), inputs, strict=False))
        )

    if way == "longest":  # as the example does
        for length, name in itertools.product((MAX_SOURCE_LENGTH, 1), signatures):
            run(name, np.full((1, length), EOS_ID, np.int32))
    return run


def same(found, expected):
    return all(
        found[name].shape == tensor.shape and np.allclose(found[name], tensor, atol=1e-5)
        for name, tensor in expected.items()
    )


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        content = file.read()
    rounds, way, signatures = int(sys.argv[2]), sys.argv[3], sys.argv[4:]
    questions = [
        (name, array(source), *prefix)
        for name, source in itertools.product(signatures, SOURCES)
        for prefix in ([[array(prefix)] for prefix in PREFIXES] if name == PREFIX else [[]])
    ]
    alone = [open_model(content, "again", signatures)(*question) for question in questions]
    assert len({str(found["tokens"]) for found in alone}) > 3
    wrong = 0
    for _ in range(rounds):
        run = open_model(content, way, signatures)
        wrong += sum(not same(run(*question), first) for question, first in zip(questions, alone, strict=True))
    sys.stdout.write(f"{wrong}\n")
