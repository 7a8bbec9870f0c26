"""Threads for what would hold up the other requests: reading and writing much JSON."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from starlette.responses import Response, StreamingResponse

# What is done at once, because a thread takes a while, too.
SMALL = 64 * 2**10  # bytes that are read
FEW = 8 * 2**10  # values that are written

_CHUNK = 64 * 2**10  # characters
_ROW = 4096  # values that are written at once; meanwhile nothing else runs

# Two, whatever waits: each thread that runs Python makes the others wait for their turn.
_threads = ThreadPoolExecutor(2, "aside")
_Result = TypeVar("_Result")


async def aside(function: Callable[..., _Result], *arguments: Any) -> _Result:
    """Calls a function in a thread."""
    return await asyncio.get_running_loop().run_in_executor(_threads, function, *arguments)


async def aside_if(is_much: bool, function: Callable[..., _Result], *arguments: Any) -> _Result:
    """Calls a function, in a thread if there is much to do."""
    return await aside(function, *arguments) if is_much else function(*arguments)


def json_response(texts: Iterable[str], values: int) -> Response:
    """The answer that has this JSON; one of many values is written while it is sent."""
    if values < FEW:
        return Response(encode("".join(texts)), media_type="application/json")
    return StreamingResponse(chunks_aside(texts), media_type="application/json")


async def chunks_aside(texts: Iterable[str]) -> AsyncIterator[bytes]:
    """Joins texts to chunks, each made in a thread when it is needed."""
    chunks = _chunks(texts)
    while chunk := await aside(_next, chunks):
        yield chunk


def _next(chunks: Iterator[bytes]) -> bytes:
    """The next chunk; an empty one after the last."""
    return next(chunks, b"")


def _chunks(texts: Iterable[str]) -> Iterator[bytes]:
    waiting: list[str] = []
    size = 0
    for text in texts:
        waiting.append(text)
        size += len(text)
        if size >= _CHUNK:
            yield encode("".join(waiting))
            waiting = []
            size = 0
    yield encode("".join(waiting))


def encode(text: str) -> bytes:
    """JSON as UTF-8; half a surrogate pair as JSON's escape of it."""
    return text.encode(errors="backslashreplace")


def list_json(values: list[Any]) -> Iterator[str]:
    """The JSON of a list, in parts that are written at once."""
    yield "["
    for start in range(0, len(values), _ROW):
        part = json.dumps(values[start : start + _ROW], ensure_ascii=False)[1:-1]
        yield ", " + part if start else part
    yield "]"
