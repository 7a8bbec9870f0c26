"""What happens inside a model, as arrays, then as pictures."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seq2seq.explain.topics.attention import attention
    from seq2seq.explain.topics.beam import beam
    from seq2seq.explain.topics.context import context
    from seq2seq.explain.topics.curves import curves
    from seq2seq.explain.topics.gates import gates
    from seq2seq.explain.topics.gradients import gradients
    from seq2seq.explain.topics.length import length
    from seq2seq.explain.topics.memory import memory
    from seq2seq.explain.topics.step import step
    from seq2seq.explain.topics.why import why

__all__ = [
    "attention",
    "beam",
    "context",
    "curves",
    "gates",
    "gradients",
    "length",
    "memory",
    "step",
    "why",
]


def __getattr__(name: str) -> Any:
    """Imports a topic when it is first used: the module of the same name has its function."""
    if name not in __all__:
        raise AttributeError(f"module 'seq2seq.explain' has no attribute {name!r}")

    from seq2seq.quiet import load_tensorflow

    load_tensorflow()
    return getattr(importlib.import_module(f"seq2seq.explain.topics.{name}"), name)


def __dir__() -> list[str]:
    return __all__
