// What the page says, in English and Korean.

const SAMPLES = ["I am Yusol", "Where is the station?", "I want to eat bread.", "Does your sister work every day?"];

export const WORDS = {
  en: {
    source: "Text",
    translation: "Translation",
    attention: "Attention",
    attentionHelp: "Each row is a part of the translation. The stronger the colour, the more the model looked at that part of the text.",
    others: "Candidates",
    othersHelp: "Best first. Score: log-probability divided by the length penalty. Bar: probability relative to the first, adjusted for length.",
    footer: "Everything runs in this browser; nothing is sent anywhere.",
    offline: "This page now works without a network.",
    placeholder: "Type a sentence",
    empty: "The translation appears here.",
    loading: "loading the translator…",
    working: "translating…",
    copy: "Copy",
    copyDone: "copied",
    clear: "Clear",
    cut: "Only the beginning was translated: a sentence is too long. Divide it.",
    end: "end",
    try: "Try",
    language: "한국어",
    languageTitle: "이 페이지를 한국어로",
    theme: "Light or dark",
    tooLong: (count, most) => `The text has ${count} characters; this page translates up to ${most} at once. Shorten it.`,
    unsupported: "This browser is too old: it has no WebAssembly with SIMD. Update it, or open the page in another.",
    missing: "A file of this page could not be loaded. Check the connection, or copy the whole folder to the server again.",
    damaged: "A file of the model is not whole. Copy the whole folder to the server again.",
    failed: "The translator could not start. Reload the page.",
    samples: SAMPLES,
  },
  ko: {
    source: "원문",
    translation: "번역",
    attention: "어텐션",
    attentionHelp: "한 줄이 번역문의 한 부분입니다. 칸의 색이 뚜렷할수록 모델이 원문의 그 부분을 더 많이 본 것입니다.",
    others: "번역 후보",
    othersHelp: "점수(로그 확률을 길이 벌점으로 나눈 값)가 높은 순서입니다. 막대 길이는 1위 번역 대비 확률(길이 보정)입니다.",
    footer: "모든 계산은 이 브라우저에서 하며, 아무것도 밖으로 보내지 않습니다.",
    offline: "이제 네트워크 없이도 이 페이지를 쓸 수 있습니다.",
    placeholder: "문장을 입력하세요",
    empty: "번역이 여기에 나타납니다.",
    loading: "번역기를 불러오는 중…",
    working: "번역하는 중…",
    copy: "복사",
    copyDone: "복사했습니다",
    clear: "지우기",
    cut: "문장이 너무 길어서 앞부분만 번역했습니다. 문장을 나눠 주세요.",
    end: "끝",
    try: "예문",
    language: "English",
    languageTitle: "This page in English",
    theme: "밝게 또는 어둡게",
    tooLong: (count, most) => `글이 ${count}자입니다. 이 페이지는 한 번에 ${most}자까지 번역합니다. 글을 줄여 주세요.`,
    unsupported: "브라우저가 오래되어 WebAssembly SIMD를 쓸 수 없습니다. 브라우저를 업데이트하거나 다른 브라우저에서 열어 주세요.",
    missing: "이 페이지의 파일을 불러오지 못했습니다. 연결을 확인하거나 폴더 전체를 서버에 다시 복사해 주세요.",
    damaged: "모델 파일이 온전하지 않습니다. 폴더 전체를 서버에 다시 복사해 주세요.",
    failed: "번역기를 시작하지 못했습니다. 페이지를 새로 고쳐 주세요.",
    samples: SAMPLES,
  },
};

/** The codes and names of the languages of a model called "en-ko" or "en-ko-web"; none of other names. */
export function languagesOf(model, language) {
  const codes = /^([a-z]{2,3})[-_]([a-z]{2,3})(?![a-z])/.exec(model ?? "")?.slice(1) ?? [];
  const names = new Intl.DisplayNames(language, { type: "language", fallback: "none" });
  return codes.every((code) => names.of(code)) ? codes.map((code) => ({ code, name: names.of(code) })) : [];
}
