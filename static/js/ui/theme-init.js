// Before the first paint, replaces the theme "auto" by what the visitor's system prefers, and marks a page for a frame.
(function () {
	const root = document.documentElement;
	if (root.dataset.theme === "auto" || !root.dataset.theme) {
		root.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
	}
	if (/[#&]embed=true(&|$)/.test(location.hash)) root.dataset.embed = "";
})();
