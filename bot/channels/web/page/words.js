// The page's own words in both languages, and the switch between them.

const data = JSON.parse(document.getElementById("data").textContent);
let current = "zh";

export const zone = data.zone;
export const language = () => current;

/** What a reader of whom nothing is known will understand: English where the browser has no Chinese. */
export const reads = () => (navigator.languages.some((one) => one.startsWith("zh")) ? "zh" : "en");

/** The sentence under a key, with {name} filled in. */
export function say(key, values = {}) {
  const sentence = data.words[current][key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Show everything marked with data-say… in this language. */
export function speak(chosen) {
  current = chosen === "en" ? "en" : "zh";
  document.documentElement.lang = current === "en" ? "en" : "zh-CN";
  document.title = say("title");
  for (const one of document.querySelectorAll("[data-say]")) one.textContent = say(one.dataset.say);
  for (const one of document.querySelectorAll("[data-say-label]")) {
    one.setAttribute("aria-label", say(one.dataset.sayLabel));
  }
  for (const one of document.querySelectorAll("[data-say-placeholder]")) {
    one.placeholder = say(one.dataset.sayPlaceholder);
  }
  document.getElementById("language").lang = current === "en" ? "zh-CN" : "en";
}

/** The language of a text, for the voice that reads it out. */
export const tongue = (text) => (/[\u3400-\u9fff]/.test(text) ? "zh-CN" : "en");

const locale = () => (current === "en" ? "en-GB" : "zh-CN");
const day = new Intl.DateTimeFormat("en-CA", { timeZone: zone });

/** The community's calendar day of a moment, as 2026-11-01. */
export const dayOf = (moment) => day.format(moment);

/** "14:02" on the community's clock. */
export function timeOf(moment) {
  return new Intl.DateTimeFormat(locale(), {
    timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).format(moment);
}

/** "今天", "昨天", or the date. */
export function dayName(moment) {
  const now = Date.now();
  if (dayOf(moment) === dayOf(now)) return say("today");
  if (dayOf(moment) === dayOf(now - 86_400_000)) return say("yesterday");
  return new Intl.DateTimeFormat(locale(), {
    timeZone: zone, month: "long", day: "numeric", weekday: "long",
  }).format(moment);
}
