"""The routes: TensorFlow Serving's REST API, `/translate`, health, metrics and the page."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, Response, StreamingResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from seq2seq.serving import rest
from seq2seq.serving.batching import Batcher
from seq2seq.serving.guard import HEADERS, Guard
from seq2seq.serving.limits import Limits
from seq2seq.serving.metrics import Gauge, Metrics
from seq2seq.serving.refusal import Refusal
from seq2seq.serving.repository import Repository
from seq2seq.serving.saved_model import Signature
from seq2seq.serving.translation import (
    Sentence,
    TranslateRequest,
    TranslateResponse,
    choose_signature,
    inputs_of,
    sentence,
)

PAGE = Path(__file__).parent / "page"


def make_application(
    repository: Repository, batcher: Batcher, metrics: Metrics, limits: Limits | None = None
) -> FastAPI:
    """The web application over loaded models.

    Args:
        repository: The models.
        batcher: What runs them.
        metrics: What `/metrics` shows.
        limits: The largest request.
    """
    limits = limits or Limits()
    # The interactive documentation of FastAPI would load scripts from elsewhere.
    application = FastAPI(title="seq2seq", description=__doc__, docs_url=None, redoc_url=None)
    application.add_middleware(Guard, metrics=metrics, largest_body=limits.body)
    metrics.register(
        "seq2seq_model_version", "The version that is served.", Gauge(lambda: _versions(repository))
    )
    _add_errors(application)
    _add_operation(application, repository, metrics)
    _add_translation(application, repository, batcher, limits)
    _add_tensorflow_serving(application, repository, batcher, limits)
    application.mount("/", StaticFiles(directory=PAGE, html=True))
    return application


class _Json(Response):
    """JSON that may hold numbers that are not finite, as TensorFlow Serving's does."""

    media_type = "application/json"

    def render(self, content) -> bytes:
        return json.dumps(content, ensure_ascii=False).encode(
            errors="backslashreplace"
        )  # JSON's escape of a surrogate


def _versions(repository):
    return [({"model": name}, model.current.number) for name, model in repository.models.items()]


def _add_errors(application):
    @application.exception_handler(Refusal)
    async def refused(request: Request, error: Refusal):
        return _Json({"error": error.message}, error.status)

    @application.exception_handler(HTTPException)
    async def not_routed(request: Request, error: HTTPException):
        # TensorFlow Serving calls what it has no route for a malformed request.
        status = 400 if request.url.path.startswith("/v1/") else error.status_code
        return _Json({"error": f"{error.detail}: {request.method} {request.url.path}"}, status)

    @application.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError):
        if request.method == "POST" and "json" not in request.headers.get("content-type", ""):
            return _Json(
                {
                    "error": "Expected the header Content-Type: application/json. Received another or none."
                },
                400,
            )
        found = [f"{_place(item)}: {item['msg']}" for item in error.errors()]
        return _Json(
            {
                "error": f"Expected a request as /openapi.json describes it. Received: {'; '.join(found)}."
            },
            400,
        )

    @application.exception_handler(Exception)
    async def failed(request: Request, error: Exception):
        return _Json(
            {"error": "The server could not answer this. Its log says why."}, 500, HEADERS
        )  # past the guard


def _place(item):
    """Where in a request a mistake is; of a body that is no JSON, FastAPI tells a column only."""
    return (
        "body" if item["type"] == "json_invalid" else ".".join(map(str, item["loc"][1:])) or "body"
    )


def _add_operation(application, repository, metrics):
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
    async def models() -> list[dict]:
        """The models, their versions and what they offer; the first is the default."""
        current = [(name, model.current) for name, model in repository.models.items()]
        return [
            {"name": n, "version": version.number, "signatures": [*version.signatures]}
            for n, version in current
        ]


def _add_translation(application, repository, batcher, limits):
    errors = {status: {"description": '`{"error": …}`'} for status in (400, 404, 413, 503)}

    async def answer(
        request: TranslateRequest, signature: Signature, texts: list[str]
    ) -> list[Sentence]:
        limits.check_length(" ".join(request.prefix or []))
        rows = (
            await batcher.run(signature, inputs_of(signature, texts, request.prefix))
            if texts
            else []
        )
        return [sentence(text, row, request) for text, row in zip(texts, rows, strict=True)]

    @application.post(
        "/translate", tags=["translation"], responses=errors, response_model_exclude_none=True
    )
    async def translate(request: TranslateRequest) -> TranslateResponse:
        """Translates a sentence, or several."""
        limits.check(request.texts())
        model = repository.model(request.model)
        version = model.version()
        sentences = await answer(request, choose_signature(request, version), request.texts())
        return TranslateResponse(model=model.name, version=version.number, sentences=sentences)

    @application.post(
        "/translate/stream",
        tags=["translation"],
        responses=errors,
        response_class=StreamingResponse,
    )
    async def stream(request: TranslateRequest) -> StreamingResponse:
        """Translates any number of sentences; each is a line of JSON in the answer, in order, as soon as it is done."""
        texts = request.texts()
        for text in texts:
            limits.check_length(text)
        size = batcher.max_batch_size
        signature = choose_signature(request, repository.model(request.model).version())
        first = await answer(
            request, signature, texts[:size]
        )  # what can be refused is, before the status is sent

        async def lines() -> AsyncIterator[str]:
            for start in range(0, max(len(texts), 1), size):
                try:
                    sentences = (
                        await answer(request, signature, texts[start : start + size])
                        if start
                        else first
                    )
                except Refusal as error:
                    yield json.dumps({"error": error.message}) + "\n"
                    return
                yield "".join(item.model_dump_json(exclude_none=True) + "\n" for item in sentences)

        return StreamingResponse(lines(), media_type="application/x-ndjson")


def _add_tensorflow_serving(application, repository, batcher, limits):
    base, tags = "/v1/models/{name}", ["TensorFlow Serving"]
    numbered = base + "/versions/{number}"

    @application.post(numbered + ":predict", tags=tags)
    @application.post(base + ":predict", tags=tags)
    async def predict(request: Request, name: str, number: int | None = None) -> Response:
        """Runs a signature: `{"signature_name": …, "instances": […]}`, or `"inputs"`, gives predictions or outputs."""
        version = repository.model(name).version(number)
        body = rest.parse_json(await request.body())
        signature = rest.find_signature(body, version)
        inputs = rest.read_inputs(body, signature)
        if not signature.batches:
            return _Json(rest.tensors(await batcher.call(signature, inputs)))
        if signature.reads_text:
            for column in inputs.values():
                limits.check(column)
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
