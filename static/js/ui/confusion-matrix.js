// A confusion matrix: rows are true classes, columns predicted ones.
import { createAnnouncer } from "./announcer.js";
import { textColorOn } from "./contrast.js";
import { h, setText } from "./dom.js";

/** How many points or images a row has. @param {ArrayLike<number>} counts row by row @param {number} row @param {number} classes */
export const rowSum = (counts, row, classes) =>
	Array.from({ length: classes }, (_, column) => counts[row * classes + column]).reduce((sum, each) => sum + each, 0);

/** How strong the colour of a cell is: its fraction of its row. @param {ArrayLike<number>} counts @param {number} at @param {number} classes */
export function fractionOf(counts, at, classes) {
	const sum = rowSum(counts, Math.floor(at / classes), classes);
	return sum > 0 ? counts[at] / sum : 0;
}

/** Return the table. @param {ConfusionMatrixOptions} options */
export function createConfusionMatrix({ i18n, names, label, hint, help, onCell }) {
	const CLASSES = names.length;
	/** @type {Record<string, number>} */
	const MOVES = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -CLASSES, ArrowDown: CLASSES };
	const announcer = createAnnouncer();
	const read = h("p", { class: "quiet matrix-read", text: hint });
	const cells = names.flatMap((_, truth) =>
		names.map((_, predicted) =>
			h("td", {
				class: truth === predicted ? "right" : "",
				on: { pointerenter: () => point(truth * CLASSES + predicted), click: () => truth !== predicted && onCell(truth, predicted) },
			})
		)
	);
	const head = h(
		"tr",
		{},
		h("td", { class: "corner", "aria-hidden": "true" }),
		...names.map((name) => h("th", { scope: "col", text: name, title: name })),
	);
	const rows = names.map((name, truth) =>
		h("tr", {}, h("th", { scope: "row", text: name, title: name }), ...cells.slice(truth * CLASSES, (truth + 1) * CLASSES))
	);
	const table = h(
		"table",
		{ tabindex: "0", "aria-label": label, data: help ? { help } : {} },
		h("thead", {}, head),
		h("tbody", {}, ...rows),
	);
	const element = h(
		"div",
		{ class: "matrix" },
		h("span", { class: "matrix-axis quiet", text: i18n.t("images.matrix.predicted") }),
		h("span", { class: "matrix-axis side quiet", text: i18n.t("images.matrix.true") }),
		table,
		read,
		announcer.element,
	);
	/** @type {ArrayLike<number>} */
	let counts = [];
	let at = -1;

	function point(/** @type {number} */ next) {
		cells[at]?.classList.remove("at");
		at = next;
		cells[at]?.classList.add("at");
		const [truth, predicted] = [Math.floor(at / CLASSES), at % CLASSES];
		const text = at < 0 || counts.length === 0 ? hint : i18n.t("images.matrix.cell", {
			truth: names[truth],
			predicted: names[predicted],
			number: counts[at],
			all: rowSum(counts, truth, CLASSES),
		});
		setText(read, text);
		if (at >= 0) announcer.announce(text);
	}
	table.addEventListener("pointerleave", () => point(-1));
	table.addEventListener("blur", () => point(-1));
	table.addEventListener("keydown", (event) => {
		const move = MOVES[event.key];
		const [truth, predicted] = [Math.floor(at / CLASSES), at % CLASSES];
		if (event.key === "Enter" && at >= 0 && truth !== predicted) return onCell(truth, predicted);
		if (!move) return undefined;
		event.preventDefault();
		announcer.expect();
		const next = at < 0 ? 0 : at + move;
		const sameRow = Math.abs(move) > 1 || Math.floor(next / CLASSES) === truth;
		point(at < 0 || (next >= 0 && next < CLASSES * CLASSES && sameRow) ? next : at);
		return undefined;
	});

	/** @type {unknown[]} */
	let shownInputs = [];
	return {
		element,
		/** @param {ArrayLike<number>} next counts row by row @param {Colors} colors */
		update(next, colors) {
			if (shownInputs[0] === next && shownInputs[1] === colors) return;
			shownInputs = [next, colors];
			counts = next;
			cells.forEach((cell, index) => {
				const fraction = fractionOf(counts, index, CLASSES);
				setText(cell, counts[index] > 0 ? i18n.number(counts[index]) : "");
				cell.style.background = colors.css(fraction);
				cell.style.color = textColorOn(colors.css(fraction));
			});
			if (at >= 0) point(at);
		},
	};
}
