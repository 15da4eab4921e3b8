// form[data-theme-form]: the change is seen at once, the server keeps it in a cookie.
document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!form.matches("[data-theme-form]") || !submitter) return;
  event.preventDefault();
  const root = document.documentElement;
  if (submitter.value) root.dataset.theme = submitter.value;
  else delete root.dataset.theme;
  document.querySelector("meta[name=color-scheme]").content = submitter.value || "light dark";
  form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-pressed", String(button === submitter)));
  fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, submitter)), redirect: "manual" });
});
