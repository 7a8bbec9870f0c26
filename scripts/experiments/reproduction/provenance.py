"""What a figure owes to the code and the machine."""

import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

from reproduction.process import ROOT
from seq2seq.cpu import available_cores


def checkout() -> dict[str, str]:
    """The version, and the commit of this checkout, "-dirty" where files differ from it."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--exclude", "*"]
    try:
        commit = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):  # an archive, or no git
        commit = "unknown"
    return {"version": version("seq2seq"), "commit": commit}


def processor() -> str:
    """The processor's name, and how many cores may be used."""
    names = [platform.processor() or platform.machine()]
    information = Path("/proc/cpuinfo")
    if information.exists():
        lines = information.read_text(encoding="utf-8").splitlines()
        names = [
            line.partition(":")[2].strip() for line in lines if line.startswith("model name")
        ] or names
    cores = available_cores()
    return f"{names[0]}, {cores} {'core' if cores == 1 else 'cores'}"
