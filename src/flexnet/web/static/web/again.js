// Asks every other second whether the page still waits; once it does not, it is loaded anew. Asking so is no click.
"use strict";

const EVERY = 2000;

function ask() {
  const request = new XMLHttpRequest();
  request.open("GET", location.href);
  request.responseType = "document";
  request.setRequestHeader("Asks-By-Itself", "1");
  request.addEventListener("load", () => {
    if (request.response?.querySelector("[data-waits]")) return setTimeout(ask, EVERY);
    location.reload();
  });
  request.addEventListener("error", () => setTimeout(ask, EVERY));
  request.send();
}

setTimeout(ask, EVERY);
