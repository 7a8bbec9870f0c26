"""No answer comes from a part of the model that was left as it was when another's memory grew."""

import random
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from seq2seq.exports.litert import TFLiteModel
from seq2seq.exports.signatures import BEAM, GREEDY, PREFIX
from seq2seq.ids import EOS_ID

# The memory that the parts of a signature need for the lengths of source, prefix and answer.
ROOM = {
    GREEDY: [lambda source, prefix, answer: 2 * source, lambda source, prefix, answer: 7 * source],
    BEAM: [lambda source, prefix, answer: 5 * source, lambda source, prefix, answer: 7 * source],
    PREFIX: [
        lambda source, prefix, answer: 3 * answer,
        lambda source, prefix, answer: 7 * source,
        lambda source, prefix, answer: source * prefix,
    ],
}


class Pessimist:
    """LiteRT at its worst.

    A part that needs more room than there is spoils all others, until their sizes change.
    """

    def __init__(self, model_content, num_threads):
        self.room = 0
        self.parts = {}  # of each part, the room it needed last, and whether it is spoilt

    def get_signature_runner(self, name):
        def run(source_tokens, prefix=None):
            lengths = source_tokens.shape[1], 0 if prefix is None else prefix.shape[1]
            drawn = random.Random(f"{source_tokens}{lengths}").randint(1, 2 * lengths[0] + 10)
            answer = drawn + lengths[1] if lengths[0] > 1 else 0
            for number, needed in enumerate(part(*lengths, answer) for part in ROOM[name]):
                if self.parts.get((name, number), (None, False))[0] != needed:
                    self.parts[name, number] = (needed, False)
                if needed > self.room:
                    self.room = needed
                    self.parts = {
                        key: (size, spoilt or key != (name, number))
                        for key, (size, spoilt) in self.parts.items()
                    }
            right = not any(self.parts[name, number][1] for number in range(len(ROOM[name])))
            return {"tokens": np.zeros((1, 1, answer), np.int32), "right": right}

        return run


@pytest.mark.parametrize("longest", [3, 8, 60])
def test_answer_never_comes_from_a_spoilt_part(monkeypatch, longest):
    fake = SimpleNamespace(Interpreter=Pessimist)
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", fake)
    draw = random.Random(longest)
    for _ in range(50):
        model = TFLiteModel(b"")
        for _ in range(60):
            name = draw.choice([GREEDY, BEAM, PREFIX])
            length = draw.randint(1, longest)
            source = np.array([[*draw.choices(range(4, 10), k=length - 1), EOS_ID]], np.int32)
            prefix = [np.full((1, draw.randint(0, longest)), 5, np.int32)] if name == PREFIX else []
            assert model.run(name, source, *prefix)["right"]


def test_pessimist_spoils_answers():
    ask = Pessimist(b"", 1).get_signature_runner(GREEDY)
    assert not all(
        ask(source_tokens=np.full((1, length), EOS_ID, np.int32))["right"] for length in (2, 3)
    )
