// Keys: / goes to the field, arrows move through results and examples, Esc closes.
import { closeCiting } from "./citing.js";
import { closeLook } from "./looking.js";

function steps() {
  return [...document.querySelectorAll("[data-step], [data-steps] a")].filter(
    (each) => each.offsetParent !== null,
  );
}

function isTyping(target) {
  return target.matches("input, select, textarea, [contenteditable]");
}

function move(by) {
  const all = steps();
  if (all.length === 0) return false;
  const active = document.activeElement;
  let at = all.indexOf(active);
  if (at < 0) {
    const around = active.closest(".result, li");
    at = all.findIndex((each) => around?.contains(each));
  }
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  if (at === 0 && by < 0) {
    document.getElementById("query")?.focus();
  } else {
    next.focus({ preventScroll: true });
    (next.closest(".result") ?? next).scrollIntoView({ block: "nearest" });
  }
  return true;
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
