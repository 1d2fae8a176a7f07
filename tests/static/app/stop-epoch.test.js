import assert from "node:assert/strict";
import test from "node:test";
import { playUntil, stopsAfter } from "../../../static/js/app/stop-epoch.js";

const playing = (/** @type {number | null} */ until_epoch, until = null) => ({ playing: true, until_epoch, until });
const PAUSED = { playing: false, until_epoch: null, until: null };
/** @param {any} server @param {any} before @param {number | null} stopAt @param {number} epoch */
const stopAfter = (server, before, stopAt, epoch) => stopsAfter(server, before, { stopAt, stopWhen: null }, epoch).stopAt;
/** @param {any} server @param {any} before @param {any} stopWhen */
const whenAfter = (server, before, stopWhen) => stopsAfter(server, before, { stopAt: null, stopWhen }, 0).stopWhen;

test("what somebody else has the training stop at is shown, and what they clear is cleared", () => {
	assert.equal(stopAfter(playing(50), null, null, Infinity), 50, "the page has just been opened");
	assert.equal(stopAfter(playing(50), PAUSED, 200, 0), 50);
	assert.equal(stopAfter(playing(80), playing(50), 50, 20), 80);
	assert.equal(stopAfter(playing(null), playing(80), 80, 20), null);
	assert.equal(stopAfter(playing(null), PAUSED, 80, 20), null, "somebody has it play without an end");
});

test("what this page asks for stays while states from before it still come", () => {
	assert.equal(stopAfter(playing(50), playing(50), 60, 20), 60);
	assert.equal(stopAfter(playing(50), playing(50), null, 20), null);
});

test("the page's own stays for the next time while nothing plays, or once it is passed", () => {
	assert.equal(stopAfter(PAUSED, playing(50), 50, 50), 50);
	assert.equal(stopAfter(playing(null), PAUSED, 50, 50), 50);
	assert.equal(stopAfter(playing(null), null, 50, Infinity), 50, "no frame has told the epoch yet");
});

test("a loss or an accuracy that somebody else has it stop at is shown; the page's own stays otherwise", () => {
	const loss = /** @type {any} */ ({ train_loss: null, test_loss: 0.1, train_accuracy: null, test_accuracy: null });
	const own = { measure: "test_accuracy", value: 0.9 };
	assert.deepEqual(whenAfter(playing(null, loss), PAUSED, own), { measure: "test_loss", value: 0.1 });
	assert.equal(whenAfter(playing(null), PAUSED, own), own, "it holds already, or a program plays without it");
	assert.equal(whenAfter(PAUSED, playing(null, loss), own), own);
	assert.equal(whenAfter(playing(null, { ...loss, train_loss: 0.1 }), PAUSED, own), own, "the page shows no two");
});

test("the page has the training stop at what it shows", () => {
	assert.deepEqual(playUntil({ stopAt: null, stopWhen: null }), { type: "play" });
	assert.deepEqual(playUntil({ stopAt: 7, stopWhen: { measure: "train_loss", value: 0.2 } }), {
		type: "play",
		until_epoch: 7,
		until: { train_loss: 0.2 },
	});
});
