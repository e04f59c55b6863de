// A passage looked at in its document, beside the results or below it.
import { FetchError, fetchPage } from "./fetching.js";
import { announce, say } from "./messages.js";

const LOOK = "look";
const PAGE = "at";
const NARROW = "(max-width: 40rem)";
const READABLE_ZOOM = "200";
let underWay = null;

/** An address without what is looked at: it names the question alone. */
export function addressWithoutLook(address) {
  const url = new URL(address);
  url.searchParams.delete(LOOK);
  url.searchParams.delete(PAGE);
  url.hash = "";
  return url.href;
}

/** The passage that an address looks at, and the page if another than its own. */
export function lookIn(address) {
  const { searchParams } = new URL(address);
  const passage = searchParams.get(LOOK);
  return passage === null ? null : { passage, page: searchParams.get(PAGE) };
}

function look() {
  return document.querySelector(".result .look");
}

function noteAddress(passage, page, { push }) {
  const url = new URL(addressWithoutLook(location.href));
  if (passage !== null) url.searchParams.set(LOOK, passage);
  if (page !== null) url.searchParams.set(PAGE, page);
  if (url.href === location.href) return;
  if (push) history.pushState(null, "", url.href);
  else history.replaceState(null, "", url.href);
}

async function open(result, address, { note = "push", toPassage = true } = {}) {
  underWay?.abort();
  const mine = new AbortController();
  underWay = mine;
  result.setAttribute("aria-busy", "true");
  try {
    const { page, address: came } = await fetchPage(address, mine.signal);
    if (underWay !== mine) return;
    const section = page.querySelector("[data-looking]");
    if (!section) throw new FetchError(say("not-found"));
    const waitsOpen = look()?.querySelector(".page-text")?.open;
    put(result, document.adoptNode(section), new URL(came));
    if (waitsOpen) look().querySelector(".page-text").open = true;
    if (note !== "none") {
      const number = look().dataset.pageNumber ?? null;
      const own = result.querySelector("[data-look]").pathname.endsWith(`/pages/${number}`);
      noteAddress(result.dataset.passage, own ? null : number, { push: note === "push" });
    }
    const heading = look().querySelector("h2");
    heading.focus({ preventScroll: true });
    announce(heading.textContent);
    if (toPassage) showPassage();
  } catch (error) {
    if (underWay !== mine || mine.signal.aborted) return;
    fail(result, error instanceof FetchError ? error.message : say("unreachable"));
  } finally {
    result.removeAttribute("aria-busy");
    if (underWay === mine) underWay = null;
  }
}

function put(result, section, came) {
  closeLook({ quietly: true });
  // Links of the section were written for the page that it came from.
  for (const link of section.querySelectorAll("a[href]")) {
    link.href = new URL(link.getAttribute("href"), came).href;
  }
  section.querySelector("button[data-close]").hidden = false;
  const picture = section.querySelector("img");
  picture?.addEventListener("error", () => {
    picture.hidden = true;
    section.querySelector("svg").remove();
    section.querySelector(".no-picture").hidden = false;
    section.querySelector(".page-text").open = true;
  });
  result.querySelector("[data-looking-failed]")?.remove();
  result.append(section);
  result.classList.add("open");
  document.documentElement.classList.add("looking");
  measureTop();
}

function fail(result, text) {
  let notice = result.querySelector("[data-looking-failed]");
  if (!notice) {
    notice = document.createElement("p");
    notice.className = "notice";
    notice.dataset.lookingFailed = "";
    result.append(notice);
  }
  notice.textContent = text;
  announce(text);
}

/** On a narrow screen a page begins at a size at which its words can be read. */
function readable(address) {
  const url = new URL(address);
  if (matchMedia(NARROW).matches && url.pathname.includes("/pages/") && !url.searchParams.has("zoom")) {
    url.searchParams.set("zoom", READABLE_ZOOM);
  }
  return url.href;
}

/** Bring the passage into view, within its frame and, where the look stands below, on the page. */
function showPassage() {
  const section = look();
  const frame = section.querySelector(".frame");
  const isBeside = getComputedStyle(section).position === "fixed";
  if (!isBeside) section.scrollIntoView({ block: "start" });
  const first = section.querySelector("rect.answer, .frame mark:not(.passage-part)")
    ?? section.querySelector("rect, .frame mark");
  if (!first || !frame) return;
  const move = () => {
    const within = frame.getBoundingClientRect();
    const lefts = [...section.querySelectorAll("rect, .frame mark")].map((each) => each.getBoundingClientRect().left);
    frame.scrollTop += first.getBoundingClientRect().top - within.top - frame.clientHeight / 4;
    frame.scrollLeft += Math.min(...lefts) - within.left - 16;
  };
  move();
  section.querySelector("img")?.addEventListener("load", move, { once: true });
}

function measureTop() {
  const top = document.querySelector("header.top").offsetHeight;
  document.documentElement.style.setProperty("--top-height", `${top}px`);
}

/** Close what is looked at; focus goes back to its passage unless it is to be done quietly. */
export function closeLook({ quietly = false } = {}) {
  underWay?.abort();
  underWay = null;
  const section = look();
  if (!section) return false;
  const result = section.closest(".result");
  section.remove();
  result.classList.remove("open");
  document.documentElement.classList.remove("looking");
  if (!quietly) {
    noteAddress(null, null, { push: true });
    const link = result.querySelector("[data-step]");
    link.focus({ preventScroll: true });
    result.scrollIntoView({ block: "nearest" });
  }
  return true;
}

/** Show what the address looks at, and nothing else. */
export function restoreLook() {
  const wanted = lookIn(location.href);
  const opened = look()?.closest(".result");
  if (wanted === null) {
    closeLook({ quietly: true });
    return;
  }
  const results = [...document.querySelectorAll(".result")];
  const result = results.find((each) => each.dataset.passage === wanted.passage);
  if (!result) {
    closeLook({ quietly: true });
    return;
  }
  const address = new URL(result.querySelector("[data-look]").href);
  if (wanted.page !== null && /^\d+$/.test(wanted.page)) {
    address.pathname = address.pathname.replace(/\/pages\/\d+$/, `/pages/${wanted.page}`);
  }
  const same = opened === result && (wanted.page === null || look().dataset.pageNumber === wanted.page);
  if (!same) open(result, readable(address.href), { note: "none" });
}

export function startLooking() {
  document.addEventListener("click", (event) => {
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const link = event.target.closest("a[data-look], a[data-turn]");
    const result = link?.closest(".result");
    if (result && isPlain) {
      event.preventDefault();
      const turns = link.dataset.turn !== undefined;
      open(result, turns ? link.href : readable(link.href), { note: turns ? "replace" : "push" });
    } else if (event.target.closest(".look [data-close]")) {
      closeLook();
    }
  });
  window.addEventListener("resize", measureTop);
}
