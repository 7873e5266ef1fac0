// The desk's texts are safe when they leave it; they are cleaned here once more.

const TAGS = new Set(["B", "I", "U", "CODE", "A", "BR"]);
const ADDRESS = /^(https?:|tel:|mailto:)/i;

// A mobile or land-line number anywhere; a hotline only where the desk made it stand out, so that
// "120 yuan" is not called.
const NUMBER = /(?<![\d-])(1[3-9]\d{9}|0\d{2,3}-?(?:\d{7,8}|12345))(?![\d-])/;
const HOTLINE = /^(11[09]|12[02]|12\d{3}|95\d{3}|96\d{3,4}|81890)$/;

/** The text as nodes: the few tags we speak, and everything else as the words inside it. */
export function fragment(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const out = document.createDocumentFragment();
  copy(parsed.body, out);
  for (const bold of out.querySelectorAll("b")) {
    if (HOTLINE.test(bold.textContent) && !bold.closest("a")) dial(bold, bold.textContent);
  }
  return out;
}

function dial(place, number) {
  place.replaceChildren(anchor(`tel:${number}`, number));
}

/** Words in paragraphs; an empty line is a small gap, for large text has no room to spare. */
function paragraphs(words, inLink) {
  return words.split(/\n{2,}/).flatMap((part, i) => [...(i ? [gap()] : []), ...callable(part, inLink)]);
}

function gap() {
  const one = document.createElement("span");
  one.className = "gap";
  return one;
}

/** Words, with the telephone numbers in them ready to be called. */
function callable(words, inLink) {
  if (inLink) return [words];
  return words.split(NUMBER).map((part, i) => (i % 2 ? anchor(`tel:${part.replace("-", "")}`, part) : part));
}

function copy(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(...paragraphs(node.data, inside(to)));
    if (node.nodeType !== Node.ELEMENT_NODE) continue;
    if (["SCRIPT", "STYLE", "TEMPLATE"].includes(node.tagName)) continue;
    const target = TAGS.has(node.tagName) ? element(node) : null;
    if (target) to.append(target);
    copy(node, target ?? to);
  }
}

const inside = (to) => to.nodeType === Node.ELEMENT_NODE && to.closest("a") !== null;

function element(node) {
  if (node.tagName !== "A") return document.createElement(node.tagName);
  const address = node.getAttribute("href") ?? "";
  return ADDRESS.test(address) ? anchor(address) : null;
}

/** A link; other sites open in a new window and are not told where from. */
export function anchor(address, label = "") {
  const link = document.createElement("a");
  link.href = ADDRESS.test(address) || address.startsWith("/files/") ? address : "#";
  if (/^https?:/i.test(address)) Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
  link.append(label);
  return link;
}
