// SentencePiece's rules for text: what it folds before it cuts a text into pieces.
// The rules of a model are a trie of UTF-8 in the form of Darts-clone, a double array, and the texts that it leads to.
// https://github.com/google/sentencepiece/blob/master/src/normalizer.cc

const BYTES = new TextEncoder();
const TEXT = new TextDecoder("utf-8", { ignoreBOM: true });
const SPACE = 0x20;
const ESCAPED = BYTES.encode("▁");

/** Takes text to the form that the rules give it. */
export class Normalizer {
  /** @param rules What `readModel` found. @param kept Texts that stay as they are. */
  constructor(rules, kept = []) {
    this.rules = rules;
    this.space = rules.escapesSpaces ? ESCAPED : Uint8Array.of(SPACE);
    this.kept = kept.map((text) => BYTES.encode(text));
    this.units = new Uint32Array(0);
    if (rules.charsmap.length) {
      const charsmap = Uint8Array.from(rules.charsmap); // at an address that is a multiple of four
      const size = new DataView(charsmap.buffer).getUint32(0, true);
      this.units = new Uint32Array(charsmap.buffer, 4, size / 4);
      this.texts = charsmap.subarray(4 + size);
    }
  }

  normalize(text) {
    const input = BYTES.encode(text);
    const { addsSpace, dropsSpaces } = this.rules;
    let place = 0;
    if (dropsSpaces) place = this.afterSpaces(input);
    if (place >= input.length) return "";

    const output = addsSpace ? [...this.space] : [];
    let afterSpace = dropsSpaces;
    while (place < input.length) {
      const [part, length] = this.prefix(input, place);
      place += length;
      let start = 0;
      while (afterSpace && part[start] === SPACE) start += 1;
      for (const byte of part.subarray(start)) {
        if (byte === SPACE) output.push(...this.space);
        else output.push(byte);
      }
      if (start < part.length) afterSpace = part.at(-1) === SPACE;
      afterSpace &&= dropsSpaces;
    }
    if (dropsSpaces) this.dropSpacesAtEnd(output);
    return TEXT.decode(Uint8Array.from(output));
  }

  /** Where the spaces at the beginning of a text end. */
  afterSpaces(input) {
    let place = 0;
    while (place < input.length) {
      const [part, length] = this.prefix(input, place);
      if (part.length !== 1 || part[0] !== SPACE) break;
      place += length;
    }
    return place;
  }

  dropSpacesAtEnd(output) {
    const { space } = this;
    while (output.length >= space.length && space.every((byte, index) => output.at(index - space.length) === byte)) {
      output.length -= space.length;
    }
  }

  /** What the text at a place becomes, as far as one rule goes, and how many of its bytes that are. */
  prefix(input, place) {
    const kept = this.kept.find((bytes) => bytes.every((byte, index) => input[place + index] === byte));
    if (kept) return [kept, kept.length];

    const [rule, length] = this.longestRule(input, place);
    if (length) return [this.texts.subarray(rule, this.texts.indexOf(0, rule)), length];

    const size = lengthOfLetter(input[place]);
    return [input.subarray(place, place + size), size];
  }

  /** The value of the longest key of the trie that the text begins with at a place, and its length; 0 if there is none. */
  longestRule(input, place) {
    const { units } = this;
    const found = [0, 0];
    if (!units.length) return found;

    let node = offset(units[0]);
    for (let index = place; index < input.length; index += 1) {
      node = (node ^ input[index]) >>> 0;
      const unit = units[node];
      if (unit === undefined || label(unit) !== input[index]) break;
      node = (node ^ offset(unit)) >>> 0;
      if ((unit >>> 8) & 1) {
        found[0] = units[node] & 0x7fffffff;
        found[1] = index - place + 1;
      }
    }
    return found;
  }
}

/** The byte that leads to a unit of the trie; no byte at all for a value. */
const label = (unit) => (unit & 0x800000ff) >>> 0;

/** Where the units below a unit are, from its own place on. */
const offset = (unit) => ((unit >>> 10) << ((unit & 0x200) >>> 6)) >>> 0;

const lengthOfLetter = (byte) => (byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4);
