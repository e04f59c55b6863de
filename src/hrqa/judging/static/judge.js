// Judging by keys and without loading the page anew. Without this script the forms do the same.
const passages = [...document.querySelectorAll("article")];
const done = document.getElementById("done");
const problem = document.getElementById("problem");

const isJudged = (passage) => passage.querySelector('[aria-pressed="true"]') !== null;

function look(passage) {
  passage.focus({ preventScroll: true });
  passage.scrollIntoView({ block: "nearest" });
}

function current() {
  const place = passages.indexOf(document.activeElement?.closest("article"));
  return place < 0 ? 0 : place;
}

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
    const passage = passages[current()];
    judge(passage, passage.querySelectorAll("button")[Number(event.key) - 1]);
  } else {
    return;
  }
  event.preventDefault();
});

const asked = document.getElementById(location.hash.slice(1));
const first = asked ?? passages.find((each) => !isJudged(each)) ?? passages[0];
if (first) look(first);
