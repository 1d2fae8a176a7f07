// The dialog of tasks: built-in ones, lessons, the teacher's own, and the one that the room has now.
import { h, one, setText } from "../../ui/dom.js";
import { button, createDialog } from "../../ui/dialog.js";
import { createResetConfirm } from "./confirm.js";
import { lockNames } from "./field-words.js";
import { goalTexts } from "../shared/goals.js";
import { createLessonOutline } from "./lesson-outline.js";
import { forgetTask, loadTasks, saveTask } from "./own-tasks.js";
import { renderText } from "../shared/rich-text.js";
import { startText } from "./starts.js";
import { createTaskForm } from "./task-form.js";
import { createTaskLessons, tagOf } from "./task-lessons.js";

/** A task that is chosen in the list; `own` is the id of a task that this browser has stored. @typedef {{task: Task, own: string | null}} Chosen */

/** Whether two tasks are the same entry of the list. Lessons are compared by name, as they are fetched again each time. @param {Task | undefined} one @param {Task} other */
const isSame = (one, other) => (other.lesson ? one?.lesson === other.lesson : one === other);

/** The dialog of tasks. */
export class Tasks {
	#tools;
	#dialog;
	#form;
	#confirmReset;
	#outline;
	#list = h("div", { class: "task-list" });
	#preview = h("div", { class: "task-preview" });
	#previewRegion;
	#chosenLine = h("span", { class: "task-chosen", id: "task-chosen" });
	#buttons;
	#lessons;
	/** @type {BuiltinTask[]} */
	#builtinTasks = [];
	/** @type {import("./task-lessons.js").OfferedLesson[]} */
	#offeredLessons = [];
	/** @type {Chosen | null} */
	#chosen = null;
	#editing = false;
	/** The room's task. @type {Task | null} */
	#roomTask = null;

	/** @param {TeacherTools & {presentStart: () => Start | undefined}} tools */
	constructor(tools) {
		const { i18n: { t }, i18n } = tools;
		this.#tools = tools;
		this.#dialog = createDialog(i18n, t("task.dialog"), { class: "wide-dialog task-dialog" });
		this.#form = createTaskForm(tools);
		this.#confirmReset = createResetConfirm(tools);
		this.#outline = createLessonOutline(i18n);
		this.#buttons = this.#createButtons(t);
		this.#lessons = createTaskLessons({ ...tools, onUploaded: (task) => this.#onUploaded(task) });
		const add = h("div", { class: "task-add" }, button(t("task.new"), () => this.#startNew(), { icon: "plus" }), this.#lessons.upload);
		this.#previewRegion = h(
			"div",
			{ class: "task-shown", role: "region", "aria-label": t("task.preview"), tabindex: "0" },
			this.#lessons.result,
			this.#preview,
		);
		this.#dialog.body.append(h("div", { class: "task-columns" }, h("div", { class: "task-side" }, this.#list, add), this.#previewRegion));
		const { unassign, remove, edit, save, assign } = this.#buttons;
		this.#dialog.foot.append(unassign, this.#chosenLine, remove, edit, save, assign);
	}

	get dialog() {
		return this.#dialog.dialog;
	}

	async open() {
		const { i18n, api, perform } = this.#tools;
		this.#dialog.open();
		this.#lessons.forgetResult();
		this.#showList();
		this.#showFoot();
		if (this.#builtinTasks.length === 0) {
			const found = await perform(() => api.builtinTasks(i18n.locale));
			this.#builtinTasks = (Array.isArray(found) ? found : found?.tasks) ?? [];
		}
		this.#offeredLessons = await this.#lessons.load();
		if (!this.#chosen) this.#pickFirst();
		else this.#showList();
		this.#showFoot();
	}

	/** @param {RoomView} state */
	update({ room }) {
		this.#roomTask = room.task;
		if (this.dialog.open) this.#buttons.unassign.hidden = !this.#roomTask;
	}

	#createButtons(/** @type {I18n["t"]} */ t) {
		return {
			assign: button(t("task.give"), () => this.#assign(), { class: "accent", icon: "flag", "aria-describedby": "task-chosen" }),
			edit: button(t("task.edit"), () => this.#startEditing(), { icon: "pen" }),
			save: button(t("task.save"), () => {
				if (!this.#save()) return;
				this.#show();
				this.#buttons.edit.focus();
			}, { icon: "check" }),
			remove: button(t("task.delete"), () => {
				if (this.#chosen?.own) forgetTask(this.#chosen.own);
				this.#pickFirst();
				this.#pressedEntry()?.focus();
			}),
			unassign: button(t("task.takeAway"), () => this.#unassign()),
		};
	}

	/** Choose the uploaded lesson; after a failed upload choose nothing, so that no other task is assigned by mistake. @param {Task | null} task */
	#onUploaded(task) {
		if (task) {
			const others = this.#offeredLessons.filter(({ task: { lesson } }) => lesson !== task.lesson);
			this.#offeredLessons = [...others, { task, uploaded: true }];
		}
		this.#choose(task && { task, own: null });
		this.#previewRegion.scrollTop = 0;
		this.#pressedEntry()?.scrollIntoView({ block: "nearest" });
	}

	#assign() {
		const task = this.#editing ? this.#save() : this.#chosen?.task;
		if (!task) return;
		const { id: _, ...plain } = /** @type {Partial<BuiltinTask>} */ (task);
		const { perform, api, i18n, state } = this.#tools;
		const ends = state().room.seats.some((each) => each.lesson?.step) ? [i18n.t("teach.anew.lesson")] : [];
		this.#confirmReset(i18n.t("task.give"), async () => {
			if (await perform(() => api.setTask(plain))) this.#dialog.close();
		}, [this.#chosenText(task), ...ends]);
	}

	async #unassign() {
		const { perform, api } = this.#tools;
		if ((await perform(() => api.setTask(null))) === undefined) return;
		this.#showFoot();
		this.#buttons.assign.focus();
	}

	/** Store the task in the form. @returns {Task | null} the task; null if something in it is invalid */
	#save() {
		const task = this.#form.get();
		if (!task) return null;
		this.#chosen = { task, own: saveTask(task, this.#chosen?.own ?? null) };
		this.#editing = false;
		this.#showList();
		this.#show();
		return task;
	}

	#startEditing() {
		if (!this.#chosen) return;
		this.#editing = true;
		this.#form.set(this.#chosen.task);
		this.#lessons.forgetResult();
		this.#preview.replaceChildren(this.#form.element);
		this.#showFoot();
		one("input", this.#form.element).focus();
	}

	#chooseFromList(/** @type {Chosen} */ next) {
		this.#lessons.forgetResult();
		this.#choose(next);
		this.#previewRegion.scrollTop = 0;
	}

	#choose(/** @type {Chosen | null} */ next) {
		this.#chosen = next;
		this.#editing = false;
		this.#showList();
		this.#show();
	}

	#pickFirst() {
		if (this.#builtinTasks[0]) this.#chooseFromList({ task: this.#builtinTasks[0], own: null });
		else this.#showList();
	}

	#startNew() {
		const { i18n, presentStart } = this.#tools;
		const task = { title: i18n.t("task.untitled"), text: "", config: { ...presentStart()?.config }, locks: [], goal: null, order: null };
		this.#chosen = { task, own: null };
		this.#showList();
		this.#startEditing();
	}

	#showFoot() {
		const { unassign, edit, save, remove, assign } = this.#buttons;
		const own = Boolean(this.#chosen?.own);
		unassign.hidden = !this.#roomTask;
		edit.hidden = this.#editing || !this.#chosen || Boolean(this.#chosen.task.lesson);
		setText(/** @type {Element} */ (edit.lastElementChild), this.#tools.i18n.t(own ? "task.edit" : "task.editCopy"));
		save.hidden = !this.#editing;
		remove.hidden = this.#editing || !own;
		assign.disabled = !this.#chosen;
		setText(this.#chosenLine, this.#chosen ? this.#chosenText(this.#chosen.task) : this.#tools.i18n.t("task.noneChosen"));
	}

	/** Return the text that names a task; a lesson has its tag. @param {Task} task */
	#chosenText(task) {
		const { t } = this.#tools.i18n;
		const offered = task.lesson && this.#offeredLessons.find((each) => isSame(each.task, task));
		const tag = offered ? tagOf(offered, this.#offeredLessons, t) : "";
		return t(tag ? "task.chosenTagged" : "task.chosen", { title: task.title, tag });
	}

	#show() {
		this.#showFoot();
		const task = this.#chosen?.task;
		this.#outline.show(task?.lesson ?? null);
		this.#preview.replaceChildren(...(task ? [...describe(task, this.#tools.i18n), this.#outline.element] : []));
	}

	#showList() {
		const { t } = this.#tools.i18n;
		const chosen = this.#chosen;
		const entry = (/** @type {Task} */ task, /** @type {string | null} */ own, tag = "") =>
			h(
				"button",
				{
					type: "button",
					class: "task-entry",
					"aria-pressed": String(own ? chosen?.own === own : !chosen?.own && isSame(chosen?.task, task)),
					on: { click: () => this.#chooseFromList({ task, own }) },
				},
				task.title,
				...(tag ? [" ", h("span", { class: "task-tag", text: tag })] : []),
			);
		const hadFocus = this.#list.contains(document.activeElement);
		this.#list.replaceChildren(
			h("h3", { text: t("task.ready") }),
			...this.#builtinTasks.map((task) => entry(task, null)),
			h("h3", { text: t("task.own") }),
			...loadTasks().map(({ id, task }) => entry(task, id)),
			h("h3", { text: t("task.lessons") }),
			...this.#offeredLessons.map((offered) => entry(offered.task, null, tagOf(offered, this.#offeredLessons, t))),
		);
		if (hadFocus) this.#pressedEntry()?.focus({ preventScroll: true });
	}

	/** The entry that is chosen. */
	#pressedEntry() {
		return /** @type {HTMLElement | null} */ (this.#list.querySelector('[aria-pressed="true"]'));
	}
}

/** Return elements that describe a task: title, text, goals, start, locks and leaderboard. @param {Task} task @param {I18n} i18n */
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
