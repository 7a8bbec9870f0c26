"""The answers to requests that cannot be answered, in the shape of TensorFlow Serving's."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from seq2seq.serving.aside import encode
from seq2seq.serving.guard import HEADERS
from seq2seq.serving.refusal import Refusal

_READS = ("GET", "HEAD")


def _error(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    body = encode(json.dumps({"error": message}, ensure_ascii=False))
    return Response(body, status, headers, "application/json")


def add_errors(application: FastAPI) -> None:
    """Gives every error the shape that TensorFlow Serving's have."""

    @application.exception_handler(Refusal)
    async def refused(request: Request, error: Refusal) -> Response:
        return _wrong_method(request) or _error(error.status, error.message, error.headers)

    @application.exception_handler(HTTPException)
    async def not_routed(request: Request, error: HTTPException) -> Response:
        path = request.url.path
        is_model = path.startswith("/v1/")
        wrong = _wrong_method(request, is_file=error.status_code == 405 and not is_model)
        if wrong:
            return wrong

        # TensorFlow Serving calls what it has no route for a malformed request.
        status = 400 if is_model else error.status_code
        return _error(status, f"{error.detail}: {request.method} {path}")

    @application.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        wrong = _wrong_method(request)
        if wrong:
            return wrong
        is_body = any(item["loc"] == ("body",) for item in error.errors())
        if is_body and "json" not in request.headers.get("content-type", ""):
            return _error(
                415,
                "Expected the header Content-Type: application/json. Received another or none.",
            )

        mistakes = "; ".join(f"{_place(item)}: {item['msg']}" for item in error.errors())
        return _error(
            400, f"Expected a request as /openapi.json describes it. Received: {mistakes}."
        )

    @application.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> Response:
        # The guard has been left by now, so the headers are added here.
        return _error(500, "The server could not answer this. Its log says why.", HEADERS)


def _place(item: Mapping[str, Any]) -> str:
    """Where in a request a mistake is; FastAPI's place in a body that is no JSON is a column."""
    if item["type"] == "json_invalid":
        return "body"
    return ".".join(map(str, item["loc"][1:])) or "body"


def _wrong_method(request: Request, *, is_file: bool = False) -> Response | None:
    """The answer to a method that the path does not have; None if it has it.

    A GET of "NAME:predict" is not told by its route: it asks for the model "NAME:predict".
    """
    path = request.url.path
    methods = _methods(request.app.routes, path)
    if is_file and not methods:
        methods = list(_READS)
    if not methods or request.method in methods:
        return None

    allowed = ", ".join(methods)
    message = f"Expected {allowed} for {path}. Received: {request.method}."
    return _error(405, message, {"Allow": allowed})


def _methods(routes: Iterable[BaseRoute], path: str) -> list[str]:
    """The methods of the routes of a path."""
    matching = [
        route
        for route in routes
        if isinstance(route, APIRoute)
        and route.path_regex.match(path)
        and _has_verb(route.path_format) == _has_verb(path)
    ]
    methods = {method for route in matching for method in route.methods or ()}
    if "GET" in methods:
        methods.add("HEAD")
    return sorted(methods)


def _has_verb(path: str) -> bool:
    """Whether a path ends with a verb, such as ":predict"."""
    return ":" in path.rpartition("/")[2]
