// The panel of one learner beside the wall: the live training, and what the teacher can do for this learner alone.
import { h, setText } from "../../ui/dom.js";
import { button } from "../../ui/dialog.js";
import { icon } from "../../ui/icons.js";
import { createChange } from "./seat-settings.js";
import { fieldName, shapeText, tellingOf, valueText } from "./field-words.js";
import { wantedText } from "../shared/goals.js";
import { badgesOf } from "./sort-filter.js";
import { createWatch } from "./watch.js";

/**
 * @param {HTMLElement} element
 * @param {TeacherTools & {onClose: () => void,
 *   onHint: (seat: string) => void, onProject: (seat: string) => void, onRemove: (seat: Seat) => void}} options
 */
export function createLearner(element, { i18n, catalogue, act, api, onClose, onHint, onProject, onRemove }) {
	const t = i18n.t;
	const title = h("h2", { class: "learner-name" });
	const close = h(
		"button",
		{ type: "button", class: "icon-button", "aria-label": t("share.close"), on: { click: onClose } },
		icon("close"),
	);
	const badges = h("div", { class: "learner-badges" });
	const live = h("div", { class: "learner-live" });
	const facts = h("dl", { class: "learner-facts" });
	const change = h("div", { class: "learner-change" });
	/** @type {Seat | null} */
	let seat = null;
	const chosen = () => /** @type {Seat} */ (seat); // while the panel is open, there is one
	/** @type {Config | null} */
	let config = null;

	const noted = button(t("wall.noted"), () => act(() => api.changeSeat(chosen().seat, { help: false })), { icon: "check", class: "wide" });
	const asking = button(t("wall.ask"), () => act(() => api.changeSeat(chosen().seat, { ask: !chosen().asked })), { icon: "pen" });
	const editor = createChange(change, { i18n, catalogue, onChange: (changes) => act(() => api.configure(chosen().seat, changes)) });
	const status = h("p", { class: "quiet learner-status" });
	const actions = h(
		"div",
		{ class: "learner-actions" },
		button(t("teach.hint"), () => onHint(chosen().seat), { icon: "bulb" }),
		button(t("wall.project"), () => onProject(chosen().seat), { icon: "screen" }),
		asking,
		button(t("wall.rename"), () => renaming.open(chosen().nickname), { icon: "tag" }),
		button(t("wall.remove"), () => onRemove(chosen()), { icon: "leave" }),
	);
	const renaming = createRenaming(i18n, (nickname) => {
		if (nickname !== chosen().nickname) act(() => api.changeSeat(chosen().seat, { nickname }));
	});
	const watch = createWatch(live, {
		i18n,
		catalogue,
		onState: (state) => {
			config = state.config;
			editor.update({ config, agreed: Boolean(seat?.agreed) });
		},
	});
	element.append(h("header", { class: "learner-head" }, title, close), renaming.form, badges, noted, live, actions, status, change, facts);

	/** @param {Seat} seat */
	function showFacts(seat) {
		const rows = factsOf(seat, i18n);
		facts.replaceChildren(...rows.flatMap(([name, value]) => [h("dt", { text: name }), h("dd", { text: value })]));
		const { url } = seat.hand_in ?? {};
		if (url) {
			facts.append(h("dt"), h("dd", {}, h("a", { href: url, target: "_blank", rel: "noopener", text: t("wall.openHandIn") })));
		}
	}

	/** @type {{seat?: Seat, kinds?: string}} */
	let seen = {};
	return {
		/** @param {RoomView} state */
		update({ room, learners, selected, colors, namesHidden, now }) {
			const index = room?.seats.findIndex((each) => each.seat === selected) ?? -1;
			const next = index < 0 ? null : room.seats[index];
			element.hidden = !next;
			watch.update({ session: next?.session ?? null, colors });
			if (!next) {
				seat = null;
				return;
			}
			if (next.seat !== seat?.seat) {
				renaming.form.hidden = true;
				config = null;
			}
			seat = next;
			setText(title, namesHidden ? t("wall.numbered", { number: index + 1 }) : seat.nickname);
			const kinds = badgesOf({ seat, learner: learners.get(seat.seat) }, now);
			if (seen.seat === seat && seen.kinds === kinds.join()) return;
			seen = { seat, kinds: kinds.join() };
			badges.replaceChildren(
				...kinds.map((each) => h("span", { class: `badge worded ${each}` }, h("span", { text: t(`wall.badge.${each}`) }))),
			);
			noted.hidden = !seat.help;
			setText(/** @type {Element} */ (asking.lastElementChild), t(seat.asked ? "wall.unask" : "wall.ask"));
			setText(status, seat.agreed ? t("wall.agreed") : seat.asked ? t("wall.asked") : "");
			editor.update({ config, agreed: Boolean(seat.agreed) });
			showFacts(seat);
		},
	};
}

/** Return what is known of a learner's work: names and values. @param {Seat} seat @param {I18n} i18n @returns {[string, string][]} */
export function factsOf(seat, i18n) {
	const t = i18n.t;
	/** @type {[string, string][]} */
	const rows = [[t("wall.shape"), `${shapeText(i18n, seat.shape)} · ${t("readout.weights", { count: seat.weights ?? 0 })}`]];
	const differs = tellingOf(seat.differs).filter(([field]) => field !== "hidden_layers");
	for (const [field, value] of differs) rows.push([fieldName(i18n, field), valueText(i18n, field, value)]);
	for (const part of seat.progress?.parts ?? []) rows.push([wantedText(part, i18n), part.met ? t("wall.met") : t("wall.notMet")]);
	if (seat.hand_in) {
		const { fresh, checking, reached } = seat.hand_in;
		const checked = checking
			? t("wall.checking", { done: checking.done, of: checking.of })
			: fresh
			? t("wall.freshly", { solved: fresh.solved, of: fresh.of })
			: "";
		rows.push([t("wall.handIn"), [reached ? t("wall.met") : t("wall.notMet"), checked].filter(Boolean).join(" · ")]);
	}
	return rows;
}

/** The form for another nickname, hidden until it is opened. @param {I18n} i18n @param {(nickname: string) => void} onRename not called with an empty one */
function createRenaming({ t }, onRename) {
	const name = h("input", { type: "text", maxlength: "24", "aria-label": t("wall.rename"), autocomplete: "off" });
	const form = h("form", { class: "share-row", hidden: true }, name, h("button", { class: "text-button accent", text: t("wall.save") }));
	form.addEventListener("submit", (/** @type {Event} */ event) => {
		event.preventDefault();
		form.hidden = true;
		const nickname = name.value.trim();
		if (nickname) onRename(nickname);
	});
	return {
		form,
		/** @param {string} nickname the present one */
		open(nickname) {
			name.value = nickname;
			form.hidden = false;
			name.focus();
			name.select();
		},
	};
}
