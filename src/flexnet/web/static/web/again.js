// Asks every other second whether the page still waits; once it does not, it is loaded anew.
"use strict";

const EVERY = 2000;

function ask() {
  const request = new XMLHttpRequest();
  request.open("GET", location.href);
  request.responseType = "document";
  request.addEventListener("load", () => {
    if (request.response?.querySelector("[data-waits]")) return setTimeout(ask, EVERY);
    location.reload();
  });
  request.addEventListener("error", () => setTimeout(ask, EVERY));
  request.send();
}

setTimeout(ask, EVERY);
