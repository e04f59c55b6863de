// Questions asked before on this device.
import { keep, kept } from "./keeping.js";
import { root } from "./root.js";

const MOST = 8;
const NAME = "recent";

function questions() {
  return kept(NAME, []).filter((each) => typeof each === "string");
}

/** The question that an address asks; empty where it asks none. */
export function questionIn(address) {
  const { searchParams } = new URL(address);
  return (searchParams.get("query") || searchParams.get("q") || "").trim().replace(/\s+/g, " ");
}

/** Keep the question of an answer that is shown. */
export function rememberQuestion() {
  const question = questionIn(location.href);
  if (!question || !document.querySelector("[data-answer]")) return;
  keep(NAME, [question, ...questions().filter((each) => each !== question)].slice(0, MOST));
}

/** Show the questions where the page has a place for them. */
export function showRecent() {
  const section = document.querySelector("[data-recent]");
  if (!section) return;
  const asked = questions();
  section.hidden = asked.length === 0;
  section.querySelector("[data-recent-list]").replaceChildren(...asked.map((question) => {
    const link = document.createElement("a");
    link.href = `${root()}/?${new URLSearchParams({ query: question })}`;
    link.textContent = question;
    link.dir = "auto";
    link.dataset.page = "";
    const item = document.createElement("li");
    item.append(link);
    return item;
  }));
}

export function startRecent() {
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-recent-clear]")) return;
    keep(NAME, []);
    showRecent();
    document.getElementById("query")?.focus();
  });
  rememberQuestion();
  showRecent();
}
