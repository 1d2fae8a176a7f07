// The dialog of tasks: those that come with the page, the teacher's own, and the one that the room has now.
import { h, one, setText } from "../../ui/dom.js";
import { button, createDialog } from "../../ui/dialog.js";
import { lockNames } from "./field-words.js";
import { goalTexts } from "../shared/goals.js";
import { forgetTask, keepTask, recallTasks } from "./own-tasks.js";
import { renderText } from "../shared/rich-text.js";
import { startText } from "./starts.js";
import { createTaskForm } from "./task-form.js";

/** @param {TeacherTools & {presentStart: () => Start | undefined}} options */
export function createTasks({ i18n, catalogue, api, act, presentStart }) {
	const t = i18n.t;
	const { dialog, body, foot, open, close } = createDialog(i18n, t("task.dialog"), { class: "wide-dialog" });
	const list = h("div", { class: "task-list" });
	const shown = h("div", { class: "task-shown" });
	body.append(h("div", { class: "task-columns" }, list, shown));
	const form = createTaskForm({ i18n, catalogue, presentStart });
	/** @type {BuiltinTask[]} */
	let ready = [];
	/** @type {{task: Task, own: string | null} | null} */
	let chosen = null;
	let editing = false;
	/** @type {Task | null} */
	let current = null;

	const give = button(t("task.give"), async () => {
		const task = editing ? saved() : chosen?.task;
		if (!task) return;
		const { id: _, ...plain } = /** @type {Partial<BuiltinTask>} */ (task);
		if (await act(() => api.setTask(plain))) close();
	}, { class: "accent", icon: "flag" });
	const edit = button(t("task.edit"), () => startEditing(), { icon: "pen" });
	const save = button(t("task.save"), () => saved() && show(), { icon: "check" });
	const remove = button(t("task.delete"), () => {
		if (chosen?.own) forgetTask(chosen.own);
		choose(0);
	});
	const take = button(t("task.takeAway"), async () => (await act(() => api.setTask(null))) !== undefined && showFoot());
	const lost = h("span", { class: "spring quiet" });
	foot.append(take, lost, remove, edit, save, give);

	/** Store the task in the form. @returns {Task | null} the task; null if something in it makes no sense */
	function saved() {
		const task = form.get();
		if (!task) return null;
		chosen = { task, own: keepTask(task, chosen?.own ?? null) };
		editing = false;
		showList();
		show();
		return task;
	}

	function startEditing() {
		if (!chosen) return;
		editing = true;
		form.set(chosen.task);
		shown.replaceChildren(form.element);
		showFoot();
		one("input", form.element).focus();
	}

	function showFoot() {
		take.hidden = !current;
		edit.hidden = editing || !chosen;
		setText(/** @type {Element} */ (edit.lastElementChild), t(chosen?.own ? "task.edit" : "task.editCopy"));
		save.hidden = !editing;
		remove.hidden = editing || !chosen?.own;
		give.hidden = !chosen && !editing;
	}

	function show() {
		showFoot();
		if (!chosen) return;
		shown.replaceChildren(...describe(chosen.task, i18n));
	}

	function showList() {
		const own = recallTasks();
		const entry = (/** @type {Task} */ task, /** @type {string | null} */ id) =>
			h("button", {
				type: "button",
				class: "task-entry",
				"aria-pressed": String(id ? chosen?.own === id : !chosen?.own && chosen?.task === task),
				text: task.title,
				on: { click: () => pick({ task, own: id }) },
			});
		const blank = { title: t("task.untitled"), text: "", config: { ...presentStart()?.config }, locks: [], goal: null, order: null };
		list.replaceChildren(
			h("h3", { text: t("task.ready") }),
			...ready.map((task) => entry(task, null)),
			h("h3", { text: t("task.own") }),
			...own.map(({ id, task }) => entry(task, id)),
			button(t("task.new"), () => {
				chosen = { task: blank, own: null };
				showList();
				startEditing();
			}, { icon: "plus" }),
		);
	}

	function pick(/** @type {{task: Task, own: string | null}} */ next) {
		chosen = next;
		editing = false;
		showList();
		show();
	}
	const choose = (/** @type {number} */ index) => (ready[index] ? pick({ task: ready[index], own: null }) : showList());

	return {
		dialog,
		async open() {
			open();
			showList();
			if (ready.length === 0) {
				const found = await act(() => api.readyTasks(i18n.locale));
				ready = (Array.isArray(found) ? found : found?.tasks) ?? [];
			}
			if (!chosen) choose(0);
			else showList();
			showFoot();
		},
		/** @param {RoomView} state */
		update({ room }) {
			current = room.task;
			setText(lost, room.seats.some((each) => each.hand_in) ? t("task.lose") : "");
			if (dialog.open) take.hidden = !current;
		},
	};
}

/** A task in words: title, text, goals, start, locks and leaderboard. @param {Task} task @param {I18n} i18n */
function describe(task, i18n) {
	const { t, locale } = i18n;
	const words = h("div", { class: "task-words" });
	renderText(words, task.text ?? "");
	const line = (/** @type {string} */ key, /** @type {string} */ text) => (text ? [h("dt", { text: t(key) }), h("dd", { text })] : []);
	const goals = goalTexts(task.goal, i18n).map((text) => h("li", { text }));
	const locks = new Intl.ListFormat(locale, { type: "conjunction" }).format(lockNames(i18n, task.locks ?? []));
	const facts = [
		...(goals.length > 0 ? [h("dt", { text: t("task.goal") }), h("dd", {}, h("ul", {}, ...goals))] : []),
		...line("task.start", startText(i18n, task.config)),
		...line("task.locks", locks),
		...line("task.order", task.order ? t(`task.order.${task.order}`) : ""),
	];
	return [h("h3", { text: task.title }), words, h("dl", { class: "learner-facts" }, ...facts)];
}
