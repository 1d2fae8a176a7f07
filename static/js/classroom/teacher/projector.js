// What the class sees over the whole window: how to join, one learner's network, or the leaderboard.
import { h, one, setText } from "../../ui/dom.js";
import { showCode } from "../shared/code.js";
import { button } from "../../ui/dialog.js";
import { icon } from "../../ui/icons.js";
import { rankingList } from "./ranking.js";
import { createWatch } from "./watch.js";

/** @typedef {"join" | "network" | "ranking"} Mode */

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

/**
 * @param {HTMLElement} element
 * @param {TeacherTools} options
 */
export function createProjector(element, { i18n, catalogue, api, act }) {
	const t = i18n.t;
	const name = h("p", { class: "projector-room" });
	const join = createJoinView(i18n, api);
	const stage = h("div", { class: "projector-stage" });
	const ranking = h("div", { class: "projector-ranking" });
	const tabs = new Map();
	const tab = (/** @type {Mode} */ mode, /** @type {string} */ key) => {
		const made = h("button", {
			type: "button",
			class: "filter",
			"aria-pressed": "false",
			text: t(key),
			on: { click: () => open(mode) },
		});
		tabs.set(mode, made);
		return made;
	};
	const close = h(
		"button",
		{ type: "button", class: "icon-button", "aria-label": t("share.close"), on: { click: leave } },
		icon("close"),
	);
	const full = button(
		t("teach.project.full"),
		() => (document.fullscreenElement ? document.exitFullscreen() : element.requestFullscreen?.())?.catch?.(() => {}),
		{ icon: "screen" },
	);
	element.append(
		h(
			"header",
			{ class: "projector-bar" },
			name,
			h(
				"div",
				{ class: "filters" },
				tab("join", "teach.project.join"),
				tab("network", "teach.project.network"),
				tab("ranking", "teach.project.ranking"),
			),
			full,
			close,
		),
		join.element,
		stage,
		ranking,
	);
	const behind = one("#room");
	const watch = createWatch(stage, { i18n, catalogue, network: true });
	/** @type {Mode | null} */
	let mode = null;
	/** @type {string | null} */
	let seat = null;
	/** @type {RoomView | null} */
	let state = null;

	/** @param {Mode} next @param {string | null} [who] */
	function open(next, who = null) {
		mode = next;
		if (who && who !== seat) {
			seat = who;
			act(() => api.change({ shown: who }));
		}
		if (state) update(state);
		close.focus();
	}

	function leave() {
		mode = null;
		if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
		if (state?.room.shown) act(() => api.change({ shown: null }));
		seat = null;
		if (state) update(state);
	}
	element.addEventListener("keydown", (event) => {
		if (event.key !== "Escape") return;
		event.stopPropagation();
		leave();
	});

	function update(/** @type {RoomView} */ next) {
		state = next;
		const { room, colors, namesHidden } = state;
		element.hidden = mode === null;
		behind.inert = mode !== null;
		const index = room.seats.findIndex((each) => each.seat === seat);
		watch.update({ session: mode === "network" && index >= 0 ? room.seats[index].session : null, colors });
		if (mode === null) return;
		for (const [each, made] of tabs) made.setAttribute("aria-pressed", String(each === mode));
		tabs.get("network").hidden = index < 0;
		tabs.get("ranking").hidden = !room.leaderboard;
		join.element.hidden = mode !== "join";
		stage.hidden = mode !== "network";
		ranking.hidden = mode !== "ranking";
		const who = index < 0 ? "" : namesHidden ? t("wall.numbered", { number: index + 1 }) : room.seats[index].nickname;
		setText(name, mode === "network" && who ? who : room.name);
		if (mode === "ranking") {
			ranking.replaceChildren(h("h2", { text: t(`task.order.${room.leaderboard}`) }), rankingList(i18n, room, namesHidden));
		}
		if (mode === "join") join.update(room);
	}

	return { open, update, isOpen: () => mode !== null };
}
