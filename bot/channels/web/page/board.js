// The board: asked for again and again, drawn anew where it changed. Ages are counted here.

import { call, figures, table } from "./parts.js";
import { map } from "./map.js";
import { dayOf, language, say, speak, timeOf } from "./words.js";
import { recall, remember } from "./prefs.js";

const $ = (id) => document.getElementById(id);
const PAUSE = 4000; // milliseconds between looks while somebody can see the page
const LONGEST = 15_000; // … and when nobody answers
const here = new URLSearchParams(location.search);

let tag = ""; // of the board that is shown
let wrong = 0; // looks in a row that failed
let ahead = 0; // milliseconds by which the desk's clock is ahead of this one
let asked = 0; // a look that was overtaken by another choice is not shown
let timer = null;
let seen = null; // when the desk last answered

// ---- looking

function query(more = {}) {
  const asks = new URLSearchParams({ days: $("days").value, lang: language(), ...more });
  if ($("place").value) asks.set("place", $("place").value);
  if (here.has("as")) asks.set("as", here.get("as"));
  return asks;
}

async function look() {
  clearTimeout(timer);
  const number = ++asked;
  try {
    const headers = tag ? { "If-None-Match": tag } : {};
    const answer = await fetch(`/board/data?${query()}`, { headers, cache: "no-store" });
    if (number !== asked) return;
    if (answer.status !== 304) {
      const said = await answer.json();
      if ([401, 403].includes(answer.status)) return refuse(said);
      if (!answer.ok) throw new Error(String(answer.status));
      show(said);
      tag = answer.headers.get("ETag");
    }
    ahead = Date.parse(answer.headers.get("Linli-Now")) - Date.now();
    answered();
  } catch (error) {
    if (number !== asked) return;
    lost(error);
  }
  again();
}

function again() {
  clearTimeout(timer);
  if (document.hidden) return;
  timer = setTimeout(look, Math.min(PAUSE * 2 ** wrong, LONGEST));
}

function afresh() {
  tag = "";
  look();
}

function answered() {
  wrong = 0;
  seen = Date.now() + ahead;
  $("banner").textContent = "";
  ages();
}

function lost() {
  wrong += 1;
  if (wrong < 2) return;
  $("banner").textContent = seen ? say("stale", { time: timeOf(seen) }) : say("away");
}

/** Not theirs, or no longer: nothing of the board stays on the page. */
function refuse(said) {
  tag = "";
  $("board").hidden = true;
  for (const list of ["open", "ended"]) $(list).replaceChildren();
  map($("on-map"), null);
  $("record").close();
  $("record").querySelector("ol").replaceChildren();
  $("log-head").textContent = "";
  delete $("notice").dataset.say;
  $("notice").textContent = said[language()] ?? "";
  $("notice").hidden = false;
}

// ---- showing

function show(board) {
  $("title").textContent = board.title;
  document.title = board.title;
  $("notice").hidden = true;
  $("board").hidden = false;
  choose(board.places);
  put($("now"), board.now);
  put($("late"), board.late);
  list($("open"), board.open);
  list($("ended"), board.ended, "recent_none");
  figures(board, $);
  map($("on-map"), board.map, (id) => {
    $("place").value = id;
    afresh();
  });
  table($("by-place"), say("col_place"), board.heads, board.by_place);
  table($("by-day"), say("col_day"), board.heads, board.by_day);
  $("xlsx").href = `/board/figures.xlsx?${query()}`;
  if (here.has("as")) $("surveys").href = `/surveys?as=${encodeURIComponent(here.get("as"))}`;
  $("csv").href = `/board/figures.csv?${query()}`;
}

/** A live region that is set to what it says already would be read out again. */
function put(place, words) {
  if (place.textContent !== words) place.textContent = words;
}

function list(place, calls, none = "") {
  const held = place.contains(document.activeElement) ? document.activeElement.dataset.id : null;
  place.replaceChildren(...calls.map((one) => call(one, read)));
  if (!calls.length && none) place.append(item(say(none)));
  if (held) place.querySelector(`[data-id="${held}"]`)?.focus();
}

function item(words) {
  const one = document.createElement("li");
  one.textContent = words;
  return one;
}

function choose(places) {
  $("where").hidden = places.length < 2;
  const chosen = $("place").value;
  const options = [["", say("all_places")], ...places].map(([id, name]) => new Option(name, id));
  $("place").replaceChildren(...options);
  $("place").value = chosen;
}

/** "等了 12 分钟", counted on the desk's clock. */
function ages() {
  for (const one of document.querySelectorAll("[data-since]")) {
    one.textContent = say(one.dataset.as, { time: lasting(one.dataset.since), state: one.dataset.state });
  }
}

function lasting(since) {
  const seconds = Math.max(0, Math.floor((Date.now() + ahead - Date.parse(since)) / 1000));
  if (seconds < 120) return say("seconds", { count: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return say("minutes", { count: minutes });
  return say("hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

// ---- one call's log

let opener = null;

async function read(id) {
  opener = id;
  const answer = await fetch(`/board/calls/${id}?${query()}`, { cache: "no-store" });
  const said = await answer.json();
  if (!answer.ok) return put($("banner"), said[language()] ?? "");
  $("log-head").textContent = say("log_of", { name: said.name || say("who_unknown") });
  $("record").querySelector("ol").replaceChildren(...lines(said));
  $("record").showModal();
  $("log-head").focus();
}

/** Each day once, each moment to the second. */
function lines({ lines: told, zone }) {
  const clock = new Intl.DateTimeFormat("zh-CN", { timeZone: zone, timeStyle: "medium", hourCycle: "h23" });
  let day = "";
  return told.flatMap(([at, words]) => {
    const moment = Date.parse(at);
    const line = item(words);
    const time = document.createElement("time");
    time.dateTime = at;
    time.textContent = clock.format(moment);
    line.prepend(time);
    if (dayOf(moment) === day) return [line];
    day = dayOf(moment);
    const head = item(day);
    head.className = "day";
    return [head, line];
  });
}

$("close").addEventListener("click", () => $("record").close());
$("record").addEventListener("close", () => document.querySelector(`[data-id="${opener}"]`)?.focus());

// ---- coming in, and leaving

async function enter(key) {
  history.replaceState(null, "", location.pathname + location.search); // a key stands in no history
  const answer = await fetch("/board/enter", { method: "POST", body: key }).catch(() => null);
  if (!answer || answer.status >= 500) {
    delete $("notice").dataset.say;
    $("notice").textContent = say("away");
    return setTimeout(enter, PAUSE, key);
  }
  if (answer.ok) remember("board.pass", true);
  else if (!recall("board.pass")) return refuse(await answer.json());
  here.delete("as");
  $("leave").hidden = false;
  return afresh();
}

async function leave() {
  await fetch("/board/leave", { method: "POST" });
  remember("board.pass", false);
  $("leave").hidden = true;
  afresh();
}

function arrive() {
  const key = /^#key=([\w-]+)$/.exec(location.hash)?.[1];
  return key ? enter(key) : afresh();
}

function talk(chosen) {
  speak(chosen);
  $("title").textContent = say("title");
}

if (here.has("as")) $("visits").search = `as=${here.get("as")}`;
$("leave").hidden = !recall("board.pass");
$("leave").addEventListener("click", leave);
$("days").addEventListener("change", afresh);
$("place").addEventListener("change", afresh);
$("language").addEventListener("click", () => {
  const chosen = language() === "en" ? "zh" : "en";
  remember("language", chosen);
  talk(chosen);
  afresh();
});
$("large").addEventListener("click", () => enlarge(!recall("board.large")));
addEventListener("hashchange", arrive);
document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : look()));
setInterval(ages, 1000);

function enlarge(large) {
  remember("board.large", large);
  document.documentElement.classList.toggle("large", large);
  $("large").setAttribute("aria-pressed", String(large));
}

enlarge(Boolean(recall("board.large")));
talk(recall("language") ?? "zh");
arrive();
