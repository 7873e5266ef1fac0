// The live line. It remembers the last number it got, so that coming back loses and repeats nothing.

const SILENCE = 40_000; // milliseconds without a heartbeat (every 15 s) after which the line is dead
const PAUSES = [0.3, 1, 2, 4, 8]; // seconds between tries
const EVENTS = ["history", "line", "elsewhere", "notice", "displaced"];

export class Stream {
  /** `on` is told: history(data), line(data), elsewhere(data), notice(data), displaced(), up(), down(). */
  constructor(on, greet) {
    this.on = on;
    this.greet = greet;
    this.last = 0;
    this.tries = 0;
    addEventListener("online", () => {
      this.close(); // what was open belongs to the network that is gone
      this.retry(0);
    });
    addEventListener("offline", () => this.lost()); // what still arrives by it would say that all is well
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && !this.source) this.retry(0);
    });
  }

  /** Listen for a persona (or for the person themselves) from the beginning. */
  open(as) {
    this.as = as;
    this.last = 0;
    this.connect();
  }

  connect() {
    this.close();
    const query = new URLSearchParams({ after: this.last });
    if (this.as) query.set("as", this.as);
    const source = new EventSource(`/chat/events?${query}`);
    this.source = source;
    for (const name of EVENTS) {
      source.addEventListener(name, (event) => this.source === source && this.take(name, event));
    }
    source.addEventListener("beat", () => this.alive());
    source.addEventListener("error", () => this.source === source && this.lost());
    this.watch();
  }

  take(name, event) {
    this.alive();
    const data = JSON.parse(event.data);
    if (name === "line" && data.seq <= this.last) return;
    if (name === "line") this.last = data.seq;
    if (name === "history") this.last = data.last;
    if (name === "displaced") this.close();
    this.on[name](data);
  }

  alive() {
    this.tries = 0;
    this.watch();
    this.on.up();
  }

  watch() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lost(), SILENCE);
  }

  lost() {
    this.close();
    this.on.down();
    const pause = PAUSES[Math.min(this.tries, PAUSES.length - 1)];
    this.tries += 1;
    this.retry(pause * 1000 * (0.75 + Math.random() / 2));
  }

  /** Come back after a while; the session may have run out meanwhile. */
  retry(after) {
    if (this.as === undefined) return;
    clearTimeout(this.again);
    this.again = setTimeout(async () => {
      if (this.tries > 1) await this.greet();
      if (!this.source) this.connect(); // a new session has opened its own line already
    }, after);
  }

  close() {
    clearTimeout(this.silence);
    clearTimeout(this.again);
    this.source?.close();
    this.source = null;
  }
}
