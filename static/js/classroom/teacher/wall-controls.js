// The row over the wall: filter, order, hidden names; and the learners who wait to be let in.
import { h, one, setText } from "../../ui/dom.js";
import { button } from "../../ui/dialog.js";
import { icon } from "../../ui/icons.js";
import { filterEntries, FILTERS, SORTS } from "./sort-filter.js";

/** Make a button for each filter. @param {I18n["t"]} t @param {(chosen: Partial<RoomView>) => void} onChoose */
function createFilters(t, onChoose) {
	const filters = new Map(FILTERS.map((filter) => {
		const count = h("span", { class: "filter-count" });
		const text = h("span", { text: t(`wall.filter.${filter}`) });
		const on = { click: () => onChoose({ filter }) };
		return [filter, { chip: h("button", { type: "button", class: "filter", "aria-pressed": "false", on }, text, count), count }];
	}));
	const chips = [...filters.values()].map(({ chip }) => chip);
	return {
		element: h("div", { class: "filters", role: "group", "aria-label": t("wall.filter") }, ...chips),
		/** @param {RoomView} state */
		update({ room, learners, filter, now }) {
			const entries = room.seats.filter((each) => !each.waiting).map((seat) => ({ seat, learner: learners.get(seat.seat) }));
			for (const [name, { chip, count }] of filters) {
				chip.setAttribute("aria-pressed", String(filter === name));
				const found = name === "best" ? "" : String(filterEntries(entries, name, now).length);
				setText(count, found === "0" && name !== "all" ? "" : found);
				chip.classList.toggle("pressing", name === "help" && found !== "0");
			}
		},
	};
}

/** The learners who wait to be let in. @param {TeacherTools} tools */
function createWaiting({ i18n: { t }, perform, api }) {
	const element = h("div", { class: "waiting-learners", hidden: true });
	let shownKey = "";
	const letIn = (/** @type {Seat[]} */ seats) =>
		perform(() => Promise.all(seats.map(({ seat }) => api.changeSeat(seat, { approve: true }))));
	const small = (/** @type {string} */ label, /** @type {string} */ picture, /** @type {() => void} */ click) =>
		h("button", { type: "button", class: "icon-button small", "aria-label": label, on: { click } }, icon(picture));
	const entry = (/** @type {Seat} */ seat) =>
		h(
			"span",
			{ class: "waiting-learner" },
			h("span", { text: seat.nickname }),
			small(t("wall.letIn", { name: seat.nickname }), "check", () => letIn([seat])),
			small(t("wall.turnAway", { name: seat.nickname }), "close", () => perform(() => api.removeSeat(seat.seat))),
		);
	return {
		element,
		update(/** @type {Seat[]} */ waiting) {
			element.hidden = waiting.length === 0;
			const key = waiting.map(({ seat, nickname }) => `${seat} ${nickname}`).join("\n");
			if (key === shownKey) return;
			shownKey = key;
			element.replaceChildren(h("strong", { text: t("wall.waiting", { count: waiting.length }) }), ...waiting.map(entry));
			if (waiting.length > 1) element.append(button(t("wall.letAllIn"), () => letIn(waiting), { class: "accent" }));
		},
	};
}

/** Fill the element of the row, and add the waiting learners after it. @param {HTMLElement} element @param {TeacherTools & {onChoose: (chosen: Partial<RoomView>) => void}} options */
export function createWallControls(element, { onChoose, ...tools }) {
	const { t } = tools.i18n;
	const filters = createFilters(t, onChoose);
	const waiting = createWaiting(tools);
	const sort = h("select", { id: "wall-sort", on: { change: () => onChoose({ sort: sort.value }) } });
	for (const each of SORTS) sort.append(h("option", { value: each, text: t(`wall.sort.${each}`) }));
	const checksOption = /** @type {HTMLOptionElement} */ (one('[value="checks"]', sort));
	const on = { click: () => onChoose({ namesHidden: names.getAttribute("aria-pressed") !== "true" }) };
	const names = h(
		"button",
		{ type: "button", class: "text-button", "aria-pressed": "false", on },
		icon("eye"),
		h("span", { text: t("wall.hideNames") }),
		h("kbd", { text: "N" }),
	);
	const task = h("span", { class: "wall-task" });
	const sorting = h("div", { class: "wall-sort" }, h("label", { class: "label", for: "wall-sort", text: t("wall.sort") }), sort);
	element.append(filters.element, task, sorting, names);
	element.after(waiting.element);

	return {
		/** @param {RoomView} state */
		update(state) {
			const { room, sort: by, namesHidden } = state;
			filters.update(state);
			checksOption.hidden = checksOption.disabled = !room.task?.lesson;
			if (document.activeElement !== sort) sort.value = by;
			names.setAttribute("aria-pressed", String(namesHidden));
			setText(task, room.task ? t("wall.task", { title: room.task.title }) : "");
			waiting.update(room.seats.filter((each) => each.waiting));
		},
	};
}
