// [data-select]: checkboxes name=ids or variant, a [data-select-all], and [data-count] in the bulk bar that shows while something is chosen.
const pick = "input:is([name=ids], [name=variant])";
const boxes = (list) => [...list.querySelectorAll(pick)];
let anchor = null;

function refresh(list) {
  const all = boxes(list);
  const chosen = all.filter((box) => box.checked).length;
  list.toggleAttribute("data-selected", chosen > 0);
  list.querySelectorAll("[data-count]").forEach((node) => { node.textContent = `${chosen} selected`; });
  list.querySelectorAll("[data-select-all]").forEach((node) => {
    node.checked = chosen > 0 && chosen === all.length;
    node.indeterminate = chosen > 0 && chosen < all.length;
  });
}

document.addEventListener("click", ({ target, shiftKey }) => {
  if (!target.matches?.(`[data-select] ${pick}`)) return;
  const all = boxes(target.closest("[data-select]"));
  const from = all.indexOf(anchor);
  const to = all.indexOf(target);
  if (shiftKey && from >= 0) for (const box of all.slice(Math.min(from, to), Math.max(from, to) + 1)) box.checked = target.checked;
  anchor = target;
});

document.addEventListener("change", ({ target }) => {
  const list = target.closest("[data-select]");
  if (!list) return;
  if (target.matches("[data-select-all]")) boxes(list).forEach((box) => { box.checked = target.checked; });
  refresh(list);
});

const each = (act) => document.querySelectorAll("[data-select]").forEach(act);
const clear = () => each((list) => { boxes(list).forEach((box) => { box.checked = false; }); refresh(list); });
document.addEventListener("clear-selection", clear);
document.addEventListener("click", ({ target }) => target.closest?.("[data-clear]") && clear());
document.addEventListener("htmx:after:swap", () => each(refresh));
each(refresh);
