// Show-password buttons and the Caps Lock hint.
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-show]");
  if (!button) return;
  const field = document.getElementById(button.dataset.show);
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
  button.querySelector("use").setAttribute("href", button.querySelector("use").getAttribute("href").replace(/#.*/, shown ? "#eye-off" : "#eye"));
});
for (const name of ["keydown", "keyup"]) {
  document.addEventListener(name, (event) => {
    const hint = event.target.matches?.("[data-caps]") && event.target.closest(".field").querySelector("[data-capslock]");
    if (hint && event.getModifierState) hint.hidden = !event.getModifierState("CapsLock");
  });
}
