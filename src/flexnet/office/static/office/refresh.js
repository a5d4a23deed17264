// Brings what a page shows up to date, part by part, and leaves place, focus and what is open alone.
// Asking so is no click: where nobody clicks any more the sign-in page comes, and leads back here.
"use strict";

const EVERY = 30000;

function renew(page) {
  if (!page.querySelector("[data-refresh]")) return location.reload();
  for (const part of document.querySelectorAll("[data-refresh]")) {
    const fresh = page.querySelector(`[data-refresh="${part.dataset.refresh}"]`);
    if (fresh && !part.contains(document.activeElement)) part.replaceChildren(...fresh.childNodes);
  }
}

function ask() {
  if (document.hidden) return;
  const request = new XMLHttpRequest();
  request.open("GET", location.href);
  request.responseType = "document";
  request.setRequestHeader("Asks-By-Itself", "1");
  request.addEventListener("load", () => request.status === 200 && renew(request.response));
  request.send();
}

setInterval(ask, EVERY);
