"""The picture of `why`: a bar for each source piece, to the right where it speaks for."""

from seq2seq.explain.pictures.picture import Picture, bare
from seq2seq.explain.topics.why import Why

_BAR = 0.34  # inches


def draw(why: Why, *, dark: bool = False) -> Picture:
    """Draws the parts of the difference, and their sum."""
    parts = [*zip(why.source_pieces, why.contributions.tolist(), strict=True)]
    parts.append(("without a source", why.without_source))
    picture = Picture(7.5, _BAR * (len(parts) + 1) + 1.9, dark=dark)
    theme = picture.theme
    (axes,) = picture.axes_of()

    for place, (piece, value) in enumerate([*parts, ("sum", why.difference)]):
        is_sum = place == len(parts)
        colour = theme.accent if value >= 0 else theme.contrast
        bar = axes.barh(place, value, color=colour, alpha=1 if is_sum else 0.7, height=0.7)[0]
        picture.tip(bar, f"{piece}: {value:+.3f} nats")
        side = "left" if value >= 0 else "right"
        axes.annotate(
            f"{value:+.2f}",
            (value, place),
            xytext=(4 if value >= 0 else -4, 0),
            textcoords="offset points",
            ha=side,
            va="center",
            fontsize=8,
            color=theme.muted,
        )

    names = [picture.words(piece) for piece, _ in parts]
    axes.set_yticks(range(len(parts) + 1), [*names, "sum"], color=theme.ink)
    axes.invert_yaxis()
    axes.axvline(0, color=theme.ink, linewidth=0.8)
    axes.axhline(len(parts) - 0.5, color=theme.grid)
    axes.margins(x=0.15)
    picture.title(axes, f"for:     {why.target}\nagainst: {why.other}", linespacing=1.5)
    axes.set_xlabel(f"nats of the difference; the parts add up within {why.error:.1g}")
    bare(axes)
    picture.heading(why.source)
    picture.arrange()
    return picture
