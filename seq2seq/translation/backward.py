"""A translator of the other direction, which tells how well a hypothesis tells the sentence."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Protocol, cast

from seq2seq.data.tokenizer import Tokenizer
from seq2seq.errors import InputError
from seq2seq.search.options import SearchOptions
from seq2seq.storage.configuration import Configuration
from seq2seq.translation.loading import written_scripts
from seq2seq.translation.protection import Protector
from seq2seq.translation.reranking import WEIGHT, Reranking
from seq2seq.translation.result import PairScore
from seq2seq.translation.streams import stream_scores
from seq2seq.translation.text_model import TextModel


class Directed(Protocol):
    """What is asked of a `Translator`, whose module imports this one."""

    target_tokenizer: Tokenizer
    configuration: Configuration
    protector: Protector | None
    threads: int
    tag: str


def make_reranking(
    translator: Directed,
    other: Directed | None,
    options: SearchOptions,
    *,
    weight: float | None,
    batch_size: int,
) -> Reranking | None:
    """How the hypotheses of a search are ranked anew; None if they are not.

    Args:
        translator: What searches.
        other: What ranks, a translator of the other direction; None for none.
        options: Those of the search.
        weight: That of the other translator; None for 1.
        batch_size: Most pairs that it scores at once.

    Raises:
        InputError: The other translator is plainly of other languages.
    """
    if other is None and not options.mbr:
        return None

    if other is not None:
        expect_other_direction(
            translator.configuration.model.source_scripts,
            written_scripts(translator.target_tokenizer),
            other_reads=other.configuration.model.source_scripts,
            other_writes=written_scripts(other.target_tokenizer),
        )
    return Reranking(
        mbr=bool(options.mbr),
        backward=None if other is None else partial(_score_sentences, other, batch_size),
        weight=WEIGHT if weight is None else weight,
        length_penalty=options.length_penalty,
        n_best=options.n_best,
    )


def _score_sentences(
    other: Directed, batch_size: int, hypotheses: Sequence[str], sources: Sequence[str]
) -> Iterator[PairScore]:
    """Scores sentences as translations of their hypotheses."""
    pairs = zip(hypotheses, sources, strict=True)
    return stream_scores(
        cast(TextModel, other),
        other.protector,
        pairs,
        batch_size=batch_size,
        threads=other.threads,
        quiet=True,
        tag=other.tag,
    )


def expect_other_direction(
    reads: Iterable[str],
    writes: Iterable[str],
    *,
    other_reads: Iterable[str],
    other_writes: Iterable[str],
) -> None:
    """Refuses another model that is known to be of other languages, or of the same direction.

    The scripts tell; languages of one script cannot be told apart.

    Args:
        reads: The scripts that the model reads; none if they are not known.
        writes: Those that it writes.
        other_reads: Those that the other model reads.
        other_writes: Those that it writes.

    Raises:
        InputError: The other model reads or writes other scripts.
    """
    for verb, wanted, found in (("reads", writes, other_reads), ("writes", reads, other_writes)):
        if wanted and found and set(wanted).isdisjoint(found):
            raise InputError(
                "Expected rerank-with to be a model from the target to the source language, which "
                f"{verb} {' and '.join(wanted)}. Received: one that {verb} {' and '.join(found)}. "
                "Train one with the columns of the pairs exchanged."
            )
