// The dialog of the room itself: name, code, who may join, the leaderboard, and its end.
import { h, setText } from "../../ui/dom.js";
import { button, createDialog, labelled, tick } from "../../ui/dialog.js";
import { copyField } from "../../ui/clipboard.js";
import { createOptimistic } from "../../state/optimistic.js";
import { ORDERS } from "../shared/goals.js";
import { TEXT_LIMITS } from "../shared/text-limits.js";
import { showCode } from "../shared/code.js";
import { forgetRoom, isRemembered, isTeacherKey, linkTo, saveRoom } from "./rooms.js";

/**
 * Return the controls of the room's settings. A control shows the requested value until the room's state confirms it or the server refuses.
 * @param {TeacherTools} tools
 */
export function createRoomControls({ i18n: { t }, api, perform, state }) {
	/** @type {ReturnType<typeof createOptimistic<Room>>} */
	const optimistic = createOptimistic();
	const name = h("input", { type: "text", maxlength: TEXT_LIMITS.roomName, autocomplete: "off" });
	const order = h("select", {}, h("option", { value: "", text: t("task.order.none") }));
	for (const each of ORDERS) order.append(h("option", { value: each, text: t(`task.order.${each}`) }));

	async function change(/** @type {Partial<Room>} */ changes) {
		optimistic.add(changes, state().room);
		if ((await perform(() => api.change(changes))) === undefined) optimistic.clear();
		show();
	}
	const box = (/** @type {string} */ key, /** @type {(on: boolean) => Partial<Room>} */ changes) => {
		const made = tick(t(key));
		made.box.addEventListener("change", () => change(changes(made.box.checked)));
		return made;
	};
	const joining = box("teach.room.joining", (on) => ({ joining: on }));
	const approval = box("teach.create.approval", (on) => ({ approval: on }));
	const generated = box("teach.create.generated", (on) => ({ nicknames: on ? "generated" : "own" }));
	const anonymous = box("teach.room.anonymous", (on) => ({ anonymous: on }));
	order.addEventListener("change", () => change({ leaderboard: /** @type {Order} */ (order.value) || null }));
	name.addEventListener("change", () => name.value.trim() && change({ name: name.value.trim() }));

	function show() {
		const room = optimistic.applyTo(state().room);
		if (document.activeElement !== name) name.value = room.name;
		joining.box.checked = room.joining;
		approval.box.checked = room.approval;
		generated.box.checked = room.nicknames === "generated";
		anonymous.box.checked = room.anonymous;
		order.value = room.leaderboard ?? "";
	}
	return { name, boxes: [joining, approval, generated, anonymous].map(({ element }) => element), order, show };
}

/**
 * Return the field of the teacher's own link, which is only copied, never shown, as the page may be on the projector, and the box that has the
 * browser remember the room.
 * @param {I18n} i18n @param {import("./rooms.js").Secret} secret @param {() => Room} room
 */
function createOwnLink({ t }, secret, room) {
	const field = h("input", { type: "password", readonly: true, autocomplete: "off" });
	const status = h("p", { class: "quiet", role: "status" });
	const copy = button(t("share.copy"), async () => setText(status, t((await copyField(field)) ? "message.copied" : "teach.room.noCopy")));
	const kept = tick(t("teach.rooms.remember"));
	kept.box.addEventListener("change", () => {
		if (kept.box.checked) saveRoom({ ...secret, name: room().name, at: room().created * 1000 });
		else forgetRoom(secret.id);
	});
	return {
		elements: [
			labelled(t("teach.room.link"), h("div", { class: "share-row" }, field, copy)),
			h("p", { class: "quiet", text: t("teach.room.linkHelp") }),
			status,
			kept.element,
		],
		show() {
			field.value = linkTo(secret);
			kept.box.checked = isRemembered(secret.id);
			setText(status, "");
		},
	};
}

/**
 * Return the dialog that changes the room: name, code, who may join; and leaves or ends it.
 * @param {TeacherTools & {secret: import("./rooms.js").Secret, onEnd: () => void, onOffline: () => void, onForget: () => void,
 *   onLeave: () => void}} tools
 */
export function createRoomDialog({ secret, onEnd, onOffline, onForget, onLeave, ...tools }) {
	const { i18n, i18n: { t }, api, perform, state } = tools;
	const { body, foot, open, close, dialog } = createDialog(i18n, t("teach.room.title"));
	const controls = createRoomControls(tools);
	const ownLink = createOwnLink(i18n, secret, () => state().room);
	const ends = h("p", { class: "quiet" });
	const code = button(t("teach.room.newCode"), () => perform(() => api.newCode()), { icon: "refresh" });
	const offline = button(t("teach.offline"), () => thenRun(onOffline)(), { icon: "offline" });
	const shown = h("output", { class: "room-code" });
	body.append(
		labelled(t("teach.create.name"), controls.name),
		h("div", { class: "share-row code-row" }, shown, code),
		...controls.boxes,
		labelled(t("task.order"), controls.order),
		h("div", { class: "share-row" }, offline),
		...(isTeacherKey(secret.key) ? [] : ownLink.elements), // a teacher's key opens all rooms, and is handed on to nobody
		ends,
	);
	const thenRun = (/** @type {() => void} */ act) => () => {
		close();
		act();
	};
	foot.append(
		button(t("teach.room.end"), thenRun(onEnd), { class: "grave", icon: "leave" }),
		h("span", { class: "spring" }),
		button(t("teach.forget"), thenRun(onForget)),
		button(t("teach.room.others"), thenRun(onLeave)),
	);

	function show() {
		const { room } = state();
		controls.show();
		setText(shown, showCode(room.code));
		offline.disabled = room.seats.every((each) => each.online !== false);
		const at = new Intl.DateTimeFormat(i18n.locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(room.ends * 1000));
		setText(ends, t("teach.room.ends", { at }));
	}
	return {
		open() {
			ownLink.show();
			show();
			open();
		},
		update: () => dialog.open && show(),
	};
}
