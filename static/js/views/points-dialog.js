// The dialog that shows custom points as text, to copy, edit or paste.
import { h, setText } from "../ui/dom.js";
import { inputsText } from "../ui/scaling-text.js";
import { readPoints, writePoints } from "./point-text.js";
import { targetsOf } from "./strokes.js";

/** Select a line of a text. @param {HTMLTextAreaElement} field @param {number} number counted from 1, without the blank lines before the text */
function selectLine(field, number) {
	const first = field.value.length - field.value.trimStart().length;
	const lines = field.value.slice(first).split("\n");
	const start = first + lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
	field.focus();
	field.setSelectionRange(start, start + lines[number - 1].length);
}

export class PointsDialog {
	#i18n;
	#onPoints;
	#field = h("textarea", { id: "points-text", spellcheck: "false", autocomplete: "off", "aria-describedby": "points-help" });
	#help = h("p", { class: "quiet", id: "points-help" });
	#fault = h("p", { class: "fault", role: "alert" });
	#dialog;
	/** @type {{problem: string, classes: number}} */
	#config = { problem: "classification", classes: 2 };

	/** @param {{i18n: I18n, onPoints: (points: number[][]) => void}} options */
	constructor({ i18n, onPoints }) {
		this.#i18n = i18n;
		this.#onPoints = onPoints;
		const button = (/** @type {string} */ name, /** @type {() => void} */ click, look = "") => {
			const text = i18n.t(`customPoints.${name}`);
			return h("button", { type: "button", class: `text-button ${look}`, text, data: { points: name }, on: { click } });
		};
		const foot = [
			button("copy", () => this.#copy()),
			button("cancel", () => this.#dialog.close()),
			button("use", () => this.#use(), "accent"),
		];
		this.#dialog = h(
			"dialog",
			{ class: "dialog points-dialog", "aria-labelledby": "points-title" },
			h("div", { class: "dialog-head" }, h("h2", { id: "points-title", text: i18n.t("customPoints.text") })),
			this.#help,
			this.#field,
			this.#fault,
			h("div", { class: "foot" }, ...foot),
		);
		document.body.append(this.#dialog);
		this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.#dialog.close());
		this.#field.addEventListener("input", () => this.#showFault(""));
	}

	/** @param {number[][]} points @param {Pick<Config, "problem" | "classes" | "data_columns">} config */
	open(points, config) {
		this.#config = config;
		const help = this.#i18n.t("customPoints.help", { expected: this.#expected() });
		setText(this.#help, [help, inputsText(this.#i18n, config.data_columns)].filter(Boolean).join(" "));
		this.#field.value = writePoints(points);
		this.#showFault("");
		this.#dialog.showModal();
		this.#field.focus();
		this.#field.setSelectionRange(0, 0);
		this.#field.scrollTop = 0;
	}

	#expected() {
		return this.#i18n.t(`customPoints.expected.${this.#config.problem}`, { last: this.#config.classes - 1 });
	}

	#showFault(/** @type {string} */ text) {
		setText(this.#fault, text);
		this.#field.setAttribute("aria-invalid", String(text !== ""));
	}

	/** Copy the text. On plain http there is no clipboard API, but the old command works. */
	async #copy() {
		this.#field.select();
		try {
			if (navigator.clipboard) await navigator.clipboard.writeText(this.#field.value);
			else if (!document.execCommand("copy")) throw new Error("copying is not allowed");
			setText(this.#fault, this.#i18n.t("customPoints.copied"));
		} catch {
			setText(this.#fault, this.#i18n.t("customPoints.copyByHand"));
		}
	}

	#use() {
		const { problem } = this.#config;
		const suits = (/** @type {number} */ target) => problem === "regression" || targetsOf(this.#config).includes(target);
		const read = readPoints(this.#field.value, suits);
		if ("points" in read) {
			this.#dialog.close();
			this.#onPoints(read.points);
			return;
		}
		const { line = 0, text = "" } = "line" in read ? read : {};
		this.#showFault(this.#i18n.t(`customPoints.fault.${read.fault}`, { line, text, expected: this.#expected() }));
		if ("line" in read) selectLine(this.#field, read.line);
		else this.#field.focus();
	}
}
