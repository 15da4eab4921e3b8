// Forms of many lines: Enter goes down a column, Ctrl+Enter saves, arrows walk through the articles found.
const form = document.getElementById("order-form");
const totals = () => document.getElementById("totals");
const matches = () => [...document.querySelectorAll("[data-match]")];

function below(field, step) {
  const column = [...field.form.querySelectorAll(`[data-down="${field.dataset.down}"]`)];
  return column[column.indexOf(field) + step];
}

function walk(step) {
  const all = matches();
  const at = all.indexOf(document.activeElement);
  const next = at + step < 0 ? document.getElementById("find") : all[Math.min(all.length - 1, at + step)];
  next?.focus();
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (key === "Enter" && (event.ctrlKey || event.metaKey) && target.form?.matches("[data-savebar]")) {
    event.preventDefault();
    target.form.requestSubmit();
  } else if (key === "Enter" && target.matches("[data-down]")) {
    event.preventDefault();
    const next = below(target, event.shiftKey ? -1 : 1);
    next?.focus();
    next?.select();
  } else if (key === "Enter" && target.matches("[data-find]")) {
    event.preventDefault();
    if (matches().length === 1) matches()[0].click();
    else walk(1);
  } else if (["ArrowDown", "ArrowUp"].includes(key) && target.matches("[data-find], [data-match]")) {
    event.preventDefault();
    walk(key === "ArrowDown" ? 1 : -1);
  }
});

form?.addEventListener("reset", () => setTimeout(() => totals()?.dispatchEvent(new Event("again")), 50));
// A line that was just added: the address names its quantity, which the browser focuses and this selects.
window.addEventListener("load", () => {
  const field = document.getElementById(location.hash.slice(1));
  if (!field?.matches("[data-down]")) return;
  field.focus();
  field.select();
});
