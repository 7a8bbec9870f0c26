"""What the doctor finds: a missing or broken part is a line with advice, never an exception."""

import builtins
import importlib.metadata
import sys
from pathlib import Path

import pytest

from seq2seq.diagnosis import devices, packages, system
from seq2seq.diagnosis.finding import Finding, found
from seq2seq.diagnosis.fonts import look_at_fonts


def named(findings):
    return {finding.name: finding for finding in findings}


def test_a_look_that_fails_is_a_finding():
    def look():
        yield Finding("first", "there")
        raise RuntimeError("a file\nis gone")

    assert found("disk", look) == [Finding("disk", "unknown: a file is gone")]


def test_a_missing_package_is_broken_and_a_missing_extra_is_not(monkeypatch):
    there = packages.version

    def version(name):
        if name in ("sentencepiece", "uvicorn"):
            raise importlib.metadata.PackageNotFoundError(name)
        return there(name)

    monkeypatch.setattr(packages, "version", version)
    needed = named(packages.look_at_packages())
    assert needed["sentencepiece"].broken and "pip install" in needed["sentencepiece"].advice
    assert not needed["numpy"].broken and needed["numpy"].value == there("numpy")

    extras = named(packages.look_at_extras())
    assert set(extras) == {f"extra {name}" for name in packages.EXTRAS}
    assert extras["extra serve"].value == "without uvicorn"
    assert extras["extra serve"].advice == 'For the server: pip install "seq2seq[serve]".'
    assert not any(finding.broken for finding in extras.values())


def test_every_extra_of_users_is_looked_at():
    import tomllib

    text = Path(__file__).parents[2].joinpath("pyproject.toml").read_text(encoding="utf-8")
    extras = set(tomllib.loads(text)["project"]["optional-dependencies"])
    assert extras - set(packages.EXTRAS) == {"bench", "browser", "deploy", "dev", "docs"}


def test_an_extra_of_another_package_stands_for_what_that_needs():
    assert "mecab-ko" in packages._required("seq2seq", extra="ko")


CPU = "model name\t: A Processor\nflags\t\t: fpu {}\nmodel name\t: A Processor\n"


@pytest.mark.parametrize(
    "flags, value, broken, advises",
    [
        ("avx avx2 avx512f avx512_bf16", ": avx, avx2, avx512f, avx512_bf16", False, False),
        ("avx avx2", ": avx, avx2", False, True),
        ("sse", ": no AVX", True, True),
    ],
)
def test_processor_tells_its_features(tmp_path, monkeypatch, flags, value, broken, advises):
    (tmp_path / "cpuinfo").write_text(CPU.format(flags))
    monkeypatch.setattr(system, "_CPUINFO", tmp_path / "cpuinfo")
    finding = named(system.look_at_system(tmp_path))["processor"]
    assert finding.value == f"A Processor{value}"
    assert (finding.broken, bool(finding.advice)) == (broken, advises)


def test_memory_is_no_more_than_the_container_may_have(tmp_path, monkeypatch):
    (tmp_path / "meminfo").write_text("MemTotal: 16777216 kB\nMemAvailable: 12582912 kB\n")
    (tmp_path / "limit").write_text("2147483648\n")
    monkeypatch.setattr(system, "_MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(system, "_MEMORY_LIMIT", tmp_path / "max")
    finding = named(system.look_at_system(tmp_path))["memory"]
    assert (finding.value, finding.advice) == ("16.0 GiB, 12.0 GiB free", "")

    monkeypatch.setattr(system, "_MEMORY_LIMIT", tmp_path / "limit")
    finding = named(system.look_at_system(tmp_path))["memory"]
    assert finding.value == "2.0 GiB, 2.0 GiB free" and "--preset tiny" in finding.advice


def test_a_system_without_proc_has_all_its_lines(tmp_path, monkeypatch):
    for name in ("_CPUINFO", "_MEMINFO", "_MEMORY_LIMIT"):
        monkeypatch.setattr(system, name, tmp_path / "missing")
    assert list(named(system.look_at_system(tmp_path))) == ["processor", "cores", "memory", "disk"]


def test_a_gpu_newer_than_tensorflow_is_told_with_advice():
    known = devices._gpu({"device_name": "A100", "compute_capability": (8, 0)})
    newer = devices._gpu({"device_name": "B200", "compute_capability": (10, 0)})
    assert known == Finding("gpu", "A100, compute capability 8.0")
    assert "no code for it" in newer.advice and not newer.broken


def test_cudnn_is_in_use_or_the_reason_is_told(monkeypatch):
    assert "there is no GPU" in devices._cudnn(False).value
    for version, value, advice in (
        (None, "not in use: libcudnn.so.9 is not found", "tensorflow[and-cuda]"),
        ((9, 1, 0), "9.1.0, too old", "needs 9.3 or newer"),
        ((9, 13, 1), "9.13.1, for GRU and LSTM", ""),
    ):
        monkeypatch.setattr(devices, "_cudnn_version", lambda version=version: version)
        finding = devices._cudnn(True)
        assert finding.value == value and advice in finding.advice


def test_a_driver_without_a_gpu_in_tensorflow_is_told(monkeypatch):
    monkeypatch.setattr(devices.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert "tensorflow[and-cuda]" in devices._no_gpu().advice


def test_tensorflow_that_cannot_be_loaded_is_broken(monkeypatch):
    def fail():
        raise ImportError("libstdc++.so.6: version `GLIBCXX_3.4.32' not found")

    monkeypatch.setattr(devices, "load_tensorflow", fail)
    (finding,) = devices.look_at_devices()
    assert finding.broken and "GLIBCXX" in finding.value and "pip install" in finding.advice


def test_fonts_without_matplotlib_or_without_hangul(monkeypatch):
    from seq2seq.explain import fonts

    monkeypatch.setattr(fonts, "letters_of_fonts", lambda: frozenset(map(ord, "abc")))
    (finding,) = look_at_fonts()
    assert "none has Hangul" in finding.value and "seq2seq[explain]" in finding.advice

    monkeypatch.delitem(sys.modules, "seq2seq.explain.fonts")
    load = builtins.__import__

    def refuse(name, *arguments, **options):
        if name == "matplotlib":
            raise ImportError(name)
        return load(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", refuse)
    (finding,) = look_at_fonts()
    assert "matplotlib is not installed" in finding.value
