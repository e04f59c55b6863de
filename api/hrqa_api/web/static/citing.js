// A citation in the style that is wanted, ready to be pasted.
import { copy } from "./copying.js";
import { fetchJson, fetchText } from "./fetching.js";
import { keep, kept } from "./keeping.js";
import { say } from "./messages.js";
import { root } from "./root.js";
import { answering, quoted, selected } from "./quoting.js";

const STYLES = ["apa", "mla", "chicago"];
const IN_PROGRAMS = ["bibtex", "ris"];

function styleWanted() {
  const style = kept("style", "apa");
  return STYLES.includes(style) ? style : "apa";
}

/** The citation that is open: its panel, its article and the part of the passage that is quoted. */
let shown = null;

/** What an article's citation is of: its passage, or the part of it that is quoted. */
function partOf(article) {
  return selected(article) ?? answering(article);
}

function isSame(one, other) {
  return one?.start === other?.start && one?.end === other?.end;
}

/** Cite what is selected now, while the panel is open. */
function follow() {
  if (!shown?.panel.isConnected) return;
  const part = selected(shown.article);
  if (part === null || isSame(part, shown.part)) return;
  shown.part = part;
  fill(shown.panel, shown.article, shown.panel.dataset.style, part, { quietly: true });
}

function addressOf(article, style, part) {
  const address = new URL(article.dataset.reference, location.href);
  address.searchParams.set("format", style);
  address.searchParams.set("language", document.documentElement.lang);
  if (part) {
    address.searchParams.set("start", part.start);
    address.searchParams.set("end", part.end);
  }
  return address.href;
}

function put(panel, name, text, italics = []) {
  const part = panel.querySelector(`[data-part=${name}]`);
  part.hidden = !text;
  part.querySelector("[data-value]").replaceChildren(...styled(text ?? "", italics));
}

/** A text with what its style sets in italics, at offsets in code points. */
function styled(text, italics) {
  const all = Array.from(text);
  const nodes = [];
  let done = 0;
  for (const { start, end } of italics) {
    const slanted = document.createElement("i");
    slanted.textContent = all.slice(start, end).join("");
    nodes.push(all.slice(done, start).join(""), slanted);
    done = end;
  }
  return [...nodes, all.slice(done).join("")];
}

/** Italics of a text that ends with another. */
function atTheEnd(text, ending, italics) {
  const before = Array.from(text).length - Array.from(ending).length;
  return italics.map(({ start, end }) => ({ start: before + start, end: before + end }));
}

async function fill(panel, article, style, part, { quietly = false } = {}) {
  panel.dataset.style = style;
  for (const button of panel.querySelectorAll("[data-style]")) {
    button.setAttribute("aria-pressed", String(button.dataset.style === style));
  }
  const failed = panel.querySelector("[data-failed]");
  failed.hidden = true;
  try {
    const address = addressOf(article, style, part);
    let answer = { in_text: null, italics: [], in_text_italics: [] };
    let reference;
    if (IN_PROGRAMS.includes(style)) {
      reference = (await fetchText(address)).trim();
    } else {
      answer = await fetchJson(address);
      reference = answer.reference;
    }
    const quote = article.dataset.passage ? await quotation(article, part) : null;
    if (panel.dataset.style !== style) return; // another was chosen meanwhile
    const { in_text: inText, in_text_italics: slanted } = answer;
    put(panel, "reference", reference, answer.italics);
    put(panel, "in-text", article.dataset.passage ? inText : null, slanted);
    const whole = quote && inText ? say("quotation", { quote, cited: inText }) : null;
    put(panel, "quotation", whole, whole ? atTheEnd(whole, inText, slanted) : []);
  } catch {
    for (const name of ["reference", "in-text", "quotation"]) put(panel, name, null);
    failed.textContent = say("cite-failed");
    failed.hidden = false;
  }
  if (!quietly) panel.scrollIntoView({ block: "nearest" });
}

async function quotation(article, part) {
  const { passage } = await fetchJson(`${root()}/v1/passages/${encodeURIComponent(article.dataset.passage)}`);
  return quoted(passage.text, part);
}

function open(article) {
  const part = partOf(article);
  closeCiting({ quietly: true });
  const panel = document.getElementById("cite-panel").content.firstElementChild.cloneNode(true);
  shown = { panel, article, part };
  panel.querySelector("[data-lacks]").hidden = article.dataset.lacks === undefined;
  const edition = panel.querySelector("[data-edition-means]");
  edition.hidden = article.dataset.edition === undefined;
  edition.querySelector("[data-edition-name]").textContent = article.dataset.edition ?? "";
  article.querySelector(".actions").after(panel);
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.style) {
      // A format for programs is wanted once; a style for texts goes on to be wanted.
      if (!IN_PROGRAMS.includes(button.dataset.style)) keep("style", button.dataset.style);
      fill(panel, article, button.dataset.style, shown.part);
    } else if (button.dataset.copy !== undefined) {
      copy(button.parentElement.querySelector("[data-value]"), button);
    } else {
      closeCiting();
    }
  });
  fill(panel, article, styleWanted(), part);
  panel.querySelector(`[data-style=${styleWanted()}]`).focus();
}

/** Close the citation that is open; whether there was one. */
export function closeCiting({ quietly = false } = {}) {
  const panel = document.querySelector(".cite");
  if (!panel) return false;
  const link = panel.parentElement.querySelector("[data-cite]");
  panel.remove();
  if (!quietly) link.focus();
  return true;
}

export function startCiting() {
  document.addEventListener("mouseup", follow);
  document.addEventListener("touchend", () => setTimeout(follow, 50));
  document.addEventListener("keyup", (event) => {
    if (event.shiftKey) follow();
  });
  // A click on the link would end the selection of the words that are to be quoted.
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest("[data-cite], [data-keep]")) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-cite]");
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const article = link.closest("article");
    if (article.querySelector(".cite")) closeCiting();
    else open(article);
  });
}
