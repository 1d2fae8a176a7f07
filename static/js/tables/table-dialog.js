// The dialog that takes points from a table: pasted, dropped, or chosen as a file.
import { button, createDialog } from "../ui/dialog.js";
import { h, setText } from "../ui/dom.js";
import { fileIn, MAX_BYTES } from "./file.js";
import { automaticReading } from "./reading.js";
import { createTablePreview } from "./table-preview.js";

const TYPING_PAUSE = 400; // milliseconds, after which the text is read

/** @returns {TableChoices} */
const noChoices = () => ({
	...automaticReading(),
	...{ header: null, x1: null, x2: null, target: null, problem: null, numbers: [], labels: [] },
	...{ skip_invalid: true, skip_outliers: false },
});

/** The dialog. */
export class TableDialog {
	#i18n;
	#options;
	#dialog;
	#field;
	#file = h("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv,text/plain", hidden: true });
	#name = h("p", { class: "table-file", hidden: true });
	#errorText = h("p", { class: "fault", role: "alert" });
	#preview;
	#useButton;
	/** @type {Blob | string} */
	#source = "";
	#choices = noChoices();
	/** @type {TablePreview | null} */
	#lastPreview = null;
	#requestNumber = 0;
	#timer = 0;

	/** @param {TableOptions} options */
	constructor(options) {
		const { i18n } = options;
		this.#i18n = i18n;
		this.#options = options;
		this.#dialog = createDialog(i18n, i18n.t("table.title"), { class: "table-dialog" });
		this.#field = h("textarea", {
			id: "table-text",
			rows: "3",
			spellcheck: "false",
			autocomplete: "off",
			"aria-label": i18n.t("table.paste"),
			placeholder: i18n.t("table.paste"),
		});
		this.#preview = createTablePreview(i18n, (chosen) => {
			Object.assign(this.#choices, chosen);
			this.#requestPreview();
		});
		const choose = button(i18n.t("table.choose"), () => this.#file.click(), { icon: "plus", data: { table: "choose" } });
		this.#useButton = button(i18n.t("table.use"), () => this.#usePoints(), { class: "accent", data: { table: "use" } });
		const cancel = button(i18n.t("customPoints.cancel"), () => this.#dialog.close(), { data: { table: "cancel" } });
		this.#dialog.body.append(
			h("p", { class: "quiet", text: i18n.t("table.help") }),
			this.#field,
			h("div", { class: "table-source" }, choose, this.#name, this.#file),
			this.#errorText,
			this.#preview.element,
		);
		this.#dialog.foot.append(cancel, this.#useButton);
		this.#listen();
		this.#show();
	}

	#listen() {
		this.#field.addEventListener("input", () => {
			clearTimeout(this.#timer);
			this.#timer = window.setTimeout(() => this.#startTable(this.#field.value), TYPING_PAUSE);
		});
		this.#field.addEventListener("paste", (event) => {
			const file = fileIn(event.clipboardData);
			if (!file) return;
			event.preventDefault();
			this.#startTable(file);
		});
		this.#file.addEventListener("change", () => {
			const file = this.#file.files?.[0];
			this.#file.value = ""; // so that the same file can be chosen again
			if (file) this.#startTable(file);
		});
	}

	/** Open the dialog, with a file if one was dropped. @param {File | null} [file] */
	open(file = null) {
		this.#dialog.open();
		if (file) this.#startTable(file);
		else if (!this.#lastPreview) this.#field.focus();
	}

	/** Read another table. @param {File | string} source */
	#startTable(source) {
		clearTimeout(this.#timer);
		this.#source = source;
		this.#choices = noChoices();
		const isFile = typeof source !== "string";
		setText(this.#name, isFile ? this.#i18n.t("table.file", { name: source.name, size: Math.ceil(source.size / 1000) }) : "");
		this.#name.hidden = !isFile;
		if (isFile) this.#field.value = "";
		this.#requestPreview();
	}

	/** Ask the server what is in the table; only the newest answer counts. */
	async #requestPreview() {
		const requestNumber = (this.#requestNumber += 1);
		const source = this.#source;
		const size = typeof source === "string" ? source.length : source.size;
		this.#useButton.disabled = true;
		setText(this.#errorText, "");
		if (size > MAX_BYTES) setText(this.#errorText, this.#i18n.t("table.tooLarge", { size: MAX_BYTES / 1_000_000 }));
		if (size === 0 || size > MAX_BYTES) {
			this.#lastPreview = null;
			this.#show();
			return;
		}
		try {
			const found = await this.#options.onRead(source, { ...this.#choices });
			if (requestNumber !== this.#requestNumber) return;
			this.#lastPreview = found;
		} catch (problem) {
			if (requestNumber !== this.#requestNumber) return;
			const { code = "offline" } = /** @type {{code?: string}} */ (problem);
			setText(this.#errorText, this.#i18n.t(code === "offline" ? "table.offline" : "table.failed"));
			this.#lastPreview = null;
		}
		this.#show();
	}

	#show() {
		this.#preview.update(this.#lastPreview, this.#choices, typeof this.#source !== "string");
		this.#useButton.disabled = !this.#lastPreview?.config;
	}

	#usePoints() {
		const config = this.#lastPreview?.config;
		if (!config) return;
		this.#dialog.close();
		this.#options.onUse(config);
	}
}
