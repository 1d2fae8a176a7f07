// A room as its teacher works with it: its state, the wall, the dialogs and the keys.
import { createStore } from "../../state/store.js";
import { one } from "../../ui/dom.js";
import { connectionMessage } from "../../ui/messages.js";
import { createColors } from "../../ui/theme.js";
import { Refusal } from "../../net/rest.js";
import { createRoomApi } from "./api.js";
import { createConfirm } from "./confirm.js";
import { createHint, createLocking, createStart } from "./dialogs.js";
import { LearnerPanel } from "./learner.js";
import { createLearners } from "../shared/learners.js";
import { createResults } from "./results.js";
import { createRoomDialog } from "./room-dialog.js";
import { forgetRoom, holdTeacherKey, isKept, isTeacherKey, keepRoom } from "./rooms.js";
import { shareNames } from "../shared/names-channel.js";
import { createToolbar } from "./toolbar.js";
import { Tasks } from "./tasks.js";
import { createWallControls } from "./wall-controls.js";
import { Wall } from "./wall.js";
import { createRoomSocket } from "../shared/room-socket.js";
import { socketUrl } from "../../net/socket.js";

const REDRAW_INTERVAL = 5000; // milliseconds between redraws for what depends on the time, such as `idle`

/** @typedef {ReturnType<typeof createRoomStore>} RoomStore */

/** The page's state before the room is known. @param {ReturnType<typeof createLearners>} learners @param {number} now */
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
		colors: createColors(),
	});
}

/**
 * @typedef {{i18n: I18n, catalogue: Catalogue, messages: Messages, id: string, key: string, tell: (error: unknown) => void,
 *   onGone: () => void}} RoomOptions
 */

export class OpenRoom {
	#element;
	#options;
	#api;
	#clockAhead = 0; // how far the server's clock is ahead of this one, in milliseconds
	#learners;
	#store;
	#socket;
	#timer;
	#names;
	#stopKeys;

	/** @param {HTMLElement} element @param {RoomOptions} options */
	constructor(element, options) {
		this.#element = element;
		this.#options = options;
		this.#api = createRoomApi(options);
		this.#learners = createLearners(() => this.#now());
		this.#store = createRoomStore(this.#learners, this.#now());
		const { i18n, catalogue } = options;
		/** @type {TeacherTools} Nothing is shown before the room is known. */
		const tools = {
			i18n,
			catalogue,
			api: this.#api,
			act: (work) => this.#act(work),
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
		this.#names = shareNames(options.id, () => this.#store.get().namesHidden, (namesHidden) => this.#store.set({ namesHidden }));
		let told = false;
		this.#store.subscribe(() => {
			if (told === this.#store.get().namesHidden) return;
			told = !told;
			this.#names.tell();
		});
		this.#timer = setInterval(() => this.#store.set({ now: this.#now() }), REDRAW_INTERVAL);
		this.#api.serverTime().then((/** @type {number} */ at) => (this.#clockAhead = at - Date.now()), () => {});
	}

	recolour() {
		this.#store.set({ colors: createColors() });
	}

	close() {
		this.#socket.close();
		clearInterval(this.#timer);
		this.#names.close();
		this.#stopKeys();
	}

	#now() {
		return Date.now() + this.#clockAhead;
	}

	/**
	 * Do something and return its result, null if it has none. Return undefined if it was refused, after telling so.
	 * @template Result @param {() => Promise<Result>} work @returns {Promise<Result | null | undefined>}
	 */
	async #act(work) {
		try {
			const answer = await work();
			this.#options.messages.remove("refused");
			return answer ?? null;
		} catch (error) {
			this.#options.tell(error);
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
			onRoom: (room) => this.#take(room),
			onLearners: (updates) => {
				this.#learners.take(updates);
				this.#store.set({ version: this.#store.get().version + 1, now: this.#now() });
			},
			onStatus: (status, seconds) => this.#follow(status, seconds),
		});
	}

	#take(/** @type {Room} */ room) {
		const { id, key, i18n } = this.#options;
		this.#learners.keep(new Set(room.seats.map(({ seat }) => seat)));
		if (room.name !== this.#store.get().room?.name) {
			if (isKept(id) && !isTeacherKey(key)) keepRoom({ id, key, name: room.name, at: room.created * 1000 });
			document.title = `${room.name} – ${i18n.t("teach.title")}`;
		}
		this.#element.hidden = false;
		this.#store.set({ room, now: this.#now() });
	}

	/** Tell how the connection is, and leave when the room no longer exists. @param {ConnectionKind | "gone"} status @param {number} [seconds] */
	async #follow(status, seconds) {
		const { messages, i18n, tell } = this.#options;
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
		tell(refusal);
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
 * Ask the teacher before a learner is removed, all start anew, the browser forgets the room, or the room ends.
 * @param {TeacherTools & {store: RoomStore, onLeave: (forget: boolean) => void}} tools
 */
function createQuestions({ i18n, api, act, store, onLeave }) {
	const { t } = i18n;
	const { open } = createConfirm(i18n);
	return {
		remove(/** @type {Seat} */ { seat, nickname }) {
			const name = store.get().namesHidden ? t("wall.thisLearner") : nickname;
			open({ text: [t("wall.removeSure", { name })], action: t("wall.remove"), act: () => act(() => api.removeSeat(seat)) });
		},
		reset: () =>
			open({
				text: [t("teach.reset.sure"), ...(store.get().room?.task?.lesson ? [t("teach.reset.lesson")] : [])],
				action: t("teach.reset"),
				act: () => act(() => api.order("reset")),
			}),
		removeOffline() {
			const away = store.get().room?.seats.filter((each) => each.online === false) ?? [];
			const handedIn = away.filter((each) => each.hand_in).length;
			const text = [t("teach.offline.text", { count: away.length })];
			if (handedIn) text.push(t("teach.offline.handedIn", { count: handedIn }), t("teach.end.results"));
			open({ text, action: t("wall.remove"), grave: true, act: () => act(() => api.removeOffline()) });
		},
		forget() {
			const text = [t("teach.forget.text"), t("teach.forget.link")];
			const forget = () => {
				holdTeacherKey(null);
				onLeave(true);
			};
			open({ text, action: t("teach.forget.action"), grave: true, act: forget });
		},
		end() {
			const text = [t("teach.end.text"), t("teach.end.results")];
			const end = async () => (await act(api.end)) !== undefined && onLeave(true);
			open({ text, action: t("teach.end.action"), grave: true, act: end });
		},
	};
}

/**
 * The parts of the page: the wall with its toolbar, a learner's panel, the projector and the dialogs.
 * @param {HTMLElement} element
 * @param {TeacherTools & {store: RoomStore, secret: import("./rooms.js").Secret, onLeave: (forget: boolean) => void}} options
 *   `onLeave`: the teacher ended the room or leaves it; the browser is to forget it or not
 */
function createViews(element, { store, secret, onLeave, ...tools }) {
	const { i18n } = tools;
	const ask = createQuestions({ ...tools, store, onLeave });
	const hint = createHint(tools);
	const results = createResults(tools);
	const roomDialog = createRoomDialog({
		...tools,
		secret,
		onEnd: ask.end,
		onOffline: ask.removeOffline,
		onForget: ask.forget,
		onLeave: () => onLeave(false),
	});
	const tasks = new Tasks({ ...tools, presentStart: () => store.get().room?.start });
	const wall = new Wall(one(".wall", element), { i18n, onOpen: (seat) => select(store.get().selected === seat ? null : seat) });
	const learner = new LearnerPanel(one(".learner", element), {
		...tools,
		onClose: () => select(null),
		onHint: hint.open,
		onProject: project,
		onRemove: ask.remove,
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
			reset: ask.reset,
		},
	});
	const controls = createWallControls(one(".wall-controls", element), { ...tools, onChoose: (chosen) => store.set(chosen) });

	/** Open the projector's page, and show the network of a learner there; null: of nobody. @param {string | null} [seat] */
	function project(seat) {
		const { room } = store.get();
		// Without an opener: the new page would else get what this tab holds, the teacher's key.
		if (room && seat !== null && (seat === undefined || !room.projectors)) window.open(room.projector_url, "_blank", "noopener");
		if (seat !== undefined) tools.act(() => tools.api.change({ shown: seat }));
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
		const act_ = {
			n: () => store.set({ namesHidden: !namesHidden }),
			p: () => project(),
			Escape: () => selected && select(null),
		}[event.key.length === 1 ? event.key.toLowerCase() : event.key];
		if (!act_) return;
		event.preventDefault();
		act_();
	}
	document.addEventListener("keydown", onKey);
	return () => document.removeEventListener("keydown", onKey);
}
