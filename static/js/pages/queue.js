// The list: asks now and then whether a ticket changed, says how many are new, and leaves rows, selection, focus and typed text alone.
const news = document.getElementById("news");
const EVERY = 15000;
const title = document.title;
let etag = "";

const list = () => document.getElementById("tickets");

async function ask() {
  if (!news || document.hidden || !navigator.onLine) return;
  const query = new URLSearchParams(location.search);
  query.set("since", list().dataset.stamp);
  const headers = { "HX-Request": "true", "HX-Request-Type": "partial", ...(etag && { "If-None-Match": etag }) };
  const answer = await fetch(`${news.dataset.pulse}?${query}`, { headers, cache: "no-store" }).catch(() => null);
  if (answer?.status !== 200) return;
  etag = answer.headers.get("ETag");
  tell(new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-many]"));
}

function tell(found) {
  const many = Number(found?.dataset.many ?? 0);
  document.title = many ? `(${many}) ${title}` : title;
  if (news.textContent.trim() !== (found?.textContent ?? "").trim()) news.replaceChildren(...(found?.childNodes.length ? [found] : []));
}

// What was typed into the search and what was chosen stays: only the rows are fetched, at the address the page stands at.
document.addEventListener("click", async (event) => {
  if (!event.target.closest?.("[data-show-news]")) return;
  event.preventDefault();
  const field = document.getElementById("ticket-filter");
  const typed = field?.value;
  const chosen = [...list().querySelectorAll("[name=ids]:checked")].map((box) => box.value);
  await htmx.ajax("GET", location.pathname + location.search, { target: "#tickets", swap: "outerHTML" });
  const fresh = document.getElementById("ticket-filter");
  if (fresh && typed !== undefined) fresh.value = typed;
  for (const box of list().querySelectorAll("[name=ids]")) box.checked = chosen.includes(box.value);
  list().dispatchEvent(new Event("change", { bubbles: true }));
  tell(null);
  document.querySelector("[data-row]")?.focus();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-save-view]");
  if (link) link.href = `${link.href.split("?")[0]}?${new URLSearchParams({ query: location.search.slice(1) })}`;
}, true);

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => { if (ctx?.target?.id === "tickets") tell(null); });
document.addEventListener("visibilitychange", ask);
document.addEventListener("pulse", ask);
addEventListener("online", ask);
if (news) setInterval(ask, EVERY);
