// Menus by arrow keys, dialogs where the browser does not know invoker commands, the current tab scrolled into view.
const enter = (menu) => menu.querySelector("[autofocus], :focus") || menu.querySelector("a, button, input:not([type=hidden])")?.focus();
document.addEventListener("toggle", ({ target, newState }) => newState === "open" && target.matches?.(".menu") && enter(target), true);
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
