import assert from "node:assert/strict";
import test from "node:test";
import { Picture } from "../../../static/js/views/picture.js";
import { element, inDocument, keysAsTexts } from "../support/dom.js";

test(
	"arrow keys move the probed place within the plane, and leaving the picture ends the probe",
	inDocument(() => {
		/** @type {any[]} */
		const probed = [];
		const picture = new Picture(
			element(),
			/** @type {any} */ ({
				i18n: keysAsTexts(),
				catalogue: { features: [] },
				watching: element("span"),
				onProbe: (/** @type {unknown} */ place) => probed.push(place),
				onWatch: () => {},
			}),
		);
		const frame = /** @type {any} */ (picture.frame);
		frame.send("keydown", { key: "ArrowRight" });
		frame.send("keydown", { key: "ArrowUp" });
		frame.send("keydown", { key: "Enter" });
		for (let i = 0; i < 30; i += 1) frame.send("keydown", { key: "ArrowLeft" });
		assert.deepEqual(probed.slice(0, 2), [{ x1: 0.25, x2: 0 }, { x1: 0.25, x2: 0.25 }]);
		assert.deepEqual(picture.place(), { x1: -6, x2: 0.25 });
		frame.send("blur");
		assert.equal(picture.place(), null);
	}),
);
