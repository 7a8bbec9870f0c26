"""How large a request may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seq2seq.serving.refusal import Refusal


@dataclass(frozen=True)
class Limits:
    """The largest request that is answered.

    Attributes:
        body: Bytes.
        sentences: Sentences of a request that is answered at once; a stream may have more.
        characters: Characters of a sentence.
        terms: Terms of a request's glossary.
        term_characters: Characters of a term, and of its translation.
    """

    body: int = 8 * 2**20
    sentences: int = 1024
    characters: int = 4000
    terms: int = 1000
    term_characters: int = 200

    def check(self, sentences: Sequence[str | bytes]) -> None:
        """Checks the number of sentences and their lengths.

        Raises:
            Refusal: There are too many sentences, or one is too long.
        """
        if len(sentences) > self.sentences:
            raise Refusal(
                413,
                f"Expected at most {self.sentences} sentences. Received: {len(sentences)}. "
                "Send several requests, or use /translate/stream.",
            )
        for sentence in sentences:
            self.check_length(sentence)

    def check_length(self, sentence: str | bytes) -> None:
        """Checks the length of a sentence.

        Raises:
            Refusal: The sentence is too long.
        """
        text = sentence.decode(errors="replace") if isinstance(sentence, bytes) else sentence
        if len(text) > self.characters:
            raise Refusal(
                413,
                f"Expected at most {self.characters} characters in a sentence. "
                f"Received: {len(text)}. Split the text into sentences.",
            )

    def check_glossary(self, terms: Mapping[str, str]) -> None:
        """Checks the number of terms and their lengths.

        Raises:
            Refusal: There are too many terms, or one or its translation is too long.
        """
        if len(terms) > self.terms:
            raise Refusal(
                413,
                f"Expected at most {self.terms} terms in a glossary. Received: {len(terms)}. "
                "Leave out those that the sentences do not have.",
            )
        longest = max((len(side) for pair in terms.items() for side in pair), default=0)
        if longest > self.term_characters:
            raise Refusal(
                413,
                f"Expected at most {self.term_characters} characters in a term and in its "
                f"translation. Received: {longest}. Shorten it.",
            )
