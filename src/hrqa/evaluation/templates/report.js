"use strict";
const form = document.getElementById("choose");
const list = document.getElementById("list");
const field = (id) => document.getElementById(id).value;
const questions = [...list.children];
const ORDERS = {
  place: (one, other) => one.dataset.place - other.dataset.place,
  rank: (one, other) => other.dataset.rank - one.dataset.rank,
  sure: (one, other) => one.dataset.sure - other.dataset.sure,
};

function fits(question) {
  const { outcome, partly, language, kind } = question.dataset;
  const wanted = field("outcome");
  const words = field("words").trim().toLowerCase();
  return (
    (!wanted || (wanted === "partly" ? partly : outcome === wanted)) &&
    (!field("language") || language === field("language")) &&
    (!field("kind") || kind === field("kind")) &&
    (!words || question.firstElementChild.textContent.toLowerCase().includes(words))
  );
}

function choose() {
  let shown = 0;
  for (const question of questions) {
    question.hidden = !fits(question);
    shown += question.hidden ? 0 : 1;
  }
  document.getElementById("count").textContent = `${shown} of ${questions.length} questions`;
}

function sort() {
  const order = ORDERS[field("order")];
  list.append(...[...questions].sort((one, other) => order(one, other) || ORDERS.place(one, other)));
}

function openLinked() {
  const linked = document.getElementById(location.hash.slice(1));
  if (linked?.matches("details")) {
    linked.hidden = false;
    linked.open = true;
    linked.scrollIntoView();
  }
}

form.hidden = false;
form.addEventListener("input", choose);
form.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("order").addEventListener("change", sort);
document.getElementById("open").addEventListener("click", () => {
  for (const question of questions) question.open = !question.hidden;
});
addEventListener("hashchange", openLinked);
choose();
sort();
openLinked();
