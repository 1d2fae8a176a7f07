// The panel of the task: its text, the goal with progress, the last hand-in, and the leaderboard.
import { epoch, loss } from "../../ui/format.js";
import { h, setText } from "../../ui/dom.js";
import { onEscape } from "../../ui/escape.js";
import { icon } from "../../ui/icons.js";
import { presentValueText, wantedText } from "../shared/goals.js";
import { progressText } from "../shared/lesson-progress.js";
import { renderText } from "../shared/rich-text.js";

/** Return the list item of a part of the goal, with its present value. @param {GoalPart} part @param {I18n} i18n */
function createGoalItem(part, i18n) {
	const state = i18n.t(part.met ? "room.goal.met" : "room.goal.unmet");
	const sign = h("span", { class: "sign", role: "img", "aria-label": state });
	const [wanted, now] = [h("span", { text: wantedText(part, i18n) }), h("span", { class: "quiet", text: presentValueText(part, i18n) })];
	return h("li", { class: part.met ? "met" : "" }, sign, wanted, now);
}

/** Return a row of the leaderboard. @param {OwnRank} row @param {I18n} i18n */
function createRankItem({ rank, nickname, mine, value }, i18n) {
	const name = nickname ?? i18n.t(mine ? "room.leaderboard.you" : "room.leaderboard.anonymous");
	const shownValue = Number.isInteger(value) ? i18n.number(value) : loss(value, i18n);
	return h("li", { class: mine ? "mine" : "" }, ...[i18n.number(rank), name, shownValue].map((text) => h("span", { text })));
}

/** Return the time of day of an attempt. @param {HandIn} attempt @param {I18n} i18n */
const timeOf = ({ at }, { locale }) =>
	new Date(at * (at < 1e12 ? 1000 : 1)).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });

/** Return the lines about an attempt: whether it reached the goal, the fresh runs, its rank. @param {HandIn} attempt @param {Task | null} task @param {I18n} i18n */
function attemptLines(attempt, task, i18n) {
	const { t } = i18n;
	const lines = [t("room.result.at", { time: timeOf(attempt, i18n) })];
	if (attempt.checking) lines.push(t("room.result.checking", { done: attempt.checking.done, of: attempt.checking.of }));
	else if (task?.goal) lines.push(t(attempt.reached ? "room.result.reached" : "room.result.missed"));
	if (!task?.goal && attempt.lesson?.checks) {
		lines.push(t("room.result.lesson", { met: attempt.lesson.reached, of: attempt.lesson.checks }));
	}
	if (task?.goal) lines.push(t("room.result.score", { score: loss(attempt.score, i18n) }));
	if (attempt.fresh) lines.push(t("room.result.fresh", { solved: attempt.fresh.solved, of: attempt.fresh.of }));
	if (attempt.edited) lines.push(t("room.result.edited"));
	if (attempt.rank) lines.push(t("room.result.rank", { rank: attempt.rank }));
	return lines;
}

/** Return the lines about the latest attempt, and about the best where that is another. @param {OwnSeat} seat @param {I18n} i18n */
export function attemptTexts({ attempts, hand_in: best, task }, i18n) {
	const latest = attempts.at(-1);
	if (!latest) return [];
	const lines = attemptLines(latest, task, i18n);
	if (best && best.at !== latest.at) {
		const places = {
			count: attempts.length,
			time: timeOf(best, i18n),
			score: loss(best.score, i18n),
			epochs: epoch(best.counted_epochs, i18n),
		};
		lines.push(i18n.t("room.result.best", places));
		if (best.rank) lines.push(i18n.t("room.result.rank", { rank: best.rank }));
	}
	return lines;
}

/** Fill the element of the task panel. @param {HTMLElement} element @param {{i18n: I18n, onClose: () => void, onHandIn: () => void}} options */
export function createSeatPanel(element, { i18n, onClose, onHandIn }) {
	const title = h("h2", { id: "room-panel-title" });
	const cross = { type: "button", class: "icon-button small", "aria-label": i18n.t("room.close"), on: { click: onClose } };
	const lessonLine = h("p", { class: "room-lesson" });
	const lesson = h(
		"section",
		{},
		h("h3", { text: i18n.t("room.lesson.title") }),
		lessonLine,
		h("p", { class: "quiet", text: i18n.t("room.lesson.text") }),
	);
	const words = h("div", { class: "room-words" });
	const parts = h("ul", { class: "room-goal" });
	const goal = h("section", {}, h("h3", { text: i18n.t("room.goal.title") }), parts);
	const result = h("div", { class: "room-result", role: "status" });
	const handIn = h("button", { type: "button", class: "text-button accent", on: { click: onHandIn } });
	const foot = h("div", { class: "room-foot" }, result, handIn);
	const shown = h("p", { class: "quiet" });
	const ranks = h("ol", { class: "room-ranks" });
	const leaderboard = h("section", {}, h("h3", { text: i18n.t("room.leaderboard.title") }), ranks);
	element.setAttribute("aria-labelledby", title.id);
	onEscape(element, onClose);
	element.append(h("header", {}, title, h("button", cross, icon("close"))), words, lesson, goal, foot, shown, leaderboard);

	let shownKey = "";
	return {
		/** @param {OwnSeat} seat @param {{sending: boolean}} shown `sending`: a network is being handed in, and its verdict is not known yet */
		update(seat, { sending }) {
			const { task, progress, lesson: reached, attempts, leaderboard: ranking, room, ready } = seat;
			const latest = attempts.at(-1);
			const key = JSON.stringify([
				task?.title,
				task?.text,
				progress,
				reached,
				attempts,
				ranking,
				room.shown,
				seat.nickname,
				ready,
				sending,
			]);
			if (key === shownKey) return;
			shownKey = key;
			setText(title, task ? task.title || i18n.t("room.task.label") : i18n.t("room.task.none"));
			words.hidden = !task?.text;
			renderText(words, task?.text ?? "");
			lesson.hidden = !reached;
			if (reached) setText(lessonLine, progressText(reached, i18n));
			goal.hidden = !progress?.parts.length;
			parts.replaceChildren(...(progress?.parts ?? []).map((part) => createGoalItem(part, i18n)));
			result.hidden = !latest && !sending;
			result.classList.toggle("reached", Boolean(latest?.reached && !latest.checking && !sending));
			const lines = sending ? [i18n.t("room.handIn.sending")] : attemptTexts(seat, i18n);
			result.replaceChildren(...lines.map((text) => h("p", { text })));
			handIn.hidden = !task;
			handIn.disabled = sending;
			handIn.classList.toggle("accent", !latest || ready);
			setText(handIn, i18n.t(!latest ? "room.handIn.label" : ready ? "room.handIn.again" : "room.handIn.given"));
			shown.hidden = !room.shown;
			if (room.shown) setText(shown, i18n.t("room.shown", { nickname: room.shown.nickname ?? i18n.t("room.leaderboard.anonymous") }));
			leaderboard.hidden = !ranking?.length;
			ranks.replaceChildren(...(ranking ?? []).map((row) => createRankItem(row, i18n)));
		},
	};
}
