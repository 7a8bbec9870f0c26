"""The colours of pictures, on a light and on a dark ground."""

from dataclasses import dataclass

# From where on a cell is too strong for the ink of a dark ground, and for that of a light one.
_MIDDLING = 0.6
_STRONG = 0.87


@dataclass(frozen=True)
class Theme:
    """Colours by what they are for; no two of a theme are equal, so that a page can change them.

    Attributes:
        ground: Behind everything.
        ink: Text and what matters.
        muted: Text that explains.
        grid: Lines that guide the eye.
        accent: What is strong, what is for.
        contrast: What is against.
        middling: Text on a cell of middling strength: as light as the ink on a light ground, and as
            dark as the ground on a dark one.
        series: Curves side by side.
    """

    ground: str
    ink: str
    muted: str
    grid: str
    accent: str
    contrast: str
    middling: str
    series: tuple[str, ...]

    def colours(self) -> dict[str, str]:
        """Every colour under a name of its own."""
        names = ("ground", "ink", "muted", "grid", "accent", "contrast", "middling")
        single = {name: getattr(self, name) for name in names}
        return single | {f"series-{place}": colour for place, colour in enumerate(self.series)}

    def text_on(self, strength: float) -> str:
        """The colour of text on a cell whose colour has a strength from 0 to 1.

        A page changes its colours with the ground, so that the same limits have to suit both.
        """
        if strength < _MIDDLING:
            return self.ink
        return self.middling if strength < _STRONG else self.ground


def opacity(strength: float) -> float:
    """How opaque a cell is that shows a strength from 0 to 1; one of none can still be seen."""
    return 0.04 + 0.92 * strength


LIGHT = Theme(
    ground="#ffffff",
    ink="#1d2725",
    muted="#62706d",
    grid="#d8dedd",
    accent="#23766a",
    contrast="#b4551d",
    middling="#1d2726",
    series=("#c2571a", "#1f7f73", "#3c5fb0", "#9a3d8b", "#8a7a12", "#4d5a58"),
)
DARK = Theme(
    ground="#151b1a",
    ink="#e7edec",
    muted="#9aa8a5",
    grid="#36413f",
    accent="#6fc9ba",
    contrast="#f0a06b",
    middling="#151b1b",
    series=("#f2a36c", "#63c7b8", "#8fabf0", "#dd8fcf", "#d6c65c", "#b3bfbd"),
)
