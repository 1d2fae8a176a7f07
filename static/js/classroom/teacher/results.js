// The results of a class: files to download, the leaderboard, and the summary as a drawing.
import { h, setText } from "../../ui/dom.js";
import { button, createDialog } from "../../ui/dialog.js";
import { drawSummary } from "./draw-summary.js";
import { rankingList } from "../shared/ranking.js";

/** Download a file. @param {Blob} blob @param {string} name */
export function downloadBlob(blob, name) {
	const url = URL.createObjectURL(blob);
	h("a", { href: url, download: name }).click();
	setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Return a room's name as a file name. @param {string} name */
export const fileName = (name) => name.replace(/[\\/:*?"<>|\s]+/g, "-").replace(/^[-.]+|[-.]+$/g, "").slice(0, 60) || "room";

/** Return the dialog of results. @param {TeacherTools} tools */
export function createResults({ i18n, api, perform, state }) {
	const t = i18n.t;
	const { body, foot, open, dialog } = createDialog(i18n, t("teach.results.title"), { class: "wide-dialog results" });
	const canvas = h("canvas", { class: "summary", role: "img", "aria-label": t("teach.summary.title") });
	const ranking = h("div", { class: "results-ranking" });
	const status = h("p", { class: "quiet", role: "status" });
	body.tabIndex = 0; // it scrolls, and nothing in it can have the focus
	body.append(status, canvas, ranking);
	const name = (/** @type {string} */ ending) => `${fileName(state().room.name)}.${ending}`;
	const download = (/** @type {string} */ format) => async () => {
		const blob = await perform(() => api.file(`/results?format=${format}`));
		if (blob) downloadBlob(blob, name(format));
	};
	const png = button(
		t("teach.results.png"),
		() => canvas.toBlob((/** @type {Blob | null} */ blob) => blob && downloadBlob(blob, name("png"))),
	);
	foot.append(button(t("teach.results.csv"), download("csv"), { class: "accent" }), button(t("teach.results.json"), download("json")), png);

	/** @param {Summary} summary */
	function draw(summary) {
		const accent = getComputedStyle(document.documentElement).getPropertyValue("--accent").trim();
		const { room, colors } = state();
		drawSummary(canvas, summary, { i18n, colors, accent, title: room.name, hasGoal: Boolean(room.task?.goal) });
		canvas.style.width = canvas.style.height = "";
	}

	function showRanking() {
		const { room, namesHidden } = state();
		ranking.replaceChildren();
		if (room.leaderboard) ranking.append(h("h3", { text: t(`task.order.${room.leaderboard}`) }), rankingList(i18n, room, namesHidden));
	}

	return {
		async open() {
			open();
			showRanking();
			canvas.hidden = png.hidden = true;
			setText(status, t("teach.results.loading"));
			const summary = (await perform(api.summary)) ?? null;
			const lesson = summary?.lesson ? ` ${t("teach.results.lesson", { ...summary.lesson, learners: summary.learners })}` : "";
			setText(status, summary ? t("teach.results.text") + lesson : t("teach.results.none"));
			canvas.hidden = png.hidden = !summary;
			if (summary) draw(summary);
		},
		update: () => dialog.open && showRanking(),
	};
}
