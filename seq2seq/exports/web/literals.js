// What a model is not to read, and its translation keeps letter for letter: links, numbers, placeholders, tags, unknown words.
// A reserved piece stands for each. The library knows more kinds of these and puts lost ones back where they belong.

import { UNK } from "./tokenizer.js";

// U+FDE0 to U+FDEF: noncharacters, which no text holds.
const PLACEHOLDERS = Array.from({ length: 16 }, (_, index) => String.fromCodePoint(0xfde0 + index));
const RESERVED = /[\ufdd0-\ufdef]/gu;

const LITERAL = new RegExp(
  [
    String.raw`[a-z][a-z\d+.-]{1,20}:\/\/[^\s"<>()]*[^\s"<>().,;:!?]`, // https://example.org/a?b=1
    String.raw`\bwww\.[^\s"<>()]*[^\s"<>().,;:!?]`,
    String.raw`[\w.+-]+@[a-z\d-]+(?:\.[a-z\d-]+)+`, // min.ji@example.org
    String.raw`<!--.{0,1000}?-->|<\/?[a-z][^<>]{0,1000}>`, // <b class="x">
    String.raw`&(?:#\d+|#x[\da-f]+|[a-z]\w*);`, // &amp;
    String.raw`\{\{[^{}]*\}\}|[$#@%]?\{[^{}\s]*\}`, // {{ name }}, ${'$'}{name}
    String.raw`%\(\w+\)[a-z]|%(?:\d+\$)?[-+#0]?\d*(?:\.\d+)?[sdiufxegc@](?![a-z])`, // %(name)s, %1$s
    String.raw`\$[a-z_]\w*|(?<![\w&])[#@][\p{L}_][\w-]*`, // $name, #love, @min
    String.raw`(?<![a-z\d])[a-z]+\d[a-z\d]*(?:[-.]\d+)*`, // MP3, v1.2.3
    String.raw`(?:(?<![\w)])[+\u2212-])?\d+(?:[.,:\/-]\d+)*`, // 12,345.67, 09:45
    String.raw`\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]*(?:\u200d\p{Extended_Pictographic}\ufe0f?)*`,
    String.raw`[\p{L}\p{M}]+`, // a word, which is a literal if the model cannot read it
  ].join("|"),
  "giu",
);

/** A sentence as the model reads it, and what its reserved pieces stand for. */
export function protect(sentence, tokenizer) {
  const literals = [];
  const text = sentence.replaceAll(RESERVED, "").replace(LITERAL, (part) => {
    if (/^[\p{L}\p{M}]+$/u.test(part) && !tokenizer.encode(part).includes(UNK)) return part;
    const placeholder = PLACEHOLDERS[literals.length % PLACEHOLDERS.length];
    literals.push({ text: part, placeholder });
    return placeholder;
  });
  return { text, literals };
}

/** Whether there is anything to translate besides literals. */
export const hasWords = ({ text }) => /\p{L}/u.test(text);

/** Whether a translation has every literal once, and no other. */
export function isWhole(translation, literals) {
  const found = translation.match(RESERVED) ?? [];
  const expected = literals.map(({ placeholder }) => placeholder);
  return found.sort().join() === expected.sort().join();
}

/** The translation with the literals in their places; those that the search lost are at its end. */
export function restore(translation, literals) {
  if (isWhole(translation, literals) && !literals.length) return translation;
  const left = [...literals];
  const text = translation.replace(RESERVED, (placeholder) => {
    const place = left.findIndex((literal) => literal.placeholder === placeholder);
    return place < 0 ? "" : left.splice(place, 1)[0].text;
  });
  return [text.replaceAll(/ +/g, " ").trim(), ...left.map((literal) => literal.text)].filter(Boolean).join(" ");
}
