/* Small comforts; every page works without this file. */
"use strict";
(function () {
  var d = document;
  d.querySelectorAll(".js").forEach(function (e) { e.hidden = false; });
  var first = d.querySelector("[data-focus]");
  if (first) first.focus();

  /* The answer to a form is remembered as its page: back or again must not ask her to send the form once more. */
  var list = d.querySelector("[data-pagina]");
  if (list) history.replaceState(null, "", list.dataset.pagina || location.href);

  /* A second click does nothing; after a while it works again, for a form that got lost: the same key, so one betaling. */
  d.addEventListener("submit", function (e) {
    var form = e.target;
    if (!form.hasAttribute("data-once")) return;
    if (form.sent) { e.preventDefault(); return; }
    form.sent = true;
    var button = form.querySelector("button[type=submit]");
    var label = button.innerHTML;
    button.setAttribute("aria-disabled", "true");
    button.textContent = button.getAttribute("data-busy");
    setTimeout(function () {
      form.sent = false;
      button.removeAttribute("aria-disabled");
      button.innerHTML = label;
    }, 20000);
  });

  /* Back button: a page kept by the browser may be old news. */
  addEventListener("pageshow", function (e) { if (e.persisted) location.reload(); });

  d.querySelectorAll("[data-print]").forEach(function (b) {
    b.addEventListener("click", function () { print(); });
  });

  /* The page that waits: 1.5 s, half a second longer each time, up to 15 s, 60 times. */
  var box = d.querySelector("[data-stand]"), tries = 0;
  function look() {
    fetch(box.dataset.stand, { cache: "no-store" }).then(function (r) { return r.json(); }).then(function (now) {
      if (now.paginastatus !== box.dataset.nu) location.replace(box.dataset.daarna);
      else again();
    }).catch(again);
  }
  function again() { if (tries < 60) setTimeout(look, Math.min(1500 + 500 * tries++, 15000)); }
  if (box) again();
})();
