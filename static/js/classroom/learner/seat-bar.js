// The bar over a learner's playground: room, nickname, task with progress, hint, help, done, and hand in.
import { h, setText } from "../../ui/dom.js";
import { countMet } from "../shared/goals.js";

/**
 * @param {HTMLElement} element
 * @param {{i18n: I18n, onTask: () => void, onHint: () => void, onHelp: (on: boolean) => void, onDone: (on: boolean) => void, onHandIn: () => void, onLeave: () => void}} options
 */
export function createSeatBar(element, { i18n, onTask, onHint, onHelp, onDone, onHandIn, onLeave }) {
	const button = (/** @type {string} */ name, /** @type {() => void} */ click, /** @type {object} */ more = {}) =>
		h("button", { type: "button", class: `room-button ${name}`, on: { click }, ...more });
	const toggle = (/** @type {string} */ name, /** @type {(on: boolean) => void} */ change) => {
		const made = button(name, () => change(made.getAttribute("aria-pressed") !== "true"), {
			"aria-pressed": "false",
			data: { help: `room.${name}.tip` },
		});
		return made;
	};

	const room = h("span", { class: "room-name" });
	const who = button("who", () => openMenu(menu.hidden === true), {
		"aria-expanded": "false",
		"aria-controls": "room-menu",
		data: { help: "room.who.tip" },
	});
	const name = h("span");
	who.append(name);
	const title = h("span", { class: "task-title" });
	const steps = h("span", { class: "task-steps", "aria-hidden": "true" });
	const count = h("span", { class: "task-count" });
	const task = button("task", onTask, { "aria-expanded": "false", "aria-controls": "room-panel" });
	task.append(title, steps, count);
	const hint = button("hint", onHint, { text: i18n.t("room.hint.label") });
	const help = toggle("help", onHelp);
	const done = toggle("done", onDone);
	const handIn = button("hand-in", onHandIn, { text: i18n.t("room.handIn.label"), data: { help: "room.handIn.tip" } });

	const menuText = h("p");
	const menuCode = h("p", { class: "quiet" });
	const leave = h("button", {
		type: "button",
		class: "text-button",
		text: i18n.t("room.leave.label"),
		on: { click: () => (sure.hidden = false) },
	});
	const sure = h(
		"div",
		{ class: "room-sure", role: "group", hidden: true },
		h("p", { class: "quiet", text: i18n.t("room.leave.sure") }),
		h("button", { type: "button", class: "text-button accent", text: i18n.t("room.leave.yes"), on: { click: onLeave } }),
		h("button", { type: "button", class: "text-button", text: i18n.t("room.leave.no"), on: { click: () => openMenu(false) } }),
	);
	const menu = h("div", { id: "room-menu", class: "popover room-menu", hidden: true }, menuText, menuCode, leave, sure);
	const place = h("div", { class: "room-who" }, who, menu);

	function openMenu(/** @type {boolean} */ open) {
		menu.hidden = !open;
		sure.hidden = true;
		who.setAttribute("aria-expanded", String(open));
		if (!open && menu.contains(document.activeElement)) who.focus();
	}
	document.addEventListener("pointerdown", (event) => event.target instanceof Node && !place.contains(event.target) && openMenu(false));
	place.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && openMenu(false));

	element.setAttribute("aria-label", i18n.t("room.label"));
	element.replaceChildren(room, place, task, hint, help, done, handIn);

	function press(/** @type {HTMLElement} */ made, /** @type {string} */ name, /** @type {boolean} */ on) {
		made.setAttribute("aria-pressed", String(on));
		setText(made, i18n.t(`room.${name}.${on ? "on" : "off"}`));
	}

	return {
		/** @param {OwnSeat} seat @param {{panel: boolean}} shown */
		update(seat, { panel }) {
			setText(room, seat.room.name);
			room.title = seat.room.name;
			setText(name, seat.nickname);
			setText(menuText, i18n.t("room.who.text", { nickname: seat.nickname, room: seat.room.name }));
			setText(menuCode, i18n.t("room.who.code", { code: `${seat.room.code.slice(0, 3)} ${seat.room.code.slice(3)}` }));
			menuCode.hidden = !seat.room.code || !seat.room.joining;

			task.hidden = !seat.task && !seat.leaderboard;
			task.setAttribute("aria-expanded", String(panel));
			setText(title, seat.task ? seat.task.title || i18n.t("room.task.label") : i18n.t("room.leaderboard.title"));
			const { met, of } = countMet(seat.progress);
			const reached = Boolean(seat.progress?.reached);
			element.classList.toggle("reached", reached);
			count.hidden = steps.hidden = of === 0;
			setText(count, reached ? i18n.t(met === of ? "room.reached" : "room.ready") : i18n.t("room.progress", { met, of }));
			if (steps.childElementCount !== of) steps.replaceChildren(...Array.from({ length: of }, () => h("i")));
			[...steps.children].forEach((/** @type {Element} */ step, index) =>
				step.classList.toggle("met", Boolean(seat.progress?.parts[index]?.met))
			);

			hint.hidden = !seat.hint;
			press(help, "help", seat.help);
			press(done, "done", seat.done);
			handIn.hidden = !seat.task;
			handIn.classList.toggle("accent", reached && !seat.hand_in);
		},
	};
}
