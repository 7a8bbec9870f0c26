"""LiteRT runs the searches of an exported TFLite model, and is asked in such a way that its answers are right."""

from typing import Any

import numpy as np

from seq2seq.errors import InputError
from seq2seq.ids import EOS_ID, UNK_ID

GREEDY, BEAM, PREFIX = "serving_default", "beam", "prefix"  # the signatures
_LARGER, _SMALLER = (
    (3, 16),
    (2, 1),
)  # tokens of a source and of a prefix: `PREFIX` finds at least 16, then at most 15


class TFLiteModel:
    """The searches of an exported TFLite model as functions of arrays, for one thread at a time.

    XNNPACK, which does LiteRT's arithmetic, has one workspace for all parts of a model. When a part comes to need more
    than there is, XNNPACK moves the workspace and sets up the others anew, with the addresses that their inputs and
    outputs had in an earlier question, which may be the workspace's by now. An operation that copies (a reshape, a
    concatenation) takes equal addresses for its work being done, and stays out of the way until the sizes change. So it
    was with 28 of 30,000 answers of a model of 16 units, and rarer the wider the model (LiteRT 2.3).
    Hence what may have needed more room than all before is asked again, after questions that have every part set up
    anew. A model whose `run` has raised an exception is in no state to be asked again.

    Args:
        model: What `tflite.convert` made.

    Attributes:
        runners: LiteRT's function of each signature, which tells its inputs and outputs; `run` is what asks it.

    Raises:
        InputError: LiteRT is not installed.
        ValueError, RuntimeError: LiteRT cannot read the model.
    """

    def __init__(self, model: bytes):
        interpreter = expect_litert()(model_content=model, num_threads=1)
        self.runners = {
            name: interpreter.get_signature_runner(name) for name in (GREEDY, BEAM, PREFIX)
        }
        self._asked = {}  # of each signature, the sizes of its largest questions: there is room for what is no larger

    def run(
        self, signature: str, source_tokens: np.ndarray, prefix: np.ndarray | None = None
    ) -> dict[str, Any]:
        """What a signature gives, see `tflite.convert`.

        Args:
            signature: `GREEDY`, `BEAM` or `PREFIX`.
            source_tokens: `(1, source_length)` int32.
            prefix: `(1, prefix_length)` int32, for `PREFIX` alone.
        """
        inputs = {"source_tokens": source_tokens} | ({} if prefix is None else {"prefix": prefix})
        while True:
            found = self.runners[signature](**inputs)
            sizes = [tokens.shape[-1] for tokens in inputs.values()]
            if signature == PREFIX:  # explains what it finds, in tensors as long as that
                sizes.append(found["tokens"].shape[-1])
            asked = self._asked.setdefault(signature, [])
            if any(_covers(others, sizes) for others in asked):
                return found
            asked[:] = [sizes, *(others for others in asked if not _covers(sizes, others))]
            self._set_up_anew()

    def _set_up_anew(self):
        """Asks a larger question and a smaller one: all sizes change, and the smaller needs no more room."""
        for source_length, prefix_length in (_LARGER, _SMALLER):
            source = np.array([[UNK_ID] * (source_length - 1) + [EOS_ID]], np.int32)
            for signature in self._asked:
                prefix = (
                    {"prefix": np.full((1, prefix_length), UNK_ID, np.int32)}
                    if signature == PREFIX
                    else {}
                )
                self.runners[signature](source_tokens=source, **prefix)


def _covers(sizes, others):
    return all(other <= size for size, other in zip(sizes, others, strict=True))


def expect_litert() -> type:
    """LiteRT's interpreter.

    Raises:
        InputError: It is not installed.
    """
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        raise InputError(
            f'Expected the packages of the extra "tflite". Received: {error}. Run pip install "seq2seq[tflite]".'
        ) from error
    return Interpreter
