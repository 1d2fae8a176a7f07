// The tile of one learner on the wall: picture, numbers, curve and badges. Only what changed is painted.
import { epoch as formatEpoch, loss as formatLoss } from "../../ui/format.js";
import { fitCanvas, h, setText } from "../../ui/dom.js";
import { createThumbnail } from "../../views/thumbnail.js";
import { icon } from "../../ui/icons.js";
import { progressText, shortTexts } from "../shared/lesson-progress.js";
import { differencesText, shapeText } from "./field-words.js";
import { upscale } from "./upscale.js";

/** The icon of each badge. @type {Record<string, string>} */
const BADGES = {
	help: "hand",
	goal: "check",
	complete: "check",
	finished: "finish",
	done: "flag",
	offline: "offline",
	stuck: "stuck",
	idle: "idle",
};
const [MIN_LOG_LOSS, MAX_LOG_LOSS] = [Math.log(0.0005), Math.log(1)]; // all tiles have the same scale, so that curves can be compared

/** Return an epoch with few digits: tiles have no space for more. @param {number} epoch @param {I18n} i18n */
const shortEpoch = (
	epoch,
	i18n,
) => (epoch < 10_000 ? formatEpoch(epoch, i18n) : i18n.number(epoch, { notation: "compact", maximumSignificantDigits: 3 }));

/** Draw the curve of scores over epochs, on a logarithmic scale. @param {HTMLCanvasElement} canvas @param {[number, number][]} curve @param {Colors} colors */
export function drawCurve(canvas, curve, colors) {
	const { clientWidth: width, clientHeight: height } = /** @type {Element} */ (canvas.parentElement);
	if (width < 4 || height < 4) return;
	const context = fitCanvas(canvas, width, height);
	context.clearRect(0, 0, width, height);
	if (curve.length < 2) return;
	const [first, last] = [curve[0][0], curve[curve.length - 1][0]];
	context.beginPath();
	for (const [epoch, score] of curve) {
		const fraction = (Math.log(Math.max(score, 1e-9)) - MIN_LOG_LOSS) / (MAX_LOG_LOSS - MIN_LOG_LOSS);
		const x = 1 + ((epoch - first) / (last - first || 1)) * (width - 2);
		context.lineTo(x, 1 + (1 - Math.max(0, Math.min(1, fraction))) * (height - 2));
	}
	context.strokeStyle = colors.quiet;
	context.lineWidth = 1.25;
	context.lineJoin = "round";
	context.stroke();
}

/**
 * What a tile shows; `refinement`: by which factor the picture is refined.
 * @typedef {{seat: Seat, learner: Learner | undefined, title: string, badges: string[], colors: Colors, resized: boolean,
 *   selected: boolean, refinement: number}} TileModel
 */

/** Return the tile's label for screen readers. @param {TileModel} shown @param {I18n} i18n */
function describe({ seat, learner, title, badges }, i18n) {
	const badgeTexts = badges.map((each) => i18n.t(`wall.badge.${each}`));
	const numbers = learner
		? [
			i18n.t("wall.spoken.loss", { loss: formatLoss(learner.score, i18n) }),
			i18n.t("wall.spoken.epoch", { epoch: formatEpoch(learner.counted_epochs, i18n) }),
		]
		: [];
	const shape = seat.shape ? [i18n.t("wall.spoken.shape", { shape: shapeText(i18n, seat.shape) })] : [];
	const lesson = seat.lesson ? [progressText(seat.lesson, i18n)] : [];
	return [title, ...badgeTexts, ...lesson, ...numbers, ...shape].join(", ");
}

/** The tile of one learner. */
export class Tile {
	element;
	#i18n;
	#badges = h("span", { class: "tile-badges" });
	/** The progress in a lesson: in words, and for narrow tiles in figures; then shape and differing settings. */
	#words = h("span", { class: "tile-words" });
	#figures = h("span", { class: "tile-figures" });
	#summary = h("span");
	#plane = h("canvas");
	#curve = h("canvas");
	#thumbnail;
	#parts;
	/** What is shown now. @type {Record<string, unknown>} */
	#shown = {};

	/** @param {{i18n: I18n, onOpen: () => void}} options */
	constructor({ i18n, onOpen }) {
		this.#i18n = i18n;
		const plane = this.#plane;
		this.#thumbnail = createThumbnail(plane);
		const [name, loss, epoch, details] = ["name", "loss", "epoch", "details"].map((each) => h("span", { class: `tile-${each}` }));
		this.#parts = { name, loss, epoch, details };
		details.append(this.#words, this.#figures, this.#summary);
		this.element = h(
			"button",
			{ type: "button", class: "tile", tabindex: "-1", on: { click: onOpen } },
			h("span", { class: "tile-picture" }, plane, this.#badges),
			h("span", { class: "tile-head" }, name, epoch),
			h("span", { class: "tile-line" }, h("span", { class: "tile-curve" }, this.#curve), loss),
			details,
		);
	}

	/** @param {TileModel} next */
	update(next) {
		const { seat, learner, title, colors, selected, refinement } = next;
		const { element } = this;
		const seen = this.#shown;
		setText(this.#parts.name, title);
		if (seen.learner !== learner || seen.colors !== colors || next.resized) this.#showTraining(next);
		const kinds = next.badges.join();
		const isChanged = seen.seat !== seat || seen.kinds !== kinds || seen.title !== title;
		if (isChanged) this.#showSeat(seat, next.badges, seen.kinds !== kinds);
		if (isChanged || document.activeElement === element) element.setAttribute("aria-label", describe(next, this.#i18n));
		element.classList.toggle("empty", !learner?.picture);
		element.classList.toggle("selected", selected);
		this.#shown = { refinement, seat, learner, title, colors, kinds, picture: learner?.picture, curve: learner?.curve };
	}

	/** Show the numbers; paint the picture and the curve where they differ. @param {TileModel} next */
	#showTraining({ learner, colors, resized, refinement }) {
		const recoloured = this.#shown.colors !== colors;
		const { loss, epoch } = this.#parts;
		setText(loss, learner ? formatLoss(learner.score, this.#i18n) : "");
		setText(epoch, learner ? shortEpoch(learner.counted_epochs, this.#i18n) : "");
		if (!learner) return;
		const { picture, curve } = learner;
		if (picture && (this.#shown.picture !== picture || recoloured || this.#shown.refinement !== refinement)) {
			const times = picture.classes || picture.matrix ? 1 : refinement;
			const { resolution, scale } = picture;
			const values = /** @type {Int8Array} */ (picture.values);
			this.#plane.style.imageRendering = picture.matrix ? "pixelated" : "";
			const refined = times > 1 ? upscale(values, resolution, times) : values;
			this.#thumbnail.paint(refined, resolution * times, picture.classes ? colors.classes : colors, false, scale);
		}
		if (this.#shown.curve !== curve || recoloured || resized) drawCurve(this.#curve, curve, colors);
	}

	/** @param {Seat} seat @param {string[]} badges @param {boolean} badgesChanged whether the badges differ from those that are shown */
	#showSeat(seat, badges, badgesChanged) {
		const { details } = this.#parts;
		const differs = differencesText(this.#i18n, seat.differs);
		const own = seat.lesson_step ? this.#i18n.t("wall.lessonStep", { step: seat.lesson_step }) : ""; // in a lesson of their own choice
		const { words, figures } = seat.lesson ? shortTexts(seat.lesson, this.#i18n) : { words: own, figures: own };
		const rest = [shapeText(this.#i18n, seat.shape), differs].filter(Boolean).join(" · ");
		setText(this.#words, words && `${words} · `);
		setText(this.#figures, figures && `${figures} · `);
		setText(this.#summary, rest);
		details.title = [seat.lesson ? progressText(seat.lesson, this.#i18n) : "", differs].filter(Boolean).join(" · ");
		this.element.classList.toggle("in-lesson", Boolean(seat.lesson));
		for (const each of Object.keys(BADGES)) this.element.classList.toggle(`is-${each}`, badges.includes(each));
		if (!badgesChanged) return;
		const text = (/** @type {string} */ each) => h("span", { text: this.#i18n.t(`wall.badge.${each}`) });
		this.#badges.replaceChildren(...badges.map((each) => h("span", { class: `badge ${each}` }, icon(BADGES[each]), text(each))));
	}
}
