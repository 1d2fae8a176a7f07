// The help of elements with `data-help`: on hover, on keyboard focus, and on a tap of the label.
import { setText } from "./dom.js";

const SHOW_DELAY = 450; // milliseconds
const SCROLL_GRACE = 400; // milliseconds in which scrolling does not hide it: the tap or the focus itself may scroll

/** The element that has the help: the target, its ancestor, or the label of its field. @param {Event} event @returns {HTMLElement | null} */
function helpedElement({ target }) {
	if (!(target instanceof Element)) return null;
	return target.closest("[data-help]") ?? target.closest(".field:not(.advanced-field)")?.querySelector("[data-help]") ?? null;
}

/** The help of an element, with the current choice and a note. @param {HTMLElement} of @param {I18n} i18n */
function textOf({ dataset: { help = "", hint = "", chosen = "", note = "" } }, i18n) {
	const more = i18n.has(hint) ? [i18n.t("readout.named", { name: i18n.t(chosen), value: i18n.t(hint) })] : [];
	return [i18n.t(help), ...more, note].filter(Boolean).join("\n");
}

/** Place the help below a field, or above it if there is no space or a list is open. @param {HTMLElement} element @param {HTMLElement} target */
function placeAt(element, target) {
	const field = target.closest(".field");
	const box = (field ?? target).getBoundingClientRect();
	element.style.left = "0"; // at the window's edge it would be narrower
	const [width, height] = [element.offsetWidth, element.offsetHeight];
	const left = Math.max(8, Math.min(document.documentElement.clientWidth - width - 8, box.left + box.width / 2 - width / 2));
	const below = box.bottom + 8;
	const top = field?.querySelector('[aria-expanded="true"]') || below + height > window.innerHeight ? box.top - height - 8 : below;
	element.style.left = `${left + window.scrollX}px`;
	element.style.top = `${Math.max(4, top) + window.scrollY}px`;
}

/** The tooltip, one for the whole page. */
export class Tooltip {
	#element;
	#i18n;
	#timer = 0;
	#shownAt = 0;
	/** @type {HTMLElement | null} */
	#tappedLabel = null; // the label that a finger has just tapped
	/** @type {HTMLElement | null} */
	#pressedTarget = null; // shows no help until the pointer enters it again
	/** @type {HTMLElement | null} */
	#target = null;
	/** @type {HTMLElement | null} */
	#loadingTarget = null; // the text of its help is being loaded

	/** @param {HTMLElement} element @param {I18n} i18n */
	constructor(element, i18n) {
		this.#element = element;
		this.#i18n = i18n;
		// Keys may change the choice while its help is shown.
		const renew = (/** @type {MutationRecord[]} */ changes) =>
			this.#target && changes.some(({ target }) => target === this.#target) && this.#show(this.#target);
		new MutationObserver(renew).observe(document.body, { subtree: true, attributeFilter: ["data-hint"] });
		document.addEventListener("pointerover", (event) => this.#enter(event));
		document.addEventListener("focusin", (event) => {
			if (!(event.target instanceof Element && event.target.matches(":focus-visible"))) return; // a tap is handled below
			const next = helpedElement(event);
			if (!next || next !== this.#target) this.#showSoon(next);
		});
		document.addEventListener("focusout", (event) => helpedElement(event) === this.#target && this.#hide());
		document.addEventListener("keydown", (event) => event.key === "Escape" && this.#hide());
		document.addEventListener("scroll", () => performance.now() > this.#shownAt + SCROLL_GRACE && this.#hide(), { passive: true });
		addEventListener("resize", () => this.#target && placeAt(this.#element, this.#target)); // it would widen a narrower page
		document.addEventListener("pointerdown", (event) => this.#press(event));
		// The tap of a label that shows help does not also open the list of its field.
		document.addEventListener("click", (event) => {
			const { target } = event;
			if (this.#tappedLabel && target instanceof Node && this.#tappedLabel.contains(target)) event.preventDefault();
			this.#tappedLabel = null;
		});
	}

	#enter(/** @type {PointerEvent} */ event) {
		if (event.pointerType !== "mouse") return;
		const next = helpedElement(event);
		if (next !== this.#pressedTarget) this.#pressedTarget = null;
		if (next && (next === this.#target || next === this.#pressedTarget)) return;
		this.#showSoon(next);
	}

	#press(/** @type {PointerEvent} */ event) {
		const before = this.#target;
		this.#hide();
		const next = helpedElement(event);
		this.#pressedTarget = next;
		this.#tappedLabel = event.pointerType !== "mouse" && next?.matches("label.label") ? next : null;
		if (event.pointerType === "mouse" || !next || next === before) return;
		// Touch has no hover: a tap on a label, a dataset or an input shows its help, a second tap hides it.
		if (next.matches("h2, .label, .epoch, .colour-scale, [data-help^='hint.']")) this.#show(next);
	}

	#showSoon(/** @type {HTMLElement | null} */ next) {
		this.#hide();
		if (next) this.#timer = window.setTimeout(() => this.#show(next), SHOW_DELAY);
	}

	#hide() {
		clearTimeout(this.#timer);
		this.#element.hidden = true;
		this.#loadingTarget = null;
		this.#target?.removeAttribute("aria-describedby");
		this.#target = null;
	}

	#show(/** @type {HTMLElement} */ next) {
		const i18n = this.#i18n;
		const isKnown = () => i18n.has(next.dataset.help ?? "");
		if (!isKnown()) {
			this.#loadingTarget = next;
			i18n.complete().then(() => this.#loadingTarget === next && isKnown() && this.#show(next), () => {});
			return;
		}
		if (!next.isConnected) return;
		this.#hide();
		this.#target = next;
		this.#shownAt = performance.now();
		setText(this.#element, textOf(next, i18n));
		this.#element.hidden = false;
		next.setAttribute("aria-describedby", this.#element.id);
		placeAt(this.#element, next);
	}
}
