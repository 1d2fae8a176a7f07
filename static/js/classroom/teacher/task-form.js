// The form in which a teacher writes a task: title and text, starting point, goal, locks, and what the leaderboard goes by.
import { h, setText } from "../../ui/dom.js";
import { button, labelled } from "../../ui/dialog.js";
import { GOALS, lacksTarget, ORDERS } from "../shared/goals.js";
import { TEXT_LIMITS } from "../shared/text-limits.js";
import { createGoalControl } from "./goal-controls.js";
import { createLockForm } from "./lock-form.js";
import { loadStart, startText } from "./starts.js";

/** What the form needs of the page. @typedef {{i18n: I18n, catalogue: Catalogue, presentStart: () => Start | undefined}} FormTools */

/** Return the control of the task's starting point: a link, or the room's present one. @param {FormTools} tools @param {(problem: string) => void} onProblem */
function createStartControl({ i18n, catalogue, presentStart }, onProblem) {
	const t = i18n.t;
	const link = h("input", {
		type: "text",
		placeholder: t("task.linkHere"),
		autocomplete: "off",
		spellcheck: "false",
		"aria-label": t("task.link"),
	});
	const start = h("p", { class: "quiet task-start" });
	/** @type {Partial<Config>} */
	let config = {};

	function set(/** @type {Partial<Config>} */ next) {
		config = next;
		const known = { ...presentStart()?.config, ...config };
		setText(start, startText(i18n, known));
		onProblem(String(known.problem ?? catalogue.fields.problem.default));
	}
	function reset(/** @type {Partial<Config> | undefined} */ next) {
		link.value = "";
		set({ ...next });
	}
	link.addEventListener("input", async () => {
		const { value } = link;
		const read = await loadStart(value, catalogue);
		if (link.value !== value) return;
		link.setAttribute("aria-invalid", String(link.value !== "" && !read));
		if (read) set(read.config);
	});
	const usePresent = button(t("task.usePresent"), () => reset(presentStart()?.config));
	return {
		element: h("fieldset", {}, h("legend", { text: t("task.start") }), h("div", { class: "share-row" }, link, usePresent), start),
		set: reset,
		get: () => config,
	};
}

/** Return the form; `get` returns its task. @param {FormTools} tools */
export function createTaskForm(tools) {
	const { i18n, i18n: { t }, catalogue } = tools;
	const title = h("input", { type: "text", maxlength: TEXT_LIMITS.title, autocomplete: "off" });
	const text = h("textarea", { rows: "5", maxlength: TEXT_LIMITS.taskText });
	const start = createStartControl(tools, (problem) => parts.forEach((part) => part.offerFor(problem)));
	const locks = createLockForm(i18n);
	const parts = GOALS.map((goal) => createGoalControl(i18n, catalogue, goal));
	const order = h("select", {}, h("option", { value: "", text: t("task.order.none") }));
	for (const each of ORDERS) order.append(h("option", { value: each, text: t(`task.order.${each}`) }));
	const fault = h("p", { class: "form-error", role: "alert" });
	const element = h(
		"div",
		{ class: "task-form" },
		labelled(t("task.title"), title),
		labelled(t("task.text"), text),
		h("p", { class: "quiet", text: t("task.format") }),
		start.element,
		h("fieldset", {}, h("legend", { text: t("task.goal") }), ...parts.map(({ row }) => row)),
		h("details", {}, h("summary", { text: t("task.locks") }), locks.element),
		labelled(t("task.order"), order),
		fault,
	);

	/** @param {Task} task */
	function set(task) {
		title.value = task.title;
		text.value = task.text ?? "";
		start.set(task.config);
		locks.set(task.locks ?? []);
		for (const part of parts) part.set(task.goal?.[part.kind]);
		order.value = task.order ?? "";
		setText(fault, "");
	}

	/** Return the task; null if something is missing or invalid, which the form then shows. @returns {Task | null} */
	function get() {
		const entered = parts.map((part) => ({ kind: part.kind, wanted: part.get() })).filter(({ wanted }) => wanted !== null);
		const wrong = findFault(title.value, entered);
		setText(fault, wrong ? t(wrong) : "");
		if (wrong) return null;
		const goal = entered.length > 0 ? Object.fromEntries(entered.map(({ kind, wanted }) => [kind, wanted])) : null;
		const by = /** @type {Order} */ (order.value) || null;
		return { title: title.value.trim(), text: text.value, config: start.get(), locks: locks.get(), goal, order: by };
	}

	return { element, set, get };
}

/**
 * Return the i18n key of what is wrong with a task; empty: nothing.
 * @param {string} title @param {{kind: GoalName, wanted: Wanted | null | undefined}[]} entered the parts that are ticked
 */
export function findFault(title, entered) {
	if (title.trim() === "") return "task.needsTitle";
	if (entered.some(({ wanted }) => wanted === undefined)) return "task.unreadable";
	return lacksTarget(entered.map(({ kind }) => kind)) ? "task.freshNeeds" : "";
}
