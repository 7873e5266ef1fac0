// The conversation: where messages stand, when the page scrolls, what is announced.

import { bubble, make } from "./bubble.js";
import { dayName, say } from "./words.js";

const NEAR = 80; // pixels from the end that still count as being there
const ABOVE = 64; // pixels of the text over new buttons that stay in sight: what they are about

/** How a message begins: where that stays, what is new is its end, with the buttons of the next step. */
const head = (row) => row.querySelector(".text")?.textContent.split("\n").slice(0, 2).join("\n");

export class Log {
  constructor(element, chip, tap) {
    this.element = element;
    this.chip = chip;
    this.tap = tap;
    chip.addEventListener("click", () => this.toEnd(true));
    // A picture that arrives, a keyboard that opens: stay at the end if we were there.
    new ResizeObserver(() => (this.follows ? this.toEnd() : this.point())).observe(element);
    element.addEventListener("load", () => this.follows && this.toEnd(), true);
    element.addEventListener("scroll", () => {
      this.follows = this.atEnd();
      this.point();
    });
    this.follows = true;
    this.fresh = false;
  }

  atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  toEnd(focus = false) {
    this.element.scrollTop = this.element.scrollHeight;
    this.follows = true;
    this.point();
    if (focus) this.element.focus();
  }

  /** Say that there is more further down, and whether it is new. */
  point() {
    this.fresh = this.fresh && !this.atEnd();
    this.chip.hidden = this.atEnd();
    this.chip.dataset.say = this.fresh ? "newer" : "more";
    this.chip.textContent = say(this.chip.dataset.say);
  }

  /** Where a new message can be read from its beginning: the end, unless it is taller than the page. */
  follow(row, margin = 8) {
    this.toEnd();
    const above = this.element.getBoundingClientRect().top + margin - row.getBoundingClientRect().top;
    if (above <= 0) return;
    this.element.scrollTop -= above;
    this.follows = this.atEnd();
    this.point();
  }

  /** Start anew with what the desk remembers; not read out, it was there before. */
  begin(entries, pending) {
    this.element.setAttribute("aria-busy", "true");
    this.element.replaceChildren();
    for (const entry of entries) this.place(entry);
    for (const entry of pending) this.pend(entry);
    const newest = this.element.lastElementChild;
    if (newest) this.follow(newest);
    // Live regions speak what is added after they stop being busy.
    requestAnimationFrame(() => this.element.setAttribute("aria-busy", "false"));
  }

  /** A line from the desk: a new message, or a new version of one that stands here. */
  add(entry) {
    const follow = this.atEnd() || entry.mine;
    const old = entry.ref === entry.seq ? null : this.find("ref", entry.ref);
    const tapped = old?.contains(document.activeElement);
    const row = old ? this.replace(old, entry) : this.place(entry);
    const next = tapped && head(old) === head(row) && row.querySelector(".buttons");
    if (next) this.follow(next, ABOVE);
    else if (follow && (!old || row === this.element.lastElementChild)) this.follow(row);
    else if (follow) this.toEnd();
    else this.fresh ||= !old;
    this.point();
  }

  /** The person's own words, before the desk has them. */
  pend(entry) {
    const row = bubble({ ...entry, mine: true }, this.tap);
    row.classList.add("pending");
    this.insert(row, null);
    this.toEnd();
    return row;
  }

  /** Say how a message of ours fares; "" when there is nothing to say. */
  state(id, key) {
    const state = this.find("id", id)?.querySelector(".state");
    if (!state) return;
    state.dataset.say = key;
    state.textContent = say(key);
  }

  place(entry) {
    const waiting = entry.id && this.element.querySelector(`.pending[data-id="${CSS.escape(entry.id)}"]`);
    waiting?.remove();
    const row = bubble(entry, this.tap);
    this.insert(row, this.element.querySelector(".pending"));
    return row;
  }

  insert(row, before) {
    let previous = before ? before.previousElementSibling : this.element.lastElementChild;
    if (previous?.classList.contains("day")) previous = previous.previousElementSibling;
    if (previous?.dataset.day !== row.dataset.day && !this.find("date", row.dataset.day)) {
      this.element.insertBefore(this.separator(row), before);
    }
    this.element.insertBefore(row, before);
  }

  separator(row) {
    const moment = new Date(row.querySelector("time").dateTime);
    const line = make("div", "day", make("span", "", dayName(moment)));
    line.dataset.date = row.dataset.day;
    return line;
  }

  replace(old, entry) {
    const row = bubble({ ...entry, at: old.querySelector("time").dateTime }, this.tap);
    const focused = old.contains(document.activeElement);
    old.replaceWith(row);
    const next = row.querySelector(".buttons button") ?? row.querySelector("a") ?? row;
    if (focused) next.focus({ preventScroll: true });
    return row;
  }

  find(name, value) {
    return this.element.querySelector(`[data-${name}="${CSS.escape(String(value))}"]`);
  }
}
