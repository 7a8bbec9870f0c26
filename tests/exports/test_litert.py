"""No answer comes from a part of the model that LiteRT has left as it was when the memory of another grew."""

import random

import numpy as np
import pytest

from seq2seq.exports.litert import BEAM, GREEDY, PREFIX, TFLiteModel
from seq2seq.ids import EOS_ID

ROOM = {  # that the parts of a signature need, of the lengths of source, prefix and answer
    GREEDY: [lambda source, prefix, answer: 2 * source, lambda source, prefix, answer: 7 * source],
    BEAM: [lambda source, prefix, answer: 5 * source, lambda source, prefix, answer: 7 * source],
    PREFIX: [
        lambda source, prefix, answer: 3 * answer,
        lambda source, prefix, answer: 7 * source,
        lambda source, prefix, answer: source * prefix,
    ],
}


class Pessimist:
    """LiteRT at its worst: a part that comes to need more room than there is spoils all others, until they change."""

    def __init__(self, model_content, num_threads):
        self.room, self.parts = (
            0,
            {},
        )  # of each part, the room it needed last, and whether it is spoilt

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
def test_no_answer_comes_from_a_part_that_is_spoilt(monkeypatch, longest):
    monkeypatch.setattr("seq2seq.exports.litert.expect_litert", lambda: Pessimist)
    draw = random.Random(longest)
    for _ in range(50):
        model = TFLiteModel(b"")
        for _ in range(60):
            name, length = draw.choice([GREEDY, BEAM, PREFIX]), draw.randint(1, longest)
            source = np.array([[*draw.choices(range(4, 10), k=length - 1), EOS_ID]], np.int32)
            prefix = [np.full((1, draw.randint(0, longest)), 5, np.int32)] if name == PREFIX else []
            assert model.run(name, source, *prefix)["right"]


def test_pessimist_spoils_answers():
    ask = Pessimist(b"", 1).get_signature_runner(GREEDY)
    assert not all(
        ask(source_tokens=np.full((1, length), EOS_ID, np.int32))["right"] for length in (2, 3)
    )
