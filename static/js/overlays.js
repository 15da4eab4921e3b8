// Menus by arrow keys, dialogs where the browser does not know invoker commands, the current tab scrolled into view.
const enter = (menu) => menu.querySelector("[autofocus], :focus") || menu.querySelector("a, button, select, input:not([type=hidden])")?.focus();

// [data-fetch]: the way to the page that holds the items of a menu; they are fetched when it is opened.
function fill(menu) {
  const way = menu.querySelector("[data-fetch]");
  if (!way) return;
  for (const [name, value] of [["role", "dialog"], ["aria-label", way.textContent]]) menu.setAttribute(name, value);
  for (const [name, value] of Object.entries({ get: "", target: "this", trigger: "fetch" })) way.setAttribute(`hx-${name}`, value);
  htmx.process(way);
  way.dispatchEvent(new CustomEvent("fetch"));
}

document.addEventListener("toggle", ({ target, newState }) => {
  if (newState !== "open" || !target.matches?.(".menu")) return;
  enter(target);
  fill(target);
}, true);
document.addEventListener("htmx:after:swap", () => document.querySelectorAll(".menu:popover-open").forEach(enter));
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || !step || event.target.matches("textarea, select")) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll(".item, .nav-item, input")];
  items.at((items.indexOf(event.target) + step) % items.length)?.focus();
});
if (!("command" in HTMLButtonElement.prototype)) {
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[commandfor]");
    const dialog = button && document.getElementById(button.getAttribute("commandfor"));
    if (dialog) dialog[button.getAttribute("command") === "close" ? "close" : "showModal"]();
  });
}
document.addEventListener("click", ({ target }) => {
  target.closest?.(".menu")?.matches(":popover-open") && target.closest("[command], [type=submit].item, .item[data-close]") && target.closest(".menu").hidePopover();
});
for (const tab of document.querySelectorAll(".tabs [aria-current], .settings > nav [aria-current]")) {
  tab.parentElement.scrollLeft = tab.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;
}
