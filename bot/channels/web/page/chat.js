// The page: what a person says goes out, what the desk says comes in.

import { Keys } from "./dock.js";
import { Log } from "./log.js";
import { askPlace } from "./place.js";
import { Outbox } from "./outbox.js";
import { Personas } from "./personas.js";
import { newId, recall, recallHere, remember, rememberHere } from "./prefs.js";
import { Stream } from "./stream.js";
import { language, reads, say, speak } from "./words.js";

const $ = (id) => document.getElementById(id);
const LONGEST = 4000;
const NEARLY = 3800;
const QUIET = 1200; // milliseconds a lost line may take to come back before anybody is told
const SHOWN = 6000; // milliseconds for which a passing note stays

let as = "";
let known = null; // what /chat/hello said
let arriving = false; // a code is on its way
let renewed = 0; // how often in a row the session was not recognised
let code = new URLSearchParams(location.search).get("code") ?? /^#join=([\w-]+)$/.exec(location.hash)?.[1];

// ---- what comes in

const log = new Log($("log"), $("newer"), tap);
const keys = new Keys($("keys"), press);
const personas = new Personas($("personas"), become);
const outbox = new Outbox({ state: fares, refused: toast }, hello);
const stream = new Stream({ history, line, elsewhere, notice: ({ text }) => toast(text), displaced, up, down }, hello);

function history({ entries, keyboard, last, large, language: spoken, board }) {
  suit(large, spoken);
  $("board").hidden = !board;
  $("board").href = `/board?${new URLSearchParams({ as })}`;
  keys.show(keyboard);
  log.begin(entries, outbox.pending(as).map(asEntry).filter(Boolean));
  personas.reached(as, last);
  arriving = Boolean(code);
  if (code) say_({ action: `start:${code}` }, { id: newId() });
  else if (!last && !as) say_({ action: "start" }, { id: "start" });
  code = null;
}

function line(entry) {
  if (arriving && entry.keyboard) return become(as); // whose page it is now: how large, in which language
  if (entry.keyboard) keys.show(entry.keyboard);
  log.add(entry);
  personas.reached(as, entry.seq);
  if (document.hidden && !entry.mine) document.title = `● ${say("title")}`;
}

function elsewhere({ as: key, seq }) {
  personas.reached(key, seq);
}

// ---- what goes out

function say_(body, { id, urgent = false } = {}) {
  const entry = outbox.put(body, as, urgent, id);
  const shown = asEntry(entry);
  if (shown) log.pend(shown);
  return entry;
}

/** A waiting entry as a message on the page; a tap under a message is none. */
function asEntry({ id, at, body }) {
  const words = body.text ?? body.label;
  if (body.location) return { id, at, location: body.location };
  return words ? { id, at, html: escaped(words) } : null;
}

function escaped(words) {
  const box = document.createElement("i");
  box.textContent = words;
  return box.innerHTML;
}

function press(action, label, urgent) {
  const calling = urgent && outbox.pending(as).some((entry) => entry.urgent);
  if (calling) return toast(say("called_already"));
  const entry = say_({ action, label }, { urgent });
  if (urgent) navigator.vibrate?.(200);
  keys.sending(entry, urgent);
}

const tapped = new Map(); // entry id -> the button that was tapped

function tap(action, ref, button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  button.classList.add("going");
  const urgent = button.classList.contains("sos");
  const id = newId();
  tapped.set(id, button);
  say_({ action, ref: String(ref) }, { id, urgent });
}

function fares(entry, state) {
  log.state(entry.id, state);
  keys.fares(entry, state);
  const button = tapped.get(entry.id);
  if (!button || state === "sending" || state === "waiting") return;
  tapped.delete(entry.id);
  button.classList.remove("going");
  button.removeAttribute("aria-disabled");
  if (state === "sent") felt(button);
}

function felt(button) {
  if (button.classList.contains("pressed")) return;
  const words = document.createElement("span");
  words.className = "hidden";
  words.dataset.say = "pressed";
  words.textContent = say("pressed");
  button.append(words);
  button.classList.add("pressed");
}

// ---- writing

const words = $("words");

function grow() {
  words.style.height = "auto";
  words.style.height = words.value ? `${words.scrollHeight + 2}px` : "";
  const length = [...words.value.trim()].length;
  $("count").textContent =
    length > LONGEST ? say("too_long_by", { n: length - LONGEST }) : length > NEARLY ? `${length} / ${LONGEST}` : "";
  return length;
}

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const length = grow();
  if (length > LONGEST) return words.focus();
  if (length) say_({ text: words.value.trim() });
  if (length) words.value = "";
  grow();
  words.focus();
});

words.addEventListener("input", grow);
words.addEventListener("keydown", (event) => {
  // While Pinyin is being composed, Enter chooses a word; Safari says so by key code 229 only.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  $("composer").requestSubmit();
});

$("place").addEventListener("click", () =>
  askPlace(toast, (location) => {
    $("toast").textContent = "";
    say_({ location });
  }),
);

// ---- the state of the line

let fading, darkening;

function toast(text) {
  $("toast").textContent = text;
  clearTimeout(fading);
  fading = setTimeout(() => ($("toast").textContent = ""), SHOWN);
}

function up() {
  renewed = 0;
  clearTimeout(darkening);
  darkening = null;
  if (!$("banner").textContent) return;
  $("banner").replaceChildren();
  toast(say("back"));
  outbox.go();
}

function down() {
  darkening ??= setTimeout(() => banner("offline", "tel:120", "call_120"), navigator.onLine ? QUIET : 0);
}

function displaced() {
  const again = document.createElement("button");
  again.type = "button";
  again.addEventListener("click", () => stream.connect());
  banner("displaced", again, "resume");
}

/** A sentence across the page, with a link (by its address) or a button. */
function banner(key, action, label) {
  const sentence = document.createElement("span");
  sentence.dataset.say = key;
  const act = typeof action === "string" ? Object.assign(document.createElement("a"), { href: action }) : action;
  act.dataset.say = label;
  $("banner").replaceChildren(sentence, " ", act);
  for (const one of [sentence, act]) one.textContent = say(one.dataset.say);
}

// ---- how it looks and speaks

function enlarge(large) {
  document.documentElement.classList.toggle("large", large);
  $("large").setAttribute("aria-pressed", String(large));
  if (log.follows) log.toEnd();
  grow();
}

function talk(chosen) {
  speak(chosen);
  personas.relabel();
  log.relabel();
}

/** What the person chose on this device wins; else what the community knows of them. */
function suit(large, spoken) {
  enlarge(recall(`large.${as}`, large));
  talk(recall(`language.${as}`) ?? spoken ?? reads());
}

$("large").addEventListener("click", () => {
  const large = !document.documentElement.classList.contains("large");
  remember(`large.${as}`, large);
  enlarge(large);
});

/** The desk is told, too: who reads the page in English wants to be answered in it. */
$("language").addEventListener("click", () => {
  const chosen = language() === "en" ? "zh" : "en";
  remember(`language.${as}`, chosen);
  remember("language", chosen); // for the console, which opens beside this page
  talk(chosen);
  say_({ action: `language:${chosen}` }, { id: newId() });
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) document.title = say("title");
});

// A code pasted behind the address of the open page is an arrival like any other.
addEventListener("hashchange", () => location.hash.startsWith("#join=") && location.reload());

// ---- beginning

/** Get or renew the session; whether that worked. */
async function hello() {
  try {
    const answer = await fetch("/chat/hello", { method: "POST", signal: AbortSignal.timeout(10_000) });
    const said = await answer.json();
    if (!answer.ok) toast(said[language()] ?? "");
    else greeted(said);
    return answer.ok;
  } catch {
    return false;
  }
}

/** A session that ends under an open page: a new one has a conversation of its own. */
function greeted(said) {
  const again = known !== null && said.new;
  known = said;
  renewed = said.new ? renewed + 1 : 0;
  if (renewed > 2) toast(say("cookies"));
  if (again) stream.open(as);
}

function become(key) {
  as = key;
  rememberHere("as", key);
  personas.current(key);
  $("toast").textContent = "";
  stream.open(key);
}

async function begin() {
  enlarge(recall("large.", false));
  talk(recall("language.") ?? reads());
  for (let wait = 1; !(await hello()); wait = Math.min(wait * 2, 15)) {
    if (wait > 1) down();
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
  }
  const wanted = new URLSearchParams(location.search).get("as") ?? recallHere("as");
  window.history.replaceState(null, "", "/"); // the code is not for the next who looks at this screen
  const all = known.personas ?? [];
  const me = ["", { zh: say("me"), en: say("me") }];
  const mine = code || (wanted === "" && all.length > 0);
  const first = mine || !all.length ? "" : (all.find(([key]) => key === wanted) ?? all[0])[0];
  personas.show(mine && all.length ? [...all, me] : all, first);
  become(first);
  if (outbox.forgetStale()) toast(say("stale"));
  outbox.go();
}

begin();
