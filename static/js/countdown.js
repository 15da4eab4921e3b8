// [data-countdown="deadline"]: counts whole seconds in its [data-seconds], then fires "due". data-now, the server's clock, undoes skew.
const skew = new WeakMap();

function tick() {
  for (const box of document.querySelectorAll("[data-countdown]:not([data-done])")) {
    if (!skew.has(box)) skew.set(box, box.dataset.now ? Date.parse(box.dataset.now) - Date.now() : 0);
    const left = Math.ceil((Date.parse(box.dataset.countdown) - Date.now() - skew.get(box)) / 1000);
    const text = box.querySelector("[data-seconds]");
    if (text && left >= 0) text.textContent = left;
    if (left > 0) continue;
    box.dataset.done = "";
    box.dispatchEvent(new CustomEvent("due", { bubbles: true }));
  }
}

tick();
setInterval(tick, 500);
