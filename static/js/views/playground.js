// The playground: creates every view on its element of the page.
import { createData } from "./data.js";
import { one, setText } from "../ui/dom.js";
import { createLazy, loadStyle, untilLoaded } from "../ui/lazy.js";
import { createLosses } from "./losses.js";
import { throttle } from "./throttle.js";
import { featureText } from "./naming.js";
import { scaleOf } from "./node-scale.js";
import { Network } from "./network.js";
import { isImages } from "../settings/images.js";
import { CUSTOM } from "../settings/limits.js";
import { Picture } from "./picture.js";
import { createSettings } from "./settings.js";
import { createTransport } from "./transport.js";

const TOGGLES = /** @type {const} */ (["showTrain", "showTest", "discretize", "decisionLine", "logScale"]);

/** Load a view with its texts on first use. @param {I18n} i18n @returns {CreateLazyView} */
const loader = (i18n) => (load, create) => createLazy(async () => create((await Promise.all([load(), i18n.complete()]))[0]));

/** Load a module together with its style sheet. @template T @param {() => Promise<T>} load */
const withStyle = (load, style = "help-share") => async () => (await Promise.all([load(), loadStyle(style)]))[0];

/** The network, and the editor of its weights, which calls `makeRoom` first. @param {PlaygroundOptions} options @param {ViewTools} tools @param {() => void} makeRoom */
function createNetworkViews({ i18n, catalogue, actions, featureKeys }, { watch, reportInvalid, createLazyView }, makeRoom) {
	const editor = createLazyView(withStyle(() => import("./editor.js"), "panels"), ({ Editor }) =>
		new Editor(one("#editor"), {
			i18n,
			catalogue,
			onWeight: actions.editWeight,
			onBias: actions.editBias,
			onClose: () => {
				actions.watch(null);
				network.mark(null);
			},
			onInvalid: reportInvalid,
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
		onNeurons: actions.changeNeurons,
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
	return { network, editor };
}

/** Create the lab for images, which replaces the plane's network and picture. @param {PlaygroundOptions} options @param {ViewTools} tools */
const createImages = ({ i18n, catalogue, actions, notify }, { createLazyView }) =>
	createLazyView(
		withStyle(() => Promise.all([import("../images/lab.js"), loadStyle("image-output"), loadStyle("panels")]), "images"),
		([{ createImageLab }]) =>
			createImageLab({
				i18n,
				catalogue,
				present: actions.present,
				onChange: actions.configure,
				onShow: actions.showImage,
				notify: (text) => notify("images", text),
			}),
	);

/** The settings and the data. @param {PlaygroundOptions} options @param {ViewTools} tools */
const createSettingViews = ({ i18n, catalogue, samples, actions, featureKeys, notify, removeMessage }, { reportInvalid }) => ({
	settings: createSettings(one(".settings"), {
		i18n,
		catalogue,
		hide: featureKeys,
		present: actions.present,
		onChange: actions.configure,
		onToggleFeature: actions.toggleFeature,
		onSpeed: actions.setSpeed,
		onStopAt: actions.stopAt,
		onStopWhen: actions.stopWhen,
		onIdle: (text) => (text ? notify("idle", text) : removeMessage("idle")),
		onValid: () => removeMessage("invalid"),
		onInvalid: reportInvalid,
	}),
	data: createData(one(".data"), {
		i18n,
		catalogue,
		samples,
		present: actions.present,
		onChange: actions.configure,
		onValid: () => removeMessage("invalid"),
		onInvalid: reportInvalid,
		onRegenerate: actions.regenerate,
	}),
});

/** Create the dialogs, the panels and the bar of watched trainings, which are loaded on first use. @param {PlaygroundOptions} options @param {ViewTools} tools @param {() => void} closeAdvanced closes the panel whose place another takes */
function createLaterViews(options, { createLazyView }, closeAdvanced) {
	const { i18n, catalogue, actions, shortcuts, featureKeys, links, frameSites, onShareHide, onShareHideText, onOpenCopy, onRefused } =
		options;
	const keySheet = createLazyView(
		withStyle(() => import("./key-sheet.js")),
		({ createKeySheet }) => createKeySheet(one("#keys-dialog"), { i18n, keys: shortcuts }),
	);
	const featureChoices = catalogue.features.map((name) => [featureKeys[name], featureText(name)]);
	const share = createLazyView(
		withStyle(() => import("./share.js")),
		({ createShare }) =>
			createShare(one("#share-dialog"), {
				i18n,
				featureChoices,
				links,
				frameSites,
				onHide: onShareHide,
				onHideText: onShareHideText,
				onModels: (training) => models.use((view) => view.open(training)),
			}),
	);
	const models = createLazyView(
		withStyle(() => import("../models/dialog.js"), "models"),
		({ createModels }) => createModels({ i18n, catalogue, featureText, scaleOf, onOpened: actions.replaceTraining }),
	);
	addEventListener("drop", (event) => {
		const file = event.dataTransfer?.files[0];
		if (!file?.name.endsWith(".json")) return; // a table, or nothing
		event.preventDefault();
		event.stopImmediatePropagation();
		models.use((view) => view.open(options.training(), file));
	}, true);
	const looking = createLazyView(
		() => import("./watch-only.js"),
		({ createWatchOnly }) => createWatchOnly({ i18n, onCopy: onOpenCopy, onPressed: onRefused }),
	);
	const opener = one('[data-action="inside"]');
	const inside = createLazyView(
		withStyle(() => import("../inside/panel.js"), "inside"),
		({ createInside }) =>
			createInside(one("#inside"), {
				i18n,
				catalogue,
				opener,
				onOpen: closeAdvanced,
				onMeasure: options.onMeasure,
				onMeasureQuality: options.onMeasureQuality,
				onTry: actions.tryOut,
				onInspect: options.onInspect,
				onApply: actions.applyPoint,
				onShowImage: actions.showImage,
			}),
	);
	opener.addEventListener("click", () => inside.use((view) => view.toggle()));
	const descent = createLazyView(
		withStyle(() => Promise.all([import("../descent/panel.js"), loadStyle("inside")]), "descent"),
		([{ createDescent }]) => createDescent({ i18n, onOpen: closeAdvanced }),
	);
	document.addEventListener("click", ({ target }) => {
		const button = target instanceof Element && target.closest('[data-action="descent"]'); // also in the article, which comes later
		if (button) descent.use((view) => view.toggle(/** @type {HTMLElement} */ (button)));
	});
	return { keySheet, share, looking, inside, descent };
}

/** Load the content of an element before it comes into view. @param {Element} element @param {(done: () => void) => void} load tries again until it calls `done` */
function loadWhenNear(element, load) {
	const nearing = new IntersectionObserver(
		(entries) => entries.some(({ isIntersecting }) => isIntersecting) && load(() => nearing.disconnect()),
		{ rootMargin: "400px" },
	);
	nearing.observe(element);
}

/** Create views that the first frame does not need: each is loaded when it has something to show. @param {PlaygroundOptions} options @param {ViewTools} tools @param {Picture} picture */
function createWaitingViews(options, tools, picture) {
	const { i18n, actions, notify } = options;
	const { createLazyView } = tools;
	/** @type {{view: Lazy<any>, isDue: (model: PageState) => boolean}[]} */
	const views = [
		{
			view: createLazy(async () => {
				const chart = new (await import("./chart.js")).Chart(one("#chart"), { i18n, onLookBack: actions.lookBack });
				return { update: throttle((/** @type {PageState} */ model) => chart.update(model)) };
			}),
			isDue: ({ frame }) => frame !== null,
		},
		{
			view: createLazy(async () => new (await import("../ui/tooltip.js")).Tooltip(one("#tooltip"), i18n)),
			isDue: ({ frame }) => frame !== null,
		},
		{
			view: createLazy(async () => (await import("./undo.js")).createUndoButtons(one(".top-actions"), { i18n, actions })),
			isDue: ({ changes }) => Boolean(changes.undo ?? changes.redo),
		},
		{
			view: createLazy(async () => (await import("./summary.js")).createSummary(one("#summary"), { i18n })),
			isDue: ({ frame }) => frame !== null,
		},
		{
			view: createLazyView(
				withStyle(() => import("./race.js"), "race"),
				({ createRace }) => createRace(one(".output"), { i18n, actions }),
			),
			isDue: ({ server }) => Boolean(server?.rival),
		},
		{
			view: createLazyView(
				() => import("./drawing.js"),
				({ Drawing }) =>
					new Drawing(one(".output-head"), {
						i18n,
						picture,
						onDraw: actions.draw,
						onMore: options.onDrawMore,
						onInvalid: (key) => notify("own", i18n.t(key)),
					}),
			),
			isDue: ({ isWatchOnly, server }) => !isWatchOnly && server?.config.dataset === CUSTOM,
		},
		{
			view: createLazy(async () => (await import("./own-data.js")).createOwnDataViews(options, tools)),
			isDue: ({ frame }) => frame !== null,
		},
	];
	let due = views; // whose time has not come
	return {
		/** @param {PageState} model */
		update(model) {
			for (const { view } of views) view.update(model);
			const now = due.filter(({ isDue }) => isDue(model));
			if (now.length === 0) return;
			due = due.filter((each) => !now.includes(each));
			const loaded = Promise.all(now.map(({ view }) => untilLoaded(view.load)));
			if (model.frame) loaded.then(() => (one("#playground").dataset.views = "loaded")); // tests wait for it
		},
	};
}

/** The article, which is fetched later. @param {PlaygroundOptions} options @param {ViewTools} tools */
function createArticleViews({ fetchArticle }, { createLazyView }) {
	const place = one("#article");
	const article = createLazyView(
		withStyle(() => import("./article.js"), "article"),
		({ createArticle }) => createArticle(place, { fetchArticle, hasLessons: document.getElementById("ways") !== null }),
	);
	document.addEventListener("click", (event) => {
		const way = event.target instanceof Element ? /** @type {HTMLElement | null} */ (event.target.closest("[data-section]")) : null;
		if (!way || event.ctrlKey || event.metaKey || event.shiftKey) return; // in another tab it is a page
		event.preventDefault();
		way.closest("dialog")?.close();
		article.use((view) => view.show(way.dataset.section ?? ""));
	});
	const loadLater = () => loadWhenNear(place, (done) => article.use(done)); // what lies below the lab can wait
	if (document.readyState === "complete") loadLater(); // the page begins late when its link has parts whose code is loaded first
	else window.addEventListener("load", loadLater, { once: true });
}

/** Create all views. @param {PlaygroundOptions} options */
export function createPlayground(options) {
	const { i18n, catalogue, actions, notify } = options;
	const watch = (/** @type {NodeAddress | null} */ node) => one("#editor").hidden && actions.watch(node);
	const reportInvalid = (/** @type {string} */ text, expected = i18n.t("edit.number")) =>
		notify("invalid", i18n.t("edit.invalid", { text: text.slice(0, 40), expected }));
	const tools = { watch, reportInvalid, createLazyView: loader(i18n) };
	const picture = new Picture(one("#picture"), { i18n, catalogue, watching: one("#watching"), onProbe: actions.probe, onWatch: watch });
	const { settings, data } = createSettingViews(options, tools);
	const { network, editor } = createNetworkViews(options, tools, settings.closeAdvanced);
	const plane = [network, editor, picture];
	const images = createImages(options, tools);
	const [transport, losses] = [createTransport(one(".transport"), { i18n, actions }), createLosses(one("#losses"), { i18n })];
	const numbers = throttle((/** @type {PageState} */ model) => {
		transport.update(model);
		losses.update(model);
	});
	const views = [{ update: numbers }, settings, data, createNetworkHead(options)];
	for (const name of TOGGLES) one(`#${name}`).addEventListener("change", actions[name]);
	createArticleViews(options, tools);
	const waiting = createWaitingViews(options, tools, picture);
	const { keySheet, share, looking, inside, descent } = createLaterViews(options, tools, settings.closeAdvanced);

	return {
		/** Open a panel that a lesson asks for. @param {"training" | "point" | "quality" | "descent"} name */
		openPanel(name) {
			if (name === "descent") descent.use((view) => one("#descent, .descent").hidden && view.toggle(one('[data-action="descent"]')));
			else inside.use((view) => view.open(name));
		},
		help: () => keySheet.use((view) => view.open()),
		share: (/** @type {PageState["shared"] & {training: SharedTraining}} */ shared) => share.use((view) => view.open(shared)),
		/** Call back once all that was updated is drawn. @param {() => void} tell */
		onceDrawn: (tell) => network.onceDrawn(tell),
		/** @param {PageState} model */
		update(model) {
			waiting.update(model); // first: writing on the chart's canvas restyles what other views have changed
			for (const view of views) view.update(model);
			const { server } = model;
			const withImages = Boolean(server && isImages(server.config));
			one(".lab").classList.toggle("images", withImages);
			if (withImages) images.use(() => {});
			else for (const view of plane) view.update(model);
			images.update(model);
			if (model.isWatchOnly) looking.use(() => {});
			looking.update(model);
			inside.update(model);
			for (const name of TOGGLES) /** @type {HTMLInputElement} */ (one(`#${name}`)).checked = model.display[name];
		},
	};
}

/** The heading of the network: how many layers and weights it has, and the buttons for layers. @param {PlaygroundOptions} options */
function createNetworkHead({ i18n, catalogue, actions }) {
	const [add, remove] = ["add", "remove"].map((act) => /** @type {HTMLButtonElement} */ (one(`[data-action="${act}Layer"]`)));
	add.addEventListener("click", actions.addLayer);
	remove.addEventListener("click", actions.removeLayer);
	const race = one('[data-action="race"]');
	race.addEventListener("click", () => {
		actions.race();
		one("#picture").scrollIntoView({ block: "nearest" }); // in a low window it is above
	});
	const offered = catalogue.fields.hidden_layers.offered;
	return {
		/** @param {PageState} state */
		update({ server }) {
			if (!server) return;
			const layers = server.config.hidden_layers.length;
			setText(one("#layers-count"), i18n.t("readout.hiddenLayers", { count: layers }));
			setText(one("#weights-count"), i18n.t("readout.weights", { count: server.parameters }));
			race.setAttribute("aria-pressed", String(server.rival !== null));
			add.disabled = layers >= offered.maximum_layers;
			remove.disabled = layers <= offered.minimum_layers;
		},
	};
}
