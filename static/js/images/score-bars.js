// The classes' probabilities as bars on the network's board.

const [FONT, MARK_WIDTH] = [12, 14]; // pixels

/** Draw the probabilities of all digits into a column, with the answer and the label marked. @param {CanvasRenderingContext2D} context @param {Column} column @param {{scores: Scores | null, label: number | null, colors: Colors, i18n: I18n}} shown */
export function drawScores(context, { x, y, width, height }, { scores, label, colors, i18n }) {
	const pitch = Math.min(30, height / 10);
	const top = y + (height - 10 * pitch) / 2;
	const [left, right] = [x + 16, x + width - 42];
	context.textBaseline = "middle";
	for (let digit = 0; digit < 10; digit += 1) {
		const middle = top + (digit + 0.5) * pitch;
		const probability = scores?.probabilities[digit] ?? 0;
		const answer = scores?.answer === digit;
		context.font = `${answer ? "600 " : ""}${FONT}px ${colors.sans}`;
		context.fillStyle = answer ? colors.ink : colors.quiet;
		context.textAlign = "left";
		context.fillText(String(digit), x, middle);
		const bar = Math.max(4, Math.min(14, pitch - 6));
		context.fillStyle = colors.zero;
		context.fillRect(left, middle - bar / 2, right - left, bar);
		context.fillStyle = colors.css(1);
		context.fillRect(left, middle - bar / 2, (right - left) * probability, bar);
		context.fillStyle = answer ? colors.ink : colors.quiet;
		context.textAlign = "right";
		context.fillText(i18n.number(Math.round(100 * probability)), x + width - MARK_WIDTH, middle);
		if (answer && label !== null) context.fillText(label === digit ? "✓" : "✗", x + width, middle);
		else if (!answer && label === digit) context.fillText("○", x + width, middle);
	}
}
