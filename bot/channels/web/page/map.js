// The map: communities where they lie. It shows at a glance what the list beside it says in words.

import { say } from "./words.js";

const SPACE = "http://www.w3.org/2000/svg";
const NAMED = 12; // marks with a name and an age beside them: more would cover each other

function shape(name, values, className = "") {
  const one = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(values)) one.setAttribute(key, value);
  if (className) one.setAttribute("class", className);
  return one;
}

/** Not taken yet is a diamond, in hand a disc, nothing open a small ring: colour alone says nothing. */
function mark({ at: [x, y], count, waits, late }) {
  if (!count) return shape("circle", { cx: x, cy: y, r: 5 }, "calm");
  const r = 10 + Math.min(count, 10) * 2;
  const tone = `${waits ? "waits" : "moves"}${late ? " late" : ""}`;
  if (!waits) return shape("circle", { cx: x, cy: y, r }, tone);
  return shape("path", { d: `M${x} ${y - r}l${r} ${r}l${-r} ${r}l${-r} ${-r}z` }, tone);
}

function label(one, wide) {
  const [x, y] = one.at;
  const left = x > wide * 0.7;
  const words = shape("text", { x: left ? x - 36 : x + 36, y, "text-anchor": left ? "end" : "start" });
  const age = shape("tspan", { x: left ? x - 36 : x + 36, dy: "1.15em" });
  age.textContent = one.words;
  if (one.since) Object.assign(age.dataset, { since: one.since, as: "map_age", state: one.words });
  words.append(one.name, age);
  return words;
}

/** `choose` is called with the number of the community whose mark was touched. */
export function map(section, drawn, choose) {
  section.hidden = !drawn;
  const picture = section.querySelector("svg");
  picture.replaceChildren();
  if (!drawn) return;
  const [wide, high] = drawn.size;
  picture.setAttribute("viewBox", `0 0 ${wide} ${high}`);
  section.querySelector("#map-line").textContent = [drawn.line, drawn.missing].filter(Boolean).join(" ");
  const busy = drawn.marks.filter((one) => one.count);
  const few = drawn.marks.length <= NAMED ? drawn.marks : busy.slice(-NAMED);
  for (const one of drawn.marks) {
    const group = shape("g", {});
    const title = shape("title", {});
    title.textContent = [one.name, one.words || say("map_legend_calm")].join(" ");
    group.append(title, mark(one));
    if (few.includes(one)) group.append(label(one, wide));
    group.addEventListener("click", () => choose(one.id));
    picture.append(group);
  }
}
