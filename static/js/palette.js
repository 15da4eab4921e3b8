// Ctrl/Cmd+K or [data-palette], the way to its page: dialog#palette, a combobox over a listbox. Pages and visible [data-command] controls are known here; from two letters on the server is asked too.
const door = document.querySelector("a[data-palette]");
if (door) {
  document.body.insertAdjacentHTML("beforeend", `<dialog id="palette" class="dialog palette" aria-label="Search or jump to">
    <div class="search"><input class="input" name="q" maxlength="100" role="combobox" aria-label="Search or jump to" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list" autocomplete="off" spellcheck="false" placeholder="A page, #1042, a name, a SKU…" autofocus
      hx-get="${door.getAttribute("href")}" hx-trigger="ask delay:150ms" hx-target="#palette-found" hx-sync="this:replace" data-quiet></div>
    <div role="listbox" id="palette-list" aria-label="Results"><div role="group" id="palette-here" aria-label="Go to"></div><div role="group" id="palette-found" aria-label="Found"></div></div>
    <p class="meta" role="status" id="palette-state"></p>
  </dialog>`);
}
const palette = document.getElementById("palette");
const input = palette?.querySelector("[role=combobox]");
const state = document.getElementById("palette-state");
let chosen;

function choose(option) {
  chosen?.removeAttribute("aria-selected");
  chosen = option;
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", option?.id ?? "");
}

const options = () => [...palette.querySelectorAll("[role=option]:not([hidden])")];

function filter(text) {
  const words = input.value.toLowerCase().split(" ");
  for (const option of palette.querySelectorAll("[role=option]")) {
    option.hidden = !option.closest("#palette-found") && !words.every((word) => option.textContent.toLowerCase().includes(word));
  }
  choose(options()[0]);
  state.textContent = text ?? (options().length ? "" : "Nothing fits.");
}

function open() {
  if (document.querySelector("dialog[open]")) return;
  const controls = [...document.querySelectorAll("[data-command], .nav-item")].filter((node) => node.matches("a") || node.checkVisibility());
  document.getElementById("palette-here").replaceChildren(...controls.map((control, at) => {
    const option = Object.assign(document.createElement("div"), { role: "option", id: `here-${at}`, className: "item" });
    option.append(...(control.dataset.command ? [control.dataset.command] : control.cloneNode(true).childNodes));
    option.addEventListener("click", () => { palette.close(); control.click(); });
    return option;
  }));
  input.value = "";
  palette.showModal();
  ask();
}

function ask() {
  const long = input.value.trim().length > 1;
  if (!long) document.getElementById("palette-found").replaceChildren();
  filter(long ? "Searching…" : undefined);
  if (long) input.dispatchEvent(new CustomEvent("ask"));
}

if (palette) {
  input.before(door.querySelector("svg").cloneNode(true));
  htmx.process(palette);
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-palette]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open();
  });
  palette.addEventListener("click", ({ target }) => target === palette && palette.close());
  input.addEventListener("input", ask);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const all = options();
    if (step && all.length) choose(all.at((all.indexOf(chosen) + step) % all.length));
    else if (event.key !== "Enter") return;
    else chosen?.click();
    event.preventDefault();
  });
  document.addEventListener("htmx:after:swap", () => {
    if (document.getElementById("palette-found")?.dataset.query === input.value.trim()) filter();
  });
  for (const name of ["htmx:response:error", "htmx:error"]) {
    input.addEventListener(name, () => { state.textContent = "The search did not answer. Type on to try again."; });
  }
}
