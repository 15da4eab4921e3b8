// The offline bar; plain forms wait with us (htmx requests are held in requests.js).
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
