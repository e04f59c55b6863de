// Keys: / goes to the field, arrows move through results and examples, Esc closes.
import { closeCiting } from "./citing.js";
import { closeLook } from "./looking.js";

function steps() {
  return [...document.querySelectorAll("[data-step], [data-steps] a")].filter(
    (each) => each.offsetParent !== null,
  );
}

function isTyping(target) {
  return target.matches("input:not([type=checkbox]), select, textarea, [contenteditable]");
}

function move(by) {
  const all = steps();
  if (all.length === 0) return false;
  const next = all[placeOf(document.activeElement, all, by)];
  if (!next) {
    if (by > 0) return false; // below the last, the arrow scrolls
    document.getElementById("query")?.focus();
    return true;
  }
  next.focus({ preventScroll: true });
  const result = next.closest(".result");
  // Of a result that is higher than the window, its title is to be seen.
  const isSeenWhole = result && result.offsetHeight < window.innerHeight / 2;
  (isSeenWhole ? result : next).scrollIntoView({ block: isSeenWhole || !result ? "nearest" : "start" });
  return true;
}

/** Where an arrow leads to from an element, which may stand before, between or after the steps. */
function placeOf(active, all, by) {
  const around = active.closest(".result, li");
  const at = all.findIndex((each) => each === active || around?.contains(each));
  if (at >= 0) return at + by;
  const before = all.filter(
    (each) => each.compareDocumentPosition(active) & Node.DOCUMENT_POSITION_FOLLOWING,
  ).length;
  return by > 0 ? before : before - 1;
}

/** Whether an arrow moves here: from the field, a result or an example, not within other things. */
function movesFrom(target) {
  if (target.id === "query") return true;
  if (isTyping(target) || target.closest(".look, .cite, .table, summary, fieldset")) return false;
  return target.matches("[data-heading]") || target.closest("[data-answer], [data-steps], .documents") !== null;
}

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const { target } = event;
    if (event.key === "/" && !isTyping(target)) {
      const field = document.getElementById("query");
      field?.focus();
      field?.select();
      event.preventDefault();
    } else if (event.key === "Escape") {
      if (closeCiting() || closeLook()) event.preventDefault();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !event.shiftKey && movesFrom(target)) {
      if (event.key === "ArrowUp" && target.id === "query") return;
      if (move(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
    }
  });
}
