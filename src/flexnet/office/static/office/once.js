// A form is sent once: after the first click its buttons rest. The server holds to it in any case.
"use strict";

for (const form of document.querySelectorAll("form[data-once]")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  // Whoever comes back by the browser's button may send it again.
  window.addEventListener("pageshow", () => { sent = false; });
}
