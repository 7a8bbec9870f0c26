"""The cluster that the variable TF_CONFIG describes: which workers there are, and which one is us.

Reference:
    https://www.tensorflow.org/guide/distributed_training#setting_up_the_tf_config_environment_variable
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seq2seq.errors import InputError, shown

VARIABLE = "TF_CONFIG"
_EXAMPLE = (
    '{"cluster": {"worker": ["host1:2222", "host2:2222"]}, "task": {"type": "worker", "index": 0}}'
)


@dataclass(frozen=True)
class Place:
    """The place of a process among the workers.

    Attributes:
        rank: Its number, from 0; the chief's is 0.
        addresses: "host:port" of each worker, the chief first; empty for a process alone.
    """

    rank: int = 0
    addresses: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many workers there are."""
        return max(len(self.addresses), 1)


def place_of(environment: Mapping[str, str]) -> Place:
    """Reads TF_CONFIG; without it, the process is alone.

    Raises:
        InputError: It is no JSON, or does not say who the workers are and which one this is.
    """
    text = environment.get(VARIABLE, "").strip()
    if not text:
        return Place()

    try:
        config = json.loads(text)
        cluster = config.get("cluster", {})
        chief = _addresses(cluster.get("chief", []))
        workers = _addresses(cluster.get("worker", []))
        if not chief and not workers:
            return Place()

        kind = config["task"]["type"]
        index = config["task"]["index"]
        group = {"chief": chief, "worker": workers}[kind]
        if not isinstance(index, int) or not 0 <= index < len(group):
            raise ValueError(f"task index {index!r} of {len(group)}")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(
            f"Expected {VARIABLE} such as {_EXAMPLE}. "
            f"Received: {shown(text)} ({type(error).__name__}: {error}). Correct it, or unset it."
        ) from error

    return Place(index if kind == "chief" else len(chief) + index, (*chief, *workers))


def _addresses(value: Any) -> tuple[str, ...]:
    """A list of addresses.

    Raises:
        TypeError: It is something else.
    """
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError(f"{value!r} where a list of addresses is expected")
    return tuple(value)
