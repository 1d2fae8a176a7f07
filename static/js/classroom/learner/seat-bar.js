// The bar over a learner's playground: room, nickname, task with progress, and the buttons for hint, help, done and hand-in.
import { h, setText } from "../../ui/dom.js";
import { onEscape } from "../../ui/escape.js";
import { showCode } from "../shared/code.js";
import { countMet } from "../shared/goals.js";
import { isComplete } from "../shared/lesson-progress.js";

const makeButton = (/** @type {string} */ name, /** @type {() => void} */ click, /** @type {object} */ attributes = {}) =>
	h("button", { type: "button", class: `room-button ${name}`, on: { click }, ...attributes });

/** Return a toggle button; its label does not change. @param {I18n} i18n @param {string} name @param {(on: boolean) => void} change */
function createToggle(i18n, name, change) {
	const attributes = { "aria-pressed": "false", text: i18n.t(`room.${name}.label`), data: { help: `room.${name}.tip` } };
	const element = makeButton(name, () => change(element.getAttribute("aria-pressed") !== "true"), attributes);
	return {
		element,
		update(/** @type {boolean} */ on) {
			element.setAttribute("aria-pressed", String(on));
		},
	};
}

/** Return the button with the learner's nickname. Its menu shows the room's code and offers to leave. @param {I18n} i18n @param {() => void} onLeave */
function createNameMenu({ t }, onLeave) {
	const attributes = { "aria-expanded": "false", "aria-controls": "room-menu", data: { help: "room.who.tip" } };
	const button = makeButton("who", () => open(menu.hidden === true), attributes);
	const name = h("span");
	button.append(name);
	const text = h("p");
	const code = h("p", { class: "quiet" });
	const choice = (/** @type {string} */ key, /** @type {() => void} */ click, kind = "") =>
		h("button", { type: "button", class: `text-button${kind}`, text: t(`room.leave.${key}`), on: { click } });
	const leave = choice("label", () => (confirmation.hidden = false));
	const confirmation = h(
		"div",
		{ class: "room-sure", role: "group", hidden: true },
		h("p", { class: "quiet", text: t("room.leave.sure") }),
		choice("yes", onLeave, " accent"),
		choice("no", () => open(false)),
	);
	const menu = h("div", { id: "room-menu", class: "popover room-menu", hidden: true }, text, code, leave, confirmation);
	const element = h("div", { class: "room-who" }, button, menu);

	function open(/** @type {boolean} */ on) {
		menu.hidden = !on;
		confirmation.hidden = true;
		button.setAttribute("aria-expanded", String(on));
		if (!on && menu.contains(document.activeElement)) button.focus();
	}
	document.addEventListener("pointerdown", (event) => event.target instanceof Node && !element.contains(event.target) && open(false));
	onEscape(menu, () => open(false));

	return {
		element,
		update(/** @type {OwnSeat} */ { nickname, room }) {
			setText(name, nickname);
			setText(text, t("room.who.text", { nickname, room: room.name }));
			setText(code, t("room.who.code", { code: showCode(room.code) }));
			code.hidden = !room.code || !room.joining;
		},
	};
}

/** Return the button that shows the task and its progress, and opens the panel. @param {I18n} i18n @param {() => void} onTask */
function createTaskButton({ t }, onTask) {
	const title = h("span", { class: "task-title" });
	const steps = h("span", { class: "task-steps", "aria-hidden": "true" });
	const count = h("span", { class: "task-count" });
	const element = makeButton("task", onTask, { "aria-expanded": "false", "aria-controls": "room-panel" });
	element.append(title, steps, count);
	return {
		element,
		/** @param {OwnSeat} seat @param {boolean} panel whether the panel is open */
		update({ task, progress, lesson, leaderboard, ready, attempts }, panel) {
			element.hidden = !task && !leaderboard;
			element.setAttribute("aria-expanded", String(panel));
			setText(title, task ? task.title || t("room.task.label") : t("room.leaderboard.title"));
			const { met, of } = countMet(progress);
			const checks = of === 0 && lesson?.checks ? lesson : null; // the lesson's count where there is no goal
			if (checks) {
				setText(count, t(isComplete(lesson) ? "room.lesson.all" : "room.lesson.checks", { met: checks.reached, of: checks.checks }));
			}
			count.hidden = !checks && of === 0;
			steps.hidden = of === 0;
			if (of === 0) return;
			const readyKey = attempts.length > 0 ? "room.readyAgain" : "room.ready";
			setText(
				count,
				progress?.reached ? t(ready ? readyKey : met === of ? "room.reached" : "room.handIn.given") : t("room.progress", { met, of }),
			);
			if (steps.childElementCount !== of) steps.replaceChildren(...Array.from({ length: of }, () => h("i")));
			[...steps.children].forEach((step, index) => step.classList.toggle("met", Boolean(progress?.parts[index]?.met)));
		},
	};
}

/**
 * Fill the element of the bar.
 * @param {HTMLElement} element
 * @param {{i18n: I18n, onTask: () => void, onLesson: () => void, onHint: () => void, onHelp: (on: boolean) => void, onDone: (on: boolean) => void, onHandIn: () => void, onLeave: () => void}} options
 */
export function createSeatBar(element, { i18n, onTask, onLesson, onHint, onHelp, onDone, onHandIn, onLeave }) {
	const room = h("span", { class: "room-name" });
	const name = createNameMenu(i18n, onLeave);
	const task = createTaskButton(i18n, onTask);
	const lesson = makeButton("lesson", onLesson, { text: i18n.t("room.lesson.back") });
	const hint = makeButton("hint", onHint, { text: i18n.t("room.hint.label") });
	const help = createToggle(i18n, "help", onHelp);
	const done = createToggle(i18n, "done", onDone);
	const handIn = makeButton("hand-in", onHandIn, { text: i18n.t("room.handIn.label"), data: { help: "room.handIn.tip" } });
	element.setAttribute("aria-label", i18n.t("room.label"));
	element.replaceChildren(room, name.element, task.element, lesson, hint, help.element, done.element, handIn);

	return {
		/** @param {OwnSeat} seat @param {{panel: boolean, lessonClosed: boolean}} shown */
		update(seat, { panel, lessonClosed }) {
			const reached = seat.progress ? seat.progress.reached : isComplete(seat.lesson);
			lesson.hidden = !seat.task?.lesson || !lessonClosed;
			setText(room, seat.room.name);
			room.title = seat.room.name;
			name.update(seat);
			task.update(seat, panel);
			element.classList.toggle("reached", reached);
			hint.hidden = !seat.hint;
			help.update(seat.help);
			done.update(seat.done);
			handIn.hidden = !seat.task;
			handIn.classList.toggle("accent", reached && seat.ready);
			const label = seat.attempts.length === 0 ? "label" : seat.ready ? "again" : "given";
			setText(handIn, i18n.t(`room.handIn.${label}`));
		},
	};
}
