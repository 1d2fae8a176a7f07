// Texts about a race: what differs between the two set-ups, and who is ahead in which measure.
import { epoch as formatEpoch, loss as formatLoss } from "../ui/format.js";
import { fieldName, valueText } from "./setting-words.js";

const MIN_LEAD = 0.005; // as a fraction of the larger figure

/** Return the differing settings as one of the two has them: of choices the value, of numbers name and value. @param {I18n} i18n @param {Config} config of one of them @param {RivalState} rival */
export const ownValues = (i18n, config, { differs }) =>
	differs.filter((field) => !(field === "activation" && config.layer_activations.length > 0)).map((field) => {
		const value = config[field];
		const text = valueText(i18n, field, value);
		return typeof value === "number" || (Array.isArray(value) && field !== "hidden_layers")
			? i18n.t("readout.named", { name: fieldName(i18n, field), value: text })
			: text;
	});

/** Whether the test losses of both are on one scale; else their scores are. @param {Config} own @param {Config} rival */
export const areComparable = (own, rival) =>
	own.loss === rival.loss && own.output_activation === rival.output_activation && own.huber_delta === rival.huber_delta;

/**
 * Return who is ahead, null while nobody clearly is, and both figures.
 * @param {{frame: {testLoss: number, epoch: number, batch: number}, rival: NonNullable<FrameState["rival"]>, server: {config: Config, rival: RivalState}}} page
 */
export function leadOf({ frame, rival, server }) {
	const byLoss = areComparable(server.config, server.rival.config);
	const [own, other] = byLoss ? [frame.testLoss, rival.testLoss] : [rival.score, rival.rivalScore];
	const isClear = Math.abs(own - other) > MIN_LEAD * Math.max(own, other);
	const ahead = !isClear ? null : own < other ? "own" : "rival";
	return { ahead, measure: byLoss ? "testLoss" : "score", own, other };
}

/** Return the text that says who is ahead. @param {I18n} i18n @param {PageState} page with a rival */
export function standingText(i18n, { frame, rival, server }) {
	if (!frame || !rival || !server?.rival) return "";
	if (server.rival.differs.length === 0) return i18n.t("race.same");
	if (rival.epoch === 0 && rival.batch === 0 && !server.rival.divergence) return i18n.t("race.start");
	const { divergence } = server.rival;
	if (divergence) return i18n.t("race.diverged", { epoch: formatEpoch(divergence.epoch, i18n) });
	const { ahead, measure, own, other } = leadOf({ frame, rival, server: { ...server, rival: server.rival } });
	if (!ahead) return i18n.t("race.level");
	const [better, worse] = [Math.min(own, other), Math.max(own, other)].map((each) => formatLoss(each, i18n));
	return i18n.t(`race.ahead.${ahead}`, { measure: i18n.t(`race.measure.${measure}`), better, worse });
}
