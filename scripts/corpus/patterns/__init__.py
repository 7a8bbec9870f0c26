"""The patterns of the corpus, and how much of it each of them makes.

A pattern is a function that draws one sentence. The order of the list is the order of drawing.
"""

from __future__ import annotations

from collections.abc import Callable

from draw import Draw, Sentence
from patterns.attributive import attributive
from patterns.clock import calendar, clock_time, duration
from patterns.comparison import comparison
from patterns.doing import intention, opinion, skill
from patterns.feelings import favorite, feeling, health
from patterns.giving import asking_favour, giving
from patterns.going import going_where, have_been, movement, purpose, residence
from patterns.identity import age, identity, nationality, occupation
from patterns.joined import condition, reason, relative_clause, seeming, sequence
from patterns.location import distance, location, presence, whereabouts
from patterns.naming import introduction, naming, relation
from patterns.quality import quality
from patterns.quantity import amount, having, price
from patterns.questions import wh_question, what_question, who_question
from patterns.requests import calling, command, permission, suggestion
from patterns.statements import state, statement, yes_no_question
from patterns.weather import weather

Pattern = Callable[[Draw], Sentence]

# pattern, share of the corpus
PATTERNS: list[tuple[Pattern, float]] = [
    (statement("present"), 4.6),
    (statement("past"), 5.4),
    (statement("progressive"), 3.2),
    (statement("future"), 2.6),
    (statement("going_to"), 1.8),
    (statement("want"), 2.6),
    (statement("can"), 1.4),
    (statement("must"), 2.2),
    (statement("could_not"), 1.4),
    (statement("progressive_past"), 0.9),
    (statement("want_past"), 0.5),
    (statement("present", negated=True), 1.7),
    (statement("past", negated=True), 1.8),
    (statement("progressive", negated=True), 0.6),
    (statement("future", negated=True), 0.9),
    (statement("want", negated=True), 0.9),
    (statement("can", negated=True), 0.9),
    (statement("must", negated=True), 0.9),
    (yes_no_question("present"), 1.5),
    (yes_no_question("past"), 2.2),
    (yes_no_question("progressive"), 1.4),
    (yes_no_question("future"), 0.9),
    (yes_no_question("want"), 1.2),
    (yes_no_question("can"), 1.1),
    (yes_no_question("must"), 0.6),
    (wh_question, 3.2),
    (what_question, 2.2),
    (who_question, 1.8),
    (state, 4.2),
    (command, 4.0),
    (suggestion, 2.8),
    (permission, 1.4),
    (intention, 1.8),
    (skill, 2.2),
    (opinion, 1.8),
    (sequence, 2.6),
    (condition, 2.0),
    (reason, 1.8),
    (seeming, 1.2),
    (relative_clause, 1.4),
    (purpose, 1.8),
    (movement, 4.0),
    (going_where, 1.5),
    (giving, 1.8),
    (asking_favour, 0.8),
    (residence, 1.4),
    (have_been, 1.0),
    (introduction, 5.6),
    (naming, 3.4),
    (relation, 3.2),
    (occupation, 4.0),
    (nationality, 2.2),
    (identity, 3.0),
    (age, 1.6),
    (feeling, 4.2),
    (quality, 4.4),
    (attributive, 3.6),
    (weather, 2.4),
    (favorite, 1.6),
    (health, 1.3),
    (comparison, 3.2),
    (location, 3.0),
    (whereabouts, 3.0),
    (presence, 2.2),
    (distance, 0.9),
    (having, 3.2),
    (amount, 2.4),
    (clock_time, 2.6),
    (calendar, 2.0),
    (price, 1.5),
    (duration, 1.6),
    (calling, 1.8),
]
