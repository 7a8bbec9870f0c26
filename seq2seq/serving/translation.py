"""The requests and answers of `/translate`.

Answers are made of what the signatures of a model return. `serving_default` gives the translation
of greedy search. `beam` gives the n best, with their pieces and attention. `prefix` gives the n
best that begin as asked, with the probability of each piece and the alternatives after the
beginning. A model may lack the last two.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

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
        None,
        description="Which model; the first one that the server was given by default. One of "
        "several languages has a name for all of them, such as mine for mine-ko and mine-en.",
    )
    to: str | None = Field(
        None,
        description="The language to translate into, for a model of several; /models tells which "
        "there are. By default the letters of each text tell, where `by_letters` is true there; "
        "else it is that of the model.",
        examples=["ko"],
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
    glossary: dict[str, str] | None = Field(
        None,
        description="Terms and their translations, which win over those that the server was given.",
        examples=[{"station": "정거장"}],
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
    to: Annotated[
        str | None,
        Field(description="The language of the translations. Absent if it is not known."),
    ] = None
    translations: list[Hypothesis] = Field(description="Best first.")
    cut: Literal[True] | None = Field(
        None,
        description="Only the first 256 pieces of the sentence were translated: it is longer. "
        "Absent otherwise.",
    )
    copied: list[str] | None = Field(
        None,
        description="Words that the model cannot read; they stand in the translations as they are. "
        "Absent if there are none.",
    )
    restored: list[str] | None = Field(
        None,
        description="Numbers, links and the like that the search lost; in the best translation "
        "they are put back where they belong by the attention. Absent if there are none.",
    )
    confidence: int | None = Field(
        None,
        description="The sentence chrF2 to expect of the best translation, 0 to 100, as measured "
        "when the model was trained. Absent if it was not, with a prefix, and with greedy search.",
    )
    source_pieces: list[str] | None = None
    alternatives: list[Alternative] | None = Field(
        None, description="What may come after the prefix, likeliest first."
    )


class TranslateResponse(BaseModel):
    """The translations, in the order of the sentences."""

    model: str = Field(description="The served model that answers; of several, the first text's.")
    version: int = Field(description="Its version.")
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


def inputs_of(
    signature: Signature, texts: Sequence[str], prefixes: Sequence[Sequence[str]]
) -> Tensors:
    """The inputs of a signature for these texts.

    Raises:
        Refusal: The model is no translator, or a prefix cannot be written as UTF-8.
    """
    if not signature.reads_text or not set(signature.inputs) <= {"text", "prefix"}:
        raise Refusal(
            400, "Expected a model that seq2seq export made. Use the /v1/models API for others."
        )

    columns = {"text": texts, "prefix": [" ".join(prefix) for prefix in prefixes]}
    try:
        return {
            name: np.array([text.encode() for text in columns[name]], object)
            for name in signature.inputs
        }
    except UnicodeEncodeError as error:
        raise Refusal(400, "Expected UTF-8 text. Received half a surrogate pair.") from error
