// Names of the layers of a network for images, their maps and filters.

/** Return a short name of a kind of layer, with the size of its windows. @param {I18n} i18n @param {{kind: string, size?: number | null}} layer */
export function shortName(i18n, { kind, size }) {
	const windowed = kind === "conv" || kind.endsWith("_pool");
	const name = i18n.t(`images.${windowed ? "short" : "kind"}.${kind}`);
	return kind === "conv" && size ? i18n.t("images.kind.sized", { name, size: `${size}×${size}` }) : name;
}

/** Return the name of a column, such as "Convolution 2: 16 feature maps of 4×4". @param {I18n} i18n @param {MapShape} shape */
export function columnName(i18n, { kind, layer, channels, height, width }) {
	const name = kind === "input" || kind === "output"
		? i18n.t(`images.kind.${kind}`)
		: i18n.t("images.ofLayer", { name: i18n.t(`images.kind.${kind}`), layer });
	if (height * width === 1) return i18n.t("images.column.neurons", { name, count: channels });
	return i18n.t("images.column.maps", { name, count: channels, size: `${height}×${width}` });
}

/** Return the name of a feature map, filter or neuron. @param {I18n} i18n @param {MapShape} shape @param {Choice} choice */
export function mapName(i18n, { kind, layer, height }, { channel, filter }) {
	if (kind === "input") return i18n.t("images.kind.input");
	const name = i18n.t("images.ofLayer", { name: i18n.t(`images.kind.${kind}`), layer });
	const words = filter ? "filter" : height > 1 ? "map" : "neuron";
	return i18n.t(`images.name.${words}`, { name, index: channel + 1 });
}

/** Return the name of the small picture of a filter, which shows the filter or the mean of its kernels. @param {I18n} i18n @param {MapShape} shape @param {Choice} choice */
export function meanName(i18n, shape, choice) {
	const count = shape.filters ?? 1;
	if (count === 1) return mapName(i18n, shape, choice);
	const name = i18n.t("images.ofLayer", { name: i18n.t(`images.kind.${shape.kind}`), layer: shape.layer });
	return i18n.t("images.name.means", { name, index: choice.channel + 1, count });
}

/** Return the i18n key of a column's help; for filters with several inputs it mentions the mean of the kernels. @param {MapShape} shape */
export const helpOf = ({ kind, filters }) => `images.${kind}${kind === "conv" && (filters ?? 1) > 1 ? ".means" : ""}.help`;

/** Return the network's answer, such as "7, 98% sure". @param {I18n} i18n @param {Scores} scores */
export const answerText = (i18n, { probabilities, answer }) =>
	i18n.t("images.answer", {
		digit: String(answer),
		share: i18n.number(probabilities[answer], { style: "percent", maximumFractionDigits: 0 }),
	});
