// Reads the file of a SentencePiece model: as much of its protocol buffer as a tokenizer needs.
// https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto

const VARINT = 0;
const EIGHT_BYTES = 1;
const TEXT = 2;
const FOUR_BYTES = 5;

const UTF8 = new TextDecoder();

/** What kind of piece it is, by its number in the file. */
export const Kind = { NORMAL: 1, UNKNOWN: 2, CONTROL: 3, USER_DEFINED: 4, UNUSED: 5 };

/** The pieces of a model, its rules for text that is read, and those for text that is written. */
export function readModel(bytes) {
  const model = { pieces: [], normalizer: normalizerOf(new Map()), denormalizer: null };
  for (const [field, value] of fieldsOf(bytes)) {
    if (field === 1) model.pieces.push(pieceOf(value));
    if (field === 2) expectUnigram(new Map(fieldsOf(value)));
    if (field === 3) model.normalizer = normalizerOf(new Map(fieldsOf(value)));
    if (field === 5) model.denormalizer = normalizerOf(new Map(fieldsOf(value)));
  }
  if (!model.pieces.length) throw new Error("Expected a SentencePiece model. Received: a file without pieces.");
  return model;
}

function pieceOf(bytes) {
  const fields = new Map(fieldsOf(bytes));
  const { buffer, byteOffset } = fields.get(2) ?? new Uint8Array(4);
  return {
    text: UTF8.decode(fields.get(1)),
    score: new DataView(buffer, byteOffset).getFloat32(0, true),
    kind: fields.get(3) ?? Kind.NORMAL,
  };
}

function expectUnigram(trainer) {
  const type = trainer.get(3) ?? 1;
  if (type !== 1 || trainer.get(24) || trainer.get(35)) {
    throw new Error("Expected a unigram model, as seq2seq trains them. Received: another SentencePiece model.");
  }
}

function normalizerOf(fields) {
  return {
    charsmap: fields.get(2) ?? new Uint8Array(0),
    addsSpace: Boolean(fields.get(3) ?? 1),
    dropsSpaces: Boolean(fields.get(4) ?? 1),
    escapesSpaces: Boolean(fields.get(5) ?? 1),
  };
}

/** The fields of a message: their numbers, and their values as whole numbers or bytes. */
function* fieldsOf(bytes) {
  let place = 0;

  function number() {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      if (place >= bytes.length) throw new Error("Expected a whole SentencePiece model. Received: one cut short.");
      const byte = bytes[place++];
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  }

  function taken(count) {
    if (place + count > bytes.length) throw new Error("Expected a whole SentencePiece model. Received: one cut short.");
    place += count;
    return bytes.subarray(place - count, place);
  }

  while (place < bytes.length) {
    const key = number();
    const read = { [VARINT]: number, [EIGHT_BYTES]: () => taken(8), [TEXT]: () => taken(number()), [FOUR_BYTES]: () => taken(4) }[key % 8];
    if (!read) throw new Error("Expected a SentencePiece model. Received: another kind of file.");
    yield [Math.floor(key / 8), read()];
  }
}
