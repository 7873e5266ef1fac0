// The desk's texts are safe when they leave it; they are cleaned here once more.

const TAGS = new Set(["B", "I", "U", "CODE", "A", "BR"]);
const ADDRESS = /^(https?:|tel:|mailto:)/i;

/** The text as nodes: the few tags we speak, and everything else as the words inside it. */
export function fragment(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const out = document.createDocumentFragment();
  copy(parsed.body, out);
  return out;
}

function copy(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE) continue;
    if (["SCRIPT", "STYLE", "TEMPLATE"].includes(node.tagName)) continue;
    const target = TAGS.has(node.tagName) ? element(node) : null;
    if (target) to.append(target);
    copy(node, target ?? to);
  }
}

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
