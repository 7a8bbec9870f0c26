"""What the tokenizer needs of tensorflow-text beyond its public interface."""

import inspect

import pytest
import tensorflow as tf
import tensorflow_text
from tensorflow_text.python.ops import sentencepiece_tokenizer

from fixtures.interfaces import expect_interface
from seq2seq.data.tokenizer import Tokenizer

PACKAGE = "tensorflow-text"


@pytest.fixture(scope="module")
def tokenizers():
    """Tokenizers of two languages without a letter in common."""
    return [Tokenizer.train([text] * 9, 36) for text in ("a b ab", "가 나 가나")]


def test_sentencepiece_tokenizer_reads_the_model_in_model_resource(tokenizers):
    one, other = tokenizers
    operations = tensorflow_text.SentencepieceTokenizer(one.model, out_type=tf.int32, add_eos=True)
    interface = "SentencepieceTokenizer._model_resource"
    expect_interface(hasattr(operations, "_model_resource"), PACKAGE, interface)

    operations._model_resource = other.resource._model_resource
    text = tf.constant(["가나"])
    found = operations.tokenize(text).to_list()
    expect_interface(found == other.tokenize(text).to_list(), PACKAGE, interface)


def test_sentencepiece_op_makes_a_resource_of_a_given_name():
    generated = getattr(sentencepiece_tokenizer, "gen_sentencepiece_tokenizer", None)
    create = getattr(generated, "sentencepiece_op", None)
    parameters = inspect.signature(create).parameters if create else {}
    expect_interface(
        {"model", "shared_name", "name"} <= set(parameters),
        PACKAGE,
        "gen_sentencepiece_tokenizer.sentencepiece_op(model, shared_name, name)",
    )
