"""Learning curves as an SVG picture."""

from html import escape

_WIDTH = 720
_HEIGHT = 400
# Margins; the legend is on the right.
_LEFT = 56
_RIGHT = 190
_TOP = 20
_BOTTOM = 48
_INK = "#1b263b"
_GRID = "#d9dee7"
_COLOURS = ("#1565c0", "#c05621", "#2e7d32", "#6a1b9a", "#b71c1c", "#00838f")
_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


def draw_curves(curves: dict[str, list[tuple[float, float]]], *, x: str, y: str) -> str:
    """Draws a line for each curve.

    Args:
        curves: Points `(x, y)`, both from 0 up, by the name for the legend.
        x: What the horizontal axis shows.
        y: What the vertical axis shows.
    """
    right, top = (
        max(point[axis] for points in curves.values() for point in points) or 1.0 for axis in (0, 1)
    )

    across = (_WIDTH - _LEFT - _RIGHT) / right
    up = (_HEIGHT - _TOP - _BOTTOM) / top

    parts = [_axes(right, top, across, up, x, y)]
    for number, (name, points) in enumerate(curves.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        path = " ".join(
            f"{_LEFT + px * across:.1f},{_HEIGHT - _BOTTOM - py * up:.1f}" for px, py in points
        )
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')

        legend = _WIDTH - _RIGHT + 16
        line = _TOP + 12 + 22 * number
        parts.append(f'<path d="M{legend} {line}h20" stroke="{colour}" stroke-width="3"/>')
        parts.append(_text(legend + 26, line + 5, name, "start"))

    label = escape(f"{y} over {x}: {', '.join(curves)}", quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" role="img" aria-label="{label}" '
        f'font-family="Helvetica, Arial, sans-serif" font-size="14" fill="{_INK}">\n'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _axes(right: float, top: float, across: float, up: float, x: str, y: str) -> str:
    """Both axes, with their ticks and names."""
    floor = _HEIGHT - _BOTTOM
    end = _WIDTH - _RIGHT
    parts: list[str] = []

    for tick in _ticks(top):
        height = floor - tick * up
        parts.append(f'<path d="M{_LEFT} {height:.1f}H{end}" stroke="{_GRID}"/>')
        parts.append(_text(_LEFT - 8, height + 5, f"{tick:g}", "end"))
    for tick in _ticks(right):
        parts.append(_text(_LEFT + tick * across, floor + 20, f"{tick:g}", "middle"))

    parts.append(f'<path d="M{_LEFT} {_TOP}V{floor}H{end}" stroke="{_INK}" fill="none"/>')
    parts.append(_text((_LEFT + end) / 2, _HEIGHT - 8, x, "middle"))
    middle = (_TOP + floor) / 2
    parts.append(f'<g transform="rotate(-90 14 {middle})">{_text(14, middle, y, "middle")}</g>')
    return "\n".join(parts)


def _ticks(limit: float) -> list[float]:
    """Round numbers from 0 to the limit, about half a dozen of them."""
    step = next((step for step in _STEPS if limit / step <= 7), _STEPS[-1])
    return [number * step for number in range(int(limit / step) + 1)]


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
