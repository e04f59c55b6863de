// Long passages below the first are shown around what answers, until one wants all of them; a table
// never, as its numbers say nothing without the row that names them.
import { say } from "./messages.js";

const LINES_BEFORE = 2;

function shortenOne(text) {
  text.classList.add("shortened", "at-start");
  if (text.scrollHeight <= text.clientHeight * 1.25) {
    text.classList.remove("shortened", "at-start");
    return;
  }
  const mark = text.querySelector("mark");
  if (mark) {
    const line = parseFloat(getComputedStyle(text).lineHeight);
    const down = mark.getBoundingClientRect().top - text.getBoundingClientRect().top;
    const isInSight = down + mark.offsetHeight < text.clientHeight - 2 * line;
    text.scrollTop = isInSight ? 0 : down - LINES_BEFORE * line;
  }
  text.classList.toggle("at-start", text.scrollTop === 0);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain";
  button.dataset.whole = "";
  button.setAttribute("aria-expanded", "false");
  button.textContent = say("whole");
  text.after(button);
}

/** Shorten the passages of an answer. */
export function shorten() {
  document.querySelectorAll(".results > li:not(:first-child) [data-text]:not(.shortened)").forEach((text) => {
    if (text.querySelector("table")) return;
    if (!text.parentElement.querySelector("[data-whole]")) shortenOne(text);
  });
}

export function startShortening() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-whole]");
    if (!button) return;
    const text = button.previousElementSibling;
    const isShort = text.classList.toggle("shortened");
    button.setAttribute("aria-expanded", String(!isShort));
    button.textContent = say(isShort ? "whole" : "shorter");
  });
  shorten();
}
