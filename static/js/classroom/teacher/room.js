// A room as its teacher works with it: its state, the wall, the dialogs and the keys.
import { createStore } from "../../state/store.js";
import { one } from "../../ui/dom.js";
import { createColors } from "../../ui/theme.js";
import { Refusal } from "../../net/rest.js";
import { createRoomApi } from "./api.js";
import { createConfirm, createHint, createLocking, createRoomDialog, createStart } from "./dialogs.js";
import { createLearner } from "./learner.js";
import { createLearners } from "./learners.js";
import { createProjector } from "./projector.js";
import { createResults } from "./results.js";
import { forgetRoom, keepRoom } from "./rooms.js";
import { createToolbar } from "./toolbar.js";
import { createTasks } from "./tasks.js";
import { createWallControls } from "./wall-controls.js";
import { createWall } from "./wall.js";
import { createWallSocket } from "./wall-socket.js";
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
 * @param {HTMLElement} element
 * @param {{i18n: I18n, catalogue: Catalogue, messages: Messages, id: string, key: string, tell: (error: unknown) => void, onGone: () => void}} options
 */
export function openRoom(element, { i18n, catalogue, messages, id, key, tell, onGone }) {
	const t = i18n.t;
	const api = createRoomApi({ id, key });
	let skew = 0; // how far the server's clock is ahead of this one, in milliseconds
	const now = () => Date.now() + skew;
	const learners = createLearners(now);
	const store = createRoomStore(learners, now());

	/**
	 * Do something and return its result, null if it has none. Return undefined if it was refused, after telling so.
	 * @template Result @param {() => Promise<Result>} work @returns {Promise<Result | null | undefined>}
	 */
	async function act(work) {
		try {
			const answer = await work();
			messages.remove("refused");
			return answer ?? null;
		} catch (error) {
			tell(error);
			return undefined;
		}
	}

	/** @type {TeacherTools} Nothing is shown before the room is known. */
	const tools = { i18n, catalogue, api, act, state: () => /** @type {RoomView} */ (/** @type {unknown} */ (store.get())) };
	const { views, projector, select } = createViews(element, { ...tools, store, onEnded: leave });

	function leave() {
		close();
		forgetRoom(id);
		onGone();
	}

	let scheduled = 0;
	const draw = () => {
		scheduled = 0;
		if (!store.get().room) return;
		for (const view of views) view.update(tools.state());
	};
	store.subscribe(() => (scheduled ||= requestAnimationFrame(draw)));

	function take(/** @type {Room} */ room) {
		learners.keep(new Set(room.seats.map(({ seat }) => seat)));
		if (room.name !== store.get().room?.name) {
			keepRoom({ id, key, name: room.name, at: room.created * 1000 });
			document.title = `${room.name} – ${t("teach.title")}`;
		}
		element.hidden = false;
		store.set({ room, now: now() });
	}

	const socket = createWallSocket({
		url: socketUrl("ws/room"),
		room: id,
		key,
		onRoom: take,
		onLearners(updates) {
			learners.take(updates);
			store.set({ version: store.get().version + 1, now: now() });
		},
		async onStatus(status) {
			if (status === "open") return messages.remove("connection");
			if (status === "lost") {
				messages.show("connection", t("teach.lost"), { warn: true });
				// Browsers do not tell why a socket was refused. Ask over REST whether the room still exists.
				const refusal = await api.state().then(() => null, (error) => error);
				if (!(refusal instanceof Refusal && [403, 404].includes(refusal.status))) return undefined;
				messages.remove("connection");
				tell(refusal);
				return leave();
			}
			messages.show("gone", t("teach.gone"), { warn: true });
			return leave();
		},
	});

	const stopKeys = listenToKeys(store, projector, select);
	const timer = setInterval(() => store.set({ now: now() }), REDRAW_INTERVAL);
	api.serverTime().then((/** @type {number} */ at) => (skew = at - Date.now()), () => {});

	function close() {
		socket.close();
		clearInterval(timer);
		stopKeys();
	}

	return { recolour: () => store.set({ colors: createColors() }), close };
}

/**
 * The parts of the page: the wall with its toolbar, a learner's panel, the projector and the dialogs.
 * @param {HTMLElement} element @param {TeacherTools & {store: RoomStore, onEnded: () => void}} options `onEnded`: the teacher ended the room
 */
function createViews(element, { store, onEnded, ...tools }) {
	const { i18n, api, act } = tools;
	const t = i18n.t;
	const confirm = createConfirm(i18n);
	const hint = createHint(tools);
	const results = createResults(tools);
	const roomDialog = createRoomDialog({ ...tools, onEnd: askEnd });
	const tasks = createTasks({ ...tools, presentStart: () => store.get().room?.start });
	const locking = createLocking(tools);
	const start = createStart(tools);
	const projector = createProjector(one("#projector"), tools);
	const wall = createWall(one(".wall", element), { i18n, onOpen: (seat) => select(store.get().selected === seat ? null : seat) });
	const learner = createLearner(one(".learner", element), {
		...tools,
		onClose: () => select(null),
		onHint: hint.open,
		onProject: (seat) => projector.open("network", seat),
		onRemove: (seat) =>
			confirm.open({
				text: [t("wall.removeSure", { name: store.get().namesHidden ? t("wall.thisLearner") : seat.nickname })],
				action: t("wall.remove"),
				act: () => act(() => api.removeSeat(seat.seat)),
			}),
	});
	const views = [
		createToolbar(one(".toolbar", element), {
			...tools,
			open: {
				hint: () => hint.open(),
				start: start.open,
				locks: locking.open,
				task: tasks.open,
				projector: () => projector.open("join"),
				results: results.open,
				room: roomDialog.open,
				reset: () => confirm.open({ text: [t("teach.reset.sure")], action: t("teach.reset"), act: () => act(() => api.order("reset")) }),
			},
		}),
		createWallControls(one(".wall-controls", element), { ...tools, onChoose: (chosen) => store.set(chosen) }),
		wall,
		learner,
		projector,
		tasks,
		results,
		roomDialog,
	];

	function select(/** @type {string | null} */ seat) {
		const before = store.get().selected;
		store.set({ selected: seat });
		if (!seat && before) wall.focus(before);
	}

	function askEnd() {
		confirm.open({
			text: [t("teach.end.text"), t("teach.end.results")],
			action: t("teach.end.action"),
			grave: true,
			act: async () => {
				if ((await act(api.end)) !== undefined) onEnded();
			},
		});
	}
	return { views, projector, select };
}

/**
 * Keys outside of fields and dialogs: N, P and Escape.
 * @param {RoomStore} store @param {ReturnType<typeof createProjector>} projector @param {(seat: string | null) => void} select
 * @returns {() => void} stops listening
 */
function listenToKeys(store, projector, select) {
	function onKey(/** @type {KeyboardEvent} */ event) {
		const target = /** @type {Element} */ (event.target);
		if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.repeat) return;
		if (target.closest?.("input, textarea, select, dialog[open]") || !store.get().room) return;
		const { namesHidden, selected } = store.get();
		const act_ = {
			n: () => store.set({ namesHidden: !namesHidden }),
			p: () => projector.open("join"),
			Escape: () => selected && select(null),
		}[event.key.length === 1 ? event.key.toLowerCase() : event.key];
		if (!act_ || projector.isOpen() && event.key === "Escape") return;
		event.preventDefault();
		act_();
	}
	document.addEventListener("keydown", onKey);
	return () => document.removeEventListener("keydown", onKey);
}
