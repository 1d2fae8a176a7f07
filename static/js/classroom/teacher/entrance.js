// The teacher's page without a room: create one, or return to a room that this browser knows.
import { h } from "../../ui/dom.js";
import { createRoom } from "./api.js";
import { button, labelled, tick } from "../../ui/dialog.js";
import { enterRoom, forgetRoom, keepRoom, recallRooms } from "./rooms.js";

/** The form that creates a room. @param {I18n} i18n @param {(error: unknown) => void} tell */
function createForm({ t }, tell) {
	const name = h("input", {
		type: "text",
		id: "new-room",
		maxlength: "80",
		autocomplete: "off",
		placeholder: t("teach.create.example"),
	});
	const approval = tick(t("teach.create.approval"));
	const generated = tick(t("teach.create.generated"));
	const remembered = tick(t("teach.rooms.remember"), true);
	const go = h("button", { class: "text-button accent", text: t("teach.create.action") });
	const element = h(
		"form",
		{ class: "entrance-form" },
		h("h2", { text: t("teach.create.title") }),
		labelled(t("teach.create.name"), name),
		approval.element,
		generated.element,
		remembered.element,
		go,
		h("p", { class: "quiet", text: t("teach.create.kept") }),
	);
	element.addEventListener("submit", async (/** @type {Event} */ event) => {
		event.preventDefault();
		go.disabled = true;
		try {
			const wanted = {
				name: name.value.trim() || t("teach.create.example"),
				approval: approval.box.checked,
				nicknames: generated.box.checked ? "generated" : "own",
			};
			const room = await createRoom(wanted);
			if (remembered.box.checked) keepRoom({ id: room.id, key: room.key, name: room.name, at: Date.now() });
			enterRoom(room);
		} catch (error) {
			tell(error);
		}
		go.disabled = false;
	});
	return { element, name };
}

/** The rooms that this browser knows. @param {I18n} i18n */
function createKeptRooms({ t, locale }) {
	const list = h("ul", { class: "entrance-rooms" });
	const element = h("section", { class: "entrance-kept" }, h("h2", { text: t("teach.rooms.title") }), list);
	const time = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
	const entry = (/** @type {ReturnType<typeof recallRooms>[number]} */ { id, key, name, at }) => {
		const forget = button(t("teach.rooms.forget"), () => {
			forgetRoom(id);
			show();
		});
		const when = Number.isFinite(at) ? time.format(new Date(at)) : "";
		// A button: the address of a link stands in the page's corner and goes into the browser's history, with the key in it.
		const open = h("button", { type: "button", class: "entrance-room", text: name, on: { click: () => enterRoom({ id, key }) } });
		return h("li", {}, open, h("span", { class: "quiet", text: when }), forget);
	};
	function show() {
		const kept = recallRooms();
		element.hidden = kept.length === 0;
		list.replaceChildren(...kept.map(entry));
	}
	return { element, show };
}

/** @param {HTMLElement} element @param {{i18n: I18n, tell: (error: unknown) => void}} options */
export function createEntrance(element, { i18n, tell }) {
	const form = createForm(i18n, tell);
	const rooms = createKeptRooms(i18n);
	const intro = h("p", { class: "entrance-intro", text: i18n.t("teach.intro") });
	const columns = h("div", { class: "entrance-columns" }, form.element, rooms.element);
	element.append(h("h1", { text: i18n.t("teach.title") }), intro, columns);

	return {
		/** @param {boolean} shown */
		show(shown) {
			element.hidden = !shown;
			if (!shown) return;
			rooms.show();
			form.name.focus();
		},
	};
}
