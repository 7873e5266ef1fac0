// Survey results: chosen from what is theirs, each picture with the table that says the same.

import { $, begin, choose, element, query, reveal, withhold } from "./console.js";
import { language, say } from "./words.js";

const AGAIN = 10_000; // milliseconds until the desk is asked again that did not answer
const TRIES = 4; // for a picture
let asked = 0; // a look that was overtaken by another choice is not shown

const wanted = (more = {}) => query({ pick: $("pick").value, place: $("place").value, ...more });

async function look() {
  const number = ++asked;
  const answer = await fetch(`/surveys/data?${wanted()}`, { cache: "no-store" }).catch(() => null);
  if (number !== asked) return;
  if (!answer || answer.status >= 500) {
    $("banner").textContent = say("away");
    return setTimeout(look, AGAIN);
  }
  $("banner").textContent = "";
  const said = await answer.json();
  return answer.ok ? show(said) : refuse(said);
}

/** Not theirs, or no longer: nothing of the results stays on the page. */
function refuse(said) {
  for (const place of [$("bars"), $("lines"), $("chat"), $("ranks").querySelector(".beside")]) place.replaceChildren();
  withhold(said[language()] ?? "");
}

function show(page) {
  $("results-head").textContent = page.title;
  document.title = page.title;
  reveal();
  choose($("pick"), page.picks);
  $("pick").closest("label").hidden = !page.picks.length;
  const every = page.places.length > 1 ? [["", say("web_all")], ...page.places] : page.places;
  choose($("place"), every);
  $("where").hidden = page.places.length < 2;
  $("lines").replaceChildren(...page.lines.map((words) => element("li", words)));
  $("xlsx").href = `/surveys/book.xlsx?${wanted()}`;
  $("docx").href = `/surveys/brief.docx?${wanted()}`;
  $("xlsx").hidden = !page.picks.length;
  $("docx").hidden = !page.alone;
  ranks(page.ranks);
  $("bars").replaceChildren(...(page.bars ?? []).map(bars));
  choose($("trial"), page.trials);
  $("trials").hidden = !page.trials.length;
}

/** A questionnaire as the chat that somebody will see; it asks nobody and is kept nowhere. */
async function walk() {
  $("walk").disabled = true;
  const answer = await fetch(`/surveys/trial?${query({ try: $("trial").value })}`, { cache: "no-store" }).catch(() => null);
  $("walk").disabled = false;
  if (!answer || answer.status >= 500) {
    $("banner").textContent = say("away");
    return;
  }
  const told = await answer.json();
  $("banner").textContent = answer.ok ? "" : (told[language()] ?? "");
  if (answer.ok) $("chat").replaceChildren(...told.map(turn));
}

function turn({ mine, text, buttons }) {
  const one = element("li", "", mine ? "mine" : "");
  one.append(element("p", text));
  for (const row of buttons) one.append(element("p", row.map((label) => `[${label}]`).join(" "), "small"));
  return one;
}

function ranks(told) {
  const several = told && told.rows.length > 1;
  $("ranks").hidden = !several;
  if (!several) return;
  const source = (page) => `/surveys/ranks.png?${wanted({ page })}`;
  const [first, table] = beside(source(1), say("web_picture_ranks"), told, "ranks-head");
  const pictures = element("div", "", "pages");
  pictures.append(first);
  for (let page = 2; page <= told.pages; page += 1) pictures.append(drawn(source(page), first.alt));
  $("ranks").querySelector(".beside").replaceChildren(told.pages > 1 ? pictures : first, table);
}

function bars(one) {
  const section = element("section");
  const head = element("h2", one.title || say("web_bars"));
  head.id = `bars-${one.subject}`;
  section.setAttribute("aria-labelledby", head.id);
  const both = element("div", "", "beside");
  const source = `/surveys/bars.png?${wanted({ subject: one.subject })}`;
  both.append(...beside(source, say("web_picture_bars"), one, head.id));
  section.append(head, both);
  return section;
}

/** A picture; one that the desk was too busy to draw is asked for again. */
function drawn(source, words) {
  const picture = element("img");
  let tries = 0;
  picture.addEventListener("error", () => {
    if (++tries < TRIES) setTimeout(() => (picture.src = `${source}&again=${tries}`), tries * AGAIN);
  });
  picture.src = source;
  picture.alt = words;
  picture.loading = "lazy";
  return picture;
}

/** A picture, and the table that says the same for whoever cannot see it. */
function beside(source, words, { heads, rows }, named) {
  const picture = drawn(source, words);
  const around = element("div", "", "wide");
  around.tabIndex = 0;
  around.setAttribute("role", "group");
  around.setAttribute("aria-labelledby", named);
  const table = element("table");
  const top = table.createTHead().insertRow();
  top.append(...heads.map((head) => cell("col", head)));
  const body = table.createTBody();
  for (const [name, ...figures] of rows) {
    const row = body.insertRow();
    row.append(cell("row", name), ...figures.map((figure) => element("td", figure)));
    if (figures.length < heads.length - 1) row.lastChild.colSpan = heads.length - figures.length;
  }
  around.append(table);
  return [picture, around];
}

function cell(scope, words) {
  const one = element("th", words);
  one.scope = scope;
  return one;
}

$("pick").addEventListener("change", () => {
  $("place").value = "";
  look();
});
$("place").addEventListener("change", look);
$("walk").addEventListener("click", walk);
for (const [id, event] of [["trial", "change"], ["language", "click"]]) {
  $(id).addEventListener(event, () => $("chat").replaceChildren());
}
begin(look, refuse);
