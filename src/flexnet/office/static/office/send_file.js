// Sends the form's file with a progress bar and the time that is left. Without this script the browser sends it by itself.
"use strict";

let form = null;

function sizeOf(bytes) {
  const shape = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  return bytes < 1024 * 1024 ? `${shape.format(bytes / 1024)} KB` : `${shape.format(bytes / 1024 / 1024)} MB`;
}

function timeLeft(loaded, total, since) {
  const seconds = Math.ceil(((performance.now() - since) / 1000) * (total / loaded - 1));
  const { lessThanMinute, minutes } = form.dataset;
  return seconds < 60 ? lessThanMinute : minutes.replace("{count}", String(Math.ceil(seconds / 60)));
}

function show(text) {
  const box = form.querySelector("[data-progress]");
  box.hidden = false;
  box.querySelector(".progress-words").textContent = text;
  return box.querySelector("progress");
}

function progressed(event, since) {
  const bar = show("");
  bar.value = (100 * event.loaded) / event.total;
  const done = event.loaded >= event.total;
  show(done ? form.dataset.checking
            : `${sizeOf(event.loaded)} / ${sizeOf(event.total)} – ${timeLeft(event.loaded, event.total, since)}`);
  if (done) bar.removeAttribute("value");
}

// The answer is either another page, to go to, or this page anew with what is wrong.
function arrived(request) {
  const answer = request.response;
  if (!answer) return failed();
  if (request.responseURL && request.responseURL !== location.href) return location.assign(request.responseURL);
  document.title = answer.title;
  document.querySelector("main").replaceWith(document.adoptNode(answer.querySelector("main")));
  (document.querySelector("main [autofocus]") ?? document.querySelector("main")).focus();
  start(document.querySelector("form[data-upload]"));
}

function failed() {
  show(form.dataset.failed).value = 0;
  form.querySelector("[type=submit]").disabled = false;
  form.removeAttribute("aria-busy");
}

function send(event) {
  const file = form.querySelector("input[type=file]").files[0];
  if (!file) return;
  event.preventDefault();
  const request = new XMLHttpRequest();
  const since = performance.now();
  request.open("POST", form.action);
  request.responseType = "document";
  request.upload.addEventListener("progress", (progress) => progressed(progress, since));
  request.addEventListener("load", () => arrived(request));
  request.addEventListener("error", failed);
  request.send(new FormData(form));
  form.querySelector("[type=submit]").disabled = true;
  form.setAttribute("aria-busy", "true"); // so long nobody is signed out for want of clicks
  show("0 %");
}

function start(found) {
  form = found;
  form?.addEventListener("submit", send);
}

start(document.querySelector("form[data-upload]"));
