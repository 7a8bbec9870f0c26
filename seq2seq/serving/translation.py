"""The bodies of `/translate`: what may be asked, and answers made of what a model's signatures return.

`serving_default` gives the one translation of greedy search; `beam` the n best, with their pieces and attention;
`prefix` the same for translations that begin as asked, with the probability of each piece and the alternatives after
the beginning. A model need not have the last two.
"""

import math
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from seq2seq.serving.batching import Tensors
from seq2seq.serving.refusal import Refusal
from seq2seq.serving.saved_model import Signature, Version

GREEDY, BEAM, PREFIX = "serving_default", "beam", "prefix"
PAD_PIECE = "<pad>"  # what fills the rows of a batch up


class TranslateRequest(BaseModel):
    """What is to be translated, and how."""

    model_config = ConfigDict(extra="forbid")

    text: str | list[str] = Field(description="A sentence, or several.", examples=["I am Yusol"])
    model: str | None = Field(
        None, description="Which model; the first one that the server was given by default."
    )
    search: Literal["beam", "greedy"] | None = Field(
        None,
        description="Beam search, or the faster greedy search; the best that the model offers by default.",
    )
    n_best: int | None = Field(
        1,
        ge=1,
        description="Translations per sentence, at most as many as were exported; null is all of them.",
    )
    details: bool = Field(
        False,
        description="Whether to report pieces, their probabilities and the attention between them.",
    )
    prefix: list[str] | None = Field(
        None,
        description="Pieces that the translation is to begin with, as `details` reports them: the answer continues "
        "them, and lists the alternatives that come next. For one sentence.",
    )

    def texts(self) -> list[str]:
        """The sentences."""
        return [self.text] if isinstance(self.text, str) else self.text


class Hypothesis(BaseModel):
    """One translation of a sentence."""

    text: str
    score: float = Field(description="Log-probability / length penalty; higher is better.")
    pieces: list[str] | None = Field(
        None, description="Its pieces; `▁` stands for a space, `</s>` for the end."
    )
    probabilities: list[float] | None = Field(
        None, description="The probability of each piece after those before."
    )
    attention: list[list[float]] | None = Field(
        None, description="For each piece, the weight of each source piece; a row's sum is 1."
    )


class Alternative(BaseModel):
    """A piece that may come after the prefix."""

    piece: str
    probability: float


class Sentence(BaseModel):
    """A sentence with its translations."""

    source: str
    translations: list[Hypothesis] = Field(description="Best first.")
    cut: Literal[True] | None = Field(
        None,
        description="Only the first 256 pieces of the sentence were translated: it is longer. Absent otherwise.",
    )
    source_pieces: list[str] | None = None
    alternatives: list[Alternative] | None = Field(
        None, description="What may come after the prefix, likeliest first."
    )


class TranslateResponse(BaseModel):
    """The translations, in the order of the sentences."""

    model: str
    version: int
    sentences: list[Sentence]


def choose_signature(request: TranslateRequest, version: Version) -> Signature:
    """The signature that gives what is asked for, or the most of it."""
    offered = version.signatures
    if request.prefix is not None:
        if PREFIX not in offered or request.search == "greedy":
            raise Refusal(
                400,
                f"Expected a model with the signature {PREFIX}, searched with a beam. "
                "Export it again, or leave search out.",
            )
        if len(request.texts()) != 1:
            raise Refusal(
                400, f"Expected one sentence with a prefix. Received: {len(request.texts())}."
            )
        return offered[PREFIX]
    if request.details and request.search == "greedy":
        raise Refusal(
            400, "Expected beam search for details. Received: greedy. Leave search or details out."
        )
    beam = next(
        (name for name in (PREFIX, BEAM) if name in offered and (request.details or name == BEAM)),
        GREEDY,
    )
    name = GREEDY if request.search == "greedy" else beam
    if name not in offered or (request.search == "beam" and name == GREEDY):
        raise Refusal(
            400,
            f"Expected a search that the model offers. Received: {request.search}. Leave search out.",
        )
    return offered[name]


def inputs_of(signature: Signature, texts: list[str], prefix: list[str] | None) -> Tensors:
    """What the signature reads of the sentences."""
    if not signature.reads_text or not set(signature.inputs) <= {"text", "prefix"}:
        raise Refusal(
            400, "Expected a model that seq2seq export made. Use the /v1/models API for others."
        )
    columns = {"text": texts, "prefix": [" ".join(prefix or [])] * len(texts)}
    try:
        return {
            name: np.array([text.encode() for text in columns[name]], object)
            for name in signature.inputs
        }
    except UnicodeEncodeError as error:
        raise Refusal(400, "Expected UTF-8 text. Received half a surrogate pair.") from error


def sentence(source: str, outputs: Tensors, request: TranslateRequest) -> Sentence:
    """The answer for one sentence, from its row of what a signature returned."""
    texts, scores = np.atleast_1d(outputs["translation"]), np.atleast_1d(outputs["score"])
    count = len(texts) if request.n_best is None else request.n_best
    if count > len(texts):
        raise Refusal(
            400,
            f"Expected n_best to be at most {len(texts)} for this model and search. Received: {count}. "
            "Export with a larger --n-best, or use beam search.",
        )
    found = [rank for rank in range(count) if math.isfinite(scores[rank])]
    detailed = (request.details or request.prefix is not None) and "pieces" in outputs
    _check_prefix(request.prefix, outputs)
    source_pieces = _pieces(outputs["source_pieces"]) if detailed else None
    return Sentence(
        source=source,
        cut=True if outputs.get("cut") else None,  # models of before do not tell
        translations=[
            Hypothesis(
                text=texts[rank].decode(errors="replace"),
                score=round(float(scores[rank]), 6),
                **(_details(outputs, rank, len(source_pieces)) if detailed else {}),
            )
            for rank in found
        ],
        source_pieces=source_pieces,
        alternatives=_alternatives(outputs) if request.prefix is not None else None,
    )


def _check_prefix(prefix, outputs):
    if prefix and _pieces(outputs["pieces"][0])[: len(prefix)] not in (
        [],
        prefix,
    ):  # an empty sentence has no pieces
        raise Refusal(
            400,
            f"Expected a prefix of pieces that the model has. Received: {' '.join(prefix)}. "
            "Take them from an answer with details.",
        )


def _details(outputs, rank, source_length):
    """The pieces of a hypothesis and what is known of each, without the padding of its batch."""
    pieces = _pieces(outputs["pieces"][rank])
    details = {"pieces": pieces}
    if "probability" in outputs:
        details["probabilities"] = _rounded(outputs["probability"][rank, : len(pieces)])
    if "attention" in outputs and outputs["attention"].any():  # all zeros for a model without
        details["attention"] = [
            _rounded(row) for row in outputs["attention"][rank, : len(pieces), :source_length]
        ]
    return details


def _pieces(row):
    pieces = [piece.decode(errors="replace") for piece in row]
    return pieces[: pieces.index(PAD_PIECE)] if PAD_PIECE in pieces else pieces


def _alternatives(outputs):
    pairs = zip(
        _pieces(outputs["next_pieces"]), _rounded(outputs["next_probability"]), strict=False
    )
    return [
        Alternative(piece=piece, probability=probability)
        for piece, probability in pairs
        if probability > 0
    ]


def _rounded(numbers):
    return [round(float(number), 4) for number in numbers]
