// On the page of a full server: ask again after a while. A refresh by the page's head would stand still at a "#".
(function () {
  const seconds = Number(/** @type {HTMLElement} */ (document.currentScript).dataset.seconds);
  // All who wait came in the same moment; they should not all ask in one.
  setTimeout(() => location.reload(), 1000 * seconds * (0.7 + 0.6 * Math.random()));
})();
