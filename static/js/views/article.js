// The article below the lab, which takes the place of the link to its page.
import { createExperiments } from "./experiments.js";
import { drawFigures } from "./figures.js";
import { showSection } from "./sections.js";

/**
 * Fetch the article and put it into its place. Rejects if it cannot be had; the link stays.
 * @param {HTMLElement} place @param {ArticleOptions} options without experiments, as in a room, it has no place for them
 */
export async function createArticle(place, { i18n, fetchArticle, experiments, onOpen }) {
	const page = await fetchArticle(experiments.length > 0 ? "&experiments=true" : "");
	const article = new DOMParser().parseFromString(page, "text/html").querySelector(".article");
	if (!article) throw new Error("The page has no article.");
	drawFigures(article);
	const list = /** @type {HTMLElement | null} */ (article.querySelector("#experiments"));
	if (list) createExperiments(list, { i18n, experiments, onOpen });
	place.replaceChildren(article);
	place.className = "";
	return { show: showSection };
}
