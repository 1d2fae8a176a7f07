// A learner's seat: what a classroom adds to the playground. Loaded only on the page of a seat.
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

/** @param {PlaygroundTools} page */
export async function createSeat(page) {
	await untilLoaded(() => page.i18n.complete()); // without its texts the bar is empty
	return new SeatView(page);
}

class SeatView {
	#page;
	#box = h("section", { id: "room-panel", class: "popover room-panel", tabindex: "-1", hidden: true });
	#bar;
	#panel;
	#cards;
	#locks;
	#pause;
	#link;
	/** @type {OwnSeat | null} */
	#seat = null;
	#panelOpen = false;
	#sending = false;
	/** The lesson that the teacher has the class follow. @type {string | null} */
	#lesson = null;
	/** The task that was announced last, as it is remembered; null before the first. @type {string | null} */
	#announced = null;
	/** The step of a lesson that is shown; empty if none is. */
	#lessonShown = "";

	/** @param {PlaygroundTools} page */
	constructor(page) {
		const { i18n, actionOf } = page;
		const element = one("#room-bar");
		this.#page = page;
		element.after(this.#box);
		const handIn = () => this.#handIn();
		this.#bar = createSeatBar(element, {
			i18n,
			onTask: () => this.#showPanel(!this.#panelOpen),
			onLesson: () => this.#page.lessons.reopen(),
			onHint: () => this.#cards.again(),
			onHelp: (help) => this.#set({ help }),
			onDone: (done) => this.#set({ done }),
			onHandIn: handIn,
			onLeave: () => this.#leave(),
		});
		this.#panel = createSeatPanel(this.#box, { i18n, onClose: () => this.#showPanel(false, true), onHandIn: handIn });
		this.#cards = createSeatCards(one("#messages"), {
			i18n,
			onHintSeen: () => this.#set({ hint_seen: true }),
			onAgree: (agreed) => this.#set({ agreed }),
		});
		this.#locks = createLocks({ i18n, onPressed: () => this.#tellLocked("") });
		this.#pause = createPause({ i18n, actionOf, onPressed: () => this.#tell("room.paused.message") });
		const covers = matchMedia(OVERLAY_WINDOWS);
		// Who begins to work has read the task; its title with the progress stays in the bar.
		one("#playground").addEventListener("click", () => (covers.matches || this.#lessonShown) && this.#showPanel(false));
		window.addEventListener("resize", () => this.#placePanel());
		this.#link = listenToSeat({ onSeat: (seat) => this.#take(seat), onGone: (reason) => this.#gone(reason) });
	}

	/** The key with which the learner's programs change the training; empty until it is known. */
	get sessionKey() {
		return this.#seat?.session_key ?? "";
	}

	/** Show why the server refused a message; return false if the room is not the reason. @param {{code: string, field?: string}} error */
	refused({ code, field }) {
		if (code === "locked") this.#tellLocked(field ?? "");
		else if (code === "paused") this.#tell("room.paused.message");
		return code === "locked" || code === "paused";
	}

	/**
	 * Which step of a lesson is shown: an open task gives way to another step. A lesson that is the task and is not shown has a way back.
	 * @param {{name: string, step: number} | null} place
	 */
	showsLesson(place) {
		const shown = place ? `${place.name} ${place.step}` : "";
		if (shown === this.#lessonShown) return;
		this.#lessonShown = shown;
		this.#showPanel(this.#panelOpen && !place);
	}

	/** The last step of the lesson that is the task is finished. */
	finishLesson() {
		this.#set({ lesson_finished: true });
	}

	#updateBar() {
		if (this.#seat) this.#bar.update(this.#seat, { panel: this.#panelOpen, lessonClosed: !this.#lessonShown });
	}

	#tell(/** @type {string} */ key, /** @type {Record<string, string | number>} */ places = {}) {
		const { i18n, messages } = this.#page;
		messages.show("room", i18n.t(key, places), { warn: true, brief: true });
	}

	#tellLocked(/** @type {string} */ field) {
		const { i18n } = this.#page;
		const reason = this.#seat?.room.reason ?? "";
		const name = field && i18n.has(nameOf(field)) ? i18n.t(nameOf(field)) : "";
		this.#tell(`room.locked.${name ? (reason ? "because" : "message") : reason ? "reason" : "usual"}`, { name, reason });
	}

	/** Send a request about the seat and show the state that comes back. Return whether it succeeded. */
	async #change(/** @type {string} */ method, /** @type {string} */ path, /** @type {object | undefined} */ body = undefined) {
		try {
			const answer = await requestJson(method, path, { body });
			if (answer) this.#take(answer);
			return true;
		} catch (refusal) {
			const { status, code } = refusal instanceof Refusal ? refusal : { status: 0, code: "internal" };
			if (status === 401) this.#gone("removed");
			else this.#tell(code === "offline" ? "room.offline" : "room.failed");
			return false;
		}
	}

	#set(/** @type {object} */ body) {
		return this.#change("POST", "api/seat", body);
	}

	/** Hand in the network as it is now; until the answer comes, the panel tells no verdict of an earlier one. */
	async #handIn() {
		if (this.#sending) return;
		this.#sending = true;
		if (this.#seat) this.#panel.update(this.#seat, { sending: true });
		this.#showPanel(true);
		await this.#change("POST", "api/seat/hand-in");
		this.#sending = false;
		if (this.#seat) this.#panel.update(this.#seat, { sending: false });
	}

	async #leave() {
		if (await this.#change("DELETE", "api/seat")) location.assign("join");
	}

	#showPanel(/** @type {boolean} */ open, back = false) {
		const inside = this.#box.contains(document.activeElement);
		this.#panelOpen = open;
		this.#box.hidden = !open;
		this.#placePanel();
		this.#updateBar();
		if (back && inside) one(".room-button.task")?.focus();
	}

	/** Place the open panel at the lab's upper edge, so that the controls above stay usable. */
	#placePanel() {
		if (!this.#panelOpen) return;
		const lab = one(".lab").getBoundingClientRect().top;
		const seen = this.#lessonShown ? one("#room-bar").getBoundingClientRect().bottom : lab; // beside a lesson one scrolls to the lab's parts
		const top = Math.max(lab, seen) + window.scrollY;
		this.#box.style.setProperty("--room-panel-top", `${Math.round(top)}px`);
	}

	/** Open the panel once for a new or changed task, and the lesson that is one. */
	#announceTask(/** @type {OwnSeat} */ { seat, task, lesson: progress }) {
		const lesson = task?.lesson ?? null;
		const key = task ? JSON.stringify(lesson ? [seat, lesson, progress?.since] : [seat, task.title, task.text]) : "";
		const isNew = key !== (this.#announced ?? recall());
		this.#announced = key;
		if (progress) this.#page.lessons.receiveProgress(progress);
		if (lesson !== this.#lesson || (lesson && isNew)) {
			this.#lesson = lesson;
			this.#page.lessons.assign(lesson, progress ? progress.step === 0 : isNew, progress?.step || null);
		}
		if (!isNew) return;
		remember(key);
		this.#showPanel(Boolean(key && !lesson)); // that of an earlier task gives way to a lesson
	}

	#take(/** @type {OwnSeat} */ seat) {
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
		document.title = this.#page.i18n.t("room.windowTitle", { room: seat.room.name, nickname: seat.nickname });
	}

	#gone(/** @type {string} */ reason) {
		this.#page.stop();
		this.#link.close();
		this.#page.messages.remove("connection");
		showGone(this.#page.i18n, reason === "ended" ? "ended" : "removed");
	}
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
