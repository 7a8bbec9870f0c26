"""The exception that ends every request which cannot be answered."""

from collections.abc import Mapping


class Refusal(Exception):
    """Makes the answer to a request `{"error": message}`.

    Args:
        status: The HTTP status: 400 for a mistake in the request, 401 without the key, 403 for a
            page of another site, 404 for a model that does not exist, 405 for a wrong method, 408
            for a request that came too slowly, 413 for one that is too large, 415 for a body of an
            unknown kind, 503 for a request to be sent again later.
        message: What was expected, "Received: …", what to do.
        headers: More headers of the answer.
    """

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None):
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})
