// The settings beside the time controls, and the button that opens the advanced panel.
import { changedSettings, COMBOS, SELECTS } from "../settings/fields.js";
import { isIdle } from "../settings/idle.js";
import { SPEEDS } from "../settings/limits.js";
import { createBounds } from "../settings/bounds.js";
import { Combo } from "../ui/combo-box.js";
import { h, one, setText } from "../ui/dom.js";
import { onEscape } from "../ui/escape.js";
import { createLazy, loadStyle } from "../ui/lazy.js";
import { setOptions, showChoiceHint } from "../ui/select.js";

const LAYERS = "layers"; // shown as the activation where layers have different ones

/** @param {HTMLElement} element @param {SettingsOptions} options */
function createCombos(element, options) {
	const { i18n, catalogue: { fields }, onChange, onValid, onInvalid } = options;
	const { inBounds, expected } = createBounds(options);
	return COMBOS.map(({ id, field }) => ({
		field,
		combo: new Combo(one(`[data-combo="${id}"]`, element), {
			id,
			label: i18n.t(`control.${id}.label`),
			values: fields[field].offered.values,
			valid: (value) => inBounds(field, value),
			onChoose: (value) => onChange({ [field]: value }),
			onValid,
			onInvalid: (text) => onInvalid(text, expected(field)),
		}),
	}));
}

/** @param {SettingsOptions} options */
function createSelects({ i18n, catalogue: { fields }, onChange }) {
	const selects = SELECTS.map(({ id, field }) => {
		/** @type {HTMLSelectElement} */
		const select = one(`#${id}`);
		select.addEventListener("change", () => select.value !== LAYERS && onChange({ [field]: select.value }));
		const label = /** @type {HTMLElement} */ (select.closest(".field")?.querySelector(".label"));
		return { field, select, label };
	});
	return (/** @type {Config} */ config) => {
		const [first = config.activation, ...others] = config.layer_activations;
		const mixed = others.some((each) => each !== first);
		for (const { field, select, label } of selects) {
			const isActivation = field === "activation";
			const value = !isActivation ? config[field] : mixed ? LAYERS : first;
			const choices = isActivation && mixed ? [...fields[field].choices, LAYERS] : fields[field].choices;
			setOptions(select, choices, (choice) => i18n.t(`choice.${field}.${choice}`));
			select.value = value;
			showChoiceHint(label, field, value);
		}
	};
}

/** @param {SettingsOptions} options */
function createSpeed({ i18n, onSpeed }) {
	/** @type {HTMLSelectElement} */
	const select = one("#speed");
	const add = (/** @type {number | null} */ each) => {
		const text = each === null ? i18n.t("choice.speed.max") : i18n.t("choice.speed.value", { n: each });
		select.append(h("option", { value: String(each), text }));
	};
	SPEEDS.forEach(add);
	select.addEventListener("change", () => onSpeed(select.value === "null" ? null : Number(select.value)));
	return (/** @type {number | null} */ speed) => {
		const chosen = String(speed);
		if (![...select.options].some((each) => each.value === chosen)) add(speed);
		select.value = chosen;
	};
}

/** Dim controls without effect; their help says why, and so does a message when they are changed. @param {HTMLElement} element @param {SettingsOptions} options */
function createIdle(element, { i18n, onIdle }) {
	const places = [...SELECTS, ...COMBOS].map(({ id, field }) => ({
		id,
		field,
		place: /** @type {HTMLElement} */ (one(`#${id}`, element).closest(".field")),
	}));
	/** @type {Record<string, unknown>} */
	let before = {};
	return (/** @type {Config} */ config) => {
		for (const { id, field, place } of places) {
			const idle = isIdle(field, config);
			if (place.classList.contains("idle") !== idle) {
				place.classList.toggle("idle", idle);
				const label = one(".label", place);
				if (!place.classList.contains("locked")) label.dataset.note = idle ? i18n.t(`hint.idle.${id}`) : "";
			}
			const isSet = field in before && before[field] !== config[field];
			if (isSet) onIdle(idle ? i18n.t(`readout.named`, { name: i18n.t(`control.${id}.label`), value: i18n.t(`hint.idle.${id}`) }) : "");
		}
		before = { ...config };
	};
}

/** Fill the element of the settings. @param {HTMLElement} element @param {SettingsOptions} options */
export function createSettings(element, options) {
	const combos = createCombos(element, options);
	const showSelects = createSelects(options);
	const showSpeed = createSpeed(options);
	const showIdle = createIdle(element, options);
	const advanced = createOpener(element, options);
	/** @type {ServerState | null} */
	let shownServer = null;
	/** @type {unknown[]} */
	let stops = [];
	return {
		closeAdvanced: advanced.close,
		/** @param {PageState} model */
		update({ server, stopAt, stopWhen }) {
			if (!server || (server === shownServer && stopAt === stops[0] && stopWhen === stops[1])) return;
			[shownServer, stops] = [server, [stopAt, stopWhen]];
			const wanted = options.present(); // so that an answer to an earlier change sets no control back
			const config = wanted?.problem === server.config.problem ? wanted : server.config; // another problem has other choices
			for (const { field, combo } of combos) combo.update(config[field]);
			showSelects(config);
			showIdle(config);
			showSpeed(wanted ? wanted.speed : server.speed);
			advanced.update({ config, stopAt, stopWhen });
		},
	};
}

/** The button of the advanced panel, with a mark if a setting in there is changed. The panel is loaded on first use. @param {HTMLElement} element @param {SettingsOptions} options */
function createOpener(element, options) {
	const { i18n, catalogue } = options;
	const panel = one("#advanced");
	const opener = one('[data-action="advanced"]', element);
	const sign = one(".visually-hidden", opener);
	const list = new Intl.ListFormat(i18n.locale, { type: "conjunction" });
	const view = createLazy(async () => {
		const [{ createAdvanced }] = await Promise.all([import("./advanced.js"), i18n.complete(), loadStyle("advanced")]);
		return createAdvanced(panel, options);
	});

	function close() {
		panel.hidden = true;
		opener.setAttribute("aria-expanded", "false");
	}

	const open = () =>
		view.use(() => {
			panel.hidden = false;
			opener.setAttribute("aria-expanded", "true");
			panel.focus();
		});

	opener.addEventListener("click", () => (panel.hidden ? open() : close()));
	panel.querySelector('[data-action="closeAdvanced"]')?.addEventListener("click", () => {
		close();
		opener.focus();
	});
	onEscape(panel, () => {
		const inside = panel.contains(document.activeElement);
		close();
		if (inside) opener.focus();
	});
	document.addEventListener("pointerdown", (event) => {
		// The panel would cover the article, which stands below the lab.
		if (!panel.hidden && event.target instanceof Element && event.target.closest(".article")) close();
	});

	return {
		close,
		/** @param {{config: Config, stopAt: number | null, stopWhen: StopWhen | null}} next */
		update(next) {
			const { config, stopAt, stopWhen } = next;
			const stops = [...(stopAt === null ? [] : ["stopAt"]), ...(stopWhen ? ["stopWhen"] : [])];
			const changed = [...changedSettings(config, catalogue), ...stops];
			const names = changed.map((id) => i18n.t(`control.${id}.label`));
			const note = names.length > 0 ? i18n.t("readout.changed", { names: list.format(names) }) : "";
			setText(sign, note);
			opener.classList.toggle("changed", names.length > 0);
			opener.dataset.note = note;
			view.update(next);
		},
	};
}
