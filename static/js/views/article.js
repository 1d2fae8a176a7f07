// Fetches the article below the lab, which replaces the link to its page.
import { drawFigures } from "./figures.js";
import { showSection } from "./sections.js";

/**
 * Fetch and show the article. Rejects if that fails; then the link stays.
 * @param {HTMLElement} place @param {ArticleOptions} options
 */
export async function createArticle(place, { fetchArticle, hasLessons }) {
	const page = await fetchArticle(hasLessons ? "" : "&lessons=false");
	const article = new DOMParser().parseFromString(page, "text/html").querySelector(".article");
	if (!article) throw new Error("The page has no article.");
	drawFigures(article);
	for (const link of article.querySelectorAll('a[href^="./#lesson="]')) {
		link.setAttribute("href", (link.getAttribute("href") ?? "").slice("./".length)); // a lesson opens in this page
	}
	place.replaceChildren(article);
	place.className = "";
	return { show: showSection };
}
