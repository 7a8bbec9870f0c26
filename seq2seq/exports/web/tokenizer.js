// Text to pieces and back, letter for letter as SentencePiece does it with a unigram model.
// The pieces of a text are those whose scores, log-probabilities, have the largest sum (Viterbi 1967; Kudo 2018).
// https://github.com/google/sentencepiece/blob/master/src/unigram_model.cc

import { Normalizer } from "./normalizer.js";
import { Kind, readModel } from "./sentencepiece.js";

export const PAD = 0;
export const UNK = 1;
export const EOS = 3;

const UNKNOWN_PENALTY = 10; // below the least score of a piece
const UNKNOWN_SHOWN = " ⁇ ";
const SMALLEST = 2 ** -126; // of the positive numbers of float32, the largest score that SentencePiece assumes

/** A SentencePiece model, given as the bytes of its file. */
export class Tokenizer {
  constructor(bytes) {
    const { pieces, normalizer, denormalizer } = readModel(bytes);
    const kept = pieces.filter(({ kind }) => kind === Kind.USER_DEFINED).map(({ text }) => text);
    this.pieces = pieces;
    this.normalizer = new Normalizer(normalizer, kept);
    this.denormalizer = denormalizer?.charsmap.length ? new Normalizer(denormalizer) : null;

    const scores = pieces.filter(({ kind }) => kind === Kind.NORMAL).map(({ score }) => score);
    this.largest = scores.reduce((most, score) => Math.max(most, score), SMALLEST);
    this.unknown = Math.fround(Math.min(...scores) - UNKNOWN_PENALTY);
    this.trie = trieOf(pieces);
    this.ids = new Map(pieces.map(({ text }, id) => [text, id]));
  }

  /** The number of a piece that a translation may have; undefined of any other. */
  idOf(piece) {
    const id = this.ids.get(piece);
    const isSpecial = [Kind.UNKNOWN, Kind.CONTROL].includes(this.pieces[id]?.kind);
    return isSpecial && id !== EOS ? undefined : id;
  }

  /** The numbers of the pieces of a text, without an end. */
  encode(text) {
    const letters = Array.from(this.normalizer.normalize(text));
    const ids = this.bestPath(letters);
    return ids.filter((id, place) => id !== UNK || ids[place - 1] !== UNK);
  }

  /** The text of pieces. */
  decode(ids) {
    let text = "";
    for (const id of ids) {
      let { text: piece, kind } = this.pieces[id];
      if (kind === Kind.CONTROL) continue;
      if (kind === Kind.UNKNOWN) piece = UNKNOWN_SHOWN;
      if (!text && piece.startsWith("▁")) piece = piece.slice(1);
      text += piece.replaceAll("▁", " ");
    }
    return this.denormalizer ? this.denormalizer.normalize(text) : text;
  }

  /** The pieces of the path of largest score; SentencePiece keeps the scores of paths in float32. */
  bestPath(letters) {
    const size = letters.length;
    const scores = new Float32Array(size + 1);
    const starts = new Int32Array(size + 1).fill(-1);
    const ids = new Int32Array(size + 1);
    const bytes = letters.map(bytesOf);

    const offer = (end, start, id, score) => {
      if (starts[end] !== -1 && score <= scores[end]) return;
      scores[end] = score;
      starts[end] = start;
      ids[end] = id;
    };

    for (let start = 0; start < size; start += 1) {
      let node = this.trie;
      let length = 0;
      let single = false;
      for (let end = start; end < size; end += 1) {
        node = node.next.get(letters[end]);
        if (!node) break;
        length += bytes[end];
        if (node.id === undefined) continue;
        offer(end + 1, start, node.id, Math.fround(this.score(node.id, length) + scores[start]));
        single ||= end === start;
      }
      if (!single) offer(start + 1, start, UNK, Math.fround(this.unknown + scores[start]));
    }
    return backwards(starts, ids, size);
  }

  /** The score of a piece of so many bytes; a reserved piece is always taken. */
  score(id, length) {
    const { kind, score } = this.pieces[id];
    return kind === Kind.USER_DEFINED ? Math.fround(length * this.largest) - 0.1 : score;
  }
}

/** The ids on the path to the end, from its beginning. */
function backwards(starts, ids, size) {
  const path = [];
  for (let end = size; end > 0; end = starts[end]) path.push(ids[end]);
  return path.reverse();
}

/** The pieces that a text may have, by their letters. */
function trieOf(pieces) {
  const root = { next: new Map() };
  pieces.forEach(({ text, kind }, id) => {
    if (kind !== Kind.NORMAL && kind !== Kind.USER_DEFINED) return;
    let node = root;
    for (const letter of text) {
      if (!node.next.has(letter)) node.next.set(letter, { next: new Map() });
      node = node.next.get(letter);
    }
    node.id = id;
  });
  return root;
}

/** How many bytes a letter has in UTF-8. */
function bytesOf(letter) {
  const point = letter.codePointAt(0);
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}
