// The panel below the reply (#draft-panel: history, inserts, rating): it takes the focus when it is filled, and gives it back when it is closed.
const panel = () => document.getElementById("draft-panel");
const head = () => panel()?.querySelector("[data-panel-head]");
let opener = null;

function close() {
  panel().replaceChildren();
  const back = document.getElementById(opener) ?? document.getElementById("tool") ?? document.getElementById("draft-body");
  back?.focus();
}

document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-panel-close]") && panel()?.contains(target)) close();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !panel()?.contains(event.target)) return;
  event.preventDefault();
  close();
});

// After an answer: the panel's head, the field a button names in [data-then], or the list of changes one was taken from.
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const button = ctx.request.submitter ?? ctx.sourceElement;
  ctx.then = button.dataset?.then;
  ctx.reopen = button.name === "back";
  ctx.unfolded = ctx.target?.matches?.(".composer[data-open]");
  if (ctx.target?.id === "draft-panel") opener = document.activeElement?.closest(".menu") ? "tool" : document.activeElement?.id;
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx?.unfolded) document.getElementById("composer")?.toggleAttribute("data-open", true);
  if (ctx?.target?.id === "draft-panel") head()?.focus();
  // a rating is open in one place: below the reply, or in the message it is of
  if (ctx?.target?.querySelector?.(".rating")) for (const other of document.querySelectorAll(".rating")) if (!ctx.target.contains(other)) other.remove();
  if (ctx?.then) document.getElementById(ctx.then)?.focus();
  const changes = ctx?.reopen && document.getElementById("changes");
  if (!changes) return;
  changes.open = true;
  changes.querySelector("summary").focus();
});

// A letter presses the item that bears it in [data-letter]; one pressed before the items came waits for them.
const press = (menu, key) => { const found = menu.querySelector(`[data-letter="${CSS.escape(key)}"]`); found?.click(); return Boolean(found); };
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const menu = document.querySelector(".menu:popover-open");
  if (!menu || key.length > 1 || event.ctrlKey || event.metaKey || event.altKey || document.documentElement.dataset.shortcuts === "off" || target.matches("textarea, select, input")) return;
  if (press(menu, key)) event.preventDefault();
  else if (menu.querySelector("[data-fetch]")) menu.dataset.wanted = key;
});
document.addEventListener("htmx:after:swap", () => {
  const menu = document.querySelector(".menu[data-wanted]");
  if (!menu || menu.querySelector("[data-fetch]")) return;
  const { wanted } = menu.dataset;
  delete menu.dataset.wanted;
  if (menu.matches(":popover-open")) press(menu, wanted);
});
