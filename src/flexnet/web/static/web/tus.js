// The protocol: announce or find again, send piece by piece, wait when the line is gone. Nothing is kept in the browser.
"use strict";

const FIRST = 64 * 1024; // so that another kind of file is told at once
const PIECE = 2 * 1024 * 1024;
const WAITS = [500, 1000, 2000, 4000, 8000, 15000]; // ms; the last one again and again

class Refused extends Error {
  constructor(problems) {
    super("refused");
    this.problems = problems;
  }
}

class SignedOut extends Error {
  isSignedOut = true;
}

class Gone extends Error {}

const pause = (ms) => new Promise((go) => setTimeout(go, ms));

// What the browser knows by itself, a wait ends when the line is back.
function lineBack(ms) {
  const back = new Promise((go) => addEventListener("online", go, { once: true }));
  return navigator.onLine ? Promise.race([back, pause(ms)]) : back;
}

function ask(method, url, { headers = {}, body = null, token = "", progressed = null } = {}) {
  return new Promise((answered, failed) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    const all = { "Tus-Resumable": "1.0.0", ...(token && { "X-CSRFToken": token }), ...headers };
    for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value);
    if (progressed) request.upload.addEventListener("progress", (event) => progressed(event.loaded));
    request.addEventListener("load", () => answered(request));
    request.addEventListener("error", () => failed(new TypeError("the line is gone")));
    request.addEventListener("timeout", () => failed(new TypeError("nobody answers")));
    const stop = () => request.abort();
    addEventListener("offline", stop, { once: true });
    request.addEventListener("abort", () => failed(new TypeError("the line is gone")));
    request.addEventListener("loadend", () => removeEventListener("offline", stop));
    request.send(body);
  });
}

// Another page than asked for is the one to sign in at, or says that this may not be.
function sound(answer, url) {
  if (new URL(answer.responseURL).pathname !== url || answer.status === 403) throw new SignedOut();
  if (answer.status === 404) throw new Gone();
  const isTold = answer.getResponseHeader("Content-Type")?.startsWith("application/json");
  if (answer.status >= 400 && isTold) {
    const { problems } = JSON.parse(answer.responseText);
    if (answer.status !== 507) throw new Refused(problems);
  }
  if (answer.status >= 500) throw new TypeError("the server cannot just now");
  return answer;
}

const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

async function begun(file, { quarter, at }) {
  const { uploads } = JSON.parse(sound(await ask("GET", at), at).responseText);
  const isSame = (one) => one.name === file.name && one.size === file.size && one.modified === file.lastModified;
  const same = uploads.filter((one) => isSame(one) && one.quarter === quarter);
  return same.sort((one, other) => other.received - one.received)[0]?.url;
}

async function announced(file, { quarter, at, token }) {
  const words = { filename: file.name, quarter, modified: String(file.lastModified) };
  const metadata = Object.entries(words).map(([name, text]) => `${name} ${encoded(text)}`).join(",");
  const headers = { "Upload-Length": String(file.size), "Upload-Metadata": metadata };
  const answer = sound(await ask("POST", at, { headers, token }), at);
  if (answer.status !== 201) throw new Refused([{ what: answer.responseText, cure: "" }]);
  return answer.getResponseHeader("Location");
}

const standing = (answer) => Number(answer.getResponseHeader("Upload-Offset"));

async function sum(piece) {
  if (!crypto.subtle) return {};
  const digest = await crypto.subtle.digest("SHA-256", await piece.arrayBuffer());
  return { "Upload-Checksum": `sha256 ${btoa(String.fromCharCode(...new Uint8Array(digest)))}` };
}

// Sends what is missing; the number of bytes the server then has, be it fewer than hoped for.
async function sendPiece(file, url, offset, { token, line }) {
  const piece = file.slice(offset, offset + (offset ? PIECE : FIRST));
  const headers = {
    "Content-Type": "application/offset+octet-stream",
    "Upload-Offset": String(offset),
    ...(await sum(piece)),
  };
  const progressed = (sent) => line.progressed(Math.min(offset + sent, file.size), file.size);
  const answer = sound(await ask("PATCH", url, { headers, token, body: piece, progressed }), url);
  if (answer.status === 204) return standing(answer);
  if (![409, 460].includes(answer.status)) throw new Error(`unexpected: ${answer.status}`);
  await pause(WAITS[0]); // another window goes on with it, or a piece came in pieces
  return stands(url);
}

async function stands(url) {
  return standing(sound(await ask("HEAD", url), url));
}

// Calls `step` until it holds; `line` says what it waits for.
async function persistently(step, line) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await step(() => { tries = -1; });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      line.say("offline");
      await lineBack(WAITS[Math.min(Math.max(tries, 0), WAITS.length - 1)]);
    }
  }
}

// The address of the upload once all of it is there.
export async function arriving(file, wish) {
  const { line } = wish;
  const found = async () => (await begun(file, wish)) ?? announced(file, wish); // its answer may have got lost
  for (;;) {
    const url = await persistently(found, line);
    try {
      await persistently((moved) => whole(file, url, wish, moved), line);
      return url;
    } catch (error) {
      if (!(error instanceof Gone)) throw error; // else it ran out meanwhile, or was removed
    }
  }
}

async function whole(file, url, wish, moved) {
  let offset = await stands(url);
  if (offset) wish.line.goesOn(Math.floor((100 * offset) / file.size));
  while (offset < file.size) {
    offset = await sendPiece(file, url, offset, wish);
    moved();
  }
}

// The page of the delivery; the list, where an answer was lost on its way and the upload is a delivery already.
export async function checked(url, token) {
  const at = `${url}pruefen/`;
  const quiet = { say() {} };
  try {
    const answer = await persistently(async () => sound(await ask("POST", at, { token }), at), quiet);
    return JSON.parse(answer.responseText).url;
  } catch (error) {
    if (error instanceof Gone) return url.replace(/hochladen\/.*$/, "");
    throw error;
  }
}
