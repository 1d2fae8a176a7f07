// Switches the lab between points of the plane and images of digits; each side returns as it was left. Loaded on first use.
import { isImages } from "../settings/images.js";
import { switchProblem } from "../images/start.js";

const STORAGE_KEY = "tinkernet.left"; // in sessionStorage: the settings of the side that is not shown

/** @returns {Record<string, Config>} */
function loadSides() {
	try {
		return JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "{}");
	} catch {
		return {};
	}
}

const sideOf = (/** @type {{problem: string}} */ config) => (isImages(config) ? "images" : "plane");

/** Switch to the other side of the lab, or show a message if the server has no digits. @param {ActionTools} tools @param {string} problem the new one @param {Requested} before @param {Configure} configure */
export function switchLab({ store, catalogue, notify }, problem, before, configure) {
	const { playing: _playing, speed: _speed, ...config } = before;
	const { available = true, install = "" } = catalogue.datasets.digits ?? { available: false };
	if (isImages({ problem }) && !available) {
		notify("images", "message.noDigits", { warn: true, places: { install } });
		const { server } = store.get();
		store.set({ server: server && { ...server } }); // so that the control shows the problem again
		return;
	}
	const storedSides = loadSides();
	try {
		sessionStorage.setItem(STORAGE_KEY, JSON.stringify({ ...storedSides, [sideOf(config)]: config }));
	} catch {
		// Storage is blocked or full: the other side starts with its defaults.
	}
	configure(switchProblem(problem, storedSides[sideOf({ problem })], catalogue));
}
