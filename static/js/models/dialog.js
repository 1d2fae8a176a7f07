// The dialog in which a network leaves and comes back: exports, files, and models that the browser keeps.
import { request } from "../net/rest.js";
import { storageOf } from "../state/remember.js";
import { button, createDialog } from "../ui/dialog.js";
import { h, setText } from "../ui/dom.js";
import { faultOf, fileName, readModel } from "./model-file.js";
import { save } from "./download.js";
import { createList } from "./list.js";
import { makePicture, PICTURES } from "./pictures.js";
import { createShelf, Full, MOST } from "./shelf.js";

/** The formats of exports, and the key of each one's name. */
const FORMATS = ["json", "numpy", "keras", "pytorch", "notebook", "onnx"];

/** @param {ModelsOptions} options */
export function createModels({ i18n, featureText, onOpened }) {
	const { t } = i18n;
	const shelf = createShelf(storageOf("localStorage"));
	const box = createDialog(i18n, t("models.title"), { class: "models" });
	const name = h("input", { id: "models-name", type: "text", maxlength: 100, autocomplete: "off" });
	const picker = h("input", {
		id: "models-file",
		type: "file",
		accept: ".json,application/json",
		hidden: true,
		"aria-label": t("models.choose"),
	});
	const words = h("span");
	const again = h("button", { type: "button", class: "text-button", hidden: true });
	const status = h("p", { class: "models-status", role: "status" }, words, again);
	const opening = h("section", { class: "models-part models-drop" });
	/** @type {SharedTraining} */
	let training = { session: null, view: "", key: "" };
	/** @type {() => void} */
	let goBack = () => {};

	const id = () => training.session ?? training.view;
	const title = () => name.value.trim() || name.placeholder;
	const load = (/** @type {string} */ format) =>
		request("GET", `api/sessions/${id()}/export?format=${format}&name=${encodeURIComponent(title())}`);

	/** Say something; with a way back, if there is one. @param {string} text @param {{label: string, act: () => void}} [way] */
	function say(text, way) {
		setText(words, text);
		again.hidden = !way;
		setText(again, way?.label ?? "");
		goBack = way?.act ?? (() => {});
	}

	/** Do something that the server or the browser may refuse, and say why. @param {() => Promise<void> | void} act */
	async function attempt(act) {
		try {
			await act();
		} catch (refusal) {
			if (refusal instanceof Full) return say(t("models.full", { most: MOST }));
			const { key, values } = faultOf(/** @type {AnyRefusal} */ (refusal), i18n.has);
			say(t(key, values));
		}
		return undefined;
	}

	const put = (/** @type {ModelFile} */ model) => request("PUT", `api/sessions/${training.session}/model`, { body: model });

	/** Open a model in place of the training; what was there can be brought back. @param {ModelFile} model @param {string} of its name */
	async function open(model, of) {
		const before = await (await load("json")).json();
		await put(model);
		onOpened();
		name.value = of.slice(0, 100);
		refresh(await (await load("json")).json());
		const back = () =>
			attempt(async () => {
				await put(before);
				onOpened();
				name.value = "";
				refresh(before);
				say(t("models.broughtBack"));
			});
		say(t("models.opened", { name: of }), { label: t("models.bringBack"), act: back });
	}

	const list = createList(i18n, {
		onOpen: ({ model, name: of }) => attempt(() => open(model, of)),
		onDownload: ({ model, name: of }) => save(JSON.stringify({ ...model, name: of }), fileName(of), "application/json"),
		onDelete(saved) {
			shelf.remove(saved.id);
			refresh();
			const back = () =>
				attempt(() => {
					shelf.add(saved.name, saved.model, saved);
					refresh();
					say("");
				});
			say(t("models.deleted", { name: saved.name }), { label: t("models.undo"), act: back });
			name.focus();
		},
	});

	/** Show what is kept, and what is possible. @param {ModelFile} [present] the training of the page, if it is known anew */
	function refresh(present) {
		list.show(shelf.list(), { present, canOpen: training.session !== null });
		if (present) drawing[0].hidden = present.config.problem === "images"; // there is no plane
	}

	const keep = button(t("models.keep"), () =>
		attempt(async () => {
			if (!shelf.works) return say(t("models.blocked"));
			const model = await (await load("json")).json();
			shelf.add(title(), model);
			refresh(model);
			return say(t("models.kept", { name: title() }));
		}), { class: "accent", id: "models-keep" });

	const exporting = FORMATS.map((format) =>
		button(t(`models.format.${format}`), () =>
			attempt(async () => {
				const answer = await load(format);
				const plain = answer.headers.get("Content-Disposition")?.match(/filename\*=UTF-8''([^;]+)/)?.[1] ?? "network";
				save(await answer.blob(), decodeURIComponent(plain));
				say(t("models.saved", { file: decodeURIComponent(plain) }));
			}), { data: { format } })
	);

	const drawing = PICTURES.map((kind) => {
		const buttons = /** @type {const} */ (["svg", "png"]).map((format) =>
			button(format.toUpperCase(), () =>
				attempt(async () => {
					const file = fileName(`${title()}_${kind}`).replace(/json$/, format);
					save(await makePicture(kind, format, id(), { i18n, featureText, name: title() }), file);
					say(t("models.saved", { file }));
				}), {
				data: { picture: `${kind}-${format}` },
				"aria-label": t("models.pictureAs", { picture: t(`models.picture.${kind}`), format: format.toUpperCase() }),
			})
		);
		return h("div", { class: "models-row", data: { pictureOf: kind } }, h("span", { text: t(`models.picture.${kind}`) }), ...buttons);
	});

	const take = (/** @type {File | undefined} */ file) =>
		file && training.session && attempt(async () => {
			const model = readModel(await file.text());
			await open(model, model.name || file.name.replace(/\.json$/i, ""));
		});
	picker.addEventListener("change", async () => {
		await take(picker.files?.[0]);
		picker.value = "";
	});
	again.addEventListener("click", () => goBack());
	const part = (/** @type {string} */ key, /** @type {Node[]} */ ...content) =>
		h("section", { class: "models-part" }, h("h3", { text: t(key) }), ...content);
	opening.append(
		h("h3", { text: t("models.file") }),
		h("p", { class: "quiet", text: t("models.fileHelp") }),
		h("div", { class: "models-row" }, button(t("models.choose"), () => picker.click(), { id: "models-choose", class: "edged" }), picker),
	);
	box.body.append(
		h("label", { class: "label", for: "models-name", text: t("models.name") }),
		h("div", { class: "share-row" }, name, keep),
		status,
		part("models.export", h("p", { class: "quiet", text: t("models.exportHelp") }), h("div", { class: "models-row" }, ...exporting)),
		opening,
		part("models.pictures", h("p", { class: "quiet", text: t("models.picturesHelp") }), h("div", { class: "models-pictures" }, ...drawing)),
		part("models.list", h("p", { class: "quiet", text: t("models.listHelp") }), list.element),
	);
	box.dialog.addEventListener("drop", (event) => {
		event.preventDefault(); // what ends in .json comes by `open`; any other file is told to be none
		event.stopPropagation();
		take(event.dataTransfer?.files[0]);
	});

	return {
		/** @param {SharedTraining} shown @param {File} [file] a model to open at once */
		open(shown, file) {
			training = shown;
			opening.hidden = shown.session === null;
			name.placeholder = t("models.unnamed");
			say("");
			refresh();
			box.open();
			if (file) take(file);
			else attempt(async () => refresh(await (await load("json")).json()));
		},
	};
}
