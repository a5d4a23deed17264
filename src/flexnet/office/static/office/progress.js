// Asks every other second how far it is, and shows that in place; asking so is no click. Without this script the page loads itself anew.
"use strict";

const EVERY = 2000;

function ask() {
  const request = new XMLHttpRequest();
  request.open("GET", location.href);
  request.responseType = "document";
  request.setRequestHeader("Asks-By-Itself", "1");
  request.addEventListener("load", () => show(request.response));
  request.addEventListener("error", () => setTimeout(ask, EVERY));
  request.send();
}

// Only what changed is touched, so that nobody who reads is thrown back; once it is done the page is another one.
function show(answer) {
  const box = document.querySelector("[data-again]");
  const found = answer?.querySelector("[data-again=yes]");
  if (!found) return location.reload();
  box.querySelector("progress").value = found.querySelector("progress").value;
  const words = box.querySelector("[role=status]");
  const said = found.querySelector("[role=status]").textContent;
  if (words.textContent !== said) words.textContent = said;
  setTimeout(ask, EVERY);
}

setTimeout(ask, EVERY);
