// The message when training has diverged, which offers a learning rate about ten times smaller.

/**
 * The largest offered learning rate that is at most a tenth of this one.
 * @param {number} rate @param {number[]} offered ascending
 */
export function smallerRate(rate, offered) {
	const calmer = offered.filter((each) => each <= (rate / 10) * 1.000001);
	return calmer.length > 0 ? calmer[calmer.length - 1] : rate / 10;
}

/**
 * Say that training has diverged, and offer to try again with a smaller learning rate.
 * @param {{config: Config, divergence: Divergence, fixed: boolean, catalogue: Catalogue, i18n: I18n,
 *   messages: ReturnType<typeof import("../ui/messages.js").createMessages>, retry: (rate: number) => void}} about `fixed`: nothing can be tried
 */
export function showDivergence({ config, divergence, fixed, catalogue, i18n, messages, retry }) {
	const rate = smallerRate(config.learning_rate, catalogue.fields.learning_rate.offered.values);
	const values = {
		epoch: i18n.number(divergence.cause === "loss" ? Math.max(1, divergence.epoch) : divergence.epoch + 1),
		rate: i18n.number(rate, { maximumSignificantDigits: 6 }),
	};
	messages.show("diverged", i18n.t(`message.diverged.${divergence.cause}`, values), {
		warn: true,
		action: fixed ? undefined : { text: i18n.t("message.diverged.action", values), act: () => retry(rate) },
	});
}
