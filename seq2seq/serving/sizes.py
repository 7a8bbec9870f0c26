"""Refuses inputs that would cost too much, before the signature runs."""

import math

from seq2seq.exports.signatures import PREFIX, SCORE
from seq2seq.serving.limits import Limits
from seq2seq.serving.version import Signature, Tensors, Version


def check_inputs(
    limits: Limits, version: Version, signature: Signature, inputs: Tensors, *, attention: bool
) -> None:
    """Checks the inputs of a signature that reads texts.

    Args:
        limits: The largest request.
        version: The version of the model.
        signature: One of its signatures.
        inputs: The inputs.
        attention: Whether the answer is to have the attention, if the signature tells it.

    Raises:
        Refusal: They are too long, or too much for one request.
    """
    columns = {name: column.tolist() for name, column in inputs.items()}
    for column in columns.values():
        for text in column:
            limits.check_length(text)

    prefix = 0
    if signature.name == PREFIX and "prefix" in columns:
        prefix = max(len(text.split()) for text in columns["prefix"])
        limits.check_prefix(prefix)
    if signature.name == SCORE and "translation" in columns:
        for text in columns["translation"]:
            limits.check_scored(text)

    texts = columns.get("text") or next(iter(columns.values()))
    count = _hypotheses(version, signature)
    limits.check_work(texts, hypotheses=count, prefix=prefix)
    if attention and "attention" in _outputs(version, signature):
        limits.check_attention(texts, hypotheses=count, prefix=prefix)


def _outputs(version: Version, signature: Signature) -> dict:
    return version.signature_def.get(signature.name, {}).get("outputs", {})


def _hypotheses(version: Version, signature: Signature) -> int:
    """How many translations of a text a signature returns; its beam is at least as wide."""
    translation = _outputs(version, signature).get("translation", {})
    sizes = [int(axis["size"]) for axis in translation.get("tensor_shape", {}).get("dim", [])]
    return math.prod(max(size, 1) for size in sizes[1:])
