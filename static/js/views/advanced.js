// The advanced panel, made from the table of settings when it is first opened.
import { changedSettings, differsFromStart, isRelevant, SETTINGS } from "../settings/fields.js";
import { restoreChanges } from "../settings/restore.js";
import { createBounds } from "../settings/bounds.js";
import { h, one } from "../ui/dom.js";
import { createControl } from "./advanced-controls.js";
import { createStopControls } from "./stop-controls.js";

/** The headings, in columns on wide screens. */
const COLUMNS = [["network", "inputs"], ["training"], ["start", "overfitting"]];

/** The row of the inputs, which is no setting of the table. @type {Setting} */
const MORE_INPUTS = { id: "moreInputs", field: "features", kind: "inputs" };

/** Fill the element of the panel. @param {HTMLElement} element @param {SettingsOptions} options */
export function createAdvanced(element, options) {
	const { catalogue, onChange, onValid } = options;
	const tools = { ...options, bounds: createBounds(options) };
	const columns = COLUMNS.map((names) => names.map((name) => createGroup(name, tools)));
	element.append(
		h(
			"div",
			{ class: "advanced-columns" },
			...columns.map((groups) => h("div", { class: "advanced-column" }, ...groups.map(({ group }) => group))),
		),
	);
	const stop = createStopControls(options);
	columns[1][0].group.append(...stop.fields); // beside the settings of training
	/** @type {Config} */
	let config;
	/** @type {HTMLButtonElement} */
	const restore = one('[data-action="restore"]', element);
	restore.addEventListener("click", () => {
		onValid();
		onChange(restoreChanges(config, catalogue));
	});

	return {
		/** @param {{config: Config, stopAt: number | null, stopWhen: StopWhen | null}} next */
		update(next) {
			({ config } = next);
			stop.update(next);
			for (const { update } of columns.flat()) update(config);
			restore.disabled = Object.keys(restoreChanges(config, catalogue)).length === 0;
		},
	};
}

/** A heading and its settings; hidden while none of them has an effect. @param {string} name @param {ControlTools} tools */
function createGroup(name, tools) {
	const settings = SETTINGS.filter((setting) => setting.group === name);
	if (name === "inputs") settings.push(MORE_INPUTS);
	const fields = settings.map((setting) => createField(setting, tools));
	const heading = h("h3", { text: tools.i18n.t(`group.${name}`) });
	const group = h("section", { class: "advanced-group" }, heading, ...fields.map(({ field }) => field));
	return {
		group,
		update(/** @type {Config} */ config) {
			for (const field of fields) field.update(config);
			group.hidden = fields.every(({ field }) => field.hidden);
		},
	};
}

/** A setting's label and control; hidden while it has no effect, and marked while it is changed. @param {Setting} setting @param {ControlTools} tools */
function createField(setting, tools) {
	const { id, kind, wide } = setting;
	const { i18n, catalogue } = tools;
	const isOne = kind === "choice" || kind === "number";
	const label = h(isOne ? "label" : "span", {
		class: "label",
		text: i18n.t(`control.${id}.label`),
		data: { help: `control.${id}.help` },
	});
	if (isOne) label.setAttribute("for", id);
	const { control, update } = createControl(setting, tools, label);
	const field = h("div", { class: kind === "number" && !wide ? "field" : "field wide" }, label, control);
	return {
		field,
		update(/** @type {Config} */ config) {
			field.hidden = !isRelevant(setting, config, catalogue);
			if (field.hidden) return;
			update(config);
			const changed = setting === MORE_INPUTS
				? changedSettings(config, catalogue).includes(id)
				: differsFromStart(setting, config, catalogue);
			label.classList.toggle("changed", changed);
		},
	};
}
