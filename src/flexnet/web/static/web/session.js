// Warns before the sign-in runs out, and hides the page once it has. The server decides; this only tells early.
"use strict";

const LOOK_EVERY = 1000;
const dialog = document.querySelector("dialog[data-session]");
const part = (name) => dialog.querySelector(`[data-when=${name}]`);
const parts = { stay: part("stay"), last: part("last"), over: part("over") };
const ownTitle = document.title;
const warnBefore = Number(dialog.dataset.warn) * 1000;
const ends = { idle: 0, last: 0 };
let shown = "";
let lastWasRead = false;
let typedIn = null;
let isAsking = false;

const left = () => Math.min(ends.idle, ends.last) - Date.now();

function heard(seconds) {
  for (const name of ["idle", "last"]) ends[name] = Date.now() + seconds[name] * 1000;
}

// Any answer but ours is the sign-in page: the session is over. No answer says nothing.
async function ask(method) {
  isAsking = true;
  try {
    const body = method === "POST" ? new FormData(dialog.querySelector("form")) : undefined;
    const answer = await fetch(dialog.dataset.url, { method, body });
    const isOurs = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (isOurs) heard(await answer.json());
    else if (answer.ok) heard({ idle: 0, last: 0 });
  } catch {
    return;
  } finally {
    isAsking = false;
  }
}

function show(name) {
  if (shown === name) return;
  shown = name;
  for (const [each, element] of Object.entries(parts)) element.hidden = each !== name;
  const title = parts[name].querySelector("h2");
  dialog.setAttribute("aria-labelledby", title.id);
  document.title = `${title.textContent} – ${ownTitle}`;
  if (!dialog.open) dialog.showModal();
  parts[name].querySelector("button").focus();
}

function hide() {
  if (!shown) return;
  shown = "";
  dialog.close();
  document.title = ownTitle;
}

// What was typed stays in the page, unseen, until it is sent: the server keeps it until one is signed in again.
function leave() {
  if (!typedIn) return location.replace("/");
  document.body.classList.add("is-over");
  show("over");
}

async function look() {
  if (isAsking || shown === "over" || left() > warnBefore) return;
  if (document.querySelector("form[aria-busy=true]")) return ask("POST");
  if (!shown || left() <= 0) await ask("GET");
  if (left() <= 0) return leave();
  if (left() > warnBefore) return hide();
  if (ends.idle < ends.last) return show("stay");
  if (!lastWasRead) show("last");
}

// Escape answers too: whoever presses it is here.
function answered() {
  if (shown === "over") return typedIn.submit();
  if (shown === "last") lastWasRead = true;
  else ask("POST").then(look);
  hide();
}

function noted({ target: { form } }) {
  if (form?.method === "post" && !form.querySelector("[type=password], [autocomplete$=password]")) typedIn = form;
}

dialog.addEventListener("cancel", (event) => { event.preventDefault(); answered(); });
dialog.addEventListener("submit", (event) => { event.preventDefault(); answered(); });
document.addEventListener("input", noted);
document.addEventListener("visibilitychange", look);
// A page that the browser kept as it was is asked for anew: its session may be over.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

heard({ idle: Number(dialog.dataset.idle), last: Number(dialog.dataset.last) });
setInterval(look, LOOK_EVERY);
