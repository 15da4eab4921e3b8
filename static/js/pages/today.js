// Today: a list that ran empty is filled again; a row somebody else settled says so, then leaves and hands the focus on.
const rows = () => [...document.querySelectorAll("#decisions [data-row]")];

document.addEventListener("htmx:after:swap", () => {
  const list = document.getElementById("decisions");
  if (list?.querySelector(".decisions") && !rows().length) list.dispatchEvent(new CustomEvent("refill"));
  for (const row of document.querySelectorAll("[data-leaving]:not([data-going])")) {
    row.dataset.going = "";
    setTimeout(leave, 5000, row);
  }
});

function leave(row) {
  const all = rows();
  const at = all.indexOf(row.querySelector("[data-row]"));
  const held = row.contains(document.activeElement);
  row.remove();
  const next = rows();
  if (held) (next[Math.min(at, next.length - 1)] ?? document.querySelector("h1"))?.focus();
  if (!next.length) document.getElementById("decisions")?.dispatchEvent(new CustomEvent("refill"));
}
