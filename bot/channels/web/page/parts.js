// The parts of the board as elements. Whatever people typed enters as text, never as markup.

import { element } from "./console.js";
import { dayOf, say, timeOf } from "./words.js";

/** One call as a button that opens its log. */
export function call(one, read) {
  const button = element("button", "", one.waits ? "waits" : one.ended ? "" : "moves");
  button.type = "button";
  button.setAttribute("aria-haspopup", "dialog");
  button.dataset.id = one.id;
  button.append(element("b", one.who || say("who_unknown")));
  if (one.late) button.append(element("i", say("overdue_mark"), "mark-late"));
  const where = [one.community, one.where].filter(Boolean).join(" · ");
  if (where) button.append(element("span", where));
  button.append(waited(one), standing(one));
  button.addEventListener("click", () => read(one.id));
  const line = element("li");
  line.append(button);
  return line;
}

/** How long it has been open, counted by the page; of what has ended, when it began. */
function waited(one) {
  if (one.ended) return element("span", `${dayOf(Date.parse(one.opened))} ${timeOf(Date.parse(one.opened))}`);
  return counting("span", one.opened, "age");
}

function counting(name, since, as, state = "") {
  const one = element(name);
  Object.assign(one.dataset, { since, as, state });
  return one;
}

function standing(one) {
  const words = element("span");
  const presses = one.presses > 1 ? say("presses", { count: one.presses }) : "";
  words.append(one.ended || one.waits ? one.state : counting("i", one.since, "since", one.state));
  for (const more of [one.worker, presses].filter(Boolean)) words.append(` · ${more}`);
  return words;
}

/** A bar as long as its part; the numbers stand beside it in words. */
export function bar(part, tone, target = null) {
  const track = element("span", "", "bar");
  track.setAttribute("aria-hidden", "true");
  const filled = element("i", "", tone);
  filled.style.width = `${Math.round(part * 1000) / 10}%`;
  track.append(filled);
  if (target !== null) {
    const mark = element("b");
    mark.style.left = `calc(${target * 100}% - 0.0938rem)`;
    track.append(mark);
  }
  return track;
}

/** The targets, the two distributions, and what is counted apart. */
export function figures(board, $) {
  $("pressed").textContent = board.pressed;
  $("targets").replaceChildren(...(board.timings.length ? board.targets.map(target) : []));
  $("timings").replaceChildren(...board.timings.map(timing));
  $("notes").replaceChildren(...board.notes.map((note) => element("li", note)));
}

function target(one) {
  const tone = one.kept === null ? "" : one.kept ? "kept" : "missed";
  const row = element("p", "", "goal");
  row.append(element("span", `${one.what} · ${one.target}`));
  row.append(element("span", [one.percent, one.share, one.verdict].filter(Boolean).join("  "), tone));
  const line = element("li");
  line.append(row, bar(one.value ?? 0, tone, one.at));
  return line;
}

function timing({ title, line, bars }) {
  const whole = element("div");
  const grid = element("table");
  grid.append(...bars.map(([label, count, part, tone]) => row(label, count, part, tone)));
  const caption = element("caption", title, "hidden");
  grid.prepend(caption);
  whole.append(element("h3", title), element("p", line), grid);
  return whole;
}

function row(label, count, part, tone) {
  const line = element("tr");
  const head = element("th", label);
  head.scope = "row";
  const drawn = element("td");
  drawn.append(bar(part, tone));
  line.append(head, drawn, element("td", say("count", { count })));
  return line;
}

/** Rows of a name, three counts and the shares; hidden where there are none. */
export function table(section, first, heads, rows) {
  section.hidden = !rows.length;
  const names = [first, say("col_pressed"), say("col_open"), say("col_overdue"), ...heads];
  const head = element("tr");
  for (const name of names) {
    const cell = element("th", name);
    cell.scope = "col";
    head.append(cell);
  }
  const top = element("thead");
  top.append(head);
  const body = element("tbody");
  body.append(...rows.map(tableRow));
  section.querySelector("table").replaceChildren(top, body);
}

function tableRow([name, ...values]) {
  const line = element("tr");
  const head = element("th", name);
  head.scope = "row";
  line.append(head);
  values.forEach((value, i) => {
    line.append(element("td", String(value), i === 2 && value ? "late" : ""));
  });
  return line;
}
