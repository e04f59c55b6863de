// Questions and links answered within the page: the address changes, the page is not loaded anew.
import { showBasket } from "./basket.js";
import { FetchError, fetchPage } from "./fetching.js";
import { addressWithoutLook, closeLook, lookIn, restoreLook } from "./looking.js";
import { announce, say } from "./messages.js";
import { questionIn, rememberQuestion, showRecent } from "./recent.js";
import { shorten } from "./shortening.js";

const WAIT_BEFORE_SAYING_MS = 200;
const MOST_KEPT = 20;
const SLOWEST_TRIES = 10;
const pages = new Map();
// Taken before any script has changed the page that was loaded.
const asLoaded = document.documentElement.outerHTML;
let underWay = null;
let shown = addressWithoutLook(location.href);

/**
 * Go to an address of this page, and show what is there.
 *
 * `push`: whether it becomes a new place to come back to. `returning`: whether the reader was there
 * before, and asks nothing anew. `tries`: how often a service that starts was asked already, and
 * `before` what stood in the field then.
 */
export async function go(
  address,
  { keepPlace = false, push = true, returning = false, tries = 0, before = textInField() } = {},
) {
  underWay?.abort();
  const mine = new AbortController();
  underWay = mine;
  // The question stands in the address before its answer comes, so that a reload asks it again.
  if (push && address !== location.href) history.pushState(null, "", address);
  const wanted = addressWithoutLook(location.href);
  const asks = questionIn(wanted) !== "";
  const waitsFor = say(asks ? "searching" : "loading");
  const saying = tries === 0 ? setTimeout(() => wait(waitsFor), WAIT_BEFORE_SAYING_MS) : null;
  document.getElementById("main").setAttribute("aria-busy", "true");
  try {
    const { page } = await fetchPage(wanted, mine.signal);
    if (underWay !== mine) return;
    if (isOfOtherVersion(page)) {
      location.reload();
      return;
    }
    shown = wanted;
    // What says that the service starts need not be said again: who types meanwhile goes on.
    if (tries === 0 || !page.querySelector("[data-again-in]")) {
      if (!page.querySelector("[data-failure]")) remember(wanted, page.documentElement.outerHTML);
      show(page, { keepPlace, typed: typedSince(before) });
      if (!returning) rememberQuestion();
    }
    tryAgainLater(address, tries, before);
  } catch (error) {
    if (underWay !== mine || mine.signal.aborted) return;
    shown = wanted;
    showFailure(error instanceof FetchError ? error.message : say("unreachable"), typedSince(before));
  } finally {
    clearTimeout(saying);
    if (underWay === mine) {
      wait(null);
      document.getElementById("main").removeAttribute("aria-busy");
      underWay = null;
    }
  }
}

function textInField() {
  return document.getElementById("query")?.value ?? "";
}

/** What the reader types into the field while an answer is under way; null where nothing. */
function typedSince(before) {
  const field = document.getElementById("query");
  return field && document.activeElement === field && field.value !== before ? field.value : null;
}

/** Whether a page was made for other scripts than those that run, or in another language. */
function isOfOtherVersion(page) {
  const scripts = (each) => each.querySelector("script[type=module]")?.getAttribute("src");
  return scripts(page) !== scripts(document) || page.documentElement.lang !== document.documentElement.lang;
}

function remember(address, text) {
  pages.delete(address);
  pages.set(address, text);
  if (pages.size > MOST_KEPT) pages.delete(pages.keys().next().value);
}

/** Put the parts of another page in the place of this one's. */
function show(page, { keepPlace = false, quietly = false, typed = null } = {}) {
  const before = document.querySelectorAll("[data-answer] .result").length;
  closeLook({ quietly: true });
  document.title = page.title;
  for (const selector of ["header.top", "main"]) {
    const old = document.querySelector(selector);
    const next = page.querySelector(selector);
    if (selector === "header.top" && keepsField(old, next)) {
      if (typed === null) old.querySelector("#query").value = next.querySelector("#query").value;
      old.querySelector(".places").replaceWith(document.adoptNode(next.querySelector(".places")));
    } else {
      old.replaceWith(document.adoptNode(next));
    }
  }
  showRecent();
  showBasket();
  shorten();
  const heading = document.querySelector("[data-heading]");
  const next = keepPlace ? document.querySelectorAll("[data-answer] .result [data-step]")[before] : null;
  if (next) {
    next.focus();
  } else {
    if (!quietly) window.scrollTo(0, 0);
    if (typed !== null) typeOn(typed);
    else if (!quietly || document.activeElement === document.body) {
      (heading ?? document.getElementById("main")).focus({ preventScroll: true });
    }
  }
  if (heading) announce(heading.textContent);
}

/** Let the reader go on typing where the field was put anew. */
function typeOn(text) {
  const field = document.getElementById("query");
  if (!field || document.activeElement === field) return;
  field.value = text;
  field.focus({ preventScroll: true });
}

/** Whether both pages have the field at the same place, so that what is in it need not go. */
function keepsField(old, next) {
  return Boolean(old.querySelector("#query") && next.querySelector("#query"));
}

function wait(text) {
  const waiting = document.getElementById("waiting");
  waiting.hidden = text === null;
  if (text !== null) {
    waiting.querySelector("[data-text]").textContent = text;
    announce(text);
  }
}

function showFailure(text, typed) {
  closeLook({ quietly: true });
  document.title = `${text} – ${document.querySelector(".brand").textContent}`;
  const main = document.getElementById("main");
  const failure = document.createElement("div");
  failure.className = "failure";
  const heading = document.createElement("h1");
  heading.tabIndex = -1;
  heading.dataset.heading = "";
  heading.textContent = text;
  const again = document.createElement("a");
  again.className = "button";
  again.dataset.page = "";
  again.href = location.href;
  again.textContent = say("again");
  const line = document.createElement("p");
  line.append(again);
  failure.append(heading, line);
  // Field and filters stay for the next question.
  main.replaceChildren(...main.querySelectorAll("form[data-ask], .filters, [data-kept]"), failure);
  const field = document.getElementById("query");
  if (typed === null) {
    if (field) field.value = questionIn(location.href);
    heading.focus();
  } else {
    typeOn(typed);
  }
  announce(text);
}

/** While the service starts, ask again as soon as it says that it may be ready, later less often. */
function tryAgainLater(address, tries, before) {
  const failure = document.querySelector("[data-again-in]");
  if (!failure) return;
  const slower = Math.min(1 + tries / SLOWEST_TRIES, SLOWEST_TRIES);
  setTimeout(() => {
    if (failure.isConnected) go(address, { push: false, tries: tries + 1, before });
  }, 1000 * Number(failure.dataset.againIn) * slower);
}

function addressOf(form, button) {
  const address = new URL(form.action);
  address.search = new URLSearchParams(new FormData(form, button)).toString();
  return address.href;
}

function isPlainClick(event) {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

export function startNavigation() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-ask], [data-page-form]")) return;
    event.preventDefault();
    const text = form.querySelector("[name=query]");
    if (text && !text.value.trim()) {
      text.focus();
      return;
    }
    text?.blur();
    go(addressOf(form, event.submitter));
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-page]");
    if (!link || !isPlainClick(event)) return;
    event.preventDefault();
    go(link.href, { keepPlace: link.dataset.keepPlace !== undefined });
  });
  // The other language shows the same place: the question with what is looked at.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-switch]");
    if (!link) return;
    const there = new URL(location.href);
    there.searchParams.set("ui", link.hreflang);
    link.href = there.href;
  });
  window.addEventListener("popstate", () => {
    const wanted = addressWithoutLook(location.href);
    if (wanted === shown && !underWay) {
      restoreLook();
      return;
    }
    const known = pages.get(wanted);
    if (known === undefined) {
      go(location.href, { push: false, returning: true }).then(restoreLook);
      return;
    }
    underWay?.abort();
    underWay = null;
    wait(null);
    document.getElementById("main").removeAttribute("aria-busy");
    show(new DOMParser().parseFromString(known, "text/html"), { quietly: !lookIn(location.href) });
    shown = wanted;
    restoreLook();
  });
  if (document.querySelector("[data-answer]")) remember(shown, asLoaded);
  tryAgainLater(location.href, 0, textInField());
  restoreLook();
}
