// Text to translations with the model of a folder; it runs in the worker.

import { readFolder } from "./files.js";
import { hasWords, isPlaceholder, isWhole, itself, plain, protect, restore, taken, withoutReserved } from "./literals.js";
import { compile } from "./litert.js";
import { divide } from "./sentences.js";
import { Glossary, termsToWrite } from "./terms.js";
import { EOS, PAD, Tokenizer } from "./tokenizer.js";
import { Trouble } from "./trouble.js";

const RUNTIME = new URL("./runtime/", import.meta.url);

/** The most tokens of a translation of a source of so many, and of a prefix; see `fixed_shapes.py`. */
const roomFor = (length) => 2 * length + 10;

/** Loads a model's folder and the runtime. */
export async function loadEngine(folder) {
  const { description, files } = await readFolder(folder);
  const source = new Tokenizer(files["source.model"]);
  const target = new Tokenizer(files["target.model"]);
  try {
    const model = await compile(files["model.tflite"], RUNTIME);
    return new Engine(description, model, source, target);
  } catch (error) {
    throw new Trouble("failed", `Expected the runtime to load the model. Received: ${error.message ?? error}.`);
  }
}

class Engine {
  constructor(description, model, source, target) {
    this.description = description;
    this.model = model;
    this.source = source;
    this.target = target;
  }

  /** Translates a line. `pause` is awaited between its sentences. */
  async translate(line, { glossary, prefix, ...options }, pause) {
    const listed = glossary && this.glossaryOf(glossary);
    const parts = this.description.splitSentences && !prefix ? divide(line) : [line];
    const sentences = [];
    for (const sentence of parts.filter((_, place) => place % 2 === 0)) {
      await pause();
      sentences.push(this.translateListed(sentence, listed, { prefix, ...options }));
    }
    const text = parts.map((part, place) => (place % 2 ? part || " " : sentences[place / 2].text)).join("");
    return { source: line, text, sentences, cut: sentences.some(({ cut }) => cut) };
  }

  /** The glossary of some terms: the last one, where they are the same. */
  glossaryOf(terms) {
    if (!this.description.placeholders) {
      const advice = "Train it anew, or leave the glossary out.";
      throw new Trouble("refused", `Expected a model that knows placeholders for a glossary. Received: one without. ${advice}`);
    }
    const key = JSON.stringify(terms);
    if (this.listed?.key !== key) this.listed = { key, glossary: new Glossary(terms) };
    return this.listed.glossary;
  }

  /** Translates a sentence with placeholders for those terms alone that the model does not write as listed by itself. */
  translateListed(sentence, glossary, options) {
    const terms = glossary?.find(withoutReserved(sentence)) ?? [];
    const { prefix } = options;
    if (prefix) return this.translateSentence(sentence, terms.filter(({ written }) => prefix.includes(written)), options);

    let found = this.translateSentence(sentence, [], options);
    let written = termsToWrite(terms, [], textsOf(found));
    while (written.length) {
      found = this.translateSentence(sentence, written, options);
      written = termsToWrite(terms, written, textsOf(found));
    }
    return found;
  }

  /** Translates a sentence, placeholders standing for some terms. */
  translateSentence(sentence, terms, { greedy, attention, prefix }) {
    const own = { source: sentence, text: sentence, hypotheses: [], sourcePieces: [], cut: false };
    if (!sentence.trim()) return own;
    const { placeholders } = this.description;
    const read = placeholders ? protect(withoutReserved(sentence), this.source, terms) : plain(sentence);
    if (!prefix && !hasWords(read)) return { ...own, text: itself(read) };

    const { tokens, cut, length } = this.sourceTokens(read.text);
    const begun = this.prefixTokens(prefix ?? [], read.literals, roomFor(length));
    const found = this.search(tokens, length, begun, greedy);
    const best = this.whole(found, read);
    const hypotheses = distinct(best.map(({ score, ids }) => this.shown(score, ids, read)));
    const first = hypotheses[0] ?? { text: "" };
    const result = { ...own, text: first.text, hypotheses, sourcePieces: named(tokens, this.source, read.literals, "text"), cut };
    if (prefix) result.alternatives = this.alternatives(tokens, length, begun, read.literals);
    if (attention && hypotheses.length) result.attention = this.attend(tokens, length, best[0].ids);
    return result;
  }

  /** The tokens of a sentence with EOS, and the length of the signature that takes them. */
  sourceTokens(text) {
    const { lengths } = this.description;
    const most = lengths.at(-1);
    const ids = this.source.encode(text);
    const tokens = [...ids.slice(0, most - 1), EOS];
    return { tokens, cut: ids.length > most - 1, length: lengths.find((length) => length >= tokens.length) };
  }

  /** The tokens of the pieces that a translation is to begin with, placeholders in the place of literals. */
  prefixTokens(prefix, literals, room) {
    const left = [...literals];
    const tokens = prefix.map((piece) => {
      const literal = left.find(({ written }) => written === piece);
      return this.target.idOf(literal ? taken(left, literal.placeholder).placeholder : piece);
    });
    if (tokens.includes(undefined)) {
      const advice = "Take them from `pieces` or `alternatives` of a sentence.";
      throw new Trouble("refused", `Expected a prefix of pieces that the model has. Received: ${prefix.join(" ")}. ${advice}`);
    }
    if (tokens.length > room) {
      throw new Trouble("refused", `Expected a prefix of at most ${room} pieces for this sentence. Received: ${tokens.length}.`);
    }
    return tokens;
  }

  /** What a search finds, best first: scores and the ids of their pieces, EOS included. */
  search(tokens, length, prefix, greedy) {
    const inputs = { source_tokens: padded(tokens, length), prefix: padded(prefix, roomFor(length)) };
    const outputs = this.model.run(`${greedy ? "greedy" : "beam"}_${length}`, inputs);
    const room = outputs.tokens.length / outputs.score.length;
    return Array.from(outputs.score, (score, rank) => {
      const row = Array.from(outputs.tokens.subarray(rank * room, (rank + 1) * room));
      return { score, ids: row.filter((id) => id !== PAD) };
    }).filter(({ score }) => score > -3e38);
  }

  /** The pieces that may come after a prefix, the likeliest first; a placeholder only where it stands for something. */
  alternatives(tokens, length, prefix, literals) {
    const inputs = { source_tokens: padded(tokens, length), prefix: padded(prefix, roomFor(length)) };
    const { next_tokens: ids, next_probability: probabilities } = this.model.run(`next_${length}`, inputs);
    const shown = new Map(literals.map(({ placeholder, written }) => [placeholder, written]));
    return Array.from(ids, (id) => this.target.pieces[id].text)
      .map((piece, place) => ({ piece: shown.get(piece) ?? piece, probability: probabilities[place] }))
      .filter(({ piece, probability }) => probability > 0 && !isPlaceholder(piece));
  }

  /** How much each piece of a translation looked at each piece of its source; undefined without attention. */
  attend(tokens, length, ids) {
    const room = roomFor(length);
    if (!this.description.attentionLengths.includes(length) || ids.length > room) return undefined;
    const inputs = { source_tokens: padded(tokens, length), tokens: padded(ids, room) };
    const { attention } = this.model.run(`attention_${length}`, inputs);
    return ids.map((_, place) => Array.from(attention.subarray(place * length, place * length + tokens.length)));
  }

  shown(score, ids, read) {
    const pieces = named(ids, this.target, read.literals, "written");
    return { text: restore(this.target.decode(ids), read), score, pieces };
  }

  /** Those hypotheses first that kept all literals. */
  whole(found, read) {
    const kept = ({ ids }) => isWhole(this.target.decode(ids), read);
    return read.literals.length ? [...found.filter(kept), ...found.filter((one) => !kept(one))] : found;
  }
}

/** The texts of the hypotheses of a sentence; its own text where there are none. */
const textsOf = ({ text, hypotheses }) => (hypotheses.length ? hypotheses.map((one) => one.text) : [text]);

/** The texts of pieces, one side of literals, `text` or `written`, in the place of what stands for them. */
function named(ids, tokenizer, literals, side) {
  const left = [...literals];
  return ids.map((id) => {
    const piece = tokenizer.pieces[id].text;
    return taken(left, piece)?.[side] ?? piece;
  });
}

function padded(ids, length) {
  const tokens = new Int32Array(length).fill(PAD);
  tokens.set(ids.slice(0, length));
  return tokens;
}

/** The hypotheses without those that have the text of a better one. */
function distinct(hypotheses) {
  const texts = hypotheses.map(({ text }) => text);
  return hypotheses.filter(({ text }, place) => texts.indexOf(text) === place);
}
