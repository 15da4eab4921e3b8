// Single keys outside of inputs: j k o x along [data-row] links, g + letter along [data-go] links, and any [data-key]: in the focused row (.row, tr, [data-item]), else on the page outside of rows, else in the bulk bar with the row ticked. Off by switch or data-shortcuts=off.
const root = document.documentElement;
const visible = (node) => node.checkVisibility?.() ?? node.offsetParent !== null;
const seen = (selector, inside = document) => [...inside.querySelectorAll(selector)].filter(visible);
const item = (node = document.activeElement) => { const found = node.closest("[data-item], .row, tr"); return found?.querySelector("[data-row]") && found; };
const current = () => document.activeElement.closest("[data-row]") ?? item()?.querySelector("[data-row]");
const box = () => item()?.querySelector("input[type=checkbox]");
let going = 0;
let last = 0;

document.addEventListener("change", ({ target: { form } }) => {
  if (!form?.matches("[data-shortcuts-form]")) return;
  root.dataset.shortcuts = form.elements.shortcuts.checked ? "on" : "off";
  fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
});

function move(step) {
  const all = seen("[data-row]");
  const at = all.indexOf(current());
  last = Math.max(0, Math.min(all.length - 1, at < 0 ? last : at + step));
  all[last]?.focus();
}

const pick = (range = false) => box()?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: range }));

function press(key) {
  const selector = `[data-key="${CSS.escape(key)}"]`;
  const outside = () => seen(selector).find((node) => !item(node));
  let control = (item() && seen(selector, item())[0]) ?? outside();
  if (!control && box()?.checked === false) {
    pick();
    control = outside();
    if (!control) pick();
  }
  if (!control) return false;
  if (control.matches("input, textarea, select")) { control.focus(); control.select?.(); } else control.click();
  return true;
}

const moves = {
  j: () => move(1),
  k: () => move(-1),
  o: () => current()?.click(),
  x: () => pick(),
  X: () => pick(true),
  Escape: () => document.dispatchEvent(new CustomEvent("clear-selection")),
  "?": () => document.getElementById("shortcuts")?.showModal(),
};

// The list of keys: a page; here a dialog that fetches it when it is opened first.
const help = document.getElementById("help");
if (help) {
  document.body.insertAdjacentHTML("beforeend", `<dialog id="shortcuts" class="dialog wide" aria-label="Keyboard shortcuts"><div id="shortcuts-list" tabindex="-1" autofocus hx-get="${help.getAttribute("href")}" hx-trigger="intersect once" data-quiet></div></dialog>`);
  htmx.process(document.getElementById("shortcuts"));
  help.addEventListener("click", (event) => {
    event.preventDefault();
    moves["?"]();
  });
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || root.dataset.shortcuts === "off") return;
  const typing = target.matches("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])");
  if (key === "Escape" && typing) return target.blur();
  if (typing || document.querySelector("dialog[open], .menu:popover-open")) return;
  if (going > Date.now()) {
    going = 0;
    document.querySelector(`[data-go="${CSS.escape(key)}"]`)?.click();
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
