// Starts the page: messages and frames change the store, and the views draw it, at most once per frame of the screen.
import { createAddress } from "./address.js";
import { createI18n } from "../ui/i18n.js";
import { one } from "../ui/dom.js";
import { createActions } from "./actions.js";
import { countGestures } from "./gestures.js";
import { actionOf, keysShown, listenToKeys } from "./keyboard.js";
import { mergeFrame } from "../state/frames.js";
import { decodeFrame, message } from "../net/protocol.js";
import { hasPlayed, loadTab, saveTab } from "../state/remember.js";
import { diagnose } from "../net/diagnosis.js";
import { Connection, socketUrl } from "../net/socket.js";
import { createStore } from "../state/store.js";
import { createLessons, lessonOf } from "./lessons.js";
import { createLinkReader } from "./read-link.js";
import { createDivergenceWarning } from "./divergence.js";
import { beginRace, watchRace } from "./race.js";
import { stopsAfter } from "./stop-epoch.js";
import { createTab } from "./tab.js";
import { readThemeColors } from "../ui/theme.js";
import { untilLoaded } from "../ui/lazy.js";
import { FEATURE_KEYS } from "../link/url.js";
import { createPlayground } from "../views/playground.js";
import { connectionMessage, createMessages } from "../ui/messages.js";

const bootstrap = JSON.parse(one("#bootstrap").textContent);
const { catalogue } = bootstrap;
const fetchWords = async (/** @type {string} */ locale) => (await fetch(new URL(`../../i18n/${locale}.json`, import.meta.url))).json();
const fetchArticle = async (/** @type {string} */ query) => {
	const answer = await fetch(`article?lang=${bootstrap.locale}${query}`);
	if (!answer.ok) throw new Error(`article: ${answer.status}`);
	return answer.text();
};
const i18n = createI18n({ locale: bootstrap.locale, words: bootstrap.words, fetchWords });
const messages = createMessages(one("#messages"), { i18n });
/** Show a message whose text is loaded when it is needed. @param {string} kind @param {string} key @param {MessageOptions} [options] */
const notify = async (kind, key, options = { brief: true }) => {
	await i18n.complete().catch(() => {}); // without the texts, the message is the key
	messages.show(kind, i18n.t(key, options.places), options);
};
const readLink = createLinkReader({ catalogue, i18n, messages, notify });

const tab = loadTab();
const requestedSession = bootstrap.room?.session ?? new URLSearchParams(location.search).get("session");
if (requestedSession) history.replaceState(null, "", location.pathname + location.hash);
const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
// On a reload the address may lag behind the session that the tab remembers.
const isSame = tab && (navigation?.type === "reload" || ["", tab.hash].includes(location.hash));
let session = requestedSession ?? (isSame ? tab.session : null);
/** @type {string | undefined} */
let copiedSession; // the session of which this tab, a duplicate, opens a copy
/** @type {Record<number, Uint8Array>} */
const sections = {}; // the newest of each kind: frames hold differences to them
let view = ""; // the id with which the session can only be watched
let isLost = false; // whether the connection broke and is not back yet
/** @type {{refused: (error: ServerError) => boolean, sessionKey: string, finishLesson: () => void, showsLesson: (place: {name: string, step: number} | null) => void} | undefined} */
let seat; // on a learner's page in a classroom
let pendingLesson = lessonOf(location.hash); // the lesson that the link names, until it is opened
let unacknowledgedFrame = 0; // the newest frame's number, until it is painted

const openedLink = await readLink(location.hash);
/** @type {Store} */
const store = createStore({
	...openedLink,
	status: "connecting",
	shared: { hidden: openedLink.hidden, hideText: openedLink.hideText },
	colors: readThemeColors(),
	isWatchOnly: Boolean(session?.startsWith("v.")), // until the server says so
	showsPlayHint: !hasPlayed(),
	drawn: null,
	report: null,
	quality: null,
	step: null,
	appliedStep: null,
	moments: null,
	lesson: null,
	lessonReport: null,
	changes: { undo: null, redo: null },
});
/** The settings of the session, or those that a new one starts with. */
const setup = () => store.get().server ?? store.get().start;
const openSession = () => message.open({ session, config: setup().config, speed: setup().speed, copy_of: copiedSession });

// --- the connection

const connection = new Connection({
	url: socketUrl(),
	onOpen: () => connection.sendNow(openSession()),
	onMessage: receive,
	onFrame(buffer) {
		const frame = decodeFrame(buffer, sections);
		unacknowledgedFrame = frame.frame;
		store.set(mergeFrame(store.get(), frame, store.get().server?.revision));
		if (frame.compiling || compilingNotice) showCompiling(frame);
		schedule(); // even if it changed nothing: it is acknowledged when it is painted
	},
	onStatus(status, detail) {
		store.set({ status });
		reportStatus(status, detail);
	},
});

/** Remember the session in this tab. A cookie remembers a learner's. */
function saveTabState(/** @type {string} */ hash) {
	if (!bootstrap.room) saveTab(session, hash);
}

/** @type {Promise<(frame: Frame) => void> | null} */
let compilingNotice = null; // shows that kernels are being compiled; loaded for the first such frame
function showCompiling(/** @type {Frame} */ frame) {
	compilingNotice ??= import("./compiling.js").then(({ compilingMessage }) => compilingMessage(messages, i18n));
	compilingNotice.then((show) => show(frame)).catch(() => {}); // without the module there is nothing to say
}

const showConnection = connectionMessage(messages, i18n);
const reportStatus = diagnose((kind, seconds) => {
	if (kind === "lost") isLost = true;
	showConnection(kind, seconds);
});
setTimeout(() => store.get().status === "connecting" && messages.show("connection", i18n.t("message.connecting")), 800);

function receive(/** @type {ServerMessage} */ received) {
	switch (received.type) {
		case "welcome":
			if (session && !received.resumed) {
				notify("anew", `message.${store.get().isWatchOnly ? "linkGone" : "anew"}`);
			} else if (session && isLost) notify("anew", "message.reconnected");
			else if (store.get().isWatchOnly && received.may_change) notify("looking", "looking.copied");
			isLost = false;
			({ session, view } = received);
			store.set({ isWatchOnly: !received.may_change });
			saveTabState(location.hash);
			connection.ready();
			if (!received.resumed && !copiedSession && !store.get().server) beginRace(store.get(), (each) => connection.send(each));
			copiedSession = undefined;
			if (pendingLesson) lessons.open(pendingLesson, received.resumed);
			else lessons.resendStep();
			pendingLesson = null;
			if (document.hidden) connection.send(message.visible({ visible: false }));
			actions.resendView();
			break;
		case "state":
			if (session) receiveState(received); // without a session it belongs to the previous one
			break;
		case "error":
			if (copiedSession) {
				copiedSession = undefined; // it no longer exists: open a session with its settings
				connection.send(openSession());
				break;
			}
			actions.forget();
			if (!session && store.get().start.config.problem) { // the server refuses what a link says: it cannot be known before
				const { data_seed, weights_seed } = store.get().start.config;
				store.set({ start: { config: { data_seed, weights_seed } } });
				connection.send(openSession());
			}
			if (lessons.reasonOf(received)) {
				messages.show("error", lessons.reasonOf(received) ?? "", { warn: true, brief: true });
				break;
			}
			if (seat?.refused(received)) break;
			if (received.code.endsWith("_full")) messages.show("connection", i18n.t("message.full"), { warn: true });
			else showError(received);
			break;
		case "layers":
			store.set({ report: received });
			break;
		case "quality":
			store.set({ quality: received });
			break;
		case "step":
			store.set(received.applied ? { step: received, appliedStep: received } : { step: received });
			break;
		case "lesson":
			store.set({ lessonReport: received });
			break;
		case "moments":
			store.set({ moments: received });
			break;
		case "closing":
			messages.show("connection", i18n.t("message.closing"), { warn: true });
			break;
		default: // a newer server may send more
	}
}

async function showError(/** @type {ServerError} */ { code, field, value, expected, reason }) {
	await i18n.complete().catch(() => {}); // without the texts, the message is the code
	const refusal = reason && await import("./refusal.js").catch(() => null);
	if (refusal) return messages.show("error", refusal.refusalText(i18n, reason), { warn: true, brief: true });
	const places = { field: field ?? "", value: String(value ?? ""), expected: expected ?? "" };
	return messages.show("error", i18n.t(`error.${code}`, places), { warn: true, brief: true });
}

function receiveState(/** @type {ServerState} */ server) {
	const before = store.get().server;
	const rebuilt = JSON.stringify(server.shape) !== JSON.stringify(before?.shape);
	const stops = stopsAfter(server, before, store.get(), store.get().frame?.epoch ?? Infinity);
	store.set(rebuilt ? { server, ...stops, watched: null } : { server, ...stops });
	actions.present(); // it confirms requests, even if the next state comes before anything is drawn
	const { divergence } = server;
	if (!divergence) messages.remove("diverged");
	else if (JSON.stringify(divergence) !== JSON.stringify(before?.divergence)) warnOfDivergence(server);
}

// --- the views

/** Tell the visitor that the training may only be watched. */
const showWatchOnly = () => notify("looking", "looking.refused");

const actions = createActions({
	store,
	send: (each) => connection.send(each),
	catalogue,
	notify: notify,
	refuse: showWatchOnly,
	gesture: countGestures(),
});

/** Open a copy of the watched training. */
function openCopy() {
	if (session) connection.send(message.open({ copy_of: session }));
}

const warnOfDivergence = createDivergenceWarning({ store, catalogue, i18n, messages, actions, send: (each) => connection.send(each) });

const address = createAddress({
	store,
	catalogue,
	publicUrl: bootstrap.public_url,
	onKept: saveTabState,
});

/** Return the ids and the key with which others reach the training of the page. @returns {SharedTraining} */
const training = () => ({ session: store.get().isWatchOnly ? null : session, view, key: seat?.sessionKey ?? "" });

const playground = createPlayground({
	i18n,
	catalogue,
	samples: bootstrap.samples,
	actions,
	shortcuts: () => keysShown(store.get().hidden),
	featureKeys: FEATURE_KEYS,
	notify: (kind, text) => messages.show(kind, text, { brief: true, warn: true }),
	removeMessage: messages.remove,
	links: address.links,
	training,
	onShareHide(name, hide) {
		const { shared } = store.get();
		const others = [...shared.hidden].filter((each) => each !== name);
		store.set({ shared: { ...shared, hidden: new Set(hide ? [...others, name] : others) } });
	},
	fetchArticle,
	onShareHideText: (hideText) => store.set({ shared: { ...store.get().shared, hideText } }),
	onOpenCopy: openCopy,
	frameSites: bootstrap.frames ?? [],
	onMeasure: () => connection.send(message.measureLayers({})),
	onMeasureQuality: () => connection.send(message.measureQuality({})),
	onInspect: (point) => connection.send(message.inspectPoint({ point })),
	onReadTable: async (source, chosen) => (await import("./tables.js")).readTable(source, chosen, i18n.locale),
	onDrawMore: async (order) => (await import("./tables.js")).drawMore(order),
	onRefused: showWatchOnly,
});

const lessons = createLessons({
	i18n,
	store,
	send: (each) => connection.send(each),
	session: () => session,
	notify: (text) => messages.show("lesson", text, { warn: true, brief: true }),
	notifyDismissed: (text) => text ? messages.show("lesson", text) : messages.remove("lesson"),
	openPanel: playground.openPanel,
	onFinish: () => seat?.finishLesson(),
});

let isScheduled = false;
function schedule() {
	if (isScheduled) return;
	isScheduled = true;
	requestAnimationFrame(paint);
}

function paint() {
	const newest = unacknowledgedFrame;
	unacknowledgedFrame = 0;
	isScheduled = false;
	playground.update(store.get());
	lessons.update(store.get());
	seat?.showsLesson(store.get().lesson);
	if (newest) playground.onceDrawn(() => connection.send(message.ack({ frame: newest })));
	address.keep();
}
store.subscribe(schedule);
watchRace({ store, notify });

// --- another link, and the page's own controls

window.addEventListener("hashchange", async ({ newURL }) => {
	if (bootstrap.room) return;
	session = null;
	const { hash } = new URL(newURL); // address.keep() may have overwritten it
	pendingLesson = lessonOf(hash);
	if (!pendingLesson) lessons.close();
	store.set(await readLink(hash));
	actions.forget();
	address.applyHidden();
	connection.send(openSession());
});
window.addEventListener("online", () => actions.resendView()); // an answer shows that the connection works
document.addEventListener("visibilitychange", () => connection.send(message.visible({ visible: !document.hidden })));
one('[data-action="help"]').addEventListener("click", playground.help);
one('[data-action="share"]').addEventListener("click", () => playground.share({ ...store.get().shared, training: training() }));
one(".skip").addEventListener("click", (event) => {
	event.preventDefault(); // the hash is the state, not a place on the page
	one("#playground").focus();
});
untilLoaded(() => import("../ui/choices.js")).then(({ listenToChoices }) =>
	listenToChoices({
		onTheme: () => store.set({ colors: readThemeColors() }),
		onLeave: () => saveTabState(location.hash),
	})
);
document.querySelector(".embedded-link")?.addEventListener("click", ({ currentTarget }) => {
	if (currentTarget instanceof HTMLAnchorElement) currentTarget.href = address.links.setup();
});
listenToKeys(
	{ ...actions, help: playground.help, lessonNext: lessons.lessonNext, lessonBack: lessons.lessonBack },
	() => store.get().hidden,
);

address.applyHidden();
const current = createTab(() => session);
if (!requestedSession && !store.get().isWatchOnly && await current.isDuplicate(session)) {
	[copiedSession, session] = [session ?? undefined, null];
}
connection.open();
schedule();
if (bootstrap.room) {
	untilLoaded(() => import("../classroom/learner/seat.js")).then(async (
		{ createSeat },
	) => (seat = await createSeat({ i18n, messages, stop: () => connection.close(), actionOf, lessons })));
}
