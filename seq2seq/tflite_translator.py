"""Text to translations with an exported TFLite model: LiteRT and SentencePiece, no TensorFlow.

A sentence takes a fraction of the time that it takes in TensorFlow, where it costs more to call the small operations of
a recurrent step than to compute them, and less still with int8 weights. The searches are those that were exported.
"""

import contextlib
import dataclasses
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np
from sentencepiece import SentencePieceProcessor

from seq2seq.errors import InputError
from seq2seq.ids import MAX_SOURCE_LENGTH, PAD_ID
from seq2seq.translation import Translation, warn_of_cut

MODEL, SOURCE, TARGET = "model.tflite", "source.model", "target.model"  # in the exported directory
GREEDY, BEAM = "serving_default", "beam"  # the signatures
_WINDOW = 64  # sentences that a thread translates before the next ones are read


class TFLiteTranslator:
    """An exported TFLite model that takes and gives text. Threads may share it: each call has an interpreter to itself.

    Args:
        model: The TFLite model.
        source: The SentencePiece model of the source language.
        target: That of the target language.
        threads: Interpreters that are warmed up; more are made when they are needed.

    Attributes:
        n_best: Translations that `BEAM` gives, where there are as many.

    Raises:
        InputError: LiteRT is not installed, or one of these is not what it should be.

    Example:
        >>> TFLiteTranslator.load("saved_models/en-ko-lite").translate(["I am Yusol"])
        ['나는 유솔이야']
    """

    def __init__(self, model: bytes, source: bytes, target: bytes, *, threads: int = 1):
        self._model, self._idle, self._interpreter = model, [], expect_litert()
        try:
            self.source, self.target = (SentencePieceProcessor(model_proto=proto) for proto in (source, target))
            for _ in range(threads):
                runners = self._new_runners()
                for run in runners.values():
                    run(source_tokens=np.array([[*self.source.encode("a"), self.source.eos_id()]], np.int32))
                self._idle.append(runners)
            self.n_best = int(runners[BEAM].get_output_details()["score"]["shape"][1])
            self.target.decode([self.target.eos_id()])
        except (ValueError, RuntimeError, LookupError) as error:
            reason = " ".join(str(error).split())[:100].rstrip(".")
            raise InputError(
                f"Expected a whole TFLite model that seq2seq export made. Received: {reason}. Export it again."
            ) from error

    @classmethod
    def load(cls, directory: str | Path, *, threads: int = 1) -> "TFLiteTranslator":
        """The translator in a directory that `seq2seq export --format tflite` wrote; the rest as above.

        Raises:
            InputError: As above, or the directory has no such model.
        """
        try:
            parts = [Path(directory, name).read_bytes() for name in (MODEL, SOURCE, TARGET)]
        except OSError as error:
            raise InputError(
                f"Expected an exported TFLite model in {directory}. Received: {error.strerror}: {error.filename}. "
                "Make one with seq2seq export --format tflite."
            ) from error
        return cls(*parts, threads=threads)

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
        self.expect_able(signature, n_best)

        def best(text):
            found = self.search(text, signature)
            if found.cut:
                warn_of_cut(text)
            hypotheses = (found.translations, found.scores, found.tokens)
            translations, scores, tokens = (some[:n_best] for some in hypotheses)
            return dataclasses.replace(found, translations=translations, scores=scores, tokens=tokens)

        texts = iter(texts)
        with ThreadPoolExecutor(threads) as workers:
            while window := list(islice(texts, _WINDOW * threads)):
                yield from workers.map(best, window)

    def expect_able(self, signature: str, n_best: int) -> None:
        """Refuses more translations than the search gives.

        Raises:
            InputError: It does.
        """
        if signature == GREEDY and n_best > 1:
            raise InputError(f"Expected one translation of greedy search. Received: n-best {n_best}. Use beam search.")
        if n_best > self.n_best:
            raise InputError(
                f"Expected n-best to be at most {self.n_best}, which the model was exported with. Received: {n_best}. "
                "Export it with more."
            )

    def search(self, text: str | bytes, signature: str = BEAM) -> Translation:
        """The translations of a text, without attention: the best one for `GREEDY`, `n_best` for `BEAM`."""
        pieces = self.source.encode(text)
        source = [*pieces[: MAX_SOURCE_LENGTH - 1], self.source.eos_id()]
        with self._runners() as runners:
            found = runners[signature](source_tokens=np.array([source], np.int32))
        pairs = zip(found["tokens"][0].tolist(), found["score"][0].tolist(), strict=True)
        pairs = [([token for token in tokens if token != PAD_ID], score) for tokens, score in pairs if score > -np.inf]
        return Translation(
            source=text if isinstance(text, str) else text.decode(errors="replace"),
            translations=[self.target.decode(tokens) for tokens, _ in pairs],
            scores=[score for _, score in pairs],
            source_tokens=self.source.id_to_piece(source),
            tokens=[self.target.id_to_piece(tokens) for tokens, _ in pairs],
            cut=len(pieces) >= MAX_SOURCE_LENGTH,
        )

    @contextlib.contextmanager
    def _runners(self):
        """The signatures as functions of arrays, which nobody else uses at the same time."""
        try:
            runners = self._idle.pop()
        except IndexError:
            runners = self._new_runners()
        yield runners
        self._idle.append(runners)

    def _new_runners(self):
        interpreter = self._interpreter(model_content=self._model, num_threads=1)
        return {name: interpreter.get_signature_runner(name) for name in (GREEDY, BEAM)}


def expect_litert() -> type:
    """LiteRT's interpreter.

    Raises:
        InputError: It is not installed.
    """
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        raise InputError(
            f'Expected the packages of the extra "tflite". Received: {error}. Run pip install "seq2seq[tflite]".'
        ) from error
    return Interpreter
