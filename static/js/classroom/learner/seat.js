// What a classroom adds to a learner's playground: bar, task panel, cards, locks, pause. Loaded only on the page of a seat.
import { Refusal, requestJson } from "../../net/rest.js";
import { h, one } from "../../ui/dom.js";
import { untilLoaded } from "../../ui/lazy.js";
import { createLocks } from "../shared/locks.js";
import { nameOf } from "../../views/setting-words.js";
import { createPause } from "./pause.js";
import { createSeatBar } from "./seat-bar.js";
import { createSeatCards } from "./seat-cards.js";
import { listenToSeat } from "./seat-link.js";
import { createSeatPanel } from "./seat-panel.js";

const TASK_KEY = "tinkernet.task"; // key in sessionStorage: the task whose panel has opened by itself
const OVERLAY_WINDOWS = "(max-width: 1179px)"; // in which the open task covers a part of the lab; in others it stands beside it

/**
 * What the playground offers to the seat: `stop` closes the training's connection for good; `actionOf` returns the action of a key;
 * `lessons.assign` opens a lesson by name, from its start or at a step, and closes any for null; `lessons.receiveProgress` shows what the server
 * has verified in it; `lessons.reopen` shows it again after it was dismissed.
 * @typedef {{i18n: I18n, messages: Messages, stop: () => void, actionOf: (event: KeyboardEvent) => string | null,
 *   lessons: {assign: (name: string | null, begin: boolean, step: number | null) => void,
 *   receiveProgress: (progress: LessonProgress) => void, reopen: () => void}}} PlaygroundTools
 */

/** Return the seat's view, once its texts are loaded. @param {PlaygroundTools} page */
export async function createSeat(page) {
	await untilLoaded(() => page.i18n.complete()); // the bar needs the texts
	return new SeatView(page);
}

class SeatView {
	#playground;
	#panelElement = h("section", { id: "room-panel", class: "popover room-panel", tabindex: "-1", hidden: true });
	#bar;
	#panel;
	#cards;
	#locks;
	#pause;
	#link;
	/** @type {OwnSeat | null} */
	#seat = null;
	#panelOpen = false;
	#sending = false; // whether a network is being handed in
	/** The name of the lesson that the teacher has assigned. @type {string | null} */
	#assignedLesson = null;
	/** Key of the task for which the panel opened last, as sessionStorage has it; null before the first. @type {string | null} */
	#announcedTask = null;
	/** Name and number of the lesson step that is shown; empty if none is. */
	#shownStep = "";

	/** @param {PlaygroundTools} page */
	constructor(page) {
		const { i18n, actionOf } = page;
		const element = one("#room-bar");
		this.#playground = page;
		element.after(this.#panelElement);
		const handIn = () => this.#handIn();
		this.#bar = createSeatBar(element, {
			i18n,
			onTask: () => this.#showPanel(!this.#panelOpen),
			onLesson: () => this.#playground.lessons.reopen(),
			onHint: () => this.#cards.reopenHint(),
			onHelp: (help) => this.#updateSeat({ help }),
			onDone: (done) => this.#updateSeat({ done }),
			onHandIn: handIn,
			onLeave: () => this.#leave(),
		});
		this.#panel = createSeatPanel(this.#panelElement, { i18n, onClose: () => this.#showPanel(false, true), onHandIn: handIn });
		this.#cards = createSeatCards(one("#messages"), {
			i18n,
			onHintSeen: () => this.#updateSeat({ hint_seen: true }),
			onAgree: (agreed) => this.#updateSeat({ agreed }),
		});
		this.#locks = createLocks({ i18n, onPressed: () => this.#notifyLocked("") });
		this.#pause = createPause({ i18n, actionOf, onPressed: () => this.#notify("room.paused.message") });
		const covers = matchMedia(OVERLAY_WINDOWS);
		// A click on the playground closes the panel: the learner begins to work, and the bar still shows title and progress.
		one("#playground").addEventListener("click", () => (covers.matches || this.#shownStep) && this.#showPanel(false));
		window.addEventListener("resize", () => this.#placePanel());
		this.#link = listenToSeat({ onSeat: (seat) => this.#receiveSeat(seat), onGone: (reason) => this.#endSeat(reason) });
	}

	/** The key with which the learner's programs change the training; empty until it is known. */
	get sessionKey() {
		return this.#seat?.session_key ?? "";
	}

	/** Show why the server refused a message; return false if the room is not the reason. @param {{code: string, field?: string}} error */
	refused({ code, field }) {
		if (code === "locked") this.#notifyLocked(field ?? "");
		else if (code === "paused") this.#notify("room.paused.message");
		return code === "locked" || code === "paused";
	}

	/**
	 * Follow which step of a lesson is shown. The task panel closes when a step is opened; the bar offers to reopen an assigned lesson that is not shown.
	 * @param {{name: string, step: number} | null} position null: none
	 */
	showsLesson(position) {
		const shown = position ? `${position.name} ${position.step}` : "";
		if (shown === this.#shownStep) return;
		this.#shownStep = shown;
		this.#showPanel(this.#panelOpen && !position);
	}

	/** Tell the server that the learner finished the last step of the assigned lesson. */
	finishLesson() {
		this.#updateSeat({ lesson_finished: true });
	}

	#updateBar() {
		if (this.#seat) this.#bar.update(this.#seat, { panel: this.#panelOpen, lessonClosed: !this.#shownStep });
	}

	#notify(/** @type {string} */ key, /** @type {Record<string, string | number>} */ places = {}) {
		const { i18n, messages } = this.#playground;
		messages.show("room", i18n.t(key, places), { warn: true, brief: true });
	}

	#notifyLocked(/** @type {string} */ field) {
		const { i18n } = this.#playground;
		const reason = this.#seat?.room.reason ?? "";
		const name = field && i18n.has(nameOf(field)) ? i18n.t(nameOf(field)) : "";
		this.#notify(`room.locked.${name ? (reason ? "because" : "message") : reason ? "reason" : "usual"}`, { name, reason });
	}

	/** Send a REST request and show the seat's state that comes back. Return whether it succeeded; if not, the learner is told why. */
	async #request(/** @type {string} */ method, /** @type {string} */ path, /** @type {object | undefined} */ body = undefined) {
		try {
			const answer = await requestJson(method, path, { body });
			if (answer) this.#receiveSeat(answer);
			return true;
		} catch (refusal) {
			const { status, code } = refusal instanceof Refusal ? refusal : { status: 0, code: "internal" };
			if (status === 401) this.#endSeat("removed");
			else this.#notify(code === "offline" ? "room.offline" : "room.failed");
			return false;
		}
	}

	#updateSeat(/** @type {object} */ body) {
		return this.#request("POST", "api/seat", body);
	}

	/** Hand in the network as it is now. Until the answer comes, the panel shows no earlier verdict. */
	async #handIn() {
		if (this.#sending) return;
		this.#sending = true;
		if (this.#seat) this.#panel.update(this.#seat, { sending: true });
		this.#showPanel(true);
		await this.#request("POST", "api/seat/hand-in");
		this.#sending = false;
		if (this.#seat) this.#panel.update(this.#seat, { sending: false });
	}

	async #leave() {
		if (await this.#request("DELETE", "api/seat")) location.assign("join");
	}

	#showPanel(/** @type {boolean} */ open, back = false) {
		const inside = this.#panelElement.contains(document.activeElement);
		this.#panelOpen = open;
		this.#panelElement.hidden = !open;
		this.#placePanel();
		this.#updateBar();
		if (back && inside) one(".room-button.task")?.focus();
	}

	/** Place the open panel at the lab's upper edge, so that the controls above stay usable. */
	#placePanel() {
		if (!this.#panelOpen) return;
		const lab = one(".lab").getBoundingClientRect().top;
		const visibleTop = this.#shownStep ? one("#room-bar").getBoundingClientRect().bottom : lab; // beside a lesson the page scrolls, so the lab may be above the window
		const top = Math.max(lab, visibleTop) + window.scrollY;
		this.#panelElement.style.setProperty("--room-panel-top", `${Math.round(top)}px`);
	}

	/** Open the panel once for a new or changed task; open the lesson if the task is one. */
	#announceTask(/** @type {OwnSeat} */ { seat, task, lesson: progress }) {
		const lesson = task?.lesson ?? null;
		const key = task ? JSON.stringify(lesson ? [seat, lesson, progress?.since] : [seat, task.title, task.text]) : "";
		const isNew = key !== (this.#announcedTask ?? loadAnnouncedTask());
		this.#announcedTask = key;
		if (progress) this.#playground.lessons.receiveProgress(progress);
		if (lesson !== this.#assignedLesson || (lesson && isNew)) {
			this.#assignedLesson = lesson;
			this.#playground.lessons.assign(lesson, progress ? progress.step === 0 : isNew, progress?.step || null);
		}
		if (!isNew) return;
		saveAnnouncedTask(key);
		this.#showPanel(Boolean(key && !lesson)); // for a lesson, close the panel of an earlier task
	}

	/** Show a new state of the seat. */
	#receiveSeat(/** @type {OwnSeat} */ seat) {
		if (seat.waiting) {
			location.replace("join"); // the teacher has not approved this learner yet
			return;
		}
		this.#seat = seat;
		this.#announceTask(seat);
		this.#updateBar();
		this.#panel.update(seat, { sending: this.#sending });
		this.#cards.update(seat);
		this.#locks.update(seat.room);
		this.#pause.update(seat.room.paused);
		document.title = this.#playground.i18n.t("room.windowTitle", { room: seat.room.name, nickname: seat.nickname });
	}

	/** Close the connections, and tell the learner that the seat no longer exists. */
	#endSeat(/** @type {string} */ reason) {
		this.#playground.stop();
		this.#link.close();
		this.#playground.messages.remove("connection");
		showGone(this.#playground.i18n, reason === "ended" ? "ended" : "removed");
	}
}

/** Show that the seat no longer exists, in a dialog that can only be left by its links. @param {I18n} i18n @param {"ended" | "removed"} reason */
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

function loadAnnouncedTask() {
	try {
		return sessionStorage.getItem(TASK_KEY) ?? "";
	} catch {
		return "";
	}
}

function saveAnnouncedTask(/** @type {string} */ key) {
	try {
		sessionStorage.setItem(TASK_KEY, key);
	} catch {
		// without storage the panel opens again after a reload
	}
}
