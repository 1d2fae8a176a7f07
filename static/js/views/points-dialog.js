// The dialog that shows custom points as text, to copy, edit or paste.
import { h, setText } from "../ui/dom.js";
import { SHORT_NUMBER } from "../ui/scaling-text.js";
import { fromPlane } from "../settings/columns.js";
import { MAX_COORDINATE } from "../settings/limits.js";
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

/** The dialog. */
export class PointsDialog {
	#i18n;
	#onPoints;
	#field = h("textarea", { id: "points-text", spellcheck: "false", autocomplete: "off", "aria-describedby": "points-help" });
	#help = h("p", { class: "quiet", id: "points-help" });
	#errorText = h("p", { class: "fault", role: "alert" });
	#dialog;
	/** @type {Pick<Config, "problem" | "classes" | "data_columns">} */
	#config = { problem: "classification", classes: 2, data_columns: null };
	/** A text that may be used although some of its points are not shown. */
	#acceptedText = "";

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
			button("use", () => this.#usePoints(), "accent"),
		];
		this.#dialog = h(
			"dialog",
			{ class: "dialog points-dialog", "aria-labelledby": "points-title" },
			h("div", { class: "dialog-head" }, h("h2", { id: "points-title", text: i18n.t("customPoints.text") })),
			this.#help,
			this.#field,
			this.#errorText,
			h("div", { class: "foot" }, ...foot),
		);
		document.body.append(this.#dialog);
		this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.#dialog.close());
		this.#field.addEventListener("input", () => this.#showError(""));
	}

	/** @param {number[][]} points @param {Pick<Config, "problem" | "classes" | "data_columns">} config */
	open(points, config) {
		this.#config = config;
		const { data_columns: columns } = config;
		const [x1, x2] = columns ? [columns.x1.name, columns.x2.name] : ["x₁", "x₂"];
		const target = columns?.target?.name ?? this.#i18n.t("table.role.target");
		const units = this.#i18n.t(columns ? "customPoints.unitsTable" : "customPoints.unitsPlane");
		setText(this.#help, [this.#i18n.t("customPoints.help", { x1, x2, target, expected: this.#expectedText() }), units].join(" "));
		this.#field.value = this.#acceptedText = writePoints(points, this.#units);
		this.#showError("");
		this.#dialog.showModal();
		this.#field.focus();
		this.#field.setSelectionRange(0, 0);
		this.#field.scrollTop = 0;
	}

	/** @returns {import("./point-text.js").PointUnits} */
	get #units() {
		return { columns: this.#config.data_columns, problem: this.#config.problem };
	}

	#expectedText() {
		const { data_columns: columns } = this.#config;
		if (columns && columns.classes.length > 0) return this.#i18n.t("customPoints.expected.names", { names: columns.classes.join(", ") });
		if (columns?.target) return this.#i18n.t("customPoints.expected.number");
		return this.#i18n.t(`customPoints.expected.${this.#config.problem}`, { last: this.#config.classes - 1 });
	}

	#showError(/** @type {string} */ text) {
		setText(this.#errorText, text);
		this.#field.setAttribute("aria-invalid", String(text !== ""));
	}

	/** The least and the largest number that a line may have, as it is written. */
	#limitsText() {
		const { data_columns: columns } = this.#config;
		const range = (/** @type {DataColumn} */ column) =>
			[-MAX_COORDINATE, MAX_COORDINATE].map((each) => this.#i18n.number(fromPlane(column, each), SHORT_NUMBER));
		const { x1, x2, target } = columns ?? {};
		const parts = [x1, x2, target].flatMap((column) => {
			if (!column) return [];
			const [low, high] = range(column);
			return [`${column.name} ${this.#i18n.t("table.range", { low, high })}`];
		});
		return parts.join("; ");
	}

	/** Copy the text. On plain http there is no clipboard API, but the old command works. */
	async #copy() {
		this.#field.select();
		try {
			if (navigator.clipboard) await navigator.clipboard.writeText(this.#field.value);
			else if (!document.execCommand("copy")) throw new Error("copying is not allowed");
			setText(this.#errorText, this.#i18n.t("customPoints.copied"));
		} catch {
			setText(this.#errorText, this.#i18n.t("customPoints.copyByHand"));
		}
	}

	#usePoints() {
		const { problem } = this.#config;
		const isLearnable = (/** @type {number} */ target) => problem === "regression" || targetsOf(this.#config).includes(target);
		const read = readPoints(this.#field.value, isLearnable, this.#units);
		if ("points" in read) {
			const { outside, points } = read;
			if (outside && this.#acceptedText !== this.#field.value) {
				this.#acceptedText = this.#field.value; // pressed again, it is used
				this.#showError(this.#i18n.t("customPoints.outside", outside));
				selectLine(this.#field, outside.line);
				return;
			}
			this.#dialog.close();
			this.#onPoints(points);
			return;
		}
		const { line = 0, text = "" } = "line" in read ? read : {};
		const key = read.fault === "range" && this.#config.data_columns ? "rangeTable" : read.fault;
		this.#showError(this.#i18n.t(`customPoints.fault.${key}`, { line, text, expected: this.#expectedText(), limits: this.#limitsText() }));
		if ("line" in read) selectLine(this.#field, read.line);
		else this.#field.focus();
	}
}
