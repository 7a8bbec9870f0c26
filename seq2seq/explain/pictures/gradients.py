"""The picture of `gradients`: the norms of each cell on a log scale, truncation, and training."""

import numpy as np
from matplotlib.axes import Axes

from seq2seq.explain.pictures.picture import Picture, bare, log_axis
from seq2seq.explain.topics.gradients import LEFT, Curve, Gradients

_STYLES = {"untrained": "--", "trained": "-", "trained without clipping": ":"}


def draw(gradients: Gradients, *, dark: bool = False) -> Picture:
    """Draws a panel for each cell, and below them what truncation cuts and how training went."""
    cells = list(dict.fromkeys(curve.cell for curve in gradients.curves))
    columns = max(len(cells), 2)
    picture = Picture(3.7 * columns, 7.2, dark=dark)
    axes = picture.axes_of(2, columns)
    smallest, largest = _limits(gradients.curves)

    for place, cell in enumerate(cells):
        curves = [curve for curve in gradients.curves if curve.cell == cell]
        _norms(picture, axes[place], cell, curves, picture.theme.series[place])
        axes[place].set_ylim(smallest, largest)
        axes[place].tick_params(labelleft=place == 0)  # they have the same limits
    axes[0].set_ylabel("norm of d loss / d state")
    _truncation(picture, axes[columns], gradients, cells)
    _training(picture, axes[columns + 1], gradients, cells)

    for axis in (*axes[len(cells) : columns], *axes[columns + 2 :]):
        axis.set_axis_off()
    picture.arrange()
    return picture


def _norms(picture: Picture, axes: Axes, cell: str, curves: list[Curve], colour: str) -> None:
    """The norms from the last step to the first, and the decay that theory gives."""
    theme = picture.theme
    for curve in curves:
        shade = theme.muted if curve.state == "untrained" else colour
        back = np.arange(len(curve.norms))
        (line,) = axes.semilogy(
            back, curve.norms, color=shade, linestyle=_STYLES[curve.state], label=curve.state
        )
        gone = "never" if curve.gone_after is None else f"{curve.gone_after} steps back"
        picture.tip(
            line,
            f"{cell}, {curve.state}: {curve.measured_decay:.3f} is left after a step; "
            f"less than 1 % is left: {gone}",
        )
        if curve.gone_after is not None:
            place = curve.gone_after
            axes.plot(place, curve.norms[place], "o", color=shade, markersize=4)

    last = curves[1 if len(curves) > 1 else 0]
    back = np.arange(len(last.norms))
    label = f"estimate: {last.decay:.2f} a step"
    estimate = last.norms[0] * last.decay**back
    axes.semilogy(back, estimate, "-.", color=theme.ink, linewidth=0.8, label=label)
    picture.title(axes, cell)
    axes.set_xlabel("time steps back")
    axes.grid(alpha=0.5)
    log_axis(axes.yaxis)
    picture.legend_of(axes, loc="lower left")
    bare(axes, ("top", "right"))


def _truncation(picture: Picture, axes: Axes, gradients: Gradients, cells: list[str]) -> None:
    """What truncated BPTT of k steps leaves out, for the trained models."""
    for curve in gradients.curves:
        if curve.state != _last_state(gradients):
            continue
        colour = picture.theme.series[cells.index(curve.cell)]
        (line,) = axes.plot(np.arange(1, len(curve.cut) + 1), curve.cut, color=colour)
        line.set_label(curve.cell)
        picture.tip(line, _say_cut(curve))
    axes.axhline(LEFT, color=picture.theme.muted, linewidth=0.8)
    picture.title(axes, "Truncated BPTT of k steps")
    axes.set_xlabel("k, steps back")
    axes.set_ylabel("share that is cut")
    axes.grid(alpha=0.5)
    picture.legend_of(axes)
    bare(axes, ("top", "right"))


def _say_cut(curve: Curve) -> str:
    kept = [k for k in (1, 5, 10, 20) if k <= len(curve.cut)]
    return "\n".join(f"{curve.cell}, k = {k}: {curve.cut[k - 1]:.1%} is cut" for k in kept)


def _training(picture: Picture, axes: Axes, gradients: Gradients, cells: list[str]) -> None:
    """The norm of all gradients at each training step, before clipping."""
    trained = [curve for curve in gradients.curves if len(curve.training_norms)]
    if not trained:
        axes.set_axis_off()
        return

    for curve in trained:
        colour = picture.theme.series[cells.index(curve.cell)]
        (line,) = axes.semilogy(
            curve.training_norms, color=colour, linestyle=_STYLES[curve.state], linewidth=1
        )
        picture.tip(line, f"{curve.cell}, {curve.state}: loss {curve.loss:.2f} at the end")
    axes.axhline(gradients.clip_norm, color=picture.theme.ink, linewidth=0.8)
    picture.title(axes, f"Training, clipped to {gradients.clip_norm:g} (line)")
    axes.set_xlabel("training step")
    axes.set_ylabel("norm of all gradients")
    log_axis(axes.yaxis)
    axes.grid(alpha=0.5)
    bare(axes, ("top", "right"))


def _last_state(gradients: Gradients) -> str:
    states = [curve.state for curve in gradients.curves]
    return "trained" if "trained" in states else "untrained"


def _limits(curves: list[Curve]) -> tuple[float, float]:
    """Limits that hold all curves, so that panels can be compared."""
    norms = np.concatenate([curve.norms for curve in curves])
    return float(norms.min()) / 3, float(norms.max()) * 3
