import assert from "node:assert/strict";
import test from "node:test";
import { createRoomControls } from "../../../../static/js/classroom/teacher/room-dialog.js";
import { inDocument, keysAsTexts } from "../../support/dom.js";

test(
	"a checkbox keeps what was chosen while an older state arrives, until the room confirms it",
	inDocument(() => {
		let room = /** @type {any} */ ({ name: "Room", joining: true, approval: false, nicknames: "own", anonymous: false, leaderboard: null });
		/** @type {any[]} */
		const sent = [];
		const tools = /** @type {any} */ ({
			i18n: keysAsTexts(),
			api: { change: (/** @type {unknown} */ changes) => sent.push(changes) },
			perform: (/** @type {() => unknown} */ work) => (work(), new Promise(() => {})), // the answer is still on its way
			state: () => ({ room }),
		});
		const controls = createRoomControls(tools);
		controls.show();
		const joining = /** @type {any} */ (controls.boxes[0]).children[0];
		joining.checked = false;
		joining.send("change");
		room = { ...room, seats: [] };
		controls.show();
		assert.deepEqual([sent, joining.checked], [[{ joining: false }], false]);
		room = { ...room, joining: false };
		controls.show();
		assert.equal(joining.checked, false);
		room = { ...room, joining: true };
		controls.show();
		assert.equal(joining.checked, true, "confirmed: from now on the room's state counts");
	}),
);
