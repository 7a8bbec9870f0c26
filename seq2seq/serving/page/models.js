// The models of the list: those that are together one model of several languages are one entry.

import { languageName } from "./words.js";

/** The entries, each with its name, its signatures, its languages `{ to, from }`, and whether letters choose among these. */
export function entriesOf(models) {
  const entries = new Map();
  for (const one of models) {
    const siblings = models.filter(({ model }) => model && model === one.model);
    const isAlone = siblings.length < 2 || models.some(({ name }) => name === one.model); // a name of its own goes first
    const own = isAlone ? [one] : siblings;
    const name = isAlone ? one.name : one.model;
    if (!entries.has(name)) entries.set(name, entryOf(name, own));
  }
  return [...entries.values()];
}

function entryOf(name, models) {
  const [first, ...others] = models;
  return {
    name,
    signatures: first.signatures.filter((signature) => others.every(({ signatures }) => signatures.includes(signature))),
    languages: models.filter(({ to }) => to).map(({ to, from }) => ({ to, from })),
    byLetters: others.length > 0 && first.by_letters,
  };
}

/** The languages that a translation is from and into, where they are known: those of the entry, or of its name. */
export function directionOf(entry, to) {
  const languages = entry?.languages ?? [];
  const found = languages.length === 1 ? languages[0] : languages.find((language) => language.to === to);
  if (found) return [found.from.length === 1 ? found.from[0] : null, found.to];

  const codes = languages.length ? [] : namedIn(entry?.name ?? "");
  return codes.every((code) => languageName(code, "en")) ? codes : [];
}

/** What may be the codes of two languages in a name such as "en-ko" or "en-ko-lite". */
function namedIn(name) {
  return /^([a-z]{2,3})[-_]([a-z]{2,3})(?![a-z])/.exec(name)?.slice(1) ?? [];
}
