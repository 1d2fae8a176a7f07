// The enlarged picture of the chosen feature map or filter, with its colour scale and the value under the pointer.
import { textColorOn } from "../ui/contrast.js";
import { createAnnouncer } from "../ui/announcer.js";
import { fitCanvas, h, setText } from "../ui/dom.js";
import { value as formatValue } from "../ui/format.js";
import { icon } from "../ui/icons.js";
import { kernelsOf, mapOf, valueAt } from "./maps.js";
import { numberedShape } from "./columns.js";
import { mapName } from "./naming.js";
import { createTilePainter, drawDigit, outline } from "./paint.js";

const KERNEL_GAP = 8; // pixels
const MIN_NUMBERED_CELL = 26; // pixels; smaller cells have no room for their number
/** @type {Record<string, number[]>} */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Return the boxes of tiles in a square, in pixels. @param {number} count @param {number} size @returns {Box[]} */
function layOutTiles(count, size) {
	const across = Math.ceil(Math.sqrt(count));
	const side = Math.floor((size - KERNEL_GAP * (across - 1)) / across);
	return Array.from(
		{ length: count },
		(_, at) => ({ x: (at % across) * (side + KERNEL_GAP), y: Math.floor(at / across) * (side + KERNEL_GAP), size: side }),
	);
}

/** Return the picture. @param {{i18n: I18n, onClose: () => void}} options */
export function createMapPicture({ i18n, onClose }) {
	const canvas = h("canvas", { role: "img", tabindex: "0" });
	const name = h("strong", {});
	const close = h("button", {
		type: "button",
		class: "icon-button small",
		"aria-label": i18n.t("images.toScores"),
		data: { help: "images.toScores" },
		on: { click: onClose },
	}, icon("close"));
	const [low, high, read] = ["", "", "readout"].map((kind) => h("span", { class: kind }));
	const ramp = h("div", { class: "ends" }, low, h("div", { class: "ramp" }), high);
	const announcer = createAnnouncer();
	const element = h(
		"div",
		{ class: "map-large" },
		h("div", { class: "map-title" }, name, close),
		canvas,
		h("div", { class: "colour-scale", data: { help: "images.scale.help" } }, ramp, read),
		announcer.element,
	);
	const painter = createTilePainter();
	/** @type {ImagePage | null} */
	let page = null;
	/** @type {Choice | null} */
	let choice = null;
	/** @type {Tile[]} */
	let tiles = [];
	/** The place under the pointer or reached by keys. @type {{tile: number, at: number} | null} */
	let position = null;

	function draw() {
		const size = canvas.clientWidth;
		if (!page || !choice || size === 0) return;
		const { colors, image } = page;
		const context = fitCanvas(canvas, size, size);
		canvas.style.width = canvas.style.height = "";
		context.clearRect(0, 0, size, size);
		if (page.server.images.layers[choice.layer]?.kind === "input" && image) {
			return drawDigit(context, image.pixels, 255, { x: 0, y: 0, size }, colors);
		}
		const boxes = layOutTiles(tiles.length, size);
		painter.draw(context, tiles, boxes, colors);
		tiles.forEach((tile, index) => {
			outline(context, boxes[index], colors.edge);
			drawNumbers(context, tile, boxes[index], colors);
		});
		if (position && tiles[position.tile]) {
			const { width } = tiles[position.tile];
			const box = boxes[position.tile];
			const cell = box.size / width;
			outline(
				context,
				{ x: box.x + (position.at % width) * cell, y: box.y + Math.floor(position.at / width) * cell, size: cell },
				colors.ink,
				2,
			);
		}
		return undefined;
	}

	/** Draw numbers in the cells of a small picture, such as a filter. @param {CanvasRenderingContext2D} context @param {Tile} tile @param {Box} box @param {Colors} colors */
	function drawNumbers(context, tile, { x, y, size }, colors) {
		const cell = size / tile.width;
		if (cell < MIN_NUMBERED_CELL || tile.width > 5) return;
		context.font = `${cell > 60 ? 14 : 11}px ${colors.sans}`;
		context.textAlign = "center";
		context.textBaseline = "middle";
		for (let at = 0; at < tile.values.length; at += 1) {
			context.fillStyle = textColorOn(colors.css(tile.values[at] / 127));
			const digits = cell > 40 ? 2 : 1;
			context.fillText(
				formatValue(valueAt(tile, at), i18n, digits),
				x + ((at % tile.width) + 0.5) * cell,
				y + (Math.floor(at / tile.width) + 0.5) * cell,
			);
		}
	}

	/** Show the value at the position, and announce it to screen readers. */
	function announcePosition() {
		const tile = position && tiles[position.tile];
		if (!tile || !position) return setText(read, "");
		const [row, column] = [Math.floor(position.at / tile.width) + 1, (position.at % tile.width) + 1];
		const value = formatValue(valueAt(tile, position.at), i18n);
		const input = tiles.length > 1 ? i18n.t("images.readout.input", { index: position.tile + 1 }) : "";
		setText(read, [input, i18n.t("images.readout.at", { row, column, value })].filter(Boolean).join(" "));
		announcer.announce(read.textContent);
		return undefined;
	}

	const setPosition = (/** @type {{tile: number, at: number} | null} */ next) => {
		position = next;
		draw();
		announcePosition();
	};
	const positionAt = (/** @type {PointerEvent} */ { clientX, clientY }) => {
		const box = canvas.getBoundingClientRect();
		const boxes = layOutTiles(tiles.length, canvas.clientWidth);
		const [x, y] = [clientX - box.left, clientY - box.top];
		const tile = boxes.findIndex((each) => x >= each.x && y >= each.y && x < each.x + each.size && y < each.y + each.size);
		if (tile < 0) return null;
		const { width } = tiles[tile];
		const cell = boxes[tile].size / width;
		return { tile, at: Math.floor((y - boxes[tile].y) / cell) * width + Math.floor((x - boxes[tile].x) / cell) };
	};
	canvas.addEventListener("pointermove", (event) => setPosition(positionAt(event)));
	canvas.addEventListener("pointerdown", (event) => setPosition(positionAt(event)));
	canvas.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && setPosition(null));
	canvas.addEventListener("blur", () => setPosition(null));
	canvas.addEventListener("keydown", (event) => {
		if (event.key === "Escape") return onClose();
		const move = MOVES[event.key];
		if (!move || tiles.length === 0) return undefined;
		event.preventDefault();
		const { tile, at } = position ?? { tile: 0, at: 0 };
		const { width, height } = tiles[tile];
		const [x, y] = [(at % width) + move[0], Math.floor(at / width) + move[1]];
		announcer.expect();
		// Beyond its edge is the next kernel of the filter.
		const beyond = x < 0 ? -1 : x >= width ? 1 : 0;
		const other = tiles[tile + beyond] && beyond ? tile + beyond : tile;
		const column = other === tile ? Math.max(0, Math.min(width - 1, x)) : beyond > 0 ? 0 : width - 1;
		setPosition({ tile: other, at: Math.max(0, Math.min(height - 1, y)) * width + column });
		return undefined;
	});
	new ResizeObserver(draw).observe(canvas);

	/** @type {unknown[]} */
	let shownInputs = [];
	return {
		element,
		/** @param {ImagePage} next @param {Choice | null} chosen */
		update(next, chosen) {
			page = next;
			if (choice !== chosen) position = null;
			choice = chosen;
			if (!chosen) return;
			const now = [next.maps, next.filters, next.image, next.colors, chosen];
			if (now.every((each, at) => each === shownInputs[at])) return;
			shownInputs = now;
			const { layers } = next.server.images;
			const map = chosen.filter ? null : mapOf(next.maps, layers, chosen.layer, chosen.channel);
			tiles = chosen.filter ? kernelsOf(next.filters, layers, chosen.layer, chosen.channel) : map ? [map] : [];
			const title = mapName(i18n, numberedShape(next.server, chosen.layer), chosen);
			setText(name, title);
			canvas.setAttribute("aria-label", title);
			const scale = tiles[0]?.scale ?? 1;
			setText(low, formatValue(-scale, i18n));
			setText(high, formatValue(scale, i18n));
			draw();
			announcePosition();
		},
	};
}
