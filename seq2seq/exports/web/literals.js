// What a model is not to read, and its translation keeps letter for letter: links, numbers, placeholders, tags, unknown words.
// A reserved piece stands for each. The library knows more kinds of these, and lets the attention say where lost ones belong.

import { withParticles } from "./particles.js";
import { UNK } from "./tokenizer.js";

// U+FDE0 to U+FDEF: noncharacters, which no text holds.
const PLACEHOLDERS = Array.from({ length: 16 }, (_, index) => String.fromCodePoint(0xfde0 + index));
const RESERVED = /[\ufdd0-\ufdef]/gu;
const WORD = /^[\p{L}\p{M}]+$/u;

const TAG = String.raw`<!--.{0,1000}?-->|<\?.{0,1000}?\?>|<\/?[a-z][^<>]{0,1000}>`;
const EMOJI = String.raw`\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]*(?:\u200d\p{Extended_Pictographic}\ufe0f?)*`;
const EXTENSION = "css|csv|docx?|gif|html?|ini|java|jpe?g|js|json|md|mp[34]|pdf|php|png|po|py|svg|toml|tsv|txt|xlsx?|xml|ya?ml|zip";

const LITERAL = new RegExp(
  [
    String.raw`[a-z][a-z\d+.-]{1,20}:\/\/[^\s"<>()]*[^\s"<>().,;:!?]`, // https://example.org/a?b=1
    String.raw`\bwww\.[^\s"<>()]*[^\s"<>().,;:!?]`,
    String.raw`[\w.+-]+@[a-z\d-]+(?:\.[a-z\d-]+)+`, // min.ji@example.org
    TAG,
    String.raw`&(?:#\d+|#x[\da-f]+|[a-z]\w*);`, // &amp;
    String.raw`\{\{[^{}]*\}\}|[$#@%]?\{[^{}\s]*\}`, // {{ name }}, {name}
    String.raw`%\(\w+\)[a-z]|%(?:\d+\$)?[-+#0]?\d*(?:\.\d+)?[sdiufxegc@](?![a-z])`, // %(name)s, %1$s
    String.raw`\$[a-z_]\w*|(?<![\w&])[#@][\p{L}_][\w-]*`, // $name, #love, @min
    String.raw`(?<![\w.-])[\w-]+(?:[.\/\\][\w-]+)*\.(?:${EXTENSION})(?!\w)`, // report.pdf
    String.raw`(?<!\w)(?:[a-z\d]+_|__?[a-z])\w*`, // home_title
    String.raw`(?<![a-z\d])[a-z]+\d[a-z\d]*(?:[-.]\d+)*`, // MP3, v1.2.3
    String.raw`(?:(?<![\w)])[+\u2212-])?\d+(?:[.,:\/-]\d+)*`, // 12,345.67, 09:45
    EMOJI,
    String.raw`[\p{L}\p{M}]+`, // a word, which is a literal if the model cannot read it
  ].join("|"),
  "giu",
);
const BEFORE = new RegExp(String.raw`^\s*(?:(?:${TAG}|${EMOJI})\s*)+`, "iu");
const AFTER = new RegExp(String.raw`(?:\s*(?:${TAG}|${EMOJI}))+\s*$`, "iu");

const IS_MARK = new RegExp(`^(?:${TAG}|${EMOJI})$`, "iu");

/** A text without the reserved characters, which stand for nothing in it. */
export const withoutReserved = (text) => text.replaceAll(RESERVED, "");

/** The links, numbers, tags and the like of a text, in its order. */
export function spansOf(text) {
  return partsOf(text)
    .filter(({ part }) => !WORD.test(part))
    .map(({ part, ...span }) => ({ ...span, isMark: IS_MARK.test(part) }));
}

/** What may have to be kept: `spansOf`, and words. */
function partsOf(text) {
  return Array.from(text.matchAll(LITERAL), ({ 0: part, index: start }) => ({ part, start, end: start + part.length }));
}

/**
 * A sentence as the model reads it: its text with reserved pieces, and what these stand for; some of these may be terms,
 * `{ start, end, written }`, whose translations are given.
 * Tags and emoji at its edges are taken out, and stand before and after the translation.
 */
export function protect(sentence, tokenizer, terms = []) {
  const before = BEFORE.exec(sentence)?.[0] ?? "";
  const rest = sentence.slice(before.length);
  const after = AFTER.exec(rest)?.[0] ?? "";
  const inner = rest.slice(0, rest.length - after.length);

  const isRead = (part) => WORD.test(part) && !tokenizer.encode(part).includes(UNK);
  const given = terms.map((term) => ({ ...term, start: term.start - before.length, end: term.end - before.length }));
  const spans = partsOf(inner).filter(({ part }) => !isRead(part)).flatMap((span) => outside(span, given));

  const literals = [];
  let text = "";
  let done = 0;
  for (const { start, end, written } of [...spans, ...given].sort((one, other) => one.start - other.start)) {
    const part = inner.slice(start, end);
    const placeholder = PLACEHOLDERS[literals.length % PLACEHOLDERS.length];
    literals.push({ text: part, written: written ?? part, placeholder, share: start / inner.length });
    text += inner.slice(done, start) + placeholder;
    done = end;
  }
  text += inner.slice(done);
  return { text, literals, before: before.trimStart(), after: after.trimEnd() };
}

/** What terms leave of a span that they touch. */
function outside(span, terms) {
  const cut = ({ start, end }, term) => {
    if (term.end <= start || end <= term.start) return [{ start, end }];
    return [{ start, end: term.start }, { start: term.end, end }].filter((rest) => rest.start < rest.end);
  };
  return terms.reduce((rests, term) => rests.flatMap((rest) => cut(rest, term)), [span]);
}

/** Whether a piece is one that stands for literals. */
export const isPlaceholder = (piece) => PLACEHOLDERS.includes(piece);

/** A sentence that the model reads as it stands. */
export const plain = (sentence) => ({ text: sentence, literals: [], before: "", after: "" });

/** Whether there is anything to translate besides literals. */
export const hasWords = ({ text }) => /\p{L}/u.test(text);

/** Whether a translation has every literal once, and no other. */
export function isWhole(translation, { literals }) {
  const found = translation.match(RESERVED) ?? [];
  const expected = literals.map(({ placeholder }) => placeholder);
  return found.sort().join() === expected.sort().join();
}

/** The translation with the literals in their places; lost ones stand where they stood in the sentence, by share. */
export function restore(translation, read) {
  const { literals, before, after } = read;
  if (!literals.length) return before + withoutReserved(translation) + after;

  const left = [...literals];
  const known = translation.replace(RESERVED, (placeholder) => (taken(left, placeholder) ? placeholder : ""));
  const words = known.split(" ").filter(Boolean);
  const count = words.length;
  left.forEach(({ share, placeholder }, index) => words.splice(Math.round(share * count) + index, 0, placeholder));
  return before + filled(words.join(" "), literals) + after;
}

/** A sentence that is its own translation but for its terms. */
export const itself = ({ text, literals, before, after }) => (before + filled(text, literals) + after).trim();

/** A text with what is written for literals in the place of all their placeholders, particles after them agreeing. */
function filled(text, literals) {
  const left = [...literals];
  const written = (text.match(RESERVED) ?? []).map((placeholder) => taken(left, placeholder)?.written ?? placeholder);
  return withParticles(text.split(RESERVED), written);
}

/** The first of the literals that a placeholder stands for; it leaves the list. */
export function taken(literals, placeholder) {
  const place = literals.findIndex((literal) => literal.placeholder === placeholder);
  return place < 0 ? undefined : literals.splice(place, 1)[0];
}
