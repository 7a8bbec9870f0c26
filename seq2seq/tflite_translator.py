"""Text to translations with an exported TFLite model: LiteRT and SentencePiece, no TensorFlow.

A sentence takes a fraction of the time that it takes in TensorFlow, where it costs more to call the small operations of
a recurrent step than to compute them, and less still with int8 weights. The searches are those that were exported.
"""

import contextlib
import dataclasses
import logging
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np
from sentencepiece import SentencePieceProcessor

from seq2seq.errors import InputError
from seq2seq.ids import MAX_SOURCE_LENGTH, PAD_ID
from seq2seq.translation import Translation

MODEL, SOURCE, TARGET = "model.tflite", "source.model", "target.model"  # in the exported directory
GREEDY, BEAM = "serving_default", "beam"  # the signatures
_WINDOW = 64  # sentences that a thread translates before the next ones are read

_log = logging.getLogger(__name__)


class TFLiteTranslator:
    """An exported TFLite model that takes and gives text. Threads may share it: each call has an interpreter to itself.

    Args:
        model: The TFLite model.
        source: The SentencePiece model of the source language.
        target: That of the target language.

    Attributes:
        n_best: Translations that `BEAM` gives, where there are as many.

    Raises:
        InputError: LiteRT is not installed, or one of these is not what it should be.

    Example:
        >>> TFLiteTranslator.load("saved_models/en-ko-lite").translate(["I am Yusol"])
        ['나는 유솔이야']
    """

    def __init__(self, model: bytes, source: bytes, target: bytes):
        self._model, self._idle, self._interpreter = model, [], _interpreter()
        try:
            self.source, self.target = (SentencePieceProcessor(model_proto=proto) for proto in (source, target))
            with self._runners() as runners:
                self.n_best = int(runners[BEAM].get_output_details()["score"]["shape"][1])
            for signature in (GREEDY, BEAM):  # the first call is slow, and shows whether the parts fit
                self.search("a", signature)
        except (ValueError, RuntimeError, LookupError) as error:
            reason = " ".join(str(error).split())[:100]
            raise InputError(
                f"Expected a whole TFLite model that seq2seq export made. Received: {reason}. Export it again."
            ) from error

    @classmethod
    def load(cls, directory: str | Path) -> "TFLiteTranslator":
        """The translator in a directory that `seq2seq export --format tflite` wrote.

        Raises:
            InputError: As above, or the directory has no such model.
        """
        try:
            return cls(*(Path(directory, name).read_bytes() for name in (MODEL, SOURCE, TARGET)))
        except OSError as error:
            raise InputError(
                f"Expected an exported TFLite model in {directory}. Received: {error.strerror}: {error.filename}. "
                "Make one with seq2seq export --format tflite."
            ) from error

    def translate(self, texts: Iterable[str], *, signature: str = BEAM) -> list[str]:
        """The best translation of each text."""
        return [translation.translations[0] for translation in self.stream(texts, signature=signature)]

    def stream(
        self, texts: Iterable[str], *, signature: str = BEAM, n_best: int = 1, threads: int = 1
    ) -> Iterator[Translation]:
        """Translates any number of texts in constant memory; result k belongs to text k.

        Args:
            texts: Sentences; an empty one has an empty translation.
            signature: `GREEDY` or `BEAM`.
            n_best: Translations of each.
            threads: Sentences translated at once.

        Raises:
            InputError: The model gives fewer translations.
        """
        given = 1 if signature == GREEDY else self.n_best
        if n_best > given:
            raise InputError(
                f"Expected n-best to be at most {given}, which the model was exported with. Received: {n_best}. "
                "Export it with more."
            )

        def best(text):
            found = self.search(text, signature)
            if found.cut:
                _log.warning("Sentence cut to its first %d tokens: %.40s…", MAX_SOURCE_LENGTH, text)
            hypotheses = (found.translations, found.scores, found.tokens)
            translations, scores, tokens = (some[:n_best] for some in hypotheses)
            return dataclasses.replace(found, translations=translations, scores=scores, tokens=tokens)

        texts = iter(texts)
        with ThreadPoolExecutor(threads) as workers:
            while window := list(islice(texts, _WINDOW * threads)):
                yield from workers.map(best, window)

    def search(self, text: str, signature: str = BEAM) -> Translation:
        """The translations of a text, without attention: the best one for `GREEDY`, `n_best` for `BEAM`."""
        pieces = self.source.encode(text)
        source = [*pieces[: MAX_SOURCE_LENGTH - 1], self.source.eos_id()]
        with self._runners() as runners:
            found = runners[signature](source_tokens=np.array([source], np.int32))
        pairs = zip(found["tokens"][0].tolist(), found["score"][0].tolist(), strict=True)
        pairs = [([token for token in tokens if token != PAD_ID], score) for tokens, score in pairs if score > -np.inf]
        return Translation(
            source=text,
            translations=[self.target.decode(tokens) for tokens, _ in pairs],
            scores=[score for _, score in pairs],
            source_tokens=self.source.id_to_piece(source),
            tokens=[self.target.id_to_piece(tokens) for tokens, _ in pairs],
            cut=len(pieces) >= MAX_SOURCE_LENGTH,
        )

    @contextlib.contextmanager
    def _runners(self):
        """The signatures as functions of arrays, which nobody else uses at the same time."""
        runners = self._idle.pop() if self._idle else self._new_runners()
        yield runners
        self._idle.append(runners)

    def _new_runners(self):
        interpreter = self._interpreter(model_content=self._model, num_threads=1)
        return {name: interpreter.get_signature_runner(name) for name in (GREEDY, BEAM)}


def _interpreter():
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        raise InputError(
            f'Expected the packages of the extra "tflite". Received: {error}. Run pip install "seq2seq[tflite]".'
        ) from error
    return Interpreter
