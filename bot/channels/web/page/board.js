// The board: asked for again and again, drawn anew where it changed. Ages are counted here.

import { $, begin, choose, element, put, query, reveal, withhold } from "./console.js";
import { call, figures, table } from "./parts.js";
import { map } from "./map.js";
import { dayOf, language, say, timeOf } from "./words.js";

const PAUSE = 4000; // milliseconds between looks while somebody can see the page
const LONGEST = 15_000; // … and when nobody answers

let tag = ""; // of the board that is shown
let wrong = 0; // looks in a row that failed
let ahead = 0; // milliseconds by which the desk's clock is ahead of this one
let asked = 0; // a look that was overtaken by another choice is not shown
let timer = null;
let seen = null; // when the desk last answered

// ---- looking

const wanted = () => query({ days: $("days").value, place: $("place").value });

async function look() {
  clearTimeout(timer);
  const number = ++asked;
  try {
    const headers = tag ? { "If-None-Match": tag } : {};
    const answer = await fetch(`/board/data?${wanted()}`, { headers, cache: "no-store" });
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
  for (const list of ["open", "ended"]) $(list).replaceChildren();
  map($("on-map"), null);
  $("record").close();
  $("record").querySelector("ol").replaceChildren();
  $("log-head").textContent = "";
  withhold(said[language()] ?? "");
}

// ---- showing

function show(board) {
  $("title").textContent = board.title;
  document.title = board.title;
  reveal();
  $("where").hidden = board.places.length < 2;
  choose($("place"), [["", say("all_places")], ...board.places]);
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
  $("xlsx").href = `/board/figures.xlsx?${wanted()}`;
  $("csv").href = `/board/figures.csv?${wanted()}`;
}

function list(place, calls, none = "") {
  const held = place.contains(document.activeElement) ? document.activeElement.dataset.id : null;
  place.replaceChildren(...calls.map((one) => call(one, read)));
  if (!calls.length && none) place.append(element("li", say(none)));
  if (held) place.querySelector(`[data-id="${held}"]`)?.focus();
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
  const answer = await fetch(`/board/calls/${id}?${wanted()}`, { cache: "no-store" }).catch(() => null);
  if (!answer) return put($("banner"), say("away"));
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
    const line = element("li", words);
    const time = document.createElement("time");
    time.dateTime = at;
    time.textContent = clock.format(moment);
    line.prepend(time);
    if (dayOf(moment) === day) return [line];
    day = dayOf(moment);
    return [element("li", day, "day"), line];
  });
}

$("close").addEventListener("click", () => $("record").close());
$("record").addEventListener("close", () => document.querySelector(`[data-id="${opener}"]`)?.focus());

$("days").addEventListener("change", afresh);
$("place").addEventListener("change", afresh);
document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : look()));
for (const change of ["offline", "online"]) addEventListener(change, look); // nobody waits for the next look
setInterval(ages, 1000);
begin(afresh, refuse);
