"""The routes: TensorFlow Serving's REST API, `/translate`, health, metrics and the page."""

# The way of a request: `guard` limits it, and a route here reads it. `:predict` reads its rows with
# `rest`. `/translate` finds the model with `languages`; `answers` then divides the texts into
# sentences, protects what has to stay, and joins what comes back. Both call `Batcher.run`, which
# puts their rows into a batch with those of other requests (`batching`).

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from enum import Enum
from functools import partial
from itertools import chain
from typing import Any

from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import PlainTextResponse, Response, StreamingResponse

from seq2seq.serving import rest
from seq2seq.serving.access import Access
from seq2seq.serving.answers import answers
from seq2seq.serving.aside import FEW, SMALL, aside, aside_if, json_response
from seq2seq.serving.batching import Batcher
from seq2seq.serving.documents import add_documents
from seq2seq.serving.errors import add_errors
from seq2seq.serving.glossary import glossary_of
from seq2seq.serving.guard import Guard
from seq2seq.serving.languages import Route, Routes, described, find_routes
from seq2seq.serving.limits import Limits
from seq2seq.serving.metrics import Gauge, Labels, Metrics
from seq2seq.serving.openapi import PREDICT, add_statuses
from seq2seq.serving.outputs import values
from seq2seq.serving.page_files import PageFiles
from seq2seq.serving.refusal import Refusal
from seq2seq.serving.repository import Repository
from seq2seq.serving.sentences import values_of
from seq2seq.serving.sizes import check_inputs
from seq2seq.serving.translation import (
    Sentence,
    TranslateRequest,
    TranslateResponse,
)
from seq2seq.serving.version import Signature, Tensors, Version
from seq2seq.translation.glossary import Glossary


class Exposition(PlainTextResponse):
    """Prometheus's text format, of which the description tells the type, too."""

    media_type = "text/plain; version=0.0.4; charset=utf-8"


def make_application(
    repository: Repository,
    batcher: Batcher,
    metrics: Metrics,
    limits: Limits | None = None,
    glossary: Glossary | None = None,
    access: Access | None = None,
) -> FastAPI:
    """Makes the web application over loaded models.

    Args:
        repository: The models.
        batcher: What runs them.
        metrics: What `/metrics` shows.
        limits: The largest request.
        glossary: Terms whose translations are given in all requests to `/translate`.
        access: Who may ask; anyone by default.
    """
    limits = limits or Limits()
    access = access or Access()
    # FastAPI's interactive documentation loads scripts from elsewhere, so it stays off.
    application = FastAPI(title="seq2seq", description=__doc__ or "", docs_url=None, redoc_url=None)
    application.add_middleware(Guard, metrics=metrics, limits=limits, access=access)
    if access.origins:
        _let_pages_ask(application, access.origins)
    metrics.register(
        "seq2seq_model_version", "The version that is served.", Gauge(lambda: _versions(repository))
    )

    add_errors(application)
    add_statuses(application)
    _add_operation(application, repository, metrics)
    _add_translation(application, repository, batcher, limits, glossary)
    _add_tensorflow_serving(application, repository, batcher, limits)
    application.mount("/", PageFiles())

    return application


def _let_pages_ask(application: FastAPI, origins: Sequence[str]) -> None:
    """Lets browsers show answers to pages of other sites (CORS)."""
    application.add_middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=["GET", "HEAD", "POST"],
        allow_headers=["Authorization", "Content-Type", "Content-Encoding"],
    )


def _versions(repository: Repository) -> Iterable[tuple[Labels, float]]:
    return [({"model": name}, model.version().number) for name, model in repository.models.items()]


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

    @application.get("/metrics", tags=["operation"], response_class=Exposition)
    async def show_metrics() -> Response:
        """Prometheus's text format."""
        return Exposition(metrics.text())

    @application.get("/models", tags=["translation"])
    async def models() -> list[dict[str, Any]]:
        """The models, their versions, what they offer, and their languages where they are known.

        The first is the default. Those of one `model` are one model of several languages.
        """
        versions = [(name, model.version()) for name, model in repository.models.items()]
        return [
            {
                "name": name,
                "version": version.number,
                "signatures": [*version.signatures],
                **described(repository, repository.models[name]),
            }
            for name, version in versions
        ]


def _add_translation(
    application: FastAPI,
    repository: Repository,
    batcher: Batcher,
    limits: Limits,
    glossary: Glossary | None,
) -> None:
    async def answer(request: TranslateRequest, routes: Routes, texts: list[str]) -> list[Sentence]:
        limits.check_prefix(len(request.prefix or []))
        limits.check_length(" ".join(request.prefix or []))
        limits.check_glossary(request.glossary or {})
        if not texts:
            return []

        is_much = bool(routes.letters) and sum(map(len, texts)) > SMALL
        chosen = await aside_if(is_much, lambda: [routes.route([text]) for text in texts])
        used = [*dict.fromkeys(chosen)]
        parts = [
            [text for text, its in zip(texts, chosen, strict=True) if its is one] for one in used
        ]
        found = await asyncio.gather(*map(partial(answer_of, request), used, parts))
        waiting = dict(zip(used, map(iter, found), strict=True))
        return [next(waiting[one]) for one in chosen]

    async def answer_of(
        request: TranslateRequest, route: Route, texts: list[str]
    ) -> list[Sentence]:
        version, signature = route.version, route.signature
        terms = await aside_if(bool(request.glossary), glossary_of, request, version, glossary)
        found = await answers(request, version, signature, batcher, texts, terms, limits)
        for sentence in found:
            sentence.to = route.language
        return found

    @application.post("/translate", tags=["translation"], response_model=TranslateResponse)
    async def translate(request: TranslateRequest) -> Response:
        """Translates a sentence, or several."""
        texts = request.texts()
        limits.check(texts)
        routes = find_routes(request, repository)

        sentences = await answer(request, routes, texts)
        first = routes.into(sentences[0].to if sentences else None)
        name, number = json.dumps(first.name), first.version.number
        start = f'{{"model": {name}, "version": {number}, "sentences": ['
        items = (item.model_dump_json(exclude_none=True) for item in sentences)
        size = sum(map(values_of, sentences))
        return json_response(chain([start], _separated(items), ["]}"]), size)

    @application.post("/translate/stream", tags=["translation"], response_class=StreamingResponse)
    async def stream(request: TranslateRequest) -> StreamingResponse:
        """Translates any number of sentences.

        The answer has a line of JSON for each sentence, in order, as soon as it is translated.
        """
        texts = request.texts()
        await aside(lambda: [limits.check_length(text) for text in texts])
        size = batcher.max_batch_size
        routes = find_routes(request, repository)

        # Before the status is sent, so that most mistakes still get a status of their own.
        first = await answer(request, routes, texts[:size])

        async def lines() -> AsyncIterator[str]:
            yield await aside_if(sum(map(values_of, first)) > FEW, _lines, first)
            for start in range(size, len(texts), size):
                try:
                    part = texts[start : start + size]
                    found = await answer(request, routes, part)
                except Refusal as error:
                    yield json.dumps({"error": error.message}) + "\n"
                    return
                yield await aside_if(sum(map(values_of, found)) > FEW, _lines, found)

        return StreamingResponse(lines(), media_type="application/x-ndjson")

    size = batcher.max_batch_size
    add_documents(application, repository, limits, answer, batch_size=size)


def _separated(items: Iterable[str]) -> Iterator[str]:
    for place, item in enumerate(items):
        yield f", {item}" if place else item


def _lines(sentences: Iterable[Sentence]) -> str:
    return "".join(item.model_dump_json(exclude_none=True) + "\n" for item in sentences)


def _add_tensorflow_serving(
    application: FastAPI, repository: Repository, batcher: Batcher, limits: Limits
) -> None:
    base = "/v1/models/{name}"
    numbered = base + "/versions/{number}"
    tags: list[str | Enum] = ["TensorFlow Serving"]

    def read(content: bytes, version: Version) -> tuple[bool, Signature, Tensors]:
        """Whether a request has instances; its signature and inputs."""
        body = rest.parse_json(content)
        signature = rest.find_signature(body, version)
        inputs = rest.read_inputs(body, signature)
        if signature.reads_text:
            for column in inputs.values():
                limits.check_count(len(column))
            check_inputs(limits, version, signature, inputs, attention=True)
        return "instances" in body, signature, inputs

    @application.post(numbered + ":predict", tags=tags, openapi_extra=PREDICT)
    @application.post(base + ":predict", tags=tags, openapi_extra=PREDICT)
    async def predict(request: Request, name: str, number: int | None = None) -> Response:
        """Runs a signature.

        `{"signature_name": …, "instances": […]}` gives predictions, `"inputs"` instead of
        `"instances"` gives outputs.
        """
        rest.check_content_type(request.headers.get("content-type", ""))
        version = repository.model(name).version(number)
        content = await request.body()
        is_much = len(content) > SMALL
        by_rows, signature, inputs = await aside_if(is_much, read, content, version)
        if not signature.batches:
            outputs = await batcher.call(signature, inputs)
            return json_response(rest.tensors(outputs), values(outputs))

        rows = await batcher.run(signature, inputs, check=limits.check_answer)
        size = sum(map(values, rows))
        if by_rows:
            return json_response(rest.predictions(rows), size)
        limits.check_answer(rest.padded_values(rows))
        return json_response(rest.outputs(rows), size)

    @application.get(numbered + "/metadata", tags=tags)
    @application.get(base + "/metadata", tags=tags)
    async def metadata(name: str, number: int | None = None) -> Response:
        """The signatures with the names, types and shapes of their inputs and outputs."""
        return json_response(
            [json.dumps(rest.metadata(name, repository.model(name).version(number)))], 0
        )

    @application.get(numbered, tags=tags)
    @application.get(base, tags=tags)
    async def status(name: str, number: int | None = None) -> Response:
        """The versions and their states."""
        states = repository.model(name).states(number)
        return json_response([json.dumps({"model_version_status": states})], 0)
