"""The exception that ends every request which cannot be answered."""


class Refusal(Exception):
    """Makes the answer to a request `{"error": message}`.

    Args:
        status: The HTTP status: 400 for a mistake in the request, 404 for a model that does not
            exist, 413 for a request that is too large, 503 for one to be sent again later.
        message: What was expected, "Received: …", what to do.
    """

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status
        self.message = message
