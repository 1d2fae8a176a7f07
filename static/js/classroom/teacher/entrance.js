// The teacher's page without a room: create one, or return to one that this browser remembers.
import { h } from "../../ui/dom.js";
import { duration } from "../../ui/format.js";
import { Refusal } from "../../net/rest.js";
import { TEXT_LIMITS } from "../shared/text-limits.js";
import { createRoom, listRooms, logIn } from "./api.js";
import { button, labelled, tick } from "../../ui/dialog.js";
import { storageOf } from "../../state/remember.js";
import { enterRoom, forgetRoom, loadRooms, loadTeacherKey, saveRoom, saveTeacherKey } from "./rooms.js";

/** Return the form that creates a room. @param {I18n} i18n @param {number} roomLifetime seconds after which it ends @param {(error: unknown) => void} onError gets the server's refusal */
function createForm(i18n, roomLifetime, onError) {
	const { t } = i18n;
	const name = h("input", {
		type: "text",
		id: "new-room",
		maxlength: TEXT_LIMITS.roomName,
		autocomplete: "off",
		placeholder: t("teach.create.example"),
	});
	const approval = tick(t("teach.create.approval"));
	const generated = tick(t("teach.create.generated"));
	const canRemember = storageOf("localStorage") !== undefined;
	const remembered = tick(t("teach.rooms.remember"), canRemember);
	remembered.box.disabled = !canRemember;
	const blocked = h("p", { class: "quiet", text: t("teach.create.blocked"), hidden: canRemember });
	const submit = h("button", { class: "text-button accent", text: t("teach.create.action") });
	const element = h(
		"form",
		{ class: "entrance-form" },
		h("h2", { text: t("teach.create.title") }),
		labelled(t("teach.create.name"), name),
		approval.element,
		generated.element,
		remembered.element,
		blocked,
		submit,
		h("p", { class: "quiet", text: t("teach.create.kept", { time: duration(roomLifetime, i18n) }) }),
	);
	element.addEventListener("submit", async (/** @type {Event} */ event) => {
		event.preventDefault();
		submit.disabled = true;
		try {
			const wanted = {
				name: name.value.trim() || t("teach.create.example"),
				approval: approval.box.checked,
				nicknames: generated.box.checked ? "generated" : "own",
			};
			const room = await createRoom(wanted, loadTeacherKey());
			if (remembered.box.checked) saveRoom({ id: room.id, key: room.key, name: room.name, at: Date.now() });
			enterRoom(room);
		} catch (error) {
			onError(error);
		}
		submit.disabled = false;
	});
	return { element, name };
}

/** Return the list of rooms that this browser remembers. @param {I18n} i18n */
function createRememberedRooms({ t, locale }) {
	const list = h("ul", { class: "entrance-rooms" });
	const element = h("section", { class: "entrance-kept" }, h("h2", { text: t("teach.rooms.title") }), list);
	const time = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
	const entry = (/** @type {ReturnType<typeof loadRooms>[number]} */ { id, key, name, at }) => {
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
		const kept = loadRooms();
		element.hidden = kept.length === 0;
		list.replaceChildren(...kept.map(entry));
	}
	return { element, show };
}

/** Return the form that asks for the teachers' password. @param {I18n} i18n @param {(error: unknown) => void} showError @param {() => void} clearError @param {() => void} onEnter */
function createLogin({ t }, showError, clearError, onEnter) {
	const password = h("input", { type: "password", autocomplete: "off" });
	const submit = h("button", { class: "text-button accent", text: t("teach.login.action") });
	const element = h(
		"form",
		{ class: "entrance-form" },
		h("h2", { text: t("teach.login.title") }),
		labelled(t("teach.login.password"), password),
		submit,
		h("p", { class: "quiet", text: t("teach.login.text") }),
	);
	element.addEventListener("submit", async (/** @type {Event} */ event) => {
		event.preventDefault();
		submit.disabled = true;
		try {
			saveTeacherKey((await logIn(password.value)).key);
			password.value = "";
			clearError();
			onEnter();
		} catch (error) {
			showError(error);
			password.select();
		}
		submit.disabled = false;
	});
	return { element, password };
}

/** Return the list of all rooms of the server, for those who know the teachers' password. @param {I18n} i18n @param {() => void} onLeave */
function createAllRooms({ t }, onLeave) {
	const list = h("ul", { class: "entrance-rooms" });
	const none = h("p", { class: "quiet", text: t("teach.rooms.none") });
	const leave = button(t("teach.login.leave"), onLeave, { icon: "leave" });
	const element = h("section", { class: "entrance-kept" }, h("h2", { text: t("teach.rooms.all") }), none, list, leave);
	const entry = (/** @type {import("./api.js").ListedRoom} */ { id, name, online, learners }, /** @type {string} */ key) => {
		const open = h("button", { type: "button", class: "entrance-room", text: name, on: { click: () => enterRoom({ id, key }) } });
		return h("li", {}, open, h("span", { class: "quiet", text: t("teach.here", { here: online, count: learners }) }));
	};
	return {
		element,
		/** @param {string} key the teacher's */
		async show(key) {
			const rooms = await listRooms(key);
			none.hidden = rooms.length > 0;
			list.replaceChildren(...rooms.map((each) => entry(each, key)));
		},
	};
}

/** Fill the element of the entrance. @param {HTMLElement} element @param {{i18n: I18n, showError: (error: unknown) => void, clearError: () => void, asksPassword: boolean, roomLifetime: number}} options */
export function createEntrance(element, { i18n, showError, clearError, asksPassword, roomLifetime }) {
	const form = createForm(i18n, roomLifetime, onError);
	const rooms = createRememberedRooms(i18n);
	const login = createLogin(i18n, showError, clearError, () => show());
	const all = createAllRooms(i18n, () => {
		saveTeacherKey(null);
		show();
	});
	const intro = h("p", { class: "entrance-intro", text: i18n.t("teach.intro") });
	const lists = h("div", {}, all.element, rooms.element);
	const columns = h("div", { class: "entrance-columns" }, login.element, form.element, lists);
	element.append(h("h1", { text: i18n.t("teach.title") }), intro, columns);

	function show() {
		const key = loadTeacherKey();
		login.element.hidden = !asksPassword || key !== null;
		form.element.hidden = !login.element.hidden;
		all.element.hidden = !asksPassword || key === null;
		rooms.show();
		(form.element.hidden ? login.password : form.name).focus();
		if (asksPassword && key) all.show(key).catch(onError);
	}

	/** Show an error; if the teacher's key has expired, ask for the password again. @param {unknown} error */
	function onError(error) {
		showError(error);
		if (!(error instanceof Refusal && error.code === "teacher_key_needed")) return;
		saveTeacherKey(null);
		show();
	}

	return {
		/** Show the entrance, or hide it. @param {boolean} shown */
		show(shown) {
			element.hidden = !shown;
			if (shown) show();
		},
	};
}
