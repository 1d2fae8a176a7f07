// The page: state comes from the server, actions go to it, and the views draw what is known, once a frame of the screen.
import { createAddress } from "./address.js";
import { calmerRate } from "./advice.js";
import { listenToChoices } from "../ui/choices.js";
import { createI18n } from "../ui/i18n.js";
import { createActions } from "./actions.js";
import { actionOf, listen, PLACED, SHORTCUTS } from "./keyboard.js";
import { emptyFrameState, merge } from "../state/frames.js";
import { decodeFrame, message } from "../net/protocol.js";
import { hasPlayed, recallTab, rememberTab } from "../state/remember.js";
import { createConnection, socketUrl } from "../net/socket.js";
import { createStore } from "../state/store.js";
import { createColors } from "../ui/theme.js";
import { FEATURE_KEYS, parseHash } from "../link/url.js";
import { createPlayground } from "../views/playground.js";
import { createMessages } from "../ui/messages.js";

const bootstrap = JSON.parse(document.getElementById("bootstrap")?.textContent ?? "{}");
const { catalogue } = bootstrap;
const fetchWords = async (/** @type {string} */ locale) => (await fetch(new URL(`static/i18n/${locale}.json`, document.baseURI))).json();
const i18n = createI18n({ locale: bootstrap.locale, words: bootstrap.words, fetchWords });
const messages = createMessages(/** @type {HTMLElement} */ (document.getElementById("messages")), { i18n });
const NAMED = 8; // parts of a link that could not be read and are named; the rest is counted
const anySeed = () => Math.floor(Math.random() * 2 ** 32);

/** What the page shows and asks for when it opens this hash. */
function readHash() {
  const read = parseHash(location.hash, catalogue);
  const items = read.problems.map(({ key, value }) => (value === "" ? key : `${key}=${value}`));
  const named = items.slice(0, NAMED).join(", ");
  const told = items.length > NAMED ? i18n.t("message.hashMore", { items: named, count: items.length - NAMED }) : named;
  if (items.length > 0) messages.show("hash", i18n.t("message.hash", { items: told }), { warn: true });
  else messages.remove("hash");
  return { ...read, config: { data_seed: anySeed(), weights_seed: anySeed(), ...read.config } };
}

let wanted = readHash(); // what a new session starts from
const tab = recallTab();
const asked = bootstrap.room?.session ?? new URLSearchParams(location.search).get("session"); // of a seat, or as REST gives it
if (asked) history.replaceState(null, "", location.pathname + location.hash);
const [{ type: how }] = performance.getEntriesByType("navigation"); // a reload may come before the address has followed
let session = asked ?? (tab && (how === "reload" || ["", tab.hash].includes(location.hash)) ? tab.session : null);
let known = emptyFrameState();
const before = {}; // the newest sections of frames, to which differences are added
let lost = false; // the connection was lost and is not yet back
let room; // what a learner's seat in a classroom adds
let unpainted = 0; // the newest frame that came and was not yet painted

const store = createStore({
  ...known,
  status: "connecting",
  server: null,
  display: wanted.display,
  hidden: wanted.hidden,
  hideText: wanted.hideText,
  otherDatasets: wanted.otherDatasets,
  colors: createColors(),
  hinting: !hasPlayed(),
  watched: null,
  drawn: null,
});
const shared = { hidden: new Set(wanted.hidden), hideText: wanted.hideText };

// --- the connection

const connection = createConnection({
  url: socketUrl(),
  onOpen: () => connection.sendNow(message.open({ session, config: wanted.config, speed: wanted.speed })),
  onMessage: receive,
  onFrame(buffer) {
    const frame = decodeFrame(buffer, before);
    known = merge(known, frame, store.get().server?.revision);
    unpainted = frame.frame;
    schedule();
  },
  onStatus(status, detail) {
    store.set({ status });
    announce(status, detail);
  },
});

/** A seat is remembered by its cookie. */
function remember(hash) {
  if (!bootstrap.room) rememberTab(session, hash);
}

function announce(status, detail = {}) {
  if (status === "open") messages.remove("connection");
  else if (status === "full") messages.show("connection", i18n.t("message.full"), { warn: true });
  else if (status === "reconnecting") {
    lost = true;
    messages.show("connection", i18n.t("message.reconnecting", detail), { warn: true });
  }
}
setTimeout(() => store.get().status === "connecting" && messages.show("connection", i18n.t("message.connecting")), 800);

function receive(said) {
  switch (said.type) {
    case "welcome":
      if (session && !said.resumed) messages.show("anew", i18n.t("message.anew"), { brief: true });
      else if (session && lost) messages.show("anew", i18n.t("message.reconnected"), { brief: true });
      lost = false;
      session = said.session;
      remember(location.hash);
      connection.ready();
      if (document.hidden) connection.send(message.visible({ visible: false }));
      actions.lookAgain();
      break;
    case "state":
      if (session) take(said); // otherwise it is still that of the session before
      break;
    case "error":
      actions.forget();
      if (room?.refused(said)) break;
      if (said.code.endsWith("_full")) {
        messages.show("connection", i18n.t("message.full"), { warn: true });
        break;
      }
      tellOfError(said);
      break;
    case "closing":
      messages.show("connection", i18n.t("message.closing"), { warn: true });
      break;
    default: // a later server may say more
  }
}

async function tellOfError({ code, field, value, expected }) {
  await i18n.complete().catch(() => {}); // without its words the code itself is said
  const places = { field: field ?? "", value: String(value ?? ""), expected: expected ?? "" };
  messages.show("error", i18n.t(`error.${code}`, places), { warn: true, brief: true });
}

/** The server's state is the truth: the page follows, and remembers it as what a new session would start from. */
function take(server) {
  const before = store.get().server;
  wanted = { ...wanted, config: server.config, speed: server.speed };
  const rebuilt = JSON.stringify(server.shape) !== JSON.stringify(before?.shape);
  store.set(rebuilt ? { server, watched: null } : { server });
  if (server.divergence && JSON.stringify(server.divergence) !== JSON.stringify(before?.divergence)) warnOfDivergence(server);
  else if (!server.divergence) messages.remove("diverged");
}

function warnOfDivergence({ config, divergence }) {
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
  messages.show("diverged", i18n.t(`message.diverged.${divergence.cause}`, values), {
    warn: true,
    action: { text: i18n.t("message.diverged.action", values), act },
  });
}

// --- the views

const actions = createActions({
  store,
  send: (each) => connection.send(each),
  catalogue,
  say: (kind, key) => messages.show(kind, i18n.t(key), { brief: true }),
});

const address = createAddress({
  store,
  catalogue,
  wanted: () => wanted,
  publicUrl: bootstrap.public_url,
  onKept: remember,
});

const playground = createPlayground({
  i18n,
  catalogue,
  samples: bootstrap.samples,
  actions,
  shortcuts: [...SHORTCUTS, ...PLACED],
  featureKeys: FEATURE_KEYS,
  say: (kind, text) => messages.show(kind, text, { brief: true, warn: true }),
  unsay: messages.remove,
  link: () => address.link(shared),
  onShareHide: (name, hide) => (hide ? shared.hidden.add(name) : shared.hidden.delete(name)),
  onShareHideText: (hide) => {
    shared.hideText = hide;
  },
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
  store.set(known);
  scheduled = false; // only now, so that what this paint shows does not ask for another
  playground.update(store.get());
  if (newest) connection.send(message.ack({ frame: newest }));
  address.keep();
}
store.subscribe(schedule);

// --- another link, and the page's own controls

window.addEventListener("hashchange", () => {
  if (bootstrap.room) return;
  wanted = readHash();
  session = null;
  known = emptyFrameState();
  const { display, hidden, hideText, otherDatasets } = wanted;
  store.set({ ...known, server: null, watched: null, display, hidden, hideText, otherDatasets });
  actions.forget();
  address.applyHidden();
  connection.send(message.open({ session: null, config: wanted.config, speed: wanted.speed }));
});
window.addEventListener("online", () => actions.lookAgain()); // the answer shows whether the line still lives
document.addEventListener("visibilitychange", () => connection.send(message.visible({ visible: !document.hidden })));
document.querySelector('[data-action="help"]')?.addEventListener("click", playground.help);
document.querySelector('[data-action="share"]')?.addEventListener("click", () => playground.share({ ...shared, session }));
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault(); // the hash is the state, not a place on the page
  document.getElementById("playground")?.focus();
});
listenToChoices({
  onTheme: () => store.set({ colors: createColors() }),
  onLeave: () => remember(location.hash),
});
listen({ ...actions, help: playground.help });

address.applyHidden();
connection.open();
schedule();
if (bootstrap.room) {
  import("../classroom/learner/seat.js").then(async (
    { createSeat },
  ) => (room = await createSeat({ i18n, messages, stop: connection.close, actionOf })));
}
