// The confusion matrix of the digits of the test data.
import { createConfusionMatrix } from "../ui/confusion-matrix.js";

/** The names of the classes. */
export const DIGIT_NAMES = Array.from({ length: 10 }, (_, digit) => String(digit));

/** Return the matrix. @param {{i18n: I18n, onCell: (truth: number, predicted: number) => void}} options `onCell`: show the wrong ones of a cell */
export function createMatrix({ i18n, onCell }) {
	const matrix = createConfusionMatrix({
		i18n,
		names: DIGIT_NAMES,
		label: i18n.t("images.matrix.label"),
		hint: i18n.t("images.matrix.hint"),
		help: "images.matrix.help",
		onCell,
	});
	return {
		element: matrix.element,
		/** @param {ImagePage} page */
		update({ confusion, colors }) {
			if (confusion) matrix.update(confusion.matrix, colors);
		},
	};
}
