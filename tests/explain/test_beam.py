"""The tree is that of the search: its leaves are the n-best list, and what fell says why."""

import numpy as np
import pytest
import tensorflow as tf

from seq2seq import explain
from seq2seq.errors import InputError
from seq2seq.explain.pictures.beam import _heights
from seq2seq.explain.search_tree import greedy_tokens, search_tree
from seq2seq.ids import PAD_ID
from seq2seq.model.options import ATTENTION_NAMES, CELL_NAMES
from seq2seq.search.beam import beam_search, greedy_search

SOURCE = tf.constant([[4, 7, 5, 9, 3]])
LIMIT = 7


def searched(model, beam_size, n_best, length_penalty):
    state, source = model.encode(SOURCE)
    found = beam_search(
        model.step,
        state,
        source,
        max_lengths=tf.constant([LIMIT]),
        beam_size=beam_size,
        n_best=n_best,
        length_penalty=length_penalty,
    )
    tokens = found.tokens.numpy()[0]
    return [row[row != PAD_ID].tolist() for row in tokens], found.scores.numpy()[0]


def tree_of(model, *, beam_size=3, n_best=3, length_penalty=1.0):
    return search_tree(
        model,
        SOURCE,
        beam_size=beam_size,
        n_best=n_best,
        length_penalty=length_penalty,
        limit=LIMIT,
    )


@pytest.mark.parametrize("attention", ATTENTION_NAMES)
@pytest.mark.parametrize("cell", CELL_NAMES)
def test_leaves_are_the_n_best_list(tiny_model, cell, attention):
    model = tiny_model(cell, attention)
    for beam_size, n_best, length_penalty in ((3, 3, 1.0), (4, 2, 0.0)):
        tokens, scores = searched(model, beam_size, n_best, length_penalty)
        tree = tree_of(model, beam_size=beam_size, n_best=n_best, length_penalty=length_penalty)
        assert [tree.tokens(place) for place in tree.best] == tokens
        found = [tree.nodes[place].score for place in tree.best]
        np.testing.assert_allclose(found, scores, rtol=1e-4)


def test_greedy_path_is_that_of_greedy_search(tiny_model):
    model = tiny_model("gru", "luong")
    state, source = model.encode(SOURCE)
    found = greedy_search(model.step, state, source, max_lengths=tf.constant([LIMIT]))
    tokens = found.tokens.numpy()[0, 0]
    assert greedy_tokens(model, SOURCE, LIMIT) == tokens[tokens != PAD_ID].tolist()

    tree = tree_of(model, beam_size=1, n_best=1)
    assert tree.tokens(tree.best[0]) == greedy_tokens(model, SOURCE, LIMIT)


def test_what_fell_scored_below_all_that_was_kept_at_its_step(tiny_model):
    tree = tree_of(tiny_model("lstm", "bahdanau"))
    pruned = [node for node in tree.nodes if not node.kept]
    assert pruned
    for node in pruned:
        kept = [other for other in tree.nodes if other.kept and other.step == node.step]
        assert all(node.score <= other.score for other in kept)
        assert "is below the 3rd score" in node.reason


def test_every_end_has_a_reason(tiny_model):
    tree = tree_of(tiny_model("rnn", "none"), n_best=1)
    parents = {node.parent for node in tree.nodes if node.kept}
    for node in tree.nodes:
        if node.place not in parents:
            assert node.reason, node


def test_log_probability_of_a_path_grows_by_its_pieces(translator):
    shown = explain.beam(translator(), "a b c", beam_size=3)
    assert [shown.branches[place].rank for place in shown.best] == [1, 2, 3]
    for branch in shown.branches[1:]:
        assert branch.log_prob <= shown.branches[branch.parent].log_prob + 1e-6
        assert branch.step == shown.branches[branch.parent].step + 1


def test_place_where_greedy_leaves_is_the_first_difference(translator):
    shown = explain.beam(translator("rnn", "luong"), "a b c d", beam_size=4)
    path = shown.path(shown.best[0])
    greedy = [branch.greedy for branch in path]
    if shown.greedy_leaves is None:
        assert all(greedy)
    else:
        assert greedy == [place < shown.greedy_leaves for place in range(len(path))]


def test_beam_that_is_smaller_than_n_best_is_refused(translator):
    with pytest.raises(InputError, match="Expected n-best to be at most the beam size"):
        explain.beam(translator(), "a b", beam_size=2, n_best=3)


def test_branches_of_the_picture_do_not_share_a_line_at_a_step(translator):
    shown = explain.beam(translator(), "a b c", beam_size=3)
    heights = _heights(shown, shown.branches)
    places = [(branch.step, heights[branch.place]) for branch in shown.branches]
    assert len(set(places)) == len(places)
    assert {heights[branch.place] for branch in shown.path(shown.best[0])} == {heights[0]}
