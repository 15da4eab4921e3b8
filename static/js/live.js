// Open pages ask every ten seconds, while they are seen: what is new in the ticket, and who else is there. The composer is never touched.
const every = 10_000;
let met = false;
const part = (id) => document.getElementById(id);

function ask() {
  if (document.hidden || !navigator.onLine) return;
  for (const id of ["pulse", "presences"]) part(id)?.dispatchEvent(new CustomEvent("pulse"));
}

function beat() {
  if (!document.hidden && navigator.onLine) part("beat")?.dispatchEvent(new CustomEvent("beat"));
}

// New messages and lines go to the end; of a message that is here already only the head changes, so that what is opened stays open.
function takeOver(pulse) {
  const thread = part("thread");
  const focus = document.activeElement?.id;
  const fresh = [];
  for (const node of [...pulse.querySelectorAll(".msg, .event")]) {
    const here = thread.querySelector(`#${CSS.escape(node.id)}`);
    if (!here) {
      if (node.matches(".msg")) fresh.push(node);
      thread.append(node);
      htmx.process(node);
    } else if (node.matches(".msg")) here.querySelector("header").replaceWith(node.querySelector("header"));
  }
  for (const what of [".title", "#assign-button", "form:has(#ticket-state)"]) {
    const [old, now] = [part("ticket-head"), pulse.querySelector("#ticket-head")].map((head) => head?.querySelector(what));
    if (!old || !now) continue;
    old.replaceWith(now);
    htmx.process(now);
  }
  pulse.querySelector("#ticket-head")?.remove();
  const watchers = pulse.querySelector("[data-watch]");
  watchers.remove(); // taken over once, however many swaps follow
  part("watch").replaceChildren(...watchers.childNodes);
  if (focus && document.activeElement === document.body) part(focus)?.focus({ preventScroll: true });
  if (fresh.length) announce(fresh);
  addMenus();
}

function announce(fresh) {
  const news = part("news");
  const count = Number(news.dataset.count ?? 0) + fresh.length;
  const jump = Object.assign(document.createElement("a"), { className: "link", href: news.querySelector("a")?.getAttribute("href") ?? `#${fresh[0].id}` });
  jump.textContent = `${count} new message${count === 1 ? "" : "s"}`;
  jump.addEventListener("click", () => { news.replaceChildren(); delete news.dataset.count; });
  news.dataset.count = count;
  news.replaceChildren(jump);
}

// The menu of a message costs the page nothing until it is wanted. Without scripts it is reached through More.
function addMenus() {
  if (!part("also")) return;
  for (const message of document.querySelectorAll("#thread .msg:not([data-menu])")) {
    message.dataset.menu = "";
    const id = message.id.slice(2);
    const link = Object.assign(document.createElement("a"), { id: `p-${id}`, textContent: "Split or move", href: `${location.pathname.split("/tickets/")[0]}/messages/${id}/parting` });
    link.setAttribute("hx-get", "");
    const foot = message.querySelector(":scope > .foot") ?? message.appendChild(Object.assign(document.createElement("p"), { className: "foot" }));
    link.setAttribute("hx-target", `#${message.id}`);
    link.setAttribute("hx-swap", "beforeend");
    link.addEventListener("click", () => part("parting")?.remove());
    foot.append(link);
    htmx.process(link);
  }
}

function showWatchers(presences) {
  document.querySelectorAll(".row .watcher").forEach((old) => old.remove());
  for (const watcher of presences.querySelectorAll(".watcher")) part(watcher.dataset.at)?.closest(".row")?.querySelector(":scope > div")?.append(watcher.cloneNode(true));
}

document.addEventListener("htmx:after:swap", () => {
  const pulse = part("pulse");
  if (pulse?.querySelector("[data-watch]") && part("watch") && part("thread")) takeOver(pulse);
  if (part("presences")) showWatchers(part("presences"));
  if (pulse && !met) { met = true; ask(); beat(); }
  addMenus();
});
document.addEventListener("visibilitychange", () => { ask(); beat(); });
setInterval(ask, every);
setInterval(beat, 2 * every);
