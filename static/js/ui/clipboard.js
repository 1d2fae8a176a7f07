// Copies the text of a field to the clipboard.

/**
 * Copy the text of a field, also of a password field; return whether the browser allows it.
 * On plain http there is no clipboard API, but the old command works.
 * @param {HTMLInputElement | HTMLTextAreaElement} field
 */
export async function copyField(field) {
	const { type } = field;
	if (field instanceof HTMLInputElement) field.type = "text"; // nothing can be copied from a password's field
	field.select();
	try {
		if (!navigator.clipboard) return document.execCommand("copy");
		await navigator.clipboard.writeText(field.value);
		return true;
	} catch {
		return false;
	} finally {
		if (field instanceof HTMLInputElement) field.type = type;
	}
}
