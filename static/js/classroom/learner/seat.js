// A learner's seat: what a classroom adds to the playground. Loaded only on the page of a seat.
import { Refusal, requestJson } from "../../net/rest.js";
import { h, one, setText } from "../../ui/dom.js";
import { createLocks, nameOf } from "../shared/locks.js";
import { createSeatBar } from "./seat-bar.js";
import { createSeatCards } from "./seat-cards.js";
import { listenToSeat } from "./seat-link.js";
import { createSeatPanel } from "./seat-panel.js";

const TASK_KEY = "tinkernet.task"; // key in sessionStorage: the task whose panel has opened by itself
const RETRY_INTERVAL = 1000; // milliseconds between attempts to load the texts
const TRAINING_ACTIONS = ["play", "stepEpoch", "stepBatch"];

/**
 * @param {{i18n: I18n, messages: Messages, stop: () => void, actionOf: (event: KeyboardEvent) => string | null}} page
 *   `stop` closes the training's connection for good; `actionOf` returns the page's action of a key
 */
export async function createSeat({ i18n, messages, stop, actionOf }) {
	// Without its texts the bar is empty, so try until the server is back.
	while (!(await i18n.complete().then(() => true, () => false))) await new Promise((resolve) => setTimeout(resolve, RETRY_INTERVAL));
	const element = one("#room-bar");
	/** @type {OwnSeat | null} */
	let seat = null;
	let panelOpen = false;

	const box = h("section", { id: "room-panel", class: "popover room-panel", tabindex: "-1", hidden: true });
	element.after(box);
	const tell = (/** @type {string} */ key, /** @type {Record<string, string | number>} */ places = {}) =>
		messages.show("room", i18n.t(key, places), { warn: true, brief: true });

	/** Send a request about the seat and show the state that comes back. Return whether it succeeded. */
	async function change(/** @type {string} */ method, /** @type {string} */ path, /** @type {object | undefined} */ body = undefined) {
		try {
			const said = await requestJson(method, path, { body });
			if (said) take(said);
			return true;
		} catch (refusal) {
			const { status, code } = refusal instanceof Refusal ? refusal : { status: 0, code: "internal" };
			if (status === 401) gone("removed");
			else tell(code === "offline" ? "room.offline" : "room.failed");
			return false;
		}
	}
	const set = (/** @type {object} */ body) => change("POST", "api/seat", body);

	async function handIn() {
		showPanel(true);
		await change("POST", "api/seat/hand-in");
	}

	async function leave() {
		if (await change("DELETE", "api/seat")) location.assign("join");
	}

	const bar = createSeatBar(element, {
		i18n,
		onTask: () => showPanel(!panelOpen),
		onHint: () => cards.again(),
		onHelp: (help) => set({ help }),
		onDone: (done) => set({ done }),
		onHandIn: handIn,
		onLeave: leave,
	});
	const panel = createSeatPanel(box, { i18n, onClose: () => showPanel(false, true), onHandIn: handIn });
	const cards = createSeatCards(one("#messages"), {
		i18n,
		onHintSeen: () => set({ hint_seen: true }),
		onAgree: (agreed) => set({ agreed }),
	});
	const locks = createLocks({ i18n, onPressed: () => tellLocked("") });
	const paused = createPause({ i18n, actionOf, onPressed: () => tell("room.paused.message") });

	function showPanel(/** @type {boolean} */ open, back = false) {
		panelOpen = open;
		box.hidden = !open;
		const under = one(".bar"); // the time controls above stay usable
		box.style.setProperty("--room-panel-top", `${under.offsetTop + under.offsetHeight + 4}px`);
		if (seat) bar.update(seat, { panel: open });
		if (back) one(".room-button.task")?.focus();
	}

	function tellLocked(/** @type {string} */ field) {
		const reason = seat?.room.reason ?? "";
		const name = field && i18n.has(nameOf(field)) ? i18n.t(nameOf(field)) : "";
		const known = `room.locked.${name ? (reason ? "because" : "message") : reason ? "reason" : "usual"}`;
		messages.show("room", i18n.t(known, { name, reason }), { warn: true, brief: true });
	}

	/** Open the panel once for a new or changed task. */
	function announceTask(/** @type {OwnSeat} */ seat) {
		const key = seat.task ? JSON.stringify([seat.seat, seat.task.title, seat.task.text]) : "";
		if (key === recall()) return;
		remember(key);
		if (key) showPanel(true);
	}

	function take(/** @type {OwnSeat} */ next) {
		if (next.waiting) {
			location.replace("join"); // the teacher has not approved this learner yet
			return;
		}
		seat = next;
		announceTask(seat);
		bar.update(seat, { panel: panelOpen });
		panel.update(seat);
		cards.update(seat);
		locks.update(seat.room);
		paused.update(seat.room.paused);
		document.title = i18n.t("room.windowTitle", { room: seat.room.name, nickname: seat.nickname });
	}

	function gone(/** @type {string} */ reason) {
		stop();
		link.close();
		messages.remove("connection");
		showGone(i18n, reason === "ended" ? "ended" : "removed");
	}

	const link = listenToSeat({ onSeat: take, onGone: gone });

	return {
		/** Show why the server refused a message; return false if the room is not the reason. @param {{code: string, field?: string}} error */
		refused({ code, field }) {
			if (code === "locked") tellLocked(field ?? "");
			else if (code === "paused") tell("room.paused.message");
			return code === "locked" || code === "paused";
		},
	};
}

/** Show that the seat no longer exists, in a dialog that only its links leave. @param {I18n} i18n @param {"ended" | "removed"} reason */
function showGone({ t }, reason) {
	const play = h("a", { class: "text-button accent", href: `./${location.hash}`, text: t("room.gone.play") });
	const join = h("a", { class: "text-button", href: "join", text: t("room.gone.join") });
	const dialog = h(
		"dialog",
		{ class: "dialog room-gone", "aria-labelledby": "gone-title" },
		h("h2", { id: "gone-title", text: t(`room.gone.${reason}.title`) }),
		h("p", { text: t(`room.gone.${reason}.text`) }),
		h("p", { class: "room-foot" }, play, join),
	);
	dialog.addEventListener("cancel", (/** @type {Event} */ event) => event.preventDefault());
	document.body.append(dialog);
	dialog.showModal();
}

/**
 * While the class is paused, a note replaces the time controls and their keys do nothing.
 * @param {{i18n: I18n, actionOf: (event: KeyboardEvent) => string | null, onPressed: () => void}} options
 */
function createPause({ i18n, actionOf, onPressed }) {
	const transport = one(".transport");
	const note = h("p", { class: "room-paused", hidden: true }, h("span", { text: i18n.t("room.paused.title") }));
	const said = h("p", { class: "visually-hidden", role: "status" });
	transport.append(note);
	transport.after(said);
	note.addEventListener("click", onPressed);
	let isPaused = false;
	window.addEventListener(
		"keydown",
		(event) => {
			if (!isPaused || !TRAINING_ACTIONS.includes(actionOf(/** @type {KeyboardEvent} */ (event)) ?? "")) return;
			event.preventDefault();
			event.stopImmediatePropagation();
			if (!event.repeat) onPressed();
		},
		true,
	);
	return {
		update(/** @type {boolean} */ now) {
			if (now === isPaused) return;
			isPaused = now;
			const focused = /** @type {HTMLElement | null} */ (document.activeElement);
			if (now && transport.contains(focused)) focused?.blur(); // otherwise the browser still sends keys to it until the next paint
			note.hidden = !now;
			setText(said, now ? i18n.t("room.paused.message") : i18n.t("room.paused.over"));
			for (const each of transport.children) {
				if (each !== note && !each.classList.contains("epoch")) /** @type {HTMLElement} */ (each).inert = now;
			}
		},
	};
}

function recall() {
	try {
		return sessionStorage.getItem(TASK_KEY) ?? "";
	} catch {
		return "";
	}
}

function remember(/** @type {string} */ key) {
	try {
		sessionStorage.setItem(TASK_KEY, key);
	} catch {
		// without storage the panel opens again after a reload
	}
}
