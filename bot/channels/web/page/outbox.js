// What the person said goes out in order, and is repeated under the same id until it is acknowledged.

import { newId, recall, remember } from "./prefs.js";
import { language } from "./words.js";

const PATIENCE = 12_000; // milliseconds until a request counts as lost
const STALE = { true: 3_600_000, false: 86_400_000 }; // milliseconds: a call for help, anything else
const PAUSES = [1, 2, 3, 5, 8]; // seconds between tries

export class Outbox {
  /** `on` is told: state(entry, "sending" | "waiting" | "sent" | "not_sent"), refused(sentence). */
  constructor(on, greet) {
    this.on = on;
    this.greet = greet;
    this.queue = recall("queue", []);
    this.busy = new Set();
    this.timers = {};
    addEventListener("online", () => this.go());
  }

  /** Say something; it survives a reload of the page. A call for help waits behind nothing. */
  put(body, as, urgent = false, id = newId()) {
    const entry = { id, as, body, urgent, at: new Date().toISOString() };
    this.queue.push(entry);
    this.save();
    this.go();
    return entry;
  }

  pending(as) {
    return this.queue.filter((entry) => entry.as === as);
  }

  /** What lay here too long is not said any more: a call for help from yesterday is a false alarm. */
  forgetStale() {
    const before = this.queue.length;
    this.queue = this.queue.filter(({ at, urgent }) => Date.now() - Date.parse(at) < STALE[urgent]);
    this.save();
    return before > this.queue.length;
  }

  go() {
    this.pump(true);
    this.pump(false);
  }

  async pump(urgent) {
    if (this.busy.has(urgent)) return;
    this.busy.add(urgent);
    clearTimeout(this.timers[urgent]);
    for (let tries = 0, entry; (entry = this.queue.find((one) => one.urgent === urgent)); ) {
      this.on.state(entry, tries ? "waiting" : "sending");
      const pause = await this.attempt(entry, tries);
      tries = pause ? tries + 1 : 0;
      if (pause) await this.rest(urgent, pause);
    }
    this.busy.delete(urgent);
  }

  rest(urgent, seconds) {
    return new Promise((resolve) => {
      this.timers[urgent] = setTimeout(resolve, seconds * 1000);
      addEventListener("online", resolve, { once: true });
    });
  }

  /** 0 when the entry is done with, else the seconds to wait before the next try. */
  async attempt(entry, tries) {
    const pause = PAUSES[Math.min(tries, PAUSES.length - 1)];
    let answer;
    try {
      answer = await post(entry);
    } catch {
      this.on.state(entry, "waiting");
      return pause;
    }
    if (answer.status === 202) return this.done(entry, "sent");
    const problem = await answer.json().catch(() => ({}));
    if (answer.status === 401 && tries < 3) {
      await this.greet();
      return 1;
    }
    this.on.refused(problem[language()] ?? problem.zh ?? "");
    if (answer.status === 429 || answer.status >= 500) {
      this.on.state(entry, "waiting");
      return Math.max(pause, Number(answer.headers.get("Retry-After")) || 0);
    }
    return this.done(entry, "not_sent");
  }

  done(entry, state) {
    this.queue = this.queue.filter((one) => one.id !== entry.id);
    this.save();
    this.on.state(entry, state);
    return 0;
  }

  save() {
    remember("queue", this.queue);
  }
}

/** Seconds that it has lain here: how late it is does not depend on what time the telephone believes it is. */
function waited({ at }) {
  return Math.max(0, Math.round((Date.now() - Date.parse(at)) / 1000)) || 0;
}

function post(entry) {
  const query = new URLSearchParams({ lang: language() });
  if (entry.as) query.set("as", entry.as);
  return fetch(`/chat/send?${query}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ id: entry.id, waited: waited(entry), ...entry.body }),
    signal: AbortSignal.timeout(PATIENCE),
  });
}
