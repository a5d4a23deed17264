// Ticks off the rules of a password while it is typed, and shows it on demand. The server decides; this only tells early.
"use strict";

const TESTS = {
  length: (password, value) => [...password].length >= Number(value),
  bytes: (password, value) => password !== "" && new TextEncoder().encode(password).length <= Number(value),
  classes: (password, value) =>
    [/[a-z]/, /[A-Z]/, /[0-9]/, /[ -\/:-@[-`{-~]/].filter((kind) => kind.test(password)).length >= Number(value),
  printable: (password) => password !== "" && /^[ -~]*$/.test(password),
  edges: (password) => password !== "" && password === password.trim(),
  names: (password, value) =>
    password !== "" && value.split(" ").every((name) => !password.toLowerCase().includes(name.toLowerCase())),
};

function follow(input, rules) {
  const tick = () => {
    for (const rule of rules.querySelectorAll("li[data-rule]")) {
      const test = TESTS[rule.dataset.rule];
      const met = Boolean(test) && test(input.value, rule.dataset.value);
      rule.classList.toggle("met", met);
      const words = rule.querySelector("[data-met]");
      words.textContent = met ? words.dataset.met : "";
    }
  };
  input.addEventListener("input", tick);
  tick();
}

function addReveal(input) {
  const { show, hide } = input.dataset;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet";
  button.textContent = show;
  button.setAttribute("aria-controls", input.id);
  button.addEventListener("click", () => {
    const hidden = input.type === "password";
    input.type = hidden ? "text" : "password";
    button.textContent = hidden ? hide : show;
  });
  input.after(button); // the field stays where it is: whoever types in it already would lose the focus
  input.form?.addEventListener("submit", () => { input.type = "password"; });
}

for (const rules of document.querySelectorAll("[data-rules-for]")) {
  const input = document.getElementById(rules.dataset.rulesFor);
  if (input) follow(input, rules);
}
for (const input of document.querySelectorAll("input[data-show]")) addReveal(input);
