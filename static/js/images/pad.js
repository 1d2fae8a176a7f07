// A pad on which a digit is drawn with mouse, pen or finger, or cell by cell with the keyboard.
import { createAnnouncer } from "../ui/announcer.js";
import { button } from "../ui/dialog.js";
import { fitCanvas, h, setText } from "../ui/dom.js";
import { IMAGE_SIDE, MAX_INK } from "../settings/images.js";
import { isEmpty, pixelsOf } from "./ink.js";
import { drawDigit } from "./paint.js";

const PEN_WIDTH = 0.085; // as a fraction of the pad's side
const READ_INTERVAL = 60; // milliseconds, while a digit is being drawn
const MOVES = /** @type {Record<string, number[]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] });
const EMPTY_IMAGE = Array(IMAGE_SIDE * IMAGE_SIDE).fill(0);

/** Return the pad. @param {{i18n: I18n, onDraw: (pixels: number[]) => void, onClose: () => void}} options `onDraw` gets each picture with ink */
export function createPad({ i18n, onDraw, onClose }) {
	const canvas = h("canvas", {
		role: "application",
		tabindex: "0",
		"aria-label": i18n.t("images.pad.label"),
		class: "pad",
		data: { help: "images.pad.help" },
	});
	const hint = h("p", { class: "quiet pad-hint", text: i18n.t("images.pad.hint") });
	const answer = h("strong", { class: "pad-answer", "aria-hidden": "true" });
	const announcer = createAnnouncer();
	const clear = button(i18n.t("images.pad.clear"), () => clearPad());
	const done = button(i18n.t("images.pad.close"), onClose, { icon: "back" });
	const element = h(
		"div",
		{ class: "digit-pad", hidden: true },
		h("div", { class: "pad-frame" }, canvas, hint),
		h("div", { class: "pad-acts" }, clear, answer, done),
		announcer.element,
	);
	/** @type {Stroke[]} */
	let strokes = [];
	/** Pixels changed by the keyboard; null: the strokes count. @type {number[] | null} */
	let cells = null;
	/** @type {{x: number, y: number} | null} */
	let cursor = null;
	let pressed = false;
	let timer = 0;
	/** @type {Colors | null} */
	let colors = null;
	const pixels = () => cells ?? pixelsOf(strokes);

	function draw() {
		const size = canvas.clientWidth;
		if (!colors || size === 0) return;
		const context = fitCanvas(canvas, size, size);
		canvas.style.width = canvas.style.height = "";
		context.fillStyle = colors.zero;
		context.fillRect(0, 0, size, size);
		if (cells) drawDigit(context, cells, MAX_INK, { x: 0, y: 0, size }, colors);
		context.strokeStyle = context.fillStyle = colors.ink;
		context.lineWidth = PEN_WIDTH * size;
		context.lineCap = context.lineJoin = "round";
		for (const stroke of cells ? [] : strokes) {
			context.beginPath();
			const [first, ...rest] = stroke;
			context.moveTo(first[0] * size, first[1] * size);
			for (const [x, y] of rest.length > 0 ? rest : [first]) context.lineTo(x * size + 0.01, y * size);
			context.stroke();
		}
		if (cursor) {
			context.lineWidth = 2;
			context.strokeStyle = colors.css(1);
			context.strokeRect(
				(cursor.x * size) / IMAGE_SIDE + 1,
				(cursor.y * size) / IMAGE_SIDE + 1,
				size / IMAGE_SIDE - 2,
				size / IMAGE_SIDE - 2,
			);
		}
		hint.hidden = strokes.length > 0 || cells !== null || cursor !== null;
	}

	/** Report the picture after a short interval. */
	function reportDrawing() {
		timer ||= window.setTimeout(() => {
			timer = 0;
			const now = pixels();
			if (!isEmpty(now)) onDraw(now);
		}, READ_INTERVAL);
	}

	function clearPad() {
		strokes = [];
		cells = null;
		setText(announcer.element, i18n.t("images.pad.empty"));
		draw();
	}

	const at = (/** @type {PointerEvent} */ { clientX, clientY }) => {
		const box = canvas.getBoundingClientRect();
		return [(clientX - box.left) / box.width, (clientY - box.top) / box.height].map((each) => Math.max(0, Math.min(1, each)));
	};
	canvas.addEventListener("pointerdown", (event) => {
		if (event.button !== 0) return;
		event.preventDefault();
		canvas.setPointerCapture(event.pointerId);
		canvas.focus({ preventScroll: true });
		cursor = null;
		if (cells) [strokes, cells] = [[], null];
		pressed = true;
		strokes.push([at(event)]);
		draw();
		reportDrawing();
	});
	canvas.addEventListener("pointermove", (event) => {
		if (!pressed) return;
		for (const each of event.getCoalescedEvents?.() ?? [event]) strokes[strokes.length - 1].push(at(each));
		draw();
		reportDrawing();
	});
	for (const kind of ["pointerup", "pointercancel"]) canvas.addEventListener(kind, () => (pressed = false));
	canvas.addEventListener("keydown", (event) => {
		const move = MOVES[event.key];
		const marks = event.key === "Enter" || event.key === " ";
		if (event.key === "Escape") return onClose();
		if (event.key === "Delete" || event.key === "Backspace") clearPad();
		else if (move) {
			const within = (/** @type {number} */ each) => Math.max(0, Math.min(IMAGE_SIDE - 1, each));
			cursor = cursor ? { x: within(cursor.x + move[0]), y: within(cursor.y + move[1]) } : { x: 3, y: 3 };
		} else if (marks) {
			cursor ??= { x: 3, y: 3 };
			cells = [...(strokes.length > 0 || cells ? pixels() : EMPTY_IMAGE)];
			const place = cursor.y * IMAGE_SIDE + cursor.x;
			cells[place] = cells[place] > 0 ? 0 : MAX_INK;
			strokes = [];
			reportDrawing();
		} else return undefined;
		event.preventDefault();
		draw();
		if (!cursor) return undefined;
		const filled = pixels()[cursor.y * IMAGE_SIDE + cursor.x] > 0;
		announcer.expect();
		announcer.announce(i18n.t(`images.pad.${filled ? "ink" : "paper"}`, { row: cursor.y + 1, column: cursor.x + 1 }));
		return undefined;
	});
	canvas.addEventListener("blur", () => {
		cursor = null;
		draw();
	});
	new ResizeObserver(draw).observe(canvas);

	return {
		element,
		pixels,
		empty: clearPad,
		focus: () => canvas.focus({ preventScroll: true }),
		/** @param {Colors} next @param {boolean} shown @param {string} text the network's answer, for windows too small to show its output as well */
		update(next, shown, text) {
			setText(answer, text);
			element.hidden = !shown;
			if (colors === next) return;
			colors = next;
			draw();
		},
	};
}
