// The bar over the wall: the room's name and code, and the buttons that concern the whole class.
import { h, setText } from "../../ui/dom.js";
import { showCode } from "../shared/code.js";
import { button } from "../../ui/dialog.js";

/**
 * Fill the element of the toolbar.
 * @param {HTMLElement} element
 * @param {TeacherTools & {open: Record<string, () => void>}} options
 *   `open`: functions that open the dialogs, by name
 */
export function createToolbar(element, { i18n, perform, api, open }) {
	const t = i18n.t;
	const name = h("h1", { class: "room-name" });
	const code = h("button", { type: "button", class: "room-code", title: t("teach.project"), on: { click: open.projector } });
	const count = h("span", { class: "quiet room-count" });
	const pause = button(t("teach.pauseAll"), () => perform(() => api.command(paused ? "resume" : "pause")), { icon: "pause" });
	const resume = button(t("teach.resumeAll"), () => perform(() => api.command("resume")), { icon: "play", class: "accent" });
	let paused = false;
	const play = button(t("teach.startAll"), () => perform(() => api.command("play")), { icon: "play" });
	const dialogButton = (/** @type {string} */ key, /** @type {string} */ dialog, /** @type {string} */ iconName) =>
		button(t(key), open[dialog], { icon: iconName });
	const locks = dialogButton("teach.locks", "locks", "lock");
	const task = dialogButton("teach.task", "task", "flag");
	const group = (/** @type {HTMLElement[]} */ ...buttons) => h("div", { class: "toolbar-group", role: "group" }, ...buttons);
	element.append(
		h("div", { class: "room-head" }, name, code, count),
		group(pause, resume, play, dialogButton("teach.reset", "reset", "reset")),
		group(dialogButton("teach.hint", "hint", "bulb"), dialogButton("teach.start", "start", "pin"), locks, task),
		group(
			dialogButton("teach.project", "projector", "screen"),
			dialogButton("teach.results", "results", "chart"),
			dialogButton("teach.room", "room", "sliders"),
		),
	);

	return {
		/** @param {RoomView} state */
		update({ room }) {
			paused = room.paused;
			setText(name, room.name);
			setText(code, showCode(room.code));
			code.classList.toggle("closed", !room.joining);
			const here = room.seats.filter((each) => !each.waiting && each.online !== false).length;
			setText(count, t("teach.here", { here, count: room.seats.filter((each) => !each.waiting).length }));
			pause.hidden = paused;
			resume.hidden = !paused;
			play.disabled = paused;
			locks.classList.toggle("on", room.locks.length > 0);
			task.classList.toggle("on", Boolean(room.task));
			element.classList.toggle("paused", paused);
		},
	};
}
