// The dialog that takes points from a table: pasted, dropped, or chosen as a file.
import { button, createDialog } from "../ui/dialog.js";
import { h, setText } from "../ui/dom.js";
import { fileIn, MAX_BYTES } from "./file.js";
import { automatic } from "./reading.js";
import { createTablePreview } from "./table-preview.js";

const TYPING_PAUSE = 400; // milliseconds, after which the text is read

/** @returns {TableWishes} */
const nothingWished = () => ({
	...automatic(),
	...{ header: null, x1: null, x2: null, target: null, problem: null, numbers: [], labels: [] },
	...{ skip_invalid: true, skip_outliers: false },
});

export class TableDialog {
	#i18n;
	#options;
	#dialog;
	#field;
	#file = h("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv,text/plain", hidden: true });
	#name = h("p", { class: "table-file", hidden: true });
	#fault = h("p", { class: "fault", role: "alert" });
	#preview;
	#use;
	/** @type {Blob | string} */
	#source = "";
	#wishes = nothingWished();
	/** @type {TablePreview | null} */
	#found = null;
	#asked = 0;
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
		this.#preview = createTablePreview(i18n, (wishes) => {
			Object.assign(this.#wishes, wishes);
			this.#read();
		});
		const choose = button(i18n.t("table.choose"), () => this.#file.click(), { icon: "plus", data: { table: "choose" } });
		this.#use = button(i18n.t("table.use"), () => this.#take(), { class: "accent", data: { table: "use" } });
		const cancel = button(i18n.t("customPoints.cancel"), () => this.#dialog.close(), { data: { table: "cancel" } });
		this.#dialog.body.append(
			h("p", { class: "quiet", text: i18n.t("table.help") }),
			this.#field,
			h("div", { class: "table-source" }, choose, this.#name, this.#file),
			this.#fault,
			this.#preview.element,
		);
		this.#dialog.foot.append(cancel, this.#use);
		this.#listen();
		this.#show();
	}

	#listen() {
		this.#field.addEventListener("input", () => {
			clearTimeout(this.#timer);
			this.#timer = window.setTimeout(() => this.#begin(this.#field.value), TYPING_PAUSE);
		});
		this.#field.addEventListener("paste", (event) => {
			const file = fileIn(event.clipboardData);
			if (!file) return;
			event.preventDefault();
			this.#begin(file);
		});
		this.#file.addEventListener("change", () => {
			const file = this.#file.files?.[0];
			this.#file.value = ""; // so that the same file can be chosen again
			if (file) this.#begin(file);
		});
	}

	/** Open the dialog, with a file if one was dropped. @param {File | null} [file] */
	open(file = null) {
		this.#dialog.open();
		if (file) this.#begin(file);
		else if (!this.#found) this.#field.focus();
	}

	/** Read another table. @param {File | string} source */
	#begin(source) {
		clearTimeout(this.#timer);
		this.#source = source;
		this.#wishes = nothingWished();
		const isFile = typeof source !== "string";
		setText(this.#name, isFile ? this.#i18n.t("table.file", { name: source.name, size: Math.ceil(source.size / 1000) }) : "");
		this.#name.hidden = !isFile;
		if (isFile) this.#field.value = "";
		this.#read();
	}

	/** Ask the server what is in the table; only the newest answer counts. */
	async #read() {
		const asked = (this.#asked += 1);
		const source = this.#source;
		const size = typeof source === "string" ? source.length : source.size;
		this.#use.disabled = true;
		setText(this.#fault, "");
		if (size > MAX_BYTES) setText(this.#fault, this.#i18n.t("table.tooLarge", { size: MAX_BYTES / 1_000_000 }));
		if (size === 0 || size > MAX_BYTES) {
			this.#found = null;
			this.#show();
			return;
		}
		try {
			const found = await this.#options.onRead(source, { ...this.#wishes });
			if (asked !== this.#asked) return;
			this.#found = found;
		} catch (problem) {
			if (asked !== this.#asked) return;
			const { code = "offline" } = /** @type {{code?: string}} */ (problem);
			setText(this.#fault, this.#i18n.t(code === "offline" ? "table.offline" : "table.failed"));
			this.#found = null;
		}
		this.#show();
	}

	#show() {
		this.#preview.update(this.#found, this.#wishes, typeof this.#source !== "string");
		this.#use.disabled = !this.#found?.config;
	}

	#take() {
		const config = this.#found?.config;
		if (!config) return;
		this.#dialog.close();
		this.#options.onUse(config);
	}
}
