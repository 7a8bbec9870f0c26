"""Mishaps that happen to people's runs, files and servers, and what must hold through them."""

import sys
from pathlib import Path

# Of the scripts for experiments, where what a figure owes to the machine is told.
sys.path.append(str(Path(__file__).parents[2] / "experiments"))
