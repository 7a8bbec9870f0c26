"""TensorFlow Serving's REST API: the bodies of its requests and answers.

Reference:
    https://www.tensorflow.org/tfx/serving/api_rest
"""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from seq2seq.exports.signatures import GREEDY
from seq2seq.serving.refusal import Refusal
from seq2seq.serving.translation import PAD_PIECE
from seq2seq.serving.version import Signature, Tensors, Version

_UNNAMED = ""  # the name of a single tensor that the request does not name


def parse_json(body: bytes) -> dict[str, Any]:
    """Reads the JSON object in a request.

    Raises:
        Refusal: The body is not a JSON object.
    """
    try:
        request = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, f"Expected a JSON object. Received: {error}.") from error
    if not isinstance(request, dict):
        raise Refusal(400, f"Expected a JSON object. Received: {type(request).__name__}.")
    return request


def find_signature(request: dict[str, Any], version: Version) -> Signature:
    """The signature that the request names; `serving_default` if it names none.

    Raises:
        Refusal: The model has no such signature.
    """
    name = request.get("signature_name") or GREEDY
    if not isinstance(name, str) or name not in version.signatures:
        raise Refusal(
            400,
            f"Expected one of the signatures {', '.join(version.signatures)}. Received: {name}.",
        )
    return version.signatures[name]


def read_inputs(request: dict[str, Any], signature: Signature) -> Tensors:
    """Reads the tensors of a request.

    Args:
        request: It has either `instances`, a list of rows, or `inputs`, a tensor or tensors by
            name.
        signature: The signature that reads them.

    Raises:
        Refusal: The tensors are not those that the signature reads.
    """
    columns = _named_columns(request, signature)
    tensors = {name: _tensor(name, columns[name], spec) for name, spec in signature.inputs.items()}

    sizes = {len(tensor) for tensor in tensors.values()} if signature.batches else {1}
    if len(sizes) != 1 or 0 in sizes:
        raise Refusal(
            400, f"Expected inputs of one batch size, at least 1. Received: {sorted(sizes)}."
        )
    return tensors


def _named_columns(request: dict[str, Any], signature: Signature) -> dict[str, Any]:
    """The values of each input of the signature."""
    if ("instances" in request) == ("inputs" in request):
        raise Refusal(
            400, "Expected either instances or inputs in the request. Received both or none."
        )

    columns = _columns(request["instances"]) if "instances" in request else request["inputs"]
    if not isinstance(columns, dict) or _is_bytes(columns):
        columns = {_UNNAMED: columns}
    if set(columns) == {_UNNAMED} and len(signature.inputs) == 1:
        columns = {name: columns[_UNNAMED] for name in signature.inputs}

    if set(columns) != set(signature.inputs):
        received = "one without a name" if _UNNAMED in columns else ", ".join(sorted(columns))
        raise Refusal(
            400,
            f"Expected the inputs {', '.join(sorted(signature.inputs))} of {signature.name}. "
            f"Received: {received}.",
        )
    return columns


def _columns(instances: Any) -> dict[str, Any]:
    """Turns rows into columns."""
    if not isinstance(instances, list) or not instances:
        raise Refusal(400, "Expected instances to be a list that is not empty.")

    first = instances[0]
    if not isinstance(first, dict) or _is_bytes(first):
        return {_UNNAMED: instances}

    for instance in instances:
        if not isinstance(instance, dict) or set(instance) != set(first):
            raise Refusal(
                400,
                f"Expected instances that all have {', '.join(first)}. Received one that has not.",
            )
    return {name: [instance[name] for instance in instances] for name in first}


def _is_bytes(value: Any) -> bool:
    """Whether a value is a string in base64."""
    return isinstance(value, dict) and set(value) == {"b64"}


def _tensor(name: str, value: Any, spec: tf.TensorSpec) -> np.ndarray:
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


def _describe(spec: tf.TensorSpec) -> str:
    return f"{spec.dtype.name} of shape {[size or -1 for size in spec.shape]}"


def _strings(value: Any) -> np.ndarray:
    """An array of `bytes` from nested lists of strings and of `{"b64": …}`."""
    if not isinstance(value, list):
        scalar = np.empty((), object)
        scalar[()] = _string(value)
        return scalar

    items = [_strings(item) for item in value]
    if len({item.shape for item in items}) > 1:
        raise ValueError("lists of different lengths")

    shape = items[0].shape if items else ()
    array = np.empty((len(items), *shape), object)
    for place, item in enumerate(items):
        array[place] = item[()]
    return array


def _string(value: Any) -> bytes:
    if isinstance(value, str):
        return _utf8(value)
    if not _is_bytes(value) or not isinstance(value["b64"], str):
        raise ValueError(f"{json.dumps(value)[:40]}, which is no string")

    try:
        return base64.b64decode(value["b64"], validate=True)
    except binascii.Error as error:
        raise ValueError(f"base64 that cannot be read: {error}") from error


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("half a surrogate pair") from error


def _numbers(value: Any, dtype: tf.DType) -> np.ndarray:
    _check_numbers(value)
    return np.array(value, dtype.as_numpy_dtype)


def _check_numbers(value: Any) -> None:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, list):
            _check_numbers(item)
        elif not isinstance(item, bool | int | float):
            raise ValueError(f"{json.dumps(item)[:40]}, which is no number")


def predictions(rows: list[Tensors]) -> dict[str, Any]:
    """The answer to `instances`: for each row its value, or its values by name."""
    return {"predictions": [_json_values(row) for row in rows]}


def outputs(rows: list[Tensors]) -> dict[str, Any]:
    """The answer to `inputs`: a tensor, or tensors by name."""
    columns = {name: _padded([row[name] for row in rows]) for name in rows[0]}
    return {"outputs": _json_values(columns)}


def _padded(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """Stacks the rows of an output.

    Rows of different batches may have different numbers of pieces, so they are padded.
    """
    shapes = np.array([np.shape(array) for array in arrays])
    largest = shapes.max(axis=0)
    if (shapes == largest).all():
        return np.array(arrays)

    filling = PAD_PIECE.encode() if arrays[0].dtype == object else 0
    padded = []
    for array, shape in zip(arrays, shapes, strict=True):
        missing = [(0, size) for size in largest - shape]
        padded.append(np.pad(array, missing, constant_values=filling))

    return np.array(padded)


def tensors(arrays: Tensors) -> dict[str, Any]:
    """The answer to `inputs` of a signature without a batch."""
    return {"outputs": _json_values(arrays)}


def _json_values(arrays: Tensors) -> Any:
    """The values by name, or the value alone if there is one."""
    values = {name: _plain(name, array) for name, array in arrays.items()}
    return next(iter(values.values())) if len(values) == 1 else values


def _plain(name: str, array: Any) -> Any:
    """Nested lists; strings of an output called `…_bytes` in base64, all others as text."""
    value = array.tolist() if isinstance(array, np.ndarray | np.generic) else array
    return _text(value, as_bytes=name.endswith("_bytes"))


def _text(value: Any, *, as_bytes: bool) -> Any:
    if isinstance(value, list):
        return [_text(item, as_bytes=as_bytes) for item in value]
    if not isinstance(value, bytes):
        return value
    if as_bytes:
        return {"b64": base64.b64encode(value).decode()}
    return value.decode(errors="replace")


def metadata(name: str, version: Version) -> dict[str, Any]:
    """The answer to `/metadata`."""
    return {
        "model_spec": {"name": name, "signature_name": "", "version": str(version.number)},
        "metadata": {"signature_def": {"signature_def": version.signature_def}},
    }
