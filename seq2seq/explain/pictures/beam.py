"""The picture of `beam`: the tree of hypotheses from left to right, the best path straight."""

from collections import defaultdict

from matplotlib.axes import Axes

from seq2seq.explain.pictures.picture import Picture, bare
from seq2seq.explain.topics.beam import Beam, Branch

_PRUNED = 2  # hypotheses that fell at a step and are drawn, those nearest to the beam
_STEP = 0.85  # inches from a piece to the next
_LINE = 0.3  # inches between branches


def draw(beam: Beam, *, dark: bool = False) -> Picture:
    """Draws the hypotheses that were kept, and those that nearly were."""
    shown = _shown(beam)
    heights = _heights(beam, shown)
    steps = max(branch.step for branch in shown)
    lines = max(heights.values()) + 1
    picture = Picture(_STEP * (steps + 1) + 3.4, _LINE * lines + 1.3, dark=dark)
    (axes,) = picture.axes_of()

    best = {branch.place for branch in beam.path(beam.best[0])}
    for branch in shown:
        if branch.parent is not None:
            _draw_branch(picture, axes, beam, branch, heights, is_best=branch.place in best)
    axes.text(0, heights[0], picture.words("<s>"), ha="center", va="center")
    _mark_greedy(picture, axes, beam, heights)

    axes.set_xlim(-0.4, steps + 3.4)
    axes.set_ylim(lines - 0.4, -1)
    axes.set_yticks([])
    axes.set_xticks(range(1, steps + 1))
    axes.set_xlabel("pieces")
    bare(axes)
    picture.heading(f"Beam of {beam.beam_size}: {beam.source}")
    picture.arrange()
    return picture


def _shown(beam: Beam) -> list[Branch]:
    """The branches to draw: all that were kept, and of the others the best of each step."""
    fallen: dict[int, list[Branch]] = defaultdict(list)
    for branch in beam.branches:
        if not branch.kept:
            fallen[branch.step].append(branch)

    near = set()
    for branches in fallen.values():
        branches.sort(key=lambda branch: -branch.score)
        near |= {branch.place for branch in branches[:_PRUNED]}
    return [branch for branch in beam.branches if branch.kept or branch.place in near]


def _heights(beam: Beam, shown: list[Branch]) -> dict[int, int]:
    """The line of each branch; a first child has its parent's: the best path is straight."""
    order = {branch.place: rank for rank, branch in enumerate(beam.path(beam.best[0]))}
    children: dict[int, list[Branch]] = defaultdict(list)
    for branch in shown:
        if branch.parent is not None:
            children[branch.parent].append(branch)
    for branches in children.values():
        branches.sort(key=lambda one: (one.place not in order, not one.kept, -one.score))

    # Depth first, so that no line crosses another: below a branch lies all that grew from it.
    heights: dict[int, int] = {}
    free = 0
    waiting: list[tuple[int, int | None]] = [(0, None)]
    while waiting:
        place, inherited = waiting.pop()
        heights[place] = free if inherited is None else inherited
        free += inherited is None
        first, *others = children[place] or [None]
        waiting += [(branch.place, None) for branch in reversed(others) if branch]
        if first:
            waiting.append((first.place, heights[place]))
    return heights


def _draw_branch(
    picture: Picture,
    axes: Axes,
    beam: Beam,
    branch: Branch,
    heights: dict[int, int],
    *,
    is_best: bool,
) -> None:
    """A line from the parent, the piece, and at an end its rank or nothing."""
    theme = picture.theme
    parent = beam.branches[branch.parent or 0]
    colour = theme.accent if is_best else theme.ink if branch.kept else theme.contrast
    line, before = heights[branch.place], heights[parent.place]
    axes.plot(
        [parent.step + 0.3, parent.step + 0.38, parent.step + 0.38, branch.step - 0.3],
        [before, before, line, line],
        color=colour,
        alpha=1 if branch.kept else 0.5,
        linewidth=2 if is_best else 0.8,
        linestyle="-" if branch.kept else ":",
    )

    text = axes.text(
        branch.step,
        line,
        picture.words(branch.piece),
        ha="center",
        va="center",
        color=colour,
        fontsize=10 if is_best else 9 if branch.kept else 8,
    )
    said = [f"{branch.piece}: score {branch.score:.3f}, log P {branch.log_prob:.3f}"]
    picture.tip(text, "\n".join([*said, branch.reason] if branch.reason else said))
    if branch.rank is not None:
        label = f"{branch.rank}. {beam.texts[branch.rank - 1]}  ({branch.score:.2f})"
        axes.text(branch.step + 0.4, line, picture.words(label), va="center", color=colour)
    elif not branch.kept:
        axes.text(
            branch.step + 0.35, line, f"{branch.score:.2f}", va="center", fontsize=7, color=colour
        )


def _mark_greedy(picture: Picture, axes: Axes, beam: Beam, heights: dict[int, int]) -> None:
    """Marks the piece after which greedy search takes another way."""
    if beam.greedy_leaves is None:
        text = "greedy search goes the same way"
        axes.text(0.3, -0.75, text, color=picture.theme.muted, fontsize=8)
        return

    path = [beam.branches[0], *beam.path(beam.best[0])]
    leaves = path[beam.greedy_leaves]
    line = heights[leaves.place]
    axes.plot(leaves.step, line - 0.55, marker="v", color=picture.theme.contrast)
    text = f"greedy search leaves here and writes: {beam.greedy_text}"
    axes.text(
        leaves.step + 0.2,
        line - 0.75,
        picture.words(text),
        color=picture.theme.contrast,
        fontsize=8,
    )
