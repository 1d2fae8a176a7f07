// The page of a full server: reload it after a while. A refresh by a meta element would not reload an address with "#".
(function () {
	const seconds = Number(/** @type {HTMLElement} */ (document.currentScript).dataset.seconds);
	// Those who wait should not all reload at the same time.
	setTimeout(() => location.reload(), 1000 * seconds * (0.7 + 0.6 * Math.random()));
})();
