// The smaller dialogs of the teacher: a hint, the starting point, locks.
import { h, setText } from "../../ui/dom.js";
import { button, createDialog, labelled } from "../../ui/dialog.js";
import { TEXT_LIMITS } from "../shared/text-limits.js";
import { createResetConfirm } from "./confirm.js";
import { createLockForm } from "./lock-form.js";
import { loadStart, readOwnPlayground, startText } from "./starts.js";

/** Return the dialog that sends a hint to all learners or to one. @param {TeacherTools} tools */
export function createHint({ i18n, api, perform, state }) {
	const t = i18n.t;
	const { body, foot, open, close } = createDialog(i18n, t("teach.hint.title"));
	const to = h("p", { class: "quiet" });
	const text = h("textarea", { rows: "3", maxlength: TEXT_LIMITS.hint, "aria-label": t("teach.hint.title") });
	/** @type {string | null} */
	let seat = null;
	body.append(to, text);
	const send = async () => {
		if (text.value.trim() === "") return text.focus();
		if ((await perform(() => api.hint(text.value.trim(), seat ? [seat] : undefined))) === undefined) return undefined;
		text.value = "";
		return close();
	};
	foot.append(h("span", { class: "spring" }), button(t("teach.hint.send"), send, { class: "accent", icon: "bulb" }));
	return {
		/** @param {string | null} [who] */
		open(who = null) {
			seat = who;
			const { room, namesHidden } = state();
			const index = room.seats.findIndex((each) => each.seat === seat);
			const name = index >= 0 ? (namesHidden ? t("wall.numbered", { number: index + 1 }) : room.seats[index].nickname) : "";
			setText(to, name ? t("teach.hint.toOne", { name }) : t("teach.hint.toAll"));
			open();
			text.focus();
		},
	};
}

/** Return the dialog that sets the starting point of all learners. @param {TeacherTools} tools */
export function createStart({ i18n, catalogue, api, perform, state }) {
	const t = i18n.t;
	const { body, foot, open, close } = createDialog(i18n, t("teach.start.title"));
	const link = h("input", {
		type: "text",
		autocomplete: "off",
		spellcheck: "false",
		"aria-label": t("task.link"),
		placeholder: t("task.linkHere"),
	});
	const status = h("p", { class: "quiet", role: "status" });
	const present = h("p", { class: "quiet" });
	/** @type {Start | null} */
	let chosenStart = null;
	const show = (/** @type {Start | null} */ found, /** @type {string} */ otherwise) => {
		chosenStart = found;
		link.setAttribute("aria-invalid", String(!found && link.value !== ""));
		setText(status, found ? startText(i18n, found.config) : otherwise);
		for (const each of [all, later]) each.disabled = !found;
	};
	link.addEventListener("input", async () => {
		const { value } = link;
		const found = await loadStart(value, catalogue);
		if (link.value === value) show(found, value ? t("teach.start.unreadable") : "");
	});
	const own = button(t("teach.start.own"), async () => {
		link.value = "";
		show(await readOwnPlayground(), t("teach.start.noOwn"));
	}, { icon: "pin" });
	const send = async (/** @type {string} */ apply) => {
		if ((await perform(() => api.start({ ...chosenStart, apply }))) !== undefined) close();
	};
	const confirmReset = createResetConfirm({ i18n, state });
	const all = button(t("teach.start.all"), () => confirmReset(t("teach.start.all"), () => send("all")), { class: "accent" });
	const later = button(t("teach.start.new"), () => send("new"));
	const playground = h("a", { href: "./", target: "_blank", rel: "noopener", text: t("teach.start.playground") });
	body.append(
		h("p", { text: t("teach.start.text") }),
		h("div", { class: "share-row" }, link),
		h("div", { class: "share-row start-own" }, own, playground),
		status,
		h("h3", { text: t("teach.start.present") }),
		present,
	);
	foot.append(h("span", { class: "spring" }), later, all);
	return {
		open() {
			link.value = "";
			show(null, "");
			setText(present, startText(i18n, state().room.start?.config));
			open();
			link.focus();
		},
	};
}

/** Return the dialog that chooses the settings that learners cannot change. @param {TeacherTools} tools */
export function createLocking({ i18n, api, perform, state }) {
	const t = i18n.t;
	const { body, foot, open, close } = createDialog(i18n, t("teach.locks.title"));
	const form = createLockForm(i18n);
	const reason = h("input", { type: "text", maxlength: TEXT_LIMITS.reason, autocomplete: "off", placeholder: t("room.locked.usual") });
	body.append(h("p", { class: "quiet", text: t("teach.locks.text") }), form.element, labelled(t("teach.locks.reason"), reason));
	foot.append(
		button(t("teach.locks.all"), () => form.setAll(true)),
		button(t("teach.locks.none"), () => form.setAll(false)),
		h("span", { class: "spring" }),
		button(t("wall.save"), async () => {
			if ((await perform(() => api.change({ locks: form.get(), reason: reason.value.trim() }))) !== undefined) close();
		}, { class: "accent", icon: "lock" }),
	);
	return {
		open() {
			const { room } = state();
			form.set(room.locks);
			reason.value = room.reason ?? "";
			open();
		},
	};
}
