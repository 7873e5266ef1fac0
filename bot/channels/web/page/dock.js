// The keyboard that stays under the chat, in big keys.

import { button, make } from "./bubble.js";
import { say } from "./words.js";

const FELT = 700; // milliseconds for which a pressed key looks pressed

export class Keys {
  /** `press(action, label, urgent)` is called for a press. */
  constructor(element, press) {
    this.element = element;
    this.press = press;
    this.calls = new Set();
  }

  show(rows) {
    const shown = JSON.stringify(rows);
    if (this.element.dataset.rows === shown) return;
    this.element.dataset.rows = shown;
    this.element.hidden = rows.length === 0;
    const lines = rows.flatMap((row) => this.lines(row));
    const call = lines.findIndex((line) => line.querySelector(".sos"));
    if (call >= 0) lines.splice(call + 1, 0, this.more());
    this.element.replaceChildren(...lines);
    this.fold(true);
  }

  /** What brings the other keys back where a small page keeps the call for help alone. */
  more() {
    const one = make("button", "", say("keys_more"));
    one.type = "button";
    one.dataset.say = "keys_more";
    one.addEventListener("click", () => this.fold(this.element.classList.contains("open")));
    return make("div", "line more", one);
  }

  fold(folded) {
    this.element.classList.toggle("open", !folded);
    this.element.querySelector(".more button")?.setAttribute("aria-expanded", String(!folded));
  }

  /** A call for help has a line to itself, however the desk laid the keyboard out. */
  lines(row) {
    const keys = row.map(([label, action]) => this.key(label, action));
    const calls = keys.filter((key) => key.classList.contains("sos"));
    const rest = keys.filter((key) => !key.classList.contains("sos"));
    return [...calls.map((key) => [key]), rest].filter((line) => line.length).map((line) => make("div", "line", ...line));
  }

  key(label, action) {
    const one = button(label, action, () => {
      one.classList.add("felt");
      setTimeout(() => one.classList.remove("felt"), FELT);
      this.fold(true);
      if (!one.offsetParent) this.element.querySelector(".more button").focus(); // folded away under the finger
      this.press(action, label, one.classList.contains("sos"));
    });
    return one;
  }

  /** A key's press is on its way; for a call for help the key says so until it has arrived. */
  sending(entry, urgent) {
    if (urgent) this.calls.add(entry.id);
    this.calling();
  }

  fares(entry, state) {
    if (state === "sent" || state === "not_sent") this.calls.delete(entry.id);
    this.calling();
  }

  calling() {
    for (const key of this.element.querySelectorAll(".sos")) {
      const label = key.querySelector(".label");
      key.dataset.label ??= label.textContent;
      key.classList.toggle("going", this.calls.size > 0);
      label.textContent = this.calls.size ? say("calling") : key.dataset.label;
    }
  }
}
