// Helpers for views: finding and creating elements, and canvases as sharp as the screen.

/** The element that a selector finds and that must exist. @template {Element} [E=HTMLElement] @param {string} selector @param {ParentNode} [within] */
export const one = (selector, within = document) => /** @type {E} */ (within.querySelector(selector));

/** Create an element. `text` is its text, `on` holds listeners, `data` its data attributes. @type {MakeElement} */
export function h(tag, properties = {}, ...children) {
	const { class: kind, text, style, data, on = {}, ...attributes } = properties;
	const element = document.createElement(tag);
	if (kind) element.className = kind;
	if (text) element.textContent = text;
	if (style) element.style.cssText = style;
	Object.assign(element.dataset, data);
	for (const [event, listener] of Object.entries(on)) element.addEventListener(event, /** @type {EventListener} */ (listener));
	for (const [name, value] of Object.entries(attributes)) {
		if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
	}
	element.append(...children);
	return element;
}

/** Set text only when it differs, so that updating twice changes nothing. @param {Element} element @param {string} text */
export function setText(element, text) {
	if (element.textContent !== text) element.textContent = text;
}

/**
 * Give a canvas the pixels of its box on this screen; drawing is then in CSS pixels.
 * @param {HTMLCanvasElement} canvas @param {number} width @param {number} height
 * @returns {CanvasRenderingContext2D}
 */
export function fitCanvas(canvas, width, height) {
	const ratio = Math.min(window.devicePixelRatio || 1, 3);
	const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
	if (canvas.width !== across || canvas.height !== down) {
		canvas.width = across;
		canvas.height = down;
		canvas.style.width = `${width}px`;
		canvas.style.height = `${height}px`;
	}
	const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
	context.setTransform(ratio, 0, 0, ratio, 0, 0);
	return context;
}

/** Whether the visitor asked for less motion. */
export const prefersStill = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
