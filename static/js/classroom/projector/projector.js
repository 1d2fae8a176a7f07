// The projector's view, which fills the window: how to join, one learner's network, or the leaderboard.
import { h, setText } from "../../ui/dom.js";
import { button } from "../../ui/dialog.js";
import { showCode } from "../shared/code.js";
import { rankingList } from "../shared/ranking.js";
import { Watch } from "../shared/watch.js";

const MODES = /** @type {const} */ (["join", "network", "ranking"]);

/** @typedef {typeof MODES[number]} Mode */

const LOCAL_ADDRESS = /^https?:\/\/(localhost|127\.[\d.]+|\[::1\])[:/]/;

/** Whether an address works on this machine only. @param {string} url */
export const isLocal = (url) => LOCAL_ADDRESS.test(url);

/** Return the view that says how to join: address, code, QR code, number of learners. @param {I18n} i18n @param {() => Promise<Blob>} drawQr */
function createJoinView({ t }, drawQr) {
	const [address, code, count] = ["address", "code", "count"].map((each) => h("p", { class: `projector-${each}` }));
	const qr = h("img", { class: "projector-qr", alt: t("teach.project.qr") });
	const closed = h("p", { class: "projector-closed", text: t("teach.project.closed"), hidden: true });
	const alone = h("p", { class: "projector-closed", text: t("teach.project.alone"), hidden: true });
	const [goTo, type] = ["goTo", "type"].map((each) => h("p", { class: "quiet", text: t(`teach.project.${each}`) }));
	let drawnCode = ""; // the code in the QR picture

	async function drawCode(/** @type {string} */ wanted) {
		if (drawnCode === wanted) return;
		drawnCode = wanted;
		try {
			const blob = await drawQr();
			if (qr.src) URL.revokeObjectURL(qr.src);
			qr.src = URL.createObjectURL(blob); // an image cannot run scripts
		} catch {
			drawnCode = "";
		}
	}

	return {
		element: h("div", { class: "projector-join" }, h("div", {}, goTo, address, alone, type, code, closed, count), qr),
		update(/** @type {ProjectedRoom} */ room) {
			setText(address, room.join_url.replace(/^https?:\/\//, "").replace(/\/[A-Z0-9]{6}$/i, ""));
			alone.hidden = !isLocal(room.join_url);
			setText(code, showCode(room.code));
			closed.hidden = room.joining;
			setText(count, t("teach.project.count", { count: room.seats.filter((each) => !each.waiting).length }));
			drawCode(room.code);
		},
	};
}

/** Return the bar with the buttons. @param {I18n} i18n @param {{setMode: (mode: Mode) => void, toggleNames: () => void, toggleFullscreen: () => void}} on */
function createBar({ t }, { setMode, toggleNames, toggleFullscreen }) {
	const name = h("p", { class: "projector-room" });
	/** @type {Map<Mode, HTMLElement>} */
	const tabs = new Map();
	for (const mode of MODES) {
		const text = t(`teach.project.${mode}`);
		tabs.set(mode, h("button", { type: "button", class: "filter", "aria-pressed": "false", text, on: { click: () => setMode(mode) } }));
	}
	const hide = button(t("wall.hideNames"), toggleNames, { icon: "eye", "aria-pressed": "false" });
	const full = button(t("teach.project.full"), toggleFullscreen, { icon: "screen" });
	const element = h("header", { class: "projector-bar" }, name, h("div", { class: "filters" }, ...tabs.values()), hide, full);
	return { element, name, tabs, hide };
}

/** @typedef {{room: ProjectedRoom, colors: Colors, namesHidden: boolean}} Projected */
/**
 * @typedef {{i18n: I18n, catalogue: Catalogue, drawQr: () => Promise<Blob>, sessionOf: (seat: string) => string, onNames: () => void}} ProjectorOptions
 *   `sessionOf` returns the session id by which a seat's network is watched; `onNames` is called to hide the names, or to show them again
 */

/** The view of the projector in an element. */
export class Projector {
	#options;
	#element;
	#bar;
	#join;
	#stage = h("div", { class: "projector-stage" });
	#ranking = h("div", { class: "projector-ranking" });
	#watch;
	/** @type {Mode} */
	#mode = "join";
	/** The seat whose network the teacher has put on the projector. @type {string | null} */
	#shownSeat = null;
	/** @type {Projected | null} */
	#state = null;

	/** @param {HTMLElement} element @param {ProjectorOptions} options */
	constructor(element, options) {
		const { i18n, catalogue, drawQr, onNames } = options;
		this.#options = options;
		this.#element = element;
		this.#join = createJoinView(i18n, drawQr);
		this.#bar = createBar(i18n, {
			setMode: (mode) => this.#setMode(mode),
			toggleNames: onNames,
			toggleFullscreen: () => this.#toggleFullscreen(),
		});
		this.#watch = new Watch(this.#stage, { i18n, catalogue, network: true, path: "ws/projected" });
		element.append(this.#bar.element, this.#join.element, this.#stage, this.#ranking);
	}

	/** @param {Mode} mode */
	#setMode(mode) {
		this.#mode = mode;
		if (this.#state) this.update(this.#state);
	}

	/** @param {Projected} state */
	update(state) {
		this.#state = state;
		const { room, colors } = state;
		if (room.shown !== this.#shownSeat) {
			this.#shownSeat = room.shown;
			if (room.shown || this.#mode === "network") this.#mode = room.shown ? "network" : "join";
		}
		if (this.#mode === "ranking" && !room.leaderboard) this.#mode = "join";
		this.#watch.update({ session: this.#mode === "network" && room.shown ? this.#options.sessionOf(room.shown) : null, colors });
		this.#draw(state);
	}

	/** @param {Projected} state */
	#draw({ room, namesHidden }) {
		const { i18n } = this.#options;
		const { name, tabs, hide } = this.#bar;
		const mode = this.#mode;
		for (const [each, tab] of tabs) {
			tab.setAttribute("aria-pressed", String(each === mode));
			tab.hidden = each === "network" ? !room.shown : each === "ranking" && !room.leaderboard;
		}
		hide.setAttribute("aria-pressed", String(namesHidden));
		hide.hidden = room.anonymous;
		this.#join.element.hidden = mode !== "join";
		this.#stage.hidden = mode !== "network";
		this.#ranking.hidden = mode !== "ranking";
		const index = room.seats.findIndex((each) => each.seat === room.shown);
		const nickname = (!namesHidden && room.seats[index]?.nickname) || i18n.t("wall.numbered", { number: index + 1 });
		setText(name, mode === "network" ? nickname : room.name);
		if (mode === "ranking") {
			const title = h("h2", { text: i18n.t(`task.order.${room.leaderboard}`) });
			this.#ranking.replaceChildren(title, rankingList(i18n, room, namesHidden));
		}
		if (mode === "join") this.#join.update(room);
	}

	#toggleFullscreen() {
		const done = document.fullscreenElement ? document.exitFullscreen() : this.#element.requestFullscreen?.();
		done?.catch?.(() => {});
	}
}
