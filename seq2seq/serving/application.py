"""The routes: TensorFlow Serving's REST API, `/translate`, health, metrics and the page."""

# The way of a request: `guard` limits it, a route here reads it with `translation` or `rest` and
# calls `Batcher.run`, which puts its rows into a batch with those of other requests (`batching`).

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, Response, StreamingResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from seq2seq.serving import rest
from seq2seq.serving.answers import answers, glossary_of
from seq2seq.serving.batching import Batcher
from seq2seq.serving.documents import add_documents
from seq2seq.serving.guard import HEADERS, Guard
from seq2seq.serving.limits import Limits
from seq2seq.serving.metrics import Gauge, Labels, Metrics
from seq2seq.serving.refusal import Refusal
from seq2seq.serving.repository import Repository
from seq2seq.serving.translation import (
    Sentence,
    TranslateRequest,
    TranslateResponse,
    choose_signature,
)
from seq2seq.serving.version import Signature, Version
from seq2seq.translation.glossary import Glossary

PAGE = Path(__file__).parent / "page"


def make_application(
    repository: Repository,
    batcher: Batcher,
    metrics: Metrics,
    limits: Limits | None = None,
    glossary: Glossary | None = None,
) -> FastAPI:
    """Makes the web application over loaded models.

    Args:
        repository: The models.
        batcher: What runs them.
        metrics: What `/metrics` shows.
        limits: The largest request.
        glossary: Terms whose translations are given in all requests to `/translate`.
    """
    limits = limits or Limits()
    # FastAPI's interactive documentation loads scripts from elsewhere, so it stays off.
    application = FastAPI(title="seq2seq", description=__doc__ or "", docs_url=None, redoc_url=None)
    application.add_middleware(Guard, metrics=metrics, largest_body=limits.body)
    metrics.register(
        "seq2seq_model_version", "The version that is served.", Gauge(lambda: _versions(repository))
    )

    _add_errors(application)
    _add_operation(application, repository, metrics)
    _add_translation(application, repository, batcher, limits, glossary)
    _add_tensorflow_serving(application, repository, batcher, limits)
    application.mount("/", StaticFiles(directory=PAGE, html=True))

    return application


def _versions(repository: Repository) -> Iterable[tuple[Labels, float]]:
    return [({"model": name}, model.version().number) for name, model in repository.models.items()]


class _Json(Response):
    """JSON that may hold numbers that are not finite, as TensorFlow Serving's does."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        text = json.dumps(content, ensure_ascii=False)
        return text.encode(errors="backslashreplace")  # JSON's escape of half a surrogate pair


def _error(status: int, message: str, headers: Mapping[str, str] | None = None) -> _Json:
    return _Json({"error": message}, status, headers)


def _add_errors(application: FastAPI) -> None:
    """Gives every error the shape that TensorFlow Serving's have."""

    @application.exception_handler(Refusal)
    async def refused(request: Request, error: Refusal) -> Response:
        return _error(error.status, error.message)

    @application.exception_handler(HTTPException)
    async def not_routed(request: Request, error: HTTPException) -> Response:
        # TensorFlow Serving calls what it has no route for a malformed request.
        status = 400 if request.url.path.startswith("/v1/") else error.status_code
        return _error(status, f"{error.detail}: {request.method} {request.url.path}")

    @application.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        is_body = any(item["loc"] == ("body",) for item in error.errors())
        if is_body and "json" not in request.headers.get("content-type", ""):
            return _error(
                400,
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


def _add_operation(application: FastAPI, repository: Repository, metrics: Metrics) -> None:
    @application.get("/healthz", tags=["operation"], response_class=PlainTextResponse)
    async def health() -> str:
        """Whether the server runs."""
        return "ok\n"

    @application.get("/readyz", tags=["operation"], response_class=PlainTextResponse)
    async def readiness() -> str:
        """Whether every model is loaded and warmed up."""
        waiting = [name for name, model in repository.models.items() if model.current is None]
        if waiting:
            raise Refusal(
                503,
                f"Expected all models to be loaded. Received: {', '.join(waiting)} are not yet.",
            )
        return "ok\n"

    @application.get("/metrics", tags=["operation"])
    async def show_metrics() -> Response:
        """Prometheus's text format."""
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    @application.get("/models", tags=["translation"])
    async def models() -> list[dict[str, Any]]:
        """The models, their versions and what they offer; the first is the default."""
        versions = [(name, model.version()) for name, model in repository.models.items()]
        return [
            {"name": name, "version": version.number, "signatures": [*version.signatures]}
            for name, version in versions
        ]


def _add_translation(
    application: FastAPI,
    repository: Repository,
    batcher: Batcher,
    limits: Limits,
    glossary: Glossary | None,
) -> None:
    errors: dict[int | str, dict[str, Any]] = {
        status: {"description": '`{"error": …}`'} for status in (400, 404, 413, 503)
    }

    async def answer(
        request: TranslateRequest, version: Version, signature: Signature, texts: list[str]
    ) -> list[Sentence]:
        limits.check_length(" ".join(request.prefix or []))
        limits.check_glossary(request.glossary or {})
        if not texts:
            return []

        terms = glossary_of(request, version, glossary)
        return await answers(request, version, signature, batcher, texts, terms)

    @application.post(
        "/translate", tags=["translation"], responses=errors, response_model_exclude_none=True
    )
    async def translate(request: TranslateRequest) -> TranslateResponse:
        """Translates a sentence, or several."""
        texts = request.texts()
        limits.check(texts)
        model = repository.model(request.model)
        version = model.version()
        signature = choose_signature(request, version)

        sentences = await answer(request, version, signature, texts)
        return TranslateResponse(model=model.name, version=version.number, sentences=sentences)

    @application.post(
        "/translate/stream",
        tags=["translation"],
        responses=errors,
        response_class=StreamingResponse,
    )
    async def stream(request: TranslateRequest) -> StreamingResponse:
        """Translates any number of sentences.

        The answer has a line of JSON for each sentence, in order, as soon as it is translated.
        """
        texts = request.texts()
        for text in texts:
            limits.check_length(text)
        size = batcher.max_batch_size
        version = repository.model(request.model).version()
        signature = choose_signature(request, version)

        # Before the status is sent, so that most mistakes still get a status of their own.
        first = await answer(request, version, signature, texts[:size])

        async def lines() -> AsyncIterator[str]:
            yield _lines(first)
            for start in range(size, len(texts), size):
                try:
                    part = texts[start : start + size]
                    sentences = await answer(request, version, signature, part)
                except Refusal as error:
                    yield json.dumps({"error": error.message}) + "\n"
                    return
                yield _lines(sentences)

        return StreamingResponse(lines(), media_type="application/x-ndjson")

    size = batcher.max_batch_size
    add_documents(application, repository, limits, answer, batch_size=size, errors=errors)


def _lines(sentences: Iterable[Sentence]) -> str:
    return "".join(item.model_dump_json(exclude_none=True) + "\n" for item in sentences)


def _add_tensorflow_serving(
    application: FastAPI, repository: Repository, batcher: Batcher, limits: Limits
) -> None:
    base = "/v1/models/{name}"
    numbered = base + "/versions/{number}"
    tags: list[str | Enum] = ["TensorFlow Serving"]

    @application.post(numbered + ":predict", tags=tags)
    @application.post(base + ":predict", tags=tags)
    async def predict(request: Request, name: str, number: int | None = None) -> Response:
        """Runs a signature.

        `{"signature_name": …, "instances": […]}` gives predictions, `"inputs"` instead of
        `"instances"` gives outputs.
        """
        version = repository.model(name).version(number)
        body = rest.parse_json(await request.body())
        signature = rest.find_signature(body, version)
        inputs = rest.read_inputs(body, signature)
        if not signature.batches:
            return _Json(rest.tensors(await batcher.call(signature, inputs)))

        if signature.reads_text:
            for column in inputs.values():
                limits.check(column.tolist())
        rows = await batcher.run(signature, inputs)
        return _Json(rest.predictions(rows) if "instances" in body else rest.outputs(rows))

    @application.get(numbered + "/metadata", tags=tags)
    @application.get(base + "/metadata", tags=tags)
    async def metadata(name: str, number: int | None = None) -> Response:
        """The signatures with the names, types and shapes of their inputs and outputs."""
        return _Json(rest.metadata(name, repository.model(name).version(number)))

    @application.get(numbered, tags=tags)
    @application.get(base, tags=tags)
    async def status(name: str, number: int | None = None) -> Response:
        """The versions and their states."""
        return _Json({"model_version_status": repository.model(name).states(number)})
