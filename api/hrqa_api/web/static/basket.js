// Citations kept for an essay, on this device, and saved as one file.
import { fetchJson, send } from "./fetching.js";
import { keep, kept } from "./keeping.js";
import { announce, say } from "./messages.js";
import { answering, quoted, selected } from "./quoting.js";
import { root } from "./root.js";

const SHOWN = 90;
const NAME = "basket";
// As many as the service takes at once.
const MOST = 200;
const ENDINGS = { markdown: "md", bibtex: "bib", ris: "ris", "csl-json": "json" };

function text(value) {
  return typeof value === "string" ? value : "";
}

function items() {
  const all = kept(NAME, []).filter((each) => text(each?.passage) !== "");
  // Kept values may have been changed by hand, or by an older page.
  return all.map(({ passage, start, end, quote, title, cited, address, gone }) => {
    const isPart = Number.isInteger(start) && Number.isInteger(end);
    return {
      passage,
      start: isPart ? start : null,
      end: isPart ? end : null,
      quote: text(quote),
      title: text(title) || passage,
      cited: text(cited),
      address: text(address),
      gone: gone === true,
    };
  });
}

/** An address if it is one of this service, as only these are followed; else null. */
function ownAddress(address) {
  const url = URL.canParse(address, location.origin) ? new URL(address, location.origin) : null;
  return address.startsWith("/") && url?.origin === location.origin ? url.href : null;
}

function isSame(a, b) {
  return a.passage === b.passage && a.start === b.start && a.end === b.end;
}

async function add(article, button) {
  const part = selected(article) ?? answering(article);
  const { passage } = await fetchJson(`${root()}/v1/passages/${encodeURIComponent(article.dataset.passage)}`);
  const item = {
    passage: passage.id,
    start: part?.start ?? null,
    end: part?.end ?? null,
    quote: quoted(passage.text, part),
    title: article.dataset.title,
    cited: article.dataset.cited,
    address: new URL(article.querySelector("[data-look]").href).pathname
      + new URL(article.querySelector("[data-look]").href).search,
  };
  const others = items().filter((each) => !isSame(each, item));
  const isFull = others.length >= MOST;
  if (isFull || !keep(NAME, [...others, item])) {
    const said = isFull ? say("full", { count: MOST }) : say("not-kept");
    announce(said);
    button.textContent = said;
    return;
  }
  const said = say("added", { quote: inShort(item.quote) });
  announce(said);
  showBasket();
  tellKept(article, said);
}

/** A quotation as it is named: its beginning, if it is long. */
function inShort(quote) {
  const all = Array.from(quote);
  return all.length <= SHOWN ? quote : `${all.slice(0, SHOWN).join("").trimEnd()}…`;
}

/** Say beside the passage which words were kept. */
function tellKept(article, said) {
  let told = article.querySelector("[data-kept-words]");
  if (!told) {
    told = document.createElement("p");
    told.className = "hint";
    told.dataset.keptWords = "";
    article.querySelector(".actions").after(told);
  }
  told.textContent = said;
}

/** Show how many citations are kept, which passages they are of, and on its page all of them. */
export function showBasket() {
  const all = items();
  for (const badge of document.querySelectorAll("[data-basket-count]")) {
    badge.hidden = all.length === 0;
    badge.textContent = all.length;
  }
  for (const button of document.querySelectorAll("[data-keep]")) {
    button.dataset.usual ??= button.textContent;
    const { passage } = button.closest("article").dataset;
    const isIn = all.some((each) => each.passage === passage);
    button.textContent = isIn ? say("kept") : button.dataset.usual;
  }
  const place = document.querySelector("[data-basket]");
  if (place) list(place, all);
}

function list(place, all) {
  place.querySelector("[data-basket-empty]").hidden = all.length > 0;
  place.querySelector("[data-basket-export]").hidden = all.length === 0;
  const template = document.getElementById("kept");
  place.querySelector("[data-basket-list]").replaceChildren(...all.map((item) => {
    const entry = template.content.firstElementChild.cloneNode(true);
    const title = entry.querySelector("[data-title]");
    title.textContent = item.title;
    const address = ownAddress(item.address);
    if (address) title.href = address;
    entry.querySelector("[data-quote]").textContent = item.quote;
    entry.querySelector("[data-cited]").textContent = item.cited;
    entry.querySelector("[data-gone]").hidden = !item.gone;
    entry.querySelector("[data-remove]").addEventListener("click", () => {
      keep(NAME, items().filter((each) => !isSame(each, item)));
      announce(say("removed"));
      showBasket();
      document.querySelector("[data-remove]")?.focus();
    });
    return entry;
  }));
}

function exportOf(form, chosen) {
  const body = {
    format: form.elements.format.value,
    language: document.documentElement.lang,
    items: chosen.map(({ passage, start, end }) => (
      { passage_id: passage, ...(start === null ? {} : { start, end }) }
    )),
  };
  if (body.format === "markdown") body.style = form.elements.style.value;
  return body;
}

/** The places in the list whose passages the service does not know any longer. */
async function lost(response) {
  const { errors } = await response.json().catch(() => ({}));
  const places = (errors ?? []).map((each) => /^#\/items\/(\d+)/.exec(each.pointer ?? "")?.[1]);
  return new Set(places.filter((each) => each !== undefined).map(Number));
}

async function save(form) {
  const all = items();
  let chosen = all;
  const address = `${root()}/v1/citations`;
  let response = await send(address, exportOf(form, chosen));
  let gone = new Set();
  if (response.status === 422) {
    gone = await lost(response);
    chosen = all.filter((_, place) => !gone.has(place));
    keep(NAME, all.map((item, place) => ({ ...item, gone: gone.has(place) })));
    showBasket();
    if (gone.size === 0) throw new Error(say("broken", { status: response.status }));
    if (chosen.length === 0) throw new Error(say("all-gone"));
    response = await send(address, exportOf(form, chosen));
  }
  if (!response.ok) throw new Error(say("broken", { status: response.status }));
  const file = `references.${ENDINGS[form.elements.format.value]}`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  announce(say("exported", { file }));
  return gone.size;
}

export function startBasket() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-keep]");
    if (button) {
      try {
        await add(button.closest("article"), button);
      } catch {
        announce(say("cite-failed"));
        button.textContent = say("cite-failed");
      }
    } else if (event.target.closest("[data-basket-clear]") && confirm(say("clear-sure"))) {
      keep(NAME, []);
      showBasket();
      document.getElementById("main").focus();
    }
  });
  document.addEventListener("submit", async (event) => {
    if (!event.target.matches("[data-basket-export]")) return;
    event.preventDefault();
    const failed = document.querySelector("[data-basket-failed]");
    failed.hidden = true;
    try {
      const count = await save(event.target);
      if (count > 0) {
        failed.textContent = say("some-gone", { count });
        failed.hidden = false;
      }
    } catch (error) {
      failed.textContent = error.message;
      failed.hidden = false;
    }
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-basket-export]");
    if (form && event.target.name === "format") {
      const isText = event.target.value === "markdown";
      form.elements.style.hidden = !isText;
      form.querySelector("[data-style-label]").hidden = !isText;
    }
  });
  // Another window of the same device may have added something.
  window.addEventListener("storage", showBasket);
  showBasket();
}
