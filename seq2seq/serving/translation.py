"""The requests and answers of `/translate`.

Answers are made of what the signatures of a model return. `serving_default` gives the translation
of greedy search. `beam` gives the n best, with their pieces and attention. `prefix` gives the n
best that begin as asked, with the probability of each piece and the alternatives after the
beginning. A model may lack the last two.
"""

from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from seq2seq.exports.signatures import BEAM, GREEDY, PREFIX
from seq2seq.serving.refusal import Refusal
from seq2seq.serving.version import Signature, Tensors, Version

PAD_PIECE = "<pad>"  # what fills up the rows of a batch


class TranslateRequest(BaseModel):
    """What is to be translated, and how."""

    model_config = ConfigDict(extra="forbid")

    text: str | list[str] = Field(description="A sentence, or several.", examples=["I am Yusol"])
    model: str | None = Field(
        None, description="Which model; the first one that the server was given by default."
    )
    search: Literal["beam", "greedy"] | None = Field(
        None,
        description="Beam search, or the faster greedy search; by default the best that the model "
        "offers.",
    )
    n_best: int | None = Field(
        1,
        ge=1,
        description="Translations per text, at most as many as were exported; null is all of "
        "them. No two have the same text, so there may be fewer.",
    )
    details: bool = Field(
        False,
        description="Whether to report pieces, their probabilities and the attention between them.",
    )
    split_sentences: bool | None = Field(
        None,
        description="Whether a text of several sentences is translated sentence by sentence; by "
        "default as the model's own corpus suggests. One with a prefix is translated as a whole.",
    )
    prefix: list[str] | None = Field(
        None,
        description="Pieces that the translation is to begin with, as `details` reports them: the "
        "answer continues them, and lists the alternatives that come next. For one sentence.",
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
        description="Only the first 256 pieces of the sentence were translated: it is longer. "
        "Absent otherwise.",
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
    """The signature that gives what is asked for, or the most of it.

    Raises:
        Refusal: The model does not offer what is asked for.
    """
    if request.prefix is not None:
        return _prefix_signature(request, version)
    if request.search == "greedy" and request.details:
        raise Refusal(
            400, "Expected beam search for details. Received: greedy. Leave search or details out."
        )

    if request.search == "greedy":
        names = [GREEDY]
    elif request.search == "beam":
        names = [PREFIX, BEAM] if request.details else [BEAM]
    else:
        names = [PREFIX, BEAM, GREEDY] if request.details else [BEAM, GREEDY]

    for name in names:
        if name in version.signatures:
            return version.signatures[name]
    raise Refusal(
        400,
        f"Expected a search that the model offers. Received: {request.search}. Leave search out.",
    )


def _prefix_signature(request: TranslateRequest, version: Version) -> Signature:
    if PREFIX not in version.signatures or request.search == "greedy":
        raise Refusal(
            400,
            f"Expected a model with the signature {PREFIX}, searched with a beam. "
            "Export it again, or leave search out.",
        )
    if len(request.texts()) != 1:
        raise Refusal(
            400, f"Expected one sentence with a prefix. Received: {len(request.texts())}."
        )
    return version.signatures[PREFIX]


def inputs_of(signature: Signature, texts: list[str], prefix: list[str] | None) -> Tensors:
    """The inputs of a signature for these sentences.

    Raises:
        Refusal: The model is no translator, or a text cannot be written as UTF-8.
    """
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
    """Makes the answer for a sentence from its row of what a signature returned.

    Raises:
        Refusal: More translations are asked for than there are, or the prefix has a piece that the
            model does not know.
    """
    texts = np.atleast_1d(outputs["translation"])
    scores = np.atleast_1d(outputs["score"])
    count = len(texts) if request.n_best is None else request.n_best
    if count > len(texts):
        raise Refusal(
            400,
            f"Expected n_best to be at most {len(texts)} for this model and search. "
            f"Received: {count}. Export with a larger --n-best, or use beam search.",
        )
    _check_prefix(request.prefix, outputs)

    is_detailed = (request.details or request.prefix is not None) and "pieces" in outputs
    source_pieces = _pieces(outputs["source_pieces"]) if is_detailed else None

    hypotheses: dict[str, Hypothesis] = {}  # by their texts, each of which is named once
    for rank in np.flatnonzero(np.isfinite(scores)).tolist():
        text = texts[rank].decode(errors="replace")
        if text in hypotheses or len(hypotheses) == count:
            continue
        details = {} if source_pieces is None else _details(outputs, rank, len(source_pieces))
        score = round(float(scores[rank]), 6)
        hypotheses[text] = Hypothesis(text=text, score=score, **details)

    return Sentence(
        source=source,
        cut=True if outputs.get("cut") else None,  # models of older versions do not tell
        translations=list(hypotheses.values()),
        source_pieces=source_pieces,
        alternatives=_alternatives(outputs) if request.prefix is not None else None,
    )


def _check_prefix(prefix: list[str] | None, outputs: Tensors) -> None:
    """Refuses a prefix with which the best translation does not begin: the model lacks a piece."""
    if not prefix:
        return
    beginning = _pieces(outputs["pieces"][0])[: len(prefix)]
    if beginning and beginning != prefix:  # an empty sentence has no pieces
        raise Refusal(
            400,
            f"Expected a prefix of pieces that the model has. Received: {' '.join(prefix)}. "
            "Take them from an answer with details.",
        )


def _details(outputs: Tensors, rank: int, source_length: int) -> dict[str, Any]:
    """The pieces of a hypothesis and what is known of each, without the padding of its batch."""
    pieces = _pieces(outputs["pieces"][rank])
    length = len(pieces)
    details: dict[str, Any] = {"pieces": pieces}

    if "probability" in outputs:
        details["probabilities"] = _rounded(outputs["probability"][rank, :length])
    if "attention" in outputs and outputs["attention"].any():  # zeros for a model without
        attention = outputs["attention"][rank, :length, :source_length]
        details["attention"] = [_rounded(row) for row in attention]

    return details


def _pieces(row: np.ndarray) -> list[str]:
    """The pieces before the padding."""
    pieces = [piece.decode(errors="replace") for piece in row]
    return pieces[: pieces.index(PAD_PIECE)] if PAD_PIECE in pieces else pieces


def _alternatives(outputs: Tensors) -> list[Alternative]:
    pieces = _pieces(outputs["next_pieces"])
    probabilities = _rounded(outputs["next_probability"])
    return [
        Alternative(piece=piece, probability=probability)
        for piece, probability in zip(pieces, probabilities, strict=False)
        if probability > 0
    ]


def _rounded(numbers: np.ndarray) -> list[float]:
    return [round(float(number), 4) for number in numbers]
