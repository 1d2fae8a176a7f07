// The dialog that exports, imports and stores models: export formats, files, pictures, and models stored in the browser.
import { request } from "../net/rest.js";
import { storageOf } from "../state/remember.js";
import { button, createDialog } from "../ui/dialog.js";
import { h } from "../ui/dom.js";
import { faultOf, fileName, parseModelName } from "./model-file.js";
import { downloadFile } from "./download.js";
import { createList } from "./list.js";
import { createPicture, PICTURES } from "./pictures.js";
import { createShelf, MAX_MODELS, MAX_NAME_LENGTH, StorageFull } from "./shelf.js";
import { createStatus } from "./status.js";

/** The formats of exports, and the key of each one's name. */
const FORMATS = ["json", "numpy", "keras", "pytorch", "notebook", "onnx"];

/** Return the dialog. @param {ModelsOptions} options */
export function createModels({ i18n, onOpened, ...tools }) {
	const { t } = i18n;
	const shelf = createShelf(storageOf("localStorage"));
	const box = createDialog(i18n, t("models.title"), { class: "models" });
	const name = h("input", { id: "models-name", type: "text", maxlength: MAX_NAME_LENGTH, autocomplete: "off" });
	const picker = h("input", {
		id: "models-file",
		type: "file",
		accept: ".json,application/json",
		hidden: true,
		"aria-label": t("models.choose"),
	});
	const { element: status, show: showStatus } = createStatus();
	const fileSection = h("section", { class: "models-part models-drop" });
	/** @type {SharedTraining} */
	let training = { session: null, view: "", key: "" };

	const id = () => training.session ?? training.view;
	const modelName = () => name.value.trim() || name.placeholder;
	const requestExport = (/** @type {string} */ format) =>
		request("GET", `api/sessions/${id()}/export?format=${format}&name=${encodeURIComponent(modelName())}`);

	/** Run something that the server or the browser may refuse; show the reason if it does. @param {() => Promise<void> | void} act */
	async function reportRefusal(act) {
		try {
			await act();
		} catch (refusal) {
			if (refusal instanceof StorageFull) return showStatus(t("models.full", { most: MAX_MODELS }));
			const { key, values } = faultOf(/** @type {AnyRefusal} */ (refusal), i18n);
			showStatus(t(key, values));
		}
		return undefined;
	}

	/** @param {ModelFile | string} model a string is sent as it is, so that the server reports positions in the file */
	const uploadModel = (model) =>
		request("PUT", `api/sessions/${training.session}/model`, {
			body: typeof model === "string" ? model : JSON.stringify(model),
			type: "application/json",
		});

	/** Open a model in place of the present training, and offer to undo that. @param {ModelFile | string} model @param {string} of its name */
	async function open(model, of) {
		const before = await (await requestExport("json")).json();
		await uploadModel(model);
		onOpened();
		name.value = of.slice(0, MAX_NAME_LENGTH);
		refresh(await (await requestExport("json")).json());
		const back = () =>
			reportRefusal(async () => {
				await uploadModel(before);
				onOpened();
				name.value = "";
				refresh(before);
				showStatus(t("models.broughtBack"));
			});
		showStatus(t("models.opened", { name: of }), { label: t("models.bringBack"), act: back });
	}

	const list = createList(i18n, {
		onOpen: ({ model, name: of }) => reportRefusal(() => open(model, of)),
		onDownload: ({ model, name: of }) => downloadFile(JSON.stringify({ ...model, name: of }), fileName(of), "application/json"),
		onDelete(saved) {
			shelf.remove(saved.id);
			refresh();
			const back = () =>
				reportRefusal(() => {
					shelf.add(shelf.freeName(saved.name), saved.model, saved);
					refresh();
					showStatus("");
				});
			showStatus(t("models.deleted", { name: saved.name }), { label: t("models.undo"), act: back });
			name.focus();
		},
	});

	/** Show the stored models and the present training. @param {ModelFile} [present] the present training, if it is new */
	function refresh(present) {
		list.show(shelf.list(), { present, canOpen: training.session !== null });
		if (present) pictureRows[0].hidden = present.config.problem === "images"; // there is no plane
	}

	/** Store a model under a name that no other has. @param {string} of @param {ModelFile} model */
	function saveAs(of, model) {
		shelf.add(of, model);
		refresh(model);
		showStatus(t("models.kept", { name: of }));
	}

	/** Store a model in place of another one, and offer to undo that. @param {SavedModel} old @param {ModelFile} model */
	function replace(old, model) {
		shelf.add(old.name, model, { id: old.id });
		refresh(model);
		const back = () =>
			reportRefusal(() => {
				shelf.add(old.name, old.model, old);
				refresh();
				showStatus("");
			});
		showStatus(t("models.replaced", { name: old.name }), { label: t("models.undo"), act: back });
	}

	const saveButton = button(t("models.keep"), () =>
		reportRefusal(async () => {
			if (!shelf.works) return showStatus(t("models.blocked"));
			const of = modelName();
			const model = await (await requestExport("json")).json();
			const old = shelf.findByName(of);
			if (!old) return saveAs(of, model);
			return showStatus(
				t("models.sameName", { name: of }),
				{ label: t("models.replace"), name: "replace", act: () => reportRefusal(() => replace(old, model)) },
				{ label: t("models.keepBoth"), name: "both", act: () => reportRefusal(() => saveAs(shelf.freeName(of), model)) },
			);
		}), { class: "accent", id: "models-keep" });
	name.addEventListener("keydown", (event) => event.key === "Enter" && !event.isComposing && saveButton.click());

	const exportButtons = FORMATS.map((format) =>
		button(t(`models.format.${format}`), () =>
			reportRefusal(async () => {
				const answer = await requestExport(format);
				const plain = answer.headers.get("Content-Disposition")?.match(/filename\*=UTF-8''([^;]+)/)?.[1] ?? "network";
				downloadFile(await answer.blob(), decodeURIComponent(plain));
				showStatus(t("models.saved", { file: decodeURIComponent(plain) }));
			}), { data: { format } })
	);

	const pictureRows = PICTURES.map((kind) => {
		const buttons = /** @type {const} */ (["svg", "png"]).map((format) =>
			button(format.toUpperCase(), () =>
				reportRefusal(async () => {
					const file = fileName(`${modelName()}_${kind}`).replace(/json$/, format);
					downloadFile(await createPicture(kind, format, id(), { ...tools, i18n, name: modelName() }), file);
					showStatus(t("models.saved", { file }));
				}), {
				data: { picture: `${kind}-${format}` },
				"aria-label": t("models.pictureAs", { picture: t(`models.picture.${kind}`), format: format.toUpperCase() }),
			})
		);
		return h("div", { class: "models-row", data: { pictureOf: kind } }, h("span", { text: t(`models.picture.${kind}`) }), ...buttons);
	});

	const openFile = (/** @type {File | undefined} */ file) =>
		file && training.session && reportRefusal(async () => {
			const text = await file.text();
			await open(text.replace(/^\uFEFF/, ""), parseModelName(text) || file.name.replace(/\.json$/i, ""));
		});
	picker.addEventListener("change", async () => {
		await openFile(picker.files?.[0]);
		picker.value = "";
	});
	const part = (/** @type {string} */ key, /** @type {Node[]} */ ...content) =>
		h("section", { class: "models-part" }, h("h3", { text: t(key) }), ...content);
	fileSection.append(
		h("h3", { text: t("models.file") }),
		h("p", { class: "quiet", text: t("models.fileHelp") }),
		h("div", { class: "models-row" }, button(t("models.choose"), () => picker.click(), { id: "models-choose", class: "edged" }), picker),
	);
	box.body.append(
		h("label", { class: "label", for: "models-name", text: t("models.name") }),
		h("div", { class: "share-row" }, name, saveButton),
		status,
		part("models.export", h("p", { class: "quiet", text: t("models.exportHelp") }), h("div", { class: "models-row" }, ...exportButtons)),
		fileSection,
		part(
			"models.pictures",
			h("p", { class: "quiet", text: t("models.picturesHelp") }),
			h("div", { class: "models-pictures" }, ...pictureRows),
		),
		part("models.list", h("p", { class: "quiet", text: t("models.listHelp") }), list.element),
	);
	box.dialog.addEventListener("drop", (event) => {
		event.preventDefault(); // a file that is no model is refused with a message
		event.stopPropagation();
		openFile(event.dataTransfer?.files[0]);
	});

	return {
		/** @param {SharedTraining} shown @param {File} [file] a model to open at once */
		open(shown, file) {
			training = shown;
			fileSection.hidden = shown.session === null;
			name.placeholder = t("models.unnamed");
			showStatus("");
			refresh();
			box.open();
			if (file) openFile(file);
			else reportRefusal(async () => refresh(await (await requestExport("json")).json()));
		},
	};
}
