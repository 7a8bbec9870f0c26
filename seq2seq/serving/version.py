"""What the server needs of one version of a model, whatever format the model is stored in."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import tensorflow as tf

from seq2seq.exports.note import Note

Tensors = dict[str, np.ndarray]  # arrays by name; strings are `bytes` in arrays of objects


class Signature(Protocol):
    """A function of tensors that a model offers."""

    @property
    def model(self) -> str:
        """The name under which its model is served."""
        ...

    @property
    def name(self) -> str:
        """Its own name, such as "serving_default"."""
        ...

    @property
    def inputs(self) -> Mapping[str, tf.TensorSpec]:
        """The types and shapes of its inputs by name."""
        ...

    @property
    def batches(self) -> bool:
        """Whether rows of several requests may share a call."""
        ...

    @property
    def reads_text(self) -> bool:
        """Whether every input is a list of strings."""
        ...

    @property
    def most_rows(self) -> int | None:
        """How many rows a call should have at most; None if more rows take less time each."""
        ...

    def __call__(self, inputs: Tensors) -> Tensors:
        """Runs the function.

        Raises:
            Refusal: The model cannot read the inputs.
        """
        ...


class Version(Protocol):
    """A model in memory, warmed up."""

    @property
    def number(self) -> int:
        """Its number; the highest of a model is served."""
        ...

    @property
    def note(self) -> Note:
        """How texts are prepared for it."""
        ...

    @property
    def signatures(self) -> Mapping[str, Signature]:
        """What it offers, by name."""
        ...

    @property
    def signature_def(self) -> Mapping[str, Mapping[str, Any]]:
        """The signatures by name as TensorFlow Serving's `/metadata` shows them."""
        ...
