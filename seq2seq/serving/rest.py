"""TensorFlow Serving's REST API: the bodies of its requests and answers.

https://www.tensorflow.org/tfx/serving/api_rest
"""

import base64
import binascii
import json
from typing import Any

import numpy as np
import tensorflow as tf

from seq2seq.serving.batching import Tensors
from seq2seq.serving.refusal import Refusal
from seq2seq.serving.saved_model import Signature, Version
from seq2seq.serving.translation import PAD_PIECE

_SINGLE = ""  # the name of the tensor where there is one and it is not named


def parse_json(body: bytes) -> dict[str, Any]:
    """The JSON object in a request."""
    try:
        request = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, f"Expected a JSON object. Received: {error}.") from error
    if not isinstance(request, dict):
        raise Refusal(400, f"Expected a JSON object. Received: {type(request).__name__}.")
    return request


def find_signature(request: dict[str, Any], version: Version) -> Signature:
    """The signature that the request names; `serving_default` where it names none."""
    name = request.get("signature_name") or "serving_default"
    if not isinstance(name, str) or name not in version.signatures:
        raise Refusal(
            400,
            f"Expected one of the signatures {', '.join(version.signatures)}. Received: {name}.",
        )
    return version.signatures[name]


def read_inputs(request: dict[str, Any], signature: Signature) -> Tensors:
    """The tensors of a request, from `instances` (a list of rows) or `inputs` (a tensor, or tensors by name)."""
    if ("instances" in request) == ("inputs" in request):
        raise Refusal(
            400, "Expected either instances or inputs in the request. Received both or none."
        )
    columns = _columns(request["instances"]) if "instances" in request else request["inputs"]
    if not isinstance(columns, dict) or _is_bytes(columns):
        columns = {_SINGLE: columns}
    if set(columns) == {_SINGLE} and len(signature.inputs) == 1:
        columns = {name: columns[_SINGLE] for name in signature.inputs}
    if set(columns) != set(signature.inputs):
        raise Refusal(
            400,
            f"Expected the inputs {', '.join(sorted(signature.inputs))} of {signature.name}. "
            f"Received: {', '.join(sorted(columns)) if _SINGLE not in columns else 'one without a name'}.",
        )
    tensors = {name: _tensor(name, columns[name], spec) for name, spec in signature.inputs.items()}
    sizes = {len(tensor) for tensor in tensors.values()} if signature.batches else {1}
    if len(sizes) != 1 or 0 in sizes:
        raise Refusal(
            400, f"Expected inputs of one batch size, at least 1. Received: {sorted(sizes)}."
        )
    return tensors


def _columns(instances):
    """From rows to columns."""
    if not isinstance(instances, list) or not instances:
        raise Refusal(400, "Expected instances to be a list that is not empty.")
    first = instances[0]
    if not isinstance(first, dict) or _is_bytes(first):
        return {_SINGLE: instances}
    for instance in instances:
        if not isinstance(instance, dict) or set(instance) != set(first):
            raise Refusal(
                400,
                f"Expected instances that all have {', '.join(first)}. Received one that has not.",
            )
    return {name: [instance[name] for instance in instances] for name in first}


def _is_bytes(value):
    return isinstance(value, dict) and set(value) == {"b64"}


def _tensor(name, value, spec):
    try:
        array = _strings(value) if spec.dtype == tf.string else _numbers(value, spec.dtype)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Refusal(
            400, f"Expected {name} to be {_describe(spec)}. Received: {error}."
        ) from error
    if not spec.shape.is_compatible_with(array.shape):
        raise Refusal(
            400, f"Expected {name} to be {_describe(spec)}. Received the shape {list(array.shape)}."
        )
    return array


def _describe(spec):
    return f"{spec.dtype.name} of shape {[size or -1 for size in spec.shape]}"


def _strings(value):
    """An array of `bytes` from nested lists of strings and of `{"b64": …}`."""
    if isinstance(value, list):
        items = [_strings(item) for item in value]
        if len({item.shape for item in items}) > 1:
            raise ValueError("lists of different lengths")
        array = np.empty((len(items), *(items[0].shape if items else ())), object)
        for place, item in enumerate(items):
            array[place] = item[()]
        return array
    scalar = np.empty((), object)
    if isinstance(value, str):
        scalar[()] = _utf8(value)
    elif _is_bytes(value) and isinstance(value["b64"], str):
        try:
            scalar[()] = base64.b64decode(value["b64"], validate=True)
        except binascii.Error as error:
            raise ValueError(f"base64 that cannot be read: {error}") from error
    else:
        raise ValueError(f"{json.dumps(value)[:40]}, which is no string")
    return scalar


def _utf8(text):
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("half a surrogate pair") from error


def _numbers(value, dtype):
    _check_numbers(value)
    return np.array(value, dtype.as_numpy_dtype)


def _check_numbers(value):
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, list):
            _check_numbers(item)
        elif not isinstance(item, bool | int | float):
            raise ValueError(f"{json.dumps(item)[:40]}, which is no number")


def predictions(rows: list[Tensors]) -> dict[str, Any]:
    """The answer to `instances`: a value per row, or values by name where there are several outputs."""
    return {
        "predictions": [
            _unnamed_if_single({n: _plain(n, array) for n, array in row.items()}) for row in rows
        ]
    }


def outputs(rows: list[Tensors]) -> dict[str, Any]:
    """The answer to `inputs`: a tensor, or tensors by name."""
    columns = {name: _padded([row[name] for row in rows]) for name in rows[0]}
    return {
        "outputs": _unnamed_if_single(
            {name: _plain(name, column) for name, column in columns.items()}
        )
    }


def _padded(arrays):
    """One array of several, whose sizes differ where they come from different batches: pieces, and what is theirs."""
    shapes = np.array([np.shape(array) for array in arrays])
    largest = shapes.max(axis=0)
    if (shapes == largest).all():
        return np.array(arrays)
    filling = PAD_PIECE.encode() if arrays[0].dtype == object else 0
    return np.array(
        [
            np.pad(
                a,
                [(0, m - s) for s, m in zip(a.shape, largest, strict=True)],
                constant_values=filling,
            )
            for a in arrays
        ]
    )


def tensors(arrays: Tensors) -> dict[str, Any]:
    """The answer to `inputs` of a signature without a batch."""
    return {
        "outputs": _unnamed_if_single({name: _plain(name, array) for name, array in arrays.items()})
    }


def _unnamed_if_single(values):
    return next(iter(values.values())) if len(values) == 1 else values


def _plain(name, array):
    """Nested lists; strings of an output called `…_bytes` in base64, all others as text."""
    value = array.tolist() if isinstance(array, np.ndarray | np.generic) else array
    return _text(value, as_bytes=name.endswith("_bytes"))


def _text(value, *, as_bytes):
    if isinstance(value, list):
        return [_text(item, as_bytes=as_bytes) for item in value]
    if isinstance(value, bytes):
        return (
            {"b64": base64.b64encode(value).decode()}
            if as_bytes
            else value.decode(errors="replace")
        )
    return value


def metadata(name: str, version: Version) -> dict[str, Any]:
    """The answer to `/metadata`."""
    return {
        "model_spec": {"name": name, "signature_name": "", "version": str(version.number)},
        "metadata": {"signature_def": {"signature_def": version.signature_def}},
    }
