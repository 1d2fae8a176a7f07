// Asks the teacher before something that cannot be undone, and before all learners start anew.
import { h } from "../../ui/dom.js";
import { button, createDialog } from "../../ui/dialog.js";

/** Ask before something that cannot be undone. @param {I18n} i18n */
export function createConfirm(i18n) {
	const { body, foot, open, close, dialog } = createDialog(i18n, i18n.t("teach.sure"), { class: "confirm" });
	return {
		/** @param {{text: string[], action: string, act: () => void, grave?: boolean}} asked */
		open({ text, action, act, grave = false }) {
			body.replaceChildren(...text.map((each) => h("p", { text: each })));
			const yes = button(action, () => {
				close();
				act();
			}, { class: grave ? "accent grave" : "accent" });
			const no = button(i18n.t("teach.cancel"), close);
			foot.replaceChildren(h("span", { class: "spring" }), no, yes);
			open();
			no.focus();
			return dialog;
		},
	};
}

/** What is lost, and what stays, when all learners go back to the start. @param {RoomView} state @param {I18n} i18n @returns {string[]} */
export function lossTexts({ room, learners }, { t }) {
	const trained = room.seats.filter(({ seat }) => (learners.get(seat)?.counted_epochs ?? 0) > 0).length;
	const text = [t("teach.anew.text", { count: room.seats.length })];
	if (trained > 0) text.push(t("teach.anew.trained", { count: trained }));
	if (room.seats.some((each) => each.hand_in)) text.push(t("teach.anew.kept"));
	return text;
}

/** @param {Pick<TeacherTools, "i18n" | "state">} tools */
export function createAskAnew({ i18n, state }) {
	const { open } = createConfirm(i18n);
	/** Do something that starts all learners anew, after asking if there are any. @param {string} action what it is called @param {() => void} act @param {string[]} [said] what is said before the losses */
	return (action, act, said = []) => {
		if (state().room.seats.length === 0) act();
		else open({ text: [...said, ...lossTexts(state(), i18n)], action, act });
	};
}
