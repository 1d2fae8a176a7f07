// The part of the share dialog that makes the code of a frame for a course page.
import { copyField } from "../ui/clipboard.js";
import { h, setText } from "../ui/dom.js";

const SIZES = { width: { initial: 1000, min: 280, max: 4000 }, height: { initial: 680, min: 280, max: 4000 } }; // pixels
const FRAME_ANCESTORS = "--frame-ancestors"; // the server's setting that names the sites

/** The code of a frame that shows an address. @param {string} address @param {number} width @param {number} height */
export function frameCode(address, width, height) {
	const source = address.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
	return `<iframe src="${source}" width="${width}" height="${height}" title="Tinkernet" style="border: 0; max-width: 100%"></iframe>`;
}

/** Fill the element of this part. @param {HTMLDetailsElement} element @param {{i18n: I18n, links: Links, frameSites: string[]}} options */
export function createShareEmbed(element, { i18n: { t }, links, frameSites }) {
	const code = h("textarea", { id: "share-code", class: "share-code", rows: "4", readonly: true, spellcheck: "false" });
	const copy = h("button", { type: "button", class: "text-button", text: t("share.copy") });
	const sizes = Object.entries(SIZES).map(([name, { initial, min, max }]) => {
		const input = h("input", { id: `share-${name}`, type: "number", min: `${min}`, max: `${max}`, step: "10", value: `${initial}` });
		input.addEventListener("input", refresh);
		const value = () => Math.min(max, Math.max(min, Math.round(Number(input.value)) || initial));
		return { value, label: h("label", { class: "share-size" }, h("span", { text: t(`share.embed.${name}`) }), input) };
	});
	const lasting = h("p", { class: "quiet", id: "share-lasting", hidden: true });
	const [before, after] = t("share.embed.none", { option: "\n" }).split("\n");
	const sites = frameSites.length
		? h("p", { class: "quiet", id: "share-sites", text: t("share.embed.sites", { sites: frameSites.join(", ") }) })
		: h("p", { class: "share-refused", id: "share-sites" }, before, h("code", { class: "share-option", text: FRAME_ANCESTORS }), after);
	element.append(
		h("summary", { text: t("share.embed.title") }),
		h("p", { class: "quiet", text: t("share.embed.help") }),
		h("div", { class: "share-sizes" }, ...sizes.map(({ label }) => label), copy),
		h("label", { class: "visually-hidden", for: "share-code", text: t("share.embed.code") }),
		code,
		lasting,
		sites,
	);
	copy.addEventListener("click", async () => setText(copy, t((await copyField(code)) ? "share.copied" : "share.byHand")));

	/** Show the code of an address. @param {string} address */
	function show(address) {
		code.value = frameCode(address, sizes[0].value(), sizes[1].value());
	}

	/** Show the code for the present link; where that is long, the short one as soon as the server keeps the points. */
	async function refresh() {
		const long = links.setup({ embed: true });
		show(long);
		const shown = code.value;
		lasting.hidden = true;
		setText(copy, t("share.copy"));
		const { href, days } = await links.short(long).catch(() => ({ href: long, days: null }));
		if (days === null || code.value !== shown) return;
		show(href);
		setText(lasting, t("share.kept", { count: days }));
		lasting.hidden = false;
	}
	return { refresh };
}
