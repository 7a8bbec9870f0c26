// Terms that are translated as a user has listed them; see `translation/glossary.py`, `terms.py` and `listed.py`.
// `tests/fixtures/glossary.json` holds both to the same. Here links and the like are those of `literals.js`.

import { spansOf } from "./literals.js";
import { followNoun } from "./particles.js";
import { Trouble } from "./trouble.js";

const SPACED = "spaced"; // a run of letters and digits is a word
const HANGUL = "hangul"; // a run is a noun with its particles
const KATAKANA = "katakana"; // a run is a word
const UNSPACED = "unspaced"; // a word may begin and end at any letter
const MARK = "mark"; // no letter

const SYLLABLES = "가-힣";
const JAMO = String.raw`[\u1100-\u115f][\u1160-\u11a7]+[\u11a8-\u11ff]*`; // a syllable taken apart, as in NFD
const KANA = String.raw`\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f`;
const UNDIVIDED =
  String.raw`\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff` + // Thai, Lao, Burmese, Khmer
  String.raw`\u3005-\u3007\u3041-\u309f\u3105-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}`;
const ATOM = new RegExp(
  String.raw`(?<space>\s+)|(?<${HANGUL}>[${SYLLABLES}]|${JAMO})|(?<${KATAKANA}>[${KANA}]+)|(?<${UNSPACED}>[${UNDIVIDED}])` +
    String.raw`|(?<${SPACED}>(?:(?![${SYLLABLES}${KANA}${UNDIVIDED}])[\p{L}\p{N}\p{M}_])+)|(?<${MARK}>[^])`,
  "gu",
);
const LONGEST_RUN = 12; // Hangul letters after a noun that are looked at
const HIDDEN = "\ufdd0"; // no term has it
const UNWRITABLE = /[\x00-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\p{Cs}]/u; // \p{Cs}: half a surrogate pair

/** The smallest parts of a text: words, letters, marks, and the spaces between two. */
function atomsOf(text) {
  return Array.from(text.matchAll(ATOM), ({ 0: part, index: start, groups }) => {
    const letters = groups.space ? " " : part.normalize("NFC").replaceAll("\u2019", "'").replaceAll(/[\u2010\u2011]/g, "-");
    const script = [HANGUL, KATAKANA, UNSPACED, SPACED].find((name) => groups[name]) ?? MARK;
    // What is the same in capitals and in small letters, ß and ss among them.
    return { start, end: start + part.length, text: letters, key: letters.toUpperCase().toLowerCase(), script };
  });
}

/** Whether a term may begin with the atom at a place: nothing before it is of the same word. */
function mayBegin(atoms, place) {
  const { script } = atoms[place];
  if (place === 0 || script === UNSPACED || script === MARK) return true;

  const before = atoms[place - 1];
  if (script === HANGUL || before.script === HANGUL) return before.script !== HANGUL && before.script !== SPACED;
  const isHyphened = before.text === "-" && atoms[place - 2]?.script === SPACED;
  return !(isHyphened && script === SPACED);
}

/** Whether a term may end before the atom at a place. */
function mayEnd(atoms, place) {
  const { script } = atoms[place - 1];
  if (place === atoms.length || script === UNSPACED || script === MARK) return true;

  const after = atoms[place];
  if (after.script === HANGUL) return followNoun(hangulFrom(atoms, place));
  if (script === HANGUL) return after.script !== SPACED;
  if (script !== SPACED || place + 1 === atoms.length) return true;

  const following = atoms[place + 1];
  if (following.script !== SPACED) return true;
  return after.text === "'" ? following.key === "s" : after.text !== "-";
}

/** The Hangul letters from a place on. */
function hangulFrom(atoms, place) {
  const run = atoms.slice(place, place + LONGEST_RUN + 1);
  const end = run.findIndex(({ script }) => script !== HANGUL);
  return run.slice(0, end < 0 ? run.length : end).map(({ text }) => text).join("");
}

/** Terms and their translations. */
export class Glossary {
  #root = nodeOf();

  constructor(terms) {
    for (const [source, target] of Object.entries(terms)) this.#add(source, target);
  }

  #add(source, target) {
    const words = atomsOf(checked(source));
    const written = checked(target);
    let node = this.#root;
    for (const { key } of words) {
      if (!node.following.has(key)) node.following.set(key, nodeOf());
      node = node.following.get(key);
    }
    const exact = words.map(({ text }) => text);
    const known = node.terms.find(({ words: listed }) => listed.join("") === exact.join(""));
    if (known && known.written !== written) {
      throw refused("one translation of a term", `${source} with two: ${known.written} and ${written}`);
    }
    node.terms.push({ words: exact, written });
  }

  /** The terms in a sentence, in its order; neighbours that make a compound in Korean are one. */
  find(sentence) {
    const terms = [];
    for (const term of this.findEach(sentence)) {
      const last = terms.at(-1);
      const isBeside = last && sentence.slice(last.end, term.start) === " ";
      if (isBeside && /[가-힣]$/.test(last.written) && /^[가-힣]/.test(term.written)) {
        terms[terms.length - 1] = { ...last, end: term.end, written: `${last.written} ${term.written}` };
      } else {
        terms.push(term);
      }
    }
    return terms;
  }

  /** As `find`, but each of the neighbours alone. */
  findEach(sentence) {
    const spans = spansOf(sentence);
    const inside = (place) => spans.some(({ start, end }) => start < place && place < end);
    let letters = sentence;
    for (const { start, end, isMark } of spans) {
      if (isMark) letters = letters.slice(0, start) + HIDDEN.repeat(end - start) + letters.slice(end);
    }

    const found = [];
    const atoms = atomsOf(letters);
    for (let place = 0; place < atoms.length; ) {
      const { start } = atoms[place];
      const longest = inside(start) ? null : this.#longest(atoms, place, inside);
      if (longest) found.push({ start, end: atoms[longest.end - 1].end, written: longest.written });
      place = longest?.end ?? place + 1;
    }
    return found;
  }

  /** Where the longest term that begins at a place ends, and its translation. */
  #longest(atoms, place, inside) {
    if (!mayBegin(atoms, place)) return null;
    let longest = null;
    let node = this.#root;
    for (let end = place; end < atoms.length; end += 1) {
      node = node.following.get(atoms[end].key);
      if (!node) break;
      if (!node.terms.length || inside(atoms[end].end) || !mayEnd(atoms, end + 1)) continue;
      const written = chosen(node.terms, atoms.slice(place, end + 1).map(({ text }) => text));
      if (written) longest = { end: end + 1, written };
    }
    return longest;
  }
}

/** A place in the tree of terms: what may follow, and the terms that end here, which differ in capitals alone. */
const nodeOf = () => ({ following: new Map(), terms: [] });

/** The translation of the term that fits words, the one in the same capitals first. */
function chosen(terms, words) {
  const isExact = ({ words: listed }) => listed.join("") === words.join("");
  const isFitting = ({ words: listed }) => listed.every((word, place) => fits(word, words[place]));
  return (terms.find(isExact) ?? terms.find(isFitting))?.written;
}

/** Whether a word has the capitals that matter in a listed one. */
function fits(listed, word) {
  const capital = /\p{Uppercase}/u;
  const letters = Array.from(listed);
  const matters = letters.length === 1 ? capital.test(listed) : capital.test(letters.slice(1).join(""));
  if (listed === word || !matters) return true;
  const others = Array.from(word);
  return letters.length === others.length && letters.every((letter, place) => !capital.test(letter) || capital.test(others[place]));
}

/** One side of a term in NFC, without spaces around it. */
function checked(side) {
  const text = typeof side === "string" ? side.trim().normalize("NFC") : "";
  if (text && !UNWRITABLE.test(text)) return text;
  throw refused("a term and its translation to be a line of text each", JSON.stringify(side));
}

function refused(expected, received) {
  return new Trouble("refused", `Expected ${expected}. Received: a glossary with ${received}. Mend it, or take it out.`);
}

/**
 * The terms that placeholders have to stand for in the next attempt; none if there is no next one.
 * A term becomes a placeholder only where the model does not write it as listed by itself.
 */
export function termsToWrite(terms, written, texts) {
  if (written.length === terms.length) return [];
  const lacking = lackingIn(terms, texts);
  return lacking.length && written.length ? terms : lacking;
}

/** The terms that one of some texts does not hold as often as the sentence does. */
function lackingIn(terms, texts) {
  const wanted = counted(terms);
  const listed = new Glossary(Object.fromEntries([...wanted.keys()].map((text) => [text, text])));
  const counts = texts.map((text) => counted(listed.findEach(text).map(({ start, end }) => ({ written: text.slice(start, end) }))));
  const isLacking = (text) => counts.some((found) => (found.get(text) ?? 0) < wanted.get(text));
  return terms.filter(({ written }) => isLacking(written));
}

/** How often each translation is there. */
function counted(terms) {
  const counts = new Map();
  for (const { written } of terms) counts.set(written, (counts.get(written) ?? 0) + 1);
  return counts;
}
