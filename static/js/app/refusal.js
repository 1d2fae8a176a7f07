// The text for layers that the server refuses.

/** Return why the server refuses layers. @param {I18n} i18n @param {MisfitReason} reason */
export function refusalText(i18n, { code, layer, kind, ...values }) {
	const why = i18n.t(`images.misfit.${code}`, /** @type {Record<string, string | number>} */ (values));
	if (layer === undefined) return i18n.t("images.misfit.all", { why });
	return i18n.t("images.misfit", { layer, name: i18n.t(`images.kind.${kind}`), why });
}
