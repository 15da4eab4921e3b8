// Toasts: a permanent status region; each stays six seconds (ten with an action), longer while pointed at or focused.
const region = document.getElementById("toasts");
const sprite = document.querySelector("use")?.getAttribute("href").split("#")[0];
const glyph = (name) => sprite ? `<svg class="icon" aria-hidden="true"><use href="${sprite}#${name}"/></svg>` : "";
const glyphs = { info: "info", success: "circle-check" };

if (region) {
  const clocks = new Map();
  const held = () => region.matches(":hover, :focus-within");
  const drop = (toast) => { clearTimeout(clocks.get(toast)); clocks.delete(toast); toast.remove(); };
  const start = (toast) => {
    clearTimeout(clocks.get(toast));
    clocks.set(toast, setTimeout(() => (held() ? start(toast) : drop(toast)), toast.querySelector("form, a") ? 10000 : 6000));
  };
  const settle = () => {
    for (const toast of region.children) if (!clocks.has(toast)) start(toast);
    if (!region.showPopover) return;
    if (region.matches(":popover-open")) region.hidePopover();
    if (region.childElementCount) region.showPopover();
  };

  new MutationObserver(settle).observe(region, { childList: true });
  region.append(...region.children);
  region.addEventListener("click", (event) => {
    const toast = event.target.closest("[data-dismiss]")?.closest(".toast");
    if (toast) drop(toast);
  });
  document.addEventListener("toast", ({ detail: { tone, text } }) => {
    if ([...region.children].some((old) => old.querySelector("span").textContent === text)) return;
    const toast = Object.assign(document.createElement("div"), { className: `toast ${tone}` });
    toast.innerHTML = `${glyph(glyphs[tone] ?? "triangle-alert")}<span></span><button type="button" class="close" data-dismiss aria-label="Dismiss">${glyph("x")}</button>`;
    toast.querySelector("span").textContent = text;
    region.append(toast);
  });
}
