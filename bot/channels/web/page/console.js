// What the console's pages share: coming in by a key and leaving, in whose shoes, large text, the language.

import { language, say, speak } from "./words.js";
import { recall, remember } from "./prefs.js";

const AGAIN = 5000; // milliseconds until a key is tried again that nobody took

export const $ = (id) => document.getElementById(id);
const here = new URLSearchParams(location.search);

export function element(name, words = "", className = "") {
  const one = document.createElement(name);
  if (words !== "") one.textContent = words;
  if (className) one.className = className;
  return one;
}

/** What every address needs, and whatever else is asked: values that are empty are left out. */
export function query(asked) {
  const asks = new URLSearchParams({ lang: language() });
  for (const [name, value] of Object.entries(asked)) if (value) asks.set(name, value);
  if (here.has("as")) asks.set("as", here.get("as"));
  return asks;
}

/** The place that a link to the page names. */
export const named = () => here.get("place");

/** A live region that is set to what it says already would be read out again. */
export function put(place, words) {
  if (place.textContent !== words) place.textContent = words;
}

/** Choices of a list, keeping the chosen one where it is still there. */
export function choose(list, options) {
  const chosen = list.value;
  list.replaceChildren(...options.map(([value, words]) => new Option(words, value)));
  if (options.some(([value]) => String(value) === chosen)) list.value = chosen;
}

export function reveal() {
  $("notice").hidden = true;
  $("board").hidden = false;
}

/** Not theirs, or not to be had: the page shows these words and nothing else. */
export function withhold(words) {
  $("board").hidden = true;
  delete $("notice").dataset.say;
  $("notice").textContent = words;
  $("notice").hidden = false;
}

/** Begin: `look` asks the desk for what is shown, `refuse` clears it away for what the desk said instead. */
export function begin(look, refuse) {
  async function enter(key) {
    history.replaceState(null, "", location.pathname + location.search); // a key stands in no history
    const answer = await fetch("/board/enter", { method: "POST", body: key }).catch(() => null);
    if (!answer || answer.status >= 500) {
      $("banner").textContent = say("away");
      return setTimeout(enter, AGAIN, key);
    }
    $("banner").textContent = "";
    if (answer.ok) remember("board.pass", true);
    else if (!recall("board.pass")) return refuse(await answer.json());
    here.delete("as");
    $("leave").hidden = false;
    return look();
  }

  async function leave() {
    await fetch("/board/leave", { method: "POST" });
    remember("board.pass", false);
    $("leave").hidden = true;
    look();
  }

  function arrive() {
    const key = /^#key=([\w-]+)$/.exec(location.hash)?.[1];
    return key ? enter(key) : look();
  }

  function enlarge(large) {
    remember("board.large", large);
    document.documentElement.classList.toggle("large", large);
    $("large").setAttribute("aria-pressed", String(large));
  }

  if (here.has("as")) {
    for (const link of document.querySelectorAll("a.elsewhere")) link.search = `as=${here.get("as")}`;
  }
  $("leave").hidden = !recall("board.pass");
  $("leave").addEventListener("click", leave);
  $("large").addEventListener("click", () => enlarge(!recall("board.large")));
  $("language").addEventListener("click", () => {
    const chosen = language() === "en" ? "zh" : "en";
    remember("language", chosen);
    speak(chosen);
    look();
  });
  addEventListener("hashchange", arrive);
  enlarge(Boolean(recall("board.large")));
  speak(recall("language") ?? "zh");
  arrive();
}
