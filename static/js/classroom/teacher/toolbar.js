// The bar over the wall: the room's name and code, and what the teacher does for the whole class.
import { h, setText } from "../../ui/dom.js";
import { showCode } from "../shared/code.js";
import { button } from "../../ui/dialog.js";

/**
 * @param {HTMLElement} element
 * @param {TeacherTools & {open: Record<string, () => void>}} options
 *   `open`: functions that open the dialogs, by name
 */
export function createToolbar(element, { i18n, act, api, open }) {
	const t = i18n.t;
	const name = h("h1", { class: "room-name" });
	const code = h("button", { type: "button", class: "room-code", title: t("teach.project"), on: { click: open.projector } });
	const count = h("span", { class: "quiet room-count" });
	const pause = button(t("teach.pauseAll"), () => act(() => api.order(paused ? "resume" : "pause")), { icon: "pause" });
	const go = button(t("teach.resumeAll"), () => act(() => api.order("resume")), { icon: "play", class: "accent" });
	let paused = false;
	const play = button(t("teach.startAll"), () => act(() => api.order("play")), { icon: "play" });
	const opening = (/** @type {string} */ key, /** @type {string} */ which, /** @type {string} */ picture) =>
		button(t(key), open[which], { icon: picture });
	const locks = opening("teach.locks", "locks", "lock");
	const task = opening("teach.task", "task", "flag");
	const group = (/** @type {HTMLElement[]} */ ...buttons) => h("div", { class: "toolbar-group", role: "group" }, ...buttons);
	element.append(
		h("div", { class: "room-head" }, name, code, count),
		group(pause, go, play, opening("teach.reset", "reset", "reset")),
		group(opening("teach.hint", "hint", "bulb"), opening("teach.start", "start", "pin"), locks, task),
		group(
			opening("teach.project", "projector", "screen"),
			opening("teach.results", "results", "chart"),
			opening("teach.room", "room", "sliders"),
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
			go.hidden = !paused;
			play.disabled = paused;
			locks.classList.toggle("on", room.locks.length > 0);
			task.classList.toggle("on", Boolean(room.task));
			element.classList.toggle("paused", paused);
		},
	};
}
