"""TensorFlow Serving's REST API: the bodies of its requests and answers.

Reference:
    https://www.tensorflow.org/tfx/serving/api_rest
"""

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from seq2seq.exports.signatures import GREEDY
from seq2seq.serving.aside import list_json
from seq2seq.serving.refusal import Refusal
from seq2seq.serving.translation import PAD_PIECE
from seq2seq.serving.version import Signature, Tensors, Version

# TensorFlow Serving reads none of these, and its documentation asks with `curl -d`, which sends the
# last. A page of another site could send it too; `access` refuses that by its origin.
_CONTENT_TYPES = {"", "application/json", "application/x-www-form-urlencoded"}

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


def check_content_type(content_type: str) -> None:
    """Takes what clients of TensorFlow Serving send: JSON, no type, or curl's for any data.

    Raises:
        Refusal: The body is of another type.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in _CONTENT_TYPES and not kind.endswith("+json"):
        raise Refusal(
            415, f"Expected the header Content-Type: application/json. Received: {content_type}."
        )


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


def predictions(rows: list[Tensors]) -> Iterator[str]:
    """The answer to `instances`: for each row its value, or its values by name."""
    yield '{"predictions": ['
    for place, row in enumerate(rows):
        if place:
            yield ", "
        yield from _values_json(row)
    yield "]}"


def outputs(rows: list[Tensors]) -> Iterator[str]:
    """The answer to `inputs`: a tensor, or tensors by name, in which rows are padded."""
    return tensors({name: _padded(column) for name, column in _output_columns(rows).items()})


def padded_values(rows: list[Tensors]) -> int:
    """How many values the outputs have when every row is as wide as the widest."""
    columns = _output_columns(rows).values()
    return sum(len(rows) * int(np.prod(_widest(column))) for column in columns)


def _output_columns(rows: list[Tensors]) -> dict[str, list[np.ndarray]]:
    return {name: [_array(row[name]) for row in rows] for name in rows[0]}


def tensors(arrays: Tensors) -> Iterator[str]:
    """The answer to `inputs` of a signature without a batch."""
    yield '{"outputs": '
    yield from _values_json(arrays)
    yield "}"


def _array(value: Any) -> np.ndarray:
    """An array; NumPy alone would cut zero bytes off the end of a string."""
    return np.array(value, object) if isinstance(value, bytes) else np.asarray(value)


def _widest(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """The largest size on each axis."""
    return np.array([array.shape for array in arrays]).max(axis=0)


def _padded(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """Stacks the rows of an output.

    Rows have different numbers of pieces, so they are padded.
    """
    filling = PAD_PIECE.encode() if arrays[0].dtype == object else 0
    padded = np.full((len(arrays), *_widest(arrays)), filling, arrays[0].dtype)
    for place, array in enumerate(arrays):
        padded[(place, *map(slice, array.shape))] = array[()]  # of a row that is a string, itself
    return padded


def _values_json(arrays: Tensors) -> Iterator[str]:
    """The values by name, or the value alone if there is one."""
    if len(arrays) == 1:
        ((name, array),) = arrays.items()
        yield from _json(_array(array), as_bytes=name.endswith("_bytes"))
        return

    start = "{"
    for name, array in arrays.items():
        yield f"{start}{json.dumps(name, ensure_ascii=False)}: "
        yield from _json(_array(array), as_bytes=name.endswith("_bytes"))
        start = ", "
    yield "}"


def _json(array: np.ndarray, *, as_bytes: bool) -> Iterator[str]:
    """An array; strings of an output called `…_bytes` in base64, all others as text."""
    if array.ndim == 0:
        yield json.dumps(_plain(array.item(), as_bytes=as_bytes), ensure_ascii=False)
    elif array.ndim == 1:
        yield from list_json([_plain(value, as_bytes=as_bytes) for value in array.tolist()])
    else:
        yield "["
        for place, row in enumerate(array):
            if place:
                yield ", "
            yield from _json(row, as_bytes=as_bytes)
        yield "]"


def _plain(value: Any, *, as_bytes: bool) -> Any:
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
