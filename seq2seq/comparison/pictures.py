"""The pictures of a report: a colour for each cell, a panel for each attention.

The ground is light; a page changes the colours by its own.
"""

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes

from seq2seq.comparison.report import Comparison
from seq2seq.comparison.result import Result
from seq2seq.explain.pictures.picture import Picture, bare, log_axis

_ROW = 0.34  # inches of a model in the picture of scores
_PANEL = (3.9, 2.9)  # inches

_Draw = Callable[[Picture, Axes, Result, str], None]  # in a panel, one model in a colour


def draw_scores(comparison: Comparison) -> Picture:
    """BLEU and chrF2 of each model, with their intervals."""
    results = comparison.results
    picture = Picture(10.5, 1.1 + _ROW * len(results))
    colours = _colours(picture, results)
    axes = picture.axes_of(1, 2, sharey=True)

    for axis, metric in zip(axes, ("bleu", "chrf2"), strict=True):
        for row, result in enumerate(results):
            score = result.scores[metric]
            low, high = score.confidence_interval or (score.value, score.value)
            colour = colours[result.combination.cell]
            axis.plot([low, high], [row, row], color=colour, linewidth=2)
            (dot,) = axis.plot(score.value, row, "o", color=colour, markersize=6)
            picture.tip(
                dot,
                f"{result.combination.title}: {score.name} {score.value:.2f}"
                f"\n95 %: {low:.2f} to {high:.2f}",
            )
        picture.title(axis, results[0].scores[metric].name)
        axis.grid(alpha=0.5)
        bare(axis, ("top", "right", "left"))
    names = [picture.words(str(result.combination)) for result in results]
    axes[0].set_yticks(range(len(results)), names)
    axes[0].invert_yaxis()
    picture.arrange()
    return picture


def draw_length(comparison: Comparison) -> Picture:
    """BLEU and chrF2 by the words of the source."""
    length = comparison.length
    curves = {curve.name: curve for curve in length.curves}
    names = length.names()

    def draw_metric(metric: str) -> _Draw:
        def draw_one(picture: Picture, axes: Axes, result: Result, colour: str) -> None:
            values = getattr(curves[str(result.combination)], metric)
            axes.plot(range(len(names)), values, color=colour, label=result.combination.cell)
            dots = axes.scatter(range(len(names)), values, s=18, color=colour, linewidths=0)
            texts = [
                f"{result.combination}, {words} words: {value:.1f}\n{count} sentences"
                for words, value, count in zip(names, values, length.counts, strict=True)
            ]
            picture.tip_each(dots, texts)

        return draw_one

    rows = [(f"BLEU ({length.tokenize})", draw_metric("bleu")), ("chrF2", draw_metric("chrf2"))]
    picture, panels = _panels(comparison, rows)
    highest = max(max(*curve.bleu, *curve.chrf2) for curve in length.curves)
    for axes in panels:
        axes.set_xticks(range(len(names)), names)
        axes.set_ylim(0, min(highest * 1.15 + 1, 102))
    for axes in panels[len(panels) // 2 :]:
        axes.set_xlabel("words of the source")
    picture.arrange()
    return picture


def draw_training(comparison: Comparison) -> Picture:
    """chrF2 of the dev pairs over the minutes of training."""

    def draw_one(picture: Picture, axes: Axes, result: Result, colour: str) -> None:
        training = result.training
        axes.plot(training.minutes, training.chrf2, color=colour, label=result.combination.cell)
        dots = axes.scatter(training.minutes, training.chrf2, s=14, color=colour, linewidths=0)
        measured = zip(training.steps, training.minutes, training.chrf2, strict=True)
        texts = [
            f"{result.combination}: chrF2 {chrf2:.1f} after {steps:,.0f} steps, {minutes:.1f} min"
            for steps, minutes, chrf2 in measured
        ]
        picture.tip_each(dots, texts)

    picture, panels = _panels(comparison, [("dev chrF2", draw_one)])
    longest = max(result.training.minutes[-1] for result in comparison.results)
    highest = max(max(result.training.chrf2) for result in comparison.results)
    for axes in panels:
        axes.set_xlabel("minutes")
        axes.set_xlim(0, longest * 1.05)
        axes.locator_params(axis="x", nbins=5, prune="upper")  # no number meets the next panel's
        axes.set_ylim(0, highest * 1.1 + 1)
    picture.arrange()
    return picture


def draw_gradients(comparison: Comparison) -> Picture:
    """The norm of d loss / d state from the last time step to the first, on a log scale."""

    def draw_one(picture: Picture, axes: Axes, result: Result, colour: str) -> None:
        flow = result.gradients
        if flow is None:
            return
        (line,) = axes.semilogy(flow.norms, color=colour, label=result.combination.cell)
        gone = "never" if flow.gone_after is None else f"{flow.gone_after} steps back"
        picture.tip(
            line,
            f"{result.combination}: {flow.left_per_step:.3f} is left after a step; "
            f"less than 1 % is left: {gone}",
        )

    picture, panels = _panels(comparison, [("norm of d loss / d state", draw_one)])
    norms = [one.gradients.norms for one in comparison.results if one.gradients]
    for axes in panels:
        axes.set_xlabel("time steps back")
        if norms:
            axes.set_ylim(float(np.min(norms)) / 3, float(np.max(norms)) * 3)
            log_axis(axes.yaxis)
    picture.arrange()
    return picture


def _panels(comparison: Comparison, rows: list[tuple[str, _Draw]]) -> tuple[Picture, list[Axes]]:
    """Panels in rows, one for each attention, with a curve for each of its models."""
    attentions = list(dict.fromkeys(one.combination.attention for one in comparison.results))
    width, height = _PANEL
    columns = len(attentions)
    picture = Picture(width * max(columns, 2), height * len(rows))
    axes = picture.axes_of(len(rows), columns)
    colours = _colours(picture, comparison.results)

    for row, (label, draw_one) in enumerate(rows):
        for column, attention in enumerate(attentions):
            panel = axes[row * columns + column]
            for result in comparison.results:
                cell, own = result.combination
                if own == attention:
                    draw_one(picture, panel, result, colours[cell])
            _finish(picture, panel, attention if row == 0 else "", label if column == 0 else "")
    return picture, axes


def _finish(picture: Picture, panel: Axes, attention: str, label: str) -> None:
    if attention:
        picture.title(panel, "no attention" if attention == "none" else f"{attention} attention")
    panel.set_ylabel(label)
    panel.tick_params(labelleft=bool(label))  # all panels of a row have the same limits
    panel.grid(alpha=0.5)
    if label and panel.get_legend_handles_labels()[0]:
        picture.legend_of(panel, loc="best")
    bare(panel, ("top", "right"))


def _colours(picture: Picture, results: list[Result]) -> dict[str, str]:
    """A colour for each cell."""
    cells = dict.fromkeys(result.combination.cell for result in results)
    return dict(zip(cells, picture.theme.series, strict=False))


DRAWINGS = {
    "scores": draw_scores,
    "length": draw_length,
    "training": draw_training,
    "gradients": draw_gradients,
}
