// The controls for theme and language.
import { saveChoice } from "../state/remember.js";
import { currentTheme } from "./theme.js";

/** Listen to the controls. @param {{onTheme: () => void, onLeave: () => void}} callbacks `onLeave` comes before the page reloads in another language */
export function listenToChoices({ onTheme, onLeave }) {
	const prefersDark = matchMedia("(prefers-color-scheme: dark)");

	function setTheme(/** @type {string} */ theme) {
		document.documentElement.dataset.theme = theme;
		onTheme();
	}

	document.querySelector('[data-action="theme"]')?.addEventListener("click", () => {
		const theme = currentTheme() === "dark" ? "light" : "dark";
		saveChoice("theme", theme);
		setTheme(theme);
	});
	prefersDark.addEventListener("change", () => {
		if (!document.cookie.includes("theme=")) setTheme(prefersDark.matches ? "dark" : "light");
	});

	document.getElementById("language")?.addEventListener("change", (event) => {
		saveChoice("lang", /** @type {HTMLSelectElement} */ (event.target).value);
		onLeave();
		const url = new URL(location.href);
		url.searchParams.delete("lang");
		if (url.href === location.href) location.reload();
		else location.replace(url);
	});
}
