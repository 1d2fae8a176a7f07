// Starts the page: messages and frames change the store, and the views draw it, at most once per frame of the screen.
import { createAddress } from "./address.js";
import { listenToChoices } from "../ui/choices.js";
import { createI18n } from "../ui/i18n.js";
import { one } from "../ui/dom.js";
import { createActions } from "./actions.js";
import { actionOf, keysShown, listen } from "./keyboard.js";
import { emptyFrameState, merge } from "../state/frames.js";
import { decodeFrame, message } from "../net/protocol.js";
import { hasPlayed, recallLesson, recallTab, rememberLesson, rememberTab } from "../state/remember.js";
import { diagnose } from "../net/diagnosis.js";
import { Connection, socketUrl } from "../net/socket.js";
import { createStore } from "../state/store.js";
import { createTab } from "./tab.js";
import { createColors } from "../ui/theme.js";
import { FEATURE_KEYS, parseHash } from "../link/url.js";
import { createPlayground } from "../views/playground.js";
import { connectionMessage, createMessages } from "../ui/messages.js";

const bootstrap = JSON.parse(one("#bootstrap").textContent);
const { catalogue } = bootstrap;
const fetchWords = async (/** @type {string} */ locale) => (await fetch(new URL(`../../i18n/${locale}.json`, import.meta.url))).json();
const i18n = createI18n({ locale: bootstrap.locale, words: bootstrap.words, fetchWords });
const messages = createMessages(one("#messages"), { i18n });
const NAMED = 8; // parts of a link that the warning names; it counts the others
const anySeed = () => Math.floor(Math.random() * 2 ** 32);

/** The state that a hash sets. Warns of parts that cannot be read. */
function readHash(hash = location.hash) {
	const read = parseHash(hash, catalogue);
	const unreadable = read.problems.filter(({ kind }) => !kind);
	const items = unreadable.map(({ key, value }) => (value === "" ? key : `${key}=${value}`));
	const named = items.slice(0, NAMED).join(", ");
	const list = items.length > NAMED ? i18n.t("message.hashMore", { items: named, count: items.length - NAMED }) : named;
	if (items.length > 0) messages.show("hash", i18n.t("message.hash", { items: list }), { warn: true });
	else messages.remove("hash");
	if (unreadable.length < read.problems.length) messages.show("inputs", i18n.t("message.noInputs"), { warn: true });
	else messages.remove("inputs");
	const { config, speed, stopAt, display, hidden, hideText, otherDatasets } = read;
	const start = { config: { data_seed: anySeed(), weights_seed: anySeed(), ...config }, speed };
	return { ...emptyFrameState(), server: null, watched: null, start, stopAt, display, hidden, hideText, otherDatasets };
}

const tab = recallTab();
const asked = bootstrap.room?.session ?? new URLSearchParams(location.search).get("session");
if (asked) history.replaceState(null, "", location.pathname + location.hash);
const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
// On a reload the address may lag behind the session that the tab remembers.
const isSame = tab && (navigation?.type === "reload" || ["", tab.hash].includes(location.hash));
let session = asked ?? (isSame ? tab.session : null);
/** @type {string | undefined} */
let original; // of which this tab, a duplicate, is to have a copy
/** @type {Record<number, Uint8Array>} */
const sections = {}; // the newest of each kind: frames hold differences to them
let view = ""; // the id that only looks
let lost = false; // the connection broke and is not back yet
/** @type {{refused: (error: ServerError) => boolean, sessionKey: string} | undefined} */
let seat; // on a learner's page in a classroom
let unpainted = 0; // the newest frame's number, until it is painted

const opened = readHash();
/** @type {Store} */
const store = createStore({
	...opened,
	status: "connecting",
	shared: { hidden: opened.hidden, hideText: opened.hideText },
	colors: createColors(),
	looksOnly: Boolean(session?.startsWith("v.")), // until the server says so
	hinting: !hasPlayed(),
	drawn: null,
	changes: { undo: null, redo: null },
});
/** The settings of the session, or those that a new one starts with. */
const setup = () => store.get().server ?? store.get().start;
const openSession = () => message.open({ session, config: setup().config, speed: setup().speed, copy_of: original });

// --- the connection

const connection = new Connection({
	url: socketUrl(),
	onOpen: () => connection.sendNow(openSession()),
	onMessage: receive,
	onFrame(buffer) {
		const frame = decodeFrame(buffer, sections);
		unpainted = frame.frame;
		store.set(merge(store.get(), frame, store.get().server?.revision));
		schedule(); // even if it changed nothing: it is acknowledged when it is painted
	},
	onStatus(status, detail) {
		store.set({ status });
		announce(status, detail);
	},
});

/** Remember the session in this tab. A cookie remembers a learner's. */
function remember(/** @type {string} */ hash) {
	if (!bootstrap.room) rememberTab(session, hash);
}

const showConnection = connectionMessage(messages, i18n, "message.reconnecting");
const announce = diagnose((kind, seconds) => {
	if (kind === "lost") lost = true;
	showConnection(kind, seconds);
});
setTimeout(() => store.get().status === "connecting" && messages.show("connection", i18n.t("message.connecting")), 800);

function receive(/** @type {ServerMessage} */ received) {
	switch (received.type) {
		case "welcome":
			if (session && !received.resumed) {
				messages.show("anew", i18n.t(`message.${store.get().looksOnly ? "linkGone" : "anew"}`), { brief: true });
			} else if (session && lost) messages.show("anew", i18n.t("message.reconnected"), { brief: true });
			else if (store.get().looksOnly && received.may_change) messages.show("looking", i18n.t("looking.copied"), { brief: true });
			lost = false;
			({ session, view } = received);
			store.set({ looksOnly: !received.may_change });
			original = undefined;
			remember(location.hash);
			connection.ready();
			if (document.hidden) connection.send(message.visible({ visible: false }));
			actions.lookAgain();
			break;
		case "state":
			if (session) follow(received); // without a session it belongs to the previous one
			break;
		case "error":
			if (original) {
				original = undefined; // it is gone meanwhile: begin with its settings
				connection.send(openSession());
				break;
			}
			actions.forget();
			if (seat?.refused(received)) break;
			if (received.code.endsWith("_full")) messages.show("connection", i18n.t("message.full"), { warn: true });
			else showError(received);
			break;
		case "closing":
			messages.show("connection", i18n.t("message.closing"), { warn: true });
			break;
		default: // a newer server may send more
	}
}

async function showError(/** @type {ServerError} */ { code, field, value, expected }) {
	await i18n.complete().catch(() => {}); // without the texts, the message is the code
	const places = { field: field ?? "", value: String(value ?? ""), expected: expected ?? "" };
	messages.show("error", i18n.t(`error.${code}`, places), { warn: true, brief: true });
}

function follow(/** @type {ServerState} */ server) {
	const before = store.get().server;
	const rebuilt = JSON.stringify(server.shape) !== JSON.stringify(before?.shape);
	store.set(rebuilt ? { server, watched: null } : { server });
	const { config, divergence } = server;
	if (!divergence) messages.remove("diverged");
	else if (JSON.stringify(divergence) !== JSON.stringify(before?.divergence)) warnOfDivergence(config, divergence);
}

/** @param {Config} config @param {Divergence} divergence */
async function warnOfDivergence(config, divergence) {
	const { calmerRate } = await import("./advice.js");
	if (!store.get().server?.divergence) return; // meanwhile it is over
	const rate = calmerRate(config.learning_rate, catalogue.fields.learning_rate.offered.values);
	const values = {
		epoch: i18n.number(divergence.cause === "loss" ? Math.max(1, divergence.epoch) : divergence.epoch + 1),
		rate: i18n.number(rate, { maximumSignificantDigits: 6 }),
	};
	const act = () => {
		actions.configure({ learning_rate: rate });
		actions.reset();
		connection.send(message.play());
	};
	const { looksOnly, hidden } = store.get();
	messages.show("diverged", i18n.t(`message.diverged.${divergence.cause}`, values), {
		warn: true,
		action: looksOnly || hidden.has("playButton") || hidden.has("learningRate")
			? undefined
			: { text: i18n.t("message.diverged.action", values), act },
	});
}

// --- the views

const actions = createActions({
	store,
	send: (each) => connection.send(each),
	catalogue,
	say: (kind, key) => messages.show(kind, i18n.t(key), { brief: true }),
	refuse,
});

/** Say that the training may only be watched. */
async function refuse() {
	await i18n.complete().catch(() => {});
	messages.show("looking", i18n.t("looking.refused"), { brief: true });
}

/** Open a copy of the watched training. */
function makeOwn() {
	if (session) connection.send(message.open({ copy_of: session }));
}

const address = createAddress({
	store,
	catalogue,
	publicUrl: bootstrap.public_url,
	onKept: remember,
});

const playground = createPlayground({
	i18n,
	catalogue,
	samples: bootstrap.samples,
	actions,
	shortcuts: () => keysShown(store.get().hidden),
	featureKeys: FEATURE_KEYS,
	say: (kind, text) => messages.show(kind, text, { brief: true, warn: true }),
	unsay: messages.remove,
	links: address.links,
	onShareHide(name, hide) {
		const { shared } = store.get();
		const others = [...shared.hidden].filter((each) => each !== name);
		store.set({ shared: { ...shared, hidden: new Set(hide ? [...others, name] : others) } });
	},
	onLesson: rememberLesson,
	onShareHideText: (hideText) => store.set({ shared: { ...store.get().shared, hideText } }),
	onMakeOwn: makeOwn,
	onRefused: refuse,
});

let scheduled = false;
function schedule() {
	if (scheduled) return;
	scheduled = true;
	requestAnimationFrame(paint);
}

function paint() {
	const newest = unpainted;
	unpainted = 0;
	scheduled = false;
	playground.update(store.get());
	if (newest) connection.send(message.ack({ frame: newest }));
	address.keep();
}
store.subscribe(schedule);

// --- another link, and the page's own controls

window.addEventListener("hashchange", ({ newURL }) => {
	if (bootstrap.room) return;
	session = null;
	const { hash } = new URL(newURL); // address.keep() may have overwritten it
	store.set(readHash(hash));
	playground.lesson.follow(hash);
	actions.forget();
	address.applyHidden();
	connection.send(openSession());
});
window.addEventListener("online", () => actions.lookAgain()); // an answer shows that the connection works
document.addEventListener("visibilitychange", () => connection.send(message.visible({ visible: !document.hidden })));
one('[data-action="help"]').addEventListener("click", playground.help);
one('[data-action="share"]').addEventListener("click", () =>
	playground.share({
		...store.get().shared,
		training: { session: store.get().looksOnly ? null : session, view, key: seat?.sessionKey ?? "" },
	}));
one(".skip").addEventListener("click", (event) => {
	event.preventDefault(); // the hash is the state, not a place on the page
	one("#playground").focus();
});
listenToChoices({
	onTheme: () => store.set({ colors: createColors() }),
	onLeave: () => remember(location.hash),
});
listen({ ...actions, help: playground.help }, () => store.get().hidden);

const lesson = recallLesson();
if (session && lesson) playground.lesson.show(lesson);
else if (!session && location.hash && !bootstrap.room) playground.lesson.follow(location.hash);
address.applyHidden();
const current = createTab(() => session);
if (!asked && !store.get().looksOnly && await current.isDuplicate(session)) [original, session] = [session ?? undefined, null];
connection.open();
schedule();
if (bootstrap.room) {
	import("../classroom/learner/seat.js").then(async (
		{ createSeat },
	) => (seat = await createSeat({ i18n, messages, stop: () => connection.close(), actionOf })));
}
