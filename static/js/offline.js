// The offline bar; plain forms wait with us (htmx requests are held in requests.js).
const sprite = document.querySelector(".shell use")?.getAttribute("href").split("#")[0];
if (sprite) document.querySelector(".shell").insertAdjacentHTML("beforebegin", `<div class="offline" id="offline" role="status" hidden><svg class="icon" aria-hidden="true"><use href="${sprite}#wifi-off"/></svg>You’re offline. Drafts are kept on this page.</div>`);
const bar = document.getElementById("offline");
const show = () => { if (bar) bar.hidden = navigator.onLine; };
window.addEventListener("online", show);
window.addEventListener("offline", show);
document.addEventListener("submit", (event) => {
  if (navigator.onLine || event.target.method !== "post") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  show();
}, true);
show();
