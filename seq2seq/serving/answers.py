"""Answers for texts: what signatures return for their sentences, with all that these keep."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple

import numpy as np

from seq2seq.data.placeholders import PLACEHOLDERS
from seq2seq.errors import is_utf8
from seq2seq.exports.signatures import PREFIX
from seq2seq.ids import EOS_PIECE
from seq2seq.serving.aside import FEW, SMALL, aside_if
from seq2seq.serving.batching import Batcher
from seq2seq.serving.details import confidence_of, details_of, pieces_of, rounded
from seq2seq.serving.glossary import FEW_SEARCHED, find_terms
from seq2seq.serving.limits import Limits
from seq2seq.serving.outputs import only, own, values
from seq2seq.serving.readings import Answered, chosen_readings
from seq2seq.serving.refusal import Refusal
from seq2seq.serving.sentences import VALUES_PER_SENTENCE, joined_answer, values_of
from seq2seq.serving.sizes import check_inputs
from seq2seq.serving.translation import (
    Alternative,
    Hypothesis,
    Sentence,
    TranslateRequest,
    inputs_of,
)
from seq2seq.serving.version import Signature, Tensors, Version
from seq2seq.translation.confidence import Confidence
from seq2seq.translation.glossary import Glossary
from seq2seq.translation.keeping import own_pieces
from seq2seq.translation.listed import next_attempt
from seq2seq.translation.protected import Protected, Term
from seq2seq.translation.protection import Protector
from seq2seq.translation.restoration import (
    Restored,
    is_whole,
    needs_attention,
    restore,
    shown_source,
)
from seq2seq.translation.sentences import divide, divides, whole

# What answers without details are made of, where nothing has to be restored.
_WITHOUT_ATTENTION = only(("translation", "score", "cut", "pieces", "source_pieces"))
_KEPT = 8  # times as much may be kept for answers without details as they may have


async def answers(
    request: TranslateRequest,
    version: Version,
    signature: Signature,
    batcher: Batcher,
    texts: Sequence[str],
    glossary: Glossary | None = None,
    limits: Limits | None = None,
) -> list[Sentence]:
    """Translates texts with a signature of a model.

    Args:
        request: What is asked for.
        version: The model.
        signature: Its signature.
        batcher: What runs it.
        texts: Some of the texts of the request.
        glossary: Terms whose translations are given, for a model with a protector alone.
        limits: The largest request.

    Raises:
        Refusal: The signature does not give what is asked for, or it is too much for a request.
    """
    note = version.note
    is_much = sum(map(len, texts)) > SMALL
    is_divided = divides(request.split_sentences, note.split_sentences, request.prefix is not None)
    lines = await aside_if(
        is_much, lambda: [divide(text) if is_divided else whole(text) for text in texts]
    )

    parts = [part for line in lines for part in line.sentences]
    limits = limits or Limits()
    found = await _listed(request, version, signature, batcher, parts, glossary, limits)
    made = iter(found)
    return await aside_if(
        is_much or sum(map(values_of, found)) > FEW,
        lambda: [
            joined_answer(line, list(islice(made, len(line.sentences))), request.n_best)
            for line in lines
        ],
    )


async def _listed(
    request: TranslateRequest,
    version: Version,
    signature: Signature,
    batcher: Batcher,
    parts: Sequence[str],
    glossary: Glossary | None,
    limits: Limits,
) -> list[Sentence]:
    """The answers for sentences, as `translation.listed.translate_listed` makes translations.

    With a prefix, placeholders stand for the terms that are pieces of it, and for no others.
    """
    terms = await find_terms(parts, glossary)
    prefix = request.prefix or []
    first = [[term for term in some if term.written in prefix] for some in terms]
    found = await _attempt(request, version, signature, batcher, parts, first, limits)

    written: dict[int, Sequence[Term]] = {}
    if request.prefix is None:
        written = {place: () for place, some in enumerate(terms) if some}
    while written:
        written = await aside_if(
            sum(map(len, parts)) > FEW_SEARCHED,
            next_attempt,
            terms,
            written,
            lambda place: [one.text for one in found[place].translations],
        )
        if written:
            again = [parts[place] for place in written]
            answers_again = await _attempt(
                request, version, signature, batcher, again, [*written.values()], limits
            )
            for place, answer in zip(written, answers_again, strict=True):
                found[place] = answer
    return found


async def _attempt(
    request: TranslateRequest,
    version: Version,
    signature: Signature,
    batcher: Batcher,
    parts: Sequence[str],
    terms: Sequence[Sequence[Term]],
    limits: Limits,
) -> list[Sentence]:
    """The answers for sentences, placeholders standing for some terms of each."""
    is_detailed = request.details or request.prefix is not None

    def read() -> tuple[list[Protected], Tensors]:
        protected = protected_sentences(request, version.note.protector, parts, terms)
        prefixes = [prefix_pieces(part, request.prefix or []) for part in protected]
        inputs = inputs_of(signature, [part.text for part in protected], prefixes)
        check_inputs(limits, version, signature, inputs, attention=is_detailed)
        return protected, inputs

    protected, inputs = await aside_if(sum(map(len, parts)) > SMALL, read)
    needs_all = is_detailed or not all(part.is_plain for part in protected)
    rows = await batcher.run(
        signature,
        inputs,
        keep=own if needs_all else _WITHOUT_ATTENTION,
        check=lambda count: limits.check_answer(count if is_detailed else count // _KEPT),
    )
    chosen = await chosen_readings(
        request,
        version,
        signature,
        batcher,
        [*map(Answered, protected, rows)],
        partial(_attention, version, batcher),
    )
    rows = [one.row for one in chosen]

    return await aside_if(
        len(rows) * VALUES_PER_SENTENCE + is_detailed * sum(map(values, rows)) > FEW,
        lambda: [
            sentence(one.protected, one.row, request, one.attention, version.note.confidence)
            for one in chosen
        ],
    )


async def _attention(
    version: Version, batcher: Batcher, protected: Sequence[Protected], rows: Sequence[Tensors]
) -> list[dict[int, np.ndarray]]:
    """The attention of the hypotheses of each row by their ranks, where the search gave none."""
    found: list[dict[int, np.ndarray]] = [{} for _ in rows]
    signature = version.signatures.get(PREFIX)
    wanted = wanted_attention(protected, rows)
    if not wanted or signature is None:
        return found

    texts = [protected[one.row].text for one in wanted]
    prefixes = [one.pieces for one in wanted]
    outputs = await batcher.run(signature, inputs_of(signature, texts, prefixes))
    for (row, rank, pieces), of_row in zip(wanted, outputs, strict=True):
        if "attention" in of_row:
            found[row][rank] = of_row["attention"][0, : len(pieces)]
    return found


def protected_sentences(
    request: TranslateRequest,
    protector: Protector | None,
    texts: Sequence[str],
    terms: Sequence[Sequence[Term]],
) -> list[Protected]:
    """The sentences as the model reads them.

    Raises:
        Refusal: A text cannot be written as UTF-8.
    """
    if not all(map(is_utf8, texts)):
        raise Refusal(400, "Expected UTF-8 text. Received half a surrogate pair.")
    if not protector:
        return [Protected(text, text) for text in texts]

    return [
        protector.protect(text, some, own=request.prefix is None)
        for text, some in zip(texts, terms, strict=True)
    ]


def prefix_pieces(protected: Protected, prefix: list[str]) -> list[str]:
    """The pieces of a prefix, placeholders in the place of literals."""
    waiting = [*protected.literals]
    pieces = []
    for piece in prefix:
        literal = next((one for one in waiting if one.written == piece), None)
        if literal:
            waiting.remove(literal)
        pieces.append(literal.placeholder if literal else piece)
    return pieces


class Wanted(NamedTuple):
    """A hypothesis whose attention is needed to restore it."""

    row: int
    rank: int
    pieces: list[str]


def wanted_attention(protected: Sequence[Protected], rows: Sequence[Tensors]) -> list[Wanted]:
    """The hypotheses that cannot be restored without attention, and were found without."""
    wanted = []
    for row, (sentence, outputs) in enumerate(zip(protected, rows, strict=True)):
        if sentence.own is not None or "attention" in outputs or "pieces" not in outputs:
            continue
        for rank in np.flatnonzero(np.isfinite(outputs["score"])).tolist():
            text = outputs["translation"][rank].decode(errors="replace")
            if needs_attention(sentence, text):
                pieces = pieces_of(outputs["pieces"][rank])
                wanted.append(
                    Wanted(row, rank, pieces[: len(pieces) - (pieces[-1:] == [EOS_PIECE])])
                )
    return wanted


def sentence(
    protected: Protected,
    outputs: Tensors,
    request: TranslateRequest,
    attention: Mapping[int, np.ndarray],
    confidence: Confidence | None = None,
) -> Sentence:
    """Makes the answer for a sentence from its row of what a signature returned.

    Args:
        protected: The sentence.
        outputs: What the signature returned.
        request: What is asked for.
        attention: That of hypotheses by their ranks, where it was `wanted_attention`.
        confidence: What to expect of the translations, if that is known.

    Raises:
        Refusal: More translations are asked for than there are, or the prefix has a piece that the
            model does not know.
    """
    scores = np.atleast_1d(outputs["score"])
    count = len(scores) if request.n_best is None else request.n_best
    if count > len(scores):
        raise Refusal(
            400,
            f"Expected n_best to be at most {len(scores)} for this model and search. "
            f"Received: {count}. Export with a larger --n-best, or use beam search.",
        )
    _check_prefix(protected, request.prefix, outputs)

    is_detailed = (request.details or request.prefix is not None) and "pieces" in outputs
    if protected.own is not None:
        return _own(protected, protected.own, outputs, is_detailed)

    source_pieces = pieces_of(outputs["source_pieces"]) if is_detailed else None
    hypotheses: dict[str, Hypothesis] = {}  # by their texts, each of which is named once
    lost: list[str] = []
    for rank in np.flatnonzero(np.isfinite(scores)).tolist():
        if len(hypotheses) == count:
            break
        restored = _restored(protected, outputs, rank, attention.get(rank))
        if restored.text in hypotheses:
            continue
        if not hypotheses:
            lost = restored.lost

        details = {} if source_pieces is None else details_of(outputs, rank, len(source_pieces))
        if details:
            details["pieces"] = restored.pieces
        score = round(float(scores[rank]), 6)
        hypotheses[restored.text] = Hypothesis(text=restored.text, score=score, **details)

    return Sentence(
        source=protected.shown,
        cut=True if outputs.get("cut") else None,  # models of older versions do not tell
        translations=list(hypotheses.values()),
        copied=protected.copied or None,
        restored=lost or None,
        confidence=confidence_of(outputs, confidence) if request.prefix is None else None,
        source_pieces=source_pieces and shown_source(protected, source_pieces),
        alternatives=_alternatives(protected, outputs) if request.prefix is not None else None,
    )


def _own(protected: Protected, text: str, outputs: Tensors, is_detailed: bool) -> Sentence:
    """The answer for a sentence that is its own translation."""
    hypothesis = Hypothesis(text=text, score=0.0, pieces=None, probabilities=None, attention=None)
    if is_detailed:
        hypothesis.pieces = own_pieces(text)
        if "probability" in outputs:
            hypothesis.probabilities = [1.0] * len(hypothesis.pieces)
    return Sentence(
        source=protected.source,
        translations=[hypothesis],
        cut=None,
        copied=protected.copied or None,
        restored=None,
        confidence=None,
        source_pieces=own_pieces(protected.source) if is_detailed else None,
        alternatives=None,
    )


def _restored(
    protected: Protected, outputs: Tensors, rank: int, attention: np.ndarray | None
) -> Restored:
    """A hypothesis with what its sentence keeps; greedy search tells neither pieces nor attention.

    Where it is not known, words are taken to stand in the same order on both sides.
    """
    text = np.atleast_1d(outputs["translation"])[rank].decode(errors="replace")
    if "pieces" in outputs:
        pieces = pieces_of(outputs["pieces"][rank])
        source_pieces = pieces_of(outputs["source_pieces"])
    else:
        pieces = own_pieces(text)
        source_pieces = own_pieces(protected.text)
    if is_whole(protected, text):
        return Restored(text, pieces, [])

    if attention is None and "attention" in outputs and outputs["attention"].any():
        attention = outputs["attention"][rank, : len(pieces), : len(source_pieces)]
    return restore(protected, text, pieces, source_pieces, attention)


def _check_prefix(protected: Protected, prefix: list[str] | None, outputs: Tensors) -> None:
    """Refuses a prefix with which the best translation does not begin: the model lacks a piece."""
    if not prefix:
        return
    beginning = pieces_of(outputs["pieces"][0])[: len(prefix)]
    if beginning and beginning != prefix_pieces(protected, prefix):  # an empty sentence has none
        raise Refusal(
            400,
            f"Expected a prefix of pieces that the model has. Received: {' '.join(prefix)}. "
            "Take them from an answer with details.",
        )


def _alternatives(protected: Protected, outputs: Tensors) -> list[Alternative]:
    """What may come next; a placeholder only where it stands for something."""
    shown = {literal.placeholder: literal.written for literal in protected.literals}
    pieces = pieces_of(outputs["next_pieces"])
    probabilities = rounded(outputs["next_probability"])
    return [
        Alternative(piece=shown.get(piece, piece), probability=probability)
        for piece, probability in zip(pieces, probabilities, strict=False)
        if probability > 0 and (piece in shown or piece not in PLACEHOLDERS)
    ]
