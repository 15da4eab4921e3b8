// htmx: CSRF header, refused and failed requests, confirmation, busy marks, focus after a swap.
const say = (tone, text) => document.dispatchEvent(new CustomEvent("toast", { detail: { tone, text } }));
const failures = {
  401: "Your session has ended. Sign in again in another tab; your text stays here.",
  403: "Your role does not allow this.",
  404: "This no longer exists. Reload the page.",
  413: "That is too large.",
  429: "Too many tries. Wait a moment.",
};
let waiting = 0;

// A bare hx-get or hx-post asks where the element, or the button pressed, leads or posts without us.
const address = (node, button) => (button ?? node).getAttribute("formaction") ?? node.getAttribute("href") ?? (node.form ?? node).getAttribute("action");

document.addEventListener("htmx:config:request", ({ detail: { ctx: { request, sourceElement, sourceEvent } } }) => {
  request.action ||= address(sourceElement, sourceEvent?.submitter);
  if (request.method !== "GET") request.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content;
});

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (!navigator.onLine && ctx.request.method !== "GET") {
    event.preventDefault();
    say("caution", "You’re offline. Nothing was sent; your text is kept here.");
    return;
  }
  if (event.target.closest?.("[data-quiet]")) return;
  ctx.lost = ctx.target?.contains?.(document.activeElement) && place(document.activeElement);
  ctx.busy = [ctx.target, ctx.request.submitter].filter((node) => node instanceof Element && node !== document.body);
  ctx.busy.forEach((node) => node.setAttribute("aria-busy", "true"));
  ctx.timer = setTimeout(() => document.documentElement.toggleAttribute("data-loading", true), 150);
  waiting += 1;
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (!ctx.busy) return;
  ctx.busy.forEach((node) => node.removeAttribute("aria-busy"));
  clearTimeout(ctx.timer);
  waiting -= 1;
  if (!waiting) document.documentElement.removeAttribute("data-loading");
});

document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = event.detail;
  const { status } = ctx.response;
  const isForm = status === 429 && ctx.target?.id && ctx.text?.includes(`id="${ctx.target.id}"`);
  if (status === 409 || status === 422 || isForm || ctx.hx?.redirect || event.target.closest("[data-panel]")) return;
  ctx.swap = "none";
  if (event.target.closest?.("[data-quiet]")) return;
  say("critical", failures[status] ?? "That did not work on our side. Nothing was lost; try again.");
});

document.addEventListener("htmx:error", ({ target, detail: { ctx } }) => {
  if (!ctx || target.closest?.("[data-quiet]")) return;
  say("critical", "The server did not answer. Nothing was lost; try again.");
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const summary = document.querySelector("[data-summary]:not([data-seen])");
  if (summary) {
    summary.dataset.seen = "";
    summary.focus();
  } else if (ctx?.lost && document.activeElement === document.body) {
    const rows = [...document.querySelectorAll("[data-row]")];
    const text = ctx.lost.writes && document.querySelector(".composer .text");
    const next = document.getElementById(ctx.lost.id) ?? rows[Math.min(ctx.lost.row, rows.length - 1)] ?? (text || document.querySelector("h1[tabindex]"));
    next?.focus({ preventScroll: ctx.lost.row < 0 });
  }
});

function place(node) {
  const link = node.closest("[data-row]") ?? node.closest("[data-item], .row, tr")?.querySelector("[data-row]");
  return { id: node.id, row: [...document.querySelectorAll("[data-row]")].indexOf(link), writes: Boolean(node.closest(".composer")) };
}

document.body.insertAdjacentHTML("beforeend", `<dialog id="confirm" class="dialog" aria-labelledby="confirm-title"><form method="dialog">
  <h2 id="confirm-title"></h2><p class="muted" data-why></p>
  <div class="actions end"><button class="btn" value="" autofocus>Cancel</button><button class="btn fill" value="ok" data-ok>Continue</button></div>
</form></dialog>`);
const dialog = document.getElementById("confirm");

function ask(title, { why = "", ok = "Continue" }, yes, no = () => {}) {
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector("[data-why]").textContent = why;
  dialog.querySelector("[data-ok]").textContent = ok;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => (dialog.returnValue === "ok" ? yes() : no()), { once: true });
  dialog.showModal();
}

document.addEventListener("htmx:confirm", (event) => {
  event.preventDefault();
  const { ctx, issueRequest, dropRequest } = event.detail;
  ask(ctx.confirm, event.target.dataset, issueRequest, dropRequest);
});
document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  const question = submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!question || form.dataset.sure) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(question, { ...form.dataset, ...submitter?.dataset }, () => {
    form.dataset.sure = "yes";
    form.requestSubmit(submitter);
    delete form.dataset.sure;
  });
}, true);
