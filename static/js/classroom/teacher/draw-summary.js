// Draws the summary of a class: bar charts of hand-ins, losses and the most frequent settings.
import { fitCanvas } from "../../ui/dom.js";

const MAX_BARS = 7; // bars of one panel at most; the rarer values share the last
const WIDTH = 880;
const HEIGHT = 500;

/** @typedef {{label: string, count: number, second?: number}} Bar */
/** @typedef {{title: string, bars: Bar[], legend?: [string, string]}} Panel */

/** Return the first bars of a sorted list, with the counts of all others added up in the last one. @param {Bar[]} bars @param {string} others */
export function topBars(bars, others) {
	if (bars.length <= MAX_BARS) return bars;
	const rest = bars.slice(MAX_BARS - 1).reduce((sum, { count }) => sum + count, 0);
	return [...bars.slice(0, MAX_BARS - 1), { label: others, count: rest }];
}

/**
 * Return the panel of progress: how many learners are how far in the lesson, if the task has no goal of its own; else how many handed in and
 * reached the goal.
 * @param {Summary} summary @param {I18n["t"]} t @param {boolean} hasGoal whether the task has a goal of its own @returns {Panel}
 */
function progressPanel(summary, t, hasGoal) {
	const learners = { label: t("teach.summary.learners"), count: summary.learners };
	const handedIn = { label: t("teach.summary.handedIn"), count: summary.handed_in };
	if (summary.lesson && !hasGoal) {
		const { opened, finished, complete } = summary.lesson;
		const bars = [
			learners,
			{ label: t("teach.summary.opened"), count: opened },
			{ label: t("wall.badge.finished"), count: finished },
			{ label: t("wall.badge.complete"), count: complete },
			handedIn,
		];
		return { title: t("teach.summary.lesson"), bars };
	}
	const reached = { label: t("teach.summary.reached"), count: summary.reached };
	return {
		title: t("teach.summary.goal"),
		bars: [learners, handedIn, reached, { label: t("teach.summary.missed"), count: summary.missed }],
	};
}

/** Return the panels of a summary. @param {Summary} summary @param {I18n} i18n @param {boolean} [hasGoal] whether the task has a goal of its own @returns {Panel[]} */
export function panelsOf(summary, i18n, hasGoal = false) {
	const t = i18n.t;
	const others = t("teach.summary.others");
	const number = (/** @type {number} */ value) => i18n.number(value, { maximumSignificantDigits: 3 });
	const { edges, handed_in: handedIn, present } = summary.losses;
	const bins = [...edges.map((/** @type {number} */ edge) => `≤ ${number(edge)}`), `> ${number(edges[edges.length - 1])}`];
	const shape = (/** @type {number[]} */ layers) => (layers.length > 0 ? layers.join("–") : t("wall.noLayers"));
	return [
		progressPanel(summary, t, hasGoal),
		{
			title: t("teach.summary.losses"),
			bars: bins.map((label, index) => ({ label, count: present[index], second: handedIn[index] })),
			legend: [t("teach.summary.present"), t("teach.summary.handedIn")],
		},
		{
			title: t("teach.summary.shapes"),
			bars: topBars(
				summary.architectures.map((each) => ({ label: shape(each.hidden_layers), count: each.count })),
				others,
			),
		},
		{
			title: t("teach.summary.rates"),
			bars: topBars(
				summary.learning_rates.map((each) => ({ label: number(each.learning_rate), count: each.count })),
				others,
			),
		},
		{
			title: t("teach.summary.activations"),
			bars: topBars(
				summary.activations.map((each) => ({
					label: each.activation === "mixed" ? t("teach.summary.mixed") : t(`choice.activation.${each.activation}`),
					count: each.count,
				})),
				others,
			),
		},
	];
}

/** Draw one bar chart. Lengths are in pixels. @param {CanvasRenderingContext2D} context @param {Panel} panel @param {{x: number, y: number, width: number, colors: Colors, accent: string}} place */
function drawPanel(context, { title, bars, legend }, { x, y, width, colors, accent }) {
	const [pitch, labels] = [20, 96];
	const maxCount = Math.max(1, ...bars.map(({ count, second = 0 }) => Math.max(count, second)));
	context.textAlign = "left";
	context.textBaseline = "middle";
	context.fillStyle = colors.ink;
	context.font = `600 14px ${colors.sans}`;
	context.fillText(title, x, y);
	context.font = `12px ${colors.sans}`;
	if (legend) {
		let at = x + width;
		for (const [text, colour] of [[legend[1], accent], [legend[0], colors.edge]]) {
			at -= context.measureText(text).width;
			context.fillStyle = colors.quiet;
			context.fillText(text, at, y);
			at -= 14;
			context.fillStyle = colour;
			context.fillRect(at, y - 4, 9, 8);
			at -= 12;
		}
	}
	bars.forEach(({ label, count, second }, index) => {
		const middle = y + 26 + index * pitch;
		context.fillStyle = colors.quiet;
		context.textAlign = "right";
		context.fillText(label, x + labels - 8, middle, labels - 8);
		context.textAlign = "left";
		const length = (/** @type {number} */ each) => (each / maxCount) * (width - labels - 32);
		const two = second !== undefined;
		context.fillStyle = two ? colors.edge : accent;
		context.fillRect(x + labels, middle - 7, length(count), two ? 6 : 14);
		if (two) {
			context.fillStyle = accent;
			context.fillRect(x + labels, middle + 1, length(second), 6);
		}
		const total = two ? `${count} / ${second}` : String(count);
		context.fillStyle = colors.ink;
		if (count || second) context.fillText(total, x + labels + length(Math.max(count, second ?? 0)) + 6, middle);
	});
}

/** Draw the whole summary. @param {HTMLCanvasElement} canvas @param {Summary} summary @param {{i18n: I18n, colors: Colors, accent: string, title: string, hasGoal: boolean}} options */
export function drawSummary(canvas, summary, { i18n, colors, accent, title, hasGoal }) {
	const context = fitCanvas(canvas, WIDTH, HEIGHT);
	context.fillStyle = colors.surface;
	context.fillRect(0, 0, WIDTH, HEIGHT);
	context.fillStyle = colors.ink;
	context.textBaseline = "middle";
	context.textAlign = "left";
	context.font = `20px ${colors.sans}`;
	context.fillText(title, 16, 22, WIDTH - 32);
	const panels = panelsOf(summary, i18n, hasGoal);
	const places = [[16, 64], [456, 64], [16, panels[0].bars.length > 4 ? 210 : 196], [456, 276], [16, 388]];
	panels[4].bars = panels[4].bars.slice(0, 4);
	panels.forEach((panel, index) => drawPanel(context, panel, { x: places[index][0], y: places[index][1], width: 408, colors, accent }));
}
