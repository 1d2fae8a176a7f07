// Chooses the point that is explained: the previous or next one of the data, or any x1, x2 and target.
import { coordinates, likelyTarget, round, sizeOf } from "./point-places.js";
import { PLANE } from "../settings/limits.js";
import { h, setText } from "../ui/dom.js";
import { setHidden } from "./hiding.js";
import { parseNumber } from "../ui/format.js";
import { icon } from "../ui/icons.js";
import { inputsText, namedColumns } from "../ui/scaling-text.js";

const MAX_TARGET = 1e6;

/** Return the targets of a problem; empty: any number. @param {Pick<Config, "problem" | "classes">} config */
export const targetsOf = ({ problem, classes }) => {
	if (problem === "regression") return [];
	return problem === "classification" ? [-1, 1] : Array.from({ length: problem === "images" ? 10 : classes }, (_, each) => each);
};

/** Return the picker. @param {{i18n: I18n, catalogue: Catalogue}} tools @param {(point: PointToShow) => void} onChoose */
export function createPointPicker({ i18n, catalogue }, onChoose) {
	const step = (/** @type {-1 | 1} */ by, /** @type {string} */ sign) =>
		h(
			"button",
			{
				type: "button",
				class: "icon-button small",
				"aria-label": i18n.t(`inside.point.${by < 0 ? "previous" : "following"}`),
				on: { click: () => changeIndex(by) },
			},
			icon(sign),
		);
	const name = h("span", { class: "point-name", role: "status" });
	const steps = [step(-1, "back"), step(1, "forward")];
	const row = h("div", { class: "point-row" }, steps[0], name, steps[1]);
	const fields = ["x1", "x2"].map((each) =>
		h("input", { inputmode: "decimal", autocomplete: "off", spellcheck: "false", "aria-label": each === "x1" ? "x₁" : "x₂" })
	);
	const choice = h("select", { "aria-label": i18n.t("inside.point.target") });
	const number = h("input", { inputmode: "decimal", autocomplete: "off", "aria-label": i18n.t("inside.point.target") });
	const label = (/** @type {string} */ text, /** @type {HTMLElement[]} */ ...controls) =>
		h("label", { class: "point-field" }, h("span", { class: "label", text }), ...controls);
	const places = [label("x₁", fields[0]), label("x₂", fields[1])];
	const scaling = h("p", { class: "quiet", hidden: true });
	const element = h(
		"div",
		{ class: "point-picker" },
		row,
		h("div", { class: "point-fields" }, ...places, label(i18n.t("inside.point.target"), choice, number)),
		scaling,
	);

	/** @type {ReadyPage | null} */
	let page = null;
	/** @type {PointToShow | null} */
	let point = null;
	let shownTargets = "";

	function changeIndex(/** @type {-1 | 1} */ by) {
		const set = point?.set ?? "train";
		const count = sizeOf(page?.points ?? null, set);
		if (count === 0) return;
		const index = point?.index === undefined ? (by > 0 ? -1 : 0) : point.index;
		onChoose({ set, index: (index + by + count) % count });
	}

	/** Return the number in a field; null, and the field is marked, if it is invalid. @param {HTMLInputElement} field @param {number} limit */
	function readNumber(field, limit) {
		const value = parseNumber(field.value);
		const isValid = Number.isFinite(value) && Math.abs(value) <= limit;
		field.setAttribute("aria-invalid", String(!isValid));
		return isValid ? value : null;
	}

	function chooseEntered(/** @type {boolean} */ moved) {
		const isImage = point?.pixels !== undefined;
		const [x1, x2] = isImage ? [0, 0] : fields.map((field) => readNumber(field, PLANE));
		const target = choice.hidden ? readNumber(number, MAX_TARGET) : Number(choice.value);
		if (x1 === null || x2 === null || target === null) return;
		if (isImage) onChoose({ pixels: point?.pixels, target });
		else onChoose({ x1, x2, target: moved ? likelyTarget(page?.points ?? null, { x1, x2 }) : target });
	}
	for (const field of fields) field.addEventListener("change", () => chooseEntered(true));
	for (const field of [choice, number]) field.addEventListener("change", () => chooseEntered(false));
	element.addEventListener("keydown", (event) => {
		if (event.key.startsWith("Arrow")) event.stopPropagation(); // in fields and the list they have a meaning of their own
	});

	/** @param {ReadyPage} next */
	function offerTargets({ server: { config } }) {
		const targets = targetsOf(config);
		setHidden(choice, targets.length === 0);
		setHidden(number, !choice.hidden);
		if (shownTargets === targets.join()) return;
		shownTargets = targets.join();
		choice.replaceChildren(...targets.map((each) => h("option", { value: each, text: i18n.number(each) })));
	}

	/** @param {PointToShow} shown @param {ReadyPage} next */
	function pointName({ set, index, pixels }, next) {
		if (pixels) return i18n.t("inside.point.drawing");
		if (index === undefined) return i18n.t("inside.point.place");
		const count = { number: index + 1, all: sizeOf(next.points, set ?? "train") };
		const digit = next.server.config.problem === "images" ? ".digit" : "";
		return i18n.t(`inside.point.${set === "test" ? "test" : "train"}${digit}`, count);
	}

	return {
		element,
		/** @param {ReadyPage} next @param {PointToShow} shown @param {number | null} target of a digit */
		update(next, shown, target) {
			[page, point] = [next, shown];
			const isImage = next.server.config.problem === "images";
			for (const each of [...steps, ...places]) setHidden(each, isImage);
			const columns = namedColumns(i18n, next.server.config, catalogue);
			setText(scaling, inputsText(i18n, columns));
			setHidden(scaling, !columns);
			offerTargets(next);
			setText(name, pointName(shown, next));
			choice.disabled = isImage && shown.pixels === undefined;
			const at = isImage ? { x1: 0, x2: 0, target: shown.target ?? target ?? 0 } : coordinates(shown, next.points);
			if (!at) return;
			[at.x1, at.x2].forEach((value, index) => showNumber(fields[index], value));
			choice.value = String(round(at.target));
			showNumber(number, at.target);
		},
	};
}

/** Show a number in a field, unless somebody types there. @param {HTMLInputElement} field @param {number} value */
function showNumber(field, value) {
	if (document.activeElement === field && field.value !== field.dataset.shown) return;
	field.value = field.dataset.shown = String(round(value));
	field.setAttribute("aria-invalid", "false");
}
