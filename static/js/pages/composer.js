// form[data-autosave]: saved one second after typing through its [data-save] element, kept in this browser until the server has it.
const quiet = 1000;
const patience = 15000;
const states = new WeakMap();
const key = (form) => `unsaved:${form.id}`;
// Of a conflict the merged text is what a person has made; the reply's own text begins it.
const texts = (form) => {
  const typed = Object.fromEntries([...form.querySelectorAll("textarea, input[type=text]")].map((field) => [field.name, field.value]));
  const { merged = "", ...rest } = typed;
  return merged && merged !== form.elements.merged.defaultValue ? { ...rest, body: merged } : rest;
};
// Both texts of a conflict are shown: until one is chosen, what is typed stays in this browser.
const held = (form) => form.querySelector("[data-hold]");
const stored = (form) => { try { return JSON.parse(localStorage.getItem(key(form))); } catch { return null; } };
const keep = (form) => { try { localStorage.setItem(key(form), JSON.stringify({ version: form.elements.version?.value, texts: texts(form) })); } catch { /* private mode */ } };
const forget = (form) => { try { localStorage.removeItem(key(form)); } catch { /* private mode */ } };
const state = (form) => states.get(form) ?? states.set(form, {}).get(form);

function tell(form, text, tone = "", retry = false) {
  const mark = form.querySelector("[data-save]");
  mark.dataset.tone = tone;
  mark.replaceChildren(text);
  if (!retry) return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: "Retry" });
  button.addEventListener("click", () => save(form));
  mark.append(" ", button);
}

// Signed out while writing: the page stays, and what was typed goes once somebody has signed in elsewhere.
function tellSignedOut(form) {
  tell(form, "You are signed out; your text is kept here. ", "critical", true);
  const link = Object.assign(document.createElement("a"), { href: `/login?next=${encodeURIComponent(location.pathname.split("/tickets/")[0])}`, target: "_blank", className: "link", textContent: "Sign in" });
  form.querySelector("[data-save] button").before(link, " ");
}

// A new session has new tokens: this page takes them over without losing anything.
async function renew(form) {
  const answer = await fetch(location.pathname, { cache: "no-store" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return false;
  const token = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("meta[name=csrf-token]")?.content;
  if (!token) return false;
  document.querySelector("meta[name=csrf-token]").content = token;
  document.querySelectorAll("input[name=csrf_token]").forEach((field) => { field.value = token; });
  return form.isConnected;
}

function welcome(form) {
  state(form).out = false;
  if (stored(form)) save(form);
  else tell(form, "");
}

function save(form) {
  const now = state(form);
  clearTimeout(now.timer);
  if (held(form)) return tell(form, "Choose one of both texts.", "critical");
  if (now.busy) { now.again = true; return; }
  now.busy = true;
  now.sent = JSON.stringify(texts(form));
  clock(form);
  tell(form, "Saving…");
  form.querySelector("[data-save]").dispatchEvent(new CustomEvent("autosave"));
}

function saved(form, ok, status) {
  const now = state(form);
  now.busy = false;
  if (ok && JSON.stringify(texts(form)) === now.sent) forget(form);
  if (ok) form.parentElement.querySelectorAll("details[open], #facts").forEach((box) => box.dispatchEvent(new CustomEvent("saved")));
  if (ok) now.renewed = false;
  else if (status === 409) tell(form, "Changed elsewhere", "critical");
  else if (status === 401) tellSignedOut(form);
  else tell(form, "Not saved.", "critical", true);
  now.out = status === 401;
  if (status === 400 && !now.renewed) {
    now.renewed = true;
    renew(form).then((fresh) => fresh && save(form));
  } else if (!ok && navigator.onLine && (!status || status >= 500)) now.timer = setTimeout(save, patience, form);
  if (now.submit) {
    const submitter = now.submit;
    now.submit = null;
    form.requestSubmit(submitter);
  } else if (ok && now.again) save(form);
  now.again = false;
}

// The session ended: what the page asks by itself leads nowhere else (a send still leads to the sign-in page and back).
document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  const form = document.querySelector("form[data-autosave]");
  if (!form || ctx.response.status !== 401 || !ctx.sourceElement.closest("[data-quiet]")) return;
  delete ctx.hx.redirect;
  ctx.swap = "none";
  state(form).out = true;
  tellSignedOut(form);
});
// Active time: the seconds in which the composer had focus in a page in view, with input in the last half minute.
// Each save tells them as [milliseconds ago, milliseconds long]; what the server has is not told again.
let spans = [], touched = 0, told = 0;
["keydown", "pointerdown", "pointermove", "wheel", "focusin"].forEach((name) => document.addEventListener(name, () => { touched = Date.now(); }, { passive: true }));
setInterval(() => {
  const now = Date.now(), last = spans.at(-1);
  if (document.hidden || !document.hasFocus() || now - touched > 30_000 || !document.activeElement?.closest(".composer form[data-autosave]")) return;
  if (last && now - last[1] < 1500) last[1] = now;
  else spans.push([now - 1000, now]);
}, 1000);

function clock(form) {
  const field = form.elements.active ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "active" }));
  told = Date.now();
  field.value = JSON.stringify(spans.map(([from, to]) => [told - from, to - from]));
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[data-autosave]");
  if (!form || !target.matches("textarea, input[type=text]")) return;
  const now = state(form);
  keep(form);
  clearTimeout(now.timer);
  now.timer = setTimeout(save, quiet, form);
});

document.addEventListener("htmx:finally:request", ({ target, detail: { ctx } }) => {
  const form = ctx.sourceElement.closest?.("form[data-autosave]");
  if (!form) return;
  const status = ctx.response?.status ?? 0;
  const ok = status >= 200 && status < 400;
  if (ok && form.elements.active) spans = spans.map(([from, to]) => [Math.max(from, told), to]).filter(([from, to]) => to > from);
  if (ctx.sourceElement.matches("[data-save]")) saved(form, ok, status);
  else if (ok && ctx.sourceElement === form) forget(form);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-autosave]")) return;
  for (const place of form.elements) if (place.name === "at") place.value = caret(form.elements.body)[0];
  clock(form);
  const now = state(form);
  clearTimeout(now.timer);
  if (!now.busy) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  now.submit = event.submitter;
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest("form");
  const primary = form?.querySelector("[data-primary], .primary[type=submit], .primary:not([type])");
  if (!primary || primary.disabled) return;
  event.preventDefault();
  form.requestSubmit(primary);
});

function restore(form) {
  if (form.dataset.ready) return;
  form.dataset.ready = "yes";
  const kept = stored(form);
  if (!kept) return;
  const theirs = texts(form);
  if (JSON.stringify(kept.texts) === JSON.stringify(theirs)) return forget(form);
  const fill = (values) => { for (const [name, value] of Object.entries(values)) if (form.elements[name]) form.elements[name].value = value; };
  const same = kept.version === form.elements.version?.value;
  const note = Object.assign(document.createElement("p"), { className: "restored", textContent: same ? "Restored text that was not saved." : "Text you typed here before was not saved, and the draft has changed since." });
  const button = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: same ? "Use the saved version" : "Use my text" });
  if (same) { fill(kept.texts); state(form).timer = setTimeout(save, quiet, form); }
  button.addEventListener("click", () => { fill(same ? theirs : kept.texts); note.remove(); save(form); });
  note.append(" ", button);
  form.querySelector("textarea").before(note);
}

const ready = () => document.querySelectorAll("form[data-autosave]").forEach(restore);
ready();
document.addEventListener("htmx:after:swap", ready);
window.addEventListener("online", () => document.querySelectorAll("form[data-autosave]").forEach((form) => stored(form) && save(form)));

// Back from signing in elsewhere: what waits is saved.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const form of document.querySelectorAll("form[data-autosave]")) if (state(form).out) renew(form).then((fresh) => fresh && welcome(form));
});

// Whoever leaves within the second finds the text on every device; a page out of the browser's cache has old versions.
window.addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("form[data-autosave]")) {
    if (!stored(form) || held(form) || state(form).out) continue;
    const typed = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    navigator.sendBeacon(form.querySelector("[data-save]").getAttribute("hx-post"), new URLSearchParams(typed));
  }
});
window.addEventListener("pageshow", ({ persisted }) => { if (persisted && document.querySelector("form[data-autosave]")) location.reload(); });

// Where a text is to be put in: the caret, and the end of a field nobody has been in.
const caret = (field) => (field.dataset.met === undefined ? [field.value.length, field.value.length] : [field.selectionStart, field.selectionEnd]);
document.addEventListener("focusin", ({ target }) => { if (target.matches("textarea")) target.dataset.met = ""; });

// A variable nobody filled: its chip leads to it, and a macro put in leaves the cursor behind it.
document.addEventListener("click", ({ target }) => {
  const word = target.closest?.("[data-find]")?.dataset.find;
  const body = word && document.getElementById("draft-body");
  const at = body ? body.value.indexOf(word) : -1;
  if (at < 0) return;
  body.focus();
  body.setSelectionRange(at, at + word.length);
});

// button[data-insert] puts its words, or the text before it, where the caret stands in [data-into] or the reply; without one it is copied.
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-insert]");
  if (!button) return;
  const text = button.dataset.insert || button.previousElementSibling.textContent;
  const field = document.getElementById(button.dataset.into ?? "draft-body");
  if (!field) { navigator.clipboard?.writeText(text); return; }
  const [start, end] = caret(field);
  const space = start && !/\s$/.test(field.value.slice(0, start)) ? " " : "";
  field.setRangeText(space + text, start, end, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  button.closest("[popover]")?.hidePopover();
});

// On a phone the composer stays open from its first focus until a tap elsewhere.
document.addEventListener("focusin", ({ target }) => target.closest(".composer")?.toggleAttribute("data-open", true));
document.addEventListener("pointerdown", ({ target }) => {
  if (!target.closest(".composer, dialog, [popover]")) document.querySelectorAll(".composer[data-open]").forEach((box) => box.removeAttribute("data-open"));
});

if (!CSS.supports("field-sizing", "content")) {
  document.addEventListener("input", ({ target }) => {
    if (!target.matches("textarea")) return;
    target.rows = Math.min(24, target.value.split("\n").length + 1);
  });
}

// Whoever looks at a ticket has read it; the list shows who has not.
const seen = () => { if (!document.hidden) fetch(`${location.pathname}/reading`, { method: "POST", headers: { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content } }).catch(() => null); };
if (/\/inbox\/tickets\/[^/]+$/.test(location.pathname)) seen();
// Files pasted or dropped onto the composer are handed to its [data-files]; choosing files attaches them at once.
function hand(form, files) {
  const box = form.querySelector("[data-files]");
  if (!box) {
    const link = form.querySelector("[data-options]");
    if (!link) return;
    document.addEventListener("htmx:after:swap", () => hand(form, files), { once: true });
    link.click();
    return;
  }
  const held = new DataTransfer();
  [...files].forEach((file) => held.items.add(file));
  box.files = held.files;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

const around = (node) => node.closest?.(".composer form[data-autosave]");
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-files]") && around(target) && target.files.length) document.getElementById("attach").click();
});
document.addEventListener("paste", (event) => {
  const { target, clipboardData: { files } } = event;
  if (!files.length || !around(target)) return;
  event.preventDefault();
  hand(around(target), files);
});
document.addEventListener("dragover", (event) => {
  if (around(event.target) && event.dataTransfer.types.includes("Files")) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  if (!around(event.target) || !event.dataTransfer.files.length) return;
  event.preventDefault();
  hand(around(event.target), event.dataTransfer.files);
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const box = ctx.sourceElement.id === "attach" && ctx.sourceElement.form.querySelector("[data-files]");
  if (box) box.value = "";
});
