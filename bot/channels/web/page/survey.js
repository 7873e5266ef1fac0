// Survey results: chosen from what is theirs, each picture with the table that says the same.

import { language, say, speak } from "./words.js";
import { recall, remember } from "./prefs.js";

const $ = (id) => document.getElementById(id);
const here = new URLSearchParams(location.search);
let asked = 0; // a look that was overtaken by another choice is not shown

function query(more = {}) {
  const asks = new URLSearchParams({ lang: language(), ...more });
  for (const name of ["pick", "place"]) if ($(name).value) asks.set(name, $(name).value);
  if (here.has("as")) asks.set("as", here.get("as"));
  return asks;
}

async function look() {
  const number = ++asked;
  const answer = await fetch(`/surveys/data?${query()}`, { cache: "no-store" }).catch(() => null);
  if (number !== asked) return;
  if (!answer || answer.status >= 500) return tell(say("web_away"));
  const said = await answer.json();
  if (!answer.ok) return tell(said[language()] ?? "");
  show(said);
}

/** Not theirs, or not to be had: nothing of the results stays on the page. */
function tell(words) {
  $("board").hidden = true;
  $("bars").replaceChildren();
  delete $("notice").dataset.say;
  $("notice").textContent = words;
  $("notice").hidden = false;
}

function show(page) {
  $("results-head").textContent = page.title;
  document.title = page.title;
  $("notice").hidden = true;
  $("board").hidden = false;
  choose($("pick"), page.picks);
  const every = page.places.length > 1 ? [["", say("web_all")], ...page.places] : page.places;
  choose($("place"), every);
  $("where").hidden = page.places.length < 2;
  $("lines").replaceChildren(...page.lines.map((words) => made("li", words)));
  $("xlsx").href = `/surveys/book.xlsx?${query()}`;
  $("docx").href = `/surveys/brief.docx?${query()}`;
  $("xlsx").hidden = !page.picks.length;
  $("docx").hidden = !page.alone;
  ranks(page.ranks);
  if (here.has("as")) $("calls").href = `/board?as=${encodeURIComponent(here.get("as"))}`;
  $("bars").replaceChildren(...(page.bars ?? []).map(bars));
}

function choose(list, options) {
  const chosen = list.value;
  list.replaceChildren(...options.map(([value, words]) => new Option(words, value)));
  if (options.some(([value]) => String(value) === chosen)) list.value = chosen;
}

function ranks(told) {
  const drawn = told && told.rows.length > 1;
  $("ranks").hidden = !drawn;
  if (!drawn) return;
  const parts = beside(`/surveys/ranks.png?${query()}`, say("web_picture_ranks"), told, "ranks-head");
  $("ranks").querySelector(".beside").replaceChildren(...parts);
}

function bars(one) {
  const section = document.createElement("section");
  const head = made("h2", one.title || say("web_bars"));
  head.id = `bars-${one.subject}`;
  section.setAttribute("aria-labelledby", head.id);
  const both = document.createElement("div");
  both.className = "beside";
  const source = `/surveys/bars.png?${query({ subject: one.subject })}`;
  both.append(...beside(source, say("web_picture_bars"), one, head.id));
  section.append(head, both);
  return section;
}

/** A picture, and the table that says the same for whoever cannot see it. */
function beside(source, words, { heads, rows }, named) {
  const picture = document.createElement("img");
  picture.src = source;
  picture.alt = words;
  picture.loading = "lazy";
  const around = document.createElement("div");
  around.className = "wide";
  around.tabIndex = 0;
  around.setAttribute("role", "group");
  around.setAttribute("aria-labelledby", named);
  const table = document.createElement("table");
  const top = table.createTHead().insertRow();
  top.append(...heads.map((head) => cell("col", head)));
  const body = table.createTBody();
  for (const [name, ...figures] of rows) {
    const row = body.insertRow();
    row.append(cell("row", name), ...figures.map((figure) => made("td", figure)));
    if (figures.length < heads.length - 1) row.lastChild.colSpan = heads.length - figures.length;
  }
  around.append(table);
  return [picture, around];
}

function cell(scope, words) {
  const one = made("th", words);
  one.scope = scope;
  return one;
}

function made(name, words) {
  const one = document.createElement(name);
  one.textContent = words;
  return one;
}

async function arrive() {
  const key = /^#key=([\w-]+)$/.exec(location.hash)?.[1];
  if (!key) return look();
  history.replaceState(null, "", location.pathname + location.search); // a key stands in no history
  const answer = await fetch("/board/enter", { method: "POST", body: key }).catch(() => null);
  if (!answer) return tell(say("web_away"));
  if (answer.ok) remember("board.pass", true);
  else if (!recall("board.pass")) return tell((await answer.json())[language()] ?? "");
  here.delete("as");
  return look();
}

function enlarge(large) {
  remember("board.large", large);
  document.documentElement.classList.toggle("large", large);
  $("large").setAttribute("aria-pressed", String(large));
}

$("pick").addEventListener("change", () => {
  $("place").value = "";
  look();
});
$("place").addEventListener("change", look);
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
