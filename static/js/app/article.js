// Starts the article's own page: draws its figures. Without it the page has its text.
import { drawFigures } from "../views/figures.js";

drawFigures(document);
