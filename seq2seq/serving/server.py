"""The process: a socket, the models, and uvicorn between them until a signal ends it."""

import gc
import logging
import signal
import socket
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from seq2seq.errors import InputError
from seq2seq.serving.access import Access
from seq2seq.serving.application import make_application
from seq2seq.serving.batching import Batcher
from seq2seq.serving.connection import Connection
from seq2seq.serving.metrics import Metrics
from seq2seq.serving.repository import Repository
from seq2seq.translation.glossary import Glossary

LAST_SECONDS = 30  # how long requests may take to finish after a signal

_log = logging.getLogger(__name__)


def serve(
    directories: dict[str, Path],
    *,
    host: str,
    port: int,
    max_batch_size: int,
    batch_delay: float,
    threads: int,
    glossary: Glossary | None = None,
    access: Access | None = None,
) -> None:
    """Answers requests until SIGINT or SIGTERM, then finishes those it has begun.

    Args:
        directories: By name, an exported model or a directory of numbered ones.
        host: The address to listen on.
        port: The port; 0 for any that is free.
        max_batch_size: The most sentences in a batch.
        batch_delay: Milliseconds to wait for more sentences.
        threads: Batches that are translated at once.
        glossary: Terms whose translations are given.
        access: Who may ask; anyone by default.

    Raises:
        InputError: The address cannot be listened on, or a directory has no exported model.
    """
    # Exempts all that is imported from garbage collection, which held up every request.
    gc.freeze()

    with listen(host, port) as listener:
        repository = Repository(directories)
        metrics = Metrics()
        batcher = Batcher(
            max_batch_size=max_batch_size,
            delay=batch_delay / 1000,
            metrics=metrics,
            threads=threads,
        )
        application = make_application(
            repository, batcher, metrics, access=access, glossary=glossary
        )

        # At a signal uvicorn ends, then passes the signal on to these handlers.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)

        address = f"[{host}]" if ":" in host else host
        _log.info("Open http://%s:%d – Ctrl-C ends.", address, listener.getsockname()[1])
        uvicorn.Server(configuration(application)).run(sockets=[listener])

        repository.close()
        batcher.close()


def configuration(application: FastAPI) -> uvicorn.Config:
    """How uvicorn serves the application."""
    return uvicorn.Config(
        application,
        http=Connection,
        ws="none",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nothing here asks for a client's address
        lifespan="off",
        timeout_graceful_shutdown=LAST_SECONDS,
    )


def listen(host: str, port: int) -> socket.socket:
    """Opens the socket of the server.

    Raises:
        InputError: The address cannot be listened on.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise InputError(
            f"Expected to listen on {host}, port {port}. Received: {error.strerror or error}. "
            "Choose another --port or --host."
        ) from error

    # Connections inherit this option. Without it, the body of an answer waits 40 ms for the client
    # to acknowledge the headers. asyncio sets it only on sockets that name their protocol.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
