// Single keys outside of inputs: j k o x on rows, g + letter to go, and any visible [data-key]. Off by switch or data-shortcuts=off.
const root = document.documentElement;
const form = document.querySelector("form[data-shortcuts-form]");
const visible = (node) => node.checkVisibility?.() ?? node.offsetParent !== null;
const find = (selector) => [...document.querySelectorAll(selector)].find(visible);
const rows = () => [...document.querySelectorAll("[data-row]")].filter(visible);
const current = () => document.activeElement.closest("[data-row]") ?? document.activeElement.closest(".row")?.querySelector("[data-row]");
const box = (row) => row?.closest(".row, tr")?.querySelector("input[type=checkbox]");
let going = 0;
let last = 0;

form?.addEventListener("change", () => {
  root.dataset.shortcuts = form.elements.shortcuts.checked ? "on" : "off";
  fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
});

function move(step) {
  const all = rows();
  const at = all.indexOf(current());
  const next = Math.max(0, Math.min(all.length - 1, at < 0 ? last : at + step));
  last = next;
  all[next]?.focus();
}

function pick(range) {
  const tick = box(current());
  tick?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: range }));
}

function press(key) {
  let control = find(`[data-key="${CSS.escape(key)}"]`);
  if (!control && box(current()) && !box(current()).checked) {
    pick(false);
    control = find(`[data-key="${CSS.escape(key)}"]`);
    if (!control) pick(false);
  }
  if (!control) return false;
  if (control.matches("input, textarea, select")) { control.focus(); control.select?.(); } else control.click();
  return true;
}

const moves = {
  j: () => move(1),
  k: () => move(-1),
  o: () => current()?.click(),
  x: () => pick(false),
  X: () => pick(true),
  Escape: () => document.dispatchEvent(new CustomEvent("clear-selection")),
  "?": () => document.getElementById("shortcuts")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || root.dataset.shortcuts === "off") return;
  const typing = target.matches("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])");
  if (key === "Escape" && typing) return target.blur();
  if (typing || document.querySelector("dialog[open], .menu:popover-open")) return;
  if (going > Date.now()) {
    going = 0;
    find(`[data-go="${CSS.escape(key)}"]`)?.click();
    event.preventDefault();
  } else if (key === "g") {
    going = Date.now() + 1200;
  } else if (moves[key]) {
    moves[key]();
    if (key !== "Escape") event.preventDefault();
  } else if (key.length === 1 && press(key)) {
    event.preventDefault();
  }
});
