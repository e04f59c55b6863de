// Judging by keys and without loading the page anew. Without this script the forms do the same.
const passages = [...document.querySelectorAll("article")];
const done = document.getElementById("done");
const problem = document.getElementById("problem");
const header = document.querySelector("header");
let keeping = Promise.resolve();

const isJudged = (passage) => passage.querySelector('[aria-pressed="true"]') !== null;

// A passage is read from its beginning, which stands below the question.
function look(passage) {
  const isCovering = header && getComputedStyle(header).position === "sticky";
  passage.style.scrollMarginTop = `${(isCovering ? header.offsetHeight : 0) + 8}px`;
  passage.focus({ preventScroll: true });
  passage.scrollIntoView();
}

// Place of the passage that has the focus; -1 where none has.
const current = () => passages.indexOf(document.activeElement?.closest("article"));

async function judge(passage, button) {
  const form = passage.querySelector("form");
  const body = new URLSearchParams(new FormData(form));
  body.set("judgement", button.value);
  try {
    const answer = await fetch(location.pathname, {
      method: "POST", body, headers: { Accept: "application/json" },
    });
    if (!answer.ok) throw new Error(await answer.text());
    done.textContent = (await answer.json()).done;
  } catch (error) {
    problem.textContent = `Not kept: ${error.message}. Is the command still running?`;
    problem.hidden = false;
    problem.scrollIntoView({ block: "center" });
    return;
  }
  problem.hidden = true;
  for (const each of form.querySelectorAll("button")) {
    each.setAttribute("aria-pressed", String(each === button));
  }
  const next = passages[passages.indexOf(passage) + 1];
  const open = passages.find((each) => !isJudged(each));
  if (next) look(next);
  else if (open) look(open);
  else (document.getElementById("next") ?? document.getElementById("first")).focus();
}

// A key pressed before the last judgement is kept is for the passage after it; where none has the
// focus, as after the last, it is for none.
async function judgeCurrent(number) {
  const passage = passages[current()];
  if (passage) await judge(passage, passage.querySelectorAll("button")[number - 1]);
}

for (const passage of passages) {
  passage.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    judge(passage, event.submitter);
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const link = document.getElementById({ ArrowLeft: "previous", ArrowRight: "next" }[event.key]);
  if (step && passages.length) {
    look(passages[Math.min(Math.max(current() + step, 0), passages.length - 1)]);
  } else if (link) {
    link.click();
  } else if (["1", "2", "3"].includes(event.key) && passages.length && !event.repeat) {
    keeping = keeping.then(() => judgeCurrent(Number(event.key)));
  } else {
    return;
  }
  event.preventDefault();
});

const asked = document.getElementById(location.hash.slice(1));
const first = asked ?? passages.find((each) => !isJudged(each)) ?? passages[0];
if (first === passages[0] && !asked) first?.focus({ preventScroll: true }); // how to judge is above
else look(first);
