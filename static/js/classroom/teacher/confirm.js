// Confirmation dialogs of the teacher: before something that cannot be undone, and before all learners go back to the start.
import { h } from "../../ui/dom.js";
import { button, createDialog } from "../../ui/dialog.js";

/** Return a dialog that asks before something that cannot be undone. @param {I18n} i18n */
export function createConfirm(i18n) {
	const { body, foot, open, close, dialog } = createDialog(i18n, i18n.t("teach.sure"), { class: "confirm" });
	return {
		/** @param {{text: string[], action: string, onConfirm: () => void, grave?: boolean}} asked */
		open({ text, action, onConfirm, grave = false }) {
			body.replaceChildren(...text.map((each) => h("p", { text: each })));
			const yes = button(action, () => {
				close();
				onConfirm();
			}, { class: grave ? "accent grave" : "accent" });
			const no = button(i18n.t("teach.cancel"), close);
			foot.replaceChildren(h("span", { class: "spring" }), no, yes);
			open();
			no.focus();
			return dialog;
		},
	};
}

/** Return the paragraphs that say what is lost, and what stays, when all learners go back to the start. @param {RoomView} state @param {I18n} i18n @returns {string[]} */
export function resetWarnings({ room, learners }, { t }) {
	const trained = room.seats.filter(({ seat }) => (learners.get(seat)?.counted_epochs ?? 0) > 0).length;
	const text = [t("teach.anew.text", { count: room.seats.length })];
	if (trained > 0) text.push(t("teach.anew.trained", { count: trained }));
	if (room.seats.some((each) => each.hand_in)) text.push(t("teach.anew.kept"));
	return text;
}

/** Return a function that asks before all learners go back to the start. @param {Pick<TeacherTools, "i18n" | "state">} tools */
export function createResetConfirm({ i18n, state }) {
	const { open } = createConfirm(i18n);
	/**
	 * Ask before all learners go back to the start; without learners, call `onConfirm` at once.
	 * @param {string} action label of the button @param {() => void} onConfirm @param {string[]} [intro] paragraphs before the warnings
	 */
	return (action, onConfirm, intro = []) => {
		if (state().room.seats.length === 0) onConfirm();
		else open({ text: [...intro, ...resetWarnings(state(), i18n)], action, onConfirm });
	};
}
