"""The rules that a sentence pair may break: what each is called, what it costs and what to do."""

from typing import NamedTuple


class Rule(NamedTuple):
    """One thing that may be wrong with a pair.

    Attributes:
        title: What the pairs that break it are, as a report says it.
        cost: What they do to a model.
        advice: What to do about them.
        removes: Whether `seq2seq data clean` takes such pairs out.
    """

    title: str
    cost: str
    advice: str
    removes: bool = True


_CLEAN = "seq2seq data clean takes them out."

RULES = {
    "empty": Rule(
        "No pair: an empty side, a missing cell",
        "They are skipped, so the model has less to learn from.",
        "Look at the first ones: a wrong column or separator shows here.",
    ),
    "header": Rule(
        "Header rows, and how the files are read",
        "None: they are not learnt.",
        "Nothing, if this is what you meant; --columns decides otherwise.",
        removes=False,
    ),
    "duplicates": Rule(
        "The same pair again",
        "It is learnt as often as it stands there, and a copy among the dev pairs makes scores "
        "look better than they are.",
        f"{_CLEAN} The first of them stays.",
    ),
    "overlap": Rule(
        "Pairs whose source is in the dev or test set",
        "Scores on these sets say how well the model remembers, not how well it translates.",
        "seq2seq data clean --dev DEV --test TEST takes them out of the training pairs.",
    ),
    "copies": Rule(
        "Source and target are the same",
        "The model learns to copy: 10 % of such pairs cost several BLEU (Khayrallah & Koehn 2018, "
        "https://aclanthology.org/W18-2709).",
        _CLEAN,
    ),
    "encoding": Rule(
        "Damaged letters: replacement signs or control characters",
        "The model learns to write them.",
        f"{_CLEAN} If there are many, convert the file from its first encoding once more.",
    ),
    "mojibake": Rule(
        "Text that was read in a wrong encoding, such as Ã¼ for ü",
        "The model learns to write it.",
        f"{_CLEAN} If there are many, convert the file once more: iconv -f utf-8 -t cp1252.",
    ),
    "script": Rule(
        "A side in another script than it usually has",
        "The wrong language is learnt.",
        f"{_CLEAN} If there are many, look whether two columns are exchanged.",
    ),
    "language": Rule(
        "A side spelt like another language",
        "The wrong language is learnt; untranslated sentences do most harm of all.",
        f"{_CLEAN} Lists of names are found, too: --keep language if your corpus has them.",
    ),
    "length": Rule(
        "One side far too long for the other",
        "The model learns to leave out or to invent.",
        _CLEAN,
    ),
    "cut": Rule(
        "One side says less than the other: its length and its words tell",
        "The model learns to stop too early, or to go on.",
        _CLEAN,
    ),
    "mismatch": Rule(
        "Sides whose words do not fit each other",
        "Wrong translations are learnt. Many in a row mean that lines are shifted.",
        f"{_CLEAN} If there are many, look whether the two files belong together.",
    ),
    "numbers": Rule(
        "Numbers on one side that are not on the other",
        "Numbers are carried over unlearnt, so a few do no harm; wrong ones make the model drop "
        "them.",
        "Look at them: “two” for 2 and 3 p.m. for 15:00 are right.",
        removes=False,
    ),
    "tags": Rule(
        "Tags or placeholders on one side that are not on the other",
        "The model learns to drop or to invent them.",
        "Mend them, or take the tags out of both sides.",
        removes=False,
    ),
    "sentences": Rule(
        "Sides with different numbers of sentences",
        "None, if they say the same. A model of single sentences learns to join or to split them.",
        "Nothing, unless they are many: then look whether a side is cut short.",
        removes=False,
    ),
    "quotes": Rule(
        "Quotation marks doubled as Excel doubles them",
        'The model learns to write “""”.',
        "Save the table as .xlsx or .csv, from which they are read rightly.",
        removes=False,
    ),
    "letters": Rule(
        "Letters that the corpus has only once or twice",
        "The vocabulary may have no piece for them: the model cannot write them.",
        "Look whether they are misspelt or damaged.",
        removes=False,
    ),
}

REMOVING = tuple(name for name, rule in RULES.items() if rule.removes and name != "empty")
