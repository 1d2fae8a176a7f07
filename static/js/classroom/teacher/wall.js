// The wall: a tile for every learner, as large as possible while all of them fit the window.
import { h, setText } from "../../ui/dom.js";
import { badgesOf, filtered, sorted } from "./sort-filter.js";
import { fitGrid, GAP } from "./grid.js";
import { createTile } from "./tile.js";

const EDGE = 3; // pixels around the grid, for the outlines of tiles
const REFINED_SIDE = 200; // pixels of a picture's side from which it is refined
const ORDER_INTERVAL = 2500; // milliseconds between two changes of the order, so that tiles do not jump

/** @param {HTMLElement} element @param {{i18n: I18n, onOpen: (seat: string) => void}} options */
export function createWall(element, { i18n, onOpen }) {
	const grid = h("div", { class: "wall-grid", role: "group", "aria-label": i18n.t("wall.title") });
	const empty = h("p", { class: "wall-empty quiet", hidden: true });
	element.append(grid, empty);
	/** @type {Map<string, ReturnType<typeof createTile>>} */
	const tiles = new Map();
	/** @type {string[]} */
	let order = [];
	let ordered = { at: -Infinity, by: "" };
	let finer = 1; // factor by which pictures are refined
	let size = ""; // of the tiles, as they are drawn
	/** @type {RoomView | null} */
	let model = null;
	let later = 0;

	new ResizeObserver(() => model?.room && update(model)).observe(element);

	/** Choose and sort the seats that are shown. @param {RoomView} next */
	function arrangeSeats({ room, learners, sort, filter, now }) {
		const seats = room.seats.filter((each) => !each.waiting);
		const by = `${sort} ${filter} ${seats.length} ${seats.map((each) => `${each.help}${each.nickname}`).join()}`;
		const moment = performance.now();
		if (by === ordered.by && moment - ordered.at < ORDER_INTERVAL) {
			later ||= window.setTimeout(() => {
				later = 0;
				if (model) update(model);
			}, ORDER_INTERVAL - (moment - ordered.at));
			return;
		}
		ordered = { at: moment, by };
		const entries = seats.map((seat) => ({ seat, learner: learners.get(seat.seat) }));
		order = sorted(filtered(entries, filter, now), sort, i18n.locale).map(({ seat }) => seat.seat);
	}

	/** Fit the tiles to the window; return whether their size changed. */
	function fit() {
		const [width, height] = [element.clientWidth - 2 * EDGE, element.clientHeight - 2 * EDGE];
		const { density, columns, side } = fitGrid(order.length, width, height);
		finer = side >= REFINED_SIDE ? 4 : 1;
		const key = `${density} ${columns} ${side}`;
		if (size === key) return false;
		size = key;
		grid.dataset.density = density;
		grid.style.setProperty("--side", `${side}px`);
		grid.style.setProperty("--columns", String(columns));
		grid.style.setProperty("--gap", `${GAP}px`);
		return true;
	}

	function place() {
		for (const [seat, { element: tile }] of tiles) {
			if (order.includes(seat)) continue;
			tile.remove();
			tiles.delete(seat);
		}
		order.forEach((seat, index) => {
			let tile = tiles.get(seat);
			if (!tile) tiles.set(seat, tile = createTile({ i18n, onOpen: () => onOpen(seat) }));
			if (grid.children[index] !== tile.element) {
				const focused = document.activeElement === tile.element;
				grid.insertBefore(tile.element, grid.children[index] ?? null);
				if (focused) tile.element.focus();
			}
		});
		const inTurn = /** @type {HTMLElement | null} */ (grid.querySelector('[tabindex="0"]'));
		if (!inTurn) grid.firstElementChild?.setAttribute("tabindex", "0");
	}

	function update(/** @type {RoomView} */ next) {
		model = next;
		const { room, learners, namesHidden, selected, colors, now } = model;
		arrangeSeats(model);
		place();
		const resized = fit();
		room.seats.forEach((seat, index) => {
			const tile = tiles.get(seat.seat);
			if (!tile) return;
			const learner = learners.get(seat.seat);
			const title = namesHidden ? i18n.t("wall.numbered", { number: index + 1 }) : seat.nickname;
			tile.update({
				seat,
				learner,
				title,
				badges: badgesOf({ seat, learner }, now),
				colors,
				resized,
				selected: selected === seat.seat,
				finer,
			});
		});
		empty.hidden = order.length > 0;
		if (!empty.hidden) setText(empty, i18n.t(room.seats.length === 0 ? "wall.empty" : "wall.emptyFilter"));
	}

	moveByArrows(grid);

	return {
		update,
		/** Focus a learner's tile. @param {string} seat */
		focus: (seat) => tiles.get(seat)?.element.focus(),
	};
}

/** Tab reaches the grid as one stop; arrow keys move between tiles. @param {HTMLElement} grid */
function moveByArrows(grid) {
	grid.addEventListener("focusin", (/** @type {FocusEvent} */ event) => {
		const tile = /** @type {Element} */ (event.target).closest(".tile");
		if (!tile) return;
		grid.querySelector('[tabindex="0"]')?.setAttribute("tabindex", "-1");
		tile.setAttribute("tabindex", "0");
	});
	grid.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
		const at = [...grid.children].indexOf(/** @type {Element} */ (document.activeElement));
		if (at < 0) return;
		const columns = getComputedStyle(grid).gridTemplateColumns.split(" ").length;
		const [end, moves] = [
			grid.children.length - 1,
			/** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }),
		];
		const to = event.key === "Home" ? 0 : event.key === "End" ? end : at + (moves[event.key] ?? NaN);
		if (!(to >= 0 && to <= end)) return;
		event.preventDefault();
		/** @type {HTMLElement} */ (grid.children[to]).focus();
	});
}
