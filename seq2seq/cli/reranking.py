"""The options of another model that ranks the translations of a search anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from seq2seq.cli.command import option_group
from seq2seq.cli.options import find_models
from seq2seq.cli.values import Directory, Number
from seq2seq.search.options import SearchOptions

RERANKING_PARAMETERS = ("rerank_with", "rerank_weight")

_search = option_group("Search")

_OPTIONS = (
    _search(
        "--rerank-with",
        type=Directory(),
        metavar="DIR",
        also=["--noisy-channel", "--backward-model"],
        show_default="none",
        help="A model from the target to the source language, which ranks all hypotheses of the "
        "beam anew, which takes longer.",
    ),
    _search(
        "--rerank-weight",
        type=Number(0),
        metavar="X",
        show_default="1, as much as --model",
        help="How much --rerank-with counts.",
    ),
)


def reranking_options(command: Callable) -> Callable:
    """Adds `--rerank-with` and `--rerank-weight`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def expect_reranking(
    options: SearchOptions, *, rerank_with: Path | None, rerank_weight: float | None
) -> None:
    """Refuses what contradicts the search or is no model, before TensorFlow is loaded.

    Raises:
        InputError: The directory is no model's, or the options do not go together.
    """
    from seq2seq.translation.reranking import check_reranking

    check_reranking(options, has_model=rerank_with is not None, weight=rerank_weight)
    if rerank_with is not None:
        find_models([rerank_with])


def loaded_reranking(
    *, rerank_with: Path | None, rerank_weight: float | None, threads: int
) -> dict[str, Any]:
    """The options as `Translator.stream` takes them, with the model loaded once for all calls."""
    from seq2seq.translation.translator import Translator

    other = None if rerank_with is None else Translator.load(rerank_with, threads=threads)
    return {"rerank_with": other, "rerank_weight": rerank_weight}
