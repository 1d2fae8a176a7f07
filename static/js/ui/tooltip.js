// The help of elements with `data-help`: on hover, on keyboard focus, and on a tap of the label.
import { setText } from "./dom.js";

const DELAY = 450; // milliseconds before help appears
const SETTLE = 400; // milliseconds in which the tap or the focus itself may scroll

/** @param {HTMLElement} element @param {{i18n: I18n}} options */
export function createTooltip(element, { i18n }) {
	let timer = 0;
	let shownAt = 0;
	/** @type {HTMLElement | null} */
	let pressed = null; // shows no help until the pointer enters it again
	/** @type {HTMLElement | null} */
	let target = null;
	/** @type {HTMLElement | null} */
	let wanted = null; // the text of its help is being loaded

	/** The element that has the help: the target, its ancestor, or the label of its field. @returns {HTMLElement | null} */
	function helped(/** @type {Event} */ event) {
		if (!(event.target instanceof Element)) return null;
		return event.target.closest("[data-help]") ?? event.target.closest(".field:not(.advanced-field)")?.querySelector("[data-help]") ?? null;
	}

	function hide() {
		clearTimeout(timer);
		element.hidden = true;
		wanted = null;
		target?.removeAttribute("aria-describedby");
		target = null;
	}

	function show(/** @type {HTMLElement} */ next) {
		const key = next.dataset.help ?? "";
		if (!i18n.has(key)) {
			wanted = next;
			i18n.complete().then(() => wanted === next && i18n.has(key) && show(next), () => {});
			return;
		}
		if (!next.isConnected) return;
		const { hint = "", chosen = "", note = "" } = next.dataset; // keys of the current choice and of a text about it, and a note as text
		const more = i18n.has(hint) ? [i18n.t("readout.named", { name: i18n.t(chosen), value: i18n.t(hint) })] : [];
		const text = [i18n.t(key), ...more, note].filter(Boolean).join("\n");
		hide();
		target = next;
		shownAt = performance.now();
		setText(element, text);
		element.hidden = false;
		next.setAttribute("aria-describedby", element.id);
		const box = (next.closest(".field") ?? next).getBoundingClientRect();
		const [width, height] = [element.offsetWidth, element.offsetHeight];
		const left = Math.max(8, Math.min(document.documentElement.clientWidth - width - 8, box.left + box.width / 2 - width / 2));
		const below = box.bottom + 8;
		const listed = next.closest(".field")?.querySelector('[aria-expanded="true"]'); // an open list of values
		const top = listed || below + height > window.innerHeight ? box.top - height - 8 : below;
		element.style.left = `${left + window.scrollX}px`;
		element.style.top = `${Math.max(4, top) + window.scrollY}px`;
	}

	// Keys may change the choice while its help is shown.
	new MutationObserver((changes) => target && changes.some((each) => each.target === target) && show(target)).observe(document.body, {
		subtree: true,
		attributeFilter: ["data-hint"],
	});

	document.addEventListener("pointerover", (event) => {
		if (event.pointerType !== "mouse") return;
		const next = helped(event);
		if (next !== pressed) pressed = null;
		if (next && (next === target || next === pressed)) return;
		hide();
		if (next) timer = window.setTimeout(() => show(next), DELAY);
	});
	document.addEventListener("focusin", (event) => {
		if (!(event.target instanceof Element && event.target.matches(":focus-visible"))) return; // a tap is handled below
		const next = helped(event);
		if (next && next === target) return;
		hide();
		if (next) timer = window.setTimeout(() => show(next), DELAY);
	});
	document.addEventListener("focusout", (event) => helped(event) === target && hide());
	document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
	document.addEventListener("scroll", () => performance.now() > shownAt + SETTLE && hide(), { passive: true });
	document.addEventListener("pointerdown", (event) => {
		const was = target;
		hide();
		const next = helped(event);
		pressed = next;
		// Touch has no hover: a tap on a label, a dataset or an input shows its help, a second tap hides it.
		if (event.pointerType !== "mouse" && next && next !== was && next.matches("h2, .label, .epoch, .colour-scale, [data-help^='hint.']")) {
			show(next);
		}
	});
}
