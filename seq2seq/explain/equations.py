"""The equations of the cells in LaTeX, with the numbers of a step."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

_EQUATIONS = {
    "gru": (
        r"z &= \sigma(W_z x + b_z + U_z h + c_z)",
        r"r &= \sigma(W_r x + b_r + U_r h + c_r)",
        r"n &= \tanh(W_n x + b_n + r \odot (U_n h + c_n))",
        r"h' &= z \odot h + (1 - z) \odot n",
    ),
    "lstm": (
        r"i &= \sigma(W_i x + U_i h + b_i)",
        r"f &= \sigma(W_f x + U_f h + b_f)",
        r"o &= \sigma(W_o x + U_o h + b_o)",
        r"g &= \tanh(W_g x + U_g h + b_g)",
        r"c' &= f \odot c + i \odot g",
        r"h' &= o \odot \tanh(c')",
    ),
    "rnn": (r"h' &= \tanh(W x + U h + b)",),
}
_SYMBOLS = {
    "input x": "x",
    "hidden before": "h",
    "cell before": "c",
    "update": "z",
    "reset": "r",
    "input": "i",
    "forget": "f",
    "output": "o",
    "hidden after": "h'",
    "cell after": "c'",
}
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\u2581": r"\textvisiblespace{}",
}


class _Likely(Protocol):
    """What is read of a piece that may come next."""

    @property
    def piece(self) -> str: ...

    @property
    def logit(self) -> float: ...

    @property
    def probability(self) -> float: ...


def latex(
    cell: str,
    vectors: Sequence[tuple[str, np.ndarray]],
    likeliest: Sequence[_Likely],
    *,
    shown: int,
) -> str:
    """The equations of a cell, its vectors and the likeliest pieces, for a document with amsmath.

    Args:
        cell: "gru", "lstm" or "rnn".
        vectors: Each vector of the step with its name.
        likeliest: The pieces that may come next.
        shown: How many numbers of each vector are written.
    """
    candidate = "g" if cell == "lstm" else "n"
    lines = [r"\begin{align*}", " \\\\\n".join(_EQUATIONS[cell]), r"\end{align*}"]

    lines += [r"\begin{align*}"]
    rows = []
    for name, values in vectors:
        symbol = candidate if name == "candidate" else _SYMBOLS[name]
        numbers = " & ".join(f"{value:.4f}" for value in values[:shown])
        more = r" & \cdots" if len(values) > shown else ""
        rows.append(rf"{symbol} &= \begin{{bmatrix}} {numbers}{more} \end{{bmatrix}}")
    lines += [" \\\\\n".join(rows), r"\end{align*}"]

    lines += [r"\begin{tabular}{lrr}", r"piece & logit & probability \\ \hline"]
    lines += [
        rf"{_escaped(likely.piece)} & {likely.logit:.3f} & {likely.probability:.4f} \\"
        for likely in likeliest
    ]
    lines.append(r"\end{tabular}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(letter, letter) for letter in text)
