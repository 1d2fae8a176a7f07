import assert from "node:assert/strict";
import test from "node:test";
import { stopAfter } from "../../../static/js/app/stop-epoch.js";

const playing = (/** @type {number | null} */ until) => ({ playing: true, until_epoch: until });
const PAUSED = { playing: false, until_epoch: null };

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
