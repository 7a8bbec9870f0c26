"""The one exception that a client's request ends with when it cannot be answered."""


class Refusal(Exception):
    """A request that is answered with `{"error": message}`.

    Args:
        status: The HTTP status: 400 a mistake in the request, 404 no such model, 413 too large, 503 try again later.
        message: What was expected, "Received: …", what to do.
    """

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status, self.message = status, message
