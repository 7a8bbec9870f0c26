"""One word, one number or one mark as the whole input.

The model is that of the bundled pairs, and the words are those that its sentences are made of.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from random import Random

import korean as ko
from lexicon import ACTIONS, ADJECTIVES, BODY, FAMILY_NOUNS, NOUNS, PERSON, STATES
from real_texts.rows import Failure, Row, Translate, share

Forms = dict[str, set[str]]  # Korean, by the English word

_MARKS = ". ... … ! ? ?! , ; : - – — ( ) [] \" ' « » * + = / & % € 。 ？ ！".split()
_NUMBERS = 30  # drawn ones


def measure_short(corpus: str, translate: Translate, seed: int, limit: int | None) -> Iterator[Row]:
    """A row for each kind of input; a word of several kinds may have the Korean of each."""
    random = Random(f"{seed} short")
    nouns, adjectives, verbs = noun_forms(), adjective_forms(), verb_forms()
    words: Forms = defaultdict(set)
    for forms in (nouns, adjectives, verbs):
        for english, korean in forms.items():
            words[english] |= korean

    numbers = [*map(str, range(10)), *(_number(random) for _ in range(_NUMBERS))]
    inputs = {
        "nouns": {english: words[english] for english in nouns},
        "adjectives": {english: words[english] for english in adjectives},
        "verbs": {english: words[english] for english in verbs},
        "numbers": {number: {number} for number in numbers},
        "punctuation": {mark: {mark} for mark in _MARKS},
    }
    for name, forms in inputs.items():
        yield _row(corpus, name, translate, dict([*forms.items()][:limit]))


def _row(corpus: str, name: str, translate: Translate, forms: Forms) -> Row:
    translations = dict(zip(forms, translate(forms), strict=True))
    failures = [
        Failure(text, translation, f"expected {', '.join(sorted(forms[text]))}")
        for text, translation in translations.items()
        if translation not in forms[text] and without_mark(translation) not in forms[text]
    ]
    one_word = sum(len(translation.split()) == 1 for translation in translations.values())
    figures = {
        "inputs": len(forms),
        "right": share(len(forms) - len(failures), len(forms)),
        "one word": share(one_word, len(forms)),
    }
    return Row("short", corpus, name, figures, failures)


def without_mark(translation: str) -> str:
    """A translation without the mark that ends it."""
    return translation.rstrip(".!? ")


def noun_forms() -> Forms:
    """The Korean of each noun."""
    forms: Forms = defaultdict(set)
    for noun in NOUNS.values():
        forms[noun.english].add(noun.korean)
    for table in (FAMILY_NOUNS, BODY):
        for english, korean in table.items():
            forms[english].add(korean)
    return _of_one_word(forms)


def adjective_forms() -> Forms:
    """The forms of each adjective, of things and of persons."""
    forms: Forms = defaultdict(set)
    for english, adjective in ADJECTIVES.items():
        forms[english] |= conjugated(adjective.korean)
    for english, korean in PERSON.items():
        forms[english] |= conjugated(ko.verb(korean, descriptive=True))
    return _of_one_word(forms)


def verb_forms() -> Forms:
    """The forms of each verb that needs no other words but an object."""
    forms: Forms = defaultdict(set)
    for action in (*ACTIONS, *STATES):
        if not action.tail or "{" in action.tail:
            verb = re.sub(r"^.*\s", "", action.korean)
            forms[action.base] |= conjugated(ko.verb(verb))
    return _of_one_word(forms)


def conjugated(verb: ko.Verb) -> set[str]:
    """The forms in which a verb or an adjective may stand alone, or before a noun."""
    forms = {verb.stem + "다", verb.stem + "기", ko.modifier(verb), ko.modifier(verb, "past")}
    for polite in (False, True):
        forms |= {end(verb, polite=polite) for end in (ko.present, ko.past, ko.future, ko.request)}
    return forms


def _of_one_word(forms: Forms) -> Forms:
    return {english: korean for english, korean in forms.items() if english.isalpha()}


def _number(random: Random) -> str:
    value = random.uniform(10, 99_999)
    return random.choice((f"{int(value)}", f"{int(value):,}", f"{value:.2f}", f"-{value:.1f}"))
