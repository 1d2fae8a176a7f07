// The form in which a teacher writes a task: title and text, starting point, goal, locks, and what the leaderboard goes by.
import { h, setText } from "../../ui/dom.js";
import { button, labelled } from "../../ui/dialog.js";
import { GOALS, lacksTarget, ORDERS } from "../shared/goals.js";
import { createGoalControl } from "./goal-controls.js";
import { createLockForm } from "./lock-form.js";
import { readStart, startText } from "./starts.js";

/** @param {{i18n: I18n, catalogue: Catalogue, presentStart: () => Start | undefined}} options */
export function createTaskForm({ i18n, catalogue, presentStart }) {
	const t = i18n.t;
	const title = h("input", { type: "text", maxlength: "120", autocomplete: "off" });
	const text = h("textarea", { rows: "5", maxlength: "4000" });
	const link = h("input", {
		type: "text",
		placeholder: t("task.linkHere"),
		autocomplete: "off",
		spellcheck: "false",
		"aria-label": t("task.link"),
	});
	const start = h("p", { class: "quiet task-start" });
	const locks = createLockForm(i18n);
	const parts = GOALS.map((goal) => createGoalControl(i18n, catalogue, goal));
	const order = h("select", {}, h("option", { value: "", text: t("task.order.none") }));
	for (const each of ORDERS) order.append(h("option", { value: each, text: t(`task.order.${each}`) }));
	const fault = h("p", { class: "form-error", role: "alert" });
	/** @type {Partial<Config>} */
	let config = {};

	const showStart = () => setText(start, startText(i18n, { ...presentStart()?.config, ...config }));
	link.addEventListener("input", () => {
		const read = readStart(link.value, catalogue);
		link.setAttribute("aria-invalid", String(link.value !== "" && !read));
		if (!read) return;
		config = read.config;
		showStart();
	});
	const usePresent = button(t("task.usePresent"), () => {
		config = { ...presentStart()?.config };
		link.value = "";
		showStart();
	});
	const element = h(
		"div",
		{ class: "task-form" },
		labelled(t("task.title"), title),
		labelled(t("task.text"), text),
		h("p", { class: "quiet", text: t("task.format") }),
		h("fieldset", {}, h("legend", { text: t("task.start") }), h("div", { class: "share-row" }, link, usePresent), start),
		h("fieldset", {}, h("legend", { text: t("task.goal") }), ...parts.map(({ row }) => row)),
		h("details", {}, h("summary", { text: t("task.locks") }), locks.element),
		labelled(t("task.order"), order),
		fault,
	);

	return {
		element,
		/** @param {Task} task */
		set(task) {
			title.value = task.title;
			text.value = task.text ?? "";
			link.value = "";
			config = { ...task.config };
			locks.set(task.locks ?? []);
			for (const part of parts) part.set(task.goal?.[part.kind]);
			order.value = task.order ?? "";
			setText(fault, "");
			showStart();
		},
		/** Return the task; null if something is missing or makes no sense, which the form then says. @returns {Task | null} */
		get() {
			const entered = parts.map((part) => ({ kind: part.kind, wanted: part.get() })).filter(({ wanted }) => wanted !== null);
			const wrong = findFault(title.value, entered);
			setText(fault, wrong ? t(wrong) : "");
			if (wrong) return null;
			const goal = entered.length > 0 ? Object.fromEntries(entered.map(({ kind, wanted }) => [kind, wanted])) : null;
			return {
				title: title.value.trim(),
				text: text.value,
				config,
				locks: locks.get(),
				goal,
				order: /** @type {Order} */ (order.value) || null,
			};
		},
	};
}

/**
 * Return the key of what is wrong with a task, or an empty string.
 * @param {string} title @param {{kind: GoalName, wanted: Wanted | null | undefined}[]} entered the parts that are ticked
 */
export function findFault(title, entered) {
	if (title.trim() === "") return "task.needsTitle";
	if (entered.some(({ wanted }) => wanted === undefined)) return "task.unreadable";
	return lacksTarget(entered.map(({ kind }) => kind)) ? "task.freshNeeds" : "";
}
