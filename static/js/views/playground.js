// The playground: creates every view on its element of the page.
import { Chart } from "./chart.js";
import { createData } from "./data.js";
import { one, setText } from "../ui/dom.js";
import { createLazy, loadStyle } from "../ui/lazy.js";
import { createLosses } from "./losses.js";
import { featureText } from "./naming.js";
import { Network } from "./network.js";
import { createCustomPoints } from "./custom-points.js";
import { Picture } from "./picture.js";
import { createSettings } from "./settings.js";
import { createSummary } from "./summary.js";
import { createTransport } from "./transport.js";
import { createUndoButtons } from "./undo.js";

const TOGGLES = /** @type {const} */ (["showTrain", "showTest", "discretize", "decisionLine", "logScale"]);

/** Load a view with its texts on first use. @param {I18n} i18n @returns {LoadLater} */
const loader = (i18n) => (load, create) => createLazy(async () => create((await Promise.all([load(), i18n.complete()]))[0]));

/** Load a module together with its style sheet. @template T @param {() => Promise<T>} load */
const withStyle = (load, style = "help-share") => async () => (await Promise.all([load(), loadStyle(style)]))[0];

/** The network, and the editor of its weights, which calls `makeRoom` first. @param {PlaygroundOptions} options @param {ViewTools} tools @param {() => void} makeRoom */
function createNetworkViews({ i18n, catalogue, actions, featureKeys }, { watch, invalid, later }, makeRoom) {
	const editor = later(withStyle(() => import("./editor.js"), "panels"), ({ Editor }) =>
		new Editor(one("#editor"), {
			i18n,
			catalogue,
			onWeight: actions.editWeight,
			onBias: actions.editBias,
			onClose: () => {
				actions.watch(null);
				network.mark(null);
			},
			onInvalid: invalid,
		}));
	const edit = (/** @type {OpenEditor} */ ...subject) => {
		makeRoom();
		editor.use((view) => view.open(...subject));
	};
	const network = new Network(one("#network"), {
		i18n,
		catalogue,
		hide: featureKeys,
		onWatch: watch,
		onToggleFeature: actions.toggleFeature,
		onNeurons: actions.setNeurons,
		onOpenNeuron: (node, button) => {
			actions.watch(node);
			edit(node, button);
		},
		onOpenWeight(link) {
			network.mark(link);
			edit(link);
		},
		onOpenBias: (node, button) => edit({ ...node, only: true }, button),
	});
	return [network, editor];
}

/** The settings and the data. @param {PlaygroundOptions} options @param {ViewTools} tools */
const createSettingViews = ({ i18n, catalogue, samples, actions, featureKeys, say, unsay }, { invalid }) => ({
	settings: createSettings(one(".settings"), {
		i18n,
		catalogue,
		hide: featureKeys,
		present: actions.present,
		onChange: actions.configure,
		onToggleFeature: actions.toggleFeature,
		onSpeed: actions.setSpeed,
		onStopAt: actions.stopAt,
		onIdle: (text) => (text ? say("idle", text) : unsay("idle")),
		onValid: () => unsay("invalid"),
		onInvalid: invalid,
	}),
	data: createData(one(".data"), {
		i18n,
		catalogue,
		samples,
		present: actions.present,
		onChange: actions.configure,
		onValid: () => unsay("invalid"),
		onInvalid: invalid,
		onRegenerate: actions.regenerate,
	}),
});

/** The dialogs and what a page that only looks shows, which are loaded on first use. @param {PlaygroundOptions} options @param {ViewTools} tools */
function createLaterViews(options, { later }) {
	const { i18n, catalogue, shortcuts, featureKeys, links, onShareHide, onShareHideText, onMakeOwn, onRefused } = options;
	const keySheet = later(
		withStyle(() => import("./key-sheet.js")),
		({ createKeySheet }) => createKeySheet(one("#keys-dialog"), { i18n, keys: shortcuts }),
	);
	const featureChoices = catalogue.features.map((name) => [featureKeys[name], featureText(name)]);
	const share = later(
		withStyle(() => import("./share.js")),
		({ createShare }) =>
			createShare(one("#share-dialog"), { i18n, featureChoices, links, onHide: onShareHide, onHideText: onShareHideText }),
	);
	const looking = later(
		() => import("./looking.js"),
		({ createLooking }) => createLooking({ i18n, onCopy: onMakeOwn, onPressed: onRefused }),
	);
	return { keySheet, share, looking };
}

/** Load what an element shows before it comes into view. @param {Element} element @param {(done: () => void) => void} load tries again until it calls `done` */
function whenNear(element, load) {
	const nearing = new IntersectionObserver(
		(entries) => entries.some(({ isIntersecting }) => isIntersecting) && load(() => nearing.disconnect()),
		{ rootMargin: "400px" },
	);
	nearing.observe(element);
}

/** The article's figures and experiments, and the text of the experiment that is open. A room's page has no experiments: its task is the lesson. @param {PlaygroundOptions} options @param {ViewTools} tools */
function createArticleViews({ i18n, catalogue, onLesson }, { later }) {
	const lesson = later(
		withStyle(() => Promise.all([import("./lesson.js"), import("../link/experiments.js")]), "panels"),
		([{ createLesson }, { EXPERIMENTS }]) => createLesson(one("#lesson"), { i18n, experiments: EXPERIMENTS, onChange: onLesson }),
	);
	const follow = (/** @type {string} */ hash) => lesson.use((view) => view.follow(hash));
	const experiments = later(
		() => Promise.all([import("./experiments.js"), import("../link/experiments.js")]),
		([{ createExperiments }, { EXPERIMENTS }]) =>
			createExperiments(one("#experiments"), { i18n, experiments: EXPERIMENTS, onOpen: follow }),
	);
	if (document.getElementById("try")) whenNear(one("#try"), (done) => experiments.use(done));
	const names = catalogue.fields.activation.choices;
	const label = (/** @type {string} */ name) => i18n.t(`choice.activation.${name}`);
	const article = one(".article");
	const figures = later(() => import("./figures.js"), ({ createFigures }) => createFigures(article, { names, label }));
	whenNear(article, (done) => figures.use(done));
	const sections = later(() => import("./sections.js"), ({ createSectionLinks }) => ({ links: createSectionLinks() }));
	// What lies below the lab can wait.
	window.addEventListener("load", () => {
		loadStyle("article");
		sections.use(() => {});
	}, { once: true });
	return { follow, show: (/** @type {string | null} */ name) => lesson.use((view) => view.show(name)) };
}

/** @param {PlaygroundOptions} options */
export function createPlayground(options) {
	const { i18n, catalogue, actions, say } = options;
	const watch = (/** @type {NodeAddress | null} */ node) => one("#editor").hidden && actions.watch(node);
	const invalid = (/** @type {string} */ text, expected = i18n.t("edit.number")) =>
		say("invalid", i18n.t("edit.invalid", { text: text.slice(0, 40), expected }));
	const tools = { watch, invalid, later: loader(i18n) };
	const picture = new Picture(one("#picture"), { i18n, catalogue, watching: one("#watching"), onProbe: actions.probe, onWatch: watch });
	const { settings, data } = createSettingViews(options, tools);
	const views = [
		new Chart(one("#chart"), i18n), // first: writing on a canvas restyles what other views have changed
		createTransport(one(".transport"), { i18n, actions }),
		createUndoButtons(one(".top-actions"), { i18n, actions }),
		settings,
		data,
		...createNetworkViews(options, tools, settings.closeMore),
		picture,
		createCustomPoints(one(".output-head"), { i18n, picture, onDraw: actions.draw, onInvalid: (key) => say("own", i18n.t(key)) }),
		createLosses(one("#losses"), { i18n }),
		createSummary(one("#summary"), { i18n }),
		createHead(options),
	];
	for (const name of TOGGLES) one(`#${name}`).addEventListener("change", actions[name]);
	let explains = false;
	const tooltip = createLazy(async () => new (await import("../ui/tooltip.js")).Tooltip(one("#tooltip"), i18n));
	const { keySheet, share, looking } = createLaterViews(options, tools);

	return {
		lesson: createArticleViews(options, tools),
		help: () => keySheet.use((view) => view.open()),
		share: (/** @type {PageState["shared"] & {training: SharedTraining}} */ shared) => share.use((view) => view.open(shared)),
		/** @param {PageState} model */
		update(model) {
			for (const view of views) view.update(model);
			if (model.frame && !explains) tooltip.use(() => {}); // what explains can come after what is explained
			explains ||= Boolean(model.frame);
			if (model.looksOnly) looking.use(() => {});
			looking.update(model);
			for (const name of TOGGLES) /** @type {HTMLInputElement} */ (one(`#${name}`)).checked = model.display[name];
		},
	};
}

/** The heading of the network: how many layers and weights it has, and the buttons for layers. @param {PlaygroundOptions} options */
function createHead({ i18n, catalogue, actions }) {
	const [add, remove] = ["add", "remove"].map((act) => /** @type {HTMLButtonElement} */ (one(`[data-action="${act}Layer"]`)));
	add.addEventListener("click", actions.addLayer);
	remove.addEventListener("click", actions.removeLayer);
	const offered = catalogue.fields.hidden_layers.offered;
	return {
		/** @param {PageState} state */
		update({ server }) {
			if (!server) return;
			const layers = server.config.hidden_layers.length;
			setText(one("#layers-count"), i18n.t("readout.hiddenLayers", { count: layers }));
			setText(one("#weights-count"), i18n.t("readout.weights", { count: server.parameters }));
			add.disabled = layers >= offered.maximum_layers;
			remove.disabled = layers <= offered.minimum_layers;
		},
	};
}
