// The board of visits: drawn when it is opened, when another month is chosen, and every few minutes.

import { $, begin, choose, element, named, put, query, reveal, withhold } from "./console.js";
import { bar } from "./parts.js";
import { language, say } from "./words.js";

const PAUSE = 180_000; // milliseconds between looks: visits come by the hour, not by the second
const AGAIN = 10_000; // … and when nobody answered
const AGES = ["age-30", "age-90", "age-180", "age-over", "age-never"];

let shown = null; // the board as it was last sent
let asked = 0; // a look that was overtaken by another choice is not shown
let timer = null;
let opener = null; // what the dialog was opened from
let worker = null; // whose homes it shows

// ---- asking

const wanted = (more = {}) =>
  query({ month: $("month").value, place: $("place").value || named(), ...more });

async function look() {
  clearTimeout(timer);
  const number = ++asked;
  try {
    const answer = await fetch(`/visits/data?${wanted()}`, { cache: "no-store" });
    const said = await answer.json();
    if (number !== asked) return;
    if ([401, 403].includes(answer.status)) return refuse(said);
    if (!answer.ok) throw new Error(String(answer.status));
    $("banner").textContent = "";
    show(said);
    timer = setTimeout(look, PAUSE);
  } catch {
    if (number !== asked) return;
    $("banner").textContent = say("away");
    timer = setTimeout(look, AGAIN);
  }
}

/** Not theirs, or no longer: nothing of the board stays on the page. */
function refuse(said) {
  shown = null;
  for (const table of ["lines", "cover", "record-table"]) $(table).replaceChildren();
  $("record").close();
  withhold(said[language()] ?? "");
}

// ---- showing

function show(board) {
  shown = board;
  document.title = board.title;
  reveal();
  $("where").hidden = board.places.length < 2;
  choose($("place"), board.places);
  $("place").value = String(board.place);
  put($("as-of"), `${board.title} · ${board.as_of}`);
  put($("late"), board.late || board.calm);
  $("late").classList.toggle("late", Boolean(board.late));
  put($("special"), board.special);
  lines(board.lines);
  cover(board);
  months(board.months);
  papers();
}

function table(place, heads, rows) {
  const top = element("thead");
  const line = element("tr");
  for (const head of heads) {
    const cell = element("th", head);
    cell.scope = "col";
    line.append(cell);
  }
  top.append(line);
  const body = element("tbody");
  body.append(...rows);
  place.replaceChildren(top, body);
}

/** A row whose first cell names it. */
function row(first, cells) {
  const line = element("tr");
  const head = element("th");
  head.scope = "row";
  head.append(first);
  line.append(head, ...cells);
  return line;
}

function cell(content, className = "") {
  const one = element("td", "", className);
  one.append(content);
  return one;
}

function lines(workers) {
  const heads = ["col_worker", "col_done", "col_state", "col_bar", "col_special", "col_overdue"];
  const held = document.activeElement?.dataset.worker;
  const rows = workers.map((one) =>
    row(opens(one.name, "worker", one.id, () => homes(one.id)), [
      cell(one.done),
      cell(one.state, one.tone),
      cell(bar(one.part, one.tone, one.at), "drawn"),
      cell(one.special),
      cell(String(one.overdue), one.overdue ? "late" : ""),
    ]),
  );
  table($("lines"), heads.map((key) => say(key)), rows);
  if (held) $("lines").querySelector(`[data-worker="${held}"]`)?.focus();
}

function opens(words, kind, id, act) {
  const button = element("button", words, "name");
  button.type = "button";
  button.setAttribute("aria-haspopup", "dialog");
  button.dataset[kind] = id;
  button.addEventListener("click", () => {
    if (!$("record").open) opener = `[data-${kind}="${id}"]`;
    act();
  });
  return button;
}

function cover(board) {
  const rows = board.cover.map(([name, ...counts]) => row(name, counts.map((count) => cell(String(count)))));
  table($("cover"), [say("col_worker"), say("col_homes"), ...board.heads], rows);
  const [, homes, ...ages] = board.cover.at(-1) ?? ["", 0];
  const parts = ages.map((count, i) => {
    const part = element("i", "", AGES[i]);
    part.style.width = `${homes ? (count / homes) * 100 : 0}%`;
    return part;
  });
  $("stack").replaceChildren(...parts);
}

function months(all) {
  const chosen = $("ledger-month").value;
  const options = all.map(([month, closed]) => new Option(month + (closed ? "" : say("open_mark")), month));
  $("ledger-month").replaceChildren(...options);
  $("ledger-month").value = all.some(([month]) => month === chosen) ? chosen : (all[1] ?? all[0])[0];
}

function papers() {
  const items = shown.ledgers.map(([kind, name]) => {
    const item = element("li");
    item.append(element("span", name));
    for (const form of ["xlsx", "docx"]) {
      const link = element("a", form.toUpperCase());
      link.href = `/visits/ledger.${form}?${wanted({ month: $("ledger-month").value, kind })}`;
      link.setAttribute("download", "");
      link.setAttribute("aria-label", `${name} ${form.toUpperCase()}`);
      item.append(link);
    }
    return item;
  });
  $("ledgers").replaceChildren(...items);
}

// ---- from a worker to the homes, from a home to its visits

async function fetched(path) {
  const answer = await fetch(`${path}?${wanted()}`, { cache: "no-store" });
  const said = await answer.json();
  if (answer.ok) return said;
  put($("banner"), said[language()] ?? "");
  return null;
}

async function homes(id) {
  const said = await fetched(`/visits/workers/${id}`);
  if (!said) return;
  worker = id;
  const rows = said.homes.map((home) => {
    const place = home.id === null ? home.place : opens(home.place, "home", home.id, () => visits(home.id));
    return row(place, [cell(home.special ? say("special_mark") : ""), cell(home.last)]);
  });
  const none = [row(say("no_homes"), [cell(""), cell("")])];
  table($("record-table"), [say("col_home"), say("col_special"), say("col_last")], rows.length ? rows : none);
  open(said.title, false);
}

async function visits(id) {
  const said = await fetched(`/visits/homes/${id}`);
  if (!said) return;
  const rows = said.visits.map(([at, ...rest]) => row(at, rest.map((words) => cell(words, "words"))));
  const none = [row(say("nothing"), [cell(""), cell(""), cell("")])];
  const heads = ["col_date", "col_how", "col_who", "col_note"].map((key) => say(key));
  table($("record-table"), heads, rows.length ? rows : none);
  open(said.title, true);
}

function open(title, home) {
  $("record-head").textContent = title;
  $("record-note").hidden = !home;
  $("back").hidden = !home;
  if (!$("record").open) $("record").showModal();
  $("record-head").focus();
}

$("back").addEventListener("click", () => homes(worker));
$("close").addEventListener("click", () => $("record").close());
$("record").addEventListener("close", () => opener && document.querySelector(opener)?.focus());

$("refresh").addEventListener("click", look);
$("month").addEventListener("change", look);
$("place").addEventListener("change", look);
$("ledger-month").addEventListener("change", papers);
begin(look, refuse);
