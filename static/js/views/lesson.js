// The experiment that is open: what it shows and what to try, beside the lab until it is closed.
import { h, one } from "../ui/dom.js";
import { icon } from "../ui/icons.js";

/** @param {HTMLElement} element @param {LessonOptions} options */
export function createLesson(element, { i18n, experiments, onChange }) {
	const offer = one(".lesson-offer", element);
	const act = (/** @type {string} */ name, /** @type {() => void} */ click, /** @type {Node} */ picture) =>
		h("button", {
			type: "button",
			class: "icon-button small",
			"aria-label": i18n.t(`lesson.${name}`),
			title: i18n.t(`lesson.${name}`),
			on: { click },
		}, picture);
	const title = h("strong");
	const text = h("span");
	const count = h("span", { class: "quiet" });
	let at = -1;
	const open = (/** @type {number} */ index) => (location.hash = experiments[index].hash);
	const previous = act("previous", () => open(at - 1), icon("back"));
	const next = act("next", () => open(at + 1), icon("forward"));
	const close = act("close", () => show(null), icon("close"));
	const opened = h(
		"div",
		{ class: "lesson-open", hidden: true, role: "status" },
		h("p", {}, title, " ", text),
		h("div", { class: "lesson-acts" }, count, previous, next, close),
	);
	element.append(opened);

	/** Show an experiment's text; null closes it. @param {string | null} name */
	function show(name) {
		at = experiments.findIndex((each) => each.name === name);
		opened.hidden = at < 0;
		offer.hidden = at >= 0;
		onChange(name);
		if (at < 0) return;
		title.textContent = i18n.t(`try.${name}.title`);
		text.textContent = i18n.t(`try.${name}.text`);
		count.textContent = `${i18n.number(at + 1)} / ${i18n.number(experiments.length)}`;
		previous.disabled = at === 0;
		next.disabled = at === experiments.length - 1;
	}

	return {
		show,
		/** Show the experiment of a link, and bring the lab into view; another link closes what is shown. @param {string} hash */
		follow(hash) {
			const found = experiments.find((each) => each.hash === hash);
			show(found?.name ?? null);
			if (!found) return;
			window.scrollTo(0, 0);
			element.scrollIntoView({ block: "nearest" });
		},
	};
}
