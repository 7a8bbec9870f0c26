// What both pages make their elements of, this one and that of `seq2seq serve`.

/** An element with a class, a text and attributes. */
export function element(tag, className = "", text = "", attributes = {}) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** A probability as a page shows it. */
export const percent = (probability) =>
  probability >= 0.995 ? "100 %" : `${(100 * probability).toFixed(probability < 0.0995 ? 1 : 0)} %`;
