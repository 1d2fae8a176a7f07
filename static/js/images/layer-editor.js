// The settings of one layer of a network for images, in place of the data: kind, numbers, activation; remove it, or add one.
import { IMAGE_SIDE } from "../settings/images.js";
import { button, labelled } from "../ui/dialog.js";
import { h } from "../ui/dom.js";
import { onEscape } from "../ui/escape.js";
import { icon } from "../ui/icons.js";
import { setOptions } from "../ui/select.js";
import {
	changeLayer,
	COUNT_FIELDS,
	findMisfit,
	insertLayer,
	layersOf,
	MAX_WINDOW,
	NEW_LAYERS,
	removeLayer,
	replaceLayer,
} from "./layer-edits.js";

const DROPOUT_RATES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const SAME_AS_ALL = "same as all";
const upTo = (/** @type {number} */ limit) => Array.from({ length: limit }, (_, index) => String(index + 1));

/** Return the text that says why layers do not fit. @param {I18n} i18n @param {Misfit} found */
export function misfitText(i18n, { at, kind, reason, side }) {
	const name = i18n.t(`images.kind.${kind}`);
	const why = i18n.t(`images.misfit.${reason}`, { size: side === undefined ? "" : `${side}×${side}` });
	return i18n.t("images.misfit", { layer: at + 1, name, why });
}

/** Return the editor, hidden until it is opened. @param {HTMLElement} lab @param {LabTools & {onClose: () => void}} options */
export function createLayerEditor(lab, options) {
	const { i18n, catalogue, notify, onClose } = options;
	const body = h("div", { class: "layer-fields" });
	const heading = h("h3", {});
	const close = h("button", {
		type: "button",
		class: "icon-button small",
		"aria-label": i18n.t("share.close"),
		on: { click: () => hide(true) },
	}, icon("close"));
	const problem = h("p", { class: "layer-problem", role: "status", hidden: true });
	const element = h(
		"div",
		{ class: "popover editor layer-editor", role: "dialog", "aria-modal": "false", tabindex: "-1", hidden: true },
		h("div", { class: "layer-head" }, heading, close),
		body,
		problem,
	);
	lab.append(element);
	let entry = -1;
	/** @type {HTMLElement | null} */
	let opener = null;
	/** @type {ImageLayer[]} */
	let layers = [];
	let shownLayers = "";
	onEscape(element, () => hide(true));

	/** Return the layers with changes that the server has not confirmed yet, so that quick changes add up. */
	const pendingLayers = () => {
		const config = options.present();
		return config ? layersOf(config) : layers;
	};

	function hide(back = false) {
		const inside = element.contains(document.activeElement);
		element.hidden = true;
		entry = -1;
		onClose();
		if (!back || !inside || !opener) return;
		const currentOpener = document.querySelector(`.maps-board [data-entry="${CSS.escape(opener.dataset.entry ?? "")}"]`);
		/** @type {HTMLElement} */ (currentOpener ?? opener).focus();
	}

	/** Request other layers if they fit, and return whether they do. If not, show why: in the editor if it is open, else as a message. @param {ImageLayer[]} next */
	function requestLayers(next) {
		const wrong = findMisfit(next, IMAGE_SIDE);
		problem.hidden = !wrong;
		if (!wrong) options.onChange({ layers: next });
		else if (element.hidden) notify(misfitText(i18n, wrong));
		else {
			problem.textContent = misfitText(i18n, wrong);
			show(true);
		}
		return !wrong;
	}

	/** @param {string} label @param {string[]} choices @param {string} value @param {(value: string) => void} onChoose @param {(choice: string) => string} [name] */
	function createChoice(label, choices, value, onChoose, name = (each) => each) {
		const all = choices.includes(value) ? choices : [...choices, value];
		const select = h("select", { on: { change: () => onChoose(select.value) } });
		setOptions(select, all, name);
		select.value = value;
		return labelled(i18n.t(label), select);
	}

	/** @param {ImageLayer} layer @param {number} at */
	function fieldsOf(layer, at) {
		const { kind, size, stride, padding, rate, activation } = layer;
		const set = (/** @type {Partial<ImageLayer>} */ changes) => requestLayers(changeLayer(pendingLayers(), at, changes));
		const fields = [
			createChoice(
				"images.field.kind",
				Object.keys(NEW_LAYERS),
				kind,
				(each) => requestLayers(replaceLayer(pendingLayers(), at, each)),
				(each) => i18n.t(`images.kind.${each}`),
			),
		];
		const count = COUNT_FIELDS[kind];
		if (count) {
			const stops = count.stops.map(String);
			fields.push(
				createChoice(`images.field.${count.field}`, stops, String(layer[count.field]), (each) => set({ [count.field]: Number(each) })),
			);
		}
		if (size !== undefined) {
			const name = (/** @type {string} */ each) => `${each}×${each}`;
			fields.push(createChoice("images.field.size", upTo(MAX_WINDOW), String(size), (each) => set({ size: Number(each) }), name));
			fields.push(createChoice("images.field.stride", upTo(MAX_WINDOW), String(stride ?? size), (each) => set({ stride: Number(each) })));
		}
		if (padding !== undefined) {
			fields.push(
				createChoice(
					"images.field.padding",
					["same", "valid"],
					padding,
					(each) => set({ padding: each }),
					(each) => i18n.t(`images.padding.${each}`),
				),
			);
		}
		if (activation !== undefined) {
			const name = (/** @type {string} */ each) =>
				each === SAME_AS_ALL ? i18n.t("images.field.allLayers") : i18n.t(`choice.activation.${each}`);
			fields.push(
				createChoice(
					"images.field.activation",
					[SAME_AS_ALL, ...catalogue.fields.activation.choices],
					activation ?? SAME_AS_ALL,
					(each) => set({ activation: each === SAME_AS_ALL ? null : each }),
					name,
				),
			);
		}
		if (rate !== undefined) {
			const name = (/** @type {string} */ each) => i18n.number(Number(each), { style: "percent", maximumFractionDigits: 0 });
			fields.push(createChoice("images.field.rate", DROPOUT_RATES.map(String), String(rate), (each) => set({ rate: Number(each) }), name));
		}
		return fields;
	}

	/** @param {boolean} [keepsProblem] whether the message about layers that do not fit stays */
	function show(keepsProblem = false) {
		const layer = layers[entry];
		if (!layer) return hide();
		if (!keepsProblem) problem.hidden = true;
		const at = entry;
		const place = [...body.querySelectorAll("select, button")].indexOf(/** @type {Element} */ (document.activeElement));
		heading.textContent = i18n.t("images.layer.title", { layer: at + 1 });
		element.setAttribute("aria-label", heading.textContent);
		const add = h("select", { "aria-label": i18n.t("images.layer.addAfter") });
		setOptions(add, ["", ...Object.keys(NEW_LAYERS)], (each) => each ? i18n.t(`images.kind.${each}`) : i18n.t("images.layer.addAfter"));
		add.addEventListener("change", () => {
			const kind = add.value;
			add.value = "";
			if (kind && requestLayers(insertLayer(pendingLayers(), at + 1, kind))) entry = at + 1;
		});
		const remove = button(i18n.t("images.layer.remove"), () => requestLayers(removeLayer(pendingLayers(), at)) && hide(true), {
			icon: "minus",
		});
		body.replaceChildren(...fieldsOf(layer, at), h("div", { class: "layer-acts" }, add, remove));
		const controls = /** @type {HTMLElement[]} */ ([...body.querySelectorAll("select, button")]);
		if (place >= 0) controls[Math.min(place, controls.length - 1)].focus();
		return undefined;
	}

	return {
		hide,
		/** @param {number} at @param {HTMLElement} from the button that opened it */
		open(at, from) {
			[entry, opener] = [at, from];
			element.hidden = false;
			show();
			element.focus({ preventScroll: true });
		},
		ask: requestLayers,
		/** @param {ServerState} server */
		update({ config }) {
			const next = JSON.stringify(layersOf(config));
			if (next === shownLayers) return;
			[shownLayers, layers] = [next, layersOf(config)];
			if (!element.hidden) show();
		},
	};
}
