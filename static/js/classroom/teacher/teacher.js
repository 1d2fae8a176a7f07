// The teacher's page: the entrance, or a room if the address holds its key.
import { listenToChoices } from "../../ui/choices.js";
import { one } from "../../ui/dom.js";
import { createI18n } from "../../ui/i18n.js";
import { loadCodes } from "../../link/url.js";
import { createMessages } from "../../ui/messages.js";
import { Refusal } from "../../net/rest.js";
import { createEntrance } from "./entrance.js";
import { OpenRoom } from "./room.js";
import { readPageSecret, saveSecret } from "./rooms.js";

const { catalogue, locale, words, teacher_password: asksPassword, room_lifetime: roomLifetime } = JSON.parse(one("#bootstrap").textContent);
const i18n = createI18n({ locale, words });
const messages = createMessages(one("#messages"), { i18n });

/** Show why something failed. @param {unknown} error */
function showError(error) {
	if (!(error instanceof Refusal)) console.error(error);
	const { code, message, field } = error instanceof Refusal ? error : { code: "internal", message: "", field: "" };
	const key = i18n.has(`teach.fault.${code}`) ? `teach.fault.${code}` : "teach.fault.unknown";
	messages.show("refused", i18n.t(key, { detail: message || field || code }), { warn: true, brief: true });
}

const entrance = createEntrance(one("#entrance"), {
	i18n,
	showError,
	clearError: () => messages.remove("refused"),
	asksPassword,
	roomLifetime,
});
const secret = readPageSecret();
if (location.hash && !secret) messages.show("refused", i18n.t("teach.fault.link"), { warn: true, brief: true });
await loadCodes("points="); // a link that is pasted may have any part

/** @type {OpenRoom | null} */
let room = null;
if (secret) {
	room = new OpenRoom(one("#room"), { ...secret, i18n, catalogue, messages, showError, onGone: goBack });
} else entrance.show(true);

/** Return to the entrance from a room that has ended or is left; a message about that stays. */
function goBack() {
	saveSecret(null);
	history.replaceState(null, "", location.pathname + location.search);
	one("#room").hidden = true;
	for (const dialog of document.querySelectorAll("dialog[open]")) /** @type {HTMLDialogElement} */ (dialog).close();
	room = null;
	document.title = i18n.t("teach.title");
	entrance.show(true);
}

window.addEventListener("hashchange", () => {
	readPageSecret();
	location.reload(); // each room starts with a fresh page
});
listenToChoices({ onTheme: () => room?.updateColors(), onLeave: () => {} });
