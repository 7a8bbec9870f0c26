"""The dev set translated and scored; several workers share the pairs out, and the chief scores."""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from seq2seq.data.corpus import Corpus
from seq2seq.evaluation.bleu_tokenizer import choose_tokenizer
from seq2seq.evaluation.degenerate import Fault, find_faults
from seq2seq.evaluation.scores import quick_score
from seq2seq.training.dev_loss import dev_nats
from seq2seq.training.directions import parts_of, translate_parts
from seq2seq.training.workers import Workers
from seq2seq.translation.translator import Translator


@dataclass(frozen=True)
class DevReading:
    """What the model makes of dev pairs, before it is scored.

    Attributes:
        hypotheses: The translation of each source sentence.
        ended: Whether each of them ended before the length limit.
        nats: The negative log-likelihood of the references.
        tokens: The tokens of the references that `nats` is the sum of.
    """

    hypotheses: list[str]
    ended: list[bool]
    nats: float
    tokens: float


@dataclass(frozen=True)
class DevResult:
    """The scores of a dev set.

    Attributes:
        hypotheses: The translation of each sentence.
        bleu: The BLEU of them.
        chrf2: Their chrF2.
        faults: What is degenerate in them.
        loss: The loss of the references in nats per token, without smoothing; NaN if none was read.
    """

    hypotheses: list[str]
    bleu: float
    chrf2: float
    faults: list[Fault]
    loss: float

    @property
    def score(self) -> float:
        """The mean of both: BLEU stays at zero while a model of little data begins to learn."""
        return (self.bleu + self.chrf2) / 2


def read_dev(translator: Translator, dev: Corpus) -> DevReading:
    """Translates dev pairs greedily, and takes the likelihood of their references."""
    hypotheses = [""] * len(dev)
    ended = [True] * len(dev)
    for part, translations in translate_parts(translator, dev, beam_size=1):
        for place, translation in zip(part.places, translations, strict=True):
            hypotheses[place] = translation.text
            ended[place] = translation.best.ended
    return DevReading(hypotheses, ended, *dev_nats(translator, dev))


def read_own_share(translator: Translator, dev: Corpus, workers: Workers) -> list[DevReading]:
    """Reads every Nth dev pair, from the rank of this worker on; all workers call it together.

    Returns:
        The readings of all workers, by their ranks.
    """
    own = read_dev(translator, dev.chosen(range(workers.rank, len(dev), workers.count)))
    readings = workers.gather(json.dumps(dataclasses.asdict(own)).encode())
    return [DevReading(**json.loads(reading)) for reading in readings]


def joined(readings: Sequence[DevReading]) -> DevReading:
    """The reading of the whole dev set, of those of its shares."""
    count = len(readings)
    size = sum(len(reading.hypotheses) for reading in readings)
    hypotheses = [""] * size
    ended = [True] * size
    for rank, reading in enumerate(readings):
        hypotheses[rank::count] = reading.hypotheses
        ended[rank::count] = reading.ended

    nats = sum(reading.nats for reading in readings)
    tokens = sum(reading.tokens for reading in readings)
    return DevReading(hypotheses, ended, nats, tokens)


def score_dev(
    translator: Translator, dev: Corpus, *, tokenize: str = "13a", workers: Workers | None = None
) -> DevResult:
    """Translates the dev set greedily and scores it, and takes the loss of its references.

    Of several directions, the scores are the mean of those of each.

    Args:
        translator: Holds the model.
        dev: The pairs.
        tokenize: The sacreBLEU tokenizer of BLEU.
        workers: Those that share the pairs out. The others call `read_own_share` meanwhile.
    """
    if workers and workers.are_several:
        reading = joined(read_own_share(translator, dev, workers))
    else:
        reading = read_dev(translator, dev)

    scores = []
    sources = [""] * len(dev)
    for part in parts_of(dev):
        texts = [reading.hypotheses[place] for place in part.places]
        own = choose_tokenizer(tokenize, part.corpus.target)
        scores.append(quick_score(texts, part.corpus.target, tokenize=own))
        for place, source in zip(part.places, part.corpus.source, strict=True):
            sources[place] = source

    bleu, chrf2 = (fmean(of_one) for of_one in zip(*scores, strict=True))
    faults = find_faults(sources, reading.hypotheses, dev.target, reading.ended)
    loss = reading.nats / reading.tokens if reading.tokens else float("nan")
    return DevResult(reading.hypotheses, bleu, chrf2, faults, loss)
