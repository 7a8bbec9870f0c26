"""An archive is what is expected, by its headers, before any of its arrays takes memory."""

import io
import os
import tracemalloc
import zipfile

import numpy as np
import pytest

from seq2seq.storage.archive import DAMAGED, Header, read_archive, read_headers, save_archive

ARRAYS = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.float32(7)}
EXPECTED = {"a": Header("float32", (2, 3)), "b": Header("float32", ())}


@pytest.fixture
def path(tmp_path):
    save_archive(tmp_path / "numbers.npz", ARRAYS)
    return tmp_path / "numbers.npz"


def refused(path, message, expected=None):
    with pytest.raises(DAMAGED, match=message):
        read_archive(path, expected or EXPECTED)


def npy(array) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def header_of(shape: tuple, dtype: str = "<f4") -> bytes:
    """The head of an array without the array."""
    buffer = io.BytesIO()
    about = {"descr": dtype, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, about)
    return buffer.getvalue()


def write_zip(path, members, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def test_arrays_come_back_and_their_headers_without_them(path):
    read = read_archive(path, EXPECTED)
    assert all(np.array_equal(read[name], ARRAYS[name]) for name in ARRAYS)
    assert read_headers(path) == EXPECTED
    assert read_archive(path, {"b": EXPECTED["b"]}, others=True) == {"b": 7}
    assert read_archive(path, {**EXPECTED, "a": Header("float32", (None, None))}).keys() == {
        "a",
        "b",
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"a": np.zeros((3, 2), np.float32)}, "numbers.npz has float32 3 × 2 as a, not float32 2"),
        ({"a": np.zeros((2, 3), np.float64)}, "numbers.npz has float64 2 × 3 as a"),
        ({"a": np.zeros((2, 3), np.int32)}, "int32 2 × 3"),
        ({"a": np.zeros((2, 3), np.complex64)}, "complex64 2 × 3"),
        ({"a": np.zeros((2, 3), ">f4")}, ">f4 2 × 3"),
        ({"a": np.full((2, 3), np.nan, np.float32)}, "a of .* holds a number that is not finite"),
        ({"b": np.float32(-np.inf)}, "b of .* holds a number that is not finite"),
        ({"b": np.float32([7])}, "float32 1 as b, not float32."),
        ({"c": np.float32(1)}, "has c, which is not expected"),
    ],
)
def test_other_arrays_are_refused(path, changes, message):
    save_archive(path, {**ARRAYS, **changes})
    refused(path, message)


def test_array_that_is_missing_is_named(path):
    save_archive(path, {"a": ARRAYS["a"]})
    refused(path, "numbers.npz has no b")


def test_claims_of_more_than_there_is_are_refused_before_memory_is_taken(tmp_path):
    path = tmp_path / "numbers.npz"
    huge = {"a": Header("float32", (1 << 20, 1 << 10)), "b": Header("float32", ())}
    write_zip(path, {"a.npy": header_of((1 << 20, 1 << 10)), "b.npy": npy(np.float32(7))})
    tracemalloc.start()
    refused(path, "a.npy does not hold what its header says", huge)
    write_zip(path, {"a.npy": b"\0" * 10**8, "b.npy": npy(np.float32(7))}, zipfile.ZIP_DEFLATED)
    tracemalloc.clear_traces()
    refused(path, "claims to hold more than the file has bytes", huge)
    assert tracemalloc.get_traced_memory()[1] < 10**6
    tracemalloc.stop()


def test_compressed_doubled_and_pickled_arrays_are_refused(tmp_path):
    path = tmp_path / "numbers.npz"
    noise = np.random.default_rng(1).normal(size=(2, 3)).astype(np.float32)
    np.savez_compressed(path, a=noise, b=np.float32(7))
    refused(path, ".")
    with pytest.warns(UserWarning), zipfile.ZipFile(path, "w") as archive:
        for _ in range(2):
            archive.writestr("a.npy", npy(noise))
    refused(path, "is compressed, or is there twice")
    write_zip(path, {"a.npy": header_of((2, 3), "|O") + b"\0" * 48})
    refused(path, "does not hold what its header says")


def test_pipe_device_and_directory_are_refused_without_waiting(tmp_path):
    path = tmp_path / "numbers.npz"
    os.mkfifo(path)
    refused(path, "no regular file")
    path.unlink()
    path.symlink_to("/dev/zero")
    refused(path, "no regular file")
    path.unlink()
    path.mkdir()
    refused(path, ".")
    refused(tmp_path / "missing", "No such file")
