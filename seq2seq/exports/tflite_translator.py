"""Text to translations with an exported TFLite model: LiteRT and SentencePiece, no TensorFlow.

A sentence takes a fraction of the time that it takes in TensorFlow, where it costs more to call the small operations of
a recurrent step than to compute them, and less still with int8 weights. The searches are those that were exported.
"""

import contextlib
import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any, overload

import numpy as np
from sentencepiece import SentencePieceProcessor

from seq2seq.errors import InputError
from seq2seq.exports.litert import BEAM, GREEDY, PREFIX, TFLiteModel, expect_litert
from seq2seq.ids import MAX_SOURCE_LENGTH, PAD_ID
from seq2seq.translation.result import Hypothesis, Translation, warn_of_cut

MODEL, SOURCE, TARGET = "model.tflite", "source.model", "target.model"  # in the exported directory
_WINDOW = 64  # sentences that a thread translates before the next ones are read


class TFLiteTranslator:
    """An exported TFLite model that takes and gives text.

    Threads may share it: `search` and `run` have an interpreter to themselves, calls of `stream` and `translate` share
    its own threads. A process that is forked must load its own.

    Args:
        model: The TFLite model.
        source: The SentencePiece model of the source language.
        target: That of the target language.
        threads: Sentences that `stream` and `translate` translate at once, at least 1.
        warm: Interpreters that are made and warmed up here, at least 1; more are made when they are needed.
        signatures: Those that they are warmed up for; each takes memory once it is used.

    Attributes:
        n_best: Translations that `BEAM` and `PREFIX` give, where there are as many.
        attends: Whether `PREFIX` tells the attention: the model has some.
        alternatives: Tokens that `PREFIX` names of those that may come next.

    Raises:
        InputError: LiteRT is not installed, or one of these is not what it should be.

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
    ):
        expect_litert()  # its InputError is a ValueError, too, which below tells of a damaged model
        self._model, self._idle = model, []
        # Kept from call to call: a sentence takes longer in a new thread, which has its memory to ask for.
        self._threads, self._workers = threads, ThreadPoolExecutor(threads)
        try:
            self.source, self.target = (
                SentencePieceProcessor(model_proto=proto) for proto in (source, target)
            )
            for _ in range(warm):
                self._idle.append(TFLiteModel(model))
                beam, prefix = (
                    self._idle[-1].runners[name].get_output_details() for name in (BEAM, PREFIX)
                )
                self.n_best = int(beam["score"]["shape"][1])
                self.alternatives = int(prefix["next_tokens"]["shape"][1])
                self.attends = "attention" in prefix
                for name in signatures:
                    self.search("a", name)
        except (ValueError, RuntimeError, LookupError) as error:
            reason = " ".join(str(error).split())[:100].rstrip(".")
            raise InputError(
                f"Expected a whole TFLite model that seq2seq export made. Received: {reason}. Export it again."
            ) from error

    @classmethod
    def load(cls, directory: str | Path, **options) -> "TFLiteTranslator":
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
        return cls(*parts, **options)

    @overload
    def translate(self, texts: str, *, signature: str = BEAM) -> str: ...

    @overload
    def translate(self, texts: Iterable[str], *, signature: str = BEAM) -> list[str]: ...

    def translate(self, texts: str | Iterable[str], *, signature: str = BEAM) -> str | list[str]:
        """The best translation of each text; of one string, its translation."""
        if isinstance(texts, str):
            (translation,) = self.stream([texts], signature=signature)
            return translation.text
        return [translation.text for translation in self.stream(texts, signature=signature)]

    def stream(
        self, texts: Iterable[str], *, signature: str = BEAM, n_best: int = 1
    ) -> Iterator[Translation]:
        """Translates any number of texts in constant memory; result k belongs to text k.

        Args:
            texts: Sentences; an empty one has an empty translation.
            signature: `GREEDY`, `BEAM`, or `PREFIX`, which is a beam search that tells the attention, too.
            n_best: Translations of each.

        Raises:
            InputError: The model gives fewer translations.
        """
        self.expect_able(signature, n_best)

        def best(text):
            found = self.search(text, signature)
            if found.cut:
                warn_of_cut(text)
            return dataclasses.replace(found, hypotheses=found.hypotheses[:n_best])

        texts = iter(texts)
        while window := list(islice(texts, _WINDOW * self._threads)):
            yield from self._workers.map(best, window)

    def expect_able(self, signature: str, n_best: int) -> None:
        """Refuses more translations than the search gives.

        Raises:
            InputError: It does.
        """
        if signature == GREEDY and n_best > 1:
            raise InputError(
                f"Expected one translation of greedy search. Received: n-best {n_best}. Use beam search."
            )
        if n_best > self.n_best:
            raise InputError(
                f"Expected n-best to be at most {self.n_best}, which the model was exported with. Received: {n_best}. "
                "Export it with more."
            )

    def search(self, text: str, signature: str = BEAM) -> Translation:
        """The translations of a text: the best one for `GREEDY`, `n_best` for the others; attention for `PREFIX`."""
        found = self.run(text, signature)
        ranks = [rank for rank, score in enumerate(found["score"]) if score > -np.inf]
        lengths = np.count_nonzero(found["tokens"] != PAD_ID, 1)
        attends = signature == PREFIX and self.attends

        hypotheses = []
        for rank in ranks:
            tokens = found["tokens"][rank, : lengths[rank]].tolist()
            hypothesis = Hypothesis(
                text=self.target.decode(tokens),
                score=float(found["score"][rank]),
                pieces=self.target.id_to_piece(tokens),
                attention=found["attention"][rank, : lengths[rank]] if attends else None,
            )
            hypotheses.append(hypothesis)

        source_pieces = self.source.id_to_piece(found["source_tokens"])
        return Translation(text, hypotheses, source_pieces, cut=found["cut"])

    def run(self, text: str | bytes, signature: str, prefix: Sequence[str] = ()) -> dict[str, Any]:
        """What a signature gives for a text and, if it is `PREFIX`, the pieces that translations are to begin with.

        Returns:
            Its outputs for its one sentence; the `source_tokens`, and whether these `cut` the sentence.
        """
        pieces = self.source.encode(text)
        source = [*pieces[: MAX_SOURCE_LENGTH - 1], self.source.eos_id()]
        inputs = [np.array([source], np.int32)]
        if signature == PREFIX:
            inputs.append(
                np.array([[self.target.piece_to_id(piece) for piece in prefix]], np.int32)
            )
        with self._idle_model() as model:
            found = model.run(signature, *inputs)
        outputs = {name: output[0] for name, output in found.items()}
        width = np.count_nonzero(outputs["tokens"] != PAD_ID, 1).max()
        for name in {"tokens", "probability", "attention"} & outputs.keys():
            outputs[name] = outputs[name][:, :width]
        return {**outputs, "source_tokens": source, "cut": len(pieces) >= MAX_SOURCE_LENGTH}

    @contextlib.contextmanager
    def _idle_model(self):
        """A model that nobody else uses at the same time."""
        try:
            model = self._idle.pop()
        except IndexError:
            model = TFLiteModel(self._model)
        yield model  # one that raises an exception is given up
        self._idle.append(model)
