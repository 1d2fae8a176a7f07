// What the class sees over the whole window: how to join, one learner's network, or the leaderboard.
import { h, one, setText } from "../../ui/dom.js";
import { showCode } from "../shared/code.js";
import { button } from "../../ui/dialog.js";
import { icon } from "../../ui/icons.js";
import { rankingList } from "./ranking.js";
import { Watch } from "./watch.js";

const MODES = /** @type {const} */ (["join", "network", "ranking"]);

/** @typedef {typeof MODES[number]} Mode */

const LOCAL_ADDRESS = /^https?:\/\/(localhost|127\.[\d.]+|\[::1\])[:/]/;

/** Whether an address works on this machine only. @param {string} url */
export const isLocal = (url) => LOCAL_ADDRESS.test(url);

/** How to join the room: address, code, QR picture, and how many are there. @param {I18n} i18n @param {TeacherTools["api"]} api */
function createJoinView({ t }, api) {
	const [address, code, count] = ["address", "code", "count"].map((each) => h("p", { class: `projector-${each}` }));
	const qr = h("img", { class: "projector-qr", alt: t("teach.project.qr") });
	const closed = h("p", { class: "projector-closed", text: t("teach.project.closed"), hidden: true });
	const alone = h("p", { class: "projector-closed", text: t("teach.project.alone"), hidden: true });
	const [goTo, type] = ["goTo", "type"].map((each) => h("p", { class: "quiet", text: t(`teach.project.${each}`) }));
	let drawn = ""; // the code in the QR picture

	async function drawCode(/** @type {string} */ wanted) {
		if (drawn === wanted) return;
		drawn = wanted;
		try {
			const blob = await api.file("/qr.svg");
			if (qr.src) URL.revokeObjectURL(qr.src);
			qr.src = URL.createObjectURL(blob); // an image cannot run scripts
		} catch {
			drawn = "";
		}
	}

	return {
		element: h("div", { class: "projector-join" }, h("div", {}, goTo, address, alone, type, code, closed, count), qr),
		update(/** @type {Room} */ room) {
			setText(address, room.join_url.replace(/^https?:\/\//, "").replace(/\/[A-Z0-9]{6}$/i, ""));
			alone.hidden = !isLocal(room.join_url);
			setText(code, showCode(room.code));
			closed.hidden = room.joining;
			setText(count, t("teach.project.count", { count: room.seats.filter((each) => !each.waiting).length }));
			drawCode(room.code);
		},
	};
}

/** The buttons over the projector. @param {I18n} i18n @param {{open: (mode: Mode) => void, leave: () => void, fill: () => void}} on */
function makeBar({ t }, { open, leave, fill }) {
	const name = h("p", { class: "projector-room" });
	/** @type {Map<Mode, HTMLElement>} */
	const tabs = new Map();
	for (const mode of MODES) {
		const text = t(`teach.project.${mode}`);
		tabs.set(mode, h("button", { type: "button", class: "filter", "aria-pressed": "false", text, on: { click: () => open(mode) } }));
	}
	const close = h("button", { type: "button", class: "icon-button", "aria-label": t("share.close"), on: { click: leave } }, icon("close"));
	const full = button(t("teach.project.full"), fill, { icon: "screen" });
	const element = h("header", { class: "projector-bar" }, name, h("div", { class: "filters" }, ...tabs.values()), full, close);
	return { element, name, tabs, close };
}

export class Projector {
	#element;
	#tools;
	#bar;
	#join;
	#stage = h("div", { class: "projector-stage" });
	#ranking = h("div", { class: "projector-ranking" });
	#watch;
	#behind = one("#room");
	/** @type {Mode | null} */
	#mode = null;
	/** @type {string | null} */
	#seat = null;
	/** @type {RoomView | null} */
	#state = null;

	/** @param {HTMLElement} element @param {TeacherTools} tools */
	constructor(element, tools) {
		const { i18n, catalogue, api } = tools;
		this.#element = element;
		this.#tools = tools;
		this.#join = createJoinView(i18n, api);
		this.#bar = makeBar(i18n, { open: (mode) => this.open(mode), leave: () => this.#leave(), fill: () => this.#fill() });
		this.#watch = new Watch(this.#stage, { i18n, catalogue, network: true });
		element.append(this.#bar.element, this.#join.element, this.#stage, this.#ranking);
		element.addEventListener("keydown", (event) => {
			if (event.key !== "Escape") return;
			event.stopPropagation();
			this.#leave();
		});
	}

	isOpen() {
		return this.#mode !== null;
	}

	/** @param {Mode} mode @param {string | null} [seat] whose network is shown */
	open(mode, seat = null) {
		const { act, api } = this.#tools;
		this.#mode = mode;
		if (seat && seat !== this.#seat) {
			this.#seat = seat;
			act(() => api.change({ shown: seat }));
		}
		if (this.#state) this.update(this.#state);
		this.#bar.close.focus();
	}

	/** @param {RoomView} state */
	update(state) {
		this.#state = state;
		const { room, colors } = state;
		const mode = this.#mode;
		this.#element.hidden = mode === null;
		this.#behind.inert = mode !== null;
		const index = room.seats.findIndex((each) => each.seat === this.#seat);
		this.#watch.update({ session: mode === "network" && index >= 0 ? room.seats[index].session : null, colors });
		if (mode) this.#show(mode, state, index);
	}

	/** @param {Mode} mode @param {RoomView} state @param {number} index of the shown learner's seat; -1: none */
	#show(mode, { room, namesHidden }, index) {
		const { i18n } = this.#tools;
		const { name, tabs } = this.#bar;
		for (const [each, tab] of tabs) {
			tab.setAttribute("aria-pressed", String(each === mode));
			tab.hidden = each === "network" ? index < 0 : each === "ranking" && !room.leaderboard;
		}
		this.#join.element.hidden = mode !== "join";
		this.#stage.hidden = mode !== "network";
		this.#ranking.hidden = mode !== "ranking";
		const learner = index < 0 ? "" : namesHidden ? i18n.t("wall.numbered", { number: index + 1 }) : room.seats[index].nickname;
		setText(name, mode === "network" && learner ? learner : room.name);
		if (mode === "ranking") {
			const title = h("h2", { text: i18n.t(`task.order.${room.leaderboard}`) });
			this.#ranking.replaceChildren(title, rankingList(i18n, room, namesHidden));
		}
		if (mode === "join") this.#join.update(room);
	}

	#fill() {
		const done = document.fullscreenElement ? document.exitFullscreen() : this.#element.requestFullscreen?.();
		done?.catch?.(() => {});
	}

	#leave() {
		const { act, api } = this.#tools;
		this.#mode = null;
		if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
		if (this.#state?.room.shown) act(() => api.change({ shown: null }));
		this.#seat = null;
		if (this.#state) this.update(this.#state);
	}
}
