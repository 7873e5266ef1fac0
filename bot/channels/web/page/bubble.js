// One message as it stands on the page.

import { anchor, fragment } from "./safe.js";
import { dayOf, language, say, timeOf, tongue } from "./words.js";

const SOS = "🆘";
const CALL = "help.press"; // the action of a call for help; other buttons may show the sign too

export function make(tag, className = "", ...children) {
  const one = document.createElement(tag);
  if (className) one.className = className;
  one.append(...children);
  return one;
}

/** A button that says what the desk wrote on it; a call for help cannot be overlooked. */
export function button(label, action, press) {
  const one = make("button");
  one.type = "button";
  one.lang = tongue(label);
  const call = action.split(":")[0] === CALL;
  if (call) {
    const sign = make("span", "sign", "SOS"); // drawn by us: not every phone has the picture
    sign.setAttribute("aria-hidden", "true");
    one.className = "sos";
    one.append(sign);
  }
  one.append(make("span", "label", call ? label.replace(SOS, "").trim() : label));
  one.addEventListener("click", () => press(one));
  return one;
}

/** The message's element. `tap(action, ref, button)` is called for a press under it. */
export function bubble(entry, tap) {
  const row = make("div", `row ${entry.mine ? "mine" : "desk"}`);
  row.dataset.ref = entry.ref ?? "";
  row.dataset.id = entry.id ?? "";
  row.dataset.day = dayOf(new Date(entry.at));
  row.tabIndex = -1;
  const body = make("div", "bubble", speaker(entry.mine));
  body.append(...content(entry));
  row.append(body);
  if (entry.buttons?.length) row.append(buttons(entry, tap));
  row.append(meta(entry));
  return row;
}

function speaker(mine) {
  const who = make("span", "hidden");
  who.dataset.say = mine ? "i_say" : "desk_says";
  who.textContent = say(who.dataset.say);
  return who;
}

function content(entry) {
  const text = make("div", "text", fragment(entry.html ?? ""));
  text.lang = tongue(text.textContent);
  const parts = text.textContent ? [text] : [];
  if (entry.file) parts.unshift(file(entry.file, text.textContent));
  if (entry.location) parts.push(place(entry));
  if (entry.media) parts.push(note("media"));
  return parts;
}

function note(key) {
  const words = make("p", "note", say(key));
  words.dataset.say = key;
  return words;
}

function file(attached, words) {
  const link = anchor(attached.url);
  link.className = attached.picture ? "picture" : "paper";
  link.target = "_blank";
  if (attached.picture) {
    const image = make("img");
    image.src = attached.url;
    image.alt = words || `${say("picture")} ${attached.name}`;
    link.append(image);
  } else {
    const open = make("span", "", say("open_file"));
    open.dataset.say = "open_file";
    link.append(open, " ", make("b", "", attached.name));
  }
  return link;
}

function place(entry) {
  const [latitude, longitude] = entry.location.map((degrees) => degrees.toFixed(5));
  const words = make("p", "place", say(entry.mine ? "place_mine" : "place_theirs"));
  words.dataset.say = entry.mine ? "place_mine" : "place_theirs";
  const map = `https://uri.amap.com/marker?position=${longitude},${latitude}&coordinate=wgs84`;
  const world = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=18/${latitude}/${longitude}`;
  const link = anchor(language() === "en" ? world : map, say("map"));
  link.dataset.say = "map";
  return make("div", "", words, link);
}

function buttons(entry, tap) {
  const all = make("div", "buttons");
  for (const row of entry.buttons) {
    const line = make("div", "line");
    for (const [label, action, url] of row) {
      if (url) {
        const link = anchor(url, label);
        link.className = "button";
        line.append(link);
      } else {
        line.append(button(label, action, (one) => tap(action, entry.ref, one)));
      }
    }
    all.append(line);
  }
  return all;
}

function meta(entry) {
  const moment = new Date(entry.at);
  const time = make("time", "", timeOf(moment));
  time.dateTime = entry.at;
  const state = make("span", "state");
  return make("div", "meta", time, state);
}
