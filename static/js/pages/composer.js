// form[data-autosave]: saved one second after typing through its [data-save] element, kept in this browser until the server has it.
const quiet = 1000;
const states = new WeakMap();
const key = (form) => `unsaved:${form.id}`;
const texts = (form) => Object.fromEntries([...form.querySelectorAll("textarea, input[type=text]")].map((field) => [field.name, field.value]));
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

function save(form) {
  const now = state(form);
  clearTimeout(now.timer);
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
  if (ok) form.querySelectorAll("details[open]").forEach((box) => box.dispatchEvent(new CustomEvent("saved")));
  if (!ok && status !== 409) tell(form, "Not saved.", "critical", true);
  if (status === 409) tell(form, "Changed by someone else", "critical");
  if (now.submit) {
    const submitter = now.submit;
    now.submit = null;
    form.requestSubmit(submitter);
  } else if (ok && now.again) save(form);
  now.again = false;
}

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
  if (form.elements.at) form.elements.at.value = form.elements.body.selectionStart;
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
  const { selectionStart, selectionEnd, value } = field;
  const space = selectionStart && !/\s$/.test(value.slice(0, selectionStart)) ? " " : "";
  field.setRangeText(space + text, selectionStart, selectionEnd, "end");
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
