// The page on which a learner joins a room: code and nickname, an earlier seat of this browser, and waiting for approval.
import { requestJson } from "../../net/rest.js";
import { createI18n } from "../../ui/i18n.js";
import { cookiesWork, saveChoice } from "../../state/remember.js";
import { one, setText } from "../../ui/dom.js";
import { isWhole, readCode, showCode } from "../shared/code.js";
import { TEXT_LIMITS } from "../shared/text-limits.js";
import { listenToSeat } from "./seat-link.js";

const RETRY_INTERVAL = 8000; // milliseconds, when too many join at once
const EXPLAINED_ERRORS = ["no_such_room", "room_closed", "room_full", "nickname_taken", "too_many_joins", "server_full", "offline"];

const { locale, words, has_seat: hasSeat } = JSON.parse(one("#bootstrap").textContent);
const i18n = createI18n({ locale, words });
const sections = [...document.querySelectorAll("main > section")].map((each) => /** @type {HTMLElement} */ (each));
const [code, nickname] = ["#code", "#nickname"].map((id) => /** @type {HTMLInputElement} */ (one(id)));
const [errorText, form] = ["#join-fault", "#join-form form"].map((selector) => one(selector));
const linkedCode = new URLSearchParams(location.search).get("code") ?? "";

function show(/** @type {string} */ id) {
	for (const section of sections) section.hidden = section.id !== id;
}

function showForm(/** @type {string} */ error = "") {
	show("join-form");
	setText(errorText, error);
	(isWhole(code.value) ? nickname : code).focus();
}

/** Open the learner's seat, or wait until the teacher approves. @param {OwnSeat} seat */
function openSeat(seat) {
	if (seat.waiting) waitForApproval(seat);
	else location.assign("seat");
}

function waitForApproval(/** @type {OwnSeat} */ seat) {
	setText(one("#join-waiting h1"), i18n.t("join.waiting.title", { nickname: seat.nickname }));
	const text = one("#join-waiting p");
	const waiting = i18n.t("join.waiting.text", { room: seat.room.name });
	setText(text, waiting);
	show("join-waiting");
	const link = listenToSeat({
		onSeat(next) {
			if (next.waiting) return;
			link.close();
			location.assign("seat");
		},
		onStatus(kind, seconds) {
			const key = `message.${kind === "lost" ? "unreached" : kind}`;
			setText(text, kind === "open" ? waiting : i18n.t(key, { seconds }));
		},
		onGone: (reason) => showForm(i18n.t(`join.gone.${reason === "ended" ? "ended" : "removed"}`)),
	});
}

/** Show why the server refused, and select the field that is wrong. @param {{code: string, field?: string}} refusal */
function showRefusal({ code: why, field = "" }) {
	const aboutName = why === "nickname_taken" || field.includes("nickname");
	const aboutCode = why === "no_such_room" || field.includes("code");
	nickname.setAttribute("aria-invalid", String(aboutName));
	code.setAttribute("aria-invalid", String(aboutCode));
	if (why === "address_full") why = "server_full";
	const known = EXPLAINED_ERRORS.includes(why) ? why : aboutName ? "nickname" : aboutCode ? "code" : "unknown";
	setText(errorText, i18n.t(`join.error.${known}`, { most: TEXT_LIMITS.nickname }));
	if (aboutName || aboutCode) (aboutName ? nickname : code).select();
}

form.addEventListener("submit", async (event) => {
	event.preventDefault();
	setText(errorText, "");
	if (!isWhole(code.value)) return showRefusal({ code: "invalid_value", field: "code" });
	if (!cookiesWork()) return setText(errorText, i18n.t("join.error.cookies")); // without cookies this browser cannot return to its seat
	/** @type {HTMLButtonElement} */
	const button = one("button", form);
	button.disabled = true;
	setText(button, i18n.t("join.entering"));
	const name = nickname.value.trim();
	let isRetrying = false; // whether the page tries again by itself, as too many join at once
	try {
		openSeat(await requestJson("POST", "api/seats", { body: { code: readCode(code.value), ...(name ? { nickname: name } : {}) } }));
	} catch (refusal) {
		const { code: why } = /** @type {import("../../net/rest.js").Refusal} */ (refusal);
		showRefusal(/** @type {import("../../net/rest.js").Refusal} */ (refusal));
		isRetrying = why === "too_many_joins";
	}
	if (isRetrying) {
		return setTimeout(() => form.dispatchEvent(new Event("submit", { cancelable: true })), RETRY_INTERVAL * (0.7 + 0.6 * Math.random()));
	}
	button.disabled = false;
	setText(button, i18n.t("join.enter"));
	return undefined;
});
code.addEventListener("blur", () => isWhole(code.value) && (code.value = showCode(code.value)));
for (const field of [code, nickname]) field.addEventListener("input", () => field.setAttribute("aria-invalid", "false"));

for (const button of document.querySelectorAll('[data-do="leave"]')) {
	button.addEventListener("click", () => requestJson("DELETE", "api/seat").then(() => location.replace("join"), showRefusal));
}
one('[data-do="another"]').addEventListener("click", () => showForm());
one("#language").addEventListener("change", (/** @type {Event} */ event) => {
	saveChoice("lang", /** @type {HTMLSelectElement} */ (event.target).value);
	location.reload();
});

/** Offer the seat that this browser already has, or show the form. */
async function start() {
	code.value = linkedCode ? showCode(linkedCode) : "";
	const seat = hasSeat ? await requestJson("GET", "api/seat").catch(() => null) : null; // a seat's cookie is not for scripts
	if (!seat) return showForm(cookiesWork() ? "" : i18n.t("join.error.cookies"));
	const here = !linkedCode || readCode(linkedCode) === seat.room.code;
	if (here && seat.waiting) return waitForApproval(seat);
	if (here && linkedCode) return location.replace("seat");
	setText(one("#join-back h1"), i18n.t("join.back.text", { nickname: seat.nickname, room: seat.room.name }));
	setText(one("#join-back a"), i18n.t("join.back.go", { nickname: seat.nickname }));
	return show("join-back");
}
start();
