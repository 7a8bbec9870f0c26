"""One self-contained page: pictures, text and numbers; light and dark, no network."""

import html
import json
from typing import Any

from seq2seq.explain.pictures.picture import Picture
from seq2seq.explain.pictures.theme import DARK, LIGHT, Theme

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
:root {{ {light} }}
@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}
body {{ margin: 0 auto; padding: 1.5rem; max-width: 75rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }}
h1 {{ font-size: 1.2rem; }}
svg {{ max-width: 100%; height: auto; }}
h2 {{ font-size: 1.05rem; margin-top: 2.5rem; }}
pre {{ overflow: auto; font-size: .85rem; }}
table {{ border-collapse: collapse; margin: 1rem 0; font-size: .9rem; display: block;
  max-width: 100%; overflow-x: auto; }}
th, td {{ padding: .25rem .7rem; border-bottom: 1px solid var(--grid); text-align: start; }}
th {{ color: var(--muted); font-weight: 600; }}
.number {{ text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }}
summary {{ cursor: pointer; }}
[id^=tip-]:hover {{ stroke: var(--ink); stroke-width: 1.5; }}
#tip {{ position: fixed; padding: .3rem .6rem; border-radius: .3rem; background: var(--ink);
  color: var(--ground); font-size: .85rem; pointer-events: none; white-space: pre-line; }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
<details><summary>The numbers, as JSON</summary><pre>{numbers}</pre></details>
<div id="tip" hidden></div>
<script>
{script}
</script>
</body>
</html>
"""

# Browsers show the titles of an SVG after a second, at a place of their choice. This shows them at
# once, beside the pointer.
_SCRIPT = """const tip = document.getElementById("tip");
for (const part of document.querySelectorAll("[id^=tip-]")) {
  const title = part.querySelector("title");
  const text = title.textContent;
  title.remove();
  part.setAttribute("aria-label", text);
  part.addEventListener("pointermove", event => {
    tip.textContent = text;
    tip.hidden = false;
    const right = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
    tip.style.left = Math.max(right, 8) + "px";
    tip.style.top = event.clientY + 18 + "px";
  });
  part.addEventListener("pointerleave", () => { tip.hidden = true; });
}"""


def page(title: str, body: str, numbers: dict[str, Any]) -> str:
    """The HTML of a page.

    Args:
        title: Its title, as text.
        body: What stands below it, as HTML.
        numbers: All numbers, JSON-ready.
    """
    return _PAGE.format(
        title=html.escape(title),
        light=_variables(LIGHT),
        dark=_variables(DARK),
        body=body,
        numbers=html.escape(json.dumps(numbers, ensure_ascii=False)),
        script=_SCRIPT,
    )


def themed_svg(picture: Picture) -> str:
    """A picture on a light ground as part of a page, which changes the colours by its own."""
    svg = picture.svg()
    svg = svg[svg.index("<svg") :]
    for name, colour in LIGHT.colours().items():
        svg = svg.replace(colour, f"var(--{name})")
    return svg


def _variables(theme: Theme) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in theme.colours().items())
