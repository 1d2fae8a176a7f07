// The dialog that shows custom points as text, to copy, edit or paste.
import { h, setText } from "../ui/dom.js";
import { readPoints, writePoints } from "./point-text.js";
import { targetsOf } from "./strokes.js";

/** @param {{i18n: I18n, onPoints: (points: number[][]) => void}} options */
export function createPointsDialog({ i18n, onPoints }) {
	const field = h("textarea", { id: "points-text", spellcheck: "false", autocomplete: "off", "aria-describedby": "points-help" });
	const help = h("p", { class: "quiet", id: "points-help" });
	const fault = h("p", { class: "fault", role: "alert" });
	const button = (/** @type {string} */ name, /** @type {() => void} */ click, look = "") =>
		h("button", {
			type: "button",
			class: `text-button ${look}`,
			text: i18n.t(`customPoints.${name}`),
			data: { points: name },
			on: { click },
		});
	const dialog = h(
		"dialog",
		{ class: "dialog points-dialog", "aria-labelledby": "points-title" },
		h("div", { class: "dialog-head" }, h("h2", { id: "points-title", text: i18n.t("customPoints.text") })),
		help,
		field,
		fault,
		h("div", { class: "foot" }, button("copy", copy), button("cancel", () => dialog.close()), button("use", use, "accent")),
	);
	document.body.append(dialog);
	dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
	field.addEventListener("input", () => showFault(""));

	/** @type {{problem: string, classes: number}} */
	let config = { problem: "classification", classes: 2 };
	const suits = (/** @type {number} */ target) => config.problem === "regression" || targetsOf(config).includes(target);
	const expected = () => i18n.t(`customPoints.expected.${config.problem}`, { last: config.classes - 1 });

	function showFault(/** @type {string} */ text) {
		setText(fault, text);
		field.setAttribute("aria-invalid", String(text !== ""));
	}

	/** Copy the text. On plain http there is no clipboard API, but the old command works. */
	async function copy() {
		field.select();
		try {
			if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
			else if (!document.execCommand("copy")) throw new Error("copying is not allowed");
			setText(fault, i18n.t("customPoints.copied"));
		} catch {
			setText(fault, i18n.t("customPoints.copyByHand"));
		}
	}

	function use() {
		const read = readPoints(field.value, suits);
		if ("points" in read) {
			dialog.close();
			onPoints(read.points);
			return;
		}
		const { line = 0, text = "" } = "line" in read ? read : {};
		showFault(i18n.t(`customPoints.fault.${read.fault}`, { line, text, expected: expected() }));
		if ("line" in read) selectLine(read.line);
		else field.focus();
	}

	/** @param {number} number counted from 1, in the text without the blank lines before it */
	function selectLine(number) {
		const first = field.value.length - field.value.trimStart().length;
		const lines = field.value.slice(first).split("\n");
		const start = first + lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
		field.focus();
		field.setSelectionRange(start, start + lines[number - 1].length);
	}

	return {
		/** @param {number[][]} points @param {{problem: string, classes: number}} of */
		open(points, of) {
			config = of;
			setText(help, i18n.t("customPoints.help", { expected: expected() }));
			field.value = writePoints(points);
			showFault("");
			dialog.showModal();
			field.focus();
			field.setSelectionRange(0, 0);
			field.scrollTop = 0;
		},
	};
}
