// Asks the browser for a security key or passkey and sends its answer with the form. Without it a code is typed instead.
"use strict";

const KINDS = {
  create: {
    parse: (options) => PublicKeyCredential.parseCreationOptionsFromJSON(options),
    ask: (publicKey) => navigator.credentials.create({ publicKey }),
  },
  get: {
    parse: (options) => PublicKeyCredential.parseRequestOptionsFromJSON(options),
    ask: (publicKey) => navigator.credentials.get({ publicKey }),
  },
};

function isSpoken() {
  return Boolean(globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON);
}

async function touched(form, kind, words) {
  words.textContent = form.dataset.waiting;
  try {
    const credential = await kind.ask(kind.parse(JSON.parse(form.dataset.options)));
    form.querySelector("input[name$=signature]").value = JSON.stringify(credential);
    form.submit();
  } catch (error) {
    words.textContent = error.name === "InvalidStateError" && form.dataset.known ? form.dataset.known : form.dataset.failed;
  }
}

function start(form) {
  const box = form.querySelector("[data-touch]");
  if (!box || !form.dataset.options || !isSpoken()) return;
  box.hidden = false;
  form.querySelector("[data-no-touch]")?.setAttribute("hidden", "");
  const kind = KINDS[form.dataset.webauthn];
  box.querySelector("button").addEventListener("click", () => touched(form, kind, box.querySelector("[data-words]")));
}

for (const form of document.querySelectorAll("form[data-webauthn]")) start(form);
