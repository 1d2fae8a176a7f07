// The tile of one learner on the wall: picture, numbers, curve and badges. Only what changed is painted.
import { epoch as formatEpoch, loss as formatLoss } from "../../ui/format.js";
import { fitCanvas, h, setText } from "../../ui/dom.js";
import { createThumbnail } from "../../views/thumbnail.js";
import { icon } from "../../ui/icons.js";
import { differsShort, shapeText } from "./field-words.js";
import { smoothed } from "./smooth.js";

/** The icon of each badge. @type {Record<string, string>} */
const BADGES = { help: "hand", goal: "check", done: "flag", offline: "offline", stuck: "stuck", idle: "idle" };
const [LOW, HIGH] = [Math.log(0.0005), Math.log(1)]; // all tiles have the same scale, so that curves can be compared

/** Return an epoch with few digits: tiles have no space for more. @param {number} epoch @param {I18n} i18n */
const shortEpoch = (
	epoch,
	i18n,
) => (epoch < 10_000 ? formatEpoch(epoch, i18n) : i18n.number(epoch, { notation: "compact", maximumSignificantDigits: 3 }));

/** @param {HTMLCanvasElement} canvas @param {[number, number][]} curve @param {Colors} colors */
export function drawCurve(canvas, curve, colors) {
	const { clientWidth: width, clientHeight: height } = /** @type {Element} */ (canvas.parentElement);
	if (width < 4 || height < 4) return;
	const context = fitCanvas(canvas, width, height);
	context.clearRect(0, 0, width, height);
	if (curve.length < 2) return;
	const [first, last] = [curve[0][0], curve[curve.length - 1][0]];
	context.beginPath();
	for (const [epoch, loss] of curve) {
		const share = (Math.log(Math.max(loss, 1e-9)) - LOW) / (HIGH - LOW);
		const x = 1 + ((epoch - first) / (last - first || 1)) * (width - 2);
		context.lineTo(x, 1 + (1 - Math.max(0, Math.min(1, share))) * (height - 2));
	}
	context.strokeStyle = colors.quiet;
	context.lineWidth = 1.25;
	context.lineJoin = "round";
	context.stroke();
}

/** @param {{i18n: I18n, onOpen: () => void}} options */
export function createTile({ i18n, onOpen }) {
	const [plane, curve] = [h("canvas"), h("canvas")];
	const badges = h("span", { class: "tile-badges" });
	const picture = h("span", { class: "tile-picture" }, plane, badges);
	const [name, loss, epoch, details] = ["name", "loss", "epoch", "details"].map((each) => h("span", { class: `tile-${each}` }));
	const element = h(
		"button",
		{ type: "button", class: "tile", tabindex: "-1", on: { click: onOpen } },
		picture,
		h("span", { class: "tile-head" }, name, epoch),
		h("span", { class: "tile-line" }, h("span", { class: "tile-curve" }, curve), loss),
		details,
	);
	const thumbnail = createThumbnail(plane);
	/** What is shown now. @type {Record<string, unknown>} */
	let seen = {};

	/** What screen readers say of the tile. @param {{seat: Seat, learner: Learner | undefined, title: string, badges: string[]}} shown */
	function describe({ seat, learner, title, badges: kinds }) {
		const badgeTexts = kinds.map((/** @type {string} */ each) => i18n.t(`wall.badge.${each}`));
		const numbers = learner
			? [
				i18n.t("wall.spoken.loss", { loss: formatLoss(learner.test_loss, i18n) }),
				i18n.t("wall.spoken.epoch", { epoch: formatEpoch(learner.epoch, i18n) }),
			]
			: [];
		const shape = seat.shape ? [i18n.t("wall.spoken.shape", { shape: shapeText(i18n, seat.shape) })] : [];
		return [title, ...badgeTexts, ...numbers, ...shape].join(", ");
	}

	return {
		element,

		/** @param {{seat: Seat, learner: Learner | undefined, title: string, badges: string[], colors: Colors, resized: boolean, selected: boolean, finer: number}} next `finer`: by which factor the picture is refined */
		update(next) {
			const { seat, learner, title, colors, resized, selected, finer } = next;
			const recoloured = seen.colors !== colors;
			setText(name, title);
			if (seen.learner !== learner || recoloured || resized) {
				setText(loss, learner ? formatLoss(learner.test_loss, i18n) : "");
				setText(epoch, learner ? shortEpoch(learner.epoch, i18n) : "");
				if (learner?.picture && (seen.picture !== learner.picture || recoloured || seen.finer !== finer)) {
					const { values, resolution, classes, scale } = learner.picture;
					const times = classes ? 1 : finer;
					thumbnail.paint(
						/** @type {Int8Array} */ (times > 1 ? smoothed(/** @type {Int8Array} */ (values), resolution, times) : values),
						resolution * times,
						classes ? colors.classes : colors,
						false,
						scale,
					);
				}
				if (learner && (seen.curve !== learner.curve || recoloured || resized)) drawCurve(curve, learner.curve, colors);
			}
			const kinds = next.badges.join();
			if (seen.seat !== seat || seen.kinds !== kinds || seen.title !== title) {
				const differs = differsShort(i18n, seat.differs);
				setText(details, [shapeText(i18n, seat.shape), differs].filter(Boolean).join(" · "));
				details.title = differs;
				for (const each of Object.keys(BADGES)) element.classList.toggle(`is-${each}`, next.badges.includes(each));
				if (seen.kinds !== kinds) {
					badges.replaceChildren(
						...next.badges.map((each) =>
							h("span", { class: `badge ${each}` }, icon(BADGES[each]), h("span", { text: i18n.t(`wall.badge.${each}`) }))
						),
					);
				}
			}
			if (seen.seat !== seat || seen.kinds !== kinds || seen.title !== title || document.activeElement === element) {
				element.setAttribute("aria-label", describe(next));
			}
			element.classList.toggle("empty", !learner?.picture);
			element.classList.toggle("selected", selected);
			seen = { finer, seat, learner, title, colors, kinds, picture: learner?.picture, curve: learner?.curve };
		},
	};
}
