// The network for images: a column for each layer with its feature maps or neurons, live; one of them can be chosen.
import { createAnnouncer } from "../ui/announcer.js";
import { fitCanvas, h } from "../ui/dom.js";
import { value as formatValue } from "../ui/format.js";
import { boxOf, hitTest, layOutColumns, numberedShape } from "./columns.js";
import { createLayerControls } from "./layer-controls.js";
import { layersOf } from "./layer-edits.js";
import { columnName, helpOf, mapName, meanName } from "./naming.js";
import { kernelsOf, mapOf, meanOf, rangeOf, scoresOf } from "./maps.js";
import { createTilePainter, drawDigit, outline } from "./paint.js";
import { drawScores } from "./score-bars.js";

const [CONTROLS_HEIGHT, TOUCH_CONTROLS_HEIGHT] = [58, 92]; // pixels above the columns
const MOVES = /** @type {Record<string, number>} */ ({ ArrowUp: -1, ArrowDown: 1 });

/** Create the board. @param {HTMLElement} frame in which the board scrolls @param {LabTools & {onChoose: (choice: Choice | null) => void, onOpenLayer: (entry: number, button: HTMLElement) => void}} options */
export function createBoard(frame, options) {
	const { i18n, onChoose } = options;
	const canvas = h("canvas", { "aria-hidden": "true" });
	const announcer = createAnnouncer();
	const board = h("div", { class: "maps-board of-images" }, canvas, announcer.element);
	frame.append(board);
	const controls = createLayerControls(board, options);
	const painter = createTilePainter();
	const touch = matchMedia("(pointer: coarse)");
	/** @type {Column[]} */
	let columns = [];
	/** @type {HTMLElement[]} */
	let columnElements = [];
	let width = 0;
	let key = "";
	/** @type {ImagePage | null} */
	let page = null;
	/** @type {Choice | null} */
	let chosen = null;
	/** @type {Choice | null} */
	let hovered = null;
	/** @type {unknown[]} */
	let drawnInputs = [];

	/** What keys do in a column, by its kind. @type {Record<string, string>} */
	const keys = { output: "", conv: i18n.t("images.column.filterKey") };

	/** The element of a column, which takes pointer and keys. @param {Column} column */
	function createColumnElement(column) {
		const layer = /** @type {number} */ (column.drawn);
		const shape = () => /** @type {ImagePage} */ (page).server.images.layers[layer];
		const place = h("div", {
			class: "map-place",
			role: "img",
			tabindex: "0",
			"aria-label": `${columnName(i18n, numberedShape(/** @type {ImagePage} */ (page).server, layer))}. ${
				keys[column.kind] ?? i18n.t("images.column.keys")
			}`.trim(),
			data: { help: helpOf(shape()), drawn: String(layer), ...(column.cells && { cells: JSON.stringify(column.cells) }) },
			style: `left:${column.x}px;top:${column.y}px;width:${column.width}px;height:${column.height}px`,
		});
		if (column.kind === "output") {
			place.addEventListener("click", () => onChoose(null));
			return place;
		}
		const at = (/** @type {MouseEvent} */ { clientX, clientY }) => {
			const box = canvas.getBoundingClientRect();
			const found = hitTest(column, shape().channels, { x: clientX - box.left, y: clientY - box.top });
			return found && { layer, ...found };
		};
		const point = (/** @type {Choice | null} */ next) => {
			if (JSON.stringify(next) === JSON.stringify(hovered)) return;
			hovered = next;
			draw(true);
		};
		place.addEventListener("pointermove", (event) => point(at(event)));
		place.addEventListener("pointerleave", () => point(null));
		place.addEventListener("click", (event) => {
			const found = at(event);
			if (found) onChoose(JSON.stringify(found) === JSON.stringify(chosen) ? null : found);
		});
		place.addEventListener("keydown", (event) => onKey(event, column, layer, shape().channels));
		return place;
	}

	/** @param {KeyboardEvent} event @param {Column} column @param {number} layer @param {number} channels */
	function onKey(event, column, layer, channels) {
		const chosenHere = chosen?.layer === layer ? chosen : null;
		const across = column.cells?.down ?? 1;
		const move = MOVES[event.key] ?? { ArrowLeft: -across, ArrowRight: across }[event.key];
		const hasFilters = (column.cells?.kernel ?? 0) > 0;
		if (event.key === "Escape" && chosen) onChoose(null);
		else if (event.key === "Enter" && chosenHere && hasFilters) onChoose({ ...chosenHere, filter: !chosenHere.filter });
		else if (event.key === "Enter") onChoose({ layer, channel: 0, filter: false });
		else if (move) {
			const channel = chosenHere ? Math.max(0, Math.min(channels - 1, chosenHere.channel + move)) : 0;
			onChoose({ layer, channel, filter: chosenHere?.filter ?? false });
		} else return;
		event.preventDefault();
		announcer.expect();
		announceChoice();
	}

	/** Announce the chosen map to screen readers, if a key has chosen it. */
	function announceChoice() {
		if (!page || !chosen) return;
		const { layers } = page.server.images;
		const tile = chosen.filter
			? meanOf(kernelsOf(page.filters, layers, chosen.layer, chosen.channel))
			: mapOf(page.maps, layers, chosen.layer, chosen.channel);
		if (!tile) return;
		const [low, high] = rangeOf(tile).map((each) => formatValue(each, i18n));
		const name = (chosen.filter ? meanName : mapName)(i18n, numberedShape(page.server, chosen.layer), chosen);
		announcer.announce(i18n.t("images.readout.range", { name, low, high }));
	}

	/** Lay out the columns. @param {ImagePage} next */
	function layOut({ server, hidden }) {
		const { clientWidth, clientHeight: height } = frame;
		const wide = touch.matches;
		const layers = layersOf(server.config);
		const arranged = layOutColumns(server.images.layers, layers, {
			width: clientWidth,
			height,
			top: wide ? TOUCH_CONTROLS_HEIGHT : CONTROLS_HEIGHT,
			wide,
		});
		({ columns, width } = arranged);
		board.style.width = `${width}px`;
		const focused = columnElements.find((each) => each === document.activeElement)?.dataset.drawn;
		for (const each of columnElements) each.remove();
		columnElements = columns.filter(({ drawn: index }) => index !== null).map(createColumnElement);
		controls.update(columns, layers, server, height, hidden.has("numHiddenLayers"));
		canvas.after(...columnElements);
		if (focused) columnElements.find(({ dataset }) => dataset.drawn === focused)?.focus();
		hovered = null;
	}

	/** @param {CanvasRenderingContext2D} context @param {Tile[]} tiles @param {Box[]} boxes @param {Colors} colors */
	function drawCells(context, tiles, boxes, colors) {
		if (tiles[0].height > 1) return painter.draw(context, tiles, boxes, colors);
		return boxes.forEach(({ x, y, size }, index) => {
			context.fillStyle = colors.css(tiles[index].values[0] / 127);
			context.fillRect(x, y, size, size);
		});
	}

	/** @param {CanvasRenderingContext2D} context @param {ImagePage} next @param {Column} column */
	function drawColumn(context, { server, maps, filters, image, colors }, column) {
		const layer = /** @type {number} */ (column.drawn);
		const { layers } = server.images;
		const { channels } = layers[layer];
		if (column.kind === "output") {
			return drawScores(context, column, { scores: scoresOf(maps, layers), label: image?.label ?? null, colors, i18n });
		}
		const boxes = Array.from({ length: channels }, (_, channel) => boxOf(column, channel));
		if (column.kind === "input") {
			if (image) drawDigit(context, image.pixels, 255, boxes[0], colors);
		} else {
			const tiles = boxes.flatMap((_, channel) => mapOf(maps, layers, layer, channel) ?? []);
			if (tiles.length === channels) drawCells(context, tiles, boxes, colors);
		}
		if (boxes[0].size > 10) { for (const box of boxes) outline(context, box, colors.edge); }
		if (boxes[0].kernel.size === 0) return undefined;
		const means = boxes.flatMap((_, channel) => meanOf(kernelsOf(filters, layers, layer, channel)) ?? []);
		if (means.length === channels) painter.draw(context, means, boxes.map(({ kernel }) => kernel), colors);
		for (const { kernel } of boxes) outline(context, kernel, colors.edge);
		return undefined;
	}

	/** @param {CanvasRenderingContext2D} context @param {Choice | null} choice @param {string} colour @param {number} thick */
	function outlineChoice(context, choice, colour, thick) {
		const column = choice && columns.find((each) => each.drawn === choice.layer);
		if (!choice || !column?.cells) return;
		const box = boxOf(column, choice.channel);
		outline(context, choice.filter ? box.kernel : box, colour, thick);
	}

	/** Draw lines from column to column, in the order of the computation. @param {CanvasRenderingContext2D} context @param {Colors} colors */
	function drawConnections(context, { line }) {
		const shown = columns.filter(({ drawn: index }) => index !== null);
		const middle = Math.round(Math.min(...shown.map(({ y, height }) => y + height / 2))) + 0.5;
		context.strokeStyle = line;
		context.lineWidth = 1;
		shown.slice(1).forEach(({ x }, index) => {
			const before = shown[index];
			context.beginPath();
			context.moveTo(before.x + before.width + 4, middle);
			context.lineTo(x - 4, middle);
			context.stroke();
		});
	}

	function draw(isForced = false) {
		if (!page || columns.length === 0) return;
		const { maps, filters, image, colors } = page;
		const now = [maps, filters, image, colors, chosen];
		if (!isForced && now.every((each, index) => each === drawnInputs[index])) return;
		drawnInputs = now;
		const context = fitCanvas(canvas, width, frame.clientHeight);
		context.clearRect(0, 0, width, frame.clientHeight);
		drawConnections(context, colors);
		for (const column of columns) if (column.drawn !== null) drawColumn(context, page, column);
		outlineChoice(context, hovered, colors.quiet, 2);
		outlineChoice(context, chosen, colors.ink, 2);
	}

	/** @param {boolean} resized */
	function show(resized) {
		if (!page || frame.clientWidth === 0) return;
		const { server } = page;
		const next = JSON.stringify([server.images.layers, layersOf(server.config)]);
		const rebuilt = resized || next !== key;
		if (rebuilt) layOut(page);
		key = next;
		draw(rebuilt);
	}
	new ResizeObserver(() => show(true)).observe(frame);

	return {
		/** @param {ImagePage} next @param {Choice | null} choice */
		update(next, choice) {
			page = next;
			chosen = choice;
			show(false);
			announceChoice();
		},
	};
}
