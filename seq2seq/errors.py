"""The one exception that stands for a mistake in what the user gave."""


class InputError(ValueError):
    """What the user gave cannot be used.

    The command line prints the message as one line and exits with code 1. So a message is a single
    line: what was expected, then "Received: …", then advice.
    """
