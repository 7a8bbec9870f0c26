"""The picture of `length`: BLEU and chrF2 over the words of the source, a curve for each model."""

from seq2seq.explain.pictures.picture import Picture, bare
from seq2seq.explain.topics.length import Length


def draw(length: Length, *, dark: bool = False) -> Picture:
    """Draws both scores side by side."""
    picture = Picture(9.0, 3.8, dark=dark)
    theme = picture.theme
    axes = picture.axes_of(1, 2)
    names = length.names()

    for axis, metric in zip(axes, ("bleu", "chrf2"), strict=True):
        for place, curve in enumerate(length.curves):
            values = getattr(curve, metric)
            colour = theme.series[place % len(theme.series)]
            axis.plot(range(len(names)), values, color=colour)
            for column, value in enumerate(values):
                (dot,) = axis.plot(column, value, "o", color=colour, markersize=5)
                picture.tip(
                    dot,
                    f"{curve.name}, {names[column]} words: {value:.1f}"
                    f"\n{length.counts[column]} sentences",
                )
            axis.plot([], [], "o-", color=colour, label=picture.words(curve.name))
        axis.set_xticks(range(len(names)), names)
        axis.set_xlabel("words of the source")
        axis.set_ylim(0, 102)
        axis.grid(alpha=0.5)
        picture.title(axis, {"bleu": f"BLEU ({length.tokenize})", "chrf2": "chrF2"}[metric])
        bare(axis, ("top", "right"))
    picture.legend_of(axes[0], loc="lower left")
    picture.arrange()
    return picture
