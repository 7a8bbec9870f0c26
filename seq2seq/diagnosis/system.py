"""What the machine has: processor, cores, memory, disk."""

import os
import platform
import shutil
from collections.abc import Iterator
from pathlib import Path

from seq2seq.cpu import available_cores
from seq2seq.diagnosis.finding import Finding

# Instructions that make training faster, as /proc/cpuinfo names them, the oldest first.
FEATURES = ("avx", "avx2", "avx512f", "avx512_bf16", "amx_bf16")
_NARROW = {"avx512_bf16", "amx_bf16"}

_CPUINFO = Path("/proc/cpuinfo")
_MEMINFO = Path("/proc/meminfo")
_MEMORY_LIMIT = Path("/sys/fs/cgroup/memory.max")
_GIB = 1 << 30
_SMALL_MEMORY = 4 * _GIB
_SMALL_DISK = 5 * _GIB


def look_at_system(folder: Path) -> Iterator[Finding]:
    """Looks at the processor, the cores, the memory, and the disk of a folder."""
    yield _processor()
    yield _cores()
    yield _memory()
    yield _disk(folder)


def _processor() -> Finding:
    fields = _fields(_CPUINFO)
    name = fields.get("model name") or platform.processor() or platform.machine()
    flags = set(fields.get("flags", "").split())
    if not flags:
        return Finding("processor", name)

    shown = ", ".join(feature for feature in FEATURES if feature in flags) or "no AVX"
    if "avx" not in flags:
        advice = "TensorFlow's packages need AVX. Use another machine."
        return Finding("processor", f"{name}: {shown}", advice, broken=True)
    advice = "" if flags & _NARROW else "With avx512_bf16 or amx_bf16, training is faster."
    return Finding("processor", f"{name}: {shown}", advice)


def _cores() -> Finding:
    cores = available_cores()
    there = os.cpu_count() or cores
    value = f"{cores}" if cores == there else f"{cores} of {there} may be used"
    return Finding("cores", value)


def _memory() -> Finding:
    fields = _fields(_MEMINFO)
    total = _kibibytes(fields.get("MemTotal"))
    free = _kibibytes(fields.get("MemAvailable"))
    limit = _MEMORY_LIMIT.read_text().strip() if _MEMORY_LIMIT.is_file() else ""
    if limit.isdigit():
        total = min(total, int(limit))
    if not total:
        return Finding("memory", "unknown")

    free = min(free, total)
    small = "Training may run out of memory: choose --preset tiny or small."
    value = f"{total / _GIB:.1f} GiB, {free / _GIB:.1f} GiB free"
    return Finding("memory", value, small if free < _SMALL_MEMORY else "")


def _disk(folder: Path) -> Finding:
    usage = shutil.disk_usage(folder)
    advice = "Free some space before a long run." if usage.free < _SMALL_DISK else ""
    value = f"{usage.free / _GIB:.1f} GiB free of {usage.total / _GIB:.1f} GiB at {folder}"
    return Finding("disk", value, advice)


def _fields(path: Path) -> dict[str, str]:
    """The first value of each name in a file of "name : value" lines; nothing without the file."""
    found: dict[str, str] = {}
    if path.is_file():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            found.setdefault(name.strip(), value.strip())
    return found


def _kibibytes(value: str | None) -> int:
    """The bytes of a size such as "16384 kB"."""
    return int(value.split()[0]) * 1024 if value else 0
