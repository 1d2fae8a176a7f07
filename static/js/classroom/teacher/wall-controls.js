// The row over the wall: filter, order, hidden names; and the learners who wait to be let in.
import { h, setText } from "../../ui/dom.js";
import { button } from "../../ui/dialog.js";
import { icon } from "../../ui/icons.js";
import { filtered, FILTERS, SORTS } from "./sort-filter.js";

/**
 * @param {HTMLElement} element
 * @param {TeacherTools & {onChoose: (chosen: Partial<RoomView>) => void}} options
 */
export function createWallControls(element, { i18n, act, api, onChoose }) {
	const t = i18n.t;
	const filters = new Map(
		FILTERS.map((each) => {
			const count = h("span", { class: "filter-count" });
			const chip = h(
				"button",
				{
					type: "button",
					class: "filter",
					"aria-pressed": "false",
					on: { click: () => onChoose({ filter: each }) },
				},
				h("span", { text: t(`wall.filter.${each}`) }),
				count,
			);
			return [each, { chip, count }];
		}),
	);
	const sort = h("select", { id: "wall-sort", on: { change: () => onChoose({ sort: sort.value }) } });
	for (const each of SORTS) sort.append(h("option", { value: each, text: t(`wall.sort.${each}`) }));
	const names = h(
		"button",
		{
			type: "button",
			class: "text-button",
			"aria-pressed": "false",
			on: { click: () => onChoose({ namesHidden: names.getAttribute("aria-pressed") !== "true" }) },
		},
		icon("eye"),
		h("span", { text: t("wall.hideNames") }),
		h("kbd", { text: "N" }),
	);
	const task = h("span", { class: "wall-task" });
	const waitingBox = h("div", { class: "waiting-learners", hidden: true });
	element.append(
		h("div", { class: "filters", role: "group", "aria-label": t("wall.filter") }, ...[...filters.values()].map(({ chip }) => chip)),
		task,
		h("div", { class: "wall-sort" }, h("label", { class: "label", for: "wall-sort", text: t("wall.sort") }), sort),
		names,
	);
	element.after(waitingBox);
	let seen = "";

	function showWaiting(/** @type {Seat[]} */ waiting) {
		waitingBox.hidden = waiting.length === 0;
		const key = waiting.map(({ seat, nickname }) => `${seat} ${nickname}`).join("\n");
		if (key === seen) return;
		seen = key;
		const letIn = (/** @type {Seat[]} */ seats) => act(() => Promise.all(seats.map(({ seat }) => api.changeSeat(seat, { approve: true }))));
		const each = (/** @type {Seat} */ seat) =>
			h(
				"span",
				{ class: "waiting-learner" },
				h("span", { text: seat.nickname }),
				h("button", {
					type: "button",
					class: "icon-button small",
					"aria-label": t("wall.letIn", { name: seat.nickname }),
					on: { click: () => letIn([seat]) },
				}, icon("check")),
				h("button", {
					type: "button",
					class: "icon-button small",
					"aria-label": t("wall.turnAway", { name: seat.nickname }),
					on: { click: () => act(() => api.removeSeat(seat.seat)) },
				}, icon("close")),
			);
		waitingBox.replaceChildren(h("strong", { text: t("wall.waiting", { count: waiting.length }) }), ...waiting.map(each));
		if (waiting.length > 1) waitingBox.append(button(t("wall.letAllIn"), () => letIn(waiting), { class: "accent" }));
	}

	return {
		/** @param {RoomView} state */
		update({ room, learners, sort: by, filter, namesHidden, now }) {
			const entries = room.seats.filter((each) => !each.waiting).map((seat) => ({
				seat,
				learner: learners.get(seat.seat),
			}));
			for (const [name, { chip, count }] of filters) {
				chip.setAttribute("aria-pressed", String(filter === name));
				const found = name === "best" ? "" : String(filtered(entries, name, now).length);
				setText(count, found === "0" && name !== "all" ? "" : found);
				chip.classList.toggle("pressing", name === "help" && found !== "0");
			}
			if (document.activeElement !== sort) sort.value = by;
			names.setAttribute("aria-pressed", String(namesHidden));
			setText(task, room.task ? t("wall.task", { title: room.task.title }) : "");
			showWaiting(room.seats.filter((each) => each.waiting));
		},
	};
}
