// The wall: a tile for every learner, as large as possible while all of them fit the window.
import { h, setText } from "../../ui/dom.js";
import { badgesOf, filterEntries, sortEntries } from "./sort-filter.js";
import { fitGrid, TILE_GAP } from "./grid.js";
import { Tile } from "./tile.js";

const EDGE = 3; // pixels around the grid, for the outlines of tiles
const REFINED_SIDE = 200; // pixels of a picture's side from which it is refined
const ORDER_INTERVAL = 2500; // milliseconds between two changes of the order, so that tiles do not jump

/** The wall in an element. */
export class Wall {
	#element;
	#options;
	#grid;
	#empty = h("p", { class: "wall-empty quiet", hidden: true });
	/** @type {Map<string, Tile>} */
	#tiles = new Map();
	/** The seats that are shown. @type {string[]} */
	#shownSeats = [];
	/** When, in milliseconds, and by which key the seats were last sorted. */
	#lastSort = { at: -Infinity, by: "" };
	#refinement = 1; // factor by which pictures are refined
	#sizeKey = ""; // of the tiles, as they are drawn
	/** @type {RoomView | null} */
	#model = null;
	#sortTimer = 0;

	/** @param {HTMLElement} element @param {{i18n: I18n, onOpen: (seat: string) => void}} options */
	constructor(element, options) {
		this.#element = element;
		this.#options = options;
		this.#grid = h("div", { class: "wall-grid", role: "group", "aria-label": options.i18n.t("wall.title") });
		element.append(this.#grid, this.#empty);
		moveByArrows(this.#grid);
		new ResizeObserver(() => this.#redraw()).observe(element);
	}

	/** @param {RoomView} next */
	update(next) {
		this.#model = next;
		this.#sortSeats(next);
		this.#arrangeTiles();
		this.#showTiles(next, this.#fit());
		this.#empty.hidden = this.#shownSeats.length > 0;
		if (!this.#empty.hidden) setText(this.#empty, this.#options.i18n.t(next.room.seats.length === 0 ? "wall.empty" : "wall.emptyFilter"));
	}

	/** Focus a learner's tile. @param {string} seat */
	focus(seat) {
		this.#tiles.get(seat)?.element.focus();
	}

	/** Draw the latest state again. */
	#redraw() {
		if (this.#model?.room) this.update(this.#model);
	}

	/** Choose and sort the seats that are shown. @param {RoomView} next */
	#sortSeats({ room, learners, sort, filter, now }) {
		const seats = room.seats.filter((each) => !each.waiting);
		const by = `${sort} ${filter} ${seats.length} ${seats.map((each) => `${each.help}${each.nickname}`).join()}`;
		const moment = performance.now();
		if (by === this.#lastSort.by && moment - this.#lastSort.at < ORDER_INTERVAL) {
			this.#sortTimer ||= window.setTimeout(() => {
				this.#sortTimer = 0;
				this.#redraw();
			}, ORDER_INTERVAL - (moment - this.#lastSort.at));
			return;
		}
		this.#lastSort = { at: moment, by };
		const entries = seats.map((seat) => ({ seat, learner: learners.get(seat.seat) }));
		this.#shownSeats = sortEntries(filterEntries(entries, filter, now), sort, this.#options.i18n.locale).map(({ seat }) => seat.seat);
	}

	/** Fit the tiles to the window; return whether their size changed. */
	#fit() {
		const [width, height] = [this.#element.clientWidth - 2 * EDGE, this.#element.clientHeight - 2 * EDGE];
		const { density, columns, side } = fitGrid(this.#shownSeats.length, width, height);
		this.#refinement = side >= REFINED_SIDE ? 4 : 1;
		const key = `${density} ${columns} ${side}`;
		if (this.#sizeKey === key) return false;
		this.#sizeKey = key;
		this.#grid.dataset.density = density;
		this.#grid.style.setProperty("--side", `${side}px`);
		this.#grid.style.setProperty("--columns", String(columns));
		this.#grid.style.setProperty("--gap", `${TILE_GAP}px`);
		return true;
	}

	/** Put the tiles into their order: make those of new seats, and remove the others. */
	#arrangeTiles() {
		const grid = this.#grid;
		for (const [seat, { element: tile }] of this.#tiles) {
			if (this.#shownSeats.includes(seat)) continue;
			tile.remove();
			this.#tiles.delete(seat);
		}
		this.#shownSeats.forEach((seat, index) => {
			let tile = this.#tiles.get(seat);
			const { i18n, onOpen } = this.#options;
			if (!tile) this.#tiles.set(seat, tile = new Tile({ i18n, onOpen: () => onOpen(seat) }));
			if (grid.children[index] !== tile.element) {
				const focused = document.activeElement === tile.element;
				grid.insertBefore(tile.element, grid.children[index] ?? null);
				if (focused) tile.element.focus();
			}
		});
		const focusable = /** @type {HTMLElement | null} */ (grid.querySelector('[tabindex="0"]'));
		if (!focusable) grid.firstElementChild?.setAttribute("tabindex", "0");
	}

	/** @param {RoomView} model @param {boolean} resized whether the tiles have another size */
	#showTiles({ room, learners, namesHidden, selected, colors, now }, resized) {
		const { i18n } = this.#options;
		room.seats.forEach((seat, index) => {
			const tile = this.#tiles.get(seat.seat);
			if (!tile) return;
			const learner = learners.get(seat.seat);
			const title = namesHidden ? i18n.t("wall.numbered", { number: index + 1 }) : seat.nickname;
			const badges = badgesOf({ seat, learner }, now);
			tile.update({ seat, learner, title, badges, colors, resized, selected: selected === seat.seat, refinement: this.#refinement });
		});
	}
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
