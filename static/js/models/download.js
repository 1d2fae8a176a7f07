// Downloads data of the page as a file.
import { h } from "../ui/dom.js";

/** Have the browser download a file. @param {Blob | string} content @param {string} file its name @param {string} [type] the media type of a text */
export function downloadFile(content, file, type = "text/plain") {
	const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
	const link = h("a", { href: url, download: file, hidden: true });
	document.body.append(link);
	link.click();
	link.remove();
	setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
