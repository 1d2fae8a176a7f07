// The live training of one learner, through the playground's socket. It only watches and never changes anything.
import { emptyFrameState, merge } from "../../state/frames.js";
import { decodeFrame, message } from "../../net/protocol.js";
import { createConnection, socketUrl } from "../../net/socket.js";
import { createChart } from "../../views/chart.js";
import { h } from "../../ui/dom.js";
import { createLosses } from "../../views/losses.js";
import { createNetwork } from "../../views/network.js";
import { createPicture } from "../../views/picture.js";

const DISPLAY = { showTrain: true, showTest: false, discretize: false, decisionLine: true, logScale: true };
const nothing = () => {};

/**
 * @param {HTMLElement} element
 * @param {{i18n: I18n, catalogue: Catalogue, network?: boolean, onState?: (state: ServerState) => void}} options `network`: also draw the network
 */
export function createWatch(element, { i18n, catalogue, network = false, onState = nothing }) {
	const [place, losses, chart, board] = ["picture", "losses", "chart", "network-board"].map((each) => h("div", { class: each }));
	const watching = h("span", { class: "quiet" });
	if (network) element.append(h("div", { class: "network-frame", inert: true }, board));
	element.append(h("div", { class: "watch-output" }, place, losses, chart));
	const send = (/** @type {Message} */ each) => connection?.send(each);
	const views = [
		createPicture(place, {
			i18n,
			catalogue,
			watching,
			onProbe: (at) => send(message.probe(at ?? { x1: null, x2: null })),
			onWatch: (node) => send(message.watch(node ?? { layer: null })),
		}),
		createLosses(losses, { i18n }),
		createChart(chart, { i18n }),
	];
	if (network) {
		views.push(
			createNetwork(board, {
				i18n,
				catalogue,
				hide: {},
				onWatch: nothing,
				onToggleFeature: nothing,
				onNeurons: nothing,
				onOpenNeuron: nothing,
				onOpenWeight: nothing,
				onOpenBias: nothing,
			}),
		);
	}

	/** @type {ReturnType<typeof createConnection<ServerMessage>> | null} */
	let connection = null;
	/** @type {WatchedTraining} */
	let model = { ...emptyFrameState(), server: null, display: DISPLAY, colors: null, watched: null, drawn: null, hidden: new Set() };
	/** @type {string | null} */
	let session = null;
	let scheduled = false;
	let unpainted = 0;

	function schedule() {
		if (scheduled) return;
		scheduled = true;
		requestAnimationFrame(() => {
			scheduled = false;
			if (model.server && model.colors) { for (const view of views) view.update(/** @type {PageState} */ (model)); }
			if (unpainted) connection?.send(message.ack({ frame: unpainted }));
			unpainted = 0;
		});
	}

	function close() {
		connection?.close();
		connection = session = null;
		model = { ...model, ...emptyFrameState(), server: null };
	}

	/** @param {string} wanted */
	function connect(wanted) {
		/** @type {Record<number, Uint8Array>} */
		const before = {};
		const mine = (connection = createConnection({
			url: socketUrl(),
			onOpen: () => mine.sendNow(message.open({ session: wanted })),
			onStatus: nothing,
			onMessage(/** @type {ServerMessage} */ said) {
				if (said.type === "welcome") {
					if (said.session !== wanted) return mine.close(); // the session no longer exists, and the server opened a new one
					mine.ready();
				} else if (said.type === "state") {
					model = { ...model, server: said };
					onState(said);
					schedule();
				}
			},
			onFrame(buffer) {
				const frame = decodeFrame(buffer, before);
				model = { ...model, ...merge(model, frame, model.server?.revision) };
				unpainted = frame.frame;
				schedule();
			},
		}));
		mine.open();
	}

	return {
		close,
		/** @param {{session: string | null, colors: Colors}} next */
		update({ session: wanted, colors }) {
			if (model.colors !== colors) {
				model = { ...model, colors };
				schedule();
			}
			if (wanted === session) return;
			close();
			session = wanted;
			if (session) connect(session);
		},
	};
}
