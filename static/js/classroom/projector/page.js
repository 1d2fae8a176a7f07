// The projector's page: what the class sees of a room. Its key, in the address, shows the room and changes nothing.
import { request } from "../../net/rest.js";
import { socketUrl } from "../../net/socket.js";
import { one } from "../../ui/dom.js";
import { createI18n } from "../../ui/i18n.js";
import { connectionMessage, createMessages } from "../../ui/messages.js";
import { readThemeColors } from "../../ui/theme.js";
import { readSecret } from "../shared/secret.js";
import { followNames } from "../shared/names-channel.js";
import { createRoomSocket } from "../shared/room-socket.js";
import { Projector } from "./projector.js";

const { catalogue, locale, words } = JSON.parse(one("#bootstrap").textContent);
const i18n = createI18n({ locale, words });
const messages = createMessages(one("#messages"), { i18n });
const secret = readSecret(location.hash);

/** @param {import("../shared/secret.js").Secret} secret */
function project({ id, key }) {
	/** @type {ProjectedRoom | null} */
	let room = null;
	let namesHidden = true; // until the teacher's page in this browser tells, or is not there
	const names = followNames(id, (hidden) => {
		namesHidden = hidden;
		draw();
	});
	const projector = new Projector(one("#projector"), {
		i18n,
		catalogue,
		drawQr: async () => (await request("GET", `api/rooms/${encodeURIComponent(id)}/qr.svg`, { key })).blob(),
		sessionOf: (seat) => `${id}.${key}.${seat}`,
		onNames: () => names.set(!namesHidden),
	});
	function draw() {
		if (room) projector.update({ room, colors: readThemeColors(), namesHidden });
	}
	document.addEventListener("keydown", (event) => {
		if (event.key.toLowerCase() === "n" && !event.ctrlKey && !event.metaKey && !event.altKey) names.set(!namesHidden);
	});
	const showConnection = connectionMessage(messages, i18n, "teach");
	createRoomSocket({
		url: socketUrl("ws/projector"),
		room: id,
		key,
		onRoom(received) {
			room = /** @type {ProjectedRoom} */ (/** @type {unknown} */ (received));
			document.title = `${room.name} – ${i18n.t("teach.project")}`;
			draw();
		},
		onLearners: () => {},
		onStatus(status, seconds) {
			if (status === "gone") messages.show("connection", i18n.t("teach.gone"), { warn: true });
			else showConnection(status, seconds);
		},
	});
}

if (secret) project(secret);
else messages.show("connection", i18n.t("teach.project.noLink"), { warn: true });
window.addEventListener("hashchange", () => location.reload());
