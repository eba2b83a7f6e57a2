// Keeps the page of a running job fresh: asks for the page again and puts its new state in place of the old one.
"use strict";

(function () {
  const state = document.getElementById("job-state");
  const rest = document.getElementById("job-rest");

  function show(page) {
    const freshState = page.getElementById("job-state");
    const freshRest = page.getElementById("job-rest");
    if (!freshState || !freshRest) {
      window.location.reload();
      return;
    }
    if (state.textContent !== freshState.textContent) {
      state.textContent = freshState.textContent;
    }
    const focused = rest.contains(document.activeElement);
    rest.replaceChildren(...freshRest.childNodes);
    rest.dataset.lookAgain = freshRest.dataset.lookAgain || "";
    if (focused) {
      (rest.querySelector("button") || rest).focus();
    }
  }

  function look() {
    const seconds = Number(rest.dataset.lookAgain);
    if (!seconds) {
      return;
    }
    window.setTimeout(function () {
      fetch(window.location.href, { credentials: "same-origin" })
        .then(function (answer) {
          if (!answer.ok) {
            throw new Error(String(answer.status));
          }
          return answer.text();
        })
        .then(function (text) {
          show(new DOMParser().parseFromString(text, "text/html"));
        })
        .catch(function () {})
        .finally(look);
    }, seconds * 1000);
  }

  look();
})();
