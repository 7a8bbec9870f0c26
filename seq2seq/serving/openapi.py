"""What `/openapi.json` tells beyond what FastAPI finds in the routes: the statuses of each."""

from typing import Any

from fastapi import FastAPI

from seq2seq.serving.access import OPEN

_ERROR = {
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {"error": {"type": "string"}},
                "required": ["error"],
            }
        }
    }
}
_WORDS = {
    400: "A mistake in the request.",
    401: "The key is missing or wrong.",
    403: "Another host, or a page of another site.",
    404: "No such model or version.",
    408: "The request came too slowly.",
    413: "The request is too large.",
    415: "The body is of an unknown kind.",
    500: "The server failed.",
    503: "Not now; try again later.",
}
_OF_BODIES = (400, 404, 408, 413, 415, 500, 503)
_OF_PATHS = {"/readyz": (503,), "/metrics": (), "/healthz": (), "/models": (503,)}
_OF_MODELS = (400, 404, 503)  # a name with a slash in it makes a path that there is not

_PREDICT_BODY = {
    "type": "object",
    "properties": {
        "signature_name": {"type": "string"},
        "instances": {"type": "array", "items": {}, "description": "Rows."},
        "inputs": {"description": "A tensor, or tensors by name, instead of instances."},
    },
}
# FastAPI does not see the body of `:predict`, which TensorFlow Serving's clients send as any type.
PREDICT = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": _PREDICT_BODY}},
    }
}


def add_statuses(application: FastAPI) -> None:
    """Makes the description of the application tell all statuses that it answers, and no other."""
    describe = application.openapi

    def described() -> dict[str, Any]:
        is_new = application.openapi_schema is None
        schema = describe()
        if is_new:
            _add(schema)
        return schema

    application.openapi = described  # type: ignore[method-assign]


def _add(schema: dict[str, Any]) -> None:
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            operation["responses"].pop("422", None)  # FastAPI's, in place of which we answer 400
            for status in _statuses(path, method):
                answer = {"description": _WORDS[status], **_ERROR}
                operation["responses"].setdefault(str(status), answer)

    for name in ("HTTPValidationError", "ValidationError"):
        schema.get("components", {}).get("schemas", {}).pop(name, None)


def _statuses(path: str, method: str) -> list[int]:
    own = _OF_BODIES if method == "post" else _OF_PATHS.get(path, _OF_MODELS)
    access = (403,) if path in OPEN else (401, 403)
    return sorted({*access, *own})
