// Results while typing, and "/" to get to the field. Without this script the form is sent by itself.
"use strict";

const form = document.querySelector("form[data-search]");
const input = form?.querySelector("input[type=search]");
const results = document.querySelector("[data-results]");
let request = null;
let waiting = 0;

function isTyping(element) {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
    || element instanceof HTMLSelectElement;
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || !input || isTyping(document.activeElement)) return;
  event.preventDefault();
  input.focus();
  input.select();
});

// An answer that is no page of results, as after the session has ended, changes nothing: the form still works.
function show(answer) {
  const found = answer?.querySelector("[data-results]");
  if (found) results.replaceChildren(...document.adoptNode(found).childNodes);
}

function ask() {
  request?.abort();
  request = new XMLHttpRequest();
  request.open("GET", `${form.action}?${new URLSearchParams({ q: input.value, teil: "1" })}`);
  request.responseType = "document";
  request.addEventListener("load", (event) => show(event.target.response));
  request.send();
}

if (results) {
  input?.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  });
}
