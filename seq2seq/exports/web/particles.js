// Korean particles after a word that was put into a text: 도서관을, 학교를. `translation/particles.py` and
// `translation/last_sounds.py` say why and how; a test holds both to the same.

const HANGUL = "[\uac00-\ud7a3]";
const TAG = String.raw`<\/?[A-Za-z][^<>]*>`;
const CLOSING = String.raw`["'\u2019\u201d\u00bb)\]\u3009\u300b\u300d\u300f\u3011\uff09\uff02\uff07*_\x60~]`;
const CLOSINGS = `(?:${TAG}|${CLOSING})`; // a mark or a tag between a word and its particle

// The form after a consonant, the form after a vowel, and what may follow either before the word ends.
const PAIRS = [
  ["을", "를"],
  ["은", "는", "요|커녕"],
  ["이", "가"],
  ["과", "와", "의|는|도|만|만의|만은|같이|함께"],
  ["으로", "로", "는|도|만|만은|의|서|서는|서도|서의|써|써는|부터|부터는|부터의|까지|까지도|밖에|요"],
  ["이나", "나", "마"],
  [
    "이라",
    "라",
    "고|고는|고도|고만|고요|고서|는|도|도요|면|면서|서|서요|야|며|던|던가|던지|든가|든지|기보다|기보다는|니",
  ],
  ["이란", "란"],
  ["이랑", "랑", "은|도|만"],
  ["이든", "든", "지|가|지간에"],
  ["이며", "며"],
  ["이여", "여"],
  ["이야", "야", "말로"],
  ["이에요", "예요"],
  ["이어서", "여서"],
  ["이어도", "여도"],
  ["이었", "였", ".*"],
  ["아", "야"],
];
const COPULA = `(?:다|지만|니까|네요|군요|죠|지요)(?!${HANGUL})`; // 이 is left out after a vowel alone

const escaped = (text) => text.replaceAll(/[()[\]{}.*+?^$|\\/]/g, String.raw`\$&`);

/** The ways to write both forms of a particle at once: 을(를), 를/을, (으)로. */
function notationsOf([consonant, vowel]) {
  const notations = [`${consonant}(${vowel})`, `${vowel}(${consonant})`, `${consonant}/${vowel}`, `${vowel}/${consonant}`];
  if (consonant.endsWith(vowel)) notations.push(`(${consonant.slice(0, -vowel.length)})${vowel}`);
  return notations;
}

/** A pattern of both forms of a particle, at the end of a word. */
const eitherOf = ([consonant, vowel, more]) =>
  `(?:${consonant}|${vowel})(?=${more ? `(?:${more})?` : ""}(?!${HANGUL}))`;

const PAIR_OF = new Map(PAIRS.flatMap((pair) => [pair[0], pair[1], ...notationsOf(pair)].map((form) => [form, pair])));
const BOTH = PAIRS.flatMap(notationsOf).map(escaped).join("|");
const ONE = PAIRS.map(eitherOf).join("|");
const PARTICLE = new RegExp(`^${CLOSINGS}*(?:(?<particle>${BOTH}|${ONE})|(?<copula>${COPULA}))`, "u");

const CASES =
  "은|는|이|가|을|를|의|도|만|요|에|에서|에게|에게서|한테|한테서|께|께서|와|과|하고|랑|이랑|로|으로|서|써|" +
  "부터|까지|처럼|같이|만큼|보다|마다|밖에|조차|마저|대로|뿐|커녕|이나|나|이든|든|이든지|든지|이라도|라도|이란|란|며|이며";
const VERBS =
  "이다|다|이야|야|이고|이지만|지만|이자|인|인데|인지|일|임|입니다|입니까|이에요|예요|이네요|네요|이죠|죠|이니까|니까|" +
  "이?라고|이?라는|이?라면|이?라서|이었.*|였.*";
const AFTER_NOUN = new RegExp(`^들?(?:${CASES})*(?:${VERBS})?$`, "u");

/** Whether the Hangul letters directly after a noun are its particles and no part of a word. */
export const followNoun = (letters) => AFTER_NOUN.test(letters);

/** A text with words put in, the particles after these agreeing; `between` stands before each word, and after the last. */
export function withParticles(between, words) {
  let text = between[0];
  words.forEach((word, place) => {
    text += word;
    text += agreeing(text, between[place + 1]);
  });
  return text;
}

/** Makes the particle at the beginning of a text agree with the word before it. */
export function agreeing(before, after) {
  const found = PARTICLE.exec(after);
  if (!found || isUnit(before, found.groups.particle)) return after;
  const sound = lastSound(before);
  if (!sound) return after;

  const { particle, copula } = found.groups;
  const start = found[0].length - (particle ?? copula).length;
  const end = found[0].length;
  if (copula) return sound === Sound.VOWEL ? after : `${after.slice(0, start)}이${after.slice(start)}`;
  return after.slice(0, start) + fitting(particle, sound, after.slice(end)) + after.slice(end);
}

/** Whether what looks like a particle counts: 10여 명, 제5과, 종로3가. */
function isUnit(before, particle) {
  if (particle === "여") return /\d$/.test(before);
  return ["과", "가"].includes(particle) && /[\uac00-\ud7a3]\d+$/.test(before);
}

/** The form of a particle that comes after a sound. */
function fitting(particle, sound, after) {
  if (particle === "야" && sound !== Sound.VOWEL) return /^[,\uff0c]/.test(after) ? "아" : "이야"; // a call, or a statement
  const [consonant, vowel] = PAIR_OF.get(particle);
  return sound === Sound.VOWEL || (sound === Sound.LIEUL && vowel === "로") ? vowel : consonant;
}

// The last sound of a word as Koreans read it.

const Sound = { VOWEL: "vowel", LIEUL: "ㄹ", CONSONANT: "another consonant" };

const CLOSED = new RegExp(`${CLOSINGS}+$`, "u");
const BRACKETED = /(?<=[\p{L}\p{N}_%\u2103]) ?(?:\([^()]*\)|\[[^[\]]*\]|\uff08[^\uff08\uff09]*\uff09)$/u;
const VARIABLE = /\}$|;$|\$[A-Za-z_][\p{L}\p{N}_]*$|(?<!\d)%(?:\([\p{L}\p{N}_]+\)|\d+\$)?[-+#0]?\d*(?:\.\d+)?[A-Za-z]+$/u;

const UNIT_SOUNDS = new Map([
  ..."kg mg g t min h \u338f \u338e".split(" ").map((unit) => [unit, Sound.CONSONANT]),
  ["dB", Sound.LIEUL],
  ...(
    "km m cm mm nm \u339e \u339d \u339c km2 m2 km\u00b2 m\u00b2 m3 m\u00b3 \u33a2 \u33a1 ha " +
    "% \u2030 + \u00b0 \u00b0C \u00b0F \u2103 \u2109 l L ml mL \u2113 \u3396 s px pt km/h m/s " +
    "B kB KB MB GB TB Hz kHz MHz GHz W kW MW V A"
  )
    .split(" ")
    .map((unit) => [unit, Sound.VOWEL]),
]);
const UNITS = [...UNIT_SOUNDS.keys()].sort((one, other) => other.length - one.length);
const UNIT = new RegExp(String.raw`\d\s?(${UNITS.map(escaped).join("|")})$`, "u");

const CURRENCIES = { $: Sound.VOWEL, "\u20ac": Sound.VOWEL, "\u00a3": Sound.VOWEL, "\u00a5": Sound.CONSONANT, "\u20a9": Sound.CONSONANT };
const SINO_KOREAN = { 0: Sound.CONSONANT, 3: Sound.CONSONANT, 6: Sound.CONSONANT, 1: Sound.LIEUL, 7: Sound.LIEUL, 8: Sound.LIEUL };
const ENGLISH_CONSONANT = /[179]$/; // 원, 세븐, 나인
const MOST_SPELT = 4; // letters of a word in capitals that is spelt though it has a vowel

/** What a text ends in as it is read; null where that is not known. */
export function lastSound(text) {
  const bare = withoutBrackets(text);
  if (!bare || VARIABLE.test(bare)) return null;
  return unitOf(bare) ?? numeralOf(bare) ?? latinOf(bare) ?? letterOf(Array.from(bare).at(-1));
}

/** The text without brackets, closing marks and tags at its end; its last 100 letters. */
function withoutBrackets(text) {
  for (let left = text.slice(-100); ; ) {
    const shorter = left.replace(BRACKETED.test(left) ? BRACKETED : CLOSED, "");
    if (shorter === left) return left;
    left = shorter;
  }
}

const unitOf = (text) => UNIT_SOUNDS.get(UNIT.exec(text)?.[1]);

/** The last sound of a text that ends in digits. */
function numeralOf(text) {
  if (!/[0-9]$/.test(text)) return undefined;
  const time = /(?<![\d:])\d{1,2}:(\d\d)$/.exec(text);
  if (time) return time[1] === "00" ? Sound.VOWEL : Sound.CONSONANT;
  if (/(?<!\d)\d{4}[-./]\d{1,2}[-./]\d{1,2}$/.test(text)) return Sound.LIEUL;
  if (/[A-Za-z]\d$/.test(text)) return ENGLISH_CONSONANT.test(text) ? Sound.CONSONANT : Sound.VOWEL;

  const number = /([$\u20ac\u00a3\u00a5\u20a9]?)\d+(?:[.,]\d+)*$/.exec(text);
  if (number?.[1]) return CURRENCIES[number[1]];
  if (/[1-9]0{12,15}$/.test(number?.[0].replaceAll(",", "") ?? "")) return Sound.VOWEL;
  return SINO_KOREAN[text.at(-1)] ?? Sound.VOWEL;
}

/** The last sound of a text that ends in a Latin word. */
function latinOf(text) {
  const word = /[A-Za-z\u00c0-\u024f]+$/.exec(text)?.[0];
  if (!word) return undefined;
  const letters = word.normalize("NFD");
  if (/\p{M}$/u.test(letters)) { // café; an accent marks no consonant but ñ and the like
    const plain = letters.replace(/\p{M}+$/u, "").toLowerCase();
    return /[aeiouy]$/.test(plain) ? Sound.VOWEL : loanOf(plain);
  }

  const isInCapitals = word === word.toUpperCase();
  const isShort = word.length <= MOST_SPELT || !isInCapitals;
  if (word.length === 1 || (/[A-Z]{2,}$/.test(word) && isShort) || !/[aeiouy]/i.test(word)) {
    return speltOf(word.at(-1).toUpperCase());
  }
  return loanOf(letters.replaceAll(/[^A-Za-z]/g, "").toLowerCase());
}

function speltOf(letter) {
  if ("LR".includes(letter)) return Sound.LIEUL; // 엘, 알
  return "MN".includes(letter) ? Sound.CONSONANT : Sound.VOWEL; // 엠, 엔
}

function loanOf(word) {
  if (/le?$/.test(word)) return Sound.LIEUL;
  const isConsonant = /(?:[mn]e?|ng|mb|ck|pp|ott|out|ook|(?:^|[^aeiouy])[aeiou][bckpt])$/.test(word);
  return isConsonant ? Sound.CONSONANT : Sound.VOWEL;
}

/** The last sound of a Hangul syllable, or of a letter whose name or sign ends in one. */
function letterOf(letter) {
  if (/[\uac00-\ud7a3]/.test(letter)) {
    const final = (letter.codePointAt(0) - 0xac00) % 28;
    if (!final) return Sound.VOWEL;
    return final === 8 ? Sound.LIEUL : Sound.CONSONANT;
  }
  if (/[\u3093\u30f3]/.test(letter)) return Sound.CONSONANT; // ん, ン
  if (/[\u3041-\u30fc]/.test(letter)) return Sound.VOWEL;
  return /[\p{L}\p{N}]/u.test(letter) ? null : (UNIT_SOUNDS.get(letter) ?? null);
}
