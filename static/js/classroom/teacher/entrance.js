// The teacher's page without a room: create one, or return to a room that this browser knows.
import { h, setText } from "../../ui/dom.js";
import { createRoom } from "./api.js";
import { button, labelled, tick } from "../../ui/dialog.js";
import { forgetRoom, keepRoom, recallRooms } from "./rooms.js";

/** @param {HTMLElement} element @param {{i18n: I18n, tell: (error: unknown) => void}} options */
export function createEntrance(element, { i18n, tell }) {
	const t = i18n.t;
	const name = h("input", {
		type: "text",
		id: "new-room",
		maxlength: "80",
		autocomplete: "off",
		placeholder: t("teach.create.example"),
	});
	const approval = tick(t("teach.create.approval"));
	const generated = tick(t("teach.create.generated"));
	const go = h("button", { class: "text-button accent", text: t("teach.create.action") });
	const form = h(
		"form",
		{ class: "entrance-form" },
		h("h2", { text: t("teach.create.title") }),
		labelled(t("teach.create.name"), name),
		approval.element,
		generated.element,
		go,
		h("p", { class: "quiet", text: t("teach.create.kept") }),
	);
	form.addEventListener("submit", async (/** @type {Event} */ event) => {
		event.preventDefault();
		go.disabled = true;
		try {
			const wanted = {
				name: name.value.trim() || t("teach.create.example"),
				approval: approval.box.checked,
				nicknames: generated.box.checked ? "generated" : "own",
			};
			const room = await createRoom(wanted);
			keepRoom({ id: room.id, key: room.key, name: room.name, at: Date.now() });
			location.hash = `${room.id}.${room.key}`;
		} catch (error) {
			tell(error);
		}
		go.disabled = false;
	});

	const list = h("ul", { class: "entrance-rooms" });
	const rooms = h("section", { class: "entrance-kept" }, h("h2", { text: t("teach.rooms.title") }), list);
	function showRooms() {
		const kept = recallRooms();
		rooms.hidden = kept.length === 0;
		const at = new Intl.DateTimeFormat(i18n.locale, { dateStyle: "medium", timeStyle: "short" });
		list.replaceChildren(
			...kept.map(({ id, key, name: title, at: when }) =>
				h(
					"li",
					{},
					h("a", { href: `#${id}.${key}`, text: title }),
					h("span", { class: "quiet", text: Number.isFinite(when) ? at.format(new Date(when)) : "" }),
					button(t("teach.rooms.forget"), () => {
						forgetRoom(id);
						showRooms();
					}),
				)
			),
		);
	}
	const intro = h("p", { class: "entrance-intro" });
	setText(intro, t("teach.intro"));
	element.append(h("h1", { text: t("teach.title") }), intro, h("div", { class: "entrance-columns" }, form, rooms));

	return {
		/** @param {boolean} shown */
		show(shown) {
			element.hidden = !shown;
			if (!shown) return;
			showRooms();
			name.focus();
		},
	};
}
