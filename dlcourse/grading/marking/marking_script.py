"""What makes the marking page work: keys, the copy that the browser keeps, the download."""

SCRIPT = """
"use strict";
const articles = [...document.querySelectorAll("article")];
const store = "dlcourse marking " + document.body.dataset.state;
const columns = ["student", "question", "points", "possible", "comment", "rubric", "answer"];
let current = 0, unsaved = false;

const points = article => article.querySelector("input.points");
const comment = article => article.querySelector("textarea");
const boxes = article => [...article.querySelectorAll("input.item")];
const chosen = article => boxes(article).filter(box => box.checked);

function say(text) { document.getElementById("said").textContent = text; }

function show(i) {
  current = Math.max(0, Math.min(articles.length - 1, i));
  articles.forEach((article, j) => { article.hidden = j !== current; });
  const marked = articles.filter(article => points(article).value !== "").length;
  say(`${current + 1} of ${articles.length}; ${marked} marked`);
}

function keep() {
  unsaved = true;
  const ticks = article => boxes(article).map(box => box.checked);
  const state = articles.map(a => [points(a).value, comment(a).value, ticks(a)]);
  try { localStorage.setItem(store, JSON.stringify(state)); } catch (error) { /* not allowed */ }
}

function restore() {
  let state = null;
  try { state = JSON.parse(localStorage.getItem(store)); } catch (error) { /* not allowed */ }
  if (!state || state.length !== articles.length) return;
  articles.forEach((article, i) => {
    [points(article).value, comment(article).value] = state[i];
    boxes(article).forEach((box, j) => { box.checked = state[i][2][j]; });
  });
  unsaved = true;
}

function give(article, value) {
  const possible = Number(article.dataset.possible);
  if (value > possible) { say(`at most ${possible}`); return; }
  points(article).value = value;
  keep();
  show(current);
}

function count(article) {
  give(article, chosen(article).reduce((sum, box) => sum + Number(box.dataset.points), 0));
  keep();
}

function cell(text) { return '"' + String(text).replaceAll('"', '""') + '"'; }

function table() {
  const rows = articles.map(a => {
    const rubric = chosen(a).map(box => box.dataset.label).join(" ");
    const {student, question, possible, answer} = a.dataset;
    return [student, question, points(a).value, possible, comment(a).value, rubric, answer];
  });
  return [columns, ...rows].map(row => row.map(cell).join(",")).join("\\r\\n") + "\\r\\n";
}

function download() {
  const wrong = articles.findIndex(article => !points(article).checkValidity());
  if (wrong >= 0) { show(wrong); say("these points are no number in range"); return; }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([table()], {type: "text/csv"}));
  link.download = "open_questions.csv";
  link.click();
  unsaved = false;
}

document.addEventListener("keydown", event => {
  const typing = event.target.matches("textarea, input.points");
  if (typing && event.key === "Escape") event.target.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const article = articles[current];
  const box = boxes(article).find(one => one.dataset.label === event.key);
  if (event.key === "ArrowRight" || event.key === "ArrowDown") show(current + 1);
  else if (event.key === "ArrowLeft" || event.key === "ArrowUp") show(current - 1);
  else if (event.key >= "0" && event.key <= "9") give(article, Number(event.key));
  else if (box) { box.checked = !box.checked; count(article); }
  else return;
  event.preventDefault();
});
articles.forEach(article => {
  article.addEventListener("change", event => {
    if (event.target.matches("input.item")) count(article); else keep();
  });
});
document.getElementById("back").addEventListener("click", () => show(current - 1));
document.getElementById("on").addEventListener("click", () => show(current + 1));
document.getElementById("download").addEventListener("click", download);
window.addEventListener("beforeunload", event => { if (unsaved) event.preventDefault(); });
restore();
show(0);
"""
