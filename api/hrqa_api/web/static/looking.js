// A passage looked at in its document, beside the results or below it.
import { FetchError, fetchPage } from "./fetching.js";
import { announce, say } from "./messages.js";

const LOOK = "look";
const PAGE = "at";
const NARROW = "(max-width: 40rem)";
const READABLE_ZOOM = "150";
const PICTURE_WAIT_MS = 1500;
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

function passageOf(address) {
  return new URL(address).searchParams.get("passage");
}

/** The link to a passage among the results, be it a result of its own or said elsewhere. */
function linkTo(passage) {
  const links = [...document.querySelectorAll(".result a[data-look]")];
  return links.find((link) => passageOf(link.href) === passage);
}

async function open(result, address, { note = "push", instead = null } = {}) {
  underWay?.abort();
  const mine = new AbortController();
  underWay = mine;
  result.setAttribute("aria-busy", "true");
  try {
    const { page, address: came } = await fetchPage(address, mine.signal);
    if (underWay !== mine) return;
    const section = page.querySelector("[data-looking]");
    if (!section && instead !== null) {
      await open(result, instead, { note });
      return;
    }
    if (!section) throw new FetchError(say("not-found"));
    // The picture before stays until the next can be shown: boxes on white say nothing.
    await loaded(section.querySelector("img")?.getAttribute("src"));
    if (underWay !== mine) return;
    const before = look()?.querySelector(".frame");
    const place = before && { left: before.scrollLeft, top: before.scrollTop };
    const waitsOpen = look()?.querySelector(".page-text")?.open;
    section.dataset.shown = address;
    put(result, document.adoptNode(section), new URL(came));
    if (waitsOpen) look().querySelector(".page-text").open = true;
    if (note !== "none") {
      const number = look().dataset.pageNumber ?? null;
      const passage = passageOf(address) ?? result.dataset.passage;
      const isOwn = linkTo(passage)?.pathname.endsWith(`/pages/${number}`) ?? false;
      noteAddress(passage, isOwn ? null : number, { push: note === "push" });
    }
    const heading = look().querySelector("h2");
    heading.focus({ preventScroll: true });
    announce(heading.textContent);
    showPassage(look());
    if (place && !look().querySelector("rect, .frame mark")) look().querySelector(".frame").scrollTo({ left: place.left });
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
  watchPicture(section);
  document.querySelector("[data-look-lost]")?.remove();
  result.querySelector("[data-looking-failed]")?.remove();
  result.append(section);
  result.classList.add("open");
  document.documentElement.classList.add("looking");
  measureTop();
}

/** Wait until a picture can be shown, but not for long. */
async function loaded(address) {
  if (!address) return;
  const picture = new Image();
  picture.src = address;
  const enough = new Promise((resolve) => { setTimeout(resolve, PICTURE_WAIT_MS); });
  await Promise.race([picture.decode().catch(() => {}), enough]);
}

/** Show the text where the picture does not come. */
function watchPicture(section) {
  const picture = section.querySelector("img");
  const giveUp = () => {
    picture.hidden = true;
    section.querySelector("svg")?.remove();
    section.querySelector(".no-picture").hidden = false;
    section.querySelector(".page-text").open = true;
  };
  picture?.addEventListener("error", giveUp);
  if (picture?.complete && picture.naturalWidth === 0 && picture.isConnected) giveUp();
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

/** Bring the passage into view, within its frame and in the window. */
function showPassage(section) {
  const frame = section.querySelector(".frame");
  const isBeside = getComputedStyle(section).position === "fixed";
  if (section.closest(".result") && !isBeside) section.scrollIntoView({ block: "start", behavior: "instant" });
  const first = section.querySelector("rect.answer, .frame mark:not(.passage-part)")
    ?? section.querySelector("rect, .frame mark");
  if (!first || !frame) return;
  const move = () => {
    const within = frame.getBoundingClientRect();
    const lefts = [...section.querySelectorAll("rect, .frame mark")].map((each) => each.getBoundingClientRect().left);
    frame.scrollTop += first.getBoundingClientRect().top - within.top - frame.clientHeight / 4;
    frame.scrollLeft += Math.min(...lefts) - within.left - 16;
    const { top, bottom } = first.getBoundingClientRect();
    if (!isBeside && (top < 0 || bottom > innerHeight)) {
      window.scrollBy({ top: top - innerHeight / 4, behavior: "instant" });
    }
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
  const link = linkTo(wanted.passage);
  if (!link) {
    closeLook({ quietly: true });
    tellLost();
    return;
  }
  const address = new URL(link.href);
  if (wanted.page !== null && /^\d+$/.test(wanted.page)) {
    address.pathname = address.pathname.replace(/\/pages\/\d+$/, `/pages/${wanted.page}`);
  }
  const result = link.closest(".result");
  const same = opened === result && passageOf(look().dataset.shown) === wanted.passage
    && (wanted.page === null || look().dataset.pageNumber === wanted.page);
  if (!same) open(result, readable(address.href), { note: "none", instead: readable(link.href) });
}

/** Say that what the address looks at is not among the results. */
function tellLost() {
  const answer = document.querySelector("[data-answer]");
  if (!answer || answer.querySelector("[data-look-lost]")) return;
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.dataset.lookLost = "";
  notice.textContent = say("not-found");
  answer.prepend(notice);
  announce(notice.textContent);
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
  const alone = document.querySelector("main > [data-looking]");
  if (alone) {
    watchPicture(alone);
    showPassage(alone);
  }
}
