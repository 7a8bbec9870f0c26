// What could stand at a place of a translation instead; both pages show it.

import { element, percent } from "./elements.js";
import { END, shown } from "./units.js";

/** The alternatives at a place of the translation. */
export function fillChoice(panel, alternatives, current, words, { choose, close }) {
  const heading = element("div", "heading");
  const closing = element("button", "plain", "×", { type: "button", "aria-label": words.close });
  closing.addEventListener("click", close);
  heading.append(element("h3", "", words.alternatives), closing);
  const buttons = alternatives.map(({ piece, probability }) => {
    const button = element("button", "bar alternative", "", { type: "button", "aria-pressed": piece === current });
    button.style.setProperty("--share", probability.toFixed(3));
    const name = piece === END ? words.endOfSentence : shown(piece);
    button.append(element("span", piece === END ? "quiet" : "", name), element("span", "score", percent(probability)));
    button.addEventListener("click", () => choose(piece));
    return button;
  });
  panel.replaceChildren(heading, ...buttons);
  panel.hidden = false;
}
