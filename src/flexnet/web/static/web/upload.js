// Sends files in pieces (tus 1.0): a broken line goes on by itself, and after a new start the same file, chosen again,
// goes on where it stood. Without this script the browser sends the form by itself.
"use strict";

import { arriving, checked } from "./tus.js";

let form = null;

function sizeOf(bytes) {
  const shape = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  return bytes < 1024 * 1024 ? `${shape.format(bytes / 1024)} KB` : `${shape.format(bytes / 1024 / 1024)} MB`;
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

// One file's line: its name, a bar, and what is to be said. Words change seldom, so that a reader is not drowned.
class Line {
  constructor(file) {
    this.item = element("li", "sending");
    this.bar = element("progress", "");
    Object.assign(this.bar, { max: 100, value: 0 });
    this.bar.setAttribute("aria-label", file.name);
    this.words = element("p", "progress-words");
    this.words.setAttribute("role", "status");
    this.item.append(element("strong", "", file.name), this.bar, this.words);
    form.querySelector("[data-sendings]").append(this.item);
    this.since = performance.now();
    this.from = null;
  }

  say(name) {
    this.words.textContent = form.dataset[name];
  }

  progressed(sent, total) {
    this.from ??= sent;
    this.bar.value = (100 * sent) / total;
    const left = timeLeft(sent - this.from, total - sent, this.since);
    this.words.textContent = `${sizeOf(sent)} / ${sizeOf(total)}${left && ` – ${left}`}`;
  }

  goesOn(percent) {
    this.words.textContent = form.dataset.goesOn.replace("{percent}", String(percent));
  }

  wrong(problems) {
    this.bar.remove();
    this.words.remove();
    for (const { what, cure, link, link_text: linkText } of problems) {
      const told = element("p", "sending-wrong");
      told.append(element("strong", "", what), ` ${cure} `);
      if (link) told.append(Object.assign(element("a", "", linkText), { href: link }));
      this.item.append(told);
    }
  }

  done(url) {
    this.bar.value = 100;
    this.say("done");
    this.words.append(" ", Object.assign(element("a", "", form.dataset.look), { href: url }));
  }
}

function timeLeft(sent, left, since) {
  if (!sent) return "";
  const seconds = Math.ceil(((performance.now() - since) / 1000) * (left / sent));
  const { lessThanMinute, minutes } = form.dataset;
  return seconds < 60 ? lessThanMinute : minutes.replace("{count}", String(Math.ceil(seconds / 60)));
}

// A file's answer: where its page is, or null if something is wrong with it or with the line.
async function sendOne(file) {
  const line = new Line(file);
  line.say("begins");
  const quarter = form.querySelector("[name=quarter]:checked").value;
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  try {
    const url = await arriving(file, { quarter, token, at: form.dataset.upload, line });
    line.bar.removeAttribute("value");
    line.say("checking");
    const page = await checked(url, token);
    line.done(page);
    return page;
  } catch (error) {
    if (error.problems) line.wrong(error.problems);
    else line.say(error.isSignedOut ? "signedOut" : "failed");
    return null;
  }
}

async function send(event) {
  const files = [...form.querySelector("input[type=file]").files];
  if (!files.length || !form.querySelector("[name=quarter]:checked")) return;
  event.preventDefault();
  const box = form.querySelector("[data-sendings]");
  box.replaceChildren();
  box.hidden = false;
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  form.setAttribute("aria-busy", "true"); // so long nobody is signed out for want of clicks
  const pages = [];
  for (const file of files) pages.push(await sendOne(file));
  form.removeAttribute("aria-busy");
  button.disabled = false;
  if (pages.length === 1 && pages[0]) return location.assign(pages[0]);
  box.tabIndex = -1;
  box.focus();
}

// Dropped files are chosen files: the field stays the one way in, and the keyboard's.
function takeDrops() {
  const zone = form.querySelector("[data-drop]");
  zone.querySelector(".drop-hint").hidden = false;
  const mark = (isOver) => zone.classList.toggle("over", isOver);
  zone.addEventListener("dragover", (event) => (event.preventDefault(), mark(true)));
  zone.addEventListener("dragleave", () => mark(false));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    if (event.dataTransfer.files.length) zone.querySelector("input").files = event.dataTransfer.files;
  });
}

form = document.querySelector("form[data-upload]");
if (form) {
  form.addEventListener("submit", send);
  takeDrops();
}
