// form[data-savebar]: its bar shows while a value differs from what the server gave; leaving then asks first.
const changed = (field) => {
  if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
  if (field.matches("select")) return [...field.options].some((option) => option.selected !== option.defaultSelected && (option.selected || field.querySelector("[selected]")));
  return field.matches("input, textarea") && field.value !== field.defaultValue;
};
const refresh = (form) => form.toggleAttribute("data-dirty", form.hasAttribute("data-unsaved") || [...form.elements].some(changed));
let leaving = false;

for (const name of ["input", "change", "reset"]) {
  document.addEventListener(name, ({ target }) => {
    const form = target.closest("form[data-savebar]");
    if (form) setTimeout(refresh, 0, form);
  });
}
document.addEventListener("submit", ({ target }) => { leaving = target.matches("[data-savebar]:not([hx-post])"); });
window.addEventListener("beforeunload", (event) => {
  if (!leaving && document.querySelector("form[data-dirty]")) event.preventDefault();
});
document.querySelectorAll("form[data-savebar]").forEach(refresh);
document.addEventListener("htmx:after:swap", () => document.querySelectorAll("form[data-savebar]").forEach(refresh));
