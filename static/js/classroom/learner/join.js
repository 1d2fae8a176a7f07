// The page on which a learner joins a room: code and nickname, an earlier seat of this browser, and waiting for approval.
import { requestJson } from "../../net/rest.js";
import { createI18n } from "../../ui/i18n.js";
import { cookiesWork, rememberChoice } from "../../state/remember.js";
import { one, setText } from "../../ui/dom.js";
import { isWhole, readCode, showCode } from "../shared/code.js";
import { listenToSeat } from "./seat-link.js";

const MAX_NICKNAME = 24; // characters of a nickname
const RETRY_INTERVAL = 8000; // milliseconds, when too many join at once
const EXPLAINED_ERRORS = ["no_such_room", "room_closed", "room_full", "nickname_taken", "too_many_joins", "server_full", "offline"];

const { locale, words, has_seat: hasSeat } = JSON.parse(one("#bootstrap").textContent);
const i18n = createI18n({ locale, words });
const sections = [...document.querySelectorAll("main > section")].map((each) => /** @type {HTMLElement} */ (each));
const [code, nickname] = ["#code", "#nickname"].map((id) => /** @type {HTMLInputElement} */ (one(id)));
const [fault, form] = ["#join-fault", "#join-form form"].map((selector) => one(selector));
const given = new URLSearchParams(location.search).get("code") ?? "";

function show(/** @type {string} */ id) {
	for (const section of sections) section.hidden = section.id !== id;
}

function showForm(/** @type {string} */ said = "") {
	show("join-form");
	setText(fault, said);
	(isWhole(code.value) ? nickname : code).focus();
}

/** Open the learner's seat, or wait until the teacher approves. @param {OwnSeat} seat */
function enter(seat) {
	if (seat.waiting) wait(seat);
	else location.assign("seat");
}

function wait(/** @type {OwnSeat} */ seat) {
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

/** Say why the server refused, and select the field that is wrong. @param {{code: string, field?: string}} refusal */
function refuse({ code: why, field = "" }) {
	const aboutName = why === "nickname_taken" || field.includes("nickname");
	const aboutCode = why === "no_such_room" || field.includes("code");
	nickname.setAttribute("aria-invalid", String(aboutName));
	code.setAttribute("aria-invalid", String(aboutCode));
	if (why === "address_full") why = "server_full";
	const known = EXPLAINED_ERRORS.includes(why) ? why : aboutName ? "nickname" : aboutCode ? "code" : "unknown";
	setText(fault, i18n.t(`join.error.${known}`, { most: MAX_NICKNAME }));
	if (aboutName || aboutCode) (aboutName ? nickname : code).select();
}

form.addEventListener("submit", async (event) => {
	event.preventDefault();
	setText(fault, "");
	if (!isWhole(code.value)) return refuse({ code: "invalid_value", field: "code" });
	if (!cookiesWork()) return setText(fault, i18n.t("join.error.cookies")); // a seat that this browser cannot hold would stay empty
	/** @type {HTMLButtonElement} */
	const button = one("button", form);
	button.disabled = true;
	setText(button, i18n.t("join.entering"));
	const name = nickname.value.trim();
	let again = false; // the page asks once more by itself
	try {
		enter(await requestJson("POST", "api/seats", { body: { code: readCode(code.value), ...(name ? { nickname: name } : {}) } }));
	} catch (refusal) {
		const { code: why } = /** @type {import("../../net/rest.js").Refusal} */ (refusal);
		refuse(/** @type {import("../../net/rest.js").Refusal} */ (refusal));
		again = why === "too_many_joins";
	}
	if (again) {
		return setTimeout(() => form.dispatchEvent(new Event("submit", { cancelable: true })), RETRY_INTERVAL * (0.7 + 0.6 * Math.random()));
	}
	button.disabled = false;
	setText(button, i18n.t("join.enter"));
	return undefined;
});
code.addEventListener("blur", () => isWhole(code.value) && (code.value = showCode(code.value)));
for (const field of [code, nickname]) field.addEventListener("input", () => field.setAttribute("aria-invalid", "false"));

for (const button of document.querySelectorAll('[data-do="leave"]')) {
	button.addEventListener("click", () => requestJson("DELETE", "api/seat").then(() => location.replace("join"), refuse));
}
one('[data-do="another"]').addEventListener("click", () => showForm());
one("#language").addEventListener("change", (/** @type {Event} */ event) => {
	rememberChoice("lang", /** @type {HTMLSelectElement} */ (event.target).value);
	location.reload();
});

/** Offer the seat that this browser already has, or show the form. */
async function begin() {
	code.value = given ? showCode(given) : "";
	const seat = hasSeat ? await requestJson("GET", "api/seat").catch(() => null) : null; // a seat's cookie is not for scripts
	if (!seat) return showForm(cookiesWork() ? "" : i18n.t("join.error.cookies"));
	const here = !given || readCode(given) === seat.room.code;
	if (here && seat.waiting) return wait(seat);
	if (here && given) return location.replace("seat");
	setText(one("#join-back h1"), i18n.t("join.back.text", { nickname: seat.nickname, room: seat.room.name }));
	setText(one("#join-back a"), i18n.t("join.back.go", { nickname: seat.nickname }));
	return show("join-back");
}
begin();
