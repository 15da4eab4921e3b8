// form[data-forget] (logging out): what this browser kept of unsaved texts goes too.
document.addEventListener("submit", ({ target }) => {
  if (!target.matches("[data-forget]")) return;
  for (const name of Object.keys(localStorage)) if (name.startsWith("unsaved:")) localStorage.removeItem(name);
});
