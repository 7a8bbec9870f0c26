"""Text to translations with an exported TFLite model: LiteRT and SentencePiece, no TensorFlow.

LiteRT takes a fraction of TensorFlow's time for a sentence, because TensorFlow spends more time on
calling the small operations of a recurrent step than on computing them. int8 weights make it faster
still. The searches are those that the model was exported with.
"""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any, overload

import numpy as np
from sentencepiece import SentencePieceProcessor

from seq2seq.errors import InputError, expect_count, expect_path, shown
from seq2seq.exports.litert import TFLiteModel, expect_litert
from seq2seq.exports.note import NOTE, Note
from seq2seq.exports.signatures import BEAM, GREEDY, MOST_READ, PREFIX
from seq2seq.exports.trial import expect_survival
from seq2seq.exports.whole import expect_whole, is_listed
from seq2seq.ids import EOS_ID, MAX_SOURCE_LENGTH, PAD_ID
from seq2seq.translation.batching import windows
from seq2seq.translation.confidence import (
    LENGTH_PENALTY,
    Confidence,
    confidence_in,
    log_probability,
)
from seq2seq.translation.glossary import Glossary, GlossaryLike, glossary_for
from seq2seq.translation.keeping import kept
from seq2seq.translation.listed import translate_listed
from seq2seq.translation.protected import Protected, Term
from seq2seq.translation.protection import Protector
from seq2seq.translation.readings import Question, Read, log_probabilities, read_sentences
from seq2seq.translation.result import Hypothesis, Translation, warn_of_cut
from seq2seq.translation.sentences import Numbered, divides, translate_divided
from seq2seq.translation.texts import checked_texts

# The files in the exported directory.
MODEL = "model.tflite"
SOURCE = "source.model"
TARGET = "target.model"
FILES = (MODEL, SOURCE, TARGET, NOTE)  # what translation reads

_WINDOW = 64  # sentences that a thread translates before the next ones are read


class TFLiteTranslator:
    """An exported TFLite model that takes and gives text.

    Threads may share it: every call of `search` and `run` has an interpreter to itself, and all
    calls of `stream` and `translate` share the translator's own threads. A process that is forked
    must load a translator of its own.

    Args:
        model: The TFLite model.
        source: The SentencePiece model of the source language.
        target: The SentencePiece model of the target language.
        threads: Sentences that `stream` and `translate` translate at once, at least 1.
        warm: Interpreters to make and warm up now, at least 1; more are made when they are needed.
        signatures: The signatures to warm up; each takes memory from its first use on.
        split_sentences: Whether texts of several sentences are translated sentence by sentence.
        protector: What sees to it that numbers, links, tags and the like stay as they are.
        confidence: What to expect of translations, which `Translation.confidence` tells.
        language: The language of the translations, which `stream` tells as `Translation.to`.

    Attributes:
        n_best: The most translations that `BEAM` and `PREFIX` give.
        attends: Whether `PREFIX` gives attention: the model has some.
        alternatives: Tokens that `PREFIX` names as possible next ones.

    Raises:
        InputError: LiteRT is not installed, or one of the three models is damaged or another kind
            of file.

    Example:
        >>> TFLiteTranslator.load("saved_models/en-ko-lite").translate("I am Yusol")
        '나는 유솔이야'
    """

    def __init__(
        self,
        model: bytes,
        source: bytes,
        target: bytes,
        *,
        threads: int = 1,
        warm: int = 1,
        signatures: Sequence[str] = (BEAM,),
        split_sentences: bool = True,
        protector: Protector | None = None,
        confidence: Confidence | None = None,
        language: str | None = None,
    ):
        expect_litert()  # outside the try: InputError is a ValueError, and no sign of damage
        expect_count("threads", threads)
        expect_count("warm", warm)
        self._model = model
        self._idle: list[TFLiteModel] = []
        self._threads = threads
        self.split_sentences = split_sentences
        self.protector = protector
        self.confidence = confidence
        self.language = language
        # Kept from call to call: in a new thread a sentence takes longer, because the thread has to
        # ask for its memory first.
        self._workers = ThreadPoolExecutor(threads)

        try:
            self.source = SentencePieceProcessor(model_proto=source)
            self.target = SentencePieceProcessor(model_proto=target)
            self._warm_up(warm, signatures)
        except (ValueError, RuntimeError, LookupError) as error:
            reason = " ".join(str(error).split())[:100].rstrip(".")
            raise InputError(
                "Expected a whole TFLite model that seq2seq export made. "
                f"Received: {reason}. Export it again."
            ) from error

    def _warm_up(self, count: int, signatures: Sequence[str]) -> None:
        """Makes interpreters, reads what the model offers, and runs the signatures once."""
        for _ in range(count):
            model = TFLiteModel(self._model)
            beam = model.runners[BEAM].get_output_details()
            prefix = model.runners[PREFIX].get_output_details()

            self.n_best = int(beam["score"]["shape"][1])
            self.alternatives = int(prefix["next_tokens"]["shape"][1])
            self.attends = "attention" in prefix

            self._idle.append(model)
            for name in signatures:
                self.search("a", name)

    @classmethod
    def load(
        cls,
        directory: str | Path,
        *,
        threads: int = 1,
        warm: int = 1,
        signatures: Sequence[str] = (BEAM,),
    ) -> "TFLiteTranslator":
        """Loads a directory that `seq2seq export --format tflite` wrote.

        Args:
            directory: The directory.
            threads: As in the constructor.
            warm: As in the constructor.
            signatures: As in the constructor.

        Raises:
            InputError: LiteRT is not installed, or the directory has no TFLite model or a damaged
                one.
        """
        expect_path(directory, "an exported TFLite model")
        if Path(directory, MODEL).is_file():
            expect_whole(Path(directory), FILES)
            if not is_listed(Path(directory)):
                expect_survival(Path(directory))
        try:
            model, source, target = (
                Path(directory, name).read_bytes() for name in (MODEL, SOURCE, TARGET)
            )
        except OSError as error:
            raise InputError(
                f"Expected an exported TFLite model in {directory}. "
                f"Received: {error.strerror}: {error.filename}. "
                "Make one with seq2seq export --format tflite."
            ) from error
        note = Note.read(Path(directory))
        return cls(
            model,
            source,
            target,
            threads=threads,
            warm=warm,
            signatures=signatures,
            split_sentences=note.split_sentences,
            protector=note.protector,
            confidence=note.confidence,
            language=note.direction.to if note.direction else None,
        )

    @overload
    def translate(self, texts: str, **options: Any) -> str: ...

    @overload
    def translate(self, texts: Iterable[str], **options: Any) -> list[str]: ...

    def translate(self, texts: str | Iterable[str], **options: Any) -> str | list[str]:
        """The best translation of each text; of one string, its translation.

        Args:
            texts: One text, or several.
            **options: Those of `stream`.
        """
        if isinstance(texts, str):
            (translation,) = self.stream([texts], **options)
            return translation.text
        return [translation.text for translation in self.stream(texts, **options)]

    def stream(
        self,
        texts: Iterable[str],
        *,
        signature: str = BEAM,
        n_best: int = 1,
        split_sentences: bool | None = None,
        glossary: GlossaryLike | None = None,
    ) -> Iterator[Translation]:
        """Translates any number of texts in constant memory; result k belongs to text k.

        Args:
            texts: Sentences, or texts of several; an empty one has an empty translation.
            signature: `GREEDY`, `BEAM`, or `PREFIX`, which is a beam search with attention.
            n_best: Translations of each; fewer where several have the same text.
            split_sentences: Whether a text of several sentences is translated sentence by sentence.
                By default, as the model's own corpus suggests.
            glossary: As in `Translator.stream`.

        Raises:
            InputError: The glossary cannot be used, or the model gives fewer translations.
        """
        self.expect_able(signature, n_best)
        texts = checked_texts(texts)
        best = partial(self._best_listed, glossary_for(self.protector, glossary), signature, n_best)

        def translate(sentences: Iterable[Numbered]) -> Iterator[Translation]:
            for window in windows(sentences, _WINDOW * self._threads):
                yield from self._workers.map(best, [sentence.text for sentence in window])

        numbered = map(Numbered._make, enumerate(texts))
        if divides(split_sentences, self.split_sentences):
            found = translate_divided(numbered, translate, n_best=n_best)
        else:
            found = translate(numbered)
        return (replace(one, to=self.language) for one in found)

    def expect_able(self, signature: str, n_best: int) -> None:
        """Refuses more translations than the search gives.

        Raises:
            InputError: There is no such signature, or `n_best` is no whole number above 0, is more
                than 1 with greedy search, or more than the model was exported with.
        """
        if signature not in (GREEDY, BEAM, PREFIX):
            raise InputError(
                f"Expected signature to be one of {GREEDY}, {BEAM}, {PREFIX}. "
                f"Received: {shown(signature)}."
            )
        expect_count("n_best", n_best)
        if signature == GREEDY and n_best > 1:
            raise InputError(
                "Expected one translation of greedy search. "
                f"Received: n-best {n_best}. Use beam search."
            )
        if n_best > self.n_best:
            raise InputError(
                f"Expected n-best to be at most {self.n_best}, which the model was exported with. "
                f"Received: {n_best}. Export it with more."
            )

    def _best_listed(
        self, glossary: Glossary | None, signature: str, n_best: int, sentence: str
    ) -> Translation:
        """The best translations of a sentence, its terms as a glossary lists them."""

        def attempt(
            places: Sequence[int], terms: Sequence[Sequence[Term]]
        ) -> Iterator[Translation]:
            return (self._best(signature, n_best, sentence, some) for some in terms)

        (translation,) = translate_listed([sentence], glossary, attempt)
        return translation

    def _best(
        self, signature: str, n_best: int, sentence: str, terms: Sequence[Term]
    ) -> Translation:
        """The best translations of a sentence, placeholders standing for some terms."""
        protected = Protected(sentence, sentence)
        if self.protector:
            protected = self.protector.protect(sentence, terms)

        def read(readings: Sequence[Protected], _: Sequence[int]) -> list[Read]:
            return [self._read(one, signature) for one in readings]

        twice = None if signature == GREEDY else self.protector
        (found,) = read_sentences(twice, [protected], read, self._score)
        if found.found.cut:
            warn_of_cut(sentence)
        return kept(*found, n_best=n_best)

    def _read(self, protected: Protected, signature: str) -> Read:
        """Searches for translations of a reading."""
        found = self.search(protected.text, signature)

        @cache  # the choice between readings asks for what is shown afterwards, too
        def attend(rank: int) -> np.ndarray | None:
            return self._attend(protected.text, found.hypotheses[rank].pieces)

        return Read(protected, found, attend)

    def _score(self, questions: Sequence[Question]) -> list[list[float]]:
        """The log-probabilities of the pieces of translations."""
        found = [self.run(one.reading.text, PREFIX, one.pieces) for one in questions]
        return [
            log_probabilities(outputs["probability"][0], one)
            for outputs, one in zip(found, questions, strict=True)
        ]

    def _attend(self, text: str, pieces: Sequence[str]) -> np.ndarray | None:
        """The attention of a translation, `(target_length, source_length)`, EOS left out."""
        if not self.attends:
            return None
        words = pieces[:-1] if pieces[-1:] == [self.target.id_to_piece(EOS_ID)] else pieces
        return self.run(text, PREFIX, words)["attention"][0, : len(words)]

    def search(self, text: str, signature: str = BEAM) -> Translation:
        """Translates a text as it is.

        Args:
            text: The sentence.
            signature: `GREEDY` finds one translation, `BEAM` and `PREFIX` find `n_best` of them;
                `PREFIX` gives the attention, too.
        """
        found = self.run(text, signature)
        ranks = [rank for rank, score in enumerate(found["score"]) if score > -np.inf]
        lengths = np.count_nonzero(found["tokens"] != PAD_ID, 1)
        attends = signature == PREFIX and self.attends

        hypotheses = []
        for rank in ranks:
            tokens = found["tokens"][rank, : lengths[rank]].tolist()
            score = float(found["score"][rank])
            hypothesis = Hypothesis(
                text=self.target.decode(tokens),
                score=score,
                pieces=self.target.id_to_piece(tokens),
                attention=found["attention"][rank, : lengths[rank]] if attends else None,
                log_probability=log_probability(score, len(tokens), LENGTH_PENALTY),
            )
            hypotheses.append(hypothesis)

        source_pieces = self.source.id_to_piece(found["source_tokens"])
        confidence = confidence_in(hypotheses, self.confidence)
        return Translation(text, hypotheses, source_pieces, cut=found["cut"], confidence=confidence)

    def run(self, text: str | bytes, signature: str, prefix: Sequence[str] = ()) -> dict[str, Any]:
        """Runs a signature on a text.

        Args:
            text: The sentence.
            signature: `GREEDY`, `BEAM` or `PREFIX`.
            prefix: The pieces that translations begin with, for `PREFIX` alone.

        Returns:
            The outputs of the signature without their batch axis, as long as the longest
            translation; `source_tokens`, a list of ids; and `cut`, whether the sentence is longer
            than these.
        """
        pieces = self.source.encode(text[:MOST_READ])
        source = [*pieces[: MAX_SOURCE_LENGTH - 1], self.source.eos_id()]
        inputs = [np.array([source], np.int32)]
        if signature == PREFIX:
            prefix_tokens = [self.target.piece_to_id(piece) for piece in prefix]
            inputs.append(np.array([prefix_tokens], np.int32))

        with self._idle_model() as model:
            found = model.run(signature, *inputs)

        outputs = {name: output[0] for name, output in found.items()}
        length = np.count_nonzero(outputs["tokens"] != PAD_ID, axis=1).max()
        for name in {"tokens", "probability", "attention"} & outputs.keys():
            outputs[name] = outputs[name][:, :length]

        is_cut = len(pieces) >= MAX_SOURCE_LENGTH or len(text) > MOST_READ
        return {**outputs, "source_tokens": source, "cut": is_cut}

    @contextlib.contextmanager
    def _idle_model(self) -> Iterator[TFLiteModel]:
        """Lends a model that no other thread uses meanwhile."""
        try:
            model = self._idle.pop()
        except IndexError:
            model = TFLiteModel(self._model)

        yield model  # one that raises an exception is not used again
        self._idle.append(model)
