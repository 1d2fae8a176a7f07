// A room as its teacher works with it: its state, the wall, the dialogs and the keys.
import { createStore } from "../../state/store.js";
import { one } from "../../ui/dom.js";
import { connectionMessage } from "../../ui/messages.js";
import { readThemeColors } from "../../ui/theme.js";
import { Refusal } from "../../net/rest.js";
import { createRoomApi } from "./api.js";
import { createConfirm } from "./confirm.js";
import { createHint, createLocking, createStart } from "./dialogs.js";
import { LearnerPanel } from "./learner.js";
import { createLearners } from "../shared/learners.js";
import { createResults } from "./results.js";
import { createRoomDialog } from "./room-dialog.js";
import { forgetRoom, isRemembered, isTeacherKey, saveRoom, saveTeacherKey } from "./rooms.js";
import { shareNames } from "../shared/names-channel.js";
import { createToolbar } from "./toolbar.js";
import { Tasks } from "./tasks.js";
import { createWallControls } from "./wall-controls.js";
import { Wall } from "./wall.js";
import { createRoomSocket } from "../shared/room-socket.js";
import { socketUrl } from "../../net/socket.js";

const REDRAW_INTERVAL = 5000; // milliseconds between redraws for what depends on the time, such as `idle`

/** @typedef {ReturnType<typeof createRoomStore>} RoomStore */

/** Return the page's store; `room` is null until it is known. @param {ReturnType<typeof createLearners>} learners @param {number} now */
function createRoomStore(learners, now) {
	return createStore({
		room: /** @type {Room | null} */ (null),
		learners,
		version: 0,
		now,
		sort: "joined",
		filter: "all",
		namesHidden: false,
		selected: /** @type {string | null} */ (null),
		colors: readThemeColors(),
	});
}

/**
 * @typedef {{i18n: I18n, catalogue: Catalogue, messages: Messages, id: string, key: string, showError: (error: unknown) => void,
 *   onGone: () => void}} RoomOptions
 */

/** The teacher's page for one room. */
export class OpenRoom {
	#element;
	#options;
	#api;
	#clockOffset = 0; // the server's clock minus this one, in milliseconds
	#learners;
	#store;
	#socket;
	#redrawTimer;
	#namesChannel;
	#stopKeys;

	/** @param {HTMLElement} element @param {RoomOptions} options */
	constructor(element, options) {
		this.#element = element;
		this.#options = options;
		this.#api = createRoomApi(options);
		this.#learners = createLearners(() => this.#serverNow());
		this.#store = createRoomStore(this.#learners, this.#serverNow());
		const { i18n, catalogue } = options;
		/** @type {TeacherTools} Nothing is shown before the room is known. */
		const tools = {
			i18n,
			catalogue,
			api: this.#api,
			perform: (work) => this.#perform(work),
			state: () => /** @type {RoomView} */ (/** @type {unknown} */ (this.#store.get())),
		};
		const { views, project, select } = createViews(element, {
			...tools,
			store: this.#store,
			secret: options,
			onLeave: (forget) => this.#leave(forget),
		});
		this.#drawOnChange(views, tools.state);
		this.#socket = this.#connect();
		this.#stopKeys = listenToKeys(this.#store, project, select);
		this.#namesChannel = shareNames(options.id, () => this.#store.get().namesHidden, (namesHidden) => this.#store.set({ namesHidden }));
		let publishedHidden = false;
		this.#store.subscribe(() => {
			if (publishedHidden === this.#store.get().namesHidden) return;
			publishedHidden = !publishedHidden;
			this.#namesChannel.publish();
		});
		this.#redrawTimer = setInterval(() => this.#store.set({ now: this.#serverNow() }), REDRAW_INTERVAL);
		this.#api.serverTime().then((/** @type {number} */ at) => (this.#clockOffset = at - Date.now()), () => {});
	}

	updateColors() {
		this.#store.set({ colors: readThemeColors() });
	}

	close() {
		this.#socket.close();
		clearInterval(this.#redrawTimer);
		this.#namesChannel.close();
		this.#stopKeys();
	}

	#serverNow() {
		return Date.now() + this.#clockOffset;
	}

	/**
	 * Run a request and return its result, null if it has none. If the server refuses, show the error and return undefined.
	 * @template Result @param {() => Promise<Result>} work @returns {Promise<Result | null | undefined>}
	 */
	async #perform(work) {
		try {
			const answer = await work();
			this.#options.messages.remove("refused");
			return answer ?? null;
		} catch (error) {
			this.#options.showError(error);
			return undefined;
		}
	}

	/** @param {{update: (state: RoomView) => void}[]} views @param {() => RoomView} state */
	#drawOnChange(views, state) {
		let scheduled = 0;
		const draw = () => {
			scheduled = 0;
			if (!this.#store.get().room) return;
			for (const view of views) view.update(state());
		};
		this.#store.subscribe(() => (scheduled ||= requestAnimationFrame(draw)));
	}

	#connect() {
		const { id, key } = this.#options;
		return createRoomSocket({
			url: socketUrl("ws/room"),
			room: id,
			key,
			onRoom: (room) => this.#receiveRoom(room),
			onLearners: (updates) => {
				this.#learners.receive(updates);
				this.#store.set({ version: this.#store.get().version + 1, now: this.#serverNow() });
			},
			onStatus: (status, seconds) => this.#onStatus(status, seconds),
		});
	}

	#receiveRoom(/** @type {Room} */ room) {
		const { id, key, i18n } = this.#options;
		this.#learners.retain(new Set(room.seats.map(({ seat }) => seat)));
		if (room.name !== this.#store.get().room?.name) {
			if (isRemembered(id) && !isTeacherKey(key)) saveRoom({ id, key, name: room.name, at: room.created * 1000 });
			document.title = `${room.name} – ${i18n.t("teach.title")}`;
		}
		this.#element.hidden = false;
		this.#store.set({ room, now: this.#serverNow() });
	}

	/** Show the state of the connection, and leave when the room no longer exists. @param {ConnectionKind | "gone"} status @param {number} [seconds] */
	async #onStatus(status, seconds) {
		const { messages, i18n, showError } = this.#options;
		if (status === "gone") {
			messages.show("gone", i18n.t("teach.gone"), { warn: true });
			return this.#leave();
		}
		connectionMessage(messages, i18n, "teach")(status, seconds);
		if (status === "open") return undefined;
		// Browsers do not tell why a socket was refused. Ask over REST whether the room still exists.
		const refusal = await this.#api.state().then(() => null, (error) => error);
		if (!(refusal instanceof Refusal && [403, 404].includes(refusal.status))) return undefined;
		messages.remove("connection");
		showError(refusal);
		return this.#leave();
	}

	/** Return to the entrance. @param {boolean} [forget] whether the browser forgets the room */
	#leave(forget = true) {
		this.close();
		if (forget) forgetRoom(this.#options.id);
		this.#options.onGone();
	}
}

/**
 * Return functions that ask for confirmation, then remove a learner or those offline, reset all, forget the room, or end it.
 * @param {TeacherTools & {store: RoomStore, onLeave: (forget: boolean) => void}} tools
 */
function createConfirmations({ i18n, api, perform, store, onLeave }) {
	const { t } = i18n;
	const { open } = createConfirm(i18n);
	return {
		remove(/** @type {Seat} */ { seat, nickname }) {
			const name = store.get().namesHidden ? t("wall.thisLearner") : nickname;
			open({ text: [t("wall.removeSure", { name })], action: t("wall.remove"), onConfirm: () => perform(() => api.removeSeat(seat)) });
		},
		reset: () =>
			open({
				text: [t("teach.reset.sure"), ...(store.get().room?.task?.lesson ? [t("teach.reset.lesson")] : [])],
				action: t("teach.reset"),
				onConfirm: () => perform(() => api.command("reset")),
			}),
		removeOffline() {
			const away = store.get().room?.seats.filter((each) => each.online === false) ?? [];
			const handedIn = away.filter((each) => each.hand_in).length;
			const text = [t("teach.offline.text", { count: away.length })];
			if (handedIn) text.push(t("teach.offline.handedIn", { count: handedIn }), t("teach.end.results"));
			open({ text, action: t("wall.remove"), grave: true, onConfirm: () => perform(() => api.removeOffline()) });
		},
		forget() {
			const text = [t("teach.forget.text"), t("teach.forget.link")];
			const forget = () => {
				saveTeacherKey(null);
				onLeave(true);
			};
			open({ text, action: t("teach.forget.action"), grave: true, onConfirm: forget });
		},
		end() {
			const text = [t("teach.end.text"), t("teach.end.results")];
			const end = async () => (await perform(api.end)) !== undefined && onLeave(true);
			open({ text, action: t("teach.end.action"), grave: true, onConfirm: end });
		},
	};
}

/**
 * Create the parts of the page: the wall with its toolbar, a learner's panel, the dialogs. Return the views, and functions to project and to select.
 * @param {HTMLElement} element
 * @param {TeacherTools & {store: RoomStore, secret: import("./rooms.js").Secret, onLeave: (forget: boolean) => void}} options
 *   `onLeave`: the teacher ended the room or leaves it; the browser is to forget it or not
 */
function createViews(element, { store, secret, onLeave, ...tools }) {
	const { i18n } = tools;
	const confirmations = createConfirmations({ ...tools, store, onLeave });
	const hint = createHint(tools);
	const results = createResults(tools);
	const roomDialog = createRoomDialog({
		...tools,
		secret,
		onEnd: confirmations.end,
		onOffline: confirmations.removeOffline,
		onForget: confirmations.forget,
		onLeave: () => onLeave(false),
	});
	const tasks = new Tasks({ ...tools, presentStart: () => store.get().room?.start });
	const wall = new Wall(one(".wall", element), { i18n, onOpen: (seat) => select(store.get().selected === seat ? null : seat) });
	const learner = new LearnerPanel(one(".learner", element), {
		...tools,
		onClose: () => select(null),
		onHint: hint.open,
		onProject: project,
		onRemove: confirmations.remove,
	});
	const toolbar = createToolbar(one(".toolbar", element), {
		...tools,
		open: {
			hint: () => hint.open(),
			start: createStart(tools).open,
			locks: createLocking(tools).open,
			task: () => tasks.open(),
			projector: () => project(),
			results: results.open,
			room: roomDialog.open,
			reset: confirmations.reset,
		},
	});
	const controls = createWallControls(one(".wall-controls", element), { ...tools, onChoose: (chosen) => store.set(chosen) });

	/** Open the projector's page, and show the network of a learner there; null: of nobody. @param {string | null} [seat] */
	function project(seat) {
		const { room } = store.get();
		// Without an opener: the new page would else get what this tab holds, the teacher's key.
		if (room && seat !== null && (seat === undefined || !room.projectors)) window.open(room.projector_url, "_blank", "noopener");
		if (seat !== undefined) tools.perform(() => tools.api.change({ shown: seat }));
	}

	function select(/** @type {string | null} */ seat) {
		const before = store.get().selected;
		store.set({ selected: seat });
		if (!seat && before) wall.focus(before);
	}
	return { views: [toolbar, controls, wall, learner, tasks, results, roomDialog], project, select };
}

/**
 * Keys outside of fields and dialogs: N, P and Escape.
 * @param {RoomStore} store @param {() => void} project @param {(seat: string | null) => void} select
 * @returns {() => void} stops listening
 */
function listenToKeys(store, project, select) {
	function onKey(/** @type {KeyboardEvent} */ event) {
		const target = /** @type {Element} */ (event.target);
		if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.repeat) return;
		if (target.closest?.("input, textarea, select, dialog[open]") || !store.get().room) return;
		const { namesHidden, selected } = store.get();
		const action = {
			n: () => store.set({ namesHidden: !namesHidden }),
			p: () => project(),
			Escape: () => selected && select(null),
		}[event.key.length === 1 ? event.key.toLowerCase() : event.key];
		if (!action) return;
		event.preventDefault();
		action();
	}
	document.addEventListener("keydown", onKey);
	return () => document.removeEventListener("keydown", onKey);
}
