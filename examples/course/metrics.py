"""What BLEU and chrF2 say of a translation, and what they do not.

    python examples/course/metrics.py

Good translations, the references themselves, are changed in ways whose effect a reader knows:
another particle, another level of politeness, the words in another order, the opposite meaning.
Then the changed ones are scored. A score that knew the meaning would put those that still mean the
same above those that do not.

The sentences are Korean. BLEU compares words, here what stands between spaces, and runs of up to
four of them. chrF2 compares runs of up to six letters.
"""

import argparse
import random
import re
from collections.abc import Callable
from typing import NamedTuple

import matplotlib.pyplot as plt

from seq2seq.data.bundled import bundled_corpus
from seq2seq.evaluation.scores import quick_score

OTHER_PARTICLES = {"은": "이", "는": "가", "을": "이", "를": "가"}


def with_another_particle(sentence: str) -> str:
    """The first topic or object becomes a subject: "나는" becomes "나가"."""
    return re.sub(r"[은는을를](?= )", lambda found: OTHER_PARTICLES[found[0]], sentence, count=1)


def politely(sentence: str) -> str:
    """In the polite form, as one speaks to a stranger: "가르쳤어." becomes "가르쳤어요."."""
    return re.sub(r"([.?])$", r"요\1", sentence)


def in_another_order(sentence: str) -> str:
    """The first two words exchanged, which Korean allows as long as the verb stays at the end."""
    first, second, *rest = sentence.split()
    return " ".join([second, first, *rest])


def without_spaces(sentence: str) -> str:
    """As a hurried Korean writes."""
    return sentence.replace(" ", "")


def negated(sentence: str) -> str:
    """With "안", not, before the verb at the end."""
    *words, verb = sentence.split()
    return " ".join([*words, "안", verb])


def shuffled(sentence: str) -> str:
    """The words in a random order, the verb somewhere: no sentence any more."""
    words = sentence.split()
    random.Random(sentence).shuffle(words)
    return " ".join(words)


class Change(NamedTuple):
    """A change, and whether a reader would still understand the same.

    Attributes:
        apply: Changes a sentence.
        means_the_same: Whether it does.
    """

    apply: Callable[[str], str]
    means_the_same: bool


CHANGES = {
    "polite form": Change(politely, True),
    "first two words exchanged": Change(in_another_order, True),
    "no spaces": Change(without_spaces, True),
    "another particle": Change(with_another_particle, True),
    "negated": Change(negated, False),
    "words shuffled": Change(shuffled, False),
}


def find_sentences() -> list[str]:
    """References to which all changes can be made.

    They begin with a subject and a time, a place or an object, which may change places, and end in
    a plain verb that is not negated yet.
    """
    targets = [
        target for part in ("dev", "test", "test-unseen") for target in bundled_corpus(part).target
    ]
    beginning = r"\S+[은는이가] (\S*[에을를서]|오늘|어제|내일|지금) "
    ending = r"[어아해워와][.?]"

    return [
        sentence
        for sentence in targets
        if re.fullmatch(f"{beginning}.* ?\\S+{ending}", sentence)
        and not re.search(r"[않못없]|(있|싶|아니)어|안 ", sentence)
    ]


def draw(scores: dict[str, dict[str, float]], path: str) -> None:
    """Draws a group of bars for each change, those that mean the same first."""
    figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
    metrics = list(next(iter(scores.values())))

    for index, metric in enumerate(metrics):
        places = [place + 0.27 * (index - 1) for place in range(len(scores))]
        values = [of_change[metric] for of_change in scores.values()]
        axes.barh(places, values, height=0.25, label=metric)

    same = sum(change.means_the_same for change in CHANGES.values())
    axes.axhline(same - 0.5, color="black", linewidth=1)
    axes.set_yticks(range(len(scores)), list(scores))
    axes.invert_yaxis()
    axes.set(xlim=(0, 100), xlabel="score", title="above the line: means the same")
    axes.legend()
    figure.savefig(path)
    plt.close(figure)


def main(arguments: list[str] | None = None) -> dict[str, dict[str, float]]:
    """Scores every change, draws the scores and prints them."""
    parser = argparse.ArgumentParser(description="What BLEU and chrF2 say, and what they do not.")
    parser.add_argument("--output", default="metrics.svg", help="the picture")
    options = parser.parse_args(arguments)

    references = find_sentences()
    print(f"{len(references)} sentences, such as: {references[0]}")

    scores = {}
    for name, change in CHANGES.items():
        changed = [change.apply(reference) for reference in references]
        of_words, chrf2 = quick_score(changed, references, tokenize="13a")
        of_syllables, _ = quick_score(changed, references, tokenize="char")
        scores[name] = {"BLEU": of_words, "BLEU, syllables": of_syllables, "chrF2": chrf2}
        numbers = "  ".join(f"{metric} {value:5.1f}" for metric, value in scores[name].items())
        print(f"{name:26} {numbers}   {changed[0]}")

    draw(scores, options.output)

    return scores


if __name__ == "__main__":
    main()
