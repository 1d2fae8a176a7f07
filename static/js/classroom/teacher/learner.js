// The panel of one learner beside the wall: the live training, and what the teacher can do for this learner alone.
import { epoch, loss } from "../../ui/format.js";
import { h, setText } from "../../ui/dom.js";
import { button } from "../../ui/dialog.js";
import { icon } from "../../ui/icons.js";
import { createSettingEditor } from "./seat-settings.js";
import { fieldName, valueText } from "../../views/setting-words.js";
import { notableDifferences, shapeText } from "./field-words.js";
import { wantedText } from "../shared/goals.js";
import { TEXT_LIMITS } from "../shared/text-limits.js";
import { countsChecks } from "../shared/lesson-progress.js";
import { createLessonSteps } from "./lesson-steps.js";
import { badgesOf } from "./sort-filter.js";
import { Watch } from "../shared/watch.js";

/**
 * @typedef {TeacherTools & {onClose: () => void, onHint: (seat: string) => void, onProject: (seat: string | null) => void,
 *   onRemove: (seat: Seat) => void}} LearnerOptions
 */

/** The panel of the selected learner in an element. */
export class LearnerPanel {
	#element;
	#options;
	#title = h("h2", { class: "learner-name" });
	#badges = h("div", { class: "learner-badges" });
	#facts = h("dl", { class: "learner-facts" });
	#lesson;
	#status = h("p", { class: "quiet learner-status" });
	#helpSeenButton;
	#askButton;
	#projectButton;
	#isProjected = false; // whether this learner's network is on the projector
	#renaming;
	#settingEditor;
	#watch;
	/** @type {Seat | null} */
	#seat = null;
	/** Of the learner's training. @type {Config | null} */
	#config = null;
	/** What is shown now. @type {{seat?: Seat, kinds?: string}} */
	#shown = {};

	/** @param {HTMLElement} element @param {LearnerOptions} options */
	constructor(element, options) {
		const { i18n, i18n: { t }, catalogue, perform, api, onClose } = options;
		this.#element = element;
		this.#options = options;
		const [live, change] = ["live", "change"].map((each) => h("div", { class: `learner-${each}` }));
		this.#helpSeenButton = button(t("wall.noted"), () => this.#changeSeat({ help: false }), { icon: "check", class: "wide" });
		this.#askButton = button(t("wall.ask"), () => this.#changeSeat({ ask: !this.#openSeat.asked }), { icon: "pen" });
		this.#projectButton = button(t("wall.project"), () => options.onProject(this.#isProjected ? null : this.#openSeat.seat), {
			icon: "screen",
		});
		this.#settingEditor = createSettingEditor(change, {
			i18n,
			catalogue,
			onChange: (changes) => perform(() => api.configure(this.#openSeat.seat, changes)),
		});
		this.#renaming = createRenaming(i18n, (nickname) => nickname !== this.#openSeat.nickname && this.#changeSeat({ nickname }));
		this.#watch = new Watch(live, { i18n, catalogue, onState: (state) => this.#showConfig(state.config) });
		const close = { type: "button", class: "icon-button", "aria-label": t("share.close"), on: { click: onClose } };
		const head = h("header", { class: "learner-head" }, this.#title, h("button", close, icon("close")));
		this.#lesson = createLessonSteps(i18n);
		const under = [this.#createActions(), this.#status, this.#lesson.element, change, this.#facts];
		element.append(head, this.#renaming.form, this.#badges, this.#helpSeenButton, live, ...under);
	}

	/** @param {RoomView} state */
	update({ room, learners, selected, colors, namesHidden, now }) {
		const index = room?.seats.findIndex((each) => each.seat === selected) ?? -1;
		const next = index < 0 ? null : room.seats[index];
		this.#element.hidden = !next;
		this.#watch.update({ session: next?.session ?? null, colors });
		if (next && next.seat !== this.#seat?.seat) {
			this.#renaming.form.hidden = true;
			this.#config = null;
		}
		this.#seat = next;
		if (!next) return;
		this.#isProjected = room.shown === next.seat;
		setText(
			/** @type {Element} */ (this.#projectButton.lastElementChild),
			this.#options.i18n.t(this.#isProjected ? "wall.unproject" : "wall.project"),
		);
		setText(this.#title, namesHidden ? this.#options.i18n.t("wall.numbered", { number: index + 1 }) : next.nickname);
		const kinds = badgesOf({ seat: next, learner: learners.get(next.seat) }, now);
		if (this.#shown.seat === next && this.#shown.kinds === kinds.join()) return;
		this.#shown = { seat: next, kinds: kinds.join() };
		this.#show(next, kinds);
	}

	/** The seat of the open panel. */
	get #openSeat() {
		return /** @type {Seat} */ (this.#seat);
	}

	#changeSeat(/** @type {Record<string, unknown>} */ changes) {
		const { perform, api } = this.#options;
		return perform(() => api.changeSeat(this.#openSeat.seat, changes));
	}

	#createActions() {
		const { i18n: { t }, onHint, onRemove } = this.#options;
		return h(
			"div",
			{ class: "learner-actions" },
			button(t("teach.hint"), () => onHint(this.#openSeat.seat), { icon: "bulb" }),
			this.#projectButton,
			this.#askButton,
			button(t("wall.rename"), () => this.#renaming.open(this.#openSeat.nickname), { icon: "tag" }),
			button(t("wall.remove"), () => onRemove(this.#openSeat), { icon: "leave" }),
		);
	}

	#showConfig(/** @type {Config | null} */ config) {
		this.#config = config;
		this.#settingEditor.update({ config, agreed: Boolean(this.#seat?.agreed) });
	}

	/** @param {Seat} seat @param {string[]} kinds of its badges */
	#show(seat, kinds) {
		const { t } = this.#options.i18n;
		const badges = kinds.map((each) => h("span", { class: `badge worded ${each}` }, h("span", { text: t(`wall.badge.${each}`) })));
		this.#badges.replaceChildren(...badges);
		this.#helpSeenButton.hidden = !seat.help;
		setText(/** @type {Element} */ (this.#askButton.lastElementChild), t(seat.asked ? "wall.unask" : "wall.ask"));
		setText(this.#status, seat.agreed ? t("wall.agreed") : seat.asked ? t("wall.asked") : "");
		this.#showConfig(this.#config);
		this.#lesson.update(seat.lesson);
		this.#showFacts(seat);
	}

	/** @param {Seat} seat */
	#showFacts(seat) {
		const { i18n } = this.#options;
		const rows = factsOf(seat, i18n);
		this.#facts.replaceChildren(...rows.flatMap(([name, value]) => [h("dt", { text: name }), h("dd", { text: value })]));
		const { url } = seat.hand_in ?? {};
		if (!url) return;
		const link = h("a", { href: url, target: "_blank", rel: "noopener", text: i18n.t("wall.openHandIn") });
		this.#facts.append(h("dt"), h("dd", {}, link));
	}
}

/** Return names and values of the facts about a learner's work. @param {Seat} seat @param {I18n} i18n @returns {[string, string][]} */
export function factsOf(seat, i18n) {
	const t = i18n.t;
	/** @type {[string, string][]} */
	const rows = [[t("wall.shape"), `${shapeText(i18n, seat.shape)} · ${t("readout.weights", { count: seat.weights ?? 0 })}`]];
	const differs = notableDifferences(seat.differs).filter(([field]) => field !== "hidden_layers");
	for (const [field, value] of differs) rows.push([fieldName(i18n, field), valueText(i18n, field, value)]);
	for (const part of seat.progress?.parts ?? []) rows.push([wantedText(part, i18n), part.met ? t("wall.met") : t("wall.notMet")]);
	if (seat.hand_in) {
		const { fresh, checking, reached, score, counted_epochs: epochs } = seat.hand_in;
		const checked = checking
			? t("wall.checking", { done: checking.done, of: checking.of })
			: fresh
			? t("wall.freshly", { solved: fresh.solved, of: fresh.of })
			: "";
		const given = countsChecks(seat) ? seat.hand_in.lesson : null;
		const verdict = given
			? (given.checks ? t("room.lesson.checks", { met: given.reached, of: given.checks }) : t("wall.lesson.noChecks"))
			: reached
			? t("wall.met")
			: t("wall.notMet");
		rows.push([t("wall.handIn"), [verdict, checked].filter(Boolean).join(" · ")]);
		rows.push([t("wall.sort.loss"), `${loss(score, i18n)} · ${t("wall.spoken.epoch", { epoch: epoch(epochs, i18n) })}`]);
		if (seat.attempts > 1) rows.push([t("wall.handIns"), t("wall.attempts", { count: seat.attempts })]);
	}
	return rows;
}

/** Return the form for another nickname, hidden until it is opened. @param {I18n} i18n @param {(nickname: string) => void} onRename not called with an empty one */
function createRenaming({ t }, onRename) {
	const name = h("input", { type: "text", maxlength: TEXT_LIMITS.nickname, "aria-label": t("wall.rename"), autocomplete: "off" });
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
