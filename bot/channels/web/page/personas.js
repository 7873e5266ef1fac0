// The demonstration's personas: each has its own conversation, and shows when something is unread.

import { make } from "./bubble.js";
import { language, say } from "./words.js";
import { recall, remember } from "./prefs.js";

export class Personas {
  constructor(nav, choose) {
    this.nav = nav;
    this.choose = choose;
    this.seen = recall("seen", {});
    this.heads = {};
  }

  /** `all` is [[key, {zh, en}], …]; "" stands for the visitor themselves. */
  show(all, current) {
    this.all = all;
    this.nav.hidden = all.length === 0;
    this.nav.replaceChildren(...all.map(([key, labels]) => this.tab(key, labels)));
    this.current(current);
  }

  tab(key, labels) {
    const tab = make("button", "", make("span", "label", labels[language()]));
    tab.type = "button";
    tab.dataset.as = key;
    tab.append(make("span", "dot"));
    tab.addEventListener("click", () => key !== this.as && this.choose(key));
    return tab;
  }

  /** The words changed their language. */
  relabel() {
    for (const [key, labels] of this.all ?? []) {
      this.find(key).querySelector(".label").textContent = labels[language()];
      this.mark(key);
    }
    this.current(this.as);
  }

  current(as) {
    this.as = as;
    for (const tab of this.nav.children) {
      if (tab.dataset.as === as) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
    this.find(as)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** The conversation of that persona reaches to this number. */
  reached(as, seq) {
    this.heads[as] = Math.max(seq, this.heads[as] ?? 0);
    if (as === this.as) {
      this.seen[as] = seq;
      remember("seen", { ...recall("seen", {}), [as]: seq });
    }
    this.mark(as);
  }

  mark(as) {
    const tab = this.find(as);
    if (!tab) return;
    const head = this.heads[as] ?? 0;
    // A number smaller than what was seen is from a database that was made anew.
    const unread = as !== this.as && head > 0 && head !== this.seen[as];
    tab.classList.toggle("unread", unread);
    tab.querySelector(".dot").replaceChildren(...(unread ? [make("span", "hidden", say("unread"))] : []));
  }

  find(as) {
    return this.nav.querySelector(`[data-as="${CSS.escape(as)}"]`);
  }
}
