"""Plain text: output line k translates input line k, and line ends stay."""

import pytest

from seq2seq.errors import InputError


def test_every_line_is_a_segment_and_spaces_around_it_stay(opened, shouted):
    text = "\ufeff  Hello there. \r\n\r\n12345\r\n\tBye,\r\nfriend"
    assert opened("a.txt", text).segments == ["Hello there.", "Bye,", "friend"]
    assert shouted("a.txt", text) == "\ufeff  HELLO THERE. \r\n\r\n12345\r\n\tBYE,\r\nFRIEND"


def test_untranslated_text_is_the_same_bytes(unchanged):
    data = b"a\r\n b \n\rc\x0bd\x85e".replace(b"\x85", "\x85".encode())
    assert unchanged("a.txt", data) == data


def test_links_stay(shouted):
    assert shouted("a.txt", "see http://a.b/c now\n") == "SEE http://a.b/c NOW\n"


def test_text_in_another_encoding_is_refused(opened):
    with pytest.raises(InputError, match=r"plain text \(\.txt\).*line 2 of which is not UTF-8"):
        opened("a.txt", b"one\ncaf\xe9\n")
