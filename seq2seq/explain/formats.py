"""The files that a topic can be written to, and what has to be there to draw."""

from pathlib import Path

from seq2seq.errors import InputError, expect_path, shown

PICTURE_SUFFIXES = (".svg", ".png", ".html")
_OTHER_SUFFIXES = {"step": (".json", ".tex")}  # by topic; JSON alone for the others


def expect_suffix(path: str | Path, topic: str) -> Path:
    """Returns the path of a file that a topic can be written to.

    Raises:
        InputError: Its name ends in something else than a format.
    """
    expect_path(path, "a file for the picture")
    suffixes = (*PICTURE_SUFFIXES, *_OTHER_SUFFIXES.get(topic, (".json",)))
    if Path(path).suffix not in suffixes:
        *others, last = suffixes
        raise InputError(
            f"Expected a file name that ends in {', '.join(others)} or {last}. "
            f"Received: {shown(str(path))}. Give it another ending."
        )
    return Path(path)


def expect_matplotlib(otherwise: str = ", or write the numbers with --output FILE.json") -> None:
    """Refuses to draw without the library that draws.

    Args:
        otherwise: What else can be done, as the message goes on.

    Raises:
        InputError: matplotlib is not installed.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise InputError(
            "Expected matplotlib, which draws the pictures. Received: an installation without it. "
            f'Run pip install "seq2seq[explain]"{otherwise}.'
        ) from error
