// A stand-in for the few parts of a browser's document that views use: elements with text, data, classes, attributes and listeners.

class FakeElement extends EventTarget {
	/** @type {any[]} */
	children = [];
	/** @type {any} */
	parentElement = null;
	dataset = /** @type {Record<string, string>} */ ({});
	hidden = false;
	value = "";
	checked = false;
	tabIndex = 0;
	clientWidth = 0;
	clientHeight = 0;
	#text = "";
	/** @type {Map<string, string>} */
	#attributes = new Map();

	/** @param {string} tag */
	constructor(tag) {
		super();
		this.tagName = tag.toUpperCase();
		/** @type {Set<string>} */
		const classes = new Set();
		this.classList = {
			add: (/** @type {string} */ name) => classes.add(name),
			contains: (/** @type {string} */ name) => classes.has(name),
			toggle: (/** @type {string} */ name, on = !classes.has(name)) => (on ? classes.add(name) : classes.delete(name)),
		};
		Object.defineProperty(this, "className", {
			get: () => [...classes].join(" "),
			set: (/** @type {string} */ names) => names.split(" ").filter(Boolean).forEach((name) => classes.add(name)),
		});
		this.style = /** @type {Record<string, any>} */ ({
			setProperty: (/** @type {string} */ name, /** @type {string} */ value) => (this.style[name] = value),
		});
	}

	get textContent() {
		return this.#text + this.children.map((each) => each.textContent).join("");
	}
	set textContent(text) {
		this.children = [];
		this.#text = text;
	}
	get childElementCount() {
		return this.children.length;
	}
	setAttribute(/** @type {string} */ name, /** @type {string} */ value) {
		if (name === "hidden") this.hidden = true;
		this.#attributes.set(name, value);
	}
	getAttribute(/** @type {string} */ name) {
		return this.#attributes.get(name) ?? null;
	}
	removeAttribute(/** @type {string} */ name) {
		this.#attributes.delete(name);
	}
	toggleAttribute(/** @type {string} */ name, /** @type {boolean} */ on) {
		if (on) this.#attributes.set(name, "");
		else this.#attributes.delete(name);
	}
	append(/** @type {any[]} */ ...children) {
		for (const each of children) if (typeof each !== "string") each.parentElement = this;
		this.children.push(...children.map((each) => (typeof each === "string" ? { textContent: each, all: () => [] } : each)));
	}
	replaceChildren(/** @type {any[]} */ ...children) {
		this.children = [];
		this.append(...children);
	}
	cloneNode() {
		const copy = new FakeElement(this.tagName);
		copy.textContent = this.#text;
		copy.append(...this.children.map((each) => each.cloneNode?.() ?? each.textContent));
		return copy;
	}
	contains(/** @type {any} */ other) {
		return other === this || this.all().includes(other);
	}
	matches() {
		return false;
	}
	focus() {}
	getBoundingClientRect() {
		return { left: 0, top: 0, width: this.clientWidth, height: this.clientHeight };
	}
	getContext() {
		return (this.context ??= recorder());
	}

	/** All elements within. @returns {any[]} */
	all() {
		return this.children.flatMap((each) => [each, ...each.all()]);
	}
	/** The first element within that has a class. @param {string} name */
	find(name) {
		return this.all().find((each) => each.classList?.contains(name));
	}
	/** Send an event of a type with some properties. @param {string} type @param {object} [properties] */
	send(type, properties = {}) {
		this.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), properties));
	}
}

/** A drawing context that remembers the calls of its methods: `calls` lists their names and arguments. */
function recorder() {
	/** @type {any[][]} */
	const calls = [];
	const target = /** @type {Record<string, any>} */ ({
		calls,
		measureText: (/** @type {string} */ text) => ({ width: 6 * text.length }),
		createImageData: (/** @type {number} */ width, /** @type {number} */ height) => ({ data: new Uint8ClampedArray(4 * width * height) }),
	});
	return new Proxy(target, {
		get: (all, name) => all[String(name)] ?? ((/** @type {any[]} */ ...given) => void calls.push([String(name), ...given])),
	});
}

/** Make an element. @param {string} tag @param {{width?: number, height?: number}} [size] in pixels @returns {any} */
export const element = (tag = "div", { width = 0, height = 0 } = {}) =>
	Object.assign(new FakeElement(tag), { clientWidth: width, clientHeight: height });

/** Make a test that has a document; afterwards there is none again. @param {() => void | Promise<void>} act @returns {() => Promise<void>} */
export const inDocument = (act) => async () => {
	const names = ["document", "ResizeObserver", "window", "Node"];
	const before = names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
	const document = Object.assign(new EventTarget(), {
		activeElement: null,
		body: element("body"),
		createElement: (/** @type {string} */ tag) => element(tag),
		createElementNS: (/** @type {string} */ _, /** @type {string} */ tag) => element(tag),
		querySelector: () => null, // no icons
	});
	class ResizeObserver {
		/** @param {() => void} tell */
		constructor(tell) {
			this.observe = tell; // a browser tells the size at the beginning, too
		}
	}
	const window = { devicePixelRatio: 1, matchMedia: () => ({ matches: false }) };
	Object.assign(globalThis, { document, ResizeObserver, window, Node: FakeElement });
	try {
		await act();
	} finally {
		names.forEach((name, index) => {
			const descriptor = before[index];
			if (descriptor) Object.defineProperty(globalThis, name, descriptor);
			else Reflect.deleteProperty(globalThis, name);
		});
	}
};

/** Texts that show their key and places, numbers as JavaScript writes them. @returns {any} */
export const keysAsTexts = () => ({
	locale: "en",
	has: () => true,
	t: (/** @type {string} */ key, places = {}) => [key, ...Object.values(places)].join(" "),
	number: (/** @type {number} */ value, /** @type {Intl.NumberFormatOptions} */ { style } = {}) =>
		style === "percent" ? `${Math.round(100 * value)}%` : String(value),
});
