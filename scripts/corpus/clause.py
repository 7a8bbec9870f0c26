"""Clauses: who does what, in one of eleven forms, in both languages at once.

The forms are present, past, progressive, progressive_past, future, going_to, want, want_past, can,
could_not and must.
"""

from __future__ import annotations

import korean as ko
from deeds import Deed
from draw import Draw
from people import Subject, agree

FINITE_FORMS = ("present", "past", "future", "going_to")


def predicate(
    form: str, v: ko.Verb, s: Subject, *, negated: bool = False, polite: bool = False
) -> str:
    """Returns the Korean predicate of a clause."""
    if form in FINITE_FORMS:
        whole = denied(v, s.honor) if negated else ko.respectful(v, s.honor)
        ending = {"present": ko.present, "past": ko.past}.get(form, ko.future)
        return ending(whole, polite=polite)
    if form == "could_not":
        return ko.past(ko.respectful(ko.unable(v), s.honor), polite=polite)

    whole = modal(form, v, s, negated=negated)
    ending = ko.past if form.endswith("_past") else ko.present
    return ending(whole, polite=polite)


def denied(v: ko.Verb, honor: bool) -> ko.Verb:
    """Returns the negated verb: 안 먹다, 안 드시다; to understand and to remember take 못."""
    unable = v.stem.endswith(("이해하", "기억하"))
    return ko.respectful(ko.unable(v) if unable else ko.negative(v), honor)


def modal(form: str, v: ko.Verb, s: Subject, *, negated: bool) -> ko.Verb:
    """Returns the Korean verb of what one must do, can do, wants to do or is doing."""
    honor = s.honor
    if form == "must":
        return ko.need_not(v, honor=honor) if negated else ko.must(v, honor=honor)
    if form == "can":
        return ko.cannot(v, honor=honor) if negated else ko.can(v, honor=honor)

    if form.startswith("want"):
        own = s.knows_own_wish
        if not negated:
            return ko.want(v, own=own, honor=honor)
        return ko.respectful(ko.long_negative(ko.want(v, own=own)), honor)

    doing = ko.progressive(v, honor=honor)
    return ko.long_negative(doing) if negated else doing


def english_parts(form: str, s: Subject, deed: Deed) -> tuple[str, str, str]:
    """Returns the parts of an English clause after its subject.

    Returns:
        The auxiliary, what follows it, and the finite verb phrase that statements without an
        auxiliary have ("reads books"; empty where a statement needs the auxiliary).
    """
    action = deed.action
    do = agree("do", s)
    bare = deed.base

    match form:
        case "present":
            return do, bare, deed.english(agree(action.base, s))
        case "past":
            return "did", bare, deed.past
        case "progressive":
            return agree("be", s), deed.ing, ""
        case "progressive_past":
            return agree("was", s), deed.ing, ""
        case "want":
            return do, f"want to {bare}", f"{agree('want', s)} to {bare}"
        case "want_past":
            return "did", f"want to {bare}", f"wanted to {bare}"
        case "must":
            return do, f"have to {bare}", f"{agree('have', s)} to {bare}"
        case "going_to":
            return agree("be", s), f"going to {bare}", ""
        case "could_not":
            return "could not", bare, ""
        case "future":
            return "will", bare, ""
        case "can":
            return "can", bare, ""
    raise ValueError(f"Expected a form of the clause. Received: {form!r}.")


def english_clause(
    form: str,
    s: Subject,
    deed: Deed,
    *,
    negated: bool = False,
    question: bool = False,
    adverb: str = "",
) -> str:
    """Returns the English clause; `adverb` (often, always, ...) stands before the main verb."""
    auxiliary, rest, finite = english_parts(form, s, deed)
    adverb = adverb + " " if adverb else ""

    if question:
        return f"{auxiliary} {s.english} {adverb}{rest}"
    if negated:
        return f"{s.english} {auxiliary} not {adverb}{rest}".replace("can not", "cannot")
    if finite:
        return f"{s.english} {adverb}{finite}"
    return f"{s.english} {auxiliary} {rest}"


def said(
    d: Draw,
    form: str,
    s: Subject,
    deed: Deed,
    *,
    negated: bool = False,
    question: bool = False,
) -> tuple[str, str]:
    """Returns the English clause, and the Korean predicate that says the same."""
    english = english_clause(form, s, deed, negated=negated, question=question)
    return english, predicate(form, deed.verb, s, negated=negated, polite=d.polite)
