"""How large a request may be, and how long it may take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seq2seq.ids import MAX_SOURCE_LENGTH
from seq2seq.serving.refusal import Refusal

_CHARACTERS_PER_PIECE = 4  # of plain English
_FEWEST_PER_PIECE = 2  # of most texts in most languages
_STEPS = 10  # that a search may take beyond the length of a text


@dataclass(frozen=True)
class Limits:
    """The largest request that is answered.

    Attributes:
        body: Bytes, after decompression.
        values: Strings, numbers and lists in the JSON of a body. Reading them stops everything
            else.
        sentences: Sentences of a request that is answered at once; a stream may have more.
        characters: Characters of a sentence.
        terms: Terms of a request's glossary.
        term_characters: Characters of a term, and of its translation.
        scored_characters: Characters of a translation to be scored, of which nothing is cut off.
        prefix_pieces: Pieces that a translation is to begin with.
        work: Estimated pieces to translate, times hypotheses.
        answer: Numbers and strings in an answer.
        requests: Requests that are answered at the same time.
        body_seconds: How long a body may take to arrive.
        answer_seconds: How long an answer, or the first line of a stream, may take.
    """

    body: int = 8 * 2**20
    values: int = 250_000
    sentences: int = 1024
    characters: int = 4000
    terms: int = 1000
    term_characters: int = 200
    scored_characters: int = 1000
    prefix_pieces: int = MAX_SOURCE_LENGTH
    work: int = 2_000_000
    answer: int = 4_000_000
    requests: int = 256
    body_seconds: float = 60.0
    answer_seconds: float = 300.0

    def check(self, sentences: Sequence[str | bytes]) -> None:
        """Checks the number of sentences and their lengths.

        Raises:
            Refusal: There are too many sentences, or one is too long.
        """
        self.check_count(len(sentences))
        for sentence in sentences:
            self.check_length(sentence)

    def check_count(self, sentences: int) -> None:
        """Checks the number of sentences.

        Raises:
            Refusal: There are too many.
        """
        _expect_at_most(
            self.sentences,
            sentences,
            "sentences",
            "Send several requests, or use /translate/stream.",
        )

    def check_length(self, sentence: str | bytes) -> None:
        """Checks the length of a sentence.

        Raises:
            Refusal: The sentence is too long.
        """
        _expect_at_most(
            self.characters,
            _characters(sentence),
            "characters in a sentence",
            "Split the text into sentences.",
        )

    def check_glossary(self, terms: Mapping[str, str]) -> None:
        """Checks the number of terms and their lengths.

        Raises:
            Refusal: There are too many terms, or one or its translation is too long.
        """
        _expect_at_most(
            self.terms,
            len(terms),
            "terms in a glossary",
            "Leave out those that the sentences do not have.",
        )
        _expect_at_most(
            self.term_characters,
            max((len(side) for pair in terms.items() for side in pair), default=0),
            "characters in a term and in its translation",
            "Shorten it.",
        )

    def check_prefix(self, pieces: int) -> None:
        """Checks the number of pieces that a translation is to begin with.

        Raises:
            Refusal: There are too many.
        """
        if pieces > self.prefix_pieces:
            raise Refusal(
                413,
                f"Expected a prefix of at most {self.prefix_pieces} pieces. Received: {pieces}. "
                "Send a shorter one.",
            )

    def check_scored(self, translation: str | bytes) -> None:
        """Checks the length of a translation that is to be scored.

        Raises:
            Refusal: It is too long.
        """
        _expect_at_most(
            self.scored_characters,
            _characters(translation),
            "characters in a translation that is scored",
            "Score its sentences one by one.",
        )

    def check_work(self, texts: Sequence[str | bytes], *, hypotheses: int, prefix: int = 0) -> None:
        """Checks how much there is to compute, estimated from the lengths of the texts.

        Args:
            texts: The texts, as they are given to the model.
            hypotheses: Hypotheses that its search keeps.
            prefix: Pieces that every translation is to begin with.

        Raises:
            Refusal: It is too much.
        """
        pieces = sum(_pieces(text, _FEWEST_PER_PIECE) + _STEPS + prefix for text in texts)
        if pieces * hypotheses > self.work:
            raise Refusal(
                413,
                f"Expected at most {self.work} pieces times hypotheses in a request. "
                f"Received about {pieces} times {hypotheses}. "
                "Send several requests, use /translate/stream, or search greedily.",
            )

    def check_attention(
        self, texts: Sequence[str | bytes], *, hypotheses: int, prefix: int = 0
    ) -> None:
        """Checks the size of an answer with attention before it is computed.

        The estimate is low, as of plain English translated into as many pieces, so that it refuses
        nothing that would fit.

        Raises:
            Refusal: The answer would be too large.
        """
        pieces = (_pieces(text, _CHARACTERS_PER_PIECE) for text in texts)
        self.check_answer(sum(count * max(count, prefix) for count in pieces) * hypotheses)

    def check_answer(self, values: int) -> None:
        """Checks how many numbers and strings an answer has.

        Raises:
            Refusal: There are too many.
        """
        if values > self.answer:
            raise Refusal(
                413,
                f"Expected an answer of at most {self.answer} numbers and strings. "
                f"Received a request for {values} or more. Send fewer or shorter sentences, or use "
                "/translate without details, which leaves the attention out.",
            )


def _expect_at_most(most: int, count: int, what: str, advice: str) -> None:
    """Refuses a count.

    Raises:
        Refusal: It is too large.
    """
    if count > most:
        raise Refusal(413, f"Expected at most {most} {what}. Received: {count}. {advice}")


def _characters(text: str | bytes) -> int:
    return len(text.decode(errors="replace") if isinstance(text, bytes) else text)


def _pieces(text: str | bytes, characters_per_piece: int) -> int:
    """About how many pieces of a text are translated, its end counted."""
    return min(MAX_SOURCE_LENGTH, _characters(text) // characters_per_piece + 1)
