"""LiteRT runs the searches of an exported TFLite model; a workaround keeps its answers right."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from seq2seq.errors import InputError
from seq2seq.exports.signatures import BEAM, GREEDY, PREFIX
from seq2seq.ids import EOS_ID, UNK_ID

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import Interpreter

# The lengths in tokens of a source and a prefix that follow each other to resize every tensor.
# `PREFIX` finds at least 16 tokens for the larger question, and at most 15 for the smaller one.
_LARGER = (3, 16)
_SMALLER = (2, 1)


class TFLiteModel:
    """The searches of an exported TFLite model as functions of arrays, for one thread at a time.

    LiteRT can answer wrongly after it has enlarged its memory, so this class asks some questions
    twice. The error arises like this (LiteRT 2.3):

    1. LiteRT leaves the arithmetic to XNNPACK, which has one workspace for all parts of a model.
    2. When one part needs more memory than the workspace has, XNNPACK allocates a larger one and
       sets up the other parts again. It does so with the addresses that their inputs and outputs
       had in an earlier question. That memory may belong to the new workspace by now.
    3. An operation that only copies (a reshape, a concatenation) whose input and output have equal
       addresses is skipped as already done. It stays skipped until the sizes of its tensors change.

    Without the workaround 28 of 30,000 answers of a model of 16 units were wrong; the wider the
    model, the rarer it is.

    The workaround: a question that is larger than all before it, and so may have enlarged the
    workspace, is asked again. In between, a larger and a smaller question change the sizes of all
    tensors, so that every part is set up with current addresses.

    A model whose `run` has raised an exception must not be used again.

    Args:
        model: What `tflite.convert` made.

    Attributes:
        runners: LiteRT's function of each signature. They describe the inputs and outputs; to ask
            the model, call `run`.

    Raises:
        InputError: LiteRT is not installed.
        ValueError, RuntimeError: LiteRT cannot read the model.
    """

    def __init__(self, model: bytes):
        interpreter = expect_litert()(model_content=model, num_threads=1)
        self.runners = {
            name: interpreter.get_signature_runner(name) for name in (GREEDY, BEAM, PREFIX)
        }
        # Of each signature, the sizes of its largest questions; there is memory for smaller ones.
        self._asked: dict[str, list[list[int]]] = {}

    def run(
        self, signature: str, source_tokens: np.ndarray, prefix: np.ndarray | None = None
    ) -> dict[str, Any]:
        """Runs a signature on one sentence.

        Args:
            signature: `GREEDY`, `BEAM` or `PREFIX`.
            source_tokens: `(1, source_length)` int32.
            prefix: `(1, prefix_length)` int32, for `PREFIX` alone.

        Returns:
            The outputs that `tflite.convert` describes.
        """
        inputs = {"source_tokens": source_tokens}
        if prefix is not None:
            inputs["prefix"] = prefix

        while True:
            outputs = self.runners[signature](**inputs)
            sizes = [tokens.shape[-1] for tokens in inputs.values()]
            if signature == PREFIX:  # some of its tensors are as long as the answer
                sizes.append(outputs["tokens"].shape[-1])

            asked = self._asked.get(signature, [])
            if any(_covers(others, sizes) for others in asked):
                return outputs

            kept = [others for others in asked if not _covers(sizes, others)]
            self._asked[signature] = [sizes, *kept]
            self._set_up_again()

    def _set_up_again(self) -> None:
        """Changes the sizes of all tensors twice; the second time they need no more memory."""
        for source_length, prefix_length in (_LARGER, _SMALLER):
            source = np.array([[UNK_ID] * (source_length - 1) + [EOS_ID]], np.int32)
            prefix = np.full((1, prefix_length), UNK_ID, np.int32)

            for signature in self._asked:
                inputs = {"source_tokens": source}
                if signature == PREFIX:
                    inputs["prefix"] = prefix
                self.runners[signature](**inputs)


def _covers(sizes: Sequence[int], others: Sequence[int]) -> bool:
    """Whether no size is smaller than the other one at its place."""
    return all(other <= size for size, other in zip(sizes, others, strict=True))


def expect_litert() -> "type[Interpreter]":
    """Imports LiteRT and returns its interpreter.

    Raises:
        InputError: LiteRT is not installed.
    """
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        raise InputError(
            f"Expected LiteRT. Received: {error}. Run pip install ai-edge-litert."
        ) from error
    return Interpreter
