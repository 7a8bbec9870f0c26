"""Does one thing again and again, and writes the memory that it has had meanwhile.

    python -m mishaps.memory_worker train PAIRS OUTPUT STEPS
    python -m mishaps.memory_worker translate|tflite DIRECTORY CALLS

The last line of standard output is a list of KiB, at fifty moments at equal distances.
"""

import json
import random
import sys

from mishaps.models import LETTERS
from mishaps.process import memory

MOMENTS = 50


def main(what: str, *arguments: str) -> None:
    """Does it, and writes the samples."""
    samples = {"train": _train, "translate": _translate, "tflite": _tflite}[what](*arguments)
    print(json.dumps(samples))


def _train(pairs: str, output: str, steps: str) -> list[int]:
    import keras

    from seq2seq.data.corpus import read_tsv
    from seq2seq.quiet import load_tensorflow
    from seq2seq.storage.configuration import Configuration
    from seq2seq.training.run import train

    load_tensorflow()
    corpus = read_tsv(pairs)
    sizes = {"units": 8, "embedding_size": 6, "decoder_units": 8, "vocabulary_size": 42}
    others = {"batch_tokens": 64, "precision": "float32", "shared_vocabulary": False}
    configuration = Configuration.from_options({**sizes, **others, "epochs": int(steps)})
    samples: list[int] = []

    class Sampler(keras.callbacks.Callback):
        """Notes the memory now and then, and ends the run after so many steps."""

        def on_train_batch_end(self, batch: int, logs=None) -> None:
            done = int(self.model.optimizer.iterations)
            if done % max(1, int(steps) // MOMENTS) == 0:
                samples.append(memory())
            if done >= int(steps):
                raise KeyboardInterrupt

    try:
        train(configuration, output, corpus, corpus, callbacks=[Sampler()])
    except KeyboardInterrupt:
        pass
    return samples


def _translate(directory: str, calls: str) -> list[int]:
    from seq2seq.quiet import load_tensorflow

    load_tensorflow()
    from seq2seq.translation.translator import Translator

    translator = Translator.load(directory)
    return _called(lambda texts: translator.translate(texts, beam_size=2), int(calls))


def _tflite(directory: str, calls: str) -> list[int]:
    from seq2seq.exports.tflite_translator import TFLiteTranslator

    return _called(TFLiteTranslator.load(directory).translate, int(calls))


def _called(translate, calls: int) -> list[int]:
    chance = random.Random(1)
    samples = []
    for call in range(1, calls + 1):
        count = chance.randint(1, 4)
        translate([" ".join(chance.choices(LETTERS, k=chance.randint(1, 9))) for _ in range(count)])
        if call % max(1, calls // MOMENTS) == 0:
            samples.append(memory())
    return samples


if __name__ == "__main__":
    main(*sys.argv[1:])
