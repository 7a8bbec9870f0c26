"""The route that translates files: `/translate/document`."""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from pathlib import PurePath
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import quote

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from seq2seq.documents.document import FORMATS, Document, is_language_code, open_document
from seq2seq.errors import InputError
from seq2seq.serving.languages import Routes, find_routes
from seq2seq.serving.limits import Limits
from seq2seq.serving.media_types import MEDIA_TYPES
from seq2seq.serving.refusal import Refusal
from seq2seq.serving.repository import Repository
from seq2seq.serving.translation import Sentence, TranslateRequest
from seq2seq.serving.upload import Upload, base_name, read_upload
from seq2seq.serving.version import Version
from seq2seq.translation.sentences import divide, divides, whole

Answer = Callable[[TranslateRequest, Routes, list[str]], Awaitable[Sequence[Sentence]]]

_MOST_NOTICES = 100  # in an answer

_FILE = {"type": "string", "format": "binary"}
_BODY = {
    "requestBody": {
        "required": True,
        "description": "The file itself; or a form with the file and, if you like, the options.",
        "content": {
            "application/octet-stream": {"schema": _FILE},
            "multipart/form-data": {
                "schema": {"type": "object", "required": ["file"], "properties": {"file": _FILE}}
            },
        },
    }
}


class DocumentOptions(BaseModel):
    """What file is sent, and how it is translated."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(
        None,
        description="The name of the file, which says its kind. By default that of the form, or of "
        "the header Content-Disposition.",
        examples=["lesson.srt"],
    )
    model: str | None = Field(None, description="As for /translate.")
    to: str | None = Field(
        None,
        description="As for /translate. By default the letters of the whole file tell, where they "
        "can.",
    )
    search: Literal["beam", "greedy"] | None = Field(
        None, description="As for /translate; by default the best that the model offers."
    )
    split_sentences: bool | None = Field(
        None, description="As for /translate; by default as the model's own corpus suggests."
    )
    column: str | None = Field(
        None,
        description="The column of a table: a name of its first line, or a number from 1 for a "
        "table without names.",
    )
    target_language: str | None = Field(
        None,
        description="The code of the language that the file is translated into, such as ko: for "
        "plural forms, the notes of XLIFF and the name of the answer. By default `to`.",
    )
    retranslate: bool = Field(
        False, description="Whether what has a translation in a string table gets a new one."
    )
    progress: bool = Field(
        False,
        description='Whether to answer with lines of JSON: {"done": 64, "of": 320} after each '
        'batch, then {"name": …, "type": …, "content": base64, "cut": texts, "notices": […]}, or '
        '{"error": …}. A notice names the place '
        "of a text, and what was copied in it, put back, or not read; there are at most 100.",
    )

    @property
    def code(self) -> str | None:
        """The code of the target language, if it is given or `to` is one."""
        if self.target_language is None and self.to is not None and is_language_code(self.to):
            return self.to
        return self.target_language

    def request(self) -> TranslateRequest:
        """What is asked of the model."""
        return TranslateRequest(
            text=[],
            model=self.model,
            to=self.to,
            search=self.search,
            split_sentences=self.split_sentences,
            n_best=1,
            details=False,
            glossary=None,
            prefix=None,
        )


class _Translated(NamedTuple):
    """A translated file.

    Attributes:
        name: Its name.
        media_type: Its kind.
        content: Its bytes.
        notices: What is to be said of its texts.
    """

    name: str
    media_type: str
    content: bytes
    notices: list[dict[str, Any]]

    def count(self, what: str) -> int:
        """In how many texts something was copied, restored or cut."""
        return sum(what in notice for notice in self.notices)


def add_documents(
    application: FastAPI,
    repository: Repository,
    limits: Limits,
    answer: Answer,
    *,
    batch_size: int,
) -> None:
    """Adds the route.

    Args:
        application: Where it is added.
        repository: The models.
        limits: The largest request.
        answer: Translates texts; it is the one of `/translate`.
        batch_size: Texts translated between two reports of progress.
    """
    # Reading a large file takes seconds. One is read at a time, so that short requests, which
    # share Python's lock with it, are hardly held up.
    reader = ThreadPoolExecutor(1, thread_name_prefix="documents")

    async def in_thread(work: Callable[[], Any]) -> Any:
        try:
            return await asyncio.get_running_loop().run_in_executor(reader, work)
        except InputError as error:
            raise Refusal(400, str(error)) from error

    async def translated(
        document: Document, options: DocumentOptions, name: str
    ) -> AsyncGenerator[int | _Translated]:
        """Yields how many texts are translated, after each batch; the file at last."""
        request = options.request()
        segments = document.segments
        found = find_routes(request, repository)
        routes = await in_thread(lambda: found.whole(segments))
        route = routes.route(segments)
        _check_lengths(segments, limits, request, route.version)

        sentences: list[Sentence] = []
        for start in range(0, len(segments), batch_size):
            yield start
            part = segments[start : start + batch_size]
            sentences += await answer(request, routes, part)

        yield len(segments)
        texts = [item.translations[0].text if item.translations else "" for item in sentences]
        content = await in_thread(lambda: document.rendered(texts))
        notices = await in_thread(lambda: _notices(document, sentences))
        language = options.code or route.language
        yield _Translated(*_name_and_type(name, language), content, notices)

    @application.post(
        "/translate/document",
        tags=["translation"],
        response_class=Response,
        openapi_extra=_BODY,
    )
    async def translate_document(
        request: Request, query: Annotated[DocumentOptions, Query()]
    ) -> Response:
        """Translates a file: subtitles, a page, a string table, a Word document, JSON, a table.

        The answer is the file in its own form, of which only the text is translated.
        """
        upload = read_upload(request.headers, await request.body())
        options = _merged(query, upload)
        name = base_name(options.name or "") or upload.name
        _expect_known(name)

        document = await in_thread(
            lambda: open_document(
                name,
                data=upload.data,
                column=options.column,
                target_language=options.code,
                retranslate=options.retranslate,
            )
        )
        steps = translated(document, options, name)
        if options.progress:
            first = await anext(steps)  # most mistakes still get a status of their own
            lines = _lines(first, steps, len(document.segments))
            return StreamingResponse(lines, media_type="application/x-ndjson")

        async with aclosing(steps):
            async for step in steps:
                if isinstance(step, _Translated):
                    return _file(step)
                if await request.is_disconnected():
                    break
        return Response(status_code=499)  # which nobody reads


def _merged(query: DocumentOptions, upload: Upload) -> DocumentOptions:
    """Returns the options of the query and of the form.

    Raises:
        RequestValidationError: A field of the form is no option, or of another type.
    """
    if not upload.fields:
        return query
    try:
        given = query.model_dump(exclude_unset=True)
        return DocumentOptions.model_validate({**given, **upload.fields})
    except ValidationError as error:
        mistakes = [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
        raise RequestValidationError(mistakes) from error


def _expect_known(name: str) -> None:
    """Refuses a file of unknown kind.

    Raises:
        Refusal: Its name is missing, or ends in none of `FORMATS`.
    """
    if not name:
        raise Refusal(
            400,
            "Expected the name of the file. Received: none. "
            "Give it as ?name=lesson.srt, or in the header Content-Disposition.",
        )
    if PurePath(name).suffix.lower() not in FORMATS:
        raise Refusal(
            415,
            f"Expected a document whose name ends in {', '.join(FORMATS)}. Received: {name}. "
            "Convert it to one of these.",
        )


def _check_lengths(
    segments: Sequence[str], limits: Limits, request: TranslateRequest, version: Version
) -> None:
    """Refuses sentences that are too long; a paragraph of many sentences is not.

    Raises:
        Refusal: A sentence is too long.
    """
    divided = divides(request.split_sentences, version.note.split_sentences, False)
    for segment in segments:
        if len(segment) > limits.characters:
            for part in (divide if divided else whole)(segment).sentences:
                limits.check_length(part)


def _notices(document: Document, sentences: Sequence[Sentence]) -> list[dict[str, Any]]:
    """Returns what is to be said of the texts of a document, with their places."""
    if not any(item.copied or item.restored or item.cut for item in sentences):
        return []

    return [
        {"place": place, **notice}
        for place, item in zip(document.places, sentences, strict=True)
        if (notice := item.model_dump(include={"copied", "restored", "cut"}, exclude_none=True))
    ]


def _name_and_type(name: str, language: str | None) -> tuple[str, str]:
    """Returns the name of the translated file, such as lesson.ko.srt, and its media type."""
    path = PurePath(name)
    media_type = MEDIA_TYPES[path.suffix.lower()]
    return f"{path.stem}.{language or 'translated'}{path.suffix}", media_type


def _file(translated: _Translated) -> Response:
    """Returns the answer that is a file."""
    plain = translated.name.encode("ascii", "replace").decode().replace("?", "_")
    plain = plain.replace('"', "_")
    encoded = quote(translated.name, safe="")
    return Response(
        translated.content,
        media_type=translated.media_type,
        headers={
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}",
            "X-Sentences-Cut": str(translated.count("cut")),
            "X-Sentences-Copied": str(translated.count("copied")),
            "X-Sentences-Restored": str(translated.count("restored")),
        },
    )


async def _lines(
    first: int | _Translated, steps: AsyncIterator[int | _Translated], of: int
) -> AsyncIterator[str]:
    """Yields a line of JSON for each step."""
    yield _line(first, of)
    try:
        async for step in steps:
            yield _line(step, of)
    except Refusal as error:
        yield json.dumps({"error": error.message}) + "\n"


def _line(step: int | _Translated, of: int) -> str:
    if isinstance(step, int):
        return json.dumps({"done": step, "of": of}) + "\n"

    line = {
        "name": step.name,
        "type": step.media_type,
        "content": base64.b64encode(step.content).decode(),
        "cut": step.count("cut"),
        "notices": step.notices[:_MOST_NOTICES],
    }
    return json.dumps(line) + "\n"
